"""The form of an entry: what is drawn can be shown, and is read back as it was entered."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.durations import format_duration
from bot.domain.problems import Field, Problem, Problems
from bot.domain.time_entries import Choice, Project, Task
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.sandbox.slack.elements import check_options_answer
from bot.sandbox.slack.inputs import Inputs, placed
from bot.views import entry_form
from bot.views.entry_form import NOTES_LIMIT, EntryForm, EntryInput, modal, notes_shown
from tests.registered import registered
from tests.views.test_time_entries import HOSTILE_ALL

TODAY = date(2026, 3, 5)
CHOICES = (Choice("11", "Consultant"), Choice("12", "Designer"))

seen = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp"))
names = st.text(seen, min_size=1, max_size=90)
projects = st.builds(Project, st.integers(1, 10**9).map(str), names, st.none() | names)


@st.composite
def forms(draw: st.DrawFn) -> EntryForm:
    """A form as it may stand before somebody who then presses its button."""
    project = draw(projects)
    task = draw(st.none() | st.builds(Task, st.integers(1, 10**9).map(str), names, st.just(project.id)))
    more = draw(st.booleans())
    chosen = st.none() | st.sampled_from([choice.id for choice in CHOICES])
    return EntryForm(
        form_id=draw(st.integers(1, 10**17)),
        day=TODAY - timedelta(days=draw(st.integers(-31, 366))),
        project=project,
        task=task,
        with_tasks=task is not None or draw(st.booleans()),
        duration=format_duration(draw(st.integers(1, 1439))),
        notes=draw(st.text(seen | st.just("\n"), max_size=200)).strip(),
        billable=draw(st.sampled_from([None, True, False])),
        hint=draw(st.none() | names),
        changing=draw(st.booleans()),
        more=more,
        roles=CHOICES if more else (),
        locations=CHOICES if more else (),
        role_id=draw(chosen) if more else None,
        location=draw(chosen) if more else None,
    )


def shown(form: EntryForm) -> dict[str, Any]:
    """The view as Slack sends it back when nobody has touched it."""
    drawn = modal(form).to_dict()
    return drawn | {"state": {"values": Inputs.of(drawn["blocks"]).values()}}


def read(view: dict[str, Any]) -> EntryInput:
    return entry_form.read(view["state"]["values"], today=TODAY, locale="en-GB", workday_minutes=480)


@given(forms())
def test_what_is_drawn_is_read_back(form: EntryForm) -> None:
    view = shown(form)
    entered = read(view)

    assert form.project is not None
    assert entry_form.form_id(view) == form.form_id
    assert entered == EntryInput(
        form.project.id,
        form.task.id if form.task else None,
        form.day or TODAY,
        entered.minutes,
        notes_shown(form.notes),
        form.billable,
        form.role_id,
        form.location,
    )
    assert format_duration(entered.minutes) == form.duration


@given(forms())
def test_a_form_drawn_anew_keeps_what_was_entered(form: EntryForm) -> None:
    again = entry_form.refreshed(shown(form))

    assert again == replace(
        form, project=None, task=None, with_tasks=False, hint=None, notes=notes_shown(form.notes)
    )


@given(forms())
@settings(max_examples=50)
def test_every_form_can_be_shown(form: EntryForm) -> None:
    for each in (form, replace(form, project=None, task=None), EntryForm(1, None)):
        check_blocks(modal(each).to_dict()["blocks"], Surface.MODAL)


@pytest.mark.parametrize("text", HOSTILE_ALL, ids=range(len(HOSTILE_ALL)))
def test_hostile_names_can_be_shown_and_chosen(text: str) -> None:
    project, task = Project("3001", text, text), Task("4001", text, "3001")
    choices = (Choice("1", text), Choice("2", text))
    form = EntryForm(
        1, TODAY, project, task, with_tasks=True, duration=text, notes=text, hint=text,
        more=True, roles=choices, locations=choices, role_id="1",
    )  # fmt: skip
    drawn = modal(form).to_dict()
    check_blocks(drawn["blocks"], Surface.MODAL)
    assert "<" not in drawn["blocks"][0].get("text", {}).get("text", "")

    check_options_answer(entry_form.project_choices([project], [project, Project("3002", text)]))
    check_options_answer(entry_form.task_choices([task]))
    offered = entry_form.project_choices([], [project])["options"][0]
    (initial,) = [
        block["element"]["initial_option"] for block in drawn["blocks"] if block.get("block_id") == "project"
    ]
    assert offered == initial  # Slack wants the words equal

    check_blocks(entry_form.waiting(text or "…").to_dict()["blocks"], Surface.MODAL)


@pytest.mark.parametrize("fitting", [0, 1, 100, 101])
@pytest.mark.parametrize("others", [0, 1, 100, 101])
def test_any_number_of_projects_is_a_valid_answer(fitting: int, others: int) -> None:
    first = [Project(str(number), "Fitting") for number in range(fitting)]
    rest = [Project(str(1000 + number), "Other") for number in range(others)]

    check_options_answer(entry_form.project_choices(first, rest))
    check_options_answer(
        entry_form.task_choices([Task(str(number), "Task", "1") for number in range(others)])
    )


@pytest.mark.parametrize("many", [0, 1, 100, 101])
def test_any_number_of_roles_can_be_shown(many: int) -> None:
    roles = tuple(Choice(str(number), "Role") for number in range(many))
    form = EntryForm(1, TODAY, more=True, roles=roles, locations=roles, role_id="0")

    check_blocks(modal(form).to_dict()["blocks"], Surface.MODAL)


async def test_every_element_and_form_has_its_listener() -> None:
    app = await registered()
    project, task = Project("3001", "Website"), Task("4001", "Design", "3001")
    for changing in (False, True):
        form = EntryForm(1, TODAY, project, task, with_tasks=True, changing=changing)
        drawn = modal(form).to_dict()
        assert drawn["callback_id"] in app.waits["view"]
        for block, element in placed(drawn["blocks"]):
            if element["type"] == "external_select":
                assert element["action_id"] in app.waits["options"]
            if block["type"] == "actions" or block.get("dispatch_action"):
                assert element["action_id"] in app.waits["action"]


def test_every_mistake_stands_at_an_input_of_the_form() -> None:
    view = shown(EntryForm(1, TODAY, Project("3001", "Website"), with_tasks=True))
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    problems = [Problem("mend this", field) for field in (None, *Field)]
    found = entry_form.errors(problems, inputs)

    assert set(found) <= set(inputs)
    assert found["task:3001"] == "mend this"
    assert sum(text.count("mend this") for text in found.values()) == len(problems)


@given(st.dictionaries(st.sampled_from([*Field]), st.text(max_size=120), max_size=8))
def test_whatever_is_entered_is_read_or_refused_at_its_field(entered: dict[Field, str]) -> None:
    values = {
        field.value: {"value": {"value": text, "selected_date": text, "selected_option": {"value": text}}}
        for field, text in entered.items()
    }
    try:
        found = entry_form.read(values, today=TODAY, locale="en-GB", workday_minutes=480)
    except Problems as refused:
        problems = refused.problems
    else:
        assert 1 <= found.minutes <= 1439
        assert abs((found.day - TODAY).days) <= 366
        return
    assert all(problem.text and problem.field for problem in problems)


def test_missing_and_empty_fields_are_all_named() -> None:
    with pytest.raises(Problems) as refused:
        entry_form.read({}, today=TODAY, locale="en-GB", workday_minutes=480)
    assert {problem.field for problem in refused.value.problems} == {
        Field.PROJECT,
        Field.DURATION,
        Field.DATE,
    }


@given(st.text(max_size=NOTES_LIMIT + 50))
def test_notes_shown_fit_the_field_and_are_shown_alike_again(notes: str) -> None:
    once = notes_shown(notes)

    assert len(once) <= NOTES_LIMIT
    assert notes_shown(once) == once
