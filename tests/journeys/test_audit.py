"""Decisions are audited once, wherever they were made, and no reason for leave among them."""

import json

from storage import audit
from tests.journeys.conftest import Town
from tests.journeys.test_approvals import LOIRE, about, poll


async def test_a_decision_is_audited_once_with_who_decided(town: Town) -> None:
    await poll(town)
    await town.press("Reject…", LOIRE, under=about(town, LOIRE, "News archive"))
    await town.send(LOIRE, reason="Not on this project")
    for _ in range(2):
        await poll(town)

    async with town.bot.database.reading() as session:
        lines = await audit.of_year(session, town.workspace.team_id, 2026)
    (line,) = [each for each in lines if "News archive" in each.detail]
    detail = json.loads(line.detail)
    assert (line.what, line.by) == ("decision", LOIRE)
    assert (detail["subject"], detail["result"], detail["why"]) == (
        "timesheet",
        "rejected",
        "Not on this project",
    )
