"""Remind a firm of 10,000 people over 12 zones: ``./run python -m benchmarks.reminders``.

For firms of 2,500, 5,000 and 10,000 people whose Friday it is: a dry run of remind-incomplete-week as of the
last zone's hour, then the real runs of the whole day, zone after zone. Printed are the requests to Kantata,
the messages, the time the bot was at work, its peak memory, and beside them the floor that the pace alone
imposes: messages divided by Slack's tokens a second. The clock is moved whenever only the pace is waited for.
The bot is a process of its own, and its work is the processor time it takes; the served Kantata and Slack are
another process. Exit status 1 where the work reaches a tenth of the floor, somebody is reminded twice or
forgotten, the requests exceed E/200 plus five for each 200 people and zone, or memory grows by half a
kilobyte for each person more.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from benchmarks.memory import peak_memory
from bot import approval_polls, deliveries, reminder_plans, reminders, roster, single_runs
from bot.background import Background
from bot.deliveries import PACE
from bot.deps import Deps
from bot.domain.policies import Reminder
from bot.kantata.client import connect
from bot.manifest import MANIFEST
from bot.reminder_checks import Holidays
from bot.sandbox.kantata import Kantata, build_firm
from bot.sandbox.kantata.call import stamp
from bot.sandbox.kantata.firm import Firm
from bot.sandbox.kantata.seed_people import FirmPerson, membership_row, user_row
from bot.sandbox.slack import Workspace
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.server import Slack as PretendSlack
from bot.slack import Slack
from storage import migrations
from storage import reminders as rows
from storage.database import Database
from storage.deliveries import POST
from tests.clock import Clock
from tests.served import Late, served

SIZES = (2_500, 5_000, 10_000)
ZONES = (
    "Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Singapore", "Asia/Kolkata", "Asia/Dubai",
    "Europe/Berlin", "Europe/London", "America/Sao_Paulo", "America/New_York", "America/Denver",
    "America/Los_Angeles",
)  # fmt: skip
FRIDAY = date(2026, 3, 6)
DAY_BEGINS, DAY_ENDS = datetime(2026, 3, 6, 1, 50, tzinfo=UTC), datetime(2026, 3, 7, 0, 30, tzinfo=UTC)
LAST_HOUR = datetime(2026, 3, 6, 23, 5, tzinfo=UTC)  # just after three in Los Angeles
IDLE = 300  # seconds between two looks while nothing waits
ENTRIES = 10  # a week for each person
SHARE = 10  # of the floor, that the own work may be
BYTES_A_PERSON = 512
TOKEN, SECRET = "xoxb-benchmark", "secret"


def firm_of(
    number: int, zones: Sequence[str] = ZONES, *, friday: date = FRIDAY, short_of_five: int = 2
) -> tuple[Firm, set[str]]:
    """A firm with that many more people, each with a week of time, and the ids of those who lack some."""
    firm = build_firm("small", friday)
    made = stamp(datetime(2026, 3, 1, tzinfo=UTC))
    pattern = next(iter(firm.rows["time_entries"].values()))
    firm.rows["time_entries"].clear()
    firm.rows["time_off_entries"].clear()
    people, short = [], set()
    for at in range(number):
        person_id = str(100_001 + at)
        manager = str(100_001 + at // 10 * 10) if at % 10 else "103"
        zone = zones[at % len(zones)]
        person = FirmPerson(
            person_id, f"Person {at}", f"p{at}@example.com", zone, "Consultant", "collaborator", manager
        )
        firm.rows["users"][person_id] = user_row(person, made)
        firm.rows["account_memberships"][f"9{person_id}"] = membership_row(f"9{person_id}", person, made)
        people.append(person)
        days = 4 if at % 5 < short_of_five else 5  # those have not logged Friday
        if days == 4:
            short.add(person_id)
        for place in range(2 * days):
            row_id = str(1_000_000 + ENTRIES * at + place)
            day = friday - timedelta(days=4 - place // 2)
            firm.rows["time_entries"][row_id] = {
                **pattern, "id": row_id, "user_id": person_id, "date_performed": day.isoformat(),
                "time_in_minutes": 240, "active_submission_id": "7001", "recent_submission_id": "7001",
            }  # fmt: skip
    return replace(firm, people=firm.people + tuple(people)), short


@dataclass(frozen=True)
class Measured:
    """What one process saw; seconds of work, requests by path, peak memory in bytes."""

    would_get: int
    dry_seconds: float
    dry_requests: int
    seconds: float
    cpu_seconds: float
    requests: int
    virtual_seconds: float
    peak: int


class Counting(httpx.AsyncHTTPTransport):
    """A way to Kantata that counts."""

    number = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.number += 1
        return await super().handle_async_request(request)


async def bot(url: str, token: str, folder: Path) -> Measured:
    """The bot's part, in a process of its own."""
    clock = Clock(DAY_BEGINS)
    counting = Counting()
    async with _deps(url, token, folder, clock, counting) as deps:
        await approval_polls.refresh_members(deps)
        await roster.refresh(deps)
        began, asked = time.perf_counter(), counting.number
        would_get = 0
        async for line in single_runs.preview(deps, "remind-incomplete-week", LAST_HOUR):
            would_get += line.gets
        dry_seconds, dry_requests = time.perf_counter() - began, counting.number - asked
        began, cpu, asked = time.perf_counter(), time.process_time(), counting.number
        waited = await _day(deps, clock)
        return Measured(
            would_get,
            dry_seconds,
            dry_requests,
            time.perf_counter() - began,
            time.process_time() - cpu,
            counting.number - asked,
            waited,
            peak_memory(),
        )


