"""How long until Slack has its acknowledgement of ``/logtime 2h acme design: wireframes``, beside the floor.

    ./run python -m benchmarks.acknowledge --database sqlite
    ./run python -m benchmarks.acknowledge --database postgresql

Measured in process, from the signed request at the ASGI app to the last byte of the answer: signature, words
understood, intent committed, acknowledged. One request after another: at rest, when what the one before
brought about has been done, and without rest, while the bot sends the entries before to Kantata; and 50 at
once. Each series finds a bot that has nothing else to do. Beside it, in turns in the same run, the floor:
bare Bolt with one trivial command listener, as it is by default (it waits for ``ack()`` in steps of 10 ms)
and with ``process_before_response``; and one bare INSERT of the same row in a transaction of its own, on the
same kind of database by the same driver. ``ratio`` is our median over the sum of the medians of bare Bolt
with ``process_before_response`` and the bare commit.

Kantata and Slack are pretend ones in a process of their own, and answer as they always do.
"""

import argparse
import asyncio
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
import sqlalchemy as sa
from pydantic import SecretStr
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from bot.__main__ import running
from bot.sandbox.slack.delivery import Signer
from bot.sandbox.world import build_world
from bot.settings import Settings
from bot.web import Running, create
from storage import migrations
from storage.database import open_engine
from storage.tables import WriteRow, metadata
from tests.served import served
from tests.storage.databases import PostgresDatabases
from tests.storage.postgres import running_postgres

TEXT = "2h acme design: wireframes"
PEOPLE = tuple(f"U{number:010}" for number in (1, 2, 4, 9, 21))  # they work on that project
SERIAL = 100  # requests a turn
AT_ONCE = 50
BURSTS = 2  # a turn
IDLE_WITHIN = 60.0  # seconds
TURNS = 3

Act = Callable[[int], Awaitable[None]]


@dataclass
class Times:
    """Seconds of each act, and of all of them on the wall."""

    each: list[float] = field(default_factory=list)
    wall: float = 0.0

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.each) * 1000

    @property
    def p99(self) -> float:
        """The 99th percentile in milliseconds."""
        return statistics.quantiles(self.each, n=100)[98] * 1000

    @property
    def a_second(self) -> float:
        """How many a second."""
        return len(self.each) / self.wall


@dataclass
class Measured:
    """One subject: serial with rest and without, and 50 at once."""

    rested: Times = field(default_factory=Times)
    serial: Times = field(default_factory=Times)
    at_once: Times = field(default_factory=Times)


async def measure(act: Act, into: Measured, idle: Callable[[], Awaitable[None]]) -> None:
    """One turn: ``act`` gets a number of its own each time; ``idle`` returns when nothing is under way."""
    for number in range(10):
        await act(number)
    for number in range(SERIAL):
        await idle()
        await _timed(act, 500 + number, into.rested)
    await idle()
    began = time.perf_counter()
    for number in range(SERIAL):
        await _timed(act, 1_000 + number, into.serial)
    into.serial.wall += time.perf_counter() - began
    for burst in range(BURSTS):
        await idle()
        began = time.perf_counter()
        numbers = range(10_000 + burst * AT_ONCE, 10_000 + (burst + 1) * AT_ONCE)
        await asyncio.gather(*(_timed(act, number, into.at_once) for number in numbers))
        into.at_once.wall += time.perf_counter() - began


async def _always_idle() -> None:
    return


async def _timed(act: Act, number: int, into: Times) -> None:
    began = time.perf_counter()
    await act(number)
    into.each.append(time.perf_counter() - began)


@dataclass(frozen=True)
class Outside:
    """Where the pretend Slack and Kantata are, and what opens their doors."""

    url: str
    bot_token: str
    signing_secret: str
    kantata_token: str


