"""views.open, push, update and publish: triggers, the stack, hashes, and the rules of a view."""

from typing import Any

import pytest

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
    section,
    text_input,
    world,
)

HOME = {"type": "home", "blocks": [section()]}


async def trigger(there: World, user: str = ANA) -> str:
    await there.slack.command(user, GENERAL, "/logtime")
    found: str = there.app.last["trigger_id"]
    return found


async def test_a_trigger_opens_one_view(there: World) -> None:
    trigger_id = await trigger(there)
    assert (await there.api("views.open", trigger_id=trigger_id, view=modal(section())))["ok"]
    again = await there.api("views.open", trigger_id=trigger_id, view=modal(section()))
    assert again["error"] == "exchanged_trigger_id"
    assert len(there.slack.workspace.stack(ANA)) == 1


async def test_a_trigger_lives_three_seconds(there: World) -> None:
    trigger_id = await trigger(there)
    there.clock.move(seconds=3, microseconds=1)
    late = await there.api("views.open", trigger_id=trigger_id, view=modal(section()))
    assert late["error"] == "expired_trigger_id"
    trigger_id = await trigger(there)
    there.clock.move(seconds=3)
    assert (await there.api("views.open", trigger_id=trigger_id, view=modal(section())))["ok"]


async def test_a_trigger_nobody_gave_opens_nothing(there: World) -> None:
    unknown = await there.api("views.open", trigger_id="1.2.abc", view=modal(section()))
    assert unknown["error"] == "invalid_trigger_id"


async def test_a_view_that_breaks_a_rule_leaves_the_trigger_good(there: World) -> None:
    trigger_id = await trigger(there)
    broken = await there.api("views.open", trigger_id=trigger_id, view=modal({"type": "nonsense"}))
    assert broken["error"] == "invalid_arguments"
    assert "unsupported type: nonsense" in broken["response_metadata"]["messages"][0]
    assert (await there.api("views.open", trigger_id=trigger_id, view=modal(section())))["ok"]


PLAIN = {"type": "plain_text", "text": "x"}


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"title": {"type": "mrkdwn", "text": "x"}},
        {"submit": {"type": "plain_text", "text": "x" * 25}},
        {"close": {"type": "plain_text", "text": "x" * 25}},
        {"submit": None},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"external_id": "x" * 256},
        {"notify_on_close": "yes"},
        {"colour": "red"},
        {"blocks": None},
        {"blocks": [{"type": "markdown", "text": "x"}]},
        {"blocks": [section()] * 101},
        {"type": "home"},
        {"type": "sheet"},
    ],
)
async def test_a_view_that_breaks_a_rule_is_refused(there: World, change: Json) -> None:
    view = modal(text_input("notes")) | change
    view = {name: value for name, value in view.items() if value is not None}
    refused = await there.api("views.open", trigger_id=await trigger(there), view=view)
    assert refused["error"] == "invalid_arguments"
    assert refused["response_metadata"]["messages"]


async def test_a_view_right_at_its_limits_is_taken(there: World) -> None:
    words = {"type": "plain_text", "text": "x" * 24}
    view = modal(text_input("notes"), title=words, submit=words, close=words)
    view |= {"private_metadata": "x" * 3000, "callback_id": "x" * 255, "external_id": "x" * 255}
    assert (await there.api("views.open", trigger_id=await trigger(there), view=view))["ok"]


async def test_a_view_of_more_than_250_kb_is_too_large(there: World) -> None:
    view = modal(*[section("x" * 2900) for _ in range(99)])
    refused = await there.api("views.open", trigger_id=await trigger(there), view=view)
    assert refused["error"] == "view_too_large"


async def test_a_view_may_come_as_json_text(there: World) -> None:
    headers = {"authorization": "Bearer xoxb-sandbox"}
    form = {"trigger_id": await trigger(there), "view": '{"type": "modal"'}
    broken = (await there.web.post("/api/views.open", data=form, headers=headers)).json()
    assert broken["error"] == "invalid_arguments"


async def test_opening_again_takes_the_place_of_what_was_open(there: World) -> None:
    first = await there.form(modal(section()))
    second = await there.form(modal(section()))
    assert [view.id for view in there.slack.workspace.stack(ANA)] == [second]
    gone = await there.api("views.update", view_id=first, view=modal(section()))
    assert gone["error"] == "not_found"


async def push(there: World, user: str) -> Json:
    """What pushing with the trigger of a press in the view in front gives."""
    view_id = there.slack.workspace.stack(user)[-1].id
    await there.slack.press(user, view_id=view_id, action_id="more")
    more = modal(actions(button("more")))
    return await there.api("views.push", trigger_id=there.app.last["trigger_id"], view=more)


async def test_three_views_deep_and_no_deeper(there: World) -> None:
    await there.form(modal(actions(button("more"))))
    assert (await push(there, ANA))["ok"]
    third = await push(there, ANA)
    first, second, _ = there.slack.workspace.stack(ANA)
    assert (third["view"]["root_view_id"], third["view"]["previous_view_id"]) == (first.id, second.id)
    assert (await push(there, ANA))["error"] == "push_limit_reached"


async def test_the_stack_is_each_persons_own(there: World) -> None:
    await there.form(modal(actions(button("more"))), ANA)
    await push(there, ANA)
    await push(there, ANA)
    await there.form(modal(actions(button("more"))), BEN)
    assert (await push(there, BEN))["ok"]


async def test_a_submission_cannot_push_a_fourth_either(there: World) -> None:
    await there.form(modal(actions(button("more"))))
    await push(there, ANA)
    await push(there, ANA)
    there.app.will_answer({"response_action": "push", "view": modal(section())})
    outcome = await there.slack.submit(ANA, there.slack.workspace.stack(ANA)[-1].id, {})
    assert (outcome.ok, outcome.reason) == (False, "push_limit_reached")


