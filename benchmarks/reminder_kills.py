"""Kill the bot in the middle of reminding 600 people, again and again: nobody twice, nobody forgotten.

    ./run python -m benchmarks.reminder_kills --kills 100 --database sqlite
    ./run python -m benchmarks.reminder_kills --kills 100 --database postgresql --processes 3

The bot runs as it does for real, as processes between a served Slack and a served Kantata, with a clock that
is moved to a Friday just before three. While it reminds 600 people who have not logged that day, a process is
killed by SIGKILL at a random instant and started again; where a run is over before all kills are done,
another one begins with a new database. In the end each of the 600 must have exactly one reminder of each run.
Exit status 1 where that is not so.
"""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount

from benchmarks.kill import database_for
from benchmarks.reminders import SECRET, TOKEN, firm_of
from bot.manifest import MANIFEST
from bot.sandbox.bot_process import BotProcess, Status, free_port
from bot.sandbox.clock import SandboxClock
from bot.sandbox.kantata import Kantata
from bot.sandbox.slack import Workspace
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.server import Slack
from tests.served import Late, served

PEOPLE = 600
SETTLED = 900.0  # seconds within which a run must be over
LOOK = 0.5  # seconds between two looks at how far it has got


def _friday() -> date:
    """The Friday that comes next."""
    today = datetime.now(UTC).date()
    return today + timedelta(days=(4 - today.weekday()) % 7 or 7)


@dataclass
class Report:
    """What was done, and what came of it."""

    wanted: int = 0
    reached: int = 0
    twice: int = 0
    kills: int = 0
    runs: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether everybody was reminded once."""
        return self.reached == self.wanted and not self.twice and not self.faults

    def __str__(self) -> str:
        return "\n".join(
            [
                f"runs      {self.runs}",
                f"kills     {self.kills}",
                f"wanted    {self.wanted}",
                f"reached   {self.reached}",
                f"twice     {self.twice}",
                f"forgotten {self.wanted - self.reached}",
                f"seconds   {self.seconds:.0f}",
                *self.faults,
            ]
        )


@dataclass
class Stage:
    """A firm whose Friday it is, its world, and the bots in it."""

    workspace: Workspace
    short: set[str]
    slack_ids: dict[str, str]
    bots: list[BotProcess]

    def reminded(self) -> Counter[str]:
        """How often each of those who lack time was reminded, by Slack's id."""
        found: Counter[str] = Counter()
        for user_id in self.slack_ids.values():
            said = self.workspace.messages.get(self.workspace.direct(user_id).id, [])
            found[user_id] = sum(each.text.startswith("Your week,") for each in said)
        return found

    @property
    def is_over(self) -> bool:
        """Whether everybody has been reminded."""
        return all(self.reminded().values())


async def run(
    database_url: str, folder: Path, report: Report, *, kills: int, people: int, processes: int, seed: int
) -> None:
    """One Friday, with kills until there were ``kills`` in all or everybody has been reminded."""
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        stage = await _stage(stack, database_url, folder, people, processes)
        deadline = time.monotonic() + SETTLED
        while not stage.is_over and time.monotonic() < deadline:
            if report.kills < kills and any(stage.reminded().values()):
                await asyncio.sleep(chance.uniform(0, 2))
                running = [bot for bot in stage.bots if bot.status is Status.RUNNING]
                if running:
                    chance.choice(running).kill()
                    report.kills += 1
            await asyncio.sleep(LOOK)
        await asyncio.sleep(5)  # what is sent twice comes late
        found = stage.reminded()
        report.runs += 1
        report.wanted += len(stage.slack_ids)
        report.reached += sum(number > 0 for number in found.values())
        report.twice += sum(number > 1 for number in found.values())


async def _stage(
    stack: AsyncExitStack, database_url: str, folder: Path, people: int, processes: int
) -> Stage:
    friday = _friday()
    three = datetime.combine(friday, datetime.min.time(), UTC) + timedelta(hours=15)
    clock = SandboxClock(folder / "clock")
    clock.move_to(three - timedelta(hours=2))
    firm, short = firm_of(people, ("UTC",), friday=friday, short_of_five=5)
    kantata = Kantata(firm, clock=clock)
    stack.callback(kantata.close)
    there = [
        (each.full_name, each.email, "UTC", "en-GB", each.headline) for each in firm.people if each.active
    ]
    workspace = Workspace.seed(there, clock=clock)
    slack = Slack(
        workspace,
        bot_url="http://127.0.0.1:1",
        signing_secret=SECRET,
        bot_token=TOKEN,
        manifest=Manifest.load(MANIFEST),
        clock=clock,
    )
    stack.push_async_callback(slack.aclose)
    late = Late()
    url = await stack.enter_async_context(served(late))
    late.app = Starlette(routes=[Mount("/slack", slack.app), Mount("/kantata", kantata.app)])
    environment = {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{url}/slack/api/",
        "KANTATA_API_URL": f"{url}/kantata/api/v1",
        "KANTATA_TOKEN": kantata.service_token,
        "DATABASE_URL": database_url,
        "POLL_SECONDS": "5",
        "HOST": "127.0.0.1",
        "LOG_LEVEL": "warning",
    }
    bots = []
    for number in range(processes):
        port = free_port()
        bot = BotProcess(
            {**environment, "PORT": str(port)},
            port=port,
            data=folder / f"bot-{number}",
            arguments=("-m", "bot", "run", "--clock", str(clock.path)),
            pause=0,
        )
        stack.push_async_callback(bot.stop)
        await bot.start()
        bots.append(bot)
    clock.move_to(three)
    by_email = {user.email: user.id for user in workspace.users.values() if user.email}
    slack_ids = {each: by_email[firm.person(each).email] for each in short}
    return Stage(workspace, short, slack_ids, bots)


async def kill(kind: str, folder: Path, *, kills: int, people: int, processes: int, seed: int) -> Report:
    """Fridays, until that many kills were done; the bots' logs are kept in ``folder``."""
    report, began = Report(), time.monotonic()
    while report.kills < kills:
        place = folder / f"run-{report.runs}"
        place.mkdir()
        before = report.kills
        with database_for(kind, place) as database_url:
            await run(
                database_url,
                place,
                report,
                kills=kills,
                people=people,
                processes=processes,
                seed=seed + report.runs,
            )
        if report.kills == before:
            report.faults.append("a run ended before anything could be killed")
            break
    report.seconds = time.monotonic() - began
    return report


def main() -> int:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # dropped connections are meant to be
    folder = Path(tempfile.mkdtemp(prefix="reminder-kills"))
    report = asyncio.run(
        kill(
            chosen.database,
            folder,
            kills=chosen.kills,
            people=chosen.people,
            processes=chosen.processes,
            seed=chosen.seed,
        )
    )
    print(f"{chosen.database}, processes: {chosen.processes}, seed: {chosen.seed}")
    print(report)
    if not report.good:
        print(f"the bots' logs: {folder}")
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