@contextmanager
def _outside() -> Iterator[Outside]:
    """The pretend Slack and Kantata, in a process of their own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve_outside, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("end")
        process.join()


def _serve_outside(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    world = build_world(bot_url="http://127.0.0.1:9", url="http://127.0.0.1")
    async with served(world.app) as url:
        pipe.send(Outside(url, world.bot_token, world.signing_secret, world.kantata.service_token))
        await asyncio.to_thread(pipe.recv)
    await world.close()


class Asker:
    """Signed requests, straight into an ASGI app."""

    def __init__(self, app: ASGIApp, outside: Outside) -> None:
        self._app = app
        self._outside = outside
        self._signer = Signer(outside.signing_secret, lambda: datetime.now(UTC))

    async def log_time(self, number: int) -> None:
        """``/logtime`` by one of five people, with a trigger of its own; raises where it is not taken."""
        body = urlencode(self._command(number))
        scope = self._scope(body)
        answer: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body.encode(), "more_body": False}

        async def send(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, send)
        said = b"".join(message.get("body", b"") for message in answer)
        if answer[0]["status"] != 200 or said:
            raise RuntimeError(f"not acknowledged: {answer[0]['status']} {said[:500]!r}")

    def _command(self, number: int) -> dict[str, str]:
        return {
            "token": "unused",
            "team_id": "T0SANDBOX",
            "team_domain": "sandbox",
            "channel_id": "C0000000001",
            "channel_name": "general",
            "user_id": PEOPLE[number % len(PEOPLE)],
            "user_name": "somebody",
            "command": "/logtime",
            "text": TEXT,
            "api_app_id": "A0KANTATA",
            "is_enterprise_install": "false",
            "response_url": f"{self._outside.url}/slack/response/none",
            "trigger_id": f"{number}.{number}.{time.monotonic_ns()}",
        }

    def _scope(self, body: str) -> dict[str, Any]:
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(body)),
            **self._signer.headers(body),
        }
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/slack/events",
            "raw_path": b"/slack/events",
            "root_path": "",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }


class Databases(Protocol):
    """Fresh databases of one kind."""

    async def fresh(self, like: str | None) -> str:
        """The address of a new database: a copy of ``like``, or an empty one that is migrated."""


class SqliteFiles:
    """SQLite files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    async def fresh(self, like: str | None) -> str:
        """A new file."""
        self._made += 1
        path = self._folder / f"{self._made}.db"
        if like is not None:
            shutil.copyfile(like.removeprefix("sqlite:///"), path)
        else:
            await migrations.upgrade(f"sqlite:///{path}")
        return f"sqlite:///{path}"


class PostgresCopies:
    """Databases of one PostgreSQL server."""

    def __init__(self, server: str) -> None:
        self._databases = PostgresDatabases(server)

    async def fresh(self, like: str | None) -> str:
        """A new database; ``like`` must have no connections."""
        if like is None:
            url = self._databases.url(self._databases.create_empty())
            await migrations.upgrade(url)
            return url
        name = make_url(like).database
        assert name is not None
        return self._databases.url(self._databases.create_like(name))


@asynccontextmanager
async def _our_bot(database_url: str, outside: Outside) -> AsyncIterator[tuple[Asker, Running]]:
    """The whole bot, its jobs running, projects known."""
    settings = Settings(
        slack_bot_token=SecretStr(outside.bot_token),
        slack_signing_secret=SecretStr(outside.signing_secret),
        slack_api_url=f"{outside.url}/slack/api/",
        kantata_api_url=f"{outside.url}/kantata/api/v1",
        kantata_token=SecretStr(outside.kantata_token),
        database_url=database_url,
    )
    app = create(partial(running, settings), socket_mode=False)
    async with app.router.lifespan_context(app):
        bot: Running = app.state.running
        await bot.schedule.run_now("refresh-projects")
        await bot.background.drain(30)
        yield Asker(app, outside), bot


@asynccontextmanager
async def _bare_bolt(outside: Outside, *, process_before_response: bool) -> AsyncIterator[Asker]:
    """Bolt with one listener that does nothing but acknowledge."""
    async with aiohttp.ClientSession() as session:
        bolt = AsyncApp(
            client=AsyncWebClient(
                token=outside.bot_token, base_url=f"{outside.url}/slack/api/", session=session
            ),
            signing_secret=outside.signing_secret,
            process_before_response=process_before_response,
        )

        async def acknowledge(ack: AsyncAck) -> None:
            await ack()

        bolt.command("/logtime")(acknowledge)

        async def slack_events(request: Request) -> Response:
            return await AsyncSlackRequestHandler(bolt).handle(request)

        yield Asker(Starlette(routes=[Route("/slack/events", slack_events, methods=["POST"])]), outside)


