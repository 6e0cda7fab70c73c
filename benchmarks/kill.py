"""Kill the bot while people log time, again and again, and count what became of every request.

    ./run python -m benchmarks.kill --rounds 300 --database sqlite
    ./run python -m benchmarks.kill --rounds 300 --database postgresql --processes 2

The bot runs as it does for real, as processes between a served Slack and a served Kantata. In each round
people begin a few errands (commands, several lines, forms, Undo and Edit, some of them doubled), Kantata and
Slack fail in some of them, and a bot is killed by SIGKILL at a random instant and started again. In the end
Kantata must have exactly one entry for every acknowledged request, none or one for the others, and everybody
must have been answered. Exit status 1 where that is not so.

KANTATA_TIMEOUT is 2 seconds here, and the slowest request of this Kantata takes half of that: the rounds
take minutes instead of hours.
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
from pathlib import Path

from benchmarks.errands import Errands, Verdict, judge
from benchmarks.stage import Stage, stage
from bot.sandbox.kantata import Kind
from tests.storage.databases import PostgresDatabases
from tests.storage.postgres import running_postgres

KANTATA_TIMEOUT = 2.0
SLOWEST = 1.0  # seconds
PEOPLE = 20
ERRANDS = 5  # a round
SETTLED = 90.0  # seconds after the last kill

# What goes wrong with a request that writes, and whether Kantata does it all the same.
FAULTS = (
    (Kind.DROPPED, True),
    (Kind.DROPPED, False),
    (Kind.ERROR, True),
    (Kind.ERROR, False),
    (Kind.BAD_GATEWAY, True),
    (Kind.BAD_GATEWAY, False),
    (Kind.EMPTY, True),
    (Kind.TRUNCATED, True),
    (Kind.UNAVAILABLE, False),
    (Kind.RATE_LIMITED, False),
    (Kind.SLOW, True),
    (Kind.HANG, True),
)
WRITES = (("POST", "/time_entries"), ("PUT", "/time_entries/*"), ("DELETE", "/time_entries/*"))


@dataclass
class Report:
    """What was done to the bot, and what came of it."""

    rounds: int
    kills: int
    faults: int
    errands: int
    refused_in_words: int
    verdict: Verdict
    seconds: float

    def __str__(self) -> str:
        verdict = self.verdict
        return "\n".join(
            [
                f"rounds      {self.rounds}",
                f"kills       {self.kills}",
                f"faults      {self.faults}",
                f"errands     {self.errands} ({self.refused_in_words} told at once that nothing was written)",
                f"entries     {verdict.wanted} wanted, {verdict.found} found",
                f"duplicates  {verdict.duplicates}",
                f"lost        {verdict.lost}",
                f"wrong       {verdict.wrong}",
                f"unanswered  {verdict.unanswered}",
                f"seconds     {self.seconds:.0f}",
            ]
        )


class Killer:
    """Rounds of errands, faults and kills, in an order that ``seed`` decides as far as time lets it."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._chance = random.Random(seed)
        self._errands = Errands(stage, self._chance)
        self._kills = 0
        self._faults = 0

    async def run(self, rounds: int, people: int) -> Report:
        """That many rounds, with so many people, and the judgement when all has settled."""
        began = time.monotonic()
        await self._errands.introduce(people)
        releasing = asyncio.create_task(self._release())
        try:
            for _ in range(rounds):
                await self._round()
            verdict = await self._settled()
        finally:
            releasing.cancel()
            with suppress(asyncio.CancelledError):
                await releasing
        return Report(
            rounds,
            self._kills,
            self._faults,
            self._errands.begun,
            self._errands.refused_in_words,
            verdict,
            time.monotonic() - began,
        )

    async def _round(self) -> None:
        chance = self._chance
        self._stage.world.slack.faults.deliver_twice = chance.random() < 0.3
        for _ in range(chance.randint(1, 2 * ERRANDS - 1)):
            self._stage.deliver_to(chance)
            self._spoil()
            self._errands.begin()
            await asyncio.sleep(chance.choice((0, 0, 0.02, 0.1)))
        await asyncio.sleep(chance.uniform(0, chance.choice((0.1, 0.5, 2.0))))
        await self._stage.kill(chance)
        self._kills += 1
        await self._stage.running()

    def _spoil(self) -> None:
        """Let something go wrong, in about half of the errands."""
        chance, world = self._chance, self._stage.world
        if chance.random() < 0.5:
            kind, done = chance.choice(FAULTS)
            method, path = chance.choices(WRITES, (6, 1, 1))[0]
            world.kantata.faults.next(method, path, kind, done=done, seconds=chance.uniform(0, SLOWEST))
            self._faults += 1
        if chance.random() < 0.1:
            world.kantata.faults.next("GET", "/time_entries", chance.choice((Kind.ERROR, Kind.DROPPED)))
            self._faults += 1
        if chance.random() < 0.1:
            chance.choice((world.slack.faults.fail, world.slack.faults.reset_after))("response_url")
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
        await self._errands.finished()
        deadline = time.monotonic() + SETTLED
        while time.monotonic() < deadline:
            await asyncio.sleep(0.2)
            if judge(self._stage, self._errands.expected).good:
                break
        await asyncio.sleep(2 * KANTATA_TIMEOUT)
        return judge(self._stage, self._errands.expected)


async def kill(
    database_url: str, folder: Path, *, rounds: int, seed: int, people: int = PEOPLE, processes: int = 1
) -> Report:
    """Rounds of kills on a database that may be empty; the bots' logs are kept in ``folder``."""
    async with stage(database_url, folder, processes=processes, kantata_timeout=KANTATA_TIMEOUT) as set_up:
        return await Killer(set_up, seed).run(rounds, people)


@contextmanager
def database_for(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bot.db'}"
        return
    with running_postgres() as server:
        databases = PostgresDatabases(server)
        yield databases.url(databases.create_empty())


def main() -> int:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # dropped answers are meant to be
    folder = Path(tempfile.mkdtemp(prefix="kill"))
    with database_for(chosen.database, folder) as database_url:
        report = asyncio.run(
            kill(database_url, folder, rounds=chosen.rounds, seed=chosen.seed, processes=chosen.processes)
        )
    print(f"{chosen.database}, processes: {chosen.processes}, seed: {chosen.seed}")
    print(report)
    if not report.verdict.good:
        print(*report.verdict.faults, sep="\n")
        print(f"the bots' logs: {folder}")
    return 0 if report.verdict.good else 1


if __name__ == "__main__":
    sys.exit(main())
