"""The page's side: what a person's screen shows, what is told to it, and every act by POST."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.types import Message

from bot.sandbox.slack import Workspace
from tests.sandbox.slack.standin import (
    ANA,
    BEN,
    GENERAL,
    Json,
    World,
    actions,
    button,
    modal,
    option,
    section,
    select,
    text_input,
)

DM = "D0000000001"


async def act(there: World, name: str, **asked: Any) -> Json:
    """One act of Ana's."""
    response = await there.web.post(f"/page/{name}", json={"user": ANA, **asked})
    answered: Json = response.json()
    return answered | {"status": response.status_code}


async def state(there: World, user: str = ANA) -> Json:
    """What stands on that person's screen."""
    found: Json = (await there.web.get("/page/state", params={"user": user})).json()
    return found


async def test_a_screen_shows_what_its_person_may_see(there: World) -> None:
    await there.api("chat.postMessage", channel=ANA, text="For Ana")
    await there.api("chat.postEphemeral", channel=GENERAL, user=ANA, text="Psst")
    hers, his = await state(there, ANA), await state(there, BEN)
    assert hers["team"] == {"id": "T0SANDBOX", "name": "Sandbox"}
    assert hers["me"]["real_name"] == "Ana Alvarez"
    assert hers["messages"][DM][0]["text"] == "For Ana"
    assert hers["messages"][GENERAL][-1]["text"] == "Psst"
    assert hers["messages"][GENERAL][-1]["ephemeral"] is True
    assert DM not in his["messages"]
    assert [message["text"] for message in his["messages"][GENERAL]] == [
        "Good morning! The quarterly review moved to Thursday."
    ]
    assert (hers["home"], hers["views"]) == (None, [])
    assert hers["bot"]["name"] == "Kantata"


async def test_a_screen_names_commands_and_shortcuts(there: World) -> None:
    shown = await state(there)
    assert shown["commands"][0] == {
        "command": "/logtime",
        "description": "Log time",
        "usage_hint": "2h acme",
    }
    assert [each["type"] for each in shown["shortcuts"]] == ["global", "message"]


async def test_a_stranger_sees_the_shared_channel_alone(there: World) -> None:
    shown = await state(there, Workspace.STRANGER)
    assert [each["name"] for each in shown["channels"]] == ["acme-website"]


async def test_a_page_that_knows_nobody_becomes_the_first(there: World) -> None:
    assert (await state(there, ""))["me"]["id"] == ANA


@pytest.mark.parametrize("path", ["state", "events"])
@pytest.mark.parametrize("user", ["U0NOBODY", Workspace.DEACTIVATED])
async def test_nobody_has_no_screen(there: World, path: str, user: str) -> None:
    assert (await there.web.get(f"/page/{path}", params={"user": user})).status_code == 404


async def test_a_command_from_the_page(there: World) -> None:
    there.app.will_answer("Logged")
    answered = await act(there, "command", channel=GENERAL, text="/logtime 2h")
    assert answered["ok"]
    assert answered["elapsed_ms"] >= 0
    assert (await state(there))["messages"][GENERAL][-1]["text"] == "Logged"


async def test_a_message_from_the_page(there: World) -> None:
    assert (await act(there, "say", channel=DM, text="hello"))["ok"]
    assert there.app.events[0]["text"] == "hello"


async def test_presses_from_the_page_reach_every_kind_of_target(there: World) -> None:
    blocks = [actions(button("go", value="7"))]
    ts = (await there.api("chat.postMessage", channel=GENERAL, text="x", blocks=blocks))["ts"]
    await there.api("chat.postEphemeral", channel=GENERAL, user=ANA, text="x", blocks=blocks)
    await there.api("views.publish", user_id=ANA, view={"type": "home", "blocks": blocks})
    view_id = await there.form(modal(*blocks))
    ephemeral_id = (await state(there))["messages"][GENERAL][-1]["id"]
    targets = [
        {"kind": "message", "channel": GENERAL, "ts": ts},
        {"kind": "ephemeral", "id": ephemeral_id},
        {"kind": "view", "view_id": view_id},
        {"kind": "home"},
    ]
    for target in targets:
        element = {"type": "button", "value": "7"}
        pressed = await act(
            there,
            "press",
            target=target,
            block_id="buttons",
            action_id="go",
            element=element,
            state={"values": {}},
        )
        assert pressed["ok"], pressed
        assert there.app.last["actions"][0]["value"] == "7"


async def test_a_form_is_filled_and_sent_from_the_page(there: World) -> None:
    view_id = await there.form(modal(select("project"), text_input("notes", optional=True)))
    assert (await state(there))["views"][0]["id"] == view_id
    there.app.will_answer({"options": [option("7", "Acme")]})
    asked = {"target": {"kind": "view", "view_id": view_id}, "block_id": "project", "action_id": "pick"}
    offered = await act(there, "options", value="ac", **asked)
    assert offered["options"] == [option("7", "Acme")]
    values = {"project": {"pick": {"type": "external_select", "selected_option": option("7", "Acme")}}}
    there.app.will_answer({"response_action": "errors", "errors": {"notes": "Say what you did."}})
    refused = await act(there, "submit", view_id=view_id, values=values)
    assert refused["errors"] == {"notes": "Say what you did."}
    assert "error" not in refused
    assert (await act(there, "submit", view_id=view_id, values=values))["ok"]
    assert (await state(there))["views"] == []


