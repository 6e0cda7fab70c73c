"""A small firm on Thursday 5 March 2026, and clients that speak to its Kantata as one person each."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.sandbox.kantata import Assumptions, Faults, Kantata, build_firm

TODAY = date(2026, 3, 5)
YESTERDAY = "2026-03-04"

WEBSITE = "3001"  # Acme / Website relaunch: Tay's, led and approved by Oder
DESIGN = "4001"
PORTAL = "3004"  # Bluebird Travel / Customer portal: Tay's too
ONBOARDING = "3007"  # Cedar Bank / Onboarding: Tay's, notes are mandatory
INTERNAL = "3037"  # needs no approval

SERVICE, TAY, ODER, HUDSON, ISAR, ELBE, AVON, CLYDE = "100", "101", "102", "103", "104", "105", "106", "107"


@dataclass
class Clock:
    """A clock that only moves when told."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 5, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class World:
    """One Kantata and a client for each person of it."""

    def __init__(self, stack: AsyncExitStack, kantata: Kantata, clock: Clock) -> None:
        self._stack = stack
        self._clients: dict[str | None, httpx.AsyncClient] = {}
        self.kantata = kantata
        self.clock = clock

    def client(self, user_id: str | None = TAY) -> httpx.AsyncClient:
        """Speaks as that user; as nobody where None."""
        if user_id not in self._clients:
            headers = (
                {} if user_id is None else {"authorization": f"Bearer {self.kantata.token_for(user_id)}"}
            )
            transport = httpx.ASGITransport(self.kantata.app)
            client = httpx.AsyncClient(transport=transport, base_url="http://kantata/api/v1", headers=headers)
            self._clients[user_id] = client
            self._stack.push_async_callback(client.aclose)
        return self._clients[user_id]

    async def ask(self, method: str, path: str, *, by: str | None = TAY, **body: Any) -> httpx.Response:
        """One request; ``body`` keywords become the JSON body."""
        return await self.client(by).request(method, path, json=body or None)

    async def get(self, path: str, *, by: str | None = TAY) -> dict[str, Any]:
        """The envelope of a GET that is answered 200."""
        response = await self.client(by).get(path)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def log(self, *, by: str = TAY, **fields: Any) -> dict[str, Any]:
        """A time entry that is accepted: two hours of design yesterday, where nothing else is said."""
        usual = {
            "workspace_id": WEBSITE,
            "story_id": DESIGN,
            "date_performed": YESTERDAY,
            "time_in_minutes": 120,
        }
        response = await self.ask("POST", "/time_entries", by=by, time_entry={**usual, **fields})
        return only(response)

    async def submit(
        self, *ids: str, by: str = TAY, workspace_id: str = WEBSITE, **fields: Any
    ) -> dict[str, Any]:
        """A timesheet submission that is accepted."""
        body = {"title": "Week", "workspace_id": workspace_id, "line_item_ids": list(ids), **fields}
        return only(await self.ask("POST", "/timesheet_submissions", by=by, timesheet_submission=body))

    def change(self, table: str, row_id: str, **changes: Any) -> None:
        """Changes what the API cannot: what somebody did in Kantata's own pages."""
        with self.kantata.store.transaction():
            self.kantata.store.update(table, row_id, changes)


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of an envelope in the order of its results."""
    return [answer[result["key"]][result["id"]] for result in answer["results"]]


def ids(answer: dict[str, Any]) -> list[str]:
    """The ids of an envelope in the order of its results."""
    return [result["id"] for result in answer["results"]]


def only(response: httpx.Response) -> dict[str, Any]:
    """The one row of an accepted request."""
    assert response.status_code == 200, response.text
    (row,) = rows(response.json())
    return row


def refused(response: httpx.Response) -> tuple[int, set[str]]:
    """Status and the fields (or kinds, where there is no field) of a refusal."""
    return response.status_code, {error.get("field", error["type"]) for error in response.json()["errors"]}


MakeWorld = Callable[..., World]


@pytest.fixture
async def make_world() -> AsyncIterator[MakeWorld]:
    """Makes worlds under other assumptions or with faults."""
    async with AsyncExitStack() as stack:

        def make(faults: Faults | None = None, **assumptions: Any) -> World:
            clock = Clock()
            kantata = Kantata(
                build_firm("small", TODAY), clock=clock, faults=faults, assumptions=Assumptions(**assumptions)
            )
            return World(stack, kantata, clock)

        yield make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world()
