"""The forms of a week: what they say is going to happen, and what is read of them."""

from datetime import date
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.domain.problems import Problem
from bot.domain.time_entries import Draft, Project, Task
from bot.domain.timesheets import Limits, ProjectRules, Standing, Status, TimeOfWeek, preflight
from bot.domain.work_calendars import DayOut
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.views import week_forms as views
from bot.views.week_forms import CopyForm, CopyMode, SubmitForm
from tests.views.weeks import (
    ACME,
    BANK,
    DESIGN,
    FRIDAY,
    MONDAY,
    OPEN,
    PENDING,
    REJECTED,
    THURSDAY,
    TUESDAY,
    WEEK,
    crowded,
    entry,
    week,
)


def submit_form(time: TimeOfWeek, limits: Limits = Limits()) -> SubmitForm:  # noqa: B008 - frozen
    return SubmitForm(12, time, preflight(time, limits), THURSDAY)


def copy_form(**fields: Any) -> CopyForm:
    usual: dict[str, Any] = {
        "drafts": (Draft(ACME, DESIGN, THURSDAY, 480, "notes"),),
        "left_out": (DayOut(MONDAY, "has time already"),),
        "rows": ((ACME, DESIGN), (BANK, None)),
        "days": (THURSDAY, FRIDAY),
        "first": THURSDAY,
    }
    return CopyForm(13, WEEK, **{**usual, **fields})


def many_rows() -> tuple[tuple[Project, Task | None], ...]:
    return tuple((Project(str(n), "p" * 250, "c" * 250), Task(str(n), "t" * 250, str(n))) for n in range(150))


NOTHING: dict[str, Any] = {"drafts": (), "left_out": (), "rows": (), "days": (), "first": None}
NOTES = {ACME.id: ProjectRules(needs_notes=True, locked_to=MONDAY)}


def every_form() -> dict[str, View]:
    """Each by its name, in the language in force."""
    return {
        "waiting": views.waiting("Asking Kantata …"),
        "a week to submit": views.submit_modal(
            submit_form(week((entry(1), OPEN), (entry(2, TUESDAY, project=BANK, task=None), PENDING)))
        ),
        "a faulty week": views.submit_modal(submit_form(week((entry(1, notes=""), OPEN), rules=NOTES))),
        "an empty week": views.submit_modal(submit_form(week())),
        "a crowded week": views.submit_modal(submit_form(crowded())),
        "a copy": views.copy_modal(copy_form()),
        "rows": views.copy_modal(copy_form(mode=CopyMode.ROWS)),
        "many rows": views.copy_modal(copy_form(mode=CopyMode.ROWS, rows=many_rows())),
        "many entries": views.copy_modal(
            copy_form(drafts=tuple(Draft(*row, THURSDAY, 5) for row in many_rows()[:100]))
        ),
        "nothing to copy": views.copy_modal(copy_form(**NOTHING)),
        "no free day": views.copy_modal(copy_form(days=(), first=None, mode=CopyMode.ROWS)),
        "no open row": views.copy_modal(copy_form(rows=(), mode=CopyMode.ROWS)),
    }


VIEWS = every_form()


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_every_form(name: str) -> None:
    view = VIEWS[name].to_dict()

    check_blocks(view["blocks"], Surface.MODAL)
    assert len(view["title"]["text"]) <= 24
    assert ("submit" in view) or all(block["type"] != "input" for block in view["blocks"])


def text(view: View) -> str:
    return "\n".join(
        block["text"]["text"] for block in view.to_dict()["blocks"] if block["type"] == "section"
    )


def test_the_form_says_what_is_submitted_to_whom_and_what_is_missing() -> None:
    rules = {ACME.id: ProjectRules(approvers=("Oder Neisse", "Avon Severn"))}
    form = submit_form(week((entry(1), OPEN), (entry(2, TUESDAY, 60), REJECTED), rules=rules))

    said = text(views.submit_modal(form))

    assert "*Sun 1 – Sat 7 Mar 2026* · 8h 30m of 28h 00m" in said
    assert "Missing so far: Mon 0h 30m, Tue 7h 00m, Wed 4h 00m, Thu 8h 00m" in said
    assert "*Acme / Website relaunch* · 8h 30m · 2 entries · to Oder Neisse or Avon Severn" in said


