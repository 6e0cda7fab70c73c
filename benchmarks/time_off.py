"""Kill the bot while time off is granted, changed and given back, and count the hours Kantata ends with.

    ./run python -m benchmarks.time_off --rounds 200
    ./run python -m benchmarks.time_off --rounds 200 --database postgresql --processes 2

As benchmarks/kill.py does, but with time off: Kantata merges what is booked on one day of one person, so that
hours sent twice would add up without a trace. In each round people ask, managers approve, days are given
other hours or given back; answers are lost, and a bot is killed by SIGKILL and started again. In the end each
day must have exactly the hours that were granted last, beside those that were off before. Exit status 1
where that is not so.
"""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.kill import FAULTS, KANTATA_TIMEOUT, SLOWEST
from benchmarks.leave import GRANTED_AT_ONCE, Leave, Verdict, judge
from benchmarks.stage import Stage, stage
from bot.domain.policies import FirmPolicy
from bot.sandbox.kantata import Kind
from storage import policies
from storage.database import Database
from tests.storage.databases import PostgresDatabases
from tests.storage.postgres import running_postgres

PEOPLE = 12
SETTLED = 90.0  # seconds after the last kill
WRITES = (("POST", "/time_off_entries"), ("PUT", "/time_off_entries/*"), ("DELETE", "/time_off_entries/*"))


@dataclass
class Report:
    """What was done to the bot, and what came of it."""

    rounds: int
    kills: int
    faults: int
    leave: Leave
    verdict: Verdict
    seconds: float

    def __str__(self) -> str:
        leave, verdict = self.leave, self.verdict
        return "\n".join(
            [
                f"rounds      {self.rounds}",
                f"kills       {self.kills}",
                f"faults      {self.faults}",
                f"requests    {leave.begun} ({leave.given_up} given up before they were asked for)",
                f"granted     {leave.granted}, changed {leave.changed}, given back {leave.cancelled}",
                f"days        {verdict.days}, {verdict.right} with exactly their hours "
                f"({verdict.unsure} after an act that was never acknowledged, with or without it)",
                f"too much    {verdict.doubled}",
                f"too little  {verdict.lost}",
                f"unanswered  {verdict.unanswered}",
                f"seconds     {self.seconds:.0f}",
            ]
        )


class Killer:
    """Rounds of requests, faults and kills, in an order that ``seed`` decides as far as time lets it."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._chance = random.Random(seed)
        self._leave = Leave(stage, self._chance)
        self._kills = 0
        self._faults = 0

    async def run(self, rounds: int, people: int) -> Report:
        """That many rounds, with so many people, and the judgement when all has settled."""
        began = time.monotonic()
        await self._leave.introduce(people)
        releasing = asyncio.create_task(self._release())
        try:
            for _ in range(rounds):
                await self._round()
            verdict = await self._settled()
        finally:
            releasing.cancel()
            with suppress(asyncio.CancelledError):
                await releasing
        return Report(rounds, self._kills, self._faults, self._leave, verdict, time.monotonic() - began)

    async def _round(self) -> None:
        chance = self._chance
        self._stage.world.slack.faults.deliver_twice = chance.random() < 0.3
        for _ in range(chance.randint(1, 4)):
            self._stage.deliver_to(chance)
            self._spoil()
            self._leave.begin()
            await asyncio.sleep(chance.choice((0, 0.05, 0.2)))
        await asyncio.sleep(chance.uniform(0, chance.choice((0.5, 2.0, 4.0))))
        await self._stage.kill(chance)
        self._kills += 1
        await self._stage.running()

    def _spoil(self) -> None:
        """Let something go wrong, in about half of the requests."""
        chance, faults = self._chance, self._stage.world.kantata.faults
        if chance.random() < 0.5:
            kind, done = chance.choice(FAULTS)
            method, path = chance.choices(WRITES, (3, 2, 2))[0]
            faults.next(method, path, kind, done=done, seconds=chance.uniform(0, SLOWEST))
            self._faults += 1
        if chance.random() < 0.2:
            faults.next("GET", "/time_off_entries", chance.choice((Kind.ERROR, Kind.DROPPED)))
            self._faults += 1

    async def _release(self) -> None:
        """No request hangs for longer than the slowest takes."""
        while True:
            await asyncio.sleep(SLOWEST / 2)
            self._stage.world.kantata.faults.release()

    async def _settled(self) -> Verdict:
        """The judgement, once nothing goes wrong any more and nothing could still be under way."""
        self._stage.world.kantata.faults.clear()
        self._stage.world.slack.faults.clear()
        self._stage.deliver_to(self._chance)
        await self._leave.finished()
        deadline = time.monotonic() + SETTLED
        while time.monotonic() < deadline:
            await asyncio.sleep(0.2)
            if judge(self._stage, self._leave.wanted).good:
                break
        await asyncio.sleep(2 * KANTATA_TIMEOUT)
        return judge(self._stage, self._leave.wanted)


async def grant(
    database_url: str, folder: Path, *, rounds: int, seed: int, people: int = PEOPLE, processes: int = 1
) -> Report:
    """Rounds of kills on a database that may be empty; the bots' logs are kept in ``folder``."""
    async with stage(database_url, folder, processes=processes, kantata_timeout=KANTATA_TIMEOUT) as set_up:
        await _let_little_be_granted_at_once(database_url, set_up)
        return await Killer(set_up, seed).run(rounds, people)


async def _let_little_be_granted_at_once(database_url: str, stage: Stage) -> None:
    database = Database(database_url).of("T1")
    policy = FirmPolicy(time_off_granted_minutes=GRANTED_AT_ONCE)
    async with database.transaction() as session:
        await policies.save_firm(session, stage.workspace.team_id, policy, "U0", datetime.now(UTC))
    await database.close()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bot.db'}"
        return
    with running_postgres() as server:
        databases = PostgresDatabases(server)
        yield databases.url(databases.create_empty())


def main() -> int:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # dropped answers are meant to be
    folder = Path(tempfile.mkdtemp(prefix="time-off"))
    with _database(chosen.database, folder) as database_url:
        report = asyncio.run(
            grant(database_url, folder, rounds=chosen.rounds, seed=chosen.seed, processes=chosen.processes)
        )
    print(f"{chosen.database}, processes: {chosen.processes}, seed: {chosen.seed}")
    print(report)
    if not report.verdict.good:
        print(*report.verdict.faults, sep="\n")
        print(f"the bots' logs: {folder}")
    return 0 if report.verdict.good else 1


if __name__ == "__main__":
    sys.exit(main())