async def test_groups_are_told_apart_from_options(there: World) -> None:
    view_id = await there.form(modal(select("project")))
    group = {"label": {"type": "plain_text", "text": "Recent"}, "options": [option("7")]}
    there.app.will_answer({"option_groups": [group]})
    target = {"kind": "view", "view_id": view_id}
    offered = await act(there, "options", target=target, block_id="project", action_id="pick", value="")
    assert offered["option_groups"] == [group]


async def test_a_form_is_closed_from_the_page(there: World) -> None:
    view_id = await there.form(modal(section()))
    assert (await act(there, "close", view_id=view_id, cleared=True))["ok"]
    assert (await state(there))["views"] == []


async def test_shortcuts_and_home_from_the_page(there: World) -> None:
    assert (await act(there, "shortcut", callback_id="log_time"))["ok"]
    ts = there.slack.workspace.messages[GENERAL][0].ts
    message = {"channel": GENERAL, "ts": ts}
    assert (await act(there, "shortcut", callback_id="log_message", message=message))["ok"]
    assert (await act(there, "home"))["ok"]
    assert there.app.events[-1]["type"] == "app_home_opened"


async def test_what_is_not_there_is_404_and_what_is_not_understood_400(there: World) -> None:
    assert (await act(there, "submit", view_id="V1", values={}))["status"] == 404
    assert (await act(there, "press", target={"kind": "wall"}, action_id="x"))["status"] == 400
    assert (await act(there, "command"))["status"] == 400
    assert (await there.web.post("/page/say", content="{")).status_code == 400


@asynccontextmanager
async def screen(there: World, user: str = ANA) -> AsyncIterator["asyncio.Queue[Json]"]:
    """What is told to that person's screen, as it comes."""
    told: asyncio.Queue[Json] = asyncio.Queue()
    started, gone = asyncio.Event(), asyncio.Event()

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        for line in message.get("body", b"").decode().splitlines():
            if line.startswith("retry:"):
                started.set()
            if line.startswith("data: "):
                told.put_nowait(json.loads(line.removeprefix("data: ")))

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/page/events",
        "query_string": f"user={user}".encode(),
        "headers": [],
        "asgi": {"version": "3.0", "spec_version": "2.3"},
    }
    streaming = asyncio.create_task(there.slack.app(scope, receive, send))
    await started.wait()
    yield told
    gone.set()
    await streaming


async def test_messages_are_told_as_they_come_change_and_go(there: World) -> None:
    async with screen(there) as told:
        ts = (await there.api("chat.postMessage", channel=GENERAL, text="One"))["ts"]
        await there.api("chat.update", channel=GENERAL, ts=ts, text="Two")
        await there.api("chat.delete", channel=GENERAL, ts=ts)
        events = [await told.get() for _ in range(3)]
    assert [event["type"] for event in events] == ["message", "message_changed", "message_deleted"]
    assert [event["text"] for event in events] == ["One", "Two", "Two"]
    assert all(event["ts"] == ts and event["message"]["channel"] == GENERAL for event in events)


async def test_a_screen_is_told_its_own_persons_things_only(there: World) -> None:
    async with screen(there, BEN) as told:
        await there.api("chat.postMessage", channel=ANA, text="For Ana")
        await there.api("chat.postEphemeral", channel=GENERAL, user=ANA, text="Psst")
        await there.api("chat.postMessage", channel=GENERAL, text="For all")
        assert (await told.get())["text"] == "For all"


async def test_views_and_home_are_told(there: World) -> None:
    async with screen(there) as told:
        view_id = await there.form(modal(section("1")))
        await there.api("views.update", view_id=view_id, view=modal(section("2")))
        await there.slack.close(ANA, view_id)
        await there.api("views.publish", user_id=ANA, view={"type": "home", "blocks": [section("3")]})
        opened, updated, closed, home = [await told.get() for _ in range(4)]
    assert (opened["type"], opened["view"]["id"]) == ("view_opened", view_id)
    assert (updated["type"], updated["view"]["blocks"][0]["text"]["text"]) == ("view_updated", "2")
    assert (closed["type"], closed["view_id"]) == ("view_closed", view_id)
    assert (home["type"], home["blocks"][0]["text"]["text"]) == ("home", "3")


async def test_screens_end_when_slack_does(there: World) -> None:
    async with screen(there):
        there.slack.workspace.close_screens()


async def test_a_screen_that_is_gone_is_forgotten(there: World) -> None:
    async with screen(there):
        pass
    await there.api("chat.postMessage", channel=GENERAL, text="x")
    async with screen(there) as told:
        assert told.empty()
