"""Modals: what can be entered, what is sent, and what survives an update."""

import pytest

from bot.sandbox.slack import NotOnScreen
from bot.sandbox.slack.outcome import REQUIRED
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

NOTES = text_input("notes")
FILLED = {"notes": {"value": {"type": "plain_text_input", "value": "wireframes"}}}


async def test_a_form_opens_for_the_person_who_acted(there: World) -> None:
    view_id = await there.form(modal(NOTES, callback_id="entry", private_metadata="7"))
    (view,) = there.slack.workspace.stack(ANA)
    assert view.id == view_id
    assert view.definition["callback_id"] == "entry"
    assert there.slack.workspace.stack(BEN) == []


async def test_a_submission_carries_view_state_and_hash(there: World) -> None:
    view_id = await there.form(modal(NOTES, callback_id="entry", private_metadata="7"))
    assert (await there.slack.submit(ANA, view_id, FILLED)).ok
    payload = there.app.last
    assert payload["type"] == "view_submission"
    assert payload["view"]["id"] == payload["view"]["root_view_id"] == view_id
    assert payload["view"]["hash"]
    assert payload["view"]["callback_id"] == "entry"
    assert payload["view"]["private_metadata"] == "7"
    assert payload["view"]["state"] == {"values": FILLED}
    assert payload["user"] == {
        "id": ANA,
        "username": "ana",
        "name": "ana",
        "team_id": payload["team"]["id"],
    }
    assert payload["enterprise"] is None
    assert payload["response_urls"] == []
    assert "channel" not in payload


async def test_untouched_fields_are_null_and_lists_are_empty(there: World) -> None:
    label = {"type": "plain_text", "text": "x"}
    kinds = ["number_input", "datepicker", "static_select", "multi_external_select", "checkboxes"]
    more: Json = {
        "number_input": {"is_decimal_allowed": True},
        "static_select": {"options": [option("a")]},
        "checkboxes": {"options": [option("a")]},
    }
    blocks = [
        {
            "type": "input",
            "block_id": kind,
            "label": label,
            "optional": True,
            "element": {"type": kind, "action_id": "x", **more.get(kind, {})},
        }
        for kind in kinds
    ]
    view_id = await there.form(modal(*blocks))
    await there.slack.submit(ANA, view_id, {})
    values = there.app.last["view"]["state"]["values"]
    assert values["number_input"]["x"] == {"type": "number_input", "value": None}
    assert values["datepicker"]["x"] == {"type": "datepicker", "selected_date": None}
    assert values["static_select"]["x"] == {"type": "static_select", "selected_option": None}
    assert values["multi_external_select"]["x"]["selected_options"] == []
    assert values["checkboxes"]["x"]["selected_options"] == []