async def _day(deps: Deps, clock: Clock) -> float:
    """The whole Friday; how many seconds of it something waited to be sent."""
    holidays, kinds = Holidays(), reminders.kinds()
    rate, burst = PACE[POST]
    waited = 0.0
    while clock() < DAY_ENDS:
        await reminder_plans.plan(deps, Reminder.INCOMPLETE, holidays)
        await deliveries.deliver(deps, kinds)
        async with deps.database.reading() as session:
            left = await rows.left(session, Reminder.INCOMPLETE, clock())
        clock.forward(seconds=burst / rate if left else IDLE)
        waited += burst / rate if left else 0
    return waited


@asynccontextmanager
async def _deps(url: str, token: str, folder: Path, clock: Clock, counting: Counting) -> AsyncIterator[Deps]:
    database_url = f"sqlite:///{folder / 'bot.db'}"
    await migrations.upgrade(database_url)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = await stack.enter_async_context(
            connect(f"{url}/kantata/api/v1", token, transport=counting, rate=10_000)
        )
        database = Database(database_url, clock=clock).of("T1")
        stack.push_async_callback(database.close)
        yield Deps(
            workspace="T1",
            kantata=client,
            slack=Slack(session, api_url=f"{url}/slack/api/", token=TOKEN),
            database=database,
            background=Background(),
            clock=clock,
            kantata_timeout=timedelta(seconds=180),
            kantata_app_url=url,
            time_zone="UTC",
        )


