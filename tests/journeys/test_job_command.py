"""``kantata-bot job``: what a job would do at a time, and why not for the others; and doing it."""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot import single_runs
from bot.domain.policies import PersonSettings, Reminder
from storage import policies
from tests.journeys.conftest import TAY, Town
from tests.journeys.test_approvals import ODER
from tests.journeys.test_reminders import firm, home, reminders

__all__ = ["firm"]  # a fixture

FRIDAY = datetime(2026, 3, 6, 15, tzinfo=UTC)


async def previewed(town: Town, name: str, at: datetime) -> dict[str, tuple[bool, str]]:
    return {line.name: (line.gets, line.text) async for line in single_runs.preview(town.deps, name, at)}


async def test_everybody_is_listed_with_what_they_would_get_or_why_not(firm: Town) -> None:
    async with firm.deps.database.transaction() as session:
        stop = PersonSettings(stopped=frozenset({Reminder.INCOMPLETE}))
        await policies.save_personal(session, await home(firm), firm.user(ODER), stop, firm.clock())
    lines = await previewed(firm, "remind-incomplete-week", FRIDAY)

    gets, text = lines[TAY]
    assert gets
    assert "of 40h 00m; missing Mon 2 Mar 2026" in text
    assert lines[ODER] == (False, "wants no such reminders")
    assert lines["Vistula Bug"] == (False, "does not work today")
    assert lines["Trinity Klamath"] == (False, "not yet: the hour has not come")
    assert len(lines) >= 20
    assert reminders(firm) == []


async def test_late_within_the_day_counts_and_the_next_day_does_not(firm: Town) -> None:
    late = await previewed(firm, "remind-incomplete-week", FRIDAY + timedelta(hours=8, minutes=59))
    assert late[TAY][0]
    over = await previewed(firm, "remind-incomplete-week", FRIDAY + timedelta(hours=9))
    assert over[TAY] == (False, "not yet: the hour has not come")


async def test_whoever_got_it_is_said_to_have_got_it(firm: Town) -> None:
    assert (await done(firm)).endswith("whoever deserved it was reminded.")
    assert len(reminders(firm)) == 1
    lines = await previewed(firm, "remind-incomplete-week", FRIDAY)
    assert lines[TAY] == (False, "got it already, or it is on its way")
    await done(firm)
    assert len(reminders(firm)) == 1


async def done(town: Town) -> str:
    """Do it, while the clock by which Slack's limits are kept goes on."""
    run = asyncio.ensure_future(single_runs.run(town.deps, "remind-incomplete-week", FRIDAY, lambda: FRIDAY))
    while not (await asyncio.wait({run}, timeout=0.1))[0]:
        town.clock.forward(seconds=5)
    return run.result()


async def test_managers_and_approvers_have_their_reasons_too(firm: Town) -> None:
    monday = datetime(2026, 3, 9, 15, tzinfo=UTC)
    missing = await previewed(firm, "report-missing", monday)
    assert missing[ODER][0]
    assert "people missing" in missing[ODER][1]
    assert TAY not in missing

    decisions = await previewed(firm, "digest-approvals", datetime(2026, 3, 6, 8, 30, tzinfo=UTC))
    assert decisions[ODER] == (True, "7 timesheets for a decision")
    early = await previewed(firm, "digest-approvals", datetime(2026, 3, 6, 8, 29, tzinfo=UTC))
    assert early[ODER] == (False, "not yet: the hour has not come")


async def command(town: Town, database_url: str, *arguments: str) -> tuple[int, str]:
    """Run it as a process of its own, on the machine's own clock."""
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": town.world.bot_token,
        "SLACK_SIGNING_SECRET": town.world.signing_secret,
        "SLACK_API_URL": f"{town.world.url}/slack/api/",
        "KANTATA_API_URL": f"{town.world.url}/kantata/api/v1",
        "KANTATA_TOKEN": town.world.kantata.service_token,
        "DATABASE_URL": database_url,
        "LOG_LEVEL": "error",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "job", *arguments, env=environment, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, told.decode()


async def test_the_command_prints_a_table_and_then_does_it(town: Town, database_url: str) -> None:
    at = ("--at", "2026-03-06T15:00")
    status, told = await command(town, database_url, "remind-incomplete-week", *at, "--dry-run")
    assert status == 0, told
    assert "remind-incomplete-week at 2026-03-06T15:00:00+00:00" in told
    assert f"yes {TAY}" in told
    assert "Nothing was sent." in told
    assert reminders(town) == []

    status, told = await command(town, database_url, "remind-incomplete-week", *at)
    assert status == 0, told
    assert len(reminders(town)) == 1


@pytest.mark.parametrize("name", ["poll-decisions", "refresh-projects"])
async def test_what_only_reads_says_so(town: Town, database_url: str, name: str) -> None:
    assert await command(town, database_url, name, "--dry-run") == (0, f"{single_runs.READING[name]}\n")


async def test_another_name_is_refused_with_those_there_are(town: Town, database_url: str) -> None:
    status, told = await command(town, database_url, "remind-everybody")
    assert status == 2
    assert "remind-incomplete-week" in told
