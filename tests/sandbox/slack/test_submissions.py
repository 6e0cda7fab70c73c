"""Every answer a submission may get, and what closing a form says."""

import asyncio
import json

import pytest
from starlette.responses import Response

from bot.sandbox.slack.outcome import TROUBLE
from tests.sandbox.slack.standin import (
    ANA,
    Json,
    World,
    modal,
    never,
    section,
    text_input,
    world,
)

NOTES = text_input("notes")
FILLED = {"notes": {"value": {"type": "plain_text_input", "value": "wireframes"}}}


async def test_an_empty_answer_closes_the_form(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    assert (await there.slack.submit(ANA, view_id, FILLED)).ok
    assert there.slack.workspace.stack(ANA) == []


async def test_errors_are_shown_at_their_fields_and_the_form_stays(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    there.app.will_answer({"response_action": "errors", "errors": {"notes": "Too short."}})
    outcome = await there.slack.submit(ANA, view_id, FILLED)
    assert (outcome.ok, outcome.error, outcome.errors) == (False, None, {"notes": "Too short."})
    assert there.values() == FILLED


async def test_update_puts_another_view_in_its_place_with_the_same_id(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    old_hash = there.slack.workspace.stack(ANA)[-1].hash
    there.app.will_answer({"response_action": "update", "view": modal(section("Working…"))})
    assert (await there.slack.submit(ANA, view_id, FILLED)).ok
    (view,) = there.slack.workspace.stack(ANA)
    assert (view.id, view.blocks[0]["type"]) == (view_id, "section")
    assert view.hash != old_hash


async def test_push_puts_a_view_on_top(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    there.app.will_answer({"response_action": "push", "view": modal(section())})
    assert (await there.slack.submit(ANA, view_id, FILLED)).ok
    below, top = there.slack.workspace.stack(ANA)
    assert below.id == view_id
    assert (top.root_view_id, top.previous_view_id) == (view_id, view_id)


async def test_clear_closes_the_whole_stack(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    there.app.will_answer({"response_action": "push", "view": modal(NOTES)})
    await there.slack.submit(ANA, view_id, FILLED)
    there.app.will_answer({"response_action": "clear"})
    assert (await there.slack.submit(ANA, there.slack.workspace.stack(ANA)[-1].id, FILLED)).ok
    assert there.slack.workspace.stack(ANA) == []


@pytest.mark.parametrize(
    "answer",
    [
        "ok",
        "[]",
        {"response_action": "close"},
        {"errors": {"notes": "x"}},
        {"response_action": "errors"},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"nobody": "x"}},
        {"response_action": "errors", "errors": {"hint": "not an input block"}},
        {"response_action": "errors", "errors": {"notes": ""}},
        {"response_action": "update"},
        {"response_action": "update", "view": {"type": "home", "blocks": []}},
        {"response_action": "update", "view": modal({"type": "nonsense"})},
        {"response_action": "push", "view": {**modal(NOTES), "title": {"type": "mrkdwn", "text": "x"}}},
    ],
)
async def test_a_malformed_answer_is_trouble_and_the_form_stays(there: World, answer: Json | str) -> None:
    view_id = await there.form(modal(NOTES, {**section(), "block_id": "hint"}))
    there.app.will_answer(answer)
    outcome = await there.slack.submit(ANA, view_id, FILLED)
    assert (outcome.ok, outcome.error) == (False, TROUBLE)
    assert outcome.reason
    assert [view.id for view in there.slack.workspace.stack(ANA)] == [view_id]


async def test_a_form_that_was_closed_meanwhile_is_not_drawn_again(there: World) -> None:
    view_id = await there.form(modal(NOTES))

    async def close_first(payload: Json) -> Response:
        await there.slack.close(ANA, view_id)
        return Response('{"response_action": "update", "view": ' + json.dumps(modal(section())) + "}")

    there.app.will_answer(close_first)
    assert (await there.slack.submit(ANA, view_id, FILLED)).ok
    assert there.slack.workspace.stack(ANA) == []


async def test_a_late_answer_is_trouble_and_what_was_entered_stays() -> None:
    there = world(timeout=0)
    view = there.slack.workspace.new_view(
        ANA,
        modal(NOTES, clear_on_close=False, notify_on_close=False, external_id=""),
    )
    there.slack.workspace.put(view)
    there.app.will_answer(never)
    outcome = await there.slack.submit(ANA, view.id, FILLED)
    assert (outcome.error, outcome.reason) == (TROUBLE, "http_timeout")
    assert there.values() == FILLED
    await there.slack.aclose()


async def test_an_error_status_is_trouble(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    there.app.will_answer(Response(status_code=500))
    assert (await there.slack.submit(ANA, view_id, FILLED)).error == TROUBLE


async def test_two_submissions_at_once_both_arrive_and_close_it_once(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    both = await asyncio.gather(*(there.slack.submit(ANA, view_id, FILLED) for _ in range(2)))
    assert [each.ok for each in both] == [True, True]
    assert [each.payload["type"] for each in there.app.received[1:]] == ["view_submission"] * 2
    assert there.slack.workspace.stack(ANA) == []


async def test_cancel_closes_one_view_and_says_so_where_asked(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    there.app.will_answer({"response_action": "push", "view": modal(NOTES, notify_on_close=True)})
    await there.slack.submit(ANA, view_id, FILLED)
    await there.slack.close(ANA, there.slack.workspace.stack(ANA)[-1].id)
    assert [view.id for view in there.slack.workspace.stack(ANA)] == [view_id]
    assert there.app.last["type"] == "view_closed"
    assert there.app.last["is_cleared"] is False


async def test_the_x_closes_all_and_says_it_once(there: World) -> None:
    view_id = await there.form(modal(NOTES, notify_on_close=True))
    there.app.will_answer({"response_action": "push", "view": modal(NOTES, notify_on_close=True)})
    await there.slack.submit(ANA, view_id, FILLED)
    before = len(there.app.received)
    await there.slack.close(ANA, there.slack.workspace.stack(ANA)[-1].id, cleared=True)
    assert there.slack.workspace.stack(ANA) == []
    assert len(there.app.received) == before + 1
    assert there.app.last["is_cleared"] is True


async def test_a_close_nobody_asked_about_is_not_told(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    before = len(there.app.received)
    await there.slack.close(ANA, view_id)
    assert len(there.app.received) == before
