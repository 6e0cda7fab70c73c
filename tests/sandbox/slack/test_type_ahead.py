"""Type-ahead: what is asked, what is shown, and what can be chosen afterwards."""

from dataclasses import replace

import pytest
from starlette.responses import Response

from bot.sandbox.slack import NotOnScreen
from tests.sandbox.slack.standin import (
    ANA,
    GENERAL,
    Json,
    World,
    modal,
    never,
    option,
    select,
    text_input,
    world,
)

PROJECT = modal(select("project"))


async def test_the_app_is_asked_with_the_container_and_the_letters(there: World) -> None:
    view_id = await there.form(PROJECT)
    there.app.will_answer({"options": [option("7", "Acme")]})
    offered = await there.slack.options(
        ANA, view_id=view_id, block_id="project", action_id="pick", value="ac"
    )
    assert offered == [option("7", "Acme")]
    payload = there.app.last
    assert payload["type"] == "block_suggestion"
    assert payload["container"] == {"type": "view", "view_id": view_id}
    assert (payload["block_id"], payload["action_id"], payload["value"]) == ("project", "pick", "ac")
    assert payload["view"]["id"] == view_id
    assert "trigger_id" not in payload


async def test_what_was_offered_can_be_chosen_by_its_value(there: World) -> None:
    view_id = await there.form(PROJECT)
    there.app.will_answer({"options": [option("7", "Acme")]})
    await there.slack.options(ANA, view_id=view_id, action_id="pick", value="ac")
    assert (await there.slack.submit(ANA, view_id, {"project": {"pick": {"value": "7"}}})).ok
    chosen = there.app.last["view"]["state"]["values"]["project"]["pick"]
    assert chosen == {"type": "external_select", "selected_option": option("7", "Acme")}


async def test_an_option_in_other_words_than_offered_cannot_be_chosen(there: World) -> None:
    view_id = await there.form(PROJECT)
    there.app.will_answer({"options": [option("7", "Acme")]})
    await there.slack.options(ANA, view_id=view_id, action_id="pick", value="ac")
    other = {"project": {"pick": {"selected_option": option("7", "Umbrella")}}}
    with pytest.raises(NotOnScreen):
        await there.slack.submit(ANA, view_id, other)


async def test_the_initial_option_stands_without_asking(there: World) -> None:
    view_id = await there.form(modal(select("project", initial_option=option("7", "Acme"))))
    await there.slack.submit(ANA, view_id, {})
    chosen = there.app.last["view"]["state"]["values"]["project"]["pick"]["selected_option"]
    assert chosen == option("7", "Acme")


async def test_an_initial_option_in_other_words_empties_the_menu(there: World) -> None:
    view_id = await there.form(modal(select("project", initial_option=option("7", "Acme"))))
    there.app.will_answer({"options": [option("7", "Acme Ltd")]})
    assert await there.slack.options(ANA, view_id=view_id, action_id="pick", value="") == []


async def test_groups_are_shown_as_groups_and_their_options_can_be_chosen(there: World) -> None:
    view_id = await there.form(PROJECT)
    group = {"label": {"type": "plain_text", "text": "Recent"}, "options": [option("7", "Acme")]}
    there.app.will_answer({"option_groups": [group]})
    assert await there.slack.options(ANA, view_id=view_id, action_id="pick", value="") == [group]
    assert (await there.slack.submit(ANA, view_id, {"project": {"pick": {"value": "7"}}})).ok


async def test_three_letters_are_needed_unless_the_element_says_otherwise(there: World) -> None:
    element = {"type": "external_select"}
    view_id = await there.form(modal(text_input("project", element=element)))
    before = len(there.app.received)
    assert await there.slack.options(ANA, view_id=view_id, action_id="value", value="ac") == []
    assert len(there.app.received) == before


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "nonsense",
        {},
        {"options": [option(str(number)) for number in range(101)]},
        {"options": [option("x" * 151, "x")]},
        {"options": [option("7", "x" * 76)]},
        {"options": [], "option_groups": []},
        {"option_groups": []},
        Response(status_code=404),
    ],
)
async def test_a_malformed_answer_is_an_empty_menu(there: World, answer: Json | str | Response) -> None:
    view_id = await there.form(PROJECT)
    there.app.will_answer(answer)
    assert await there.slack.options(ANA, view_id=view_id, action_id="pick", value="") == []


async def test_a_late_answer_is_an_empty_menu() -> None:
    there = world(timeout=0)
    message = there.slack.workspace.post(GENERAL, there.slack.workspace.bot_user, "x", PROJECT["blocks"])
    there.app.will_answer(never)
    where = (GENERAL, message.ts)
    assert await there.slack.options(ANA, message=where, action_id="pick", value="") == []
    await there.slack.aclose()


async def test_a_choice_that_dispatches_is_told_with_its_option(there: World) -> None:
    view_id = await there.form(modal({**select("project"), "dispatch_action": True}))
    there.app.will_answer({"options": [option("7", "Acme")]})
    await there.slack.options(ANA, view_id=view_id, action_id="pick", value="")
    await there.slack.press(ANA, view_id=view_id, action_id="pick", value="7")
    (action,) = there.app.last["actions"]
    assert action["selected_option"] == option("7", "Acme")
    assert action["type"] == "external_select"


async def test_without_an_options_address_in_the_manifest_the_menu_is_empty(there: World) -> None:
    view_id = await there.form(PROJECT)
    there.slack.platform.manifest = replace(there.slack.platform.manifest, type_ahead=False)
    before = len(there.app.received)
    assert await there.slack.options(ANA, view_id=view_id, action_id="pick", value="") == []
    assert len(there.app.received) == before


async def test_a_field_without_type_ahead_has_none(there: World) -> None:
    view_id = await there.form(modal(text_input("notes")))
    with pytest.raises(NotOnScreen):
        await there.slack.options(ANA, view_id=view_id, action_id="value", value="")
