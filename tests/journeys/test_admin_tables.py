"""The tables that administrators take away: sent to them alone, complete, and audited."""

import csv
import io
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.kantata import Kind
from tests.journeys.conftest import TAY, Town
from tests.journeys.test_administration import press, send


async def choose(town: Town, action_id: str, value: str) -> None:
    """Choose a year or week in the overview."""
    await town.type("/kantata admin")
    view = town.front()
    block = next(each for each in view["blocks"] if each["accessory"]["action_id"] == action_id)
    await town.world.slack.press(
        town.user(), view_id=view["id"], block_id=block["block_id"], action_id=action_id, value=value
    )
    await town.settle()


async def rows(message: dict[str, Any]) -> list[list[str]]:
    """The rows of the file under that message, its header first."""
    (file,) = message["files"]
    assert urlsplit(file["url_private"]).path
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as answer:
        text = (await answer.read()).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


async def test_the_firm_s_week_comes_as_a_file_with_everybody_in_it(town: Town) -> None:
    await town.run("poll-decisions")
    await town.type("/logtime 2h acme design: a confidential note")
    await choose(town, "admin.week_table.v1", "2026-03-01")

    message = town.heard()[-1]
    assert message["files"][0]["name"] == "kantata-week-2026-03-01.csv"
    header, *found = await rows(message)
    assert header[:4] == ["Person", "E-mail", "Client", "Project"]
    assert {"Tay Forth", "Hudson Reed", "Loire Allier"} <= {row[0] for row in found}
    mine = [row for row in found if row[0] == TAY]
    assert any(row[2:5] == ["Acme", "Website relaunch", "Design"] and float(row[11]) >= 2 for row in mine)
    assert "confidential" not in str(found)
    assert "in your direct messages" in str(town.front()["blocks"])


async def test_the_year_s_audit_comes_with_names(town: Town) -> None:
    await town.type("/kantata admin")
    await press(town, "admin.reminders.v1")
    await send(town, tolerated={"value": "20"})
    await choose(town, "admin.audit_table.v1", "2026")

    header, *found = await rows(town.heard()[-1])
    assert header[1] == "Who"
    assert [row[1:6] for row in found] == [["Tay Forth", "Setting", "", "tolerated_minutes", "0 → 20"]]


async def test_taking_a_table_away_is_audited(town: Town) -> None:
    await choose(town, "admin.audit_table.v1", "2025")
    await choose(town, "admin.audit_table.v1", "2026")

    _, *found = await rows(town.heard()[-1])
    assert [(row[1], row[2], row[4]) for row in found] == [("Tay Forth", "Table taken away", "Audit of 2025")]


async def test_while_kantata_fails_that_is_said_and_no_file_comes(town: Town) -> None:
    await town.run("poll-decisions")
    town.world.kantata.faults.always("GET", "/time_entries", Kind.CANCELED)
    await choose(town, "admin.week_table.v1", "2026-03-01")

    assert "Kantata does not tell me the time" in str(town.front()["blocks"])
    assert not any(each.get("files") for each in town.heard())
