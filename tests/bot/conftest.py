"""What every test of the outbox begins with."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date

import aiohttp
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.background import Background
from bot.deps import Deps, Patience
from bot.kantata.client import connect
from bot.sandbox.kantata import Faults, Kantata, build_firm
from bot.slack import Slack
from storage.database import Database
from tests.bot.bench import TIMEOUT, Bench, Ears
from tests.clock import Clock
from tests.served import served


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    clock = Clock()
    faults = Faults(dropped=lambda: httpx.ReadError("dropped"), sleep=_no_time)
    kantata = Kantata(build_firm("small", date(2026, 3, 5)), clock=clock, faults=faults)
    ears = Ears()
    routes = [
        Route("/respond", ears.respond, methods=["POST"]),
        Route("/api/chat.postMessage", ears.post, methods=["POST"]),
    ]
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served(Starlette(routes=routes)))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = await stack.enter_async_context(
            connect(
                "http://kantata/api/v1",
                kantata.service_token,
                transport=httpx.ASGITransport(kantata.app),
                rate=10_000,
            )
        )
        database = Database(database_url, clock=clock).of("T1")
        stack.push_async_callback(database.close)
        deps = Deps(
            workspace="T1",
            kantata=client,
            slack=Slack(session, api_url=f"{url}/api/", token="xoxb-test"),
            database=database,
            background=Background(),
            clock=clock,
            kantata_timeout=TIMEOUT,
            kantata_app_url="http://kantata",
            time_zone="UTC",
            patience=Patience(known=30, slow=30, extra=30),
        )
        bench = Bench(deps, kantata, clock, ears, url)
        bench.kantata.requests.clear()
        yield bench
        kantata.close()
        await deps.background.drain(5)


async def _no_time(_: float) -> None:
    return