class BareCommit:
    """One INSERT of a write's row in a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert = sa.insert(metadata.tables[str(WriteRow.__tablename__)])

    async def commit(self, number: int) -> None:
        """Insert and commit."""
        row = {
            "workspace": "T0SANDBOX",
            "slack_user_id": PEOPLE[0],
            "kantata_user_id": "101",
            "kind": "log_entries",
            "cause": f"command:{number}.{time.monotonic_ns()}",
            "payload": "x" * 400,
            "replace_message": False,
            "state": "open",
            "attempts": 0,
            "ended": False,
            "kept_told": False,
            "told": False,
            "created_at": datetime.now(UTC),
        }
        async with self._engine.begin() as connection:
            await connection.execute(self._insert, row)


async def _turn(databases: Databases, prepared: str, outside: Outside, into: dict[str, Measured]) -> None:
    async with _bare_bolt(outside, process_before_response=False) as asker:
        await measure(asker.log_time, into["bare Bolt, default"], _always_idle)
    async with _bare_bolt(outside, process_before_response=True) as asker:
        await measure(asker.log_time, into["bare Bolt, process_before_response"], _always_idle)
    engine = open_engine(await databases.fresh(prepared))
    await measure(BareCommit(engine).commit, into["bare commit"], _always_idle)
    await engine.dispose()
    async with _our_bot(await databases.fresh(prepared), outside) as (asker, bot):
        await measure(asker.log_time, into["the bot"], partial(bot.background.drain, IDLE_WITHIN))


async def _prepare(databases: Databases, outside: Outside) -> str:
    """A database in which the people and projects are known."""
    url = await databases.fresh(None)
    async with _our_bot(url, outside) as (asker, _):
        for number in range(len(PEOPLE)):
            await asker.log_time(number)
    return url


async def benchmark(databases: Databases, outside: Outside, turns: int) -> dict[str, Measured]:
    """All subjects in turns."""
    names = ("bare Bolt, default", "bare Bolt, process_before_response", "bare commit", "the bot")
    into = {name: Measured() for name in names}
    prepared = await _prepare(databases, outside)
    for _ in range(turns):
        await _turn(databases, prepared, outside, into)
    return into


def report(kind: str, into: dict[str, Measured]) -> str:
    """The table and the ratios."""
    lines = [f"{kind}, {os.cpu_count()} cores; milliseconds"]
    columns = f"{'p50':>8}{'p99':>8}"
    lines.append(f"{'serial:':>36}{columns}   no rest:{columns}{'/s':>7}   50 at once:{columns}{'/s':>7}")
    for name, measured in into.items():
        rested, one, many = measured.rested, measured.serial, measured.at_once
        lines.append(
            f"{name:36}{rested.p50:8.2f}{rested.p99:8.2f}{'':11}{one.p50:8.2f}{one.p99:8.2f}"
            f"{one.a_second:7.0f}{'':14}{many.p50:8.2f}{many.p99:8.2f}{many.a_second:7.0f}"
        )
    bolt, commit, bot = (into[name] for name in list(into)[1:])
    rested = bot.rested.p50 / (bolt.rested.p50 + commit.rested.p50)
    serial = bot.serial.p50 / (bolt.serial.p50 + commit.serial.p50)
    at_once = (1 / bot.at_once.a_second) / (1 / bolt.at_once.a_second + 1 / commit.at_once.a_second)
    lines.append(
        f"ratio of the medians, serial: {rested:.2f}, without rest {serial:.2f}; "
        f"of the time for 50 at once: {at_once:.2f}"
    )
    return "\n".join(lines)


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Databases]:
    if kind == "sqlite":
        yield SqliteFiles(folder)
        return
    with running_postgres() as server:
        yield PostgresCopies(server)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--turns", type=int, default=TURNS)
    chosen = parser.parse_args()
    for kind in chosen.database or ["sqlite", "postgresql"]:
        folder = Path(tempfile.mkdtemp(prefix="acknowledge"))
        with _outside() as outside, _databases(kind, folder) as databases:
            print(report(kind, asyncio.run(benchmark(databases, outside, chosen.turns))))
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
