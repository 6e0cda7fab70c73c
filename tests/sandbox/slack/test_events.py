"""Events: their envelopes, their retries, and that only subscribed ones are sent."""

import asyncio

import pytest
from starlette.responses import Response

from bot.sandbox.slack import NotOnScreen
from bot.sandbox.slack.events import MESSAGES_OFF
from bot.sandbox.slack.records import User
from tests.sandbox.slack.standin import ANA, BEN, GENERAL, Json, World, section, world

DM = "D0000000001"


async def test_a_typed_message_reaches_the_app(there: World) -> None:
    assert (await there.slack.say(ANA, DM, "hello <you> & me")).ok
    envelope = there.app.received[0].payload
    assert envelope["type"] == "event_callback"
    assert envelope["event_id"].startswith("Ev")
    assert envelope["team_id"] == there.slack.workspace.team_id
    assert envelope["authorizations"][0]["user_id"] == there.slack.workspace.bot_user
    event = envelope["event"]
    assert (event["type"], event["channel_type"], event["channel"]) == ("message", "im", DM)
    assert (event["user"], event["text"]) == (ANA, "hello &lt;you&gt; &amp; me")
    assert there.app.received[0].headers["content-type"] == "application/json"


async def test_a_message_in_a_channel_is_not_subscribed_to(there: World) -> None:
    assert (await there.slack.say(ANA, GENERAL, "hello")).ok
    assert there.app.received == []
    assert there.slack.workspace.messages[GENERAL][-1].text == "hello"


async def test_the_app_hears_of_its_own_messages(there: World) -> None:
    await there.api("chat.postMessage", channel=ANA, text="Hello")
    await there.slack.settle()
    assert there.app.events[0]["bot_id"] == there.slack.workspace.bot_id


async def test_the_app_hears_of_its_own_changes(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=ANA, text="One"))["ts"]
    await there.api("chat.update", channel=DM, ts=ts, text="Two")
    await there.api("chat.delete", channel=DM, ts=ts)
    await there.slack.settle()
    _, changed, deleted = there.app.events
    assert (changed["subtype"], changed["channel_type"]) == ("message_changed", "im")
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("One", "Two")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_the_app_does_not_hear_where_it_is_not(there: World) -> None:
    there.slack.workspace.channels[DM].members.remove(there.slack.workspace.bot_user)
    await there.slack.say(ANA, DM, "hello")
    assert there.app.received == []


async def test_a_request_url_is_verified_by_its_challenge(there: World) -> None:
    async def echo(payload: Json) -> Response:
        return Response(payload["challenge"])

    there.app.will_answer(echo, "something else")
    assert await there.slack.events.verify_url()
    assert not await there.slack.events.verify_url()


async def test_a_read_only_messages_tab_takes_no_messages() -> None:
    there = world(home={"messages_tab_read_only_enabled": True})
    outcome = await there.slack.say(ANA, DM, "hello")
    assert (outcome.ok, outcome.error) == (False, MESSAGES_OFF)
    assert there.texts(DM) == []


async def test_opening_home_is_told_with_the_view_that_is_there(there: World) -> None:
    await there.slack.open_home(ANA)
    assert there.app.events[0]["type"] == "app_home_opened"
    assert (there.app.events[0]["tab"], there.app.events[0]["channel"]) == ("home", DM)
    assert "view" not in there.app.events[0]
    published = await there.api("views.publish", user_id=ANA, view={"type": "home", "blocks": [section()]})
    await there.slack.open_home(ANA)
    assert there.app.events[1]["view"]["hash"] == published["view"]["hash"]


async def test_an_app_without_a_home_tab_has_none_to_open() -> None:
    there = world(home={"home_tab_enabled": False})
    with pytest.raises(NotOnScreen):
        await there.slack.open_home(ANA)


