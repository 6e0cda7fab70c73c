"""Who is missing: told to managers and administrators, privately, once, with a picture and a table."""

import csv
import io
from typing import Any

import httpx
import pytest

from bot.domain.policies import PersonSettings, Reminder
from storage import policies
from tests.journeys.conftest import TAY, Town
from tests.journeys.test_reminders import fill, firm, go, home, look, submit_everything

__all__ = ["firm"]  # a fixture

ODER = "Oder Neisse"  # Tay's manager


def reports(town: Town, who: str = ODER) -> list[dict[str, Any]]:
    return [each for each in town.heard(who) if each["text"].startswith("Who is missing,")]


def files(town: Town, who: str = ODER) -> list[dict[str, Any]]:
    said = town.workspace.messages.get(town.workspace.direct(town.user(who)).id, [])
    return [file for each in said for file in each.files]


async def send_files(town: Town) -> None:
    town.clock.forward(seconds=15)  # what a tick of the bot's own tried before the report stood waits so long
    await town.run("send-report-files")


async def test_a_manager_hears_on_monday_at_four_who_of_the_own_team_is_missing(firm: Town) -> None:
    await go(firm, 9, 14, 59)  # Oder is in Berlin, an hour ahead
    assert reports(firm) == []
    await go(firm, 9, 15)
    (said,) = reports(firm)
    assert "Sun 1 – Sat 7 Mar 2026" in said["text"]
    assert TAY in said["text"]
    assert "40h 00m" in said["text"]
    assert "Hudson" not in said["text"]
    await go(firm, 9, 20)
    await go(firm, 10, 15)
    assert len(reports(firm)) == 1


async def test_nobody_who_manages_nobody_hears_of_it(firm: Town) -> None:
    await go(firm, 9, 20)
    assert reports(firm, TAY) == []


async def test_whoever_has_caught_up_is_not_named(firm: Town) -> None:
    fill(firm)
    submit_everything(firm)
    await go(firm, 9, 15)
    assert all(TAY not in each["text"] for each in reports(firm))


async def test_the_picture_and_the_table_follow_once_in_the_same_private_conversation(firm: Town) -> None:
    await go(firm, 9, 15)
    for _ in range(2):
        await send_files(firm)
    png, table = files(firm)
    assert (png["name"], table["name"]) == ("team-week-2026-03-01.png", "team-week-2026-03-01.csv")
    assert png["mimetype"] == "image/png"
    assert png["alt_txt"].startswith("Bar chart. The team's week, Sun 1 – Sat 7 Mar 2026.")
    assert TAY in png["alt_txt"]
    async with httpx.AsyncClient() as http:
        answer = await http.get(table["url_private"])
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert TAY in {each["Person"] for each in rows}
    assert files(firm, TAY) == []


async def test_no_file_comes_before_the_report(firm: Town) -> None:
    firm.world.slack.faults.rate_limit("chat.postMessage", retry_after=60, times=None)
    await go(firm, 9, 15)
    await send_files(firm)
    assert files(firm) == []
    firm.world.slack.faults.clear()
    await go(firm, 9, 15, 5)
    await send_files(firm)
    assert len(files(firm)) == 2


@pytest.mark.parametrize("lost", ["files.completeUploadExternal", "files.getUploadURLExternal"])
async def test_a_file_whose_sending_was_interrupted_is_looked_for_and_sent_once(
    firm: Town, lost: str
) -> None:
    await go(firm, 9, 15)
    firm.world.slack.faults.reset_after(lost)
    await send_files(firm)
    for _ in range(4):
        await go(firm, 9, 15, 1 + firm.clock().minute)
        await send_files(firm)
    # Of each receiver, one of each: nobody is left out and nobody gets one twice.
    for user in firm.workspace.users.values():
        names = [each["name"] for each in files(firm, user.real_name)] if not user.is_bot else []
        assert len(names) == len(set(names))
    assert len(files(firm)) == 2


async def test_stop_stops_the_report_and_its_files(firm: Town) -> None:
    async with firm.deps.database.transaction() as session:
        stop = PersonSettings(stopped=frozenset({Reminder.MISSING}))
        user = firm.user(ODER)
        await policies.save_personal(session, await home(firm), user, stop, firm.clock())
    await go(firm, 9, 15)
    await send_files(firm)
    await look(firm)
    assert reports(firm) == []
    assert files(firm) == []