async def test_nothing_is_pushed_on_a_modal_that_was_closed(there: World) -> None:
    view_id = await there.form(modal(actions(button("more"))))
    await there.slack.press(ANA, view_id=view_id, action_id="more")
    await there.slack.close(ANA, view_id)
    late = await there.api("views.push", trigger_id=there.app.last["trigger_id"], view=modal(section()))
    assert late["error"] == "not_found"


async def test_the_interactivity_pointer_is_a_trigger_too(there: World) -> None:
    pointer = await trigger(there)
    assert (await there.api("views.open", interactivity_pointer=pointer, view=modal(section())))["ok"]
    assert (await there.api("views.open", view=modal(section())))["error"] == "invalid_arguments"


async def test_only_modals_are_opened(there: World) -> None:
    refused = await there.api("views.open", trigger_id=await trigger(there), view=HOME)
    assert refused["error"] == "invalid_arguments"


async def test_nothing_is_pushed_with_a_trigger_from_outside_a_modal(there: World) -> None:
    await there.form(modal(section()))
    outside = await there.api("views.push", trigger_id=await trigger(there), view=modal(section()))
    assert outside["error"] == "invalid_trigger_id"


async def test_a_modal_opened_out_of_a_submission_is_seen_by_nobody(there: World) -> None:
    view_id = await there.form(modal(section()))
    there.opens(modal(section()))
    assert (await there.slack.submit(ANA, view_id, {})).ok
    assert there.slack.workspace.stack(ANA) == []


async def test_an_old_hash_is_a_conflict(there: World) -> None:
    view_id = await there.form(modal(section()))
    old = there.slack.workspace.views[view_id].hash
    fresh = await there.api("views.update", view_id=view_id, hash=old, view=modal(section("1")))
    assert fresh["ok"]
    assert fresh["view"]["hash"] != old
    stale = await there.api("views.update", view_id=view_id, hash=old, view=modal(section("2")))
    assert stale["error"] == "hash_conflict"
    assert there.slack.workspace.views[view_id].blocks[0]["text"]["text"] == "1"


async def test_without_a_hash_the_last_one_wins(there: World) -> None:
    view_id = await there.form(modal(section()))
    assert (await there.api("views.update", view_id=view_id, view=modal(section("1"))))["ok"]


@pytest.mark.parametrize("named", [{}, {"view_id": "V1", "external_id": "mine"}])
async def test_a_view_is_named_in_exactly_one_way(there: World, named: Json) -> None:
    refused = await there.api("views.update", view=modal(section()), **named)
    assert refused["error"] == "invalid_arguments"


@pytest.mark.parametrize("named", [{"view_id": "VUNKNOWN"}, {"external_id": "unknown"}])
async def test_a_view_that_is_not_there_is_not_found(there: World, named: Json) -> None:
    assert (await there.api("views.update", view=modal(section()), **named))["error"] == "not_found"


async def test_an_external_id_names_a_view_and_is_used_once(there: World) -> None:
    view = modal(section(), external_id="mine")
    await there.form(view, ANA)
    assert (await there.api("views.update", external_id="mine", view=view))["ok"]
    refused = await there.api("views.open", trigger_id=await trigger(there, BEN), view=view)
    assert refused["error"] == "duplicate_external_id"


async def test_a_modal_stays_a_modal(there: World) -> None:
    view_id = await there.form(modal(section()))
    refused = await there.api("views.update", view_id=view_id, view=HOME)
    assert refused["error"] == "invalid_arguments"


async def test_home_is_published_for_one_person_and_pressed_there(there: World) -> None:
    home = {"type": "home", "blocks": [actions(button("log", value="today"))], "private_metadata": "x"}
    published = await there.api("views.publish", user_id=ANA, view=home)
    assert published["view"]["type"] == "home"
    await there.slack.press(ANA, home=True, action_id="log")
    payload = there.app.last
    assert payload["container"] == {"type": "view", "view_id": published["view"]["id"]}
    assert payload["view"]["hash"] == published["view"]["hash"]
    assert payload["view"]["private_metadata"] == "x"
    assert payload["trigger_id"]
    assert "channel" not in payload


async def test_home_keeps_its_id_and_checks_its_hash(there: World) -> None:
    first = (await there.api("views.publish", user_id=ANA, view=HOME))["view"]
    second = (await there.api("views.publish", user_id=ANA, hash=first["hash"], view=HOME))["view"]
    assert second["id"] == first["id"]
    stale = await there.api("views.publish", user_id=ANA, hash=first["hash"], view=HOME)
    assert stale["error"] == "hash_conflict"


@pytest.mark.parametrize("user", ["U0NOBODY", Workspace.DEACTIVATED, Workspace.STRANGER, "U0BOT0SANDBOX"])
async def test_home_is_for_people_of_the_workspace(there: World, user: str) -> None:
    assert (await there.api("views.publish", user_id=user, view=HOME))["error"] == "invalid_arguments"


@pytest.mark.parametrize("view", [modal(section()), {"type": "home", "blocks": [section()], "title": PLAIN}])
async def test_home_takes_home_views_only(there: World, view: Any) -> None:
    assert (await there.api("views.publish", user_id=ANA, view=view))["error"] == "invalid_arguments"


async def test_an_app_without_a_home_tab_publishes_none() -> None:
    there = world(home={"home_tab_enabled": False})
    assert (await there.api("views.publish", user_id=ANA, view=HOME))["error"] == "not_enabled"
