"""What waits for Kantata under /kantata admin: seen with its reason, tried at once, or dropped."""

import json
from typing import Any

import pytest

from bot.domain.audit import AuditLine
from bot.sandbox.kantata import Kind
from storage import audit
from tests.journeys.conftest import TAY, Town
from tests.journeys.test_administration import press

HUDSON = "Hudson Reed"
LOG = "/logtime 2h acme design: a confidential note"


@pytest.fixture
async def stuck(town: Town) -> Town:
    """A town in which Kantata takes nothing, Tay has logged time, and Hudson administers."""
    appoint(town)
    town.world.kantata.faults.always("POST", "/time_entries", Kind.RATE_LIMITED)
    await town.type(LOG)
    assert "Kept" in town.last()
    return town


def appoint(town: Town) -> None:
    """Make Hudson the only administrator."""
    town.workspace.users[town.user(TAY)].is_admin = False
    town.workspace.users[town.user(HUDSON)].is_admin = True


async def show(town: Town) -> str:
    """What Hudson sees of the writes."""
    await town.type("/kantata admin", HUDSON)
    await press(town, "admin.writes.v1", HUDSON)
    return blocks(town)


def blocks(town: Town) -> str:
    """What stands in the view before Hudson."""
    return str(town.front(HUDSON)["blocks"])


async def hit(town: Town, label: str) -> None:
    """Press that button in the view before Hudson."""
    view = town.front(HUDSON)
    block, button = next(
        (block, element)
        for block in view["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == f"writes.{label}.v1"
    )
    await town.world.slack.press(
        town.user(HUDSON),
        view_id=view["id"],
        block_id=block["block_id"],
        action_id=button["action_id"],
        value=button["value"],
    )
    await town.settle()


async def audited(town: Town) -> list[AuditLine]:
    async with town.deps.database.reading() as session:
        return await audit.of_year(session, town.workspace.team_id, 2026)


async def test_what_waits_is_shown_with_its_reason_and_without_its_content(stuck: Town) -> None:
    await stuck.type("/kantata admin", HUDSON)
    assert "1 waits for Kantata, 1 of them after a failure." in blocks(stuck)

    await press(stuck, "admin.writes.v1", HUDSON)
    shown = blocks(stuck)
    assert f"*Log time* · <@{stuck.user()}>" in shown
    assert "tried 1 time" in shown
    assert "Why: Kantata asked to wait." in shown
    assert "confidential" not in shown


async def test_retry_has_it_written_at_once_and_is_audited(stuck: Town) -> None:
    await show(stuck)
    stuck.world.kantata.faults.clear()
    await hit(stuck, "retry")

    assert len(stuck.noted("a confidential note")) == 1
    assert "is tried again now" in blocks(stuck)
    (line,) = await audited(stuck)
    assert (line.by, line.what) == (stuck.user(HUDSON), "write.retry")
    assert json.loads(line.detail)["of"] == stuck.user()


async def test_drop_ends_it_tells_its_person_and_is_audited(stuck: Town) -> None:
    await show(stuck)
    await hit(stuck, "drop")

    assert "An administrator dropped this before Kantata had taken it" in stuck.last()
    assert "was dropped" in blocks(stuck)
    stuck.world.kantata.faults.clear()
    await stuck.later(minutes=10)
    assert stuck.noted("a confidential note") == []
    (line,) = await audited(stuck)
    assert (line.what, json.loads(line.detail)["kind"]) == ("write.drop", "log_entries")
    assert "confidential" not in line.detail


async def test_who_is_told_of_an_uncertain_drop_is_told_to_look_in_kantata(town: Town) -> None:
    appoint(town)
    town.world.kantata.faults.next("POST", "/time_entries", Kind.DROPPED)
    town.world.kantata.faults.always("GET", "/time_entries", Kind.UNAVAILABLE)
    await town.type(LOG)
    await show(town)
    await hit(town, "drop")

    assert "Look there before you ask for it again." in town.last()


async def test_a_press_about_what_waits_no_more_says_so_and_is_not_audited(stuck: Town) -> None:
    await show(stuck)
    stuck.world.kantata.faults.clear()
    await stuck.later(minutes=10)
    await hit(stuck, "drop")

    assert "That one waits no more." in blocks(stuck)
    assert len(stuck.noted("a confidential note")) == 1
    assert await audited(stuck) == []


async def test_nobody_else_can_drop_anything(stuck: Town) -> None:
    view: dict[str, Any] = {"id": "V1", "root_view_id": "V1", "type": "modal"}
    action = {"type": "button", "action_id": "writes.drop.v1", "block_id": "b", "value": "1"}
    await stuck.interact(TAY, type="block_actions", view=view, actions=[action])

    assert await audited(stuck) == []
    stuck.world.kantata.faults.clear()
    await stuck.later(minutes=10)
    assert len(stuck.noted("a confidential note")) == 1
