"""Decisions are audited once, wherever they were made, and no reason for leave among them."""

import json

from storage import audit
from tests.journeys.conftest import TAY, Town
from tests.journeys.test_approvals import LOIRE, about, poll
from tests.journeys.test_time_off import ODER, ask, asked, later


async def test_a_decision_about_leave_is_audited_without_any_reason(town: Town) -> None:
    await ask(town, "fri: a secret reason")
    await town.press("Reject…", ODER, under=asked(town))
    await town.send(ODER, reason="A secret answer")
    await later(town)

    async with town.deps.database.reading() as session:
        lines = await audit.of_year(session, town.workspace.team_id, 2026)
    (line,) = [each for each in lines if "time off" in each.detail]
    detail = json.loads(line.detail)
    assert (line.by, detail["of"], detail["result"]) == (ODER, TAY, "rejected")
    assert "6 Mar 2026" in detail["about"]
    assert "secret" not in line.detail


async def test_a_decision_is_audited_once_with_who_decided(town: Town) -> None:
    await poll(town)
    await town.press("Reject…", LOIRE, under=about(town, LOIRE, "News archive"))
    await town.send(LOIRE, reason="Not on this project")
    for _ in range(2):
        await poll(town)

    async with town.deps.database.reading() as session:
        lines = await audit.of_year(session, town.workspace.team_id, 2026)
    (line,) = [each for each in lines if "News archive" in each.detail]
    detail = json.loads(line.detail)
    assert (line.what, line.by) == ("decision", LOIRE)
    assert (detail["subject"], detail["result"], detail["why"]) == (
        "timesheet",
        "rejected",
        "Not on this project",
    )
