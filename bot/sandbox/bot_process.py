"""The bot as a process of its own, as it runs for real: started, watched, started again when it ends."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx

import bot

READY_SECONDS = 30.0
STOP_SECONDS = 12.0
QUICK_DEATH_SECONDS = 5.0
LOG_TAIL = 2000

# What a program needs of the shell's environment; a real token in it must not reach the bot.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


class Status(StrEnum):
    """What the process is doing."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"


class BotFailed(Exception):
    """The bot ended, or did not get ready, when it was started first; the text has its last words."""


class BotProcess:
    """``kantata-bot run`` with an environment of its own. ``restarts`` counts how often it was started again.

    One that ends within seconds is started again after ``pause`` seconds, any other at once.
    It runs in ``data``, so that no .env file of somebody's reaches it; its log is ``data``/bot.log.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        port: int,
        data: Path,
        arguments: tuple[str, ...] = ("-m", "bot", "run"),
        pause: float = 1.0,
    ) -> None:
        self.status = Status.STOPPED
        self.restarts = 0
        self._environment = {**_inherited(), **environment}
        self._ready_url = f"http://127.0.0.1:{port}/readyz"
        self._data = data
        self._arguments = arguments
        self._pause = pause
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts it and returns when it is ready. Raises BotFailed."""
        self._data.mkdir(parents=True, exist_ok=True)
        self._log.write_bytes(b"")
        await self._spawn()
        if not await self._is_ready():
            await self._end()
            raise BotFailed(f"The bot did not start. The end of {self._log}:\n{self._last_words()}")
        self._watch = asyncio.create_task(self._keep_alive())

    async def stop(self) -> None:
        """Ends it for good: asked first, killed when it does not listen."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        await self._end()

    def restart(self) -> None:
        """Asks it to end; it is then started again."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()

    def kill(self) -> None:
        """Ends it at once, whatever it does (SIGKILL); it is then started again."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    @property
    def exit_code(self) -> int | None:
        """How its last run ended: negative where a signal ended it; None while it runs."""
        return self._process.returncode if self._process is not None else None

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        return {"status": self.status, "restarts": self.restarts}

    @property
    def _log(self) -> Path:
        return self._data / "bot.log"

    async def _spawn(self) -> None:
        self.status = Status.STARTING
        with self._log.open("ab") as log:
            # A session of its own: Ctrl-C is for the sandbox, which then ends the bot in order.
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                env=self._environment,
                cwd=self._data,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def _is_ready(self) -> bool:
        """Whether it answers /readyz with 200 in time; False as soon as it ended."""
        assert self._process is not None
        ended = asyncio.create_task(self._process.wait())
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient(timeout=1) as http:
                while not ended.done():
                    if await _answers(http, self._ready_url):
                        self.status = Status.RUNNING
                        break
                    await asyncio.wait({ended}, timeout=0.1)
        ended.cancel()
        return self.status is Status.RUNNING

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            assert self._process is not None
            started = loop.time()
            await self._process.wait()
            self.status = Status.STOPPED
            if loop.time() - started < QUICK_DEATH_SECONDS:
                await asyncio.sleep(self._pause)
            await self._spawn()
            self.restarts += 1
            if not await self._is_ready():
                self.kill()

    async def _end(self) -> None:
        self.status = Status.STOPPED
        if self._process is None or self._process.returncode is not None:
            return
        self.restart()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def _last_words(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-LOG_TAIL:].strip()


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _inherited() -> dict[str, str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    assert bot.__file__ is not None
    return {**kept, "PYTHONPATH": str(Path(bot.__file__).parents[1]), "PYTHONUNBUFFERED": "1"}