async def test_a_change_of_a_person_is_told_and_kept(there: World) -> None:
    await there.slack.user_changed(ANA, email="ana@other.example", tz="Asia/Tokyo")
    (event,) = there.app.events
    assert event["type"] == "user_change"
    assert event["user"]["profile"]["email"] == "ana@other.example"
    assert event["user"]["tz_offset"] == 9 * 3600
    assert (await there.api("users.info", user=ANA))["user"]["tz"] == "Asia/Tokyo"
    with pytest.raises(AttributeError):
        await there.slack.user_changed(ANA, colour="red")
    with pytest.raises(NotOnScreen):
        await there.slack.user_changed("U0NOBODY", tz="UTC")


async def test_somebody_new_is_told(there: World) -> None:
    newcomer = User("U0NEW", "nina", "Nina New", "nina@firm.example", there.slack.workspace.team_id)
    await there.slack.events.joined(there.slack.workspace, newcomer)
    assert there.app.events[0]["type"] == "team_join"
    assert there.app.events[0]["user"]["real_name"] == "Nina New"
    assert (await there.api("users.info", user="U0NEW"))["user"]["name"] == "nina"


async def test_an_event_that_is_not_taken_comes_three_times_more(there: World) -> None:
    there.app.will_answer(*(Response(status_code=500) for _ in range(4)))
    assert not (await there.slack.say(ANA, DM, "hello")).ok
    await there.slack.settle()
    assert len(there.app.received) == 4
    assert there.slept == [0.0, 60.0, 300.0]
    headers = [each.headers for each in there.app.received]
    assert [each.get("x-slack-retry-num") for each in headers] == [None, "1", "2", "3"]
    assert headers[1]["x-slack-retry-reason"] == "http_error"
    assert len({each.payload["event_id"] for each in there.app.received}) == 1


async def test_a_retry_that_is_taken_is_the_last(there: World) -> None:
    there.app.will_answer(Response(status_code=404), Response())
    await there.slack.say(ANA, DM, "hello")
    await there.slack.settle()
    assert len(there.app.received) == 2


async def test_an_event_without_an_answer_is_retried_as_timed_out() -> None:
    there = world(timeout=0)
    go = asyncio.Event()

    async def late(payload: Json) -> Response:
        await go.wait()
        return Response()

    there.app.will_answer(late)
    await there.slack.say(ANA, DM, "hello")
    go.set()
    await there.slack.settle()
    assert there.app.received[1].headers["x-slack-retry-reason"] == "http_timeout"
    await there.slack.aclose()


async def test_the_app_may_decline_retries(there: World) -> None:
    there.app.will_answer(Response(status_code=500, headers={"x-slack-no-retry": "1"}))
    await there.slack.say(ANA, DM, "hello")
    await there.slack.settle()
    assert len(there.app.received) == 1


async def test_events_may_come_twice(there: World) -> None:
    there.slack.faults.deliver_twice = True
    await there.slack.say(ANA, DM, "hello")
    await there.slack.settle()
    first, second = (each.payload["event_id"] for each in there.app.received)
    assert first == second


async def test_events_may_come_in_another_order(there: World) -> None:
    there.slack.events.hold()
    await there.slack.say(ANA, DM, "one")
    await there.slack.say(ANA, DM, "two")
    assert there.app.received == []
    await there.slack.events.release(backwards=True)
    assert [event["text"] for event in there.app.events] == ["two", "one"]


async def test_an_uninstalled_app_is_told_and_its_token_is_dead(there: World) -> None:
    await there.slack.events.uninstalled(there.slack.workspace)
    assert [event["type"] for event in there.app.events] == ["tokens_revoked", "app_uninstalled"]
    assert (await there.api("auth.test"))["error"] == "account_inactive"
    gone = await there.slack.command(ANA, GENERAL, "/logtime 2h")
    assert gone.error == "/logtime is not a valid command."
    await there.slack.say(ANA, DM, "hello?")
    assert len(there.app.received) == 2


async def test_a_mention_needs_its_own_subscription(there: World) -> None:
    await there.slack.say(BEN, "D0000000002", f"<@{there.slack.workspace.bot_user}>")
    assert [event["type"] for event in there.app.events] == ["message"]
