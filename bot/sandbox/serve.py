"""``kantata-bot sandbox``: the world on one port, and the bot beside it as it runs for real."""

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.fernet import Fernet

from bot.sandbox.bot_process import BotFailed, BotProcess, free_port
from bot.sandbox.clock import SandboxClock
from bot.sandbox.kantata.firm import Size
from bot.sandbox.world import World, build_world

HOST = "127.0.0.1"
POLL_SECONDS = 5
KANTATA_TIMEOUT = 15  # seconds; the real Kantata's three minutes are too long to watch
CLIENT_ID = "kantata-bot-sandbox"


class PortTaken(Exception):
    """Something else listens on the port."""


def serve(port: int, seed_size: Size, data: Path, fail: float) -> int:
    """Serve until Ctrl-C, SIGTERM or a closed terminal: exit status 0; 1 where it could not start."""
    data.mkdir(parents=True, exist_ok=True)
    try:
        return asyncio.run(_serve(port, seed_size, data.absolute(), fail))
    except (PortTaken, BotFailed) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


async def _serve(port: int, seed_size: Size, data: Path, fail: float) -> int:
    listener = _listen(port)
    bot_port = free_port()
    clock = SandboxClock(data / "clock")
    world = build_world(
        bot_url=f"http://{HOST}:{bot_port}",
        url=f"http://{HOST}:{port}",
        size=seed_size,
        data=data,
        fail=fail,
        moved=clock,
    )
    bot = bot_process(world, clock, port, bot_port, data)
    world.bot = bot
    server = _Server(
        uvicorn.Config(world.app, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    )
    _stop_on_signals(server, world)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await _first(bot.start(), serving)
        if not serving.done():
            sys.stdout.write(f"Open http://{HOST}:{port}\n")
            sys.stdout.flush()
        await serving
    finally:
        server.should_exit = True
        await bot.stop()
        await asyncio.wait({serving})
        await world.close()
    return 0


class _Server(uvicorn.Server):
    """uvicorn that leaves the signals to us: the bot is to end in order before this process does."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


def _stop_on_signals(server: uvicorn.Server, world: World) -> None:
    def stop() -> None:
        server.should_exit = True
        world.kantata.faults.release()
        world.slack.workspace.close_screens()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)


async def _first(starting: Coroutine[Any, Any, None], serving: "asyncio.Task[None]") -> None:
    """Waits for the bot, but no longer than the server lives."""
    task = asyncio.create_task(starting)
    await asyncio.wait({task, serving}, return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()


def _listen(port: int) -> socket.socket:
    # Only where the protocol is named asyncio sets TCP_NODELAY, without which each answer takes 40 ms.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as problem:
        listener.close()
        if problem.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"Port {port} is taken. End what listens there, or choose another one: --port 8001"
        ) from None
    return listener


def bot_process(world: World, clock: SandboxClock, port: int, bot_port: int, data: Path) -> BotProcess:
    """The bot of a world served at ``port``, which goes by the world's clock."""
    return BotProcess(
        bot_environment(world, port, bot_port, data),
        port=bot_port,
        data=data,
        arguments=("-m", "bot", "run", "--clock", str(clock.path)),
    )


def bot_environment(world: World, port: int, bot_port: int, data: Path) -> dict[str, str]:
    """Every setting of the bot: addresses and tokens, and nothing that says that this is a sandbox.

    The world is served at ``port``, the bot listens at ``bot_port`` and keeps its database in ``data``.
    """
    here, public = f"http://{HOST}:{port}", f"http://{HOST}:{bot_port}"
    application = world.kantata.register("Kantata bot", [f"{public}/kantata/callback"], client_id=CLIENT_ID)
    return {
        "SLACK_BOT_TOKEN": world.bot_token,
        "SLACK_SIGNING_SECRET": world.signing_secret,
        "SLACK_API_URL": f"{here}/slack/api/",
        "KANTATA_API_URL": f"{here}/kantata/api/v1",
        "KANTATA_APP_URL": f"{here}/kantata",
        "KANTATA_TOKEN": world.kantata.service_token,
        "KANTATA_TIMEOUT": str(KANTATA_TIMEOUT),
        "KANTATA_CLIENT_ID": application.client_id,
        "KANTATA_CLIENT_SECRET": application.client_secret,
        "POLL_SECONDS": str(POLL_SECONDS),
        "DATABASE_URL": f"sqlite:///{data / 'bot.db'}",
        "ENCRYPTION_KEYS": _encryption_key(data / "encryption.key"),
        "PUBLIC_URL": public,
        "HOST": HOST,
        "PORT": str(bot_port),
    }


def _encryption_key(path: Path) -> str:
    """The key kept at ``path``, made at the first time: what was stored with it stays readable."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(Fernet.generate_key())
    return path.read_text(encoding="ascii").strip()
