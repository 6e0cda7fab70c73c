"""A person's own settings: opened, sent, kept, and counted in what the bot does."""

from datetime import date
from typing import Any

import pytest

from bot.sandbox.slack import Outcome
from tests.journeys.conftest import Town

TODAY = date(2026, 3, 5)
WEBSITE = "Acme / Website relaunch"


def chosen(value: str) -> dict[str, Any]:
    return {"selected_option": {"value": value}}


async def save(town: Town, *, project: str | None = None, **states: dict[str, Any]) -> Outcome:
    """Open the settings, choose these and the project that reads so, and send the form."""
    await town.type("/kantata settings")
    if project:
        offered = (await town.offers("project", project.rpartition(" / ")[2]))[""]
        states["project"] = chosen(next(each["value"] for each in offered if each["text"] == project))
    values = {}
    for name, state in states.items():
        element = element_of(town, name)
        values[name] = {element["action_id"]: {"type": element["type"], **state}}
    outcome = await town.world.slack.submit(town.user(), town.front()["id"], values)
    await town.settle()
    return outcome


def element_of(town: Town, name: str) -> dict[str, Any]:
    """The element of that field of the open form."""
    block = town.field(name)
    assert block is not None, f"no field {name}"
    return dict(block["element"])


async def test_what_was_chosen_stands_in_the_form_afterwards(town: Town) -> None:
    reminders = {"selected_options": [{"value": "missing"}]}
    outcome = await save(
        town,
        reminders=reminders,
        hour=chosen("16:30"),
        hearing=chosen("digest"),
        project=WEBSITE,
        copy=chosen("rows"),
    )
    assert outcome.ok
    assert town.form() is None

    await town.type("/kantata settings")
    assert [each["value"] for each in element_of(town, "reminders")["initial_options"]] == ["missing"]
    assert element_of(town, "hour")["initial_option"]["value"] == "16:30"
    assert element_of(town, "hearing")["initial_option"]["value"] == "digest"
    assert element_of(town, "project")["initial_option"]["text"]["text"] == WEBSITE
    assert element_of(town, "copy")["initial_option"]["value"] == "rows"


async def test_time_without_a_project_is_logged_on_the_default_one(town: Town) -> None:
    await save(town, project=WEBSITE)
    await town.type("/logtime 2h design: sketches")

    (entry,) = town.noted("sketches")
    assert (entry["project"], entry["task"]) == ("Website relaunch", "Design")


async def test_a_named_project_wins_over_the_default_one(town: Town) -> None:
    await save(town, project=WEBSITE)
    await town.type("/logtime 1h internal meetings: jour fixe")

    (entry,) = town.noted("jour fixe")
    assert entry["project"] != "Website relaunch"


async def test_words_that_may_be_a_misspelt_project_are_asked_about_with_the_default_one_picked(
    town: Town,
) -> None:
    before = town.entries(TODAY)
    await save(town, project=WEBSITE)
    await town.type("/logtime 2h qqqq")

    assert element_of(town, "project")["initial_option"]["text"]["text"] == WEBSITE
    assert town.entries(TODAY) == before


async def test_the_form_opens_on_the_default_project(town: Town) -> None:
    await save(town, project=WEBSITE)
    await town.type("/logtime")

    assert element_of(town, "project")["initial_option"]["text"]["text"] == WEBSITE


async def test_a_channel_s_project_wins_over_the_default_one(town: Town) -> None:
    await town.type("/kantata project internal")
    await save(town, project=WEBSITE)
    await town.type("/logtime")

    assert "Internal" in element_of(town, "project")["initial_option"]["text"]["text"]


async def test_copying_a_week_begins_as_chosen(town: Town) -> None:
    await save(town, copy=chosen("rows"))
    await town.type("/timesheet")
    await town.press("Copy last week")

    assert town.field("days") is not None


async def test_a_project_that_is_not_the_person_s_is_refused_at_the_field(town: Town) -> None:
    await town.type("/kantata settings")
    view = town.front()
    values = dict(view["state"]["values"])
    values["project"] = {"settings.project.v1": {"type": "external_select", **chosen("999999")}}
    delivery = await town.interact(
        type="view_submission", view={**view, "state": {"values": values}, "callback_id": "settings.form.v1"}
    )
    assert "You cannot log time on this project" in str(delivery.answer)
    assert '"errors": {"project"' in str(delivery.answer)


@pytest.mark.parametrize("trouble", ["reset_before", "reset_after"])
async def test_a_connection_that_broke_opens_the_form_all_the_same_and_once(town: Town, trouble: str) -> None:
    await town.type("/kantata whoami")
    getattr(town.world.slack.faults, trouble)("views.open")
    outcome = await town.type("/kantata settings")

    assert outcome.ok
    assert len(town.workspace.stack(town.user())) == 1
    assert "Something went wrong" not in town.last()
