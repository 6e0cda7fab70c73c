"""A year hour by hour: holidays, leave, part-timers, both changes of clocks, restarts; every message judged.

The judge knows nothing of the bot: it goes through the same hours with a rule of a few lines and its own
calendar of each person, and lists who is to hear what, when.
"""

import itertools
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import approval_polls, deliveries, reminder_plans, reminders
from bot.background import Background
from bot.deps import Deps
from bot.domain.policies import Reminder
from bot.kantata.client import Kantata as Client
from bot.kantata.client import connect
from bot.reminder_checks import Holidays
from bot.sandbox.kantata import Kantata, build_firm
from bot.slack import Slack
from storage import people, project_copy
from storage.database import Database
from storage.people import KnownPerson
from storage.tables import PersonState
from tests.clock import Clock
from tests.served import served
from tests.storage.databases import SqliteDatabases

QUARTERS = [date(2026, 1, 4), date(2026, 4, 5), date(2026, 7, 5), date(2026, 10, 4), date(2027, 1, 3)]
NEVER = datetime(2030, 1, 1, tzinfo=UTC)
HOURS = 1600  # of a quarter in which it is up, at least
APPROVED, FREE = "3001", "3002"  # a project that asks for approval, and one made not to
ZONES = {
    "101": "Europe/London",
    "102": "Europe/Berlin",
    "104": "Europe/Berlin",
    "107": "Europe/London",
    "113": "America/Los_Angeles",
    "117": "Asia/Kolkata",
    "121": "Europe/Berlin",
}
MANAGER, TEAM = "102", ("101", "104", "121")
PART_TIMER = "121"

Heard = tuple[str, str, date, datetime]  # who, what, about the week from that Sunday, when


@dataclass
class Life:
    """What happens to somebody in the year: days off in minutes, and what is logged on a day and when."""

    zone: ZoneInfo
    week: tuple[int, ...]
    holidays: set[date]
    off: dict[date, int] = field(default_factory=dict)
    logged: dict[date, tuple[int, datetime]] = field(default_factory=dict)
    unsubmitted: set[date] = field(default_factory=set)

    def target(self, day: date) -> int:
        scheduled = self.week[day.isoweekday() % 7]
        return 0 if day in self.holidays else max(0, scheduled - self.off.get(day, 0))


def days_between(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days):
        yield first + timedelta(days=number)


def sunday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() % 7)


# The judge.


def is_incomplete(life: Life, week: date, at: datetime) -> bool:
    days = list(days_between(week, week + timedelta(days=7)))
    there = {day: life.logged[day] for day in days if day in life.logged and life.logged[day][1] <= at}
    short = sum(minutes for minutes, _ in there.values()) < sum(map(life.target, days))
    return short or any(day in life.unsubmitted for day in there)


def asked_about(life: Life, what: str, day: date) -> date | None:
    if not life.target(day):
        return None
    if what == "incomplete":
        rest = days_between(day + timedelta(days=1), sunday(day) + timedelta(days=7))
        return None if any(map(life.target, rest)) else sunday(day)
    before = [each for each in days_between(day - timedelta(days=35), day) if life.target(each)]
    return sunday(before[-1]) if before and sunday(before[-1]) != sunday(day) else None


def judged(lives: dict[str, Life], ticks: list[datetime]) -> set[Heard]:
    found: dict[tuple[str, str, date], datetime] = {}
    looked: set[tuple[str, str, date]] = set()
    for tick in ticks:
        for who, life in lives.items():
            local = tick.astimezone(life.zone)
            for what, hour in (("incomplete", 15), ("again", 10), ("missing", 16)):
                if what == "missing" and who != MANAGER:
                    continue
                if local.hour < hour or (who, what, local.date()) in looked:
                    continue
                looked.add((who, what, local.date()))
                week = asked_about(life, what, local.date())
                about = TEAM if what == "missing" else (who,)
                if week and any(is_incomplete(lives[each], week, tick) for each in about):
                    found.setdefault((who, what, week), tick)
    return {(*key, at) for key, at in found.items()}


# The year.


