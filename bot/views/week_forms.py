"""The forms of a week: what submitting it comes to, and what copying the last one comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    CheckboxesElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.domain.dates import Week, format_day
from bot.domain.durations import format_duration, format_of, parse_duration
from bot.domain.languages import either, later, tr, trn
from bot.domain.problems import Field, Problem
from bot.domain.time_entries import Draft, Entry, Project, Task
from bot.domain.timesheets import Held, Preflight, Ready, Reason, TimeOfWeek, format_week
from bot.domain.work_calendars import DayOut
from bot.views.messages import OUTDATED, escape, joined, section, shortened
from bot.views.time_entries import place, project_label
from bot.views.timesheets import missing, stands

SUBMIT = "week.submit_form.v1"
COPY_HOURS = "week.copy_hours.v1"
COPY_ROWS = "week.copy_rows.v1"
WAITING = "week.waiting.v1"
CHOOSE = "week.copy_mode.v1"
VALUE = "value"
MOST_ROWS = 20
MOST_LINES = 40
COMMENT_LIMIT = 1000


@dataclass(frozen=True)
class SubmitForm:
    """What becomes of the week when it is submitted as it is. ``form_id`` finds what the bot keeps of it."""

    form_id: int
    time: TimeOfWeek
    check: Preflight
    today: date


def waiting(text: str) -> View:
    """What stands in the form's place until it is known, or when it cannot be known."""
    return View(
        type="modal",
        callback_id=WAITING,
        title=tr("Your week"),
        close=tr("Close"),
        blocks=[section(escape(text))],
    )


def submit_modal(form: SubmitForm) -> View:
    """What is submitted to whom, and what is not and why; nothing is submitted before the button says so."""
    ready, held, time = form.check.ready, form.check.held, form.time
    total = format_of(time.minutes, time.target)
    blocks: list[Block] = [section(f"*{format_week(time.week)}* · {total}")]
    if short := missing(time, form.today):
        blocks.append(section(f":warning: {short}"))
    if ready:
        blocks += _listed(
            tr("*To be submitted, one timesheet for each project*"), [_ready(each) for each in ready]
        )
        blocks.append(_comment())
    if held:
        blocks += _listed(tr("*Not to be submitted*"), [_held(each) for each in held])
    if not ready and not held:
        blocks.append(section(tr("Nothing is logged in this week, so there is nothing to submit.")))
    return View(
        type="modal",
        callback_id=SUBMIT,
        title=tr("Submit week"),
        submit=tr("Submit week") if ready else None,
        close=tr("Cancel") if ready else tr("Close"),
        private_metadata=str(form.form_id),
        blocks=blocks,
    )


def _listed(head: str, texts: Sequence[str]) -> list[Block]:
    # Ten lines of at most 300 characters fit a section.
    shown = [shortened(text, 290) for text in texts[:MOST_LINES]]
    if len(texts) > len(shown):
        shown.append(tr("… and {number} more").format(number=len(texts) - len(shown)))
    return [section(head), *(section("\n".join(shown[at : at + 10])) for at in range(0, len(shown), 10))]


def _ready(ready: Ready) -> str:
    entries = trn("{number} entry", "{number} entries", len(ready.entries)).format(number=len(ready.entries))
    to = tr("to {names}").format(names=either(ready.approvers)) if ready.approvers else None
    said = joined([format_duration(ready.minutes), entries, to])
    return f":white_check_mark: *{escape(project_label(ready.project))}* · {escape(said)}"


def _held(held: Held) -> str:
    icon = ":information_source:" if held.reason in _NO_FAULTS else ":warning:"
    said = f"{format_duration(held.minutes)} · {why_held(held)}"
    return f"{icon} *{escape(project_label(held.project))}* · {escape(said)}"


_NO_FAULTS = (Reason.NONE_NEEDED, Reason.PENDING, Reason.APPROVED)


def why_held(held: Held) -> str:
    """Why a project's time is not submitted, and what to do about it."""
    match held.reason:
        case Reason.NONE_NEEDED:
            return tr("needs no approval")
        case Reason.PENDING | Reason.APPROVED:
            return (
                tr("already {stands}").format(stands=stands(held.standing))
                if held.standing
                else tr("already submitted")
            )
        case Reason.LOCKED:
            return tr("time is locked on {days}. Ask whoever locks time at your firm.").format(
                days=_days(held.entries)
            )
        case Reason.NO_NOTES:
            return tr("the project asks for notes, and these have none: {entries}. Edit them first.").format(
                entries=_spelled(held.entries)
            )
        case Reason.TOO_LITTLE:
            return tr("your firm takes only weeks that reach the target. Log what is missing first.")
        case Reason.TOO_MUCH:
            return tr("your firm takes no weeks above the target. Correct the hours first.")


def _days(entries: Sequence[Entry]) -> str:
    return ", ".join(dict.fromkeys(format_day(entry.day) for entry in entries))


def _spelled(entries: Sequence[Entry]) -> str:
    return ", ".join(f"{format_day(entry.day)} {format_duration(entry.minutes)}" for entry in entries)


def _comment() -> InputBlock:
    element = PlainTextInputElement(action_id=VALUE, multiline=True, max_length=COMMENT_LIMIT)
    hint = tr("For whoever approves it, where there is something to say.")
    return InputBlock(
        block_id=Field.NOTES.value, label=tr("Notes"), element=element, optional=True, hint=hint
    )


Values = Mapping[str, Mapping[str, Mapping[str, Any]]]


