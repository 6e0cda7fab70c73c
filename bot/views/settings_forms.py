"""The form of a person's own settings: how it is drawn, and how what was chosen is read, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    CheckboxesElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.approvals import Hearing
from bot.domain.languages import later, tr
from bot.domain.policies import FirmPolicy, PersonSettings, Reminder
from bot.domain.problems import Field, Problem
from bot.domain.time_entries import Project
from bot.views.approval_hearing import hearing_input, read_hearing
from bot.views.entry_form import project_option
from bot.views.messages import OUTDATED, context

OPEN = "settings.open.v1"
FORM = "settings.form.v1"
PICK_PROJECT = "settings.project.v1"
VALUE = "value"

NO_PROJECT = "none"
FIRM_HOUR = "firm"
_HALF_HOURS = [time(half // 2, 30 * (half % 2)) for half in range(48)]
_COPY = {
    "rows": later("Rows only: I fill in the hours"),
    "hours": later("Rows and hours: every entry again, a week later"),
}

REMINDERS = {
    Reminder.INCOMPLETE: (later("My week is not complete"), later("On the last working day of my week")),
    Reminder.AGAIN: (later("It still is not complete"), later("Once more, on the next working day")),
    Reminder.MISSING: (later("Who of my team is missing"), later("For managers and administrators")),
    Reminder.DECISIONS: (later("What waits for my decision"), later("For approvers, as a digest")),
}


@dataclass(frozen=True)
class SettingsForm:
    """What stands in the form: what the person chose, within what the firm has settled.

    ``default_project`` is None too where the person cannot log on the chosen one any more.
    """

    settings: PersonSettings
    firm: FirmPolicy
    default_project: Project | None = None


@dataclass(frozen=True)
class SettingsInput:
    """What was chosen; ``offered`` are the reminders that stood in the form.

    ``default_project_id`` is not yet checked against what the person may log on.
    """

    offered: frozenset[Reminder]
    wanted: frozenset[Reminder]
    incomplete_at: time | None
    hearing: Hearing
    default_project_id: str | None
    copy_hours: bool


def settings_button() -> ButtonElement:
    """The button that opens the form, wherever it stands."""
    return ButtonElement(
        text=tr("Settings"), action_id=OPEN, value="open", accessibility_label=tr("My settings")
    )


def modal(form: SettingsForm) -> View:
    """The form as Slack shows it."""
    blocks: list[Block] = [
        *_reminders(form),
        _hour(form),
        hearing_input(form.settings.hearing),
        _project(form),
        _copy(form.settings.copy_hours),
    ]
    return View(
        type="modal",
        callback_id=FORM,
        title=tr("My settings"),
        submit=tr("Save"),
        close=tr("Cancel"),
        blocks=blocks,
    )


def _reminders(form: SettingsForm) -> list[Block]:
    offered = {
        each: Option(value=each.value, label=tr(label), description=tr(means))
        for each, (label, means) in REMINDERS.items()
        if each in form.firm.reminders
    }
    if not offered:
        return [context(tr("Your firm has turned all reminders off."))]
    wanted = [option for each, option in offered.items() if each not in form.settings.stopped]
    element = CheckboxesElement(
        action_id=VALUE, options=list(offered.values()), initial_options=wanted or None
    )
    return [InputBlock(block_id="reminders", label=tr("Remind me when"), element=element, optional=True)]


def _hour(form: SettingsForm) -> InputBlock:
    firm_hour = tr("As my firm has it: {hour}").format(hour=f"{form.firm.incomplete_at:%H:%M}")
    hours = {each: Option(value=f"{each:%H:%M}", label=f"{each:%H:%M}") for each in _HALF_HOURS}
    as_firm = Option(value=FIRM_HOUR, label=firm_hour)
    chosen = form.settings.incomplete_at
    element = StaticSelectElement(
        action_id=VALUE,
        options=[as_firm, *hours.values()],
        initial_option=hours.get(chosen, as_firm) if chosen else as_firm,
    )
    label = tr("When to remind me that my week is not complete")
    return InputBlock(block_id="hour", label=label, element=element, hint=tr("On my own clock."))


def _project(form: SettingsForm) -> InputBlock:
    project = form.default_project
    element = ExternalDataSelectElement(
        action_id=PICK_PROJECT,
        placeholder=tr("Client or project"),
        min_query_length=0,
        initial_option=project_option(project) if project else _no_project(),
    )
    hint = tr("Taken where I name no project, in a channel that has none.")
    return InputBlock(block_id=Field.PROJECT.value, label=tr("Default project"), element=element, hint=hint)


def _no_project() -> Option:
    return Option(value=NO_PROJECT, label=tr("No default project"))


def _copy(copy_hours: bool) -> InputBlock:
    options = {code: Option(value=code, label=tr(label)) for code, label in _COPY.items()}
    element = RadioButtonsElement(
        action_id=VALUE,
        options=list(options.values()),
        initial_option=options["hours" if copy_hours else "rows"],
    )
    return InputBlock(block_id="copy", label=tr("Copy last week begins with"), element=element)


def project_choices(projects: Sequence[Project], *, with_none: bool) -> dict[str, Any]:
    """The answer of the project type-ahead; ``with_none``: having no default project is offered first."""
    found = [*([_no_project()] if with_none else []), *(project_option(each) for each in projects)]
    return {"options": [option.to_dict() for option in found[:100]]}


def read(view: Mapping[str, Any]) -> SettingsInput:
    """What was chosen; raises Problem for anything we never offered."""
    values = view["state"]["values"]
    offered = [
        option["value"]
        for block in view["blocks"]
        if block.get("block_id") == "reminders"
        for option in block["element"]["options"]
    ]
    wanted = [option["value"] for option in _state(values, "reminders").get("selected_options") or ()]
    project = _picked(values, Field.PROJECT.value)
    copy = _picked(values, "copy")
    if copy not in _COPY:
        raise Problem(tr(OUTDATED))
    return SettingsInput(
        offered=_known(offered),
        wanted=_known(wanted),
        incomplete_at=_read_hour(_picked(values, "hour")),
        hearing=read_hearing(view),
        default_project_id=None if project in (None, NO_PROJECT) else project,
        copy_hours=copy == "hours",
    )


def _read_hour(value: str | None) -> time | None:
    if value == FIRM_HOUR:
        return None
    hours = {f"{each:%H:%M}": each for each in _HALF_HOURS}
    if value not in hours:
        raise Problem(tr(OUTDATED))
    return hours[value]


def _known(values: Sequence[str]) -> frozenset[Reminder]:
    try:
        return frozenset(Reminder(value) for value in values)
    except ValueError:
        raise Problem(tr(OUTDATED)) from None


def _state(values: Mapping[str, Any], block_id: str) -> Mapping[str, Any]:
    """The state of that block's one element, {} where the form does not have it."""
    return next(iter(values.get(block_id, {}).values()), {})


def _picked(values: Mapping[str, Any], block_id: str) -> str | None:
    option = _state(values, block_id).get("selected_option")
    return str(option["value"]) if option else None
