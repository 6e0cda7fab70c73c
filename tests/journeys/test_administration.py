"""The firm's settings under /kantata admin: for administrators alone, checked at the field, audited."""

import json
from typing import Any

from bot.domain.audit import AuditLine
from bot.domain.policies import FirmPolicy
from bot.sandbox.slack import Outcome
from storage import audit, policies
from tests.journeys.conftest import TAY, Town

HUDSON = "Hudson Reed"


async def press(town: Town, action_id: str, who: str = TAY) -> None:
    """Press that button of the view in front."""
    view = town.front(who)
    block = next(each for each in view["blocks"] if each.get("accessory", {}).get("action_id") == action_id)
    await town.world.slack.press(
        town.user(who), view_id=view["id"], block_id=block["block_id"], action_id=action_id, value="open"
    )
    await town.settle()


async def send(town: Town, who: str = TAY, **states: dict[str, Any]) -> Outcome:
    """Send the form in front with these states in its fields."""
    values = {}
    for name, state in states.items():
        block = town.field(name, who)
        assert block is not None, f"no field {name}"
        values[name] = {block["element"]["action_id"]: {"type": block["element"]["type"], **state}}
    outcome = await town.world.slack.submit(town.user(who), town.front(who)["id"], values)
    await town.settle()
    return outcome


async def policy(town: Town) -> FirmPolicy:
    async with town.deps.database.reading() as session:
        return await policies.firm(session, town.workspace.team_id)


async def audited(town: Town) -> list[AuditLine]:
    async with town.deps.database.reading() as session:
        return await audit.of_year(session, town.workspace.team_id, 2026)


async def test_only_administrators_may(town: Town) -> None:
    await town.type("/kantata admin", HUDSON)
    assert town.form(HUDSON) is None
    assert town.last(HUDSON).startswith("Only administrators can do that")


async def test_an_administrator_changes_reminders_which_counts_at_once_and_is_audited(town: Town) -> None:
    await town.type("/kantata admin")
    await press(town, "admin.reminders.v1")
    outcome = await send(
        town,
        reminders={"selected_options": [{"value": "missing"}]},
        missing_at={"selected_time": "17:15"},
        tolerated={"value": "20"},
    )
    assert outcome.ok

    shown = str(town.front()["blocks"])
    assert "who is missing 17:15" in shown
    assert "week not complete" not in shown
    assert (await policy(town)).tolerated_minutes == 20
    (line,) = await audited(town)
    assert (line.by, line.what) == (town.user(), "policy")
    changed = {each["name"]: (each["before"], each["after"]) for each in json.loads(line.detail)}
    assert changed["missing_at"] == ("16:00", "17:15")
    assert changed["reminders"] == ("again, decisions, incomplete, missing", "missing")


async def test_a_fault_is_said_at_its_field_and_nothing_is_kept(town: Town) -> None:
    await town.type("/kantata admin")
    await press(town, "admin.reminders.v1")
    outcome = await send(town, tolerated={"value": "9999"})

    assert outcome.errors == {"tolerated": "Say how many minutes: a whole number from 0 to 2400."}
    assert await policy(town) == FirmPolicy()


async def test_whom_an_administrator_names_may_administer_too(town: Town) -> None:
    await town.type("/kantata admin")
    await press(town, "admin.time_off.v1")
    await send(town, administrators={"selected_users": [town.user(HUDSON)]})

    await town.type("/kantata admin", HUDSON)
    assert f"<@{town.user(HUDSON)}>" in str(town.front(HUDSON)["blocks"])


async def test_a_guest_cannot_be_made_an_administrator(town: Town) -> None:
    await town.type("/kantata admin")
    await press(town, "admin.time_off.v1")
    outcome = await send(town, administrators={"selected_users": [town.workspace.GUEST]})

    assert "Gil Guest: guests, apps" in outcome.errors["administrators"]
    assert await policy(town) == FirmPolicy()


async def test_who_is_not_in_kantata_administers_all_the_same(town: Town) -> None:
    town.workspace.users[town.workspace.UNMATCHED].is_admin = True
    await town.type("/kantata admin", "Una Unmatched")
    assert town.front("Una Unmatched")["title"]["text"] == "Administration"


async def test_who_is_an_administrator_no_more_is_refused_at_the_next_press(town: Town) -> None:
    await town.type("/kantata admin")
    await press(town, "admin.reminders.v1")
    await town.world.slack.user_changed(town.user(), is_admin=False)
    await town.settle()
    outcome = await send(town, tolerated={"value": "20"})

    assert not outcome.ok
    assert await policy(town) == FirmPolicy()


async def test_fallbacks_are_found_by_name_and_kept_in_order(town: Town) -> None:
    await town.run("poll-decisions")
    await town.type("/kantata admin")
    await press(town, "admin.time_off.v1")
    (offered,) = (await town.offers("fallbacks", "hudson"))[""]
    assert offered["text"] == HUDSON
    outcome = await send(
        town,
        fallbacks={"selected_options": [{"value": offered["value"]}]},
        granted={"value": "1.5"},
        channel={"selected_conversations": [town.channel]},
    )
    assert outcome.ok

    kept = await policy(town)
    assert (kept.time_off_fallbacks, kept.time_off_granted_minutes) == ((offered["value"],), 90)
    assert kept.absences_channel == town.channel
    await press(town, "admin.time_off.v1")
    block = town.field("fallbacks")
    assert block is not None
    assert block["element"]["initial_options"][0]["text"]["text"] == HUDSON


async def test_the_settings_of_both_forms_stand_beside_each_other(town: Town) -> None:
    await town.type("/kantata admin")
    await press(town, "admin.reminders.v1")
    await send(town, tolerated={"value": "20"})
    await press(town, "admin.time_off.v1")
    await send(town, past_days={"value": "3"})

    kept = await policy(town)
    assert (kept.tolerated_minutes, kept.time_off_past_days) == (20, 3)
    assert len(await audited(town)) == 2
