"""The shortcuts, and role and location under More."""

from datetime import date
from typing import Any

from bot.sandbox.slack.page_api import visible_messages
from tests.journeys.conftest import Town

TODAY = date(2026, 3, 5)


def inputs(town: Town) -> dict[str, dict[str, Any]]:
    """The inputs of the open form by what they ask for."""
    form = town.form()
    assert form is not None
    return {
        block["block_id"].partition(":")[0]: block for block in form["blocks"] if block["type"] == "input"
    }


async def test_the_global_shortcut_opens_the_empty_form_for_today(town: Town) -> None:
    await town.world.slack.shortcut(town.user(), "log_time")

    assert inputs(town)["date"]["element"]["initial_date"] == "2026-03-05"
    assert "initial_option" not in inputs(town)["project"]["element"]


async def test_a_messages_shortcut_takes_its_text_as_notes_and_the_channels_project(town: Town) -> None:
    await town.type("/kantata project acme website")
    other = town.user("Oder Neisse")
    await town.world.slack.say(other, town.channel, "Sketched <the> checkout & more")
    shown = visible_messages(town.workspace, town.user(), town.workspace.channel("general"))
    said = next(each for each in shown if each["user"] == other and "checkout" in each["text"])

    await town.world.slack.shortcut(town.user(), "log_time_of_message", message=(town.channel, said["ts"]))

    assert inputs(town)["notes"]["element"]["initial_value"] == "Sketched <the> checkout & more"
    assert inputs(town)["project"]["element"]["initial_option"]["text"]["text"] == "Acme / Website relaunch"
    assert "task" in inputs(town)


async def test_more_asks_for_role_and_location_and_writes_them(town: Town) -> None:
    await town.type("/logtime acme design")
    form = town.form()
    assert form is not None
    await town.world.slack.press(
        town.user(),
        view_id=form["id"],
        action_id="entry.more.v1",
        state={"duration": {"value": {"type": "plain_text_input", "value": "1h 5m"}}},
    )
    place = inputs(town)["location"]["element"]["options"][0]

    outcome = await town.world.slack.submit(
        town.user(),
        form["id"],
        {
            "duration": {"value": {"type": "plain_text_input", "value": "1h 5m"}},
            "location": {"value": {"type": "static_select", "selected_option": place}},
        },
    )
    await town.settle()

    assert outcome.ok, outcome
    (entry,) = [each for each in town.entries(TODAY) if each["minutes"] == 65]
    places = town.world.kantata.store.table("account_locations").where("name", place["text"]["text"])
    row = town.world.kantata.store.table("time_entries").get(entry["id"])
    assert row is not None
    assert row["location_id"] == places[0]["id"]