def test_every_reason_for_not_submitting_says_what_to_do() -> None:
    rules = {ACME.id: ProjectRules(needs_notes=True, locked_to=MONDAY)}
    held = week(
        (entry(1, MONDAY, 60), OPEN),
        (entry(2, TUESDAY, 60, notes=""), OPEN),
        (entry(3, TUESDAY, 60, project=BANK, task=None), PENDING),
        (entry(4, TUESDAY, 30, project=BANK, task=None), Standing(Status.NONE_NEEDED)),
        rules=rules,
    )
    said = text(views.submit_modal(submit_form(held, Limits(minimum=True))))

    assert "time is locked on Mon 2 Mar 2026." in said
    assert "these have none: Tue 3 Mar 2026 1h 00m. Edit them first." in said
    assert "already waiting for Oder Neisse or Avon Severn" in said
    assert "needs no approval" in said
    assert "Log what is missing first." in said
    over = week((entry(1, MONDAY, 1439), OPEN), (entry(2, TUESDAY, 1439), OPEN))
    assert "Correct the hours first." in text(views.submit_modal(submit_form(over, Limits(maximum=True))))


def test_without_anything_to_submit_there_is_no_button() -> None:
    assert "submit" not in views.submit_modal(submit_form(week())).to_dict()
    assert "nothing to submit" in text(views.submit_modal(submit_form(week())))


def test_a_comment_is_read_without_the_blanks_around_it() -> None:
    assert views.read_comment({"notes": {"value": {"value": "  Short week \n"}}}) == "Short week"
    assert views.read_comment({"notes": {"value": {"value": None}}}) == ""
    assert views.read_comment({}) == ""


def test_a_copy_says_what_is_logged_and_what_is_left_out() -> None:
    said = text(views.copy_modal(copy_form()))

    assert "To be logged with their notes, 8h 00m in all" in said
    assert "Thu 5 Mar 2026 · 8h 00m · Acme / Website relaunch / Design" in said
    assert "Mon 2 Mar 2026: has time already" in said


def entered(days: list[date], *durations: str | None) -> dict[str, dict[str, dict[str, Any]]]:
    chosen = [{"value": day.isoformat()} for day in days]
    fields = {f"duration:{row}": {"value": {"value": each}} for row, each in enumerate(durations)}
    return {"days": {"value": {"selected_options": chosen}}, **fields}


def test_rows_are_read_by_their_place_and_empty_ones_left_out() -> None:
    filled = views.read_rows(entered([FRIDAY, THURSDAY], "1h15", None, "2d"), workday_minutes=240)

    assert filled.days == (THURSDAY, FRIDAY)
    assert filled.minutes[0] == 75
    assert 1 not in filled.minutes


def test_each_row_that_is_wrong_says_so_itself() -> None:
    filled = views.read_rows(entered([], "25h", "1h"), workday_minutes=480)

    assert set(filled.errors) == {"days", "duration:0"}
    assert filled.errors["days"] == "Choose the days."


def test_rows_without_any_hours_ask_for_some() -> None:
    filled = views.read_rows(entered([THURSDAY], None, " "), workday_minutes=480)

    assert filled.errors == {"duration:0": "Say how long it took, on at least one of these."}


def test_the_fields_that_are_drawn_are_the_ones_that_are_read() -> None:
    view = views.copy_modal(copy_form(mode=CopyMode.ROWS)).to_dict()
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]

    assert inputs == ["days", "duration:0", "duration:1"]
    days = next(block["element"] for block in view["blocks"] if block.get("block_id") == "days")
    state = {
        "days": {days["action_id"]: {"selected_options": days["initial_options"]}},
        **{name: {"value": {"value": "1h"}} for name in inputs[1:]},
    }
    filled = views.read_rows(state, workday_minutes=480)
    assert (filled.days, filled.minutes, filled.errors) == ((THURSDAY,), {0: 60, 1: 60}, {})


def test_a_mode_that_never_was_is_refused() -> None:
    assert views.read_mode("rows") is CopyMode.ROWS
    with pytest.raises(Problem):
        views.read_mode("columns")