@pytest.mark.parametrize(
    ("element", "value", "said"),
    [
        ({}, "", REQUIRED),
        ({"max_length": 3}, "four", "Please enter at most 3 characters."),
        ({"min_length": 3}, "no", "Please enter at least 3 characters."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a valid number."),
        (
            {"type": "number_input", "is_decimal_allowed": True, "max_value": "8"},
            "9",
            "Please enter a number of at most 8.",
        ),
        (
            {"type": "number_input", "is_decimal_allowed": True, "min_value": "1"},
            "0",
            "Please enter a number of at least 1.",
        ),
        ({"type": "email_text_input"}, "ana", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "ana", "Please enter a valid URL."),
        ({"type": "datepicker"}, "3/3/2026", "Please enter a valid value."),
    ],
)
async def test_what_slacks_client_refuses_never_reaches_the_app(
    there: World, element: Json, value: str, said: str
) -> None:
    view_id = await there.form(modal(text_input("notes", element=element)))
    before = len(there.app.received)
    outcome = await there.slack.submit(ANA, view_id, {"notes": {"value": {"value": value}}})
    assert not outcome.ok
    assert outcome.errors == {"notes": said}
    assert len(there.app.received) == before
    assert len(there.slack.workspace.stack(ANA)) == 1


async def test_an_optional_field_may_stay_empty(there: World) -> None:
    view_id = await there.form(modal(text_input("notes", optional=True)))
    assert (await there.slack.submit(ANA, view_id, {})).ok


async def test_at_most_as_many_as_allowed_can_be_chosen(there: World) -> None:
    element = {
        "type": "multi_static_select",
        "options": [option("a"), option("b")],
        "max_selected_items": 1,
    }
    view_id = await there.form(modal(text_input("which", element=element)))
    outcome = await there.slack.submit(ANA, view_id, {"which": {"value": {"value": ["a", "b"]}}})
    assert outcome.errors == {"which": "Please choose at most 1."}
    assert (await there.slack.submit(ANA, view_id, {"which": {"value": {"value": ["b"]}}})).ok


async def test_a_value_of_another_kind_cannot_be_entered(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    with pytest.raises(NotOnScreen):
        await there.slack.submit(ANA, view_id, {"notes": {"value": {"type": "datepicker"}}})


async def test_the_same_ids_with_another_kind_start_afresh(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    await there.slack.press(ANA, view_id=view_id, action_id="value", value="wireframes")
    await there.api(
        "views.update", view_id=view_id, view=modal(text_input("notes", element={"type": "datepicker"}))
    )
    assert there.values()["notes"]["value"] == {"type": "datepicker", "selected_date": None}


async def test_only_the_form_in_front_can_be_sent(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    there.app.will_answer({"response_action": "push", "view": modal(NOTES)})
    await there.slack.submit(ANA, view_id, FILLED)
    with pytest.raises(NotOnScreen):
        await there.slack.submit(ANA, view_id, FILLED)


async def test_nobody_sends_somebody_elses_form(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    with pytest.raises(NotOnScreen):
        await there.slack.submit(BEN, view_id, FILLED)


async def test_a_field_that_is_not_there_cannot_be_filled(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    with pytest.raises(NotOnScreen):
        await there.slack.submit(ANA, view_id, {"other": {"value": {"value": "x"}}})


async def test_what_was_entered_survives_an_update_with_the_same_ids(there: World) -> None:
    date = {"type": "datepicker", "initial_date": "2026-03-03"}
    view_id = await there.form(modal(NOTES, text_input("day", element=date)))
    await there.slack.press(ANA, view_id=view_id, block_id="notes", action_id="value", value="wireframes")
    later = {"type": "datepicker", "initial_date": "2026-03-09"}
    updated = await there.api(
        "views.update", view_id=view_id, view=modal(NOTES, text_input("day", element=later))
    )
    assert updated["ok"]
    values = there.values()
    assert values["notes"]["value"]["value"] == "wireframes"
    assert values["day"]["value"]["selected_date"] == "2026-03-03"


async def test_a_new_block_id_starts_afresh(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    await there.slack.press(ANA, view_id=view_id, block_id="notes", action_id="value", value="wireframes")
    other = text_input("notes:2", element={"initial_value": "new"})
    await there.api("views.update", view_id=view_id, view=modal(other))
    assert there.values() == {"notes:2": {"value": {"type": "plain_text_input", "value": "new"}}}


async def test_a_choice_that_is_no_longer_offered_is_forgotten(there: World) -> None:
    def menu(*values: str) -> Json:
        return text_input("menu", element={"type": "static_select", "options": [option(v) for v in values]})

    view_id = await there.form(modal(menu("a", "b")))
    await there.slack.press(ANA, view_id=view_id, action_id="value", value="b")
    await there.api("views.update", view_id=view_id, view=modal(menu("a", "c")))
    assert there.values()["menu"]["value"]["selected_option"] is None


async def test_a_field_that_does_not_dispatch_tells_the_app_nothing(there: World) -> None:
    view_id = await there.form(modal(NOTES))
    outcome = await there.slack.press(ANA, view_id=view_id, action_id="value", value="x")
    assert outcome.ok
    assert len(there.app.received) == 1


async def test_a_field_that_dispatches_tells_the_app_with_the_whole_state(there: World) -> None:
    picker = {"type": "datepicker", "initial_date": "2026-03-03"}
    view_id = await there.form(modal(NOTES, text_input("day", element=picker, dispatch_action=True)))
    await there.slack.press(
        ANA, view_id=view_id, block_id="day", action_id="value", selected_date="2026-03-02", state=FILLED
    )
    payload = there.app.last
    assert payload["type"] == "block_actions"
    assert payload["container"] == {"type": "view", "view_id": view_id}
    assert "channel" not in payload
    assert "response_url" not in payload
    (action,) = payload["actions"]
    assert (action["block_id"], action["selected_date"]) == ("day", "2026-03-02")
    state = payload["view"]["state"]["values"]
    assert state["notes"] == FILLED["notes"]
    assert state["day"]["value"]["selected_date"] == "2026-03-02"


async def test_a_view_without_submit_cannot_be_submitted(there: World) -> None:
    view = modal(section())
    del view["submit"]
    view_id = await there.form(view)
    with pytest.raises(NotOnScreen):
        await there.slack.submit(ANA, view_id, {})


async def test_a_chosen_conversation_brings_its_response_url(there: World) -> None:
    element = {"type": "conversations_select", "response_url_enabled": True}
    view_id = await there.form(modal(text_input("where", element=element)))
    await there.slack.submit(ANA, view_id, {"where": {"value": {"selected_conversation": GENERAL}}})
    (url,) = there.app.last["response_urls"]
    assert (url["block_id"], url["channel_id"]) == ("where", GENERAL)


async def test_a_button_in_a_form_carries_its_own_value(there: World) -> None:
    view_id = await there.form(modal(NOTES, actions(button("more", value="42"))))
    await there.slack.press(ANA, view_id=view_id, action_id="more")
    assert there.app.last["actions"][0]["value"] == "42"
    with pytest.raises(NotOnScreen):
        await there.slack.press(ANA, view_id=view_id, action_id="more", value="43")


async def test_an_option_that_was_never_offered_cannot_be_chosen(there: World) -> None:
    view_id = await there.form(modal(select("project")))
    with pytest.raises(NotOnScreen):
        await there.slack.submit(ANA, view_id, {"project": {"pick": {"selected_option": option("7")}}})
