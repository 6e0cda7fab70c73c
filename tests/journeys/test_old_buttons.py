"""Buttons and forms that nobody should have any more: answered clearly, and nothing is written."""

import json
from itertools import product
from typing import Any

from bot.views import entry_form
from bot.views import time_entries as views
from tests.journeys.conftest import Town

OUTDATED = "from an older version"
ODER = "Oder Neisse"
LISTENERS = [views.EDIT, views.UNDO, views.RESTORE, views.ANOTHER]
GARBAGE = ["", "7", "7.", ".", "x.y", "-1.0", "1.-1", "1e3.0", "٣.٠", "9" * 400 + ".0", "1.0; DROP TABLE"]


def action(action_id: str, value: str) -> list[dict[str, Any]]:
    return [{"type": "button", "block_id": "b", "action_id": action_id, "value": value, "action_ts": "1.0"}]


def counted(town: Town) -> int:
    return len(town.world.kantata.store.table("time_entries"))


async def test_a_garbled_button_is_said_to_be_outdated(town: Town) -> None:
    before = counted(town)
    for action_id, value in product(LISTENERS, GARBAGE):
        said = len(town.heard())
        delivery = await town.interact(type="block_actions", actions=action(action_id, value))

        assert delivery.reason is None, (action_id, value)
        assert len(town.heard()) == said + 1, (action_id, value)
        assert OUTDATED in town.last(), (action_id, value)
    assert counted(town) == before


async def test_a_button_of_somebody_elses_entry_does_nothing(town: Town) -> None:
    await town.type("/logtime 2h acme design: mine")
    before = counted(town)

    for action_id in LISTENERS:
        said = len(town.heard(ODER))
        await town.interact(ODER, type="block_actions", actions=action(action_id, "1.0"))
        assert len(town.heard(ODER)) == said + 1, action_id
        assert "not yours" in town.last(ODER), action_id
    assert counted(town) == before


async def test_a_button_of_an_entry_that_never_was_is_said_to_be_unknown(town: Town) -> None:
    await town.interact(type="block_actions", actions=action(views.UNDO, "999999.0"))

    assert "too old for me to know" in town.last()


async def test_a_button_nobody_listens_to_any_more_is_explained_where_it_was_pressed(town: Town) -> None:
    await town.interact(type="block_actions", actions=action("week.submit.v0", "1"))

    assert OUTDATED in town.last()


async def test_where_there_is_no_message_to_answer_at_it_is_explained_in_a_modal(town: Town) -> None:
    delivery = await town.interact(
        private=False, type="block_actions", actions=action("home.something.v0", "1")
    )

    assert delivery.reason is None
    assert OUTDATED in json.dumps(town.front())


async def test_a_shortcut_that_is_no_more_is_explained_in_a_modal(town: Town) -> None:
    await town.interact(private=False, type="shortcut", callback_id="log_time_v0", action_ts="1.0")

    assert OUTDATED in json.dumps(town.front())


def form(callback_id: str, metadata: str) -> dict[str, Any]:
    values = {
        "project": {entry_form.PICK_PROJECT: {"selected_option": {"value": "3001"}}},
        "date": {"value": {"selected_date": "2026-03-05"}},
        "duration": {"value": {"value": "1h"}},
        "notes": {"value": {"value": "forged"}},
        "billable": {"value": {"selected_option": {"value": "task"}}},
    }
    return {
        "id": "V1",
        "hash": "1.a",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "blocks": [{"type": "input", "block_id": name} for name in values],
        "state": {"values": values},
    }


async def test_a_form_that_is_not_ours_keeps_what_was_entered_and_says_so(town: Town) -> None:
    for callback_id, metadata in product(
        (entry_form.LOG, entry_form.CHANGE), ("", "x", "-1", "1.5", "9" * 3000, "999999")
    ):
        view = form(callback_id, metadata)
        delivery = await town.interact(type="view_submission", view=view, private=False)

        assert delivery.answer is not None
        answer = json.loads(delivery.answer.body)
        assert answer["response_action"] == "errors"
        (said,) = answer["errors"].values()
        assert OUTDATED in said or "too old" in said
    assert town.noted("forged") == []


async def test_somebody_elses_form_writes_nothing(town: Town) -> None:
    await town.type("/logtime")
    metadata = town.front()["private_metadata"]

    delivery = await town.interact(
        ODER, type="view_submission", view=form(entry_form.LOG, metadata), private=False
    )

    assert delivery.answer is not None
    assert "too old" in delivery.answer.body
    assert town.noted("forged") == town.noted("forged", "102") == []


async def test_a_form_of_an_older_version_keeps_its_words_to_be_copied(town: Town) -> None:
    view = form("entry.log.v0", "1")
    delivery = await town.interact(type="view_submission", view=view, private=False)

    assert delivery.answer is not None
    assert OUTDATED in json.loads(delivery.answer.body)["errors"]["project"]


async def test_a_form_without_fields_is_replaced_by_what_is_to_be_said(town: Town) -> None:
    view = form("entry.log.v0", "1") | {"blocks": []}
    delivery = await town.interact(type="view_submission", view=view, private=False)

    assert delivery.answer is not None
    answer = json.loads(delivery.answer.body)
    assert answer["response_action"] == "update"
    assert OUTDATED in json.dumps(answer["view"])


async def test_the_type_ahead_of_a_garbled_form_is_empty(town: Town) -> None:
    delivery = await town.interact(
        private=False,
        type="block_suggestion",
        view=form(entry_form.LOG, "nothing"),
        block_id="project",
        action_id=entry_form.PICK_PROJECT,
        value="",
    )

    assert delivery.answer is not None
    assert json.loads(delivery.answer.body) == {"options": []}
