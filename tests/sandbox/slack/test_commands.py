"""Slash commands: their payload, their answers, and what people see where there is none."""

import asyncio
import hashlib
import hmac
from urllib.parse import urlsplit

import pytest
from starlette.responses import Response

from bot.sandbox.slack import NotOnScreen, Workspace
from tests.sandbox.slack.standin import ANA, BEN, GENERAL, SECRET, World, never, section, world


async def test_a_command_carries_what_slack_sends(there: World) -> None:
    assert (await there.slack.command(ANA, GENERAL, "/logtime 2h acme")).ok
    payload = there.app.last
    assert payload["command"] == "/logtime"
    assert payload["text"] == "2h acme"
    assert (payload["user_id"], payload["channel_id"]) == (ANA, GENERAL)
    assert payload["channel_name"] == "general"
    assert payload["is_enterprise_install"] == "false"
    assert payload["team_id"] == there.slack.workspace.team_id
    assert payload["trigger_id"].count(".") == 2


async def test_a_command_is_signed_over_its_body_and_time(there: World) -> None:
    await there.slack.command(ANA, GENERAL, "/logtime x")
    received = there.app.received[0]
    timestamp = received.headers["x-slack-request-timestamp"]
    base = b"v0:" + timestamp.encode() + b":" + received.body
    signature = "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()
    assert received.headers["x-slack-signature"] == signature
    assert int(timestamp) == int(there.clock.now.timestamp())
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"


async def test_a_text_answer_is_seen_by_the_person_alone(there: World) -> None:
    there.app.will_answer("Logged 2h")
    await there.slack.command(ANA, GENERAL, "/logtime 2h")
    assert there.texts(GENERAL, ANA) == ["Logged 2h"]
    assert there.texts(GENERAL, BEN) == []


async def test_an_answer_in_channel_is_seen_by_everybody(there: World) -> None:
    there.app.will_answer({"response_type": "in_channel", "text": "Logged", "blocks": [section()]})
    await there.slack.command(ANA, GENERAL, "/logtime 2h")
    assert there.texts(GENERAL, BEN) == ["Logged"]


async def test_an_answer_that_is_json_but_no_message_is_an_error(there: World) -> None:
    there.app.will_answer(Response("[]", media_type="application/json"))
    assert (await there.slack.command(ANA, GENERAL, "/logtime 2h")).error == "dispatch_failed"


async def test_an_answer_with_bad_blocks_is_an_error_to_the_person(there: World) -> None:
    there.app.will_answer({"text": "Logged", "blocks": [{"type": "nonsense"}]})
    outcome = await there.slack.command(ANA, GENERAL, "/logtime 2h")
    assert (outcome.ok, outcome.error) == (False, "dispatch_failed")
    assert there.texts(GENERAL, ANA) == []


@pytest.mark.parametrize("status", [404, 500])
async def test_an_error_status_is_told_as_dispatch_failed(there: World, status: int) -> None:
    there.app.will_answer(Response(status_code=status))
    outcome = await there.slack.command(ANA, GENERAL, "/logtime 2h")
    assert (outcome.ok, outcome.error, outcome.status) == (False, "dispatch_failed", status)


async def test_no_answer_in_time_is_told_as_operation_timeout() -> None:
    there = world(timeout=0)
    there.app.will_answer(never)
    outcome = await there.slack.command(ANA, GENERAL, "/logtime 2h")
    assert (outcome.ok, outcome.error, outcome.reason) == (False, "operation_timeout", "http_timeout")
    await there.slack.aclose()


async def test_what_the_app_does_after_the_timeout_still_happens() -> None:
    there = world(timeout=0)
    go = asyncio.Event()

    async def late(payload: dict[str, str]) -> Response:
        await go.wait()
        await there.web.post(urlsplit(payload["response_url"]).path, json={"text": "At last"})
        return Response()

    there.app.will_answer(late)
    assert not (await there.slack.command(ANA, GENERAL, "/logtime 2h")).ok
    go.set()
    await there.slack.settle()
    assert there.texts(GENERAL, ANA) == ["At last"]
    await there.slack.aclose()


async def test_an_unknown_command_never_reaches_the_app(there: World) -> None:
    outcome = await there.slack.command(ANA, GENERAL, "/remind me")
    assert outcome.error == "/remind is not a valid command."
    assert there.app.received == []


async def test_escaping_turns_mentions_and_addresses_into_slacks_form(there: World) -> None:
    await there.slack.command(ANA, GENERAL, "/logtime R&D with @ben in #random https://x.example/?a=1")
    expected = f"R&amp;D with <@{BEN}|ben> in <#C0RANDOM|random> <https://x.example/?a=1>"
    assert there.app.last["text"] == expected


async def test_without_should_escape_the_text_stays_as_typed(there: World) -> None:
    await there.slack.command(ANA, GENERAL, "/plain with @ben & co")
    assert there.app.last["text"] == "with @ben & co"


async def test_somebody_who_left_cannot_type(there: World) -> None:
    with pytest.raises(NotOnScreen):
        await there.slack.command(Workspace.DEACTIVATED, GENERAL, "/logtime 2h")


async def test_nobody_types_where_they_are_not_a_member(there: World) -> None:
    with pytest.raises(NotOnScreen):
        await there.slack.command(Workspace.STRANGER, GENERAL, "/logtime 2h")


async def test_a_doubled_delivery_brings_the_same_trigger_twice(there: World) -> None:
    there.slack.faults.deliver_twice = True
    assert (await there.slack.command(ANA, GENERAL, "/logtime 2h")).ok
    await there.slack.settle()
    first, second = (received.payload for received in there.app.received)
    assert first == second
