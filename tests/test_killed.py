"""Bots that are killed or asked to end while people log time: one entry for each, everybody answered."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.kill import kill
from benchmarks.stage import Person, Stage, stage
from bot.sandbox.bot_process import BotProcess
from bot.sandbox.kantata import Kind
from tests.storage.databases import PostgresDatabases, SqliteDatabases

ENDS_WITHIN = 10.0  # seconds
ANSWERS_WITHIN = 30.0


@pytest.fixture
async def sqlite_url(sqlite_databases: SqliteDatabases, tmp_path: Path) -> str:
    return await sqlite_databases.create(tmp_path / "bot.db")


@pytest.fixture
async def postgres_url(postgres_databases: PostgresDatabases) -> AsyncIterator[str]:
    name = await postgres_databases.create()
    yield postgres_databases.url(name)
    postgres_databases.drop(name)


async def test_one_bot_killed_again_and_again_writes_each_entry_once(sqlite_url: str, tmp_path: Path) -> None:
    report = await kill(sqlite_url, tmp_path, rounds=4, seed=1, people=6)

    assert report.kills == 4
    assert report.verdict.wanted > 0
    assert report.verdict.faults == []


async def test_two_bots_on_one_database_killed_in_turn_write_each_entry_once(
    postgres_url: str, tmp_path: Path
) -> None:
    report = await kill(postgres_url, tmp_path, rounds=4, seed=2, people=6, processes=2)

    assert report.kills == 4
    assert report.verdict.wanted > 0
    assert report.verdict.faults == []


@pytest.fixture
async def one_bot(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(sqlite_url, tmp_path) as set_up:
        person = set_up.people[0]
        await set_up.world.slack.command(person.slack_id, person.dm, "/kantata whoami")
        yield set_up


async def _asked_to_end(bot: BotProcess) -> float:
    """How many seconds it took to end."""
    began = time.monotonic()
    await bot.stop()
    return time.monotonic() - began


async def _heard(stage: Stage, person: Person, text: str) -> None:
    """Returns as soon as the person has read that."""
    async with asyncio.timeout(ANSWERS_WITHIN):
        while True:
            if any(text in message.text for message in stage.heard(person)):
                return
            await asyncio.sleep(0.02)


async def test_asked_to_end_it_finishes_what_is_under_way(one_bot: Stage) -> None:
    (bot,) = one_bot.bots.values()
    person, kantata = one_bot.people[0], one_bot.world.kantata
    kantata.faults.next("POST", "/time_entries", Kind.SLOW, seconds=1)
    outcome = await one_bot.world.slack.command(person.slack_id, person.dm, "/logtime 7m acme design: slow")

    seconds = await _asked_to_end(bot)

    assert outcome.ok
    assert seconds < ENDS_WITHIN
    assert bot.exit_code == -signal.SIGTERM  # which a shell calls 143
    assert one_bot.entries("slow") == [7]
    await _heard(one_bot, person, "Logged 0h 07m")


@pytest.mark.parametrize("lands", [True, False])
async def test_asked_to_end_while_kantata_hangs_it_hands_back_and_the_next_one_writes_once(
    one_bot: Stage, lands: bool
) -> None:
    (bot,) = one_bot.bots.values()
    person, faults = one_bot.people[0], one_bot.world.kantata.faults
    faults.next("POST", "/time_entries", Kind.HANG, done=lands)
    outcome = await one_bot.world.slack.command(person.slack_id, person.dm, "/logtime 8m acme design: stuck")
    await faults.hung()

    seconds = await _asked_to_end(bot)
    faults.release()
    await bot.start()

    assert outcome.ok
    assert seconds < ENDS_WITHIN
    await _heard(one_bot, person, "Logged 0h 08m")
    assert one_bot.entries("stuck") == [8]
