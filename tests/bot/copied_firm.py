"""The sandbox's firm behind a real client, and the copy of it in a database."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import aiohttp
import httpx

from bot.background import Background
from bot.deps import Deps
from bot.domain.people import Person
from bot.kantata.client import connect
from bot.sandbox.kantata import Kantata, build_firm
from bot.slack import Slack
from storage import people
from storage.database import Database
from storage.people import KnownPerson
from storage.tables import PersonState
from tests.clock import Clock

TAY = Person("T1", "U101", "101", "Tay Forth", "Europe/London", "en-GB")


def person(kantata_id: str) -> Person:
    """Somebody of the firm, seen from Slack."""
    return Person("T1", f"U{kantata_id}", kantata_id, "Somebody", "Europe/London", "en-GB")


@dataclass(frozen=True)
class CopiedFirm:
    """The pretend Kantata, the deps that speak to it, and the clock both go by."""

    kantata: Kantata
    deps: Deps
    clock: Clock

    def requests(self) -> list[str]:
        """The paths asked for since the last time, in order."""
        paths = [request.path.removeprefix("/api/v1/") for request in self.kantata.requests]
        self.kantata.requests.clear()
        return paths

    async def meet(self, kantata_ids: Iterable[str]) -> None:
        """Have these people matched."""
        async with self.deps.database.transaction() as session:
            for kantata_id in kantata_ids:
                await people.save(session, _known(kantata_id))


def _known(kantata_id: str) -> KnownPerson:
    return KnownPerson(
        workspace="T1",
        slack_user_id=f"U{kantata_id}",
        kantata_user_id=kantata_id,
        email=None,
        name="Somebody",
        time_zone="Europe/London",
        locale="en-GB",
        workday_minutes=480,
        state=PersonState.MATCHED,
        checked_at=None,
    )


@asynccontextmanager
async def copied_firm(database_url: str, *, rate: float = 10_000) -> AsyncIterator[CopiedFirm]:
    """The small firm, of which nothing is copied yet."""
    clock = Clock()
    kantata = Kantata(build_firm("small", date(2026, 3, 5)), clock=clock)
    transport = httpx.ASGITransport(kantata.app)
    database = Database(database_url, clock=clock).of("T1")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = await stack.enter_async_context(
            connect("http://kantata/api/v1", kantata.service_token, transport=transport, rate=rate)
        )
        deps = Deps(
            workspace="T1",
            kantata=client,
            slack=Slack(session, api_url="http://slack/api/", token="xoxb-test"),
            database=database,
            background=Background(),
            clock=clock,
            kantata_timeout=timedelta(seconds=180),
            kantata_app_url="http://kantata",
            time_zone="UTC",
        )
        yield CopiedFirm(kantata, deps, clock)
        kantata.close()