def holidays_of(kantata: Kantata, user: str) -> set[date]:
    """Straight from Kantata's tables."""
    table = kantata.store.table
    mine = [
        each["holiday_calendar_id"] for each in table("holiday_calendar_memberships").where("user_id", user)
    ]
    calendars = mine or [each["id"] for each in table("holiday_calendars") if each["default"]]
    ids = {
        each["holiday_id"]
        for each in table("holiday_calendar_associations")
        if each["holiday_calendar_id"] in calendars
    }
    spans = [
        (date.fromisoformat(each["start_date"]), date.fromisoformat(each["end_date"]))
        for each in table("holidays")
        if each["id"] in ids
    ]
    return {day for first, last in spans for day in days_between(first, last + timedelta(days=1))}


def live(chance: random.Random, kantata: Kantata, first: date, last: date) -> dict[str, Life]:
    """Everybody's year: whoever logs in time, late, or not at all; leave of days and weeks; half days."""
    lives = {}
    for who, zone in ZONES.items():
        week = (0, 360, 360, 360, 360, 0, 0) if who == PART_TIMER else (0, 480, 480, 480, 480, 480, 0)
        life = Life(ZoneInfo(zone), week, holidays_of(kantata, who))
        for day in days_between(first, last):
            if not life.target(day):
                continue
            if chance.random() < 0.04:
                life.off[day] = chance.choice((life.target(day), life.target(day) // 2))
            elif chance.random() < 0.008:
                for more in days_between(day, day + timedelta(days=chance.choice((7, 14, 21)))):
                    if life.week[more.isoweekday() % 7] and more not in life.holidays:
                        life.off[more] = life.week[more.isoweekday() % 7]
        for day in days_between(first, last):
            if (minutes := life.target(day)) and chance.random() > 0.05:
                late = chance.choice((0, 0, 0, 0, 0, 0, 1, 3)) if chance.random() < 0.5 else 0
                at = datetime.combine(day, datetime.min.time(), life.zone) + timedelta(days=late, hours=12)
                life.logged[day] = (minutes, at.astimezone(UTC))
                if chance.random() < 0.02:
                    life.unsubmitted.add(day)
        lives[who] = life
    return lives


def write_down(kantata: Kantata, lives: dict[str, Life]) -> list[tuple[datetime, dict[str, object]]]:
    """Put leave into Kantata, empty its time, and return the entries in the order in which they are made."""
    store = kantata.store
    with store.transaction():
        store.update("workspaces", FREE, {"require_time_approvals": False, "time_trackable": True})
        store.update("workspaces", APPROVED, {"require_time_approvals": True})
        pattern = {**next(iter(store.table("time_entries")))}
        off = {**next(iter(store.table("time_off_entries")))}
        for name in ("time_entries", "time_off_entries"):
            for row in list(store.table(name)):
                store.delete(name, row["id"])
        pattern.pop("id"), off.pop("id")
        entries: list[tuple[datetime, dict[str, object]]] = []
        for who, life in lives.items():
            for day, minutes in life.off.items():
                new = {"user_id": who, "requested_date": day.isoformat(), "hours": minutes / 60}
                store.insert("time_off_entries", {**off, **new})
            for day, (minutes, at) in life.logged.items():
                project = APPROVED if day in life.unsubmitted else FREE
                new = {"user_id": who, "date_performed": day.isoformat(), "time_in_minutes": minutes}
                loose = {"story_id": None, "active_submission_id": None, "recent_submission_id": None}
                entries.append((at, {**pattern, **new, **loose, "workspace_id": project}))
    return sorted(entries, key=lambda each: each[0])


class Ears:
    """A Slack that hears what is posted, to whom and when."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.heard: list[tuple[str, str, datetime]] = []

    async def post(self, request: Request) -> Response:
        body = await request.json() if "json" in request.headers["content-type"] else await request.form()
        self.heard.append((str(body["channel"]), str(body["text"]), self._clock()))
        return JSONResponse({"ok": True, "channel": f"D{body['channel']}", "ts": f"{len(self.heard)}.1"})

    async def home(self, request: Request) -> Response:
        del request
        return JSONResponse({"ok": True, "team_id": "T1"})


def what_was_heard(ears: Ears) -> set[Heard]:
    found = set()
    for channel, text, at in ears.heard:
        what = (
            "missing" if text.startswith("Who is missing") else "again" if "still" in text else "incomplete"
        )
        days = text.removeprefix("Who is missing, ").removeprefix("Your week, ").split(" – Sat ")
        saturday = datetime.strptime(days[1][:11].rstrip(",: i"), "%d %b %Y").date()  # noqa: DTZ007  # a day
        found.add((channel.removeprefix("U"), what, saturday - timedelta(days=6), at))
    assert len(found) == len(ears.heard), "something was said twice at the same instant"
    return found


@pytest.mark.parametrize(("first", "last"), list(itertools.pairwise(QUARTERS)))
async def test_whoever_deserves_a_reminder_gets_it_in_time_and_once_and_nobody_else_does(
    sqlite_databases: SqliteDatabases, tmp_path: Path, first: date, last: date
) -> None:
    chance = random.Random(first.toordinal())
    end = datetime.combine(last, datetime.min.time(), UTC)
    clock = Clock(datetime.combine(first, datetime.min.time(), UTC))
    kantata = Kantata(build_firm("small", date(2026, 3, 5)), clock=clock)
    lives = live(chance, kantata, first, last)
    entries = write_down(kantata, lives)
    ears = Ears(clock)
    url = await sqlite_databases.create(tmp_path / "year.db")
    ticks: list[datetime] = []
    async with AsyncExitStack() as stack:
        routes = [
            Route("/api/chat.postMessage", ears.post, methods=["POST"]),
            Route("/api/auth.test", ears.home, methods=["POST"]),
        ]
        slack_url = await stack.enter_async_context(served(Starlette(routes=routes)))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        transport = httpx.ASGITransport(kantata.app)
        client = await stack.enter_async_context(
            connect("http://kantata/api/v1", kantata.service_token, transport=transport, rate=10_000)
        )
        deps = started(url, clock, Slack(session, api_url=f"{slack_url}/api/", token="xoxb-1"), client)
        await approval_polls.refresh_members(deps)
        async with deps.database.transaction() as writing:
            await people.save_all(writing, [known(who) for who in ZONES])
            await project_copy.note_read(writing, reminder_plans.ROSTER, clock())
        holidays, kinds = Holidays(), reminders.kinds()
        while clock() < end:
            clock.forward(hours=1)
            entries = log_until(kantata, entries, clock())
            if chance.random() < 0.01:  # it is down for some hours, and begins with nothing in its head
                clock.forward(hours=chance.randint(1, 30))
                entries = log_until(kantata, entries, clock())
                await deps.database.close()
                deps = started(url, clock, deps.slack, client)
                holidays, kinds = Holidays(), reminders.kinds()
            ticks.append(clock())
            for each in (Reminder.INCOMPLETE, Reminder.AGAIN, Reminder.MISSING):
                await reminder_plans.plan(deps, each, holidays)
            await deliveries.deliver(deps, kinds)
        await deps.database.close()
    kantata.close()

    expected = judged(lives, ticks)
    found = what_was_heard(ears)
    assert len(ticks) > HOURS
    assert {what for _, what, _, _ in expected} == {"incomplete", "again", "missing"}
    assert len(expected) > HOURS / 60
    assert sorted(found - expected, key=str) == []
    assert sorted(expected - found, key=str) == []


def started(url: str, clock: Clock, slack: Slack, client: Client) -> Deps:
    return Deps(
        workspace="T1",
        kantata=client,
        slack=slack,
        database=Database(url, clock=clock).of("T1"),
        background=Background(),
        clock=clock,
        kantata_timeout=timedelta(seconds=180),
        kantata_app_url="http://kantata",
        time_zone="UTC",
    )


def log_until(
    kantata: Kantata, entries: list[tuple[datetime, dict[str, object]]], now: datetime
) -> list[tuple[datetime, dict[str, object]]]:
    """Make the entries whose time has come; the others are left."""
    made = [row for at, row in entries if at <= now]
    with kantata.store.transaction():
        for row in made:
            kantata.store.insert("time_entries", row)
    return entries[len(made) :]


def known(who: str) -> KnownPerson:
    return KnownPerson(
        workspace="T1",
        slack_user_id=f"U{who}",
        kantata_user_id=who,
        email=None,
        name=who,
        time_zone=ZONES[who],
        locale="en-GB",
        workday_minutes=480,
        state=PersonState.MATCHED,
        checked_at=NEVER,  # nobody changes that year
    )
