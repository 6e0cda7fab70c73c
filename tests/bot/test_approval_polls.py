"""What the poll of a large firm costs, and that it finds every change once, whatever restarts."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import aiohttp
import httpx
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.approval_polls import poll
from bot.background import Background
from bot.deps import Deps
from bot.kantata.client import connect
from bot.sandbox.kantata import Kantata, build_firm
from bot.slack import Slack
from storage.database import Database
from storage.tables import metadata
from tests.clock import Clock
from tests.served import served

PEOPLE, WAITING = 10_000, 3_000
EVERY = timedelta(seconds=60)
WEEK = date(2026, 2, 22)


@dataclass
class Office:
    """Two processes that poll the same Kantata and share a database."""

    one: Deps
    other: Deps
    kantata: Kantata
    clock: Clock
    people: list[str]

    def costs(self) -> Counter[str]:
        """The requests since the last time this was asked, by what they were for."""
        counted = Counter(each.path.removeprefix("/api/v1/") for each in self.kantata.requests)
        self.kantata.requests.clear()
        return counted

    async def rows(self) -> dict[str, str]:
        """Every timesheet that was noticed, with its state."""
        table = metadata.tables["approval_request"]
        async with self.one.database.reading() as session:
            found = await (await session.connection()).execute(sa.select(table))
            return {row.submission_id: row.state for row in found}

    async def messages(self, kind: str) -> Counter[str]:
        """How many messages there are about each timesheet."""
        message, request = metadata.tables["delivery"], metadata.tables["approval_request"]
        statement = (
            sa.select(request.c.submission_id).join(message, message.c.subject_id == request.c.id)
        ).where(message.c.kind == kind)
        async with self.one.database.reading() as session:
            found = await (await session.connection()).execute(statement)
            return Counter(row.submission_id for row in found)

    def submit(self, number: int) -> str:
        """Somebody submits a timesheet in Kantata itself."""
        return _submit(self.kantata, self.people[number], self.clock().isoformat())

    def decide(self, submission_id: str, status: str) -> None:
        """Somebody decides in Kantata itself."""
        now = self.clock().isoformat()
        self.kantata.store.update(
            "timesheet_submissions",
            submission_id,
            {
                "status": status,
                "current_resolution_creator_id": "102",
                "current_resolution_created_at_date": now,
                "updated_at": now,
            },
        )


async def _auth_test(_: Request) -> Response:
    return JSONResponse({"ok": True, "team_id": "T1", "user_id": "U0"})


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    clock = Clock()
    kantata = Kantata(build_firm("small", date(2026, 3, 5)), clock=clock)
    people = _grow(kantata)
    async with AsyncExitStack() as stack:
        slack_url = await stack.enter_async_context(
            served(Starlette(routes=[Route("/api/auth.test", _auth_test, methods=["POST"])]))
        )
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = await stack.enter_async_context(
            connect(
                "http://kantata/api/v1",
                kantata.service_token,
                transport=httpx.ASGITransport(kantata.app),
                rate=10_000,
            )
        )
        made = []
        for _ in range(2):
            database = Database(database_url, clock=clock).of("T1")
            stack.push_async_callback(database.close)
            made.append(
                Deps(
                    workspace="T1",
                    kantata=client,
                    slack=Slack(session, api_url=f"{slack_url}/api/", token="xoxb-test"),
                    database=database,
                    background=Background(),
                    clock=clock,
                    kantata_timeout=timedelta(seconds=180),
                    kantata_app_url="http://kantata",
                    time_zone="UTC",
                )
            )
        kantata.requests.clear()
        yield Office(made[0], made[1], kantata, clock, people)
        kantata.close()


def _grow(kantata: Kantata) -> list[str]:
    """The firm at its full size; nothing waits but what is added here. Whom that added, by id."""
    store = kantata.store
    user = _pattern(next(iter(store.table("users"))))
    member = _pattern(next(iter(store.table("account_memberships").where("user_id", "104"))))
    with store.transaction():
        for row in list(store.table("timesheet_submissions").where("status", "pending")):
            store.delete("timesheet_submissions", row["id"])
        people = []
        for number in range(PEOPLE + 1 - len(store.table("account_memberships"))):  # one has left
            email = f"person.{number}@example.com"
            new = store.insert("users", {**user, "full_name": f"Person {number}", "email_address": email})
            store.insert("account_memberships", {**member, "user_id": new["id"]})
            people.append(str(new["id"]))
        for user_id in people[:WAITING]:
            _submit(kantata, user_id, "2026-02-27T17:00:00+00:00")
    return people


def _pattern(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _submit(kantata: Kantata, user_id: str, when: str) -> str:
    store = kantata.store
    row = store.insert(
        "timesheet_submissions",
        {
            "title": "Feb 22 - Feb 28, 2026",
            "comment": None,
            "status": "pending",
            "user_id": user_id,
            "workspace_id": "3001",
            "start_date": WEEK.isoformat(),
            "end_date": (WEEK + timedelta(days=6)).isoformat(),
            "current_resolution_creator_id": None,
            "current_resolution_created_at_date": None,
            "current_resolution_description": None,
            "created_at": when,
            "updated_at": when,
        },
    )
    entry = next(iter(store.table("time_entries").where("workspace_id", "3001")))
    day = (WEEK + timedelta(days=1)).isoformat()
    new = {**_pattern(entry), "user_id": user_id, "date_performed": day}
    link = {"active_submission_id": row["id"], "recent_submission_id": row["id"], "time_in_minutes": 480}
    store.insert("time_entries", {**new, **link})
    return str(row["id"])


async def test_a_poll_costs_a_request_for_200_rows_and_none_for_each_person(office: Office) -> None:
    await poll(office.one)

    # 200 rows a request: 10,000 members, 3,000 timesheets, and the whole week of their 3,000 people (one
    # request for the entries, one for the time off of each 200). One for all their projects; the rest once.
    assert office.costs() == {
        "account_memberships": PEOPLE / 200,
        "holiday_calendar_memberships": 1,
        "timesheet_submissions": WAITING / 200,
        "time_entries": WAITING / 200,
        "time_off_entries": WAITING / 200,
        "holidays": 1,
        "holiday_calendars": 1,
        "workspaces": 1,
        "backup_approver_associations": 1,
    }
    assert len(await office.rows()) == WAITING
    assert set((await office.messages("approval.ask")).values()) == {1}

    # From then on: what changed among the timesheets, among the members, and who left.
    office.clock.forward(seconds=61)
    await poll(office.one)
    assert office.costs() == {"timesheet_submissions": 1, "account_memberships": 2}

    # One more that waits costs the same as a hundred more: its project, its people's week, who stands in.
    office.clock.forward(minutes=10)
    with office.kantata.store.transaction():
        office.submit(WAITING)
    await poll(office.one)
    assert office.costs() == {
        "timesheet_submissions": 1,
        "account_memberships": 2,
        "time_entries": 1,
        "time_off_entries": 1,
        "holidays": 1,
        "holiday_calendars": 1,
        "workspaces": 1,
        "backup_approver_associations": 1,
    }

    # Once an hour all that waits is read again, with whom to ask; a day later the members are, too.
    office.clock.forward(hours=1)
    await poll(office.one)
    assert office.costs() == {
        "timesheet_submissions": 1 + (WAITING + 1 + 199) // 200,
        "account_memberships": 2,
        "workspaces": 1,
        "backup_approver_associations": 1,
    }


async def test_every_change_is_found_once_by_whichever_process_and_across_restarts(office: Office) -> None:
    await poll(office.one)
    waiting = sorted(await office.rows(), key=int)
    for step in range(6):
        office.clock.forward(seconds=61)
        with office.kantata.store.transaction():
            office.decide(waiting[2 * step], "approved")
            office.decide(waiting[2 * step + 1], "rejected")
            office.submit(WAITING + step)
        # Both at once; in the middle of some turns one process dies and the other goes on.
        turns = [asyncio.create_task(poll(deps)) for deps in (office.one, office.other)]
        if step % 2:
            await asyncio.sleep(0)
            turns[0].cancel()
        await asyncio.gather(*turns, return_exceptions=True)
        office.clock.forward(minutes=4)
        await poll(office.other)

    rows = await office.rows()
    assert len(rows) == WAITING + 6
    assert Counter(rows.values()) == {"pending": WAITING - 6, "approved": 6, "rejected": 6}
    told = await office.messages("approval.tell")
    assert set(told) == set(waiting[:12])
    assert set(told.values()) == {1}
    assert set((await office.messages("approval.ask")).values()) == {1}


async def test_a_second_process_leaves_a_fresh_turn_alone(office: Office) -> None:
    await poll(office.one)
    office.costs()
    await poll(office.other, at_most_every=EVERY / 2)
    assert office.costs() == {}