@dataclass(frozen=True)
class Report:
    """One size of firm, judged."""

    people: int
    entries: int
    short: int
    short_then: int
    reached: int
    twice: int
    messages: int
    measured: Measured

    @property
    def floor(self) -> float:
        """Seconds that the pace alone takes."""
        rate, _ = PACE[POST]
        return self.messages / rate

    @property
    def most_requests(self) -> float:
        """E/200; and for each 200 people and zone pages begun, and time off when planned and when sent."""
        return self.entries / 200 + 5 * (self.people / 200 + len(ZONES))

    def faults(self) -> list[str]:
        """What was promised and did not hold."""
        seen = self.measured
        return [
            text
            for text, holds in (
                (f"{self.short - self.reached} forgotten", self.reached == self.short),
                (f"{self.twice} reminded twice", not self.twice),
                ("the dry run named others", seen.would_get >= self.short_then),
                (f"{seen.cpu_seconds:.0f} s of work", seen.cpu_seconds * SHARE < self.floor),
            )
            if not holds
        ]

    def __str__(self) -> str:
        seen = self.measured
        return "\n".join(
            [
                f"people       {self.people} in {len(ZONES)} zones, {self.entries} entries",
                f"dry run      {seen.dry_seconds:.1f} s, {seen.dry_requests} requests",
                f"messages     {self.messages}: {self.reached} of {self.short} reached, {self.twice} twice",
                f"requests     {seen.requests} (E/200 is {self.entries / 200:.0f})",
                f"work         {seen.cpu_seconds:.1f} s, {seen.seconds:.0f} s with the served world's",
                f"floor        {self.floor:.0f} s by the pace alone",
                f"share        {seen.cpu_seconds / self.floor:.1%} of the floor is work",
                f"waiting      {seen.virtual_seconds:.0f} s of the day in which something was to be sent",
                f"peak memory  {seen.peak / 2**20:.0f} MiB",
            ]
        )


async def measure(people: int) -> Report:
    """A firm of that size, its world served here, its bot beside."""
    firm, short = firm_of(people)
    kantata = Kantata(firm, clock=lambda: LAST_HOUR)
    there = [
        (each.full_name, each.email, each.time_zone, "en-GB", each.headline)
        for each in firm.people
        if each.active
    ]
    pretend = PretendSlack(
        Workspace.seed(there, clock=lambda: datetime.now(UTC)),
        bot_url="http://127.0.0.1:1",
        signing_secret=SECRET,
        bot_token=TOKEN,
        manifest=Manifest.load(MANIFEST),
    )
    late = Late()
    async with served(late) as url:
        late.app = Starlette(routes=[Mount("/slack", pretend.app), Mount("/kantata", kantata.app)])
        with tempfile.TemporaryDirectory(prefix="reminders") as folder:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks.reminders", "--bot", url, kantata.service_token, folder,
                stdout=subprocess.PIPE,
            )  # fmt: skip
            told, _ = await child.communicate()
        measured = Measured(**json.loads(told.splitlines()[-1]))
        await pretend.aclose()
    kantata.close()
    workspace = pretend.workspace
    emails = {each.email: each.id for each in firm.people}
    heard = Counter(
        emails.get(workspace.users[workspace.channels[channel].user or ""].email or "")
        for channel, said in workspace.messages.items()
        if workspace.channels[channel].user
        for each in said
        if each.bot_id
    )
    reached = len(short & set(heard))
    twice = sum(number > 1 for number in heard.values())
    entries = len(firm.rows["time_entries"])
    then = {
        each.id for each in firm.people if LAST_HOUR.astimezone(ZoneInfo(each.time_zone)).date() == FRIDAY
    }
    return Report(people, entries, len(short), len(short & then), reached, twice, heard.total(), measured)


def main() -> int:
    """Measure each size and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=SIZES)
    parser.add_argument("--bot", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.bot:
        url, token, folder = chosen.bot
        print(json.dumps(asdict(asyncio.run(bot(url, token, Path(folder))))))
        return 0
    reports = [asyncio.run(measure(people)) for people in chosen.people]
    print(*reports, sep="\n\n")
    faults = [f"{each.people} people: {fault}" for each in reports for fault in each.faults()]
    faults += [
        f"{each.people} people: {each.measured.requests} requests"
        for each in reports
        if each.measured.requests > each.most_requests
    ]
    first, last = reports[0], reports[-1]
    growth = last.measured.peak - first.measured.peak
    if growth > BYTES_A_PERSON * (last.people - first.people):
        faults.append(f"memory grew by {growth / 2**20:.0f} MiB")
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
