"""Presses in messages and shortcuts: what they carry, and who can do them."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from starlette.responses import Response

from bot.sandbox.slack import NotOnScreen, Workspace
from bot.sandbox.slack.interactions import NOT_CONFIGURED, WARNING
from tests.sandbox.slack.standin import (
    ANA,
    BEN,
    CARLA,
    GENERAL,
    World,
    actions,
    button,
    option,
    section,
)

DM = "D0000000001"
BUTTONS = [section(), actions(button("undo", value="7"))]


async def test_a_press_in_a_message_carries_message_channel_and_response_url(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=ANA, text="Hello", blocks=BUTTONS))["ts"]
    assert (await there.slack.press(ANA, message=(DM, ts), action_id="undo")).ok
    payload = there.app.last
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": DM,
        "is_ephemeral": False,
    }
    assert payload["channel"] == {"id": DM, "name": "directmessage"}
    assert payload["message"]["ts"] == ts
    assert payload["response_url"].startswith("http://slack.example/response/")
    assert payload["trigger_id"]
    assert payload["state"] == {"values": {}}
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("undo", "buttons", "7")
    assert "view" not in payload


async def test_what_was_chosen_beside_a_button_is_in_the_state(there: World) -> None:
    boxes = {"type": "checkboxes", "action_id": "which", "options": [option("1"), option("2")]}
    blocks = [actions(boxes, button("approve"))]
    ts = (await there.api("chat.postMessage", channel=GENERAL, text="x", blocks=blocks))["ts"]
    await there.slack.press(ANA, message=(GENERAL, ts), action_id="which", value=["2"])
    await there.slack.press(ANA, message=(GENERAL, ts), action_id="approve")
    chosen = there.app.last["state"]["values"]["buttons"]["which"]["selected_options"]
    assert chosen == [option("2")]
    await there.slack.press(BEN, message=(GENERAL, ts), action_id="approve")
    assert there.app.last["state"]["values"]["buttons"]["which"]["selected_options"] == []


async def test_an_overflow_sends_the_option(there: World) -> None:
    menu = {"type": "overflow", "action_id": "menu", "options": [option("edit"), option("delete")]}
    ts = (await there.api("chat.postMessage", channel=GENERAL, text="x", blocks=[actions(menu)]))["ts"]
    await there.slack.press(ANA, message=(GENERAL, ts), action_id="menu", value="delete")
    assert there.app.last["actions"][0]["selected_option"] == option("delete")
    with pytest.raises(NotOnScreen):
        await there.slack.press(ANA, message=(GENERAL, ts), action_id="menu", value="copy")


async def test_a_press_that_fails_is_seen(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=ANA, text="Hello", blocks=BUTTONS))["ts"]
    there.app.will_answer(Response(status_code=404))
    assert (await there.slack.press(ANA, message=(DM, ts), action_id="undo")).error == WARNING


async def test_without_interactivity_in_the_manifest_buttons_do_nothing(there: World) -> None:
    there.slack.platform.manifest = replace(there.slack.platform.manifest, interactive=False)
    ts = (await there.api("chat.postMessage", channel=GENERAL, text="Hello", blocks=BUTTONS))["ts"]
    assert (await there.slack.press(ANA, message=(GENERAL, ts), action_id="undo")).error == NOT_CONFIGURED
    assert there.app.received == []


async def test_somebody_of_another_organisation_acts_with_their_own_team(there: World) -> None:
    shared = "C0ACMEWEB"
    ts = (await there.api("chat.postMessage", channel=shared, text="x", blocks=BUTTONS))["ts"]
    await there.slack.press(Workspace.STRANGER, message=(shared, ts), action_id="undo")
    payload = there.app.last
    assert payload["user"]["team_id"] != payload["team"]["id"]


async def test_two_people_press_at_the_same_moment(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=GENERAL, text="x", blocks=BUTTONS))["ts"]
    where = (GENERAL, ts)
    await asyncio.gather(
        there.slack.press(BEN, message=where, action_id="undo"),
        there.slack.press(CARLA, message=where, action_id="undo"),
    )
    assert {each.payload["user"]["id"] for each in there.app.received} == {BEN, CARLA}
    first, second = (each.payload["actions"][0]["action_ts"] for each in there.app.received)
    assert first != second


@pytest.mark.parametrize("target", [{"message": (DM, "1.2")}, {"ephemeral": "M1"}, {"home": True}, {}])
async def test_what_is_not_on_screen_cannot_be_pressed(there: World, target: Any) -> None:
    with pytest.raises(NotOnScreen):
        await there.slack.press(ANA, action_id="undo", **target)


async def test_nobody_presses_in_messages_they_do_not_see(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=ANA, text="Hello", blocks=BUTTONS))["ts"]
    with pytest.raises(NotOnScreen):
        await there.slack.press(BEN, message=(DM, ts), action_id="undo")


async def test_a_button_that_was_taken_away_cannot_be_pressed(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=ANA, text="Hello", blocks=BUTTONS))["ts"]
    await there.api("chat.update", channel=DM, ts=ts, text="Undone")
    with pytest.raises(NotOnScreen):
        await there.slack.press(ANA, message=(DM, ts), action_id="undo")


async def test_a_message_shortcut_carries_the_message(there: World) -> None:
    message = there.slack.workspace.messages[GENERAL][0]
    assert (await there.slack.shortcut(ANA, "log_message", message=(GENERAL, message.ts))).ok
    payload = there.app.last
    assert payload["type"] == "message_action"
    assert payload["callback_id"] == "log_message"
    assert payload["message"]["text"] == message.text
    assert payload["message_ts"] == message.ts
    assert payload["channel"] == {"id": GENERAL, "name": "general"}
    assert payload["response_url"]
    assert payload["trigger_id"]


async def test_a_global_shortcut_has_neither_channel_nor_response_url(there: World) -> None:
    assert (await there.slack.shortcut(ANA, "log_time")).ok
    payload = there.app.last
    assert (payload["type"], payload["callback_id"]) == ("shortcut", "log_time")
    assert not {"channel", "response_url", "message"} & payload.keys()


async def test_a_shortcut_that_fails_is_an_error(there: World) -> None:
    there.app.will_answer(Response(status_code=500))
    assert (await there.slack.shortcut(ANA, "log_time")).error == "dispatch_failed"


async def test_only_the_manifests_shortcuts_are_there(there: World) -> None:
    with pytest.raises(NotOnScreen):
        await there.slack.shortcut(ANA, "nonsense")
    with pytest.raises(NotOnScreen):
        await there.slack.shortcut(ANA, "log_message")