def read_comment(values: Values) -> str:
    """What was written for the approvers, "" for nothing."""
    return (values.get(Field.NOTES.value, {}).get(VALUE, {}).get("value") or "").strip()


class CopyMode(StrEnum):
    """What is copied of a week."""

    HOURS = "hours"
    ROWS = "rows"


def read_mode(value: str) -> CopyMode:
    """The mode of an option; raises Problem for what never was one."""
    try:
        return CopyMode(value)
    except ValueError:
        raise Problem(tr(OUTDATED)) from None


MODES = {
    CopyMode.HOURS: later("Rows and hours: every entry again, a week later"),
    CopyMode.ROWS: later("Rows only: I fill in the hours"),
}


@dataclass(frozen=True)
class CopyForm:
    """What copying the week before into ``week`` comes to.

    ``days`` are the ones that can be filled, ``first`` the one that is proposed.
    """

    form_id: int
    week: Week
    drafts: tuple[Draft, ...]
    left_out: tuple[DayOut, ...]
    rows: tuple[tuple[Project, Task | None], ...]
    days: tuple[date, ...]
    first: date | None = None
    mode: CopyMode = CopyMode.HOURS


@dataclass(frozen=True)
class Filled:
    """What was entered: minutes by the row's place in the form. ``errors`` is Slack's, by block."""

    days: tuple[date, ...]
    minutes: dict[int, int]
    errors: dict[str, str]


def copy_modal(form: CopyForm) -> View:
    """What is logged and what is left out and why; nothing is logged before the button says so."""
    possible = bool(form.drafts) if form.mode is CopyMode.HOURS else bool(form.rows and form.days)
    by_mode = {CopyMode.HOURS: (tr("Copy last week"), COPY_HOURS), CopyMode.ROWS: (tr("Log time"), COPY_ROWS)}
    submit, callback_id = by_mode[form.mode]
    blocks: list[Block] = [section(tr("*Into {week}*").format(week=format_week(form.week)))]
    if form.drafts or form.left_out:
        blocks.append(_modes(form.mode))
    blocks += _hours(form) if form.mode is CopyMode.HOURS else _rows(form)
    return View(
        type="modal",
        callback_id=callback_id,
        title=tr("Copy last week"),
        submit=submit if possible else None,
        close=tr("Cancel") if possible else tr("Close"),
        private_metadata=str(form.form_id),
        blocks=blocks,
    )


def _modes(chosen: CopyMode) -> ActionsBlock:
    options = {mode: Option(text=tr(text), value=mode.value) for mode, text in MODES.items()}
    element = RadioButtonsElement(
        action_id=CHOOSE, options=list(options.values()), initial_option=options[chosen]
    )
    return ActionsBlock(block_id=f"mode:{chosen.value}", elements=[element])


def _hours(form: CopyForm) -> list[Block]:
    if not form.drafts and not form.left_out:
        return [section(tr("Nothing was logged in the week before, so there is nothing to copy."))]
    blocks: list[Block] = []
    if form.drafts:
        total = format_duration(sum(draft.minutes for draft in form.drafts))
        texts = [
            escape(joined([format_day(draft.day), format_duration(draft.minutes), _where(draft)]))
            for draft in form.drafts
        ]
        blocks += _listed(tr("*To be logged with their notes, {total} in all*").format(total=total), texts)
    if form.left_out:
        texts = [escape(f"{format_day(out.day)}: {out.why}") for out in form.left_out]
        blocks += _listed(tr("*Left out*"), texts)
    return blocks


def _where(draft: Draft) -> str:
    return place(draft.project, draft.task)


def _rows(form: CopyForm) -> list[Block]:
    if not form.rows:
        return [section(tr("Time can be logged on nothing of the week before any more."))]
    if not form.days:
        return [section(tr("Every day of this week has time already, is off or is locked."))]
    options = {day: Option(text=format_day(day), value=day.isoformat()) for day in form.days}
    chosen = [options[form.first]] if form.first in options else None
    days = CheckboxesElement(action_id=VALUE, options=list(options.values()), initial_options=chosen)
    fields = [
        InputBlock(
            block_id=f"{Field.DURATION.value}:{index}",
            label=shortened(place(*row), 200),
            element=PlainTextInputElement(action_id=VALUE, placeholder="1h 30m, 1:30, 1.5", max_length=100),
            optional=True,
        )
        for index, row in enumerate(form.rows[:MOST_ROWS])
    ]
    return [InputBlock(block_id=Field.DAYS.value, label=tr("Days"), element=days), *fields]


def read_rows(values: Values, *, workday_minutes: int) -> Filled:
    """What was entered of the rows; what is wrong is in ``errors``, at its own field."""
    picked = values.get(Field.DAYS.value, {}).get(VALUE, {}).get("selected_options") or []
    days = tuple(sorted(date.fromisoformat(option["value"]) for option in picked))
    errors = {} if days else {Field.DAYS.value: tr("Choose the days.")}
    minutes: dict[int, int] = {}
    fields = [block for block in values if block.startswith(f"{Field.DURATION.value}:")]
    for block in fields:
        text = (values[block].get(VALUE, {}).get("value") or "").strip()
        if not text:
            continue
        try:
            minutes[int(block.partition(":")[2])] = parse_duration(text, workday_minutes=workday_minutes)
        except Problem as problem:
            errors[block] = problem.text
    if fields and not minutes and not errors:
        errors[fields[0]] = tr("Say how long it took, on at least one of these.")
    return Filled(days, minutes, errors)
