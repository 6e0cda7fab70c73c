"""The forms of the firm's settings: how they are drawn, and how what was entered is read, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    ConversationFilter,
    ConversationMultiSelectElement,
    ExternalDataMultiSelectElement,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextObject,
    RadioButtonsElement,
    TimePickerElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.languages import later, tr
from bot.domain.policies import FirmPolicy, Reminder, TimeOffDecider
from bot.domain.problems import Field, Problem, Problems
from bot.views.messages import OUTDATED, shortened

REMINDERS = "policy.reminders.v1"
TIME_OFF = "policy.time_off.v1"
PICK_MEMBER = "policy.member.v1"
VALUE = "value"

MOST_MINUTES = 2400  # a week of eight-hour days
MOST_HOURS = 40
MOST_DAYS = 366  # Kantata keeps no older time open
MOST_PEOPLE = 20

REMINDER_LABELS = {
    Reminder.INCOMPLETE: later("Somebody's week is not complete"),
    Reminder.AGAIN: later("It still is not complete"),
    Reminder.MISSING: later("Who is missing, to managers and administrators"),
    Reminder.DECISIONS: later("What waits for a decision, to approvers"),
}
HOUR_LABELS = {
    Field.INCOMPLETE_AT: later("Week not complete: last working day at"),
    Field.AGAIN_AT: later("Still not complete: next working day at"),
    Field.MISSING_AT: later("Who is missing: next working day at"),
    Field.DECISIONS_AT: later("Waiting for a decision: weekdays at"),
}
_MINUTES = later("Say how many minutes: a whole number from 0 to {most}.")
_DAYS = later("Say how many days: a whole number from 0 to {most}.")
_DECIDERS = {
    TimeOffDecider.MANAGER: later("The person's manager in Kantata"),
    TimeOffDecider.NOBODY: later("Nobody: every request is granted"),
}


@dataclass(frozen=True)
class PolicyForm:
    """The firm's settings, and the names of the Kantata users among them, by id."""

    policy: FirmPolicy
    names: Mapping[str, str]


def reminders_modal(form: PolicyForm) -> View:
    """Which reminders come in the firm, and when."""
    policy = form.policy
    options = {each: Option(value=each.value, label=tr(label)) for each, label in REMINDER_LABELS.items()}
    boxes = CheckboxesElement(
        action_id=VALUE,
        options=list(options.values()),
        initial_options=[option for each, option in options.items() if each in policy.reminders] or None,
    )
    hours = [
        InputBlock(
            block_id=field.value,
            label=tr(label),
            element=TimePickerElement(action_id=VALUE, initial_time=f"{getattr(policy, field.value):%H:%M}"),
        )
        for field, label in HOUR_LABELS.items()
    ]
    return View(
        type="modal",
        callback_id=REMINDERS,
        title=tr("Reminders"),
        submit=tr("Save"),
        close=tr("Cancel"),
        blocks=[
            InputBlock(
                block_id="reminders",
                label=tr("The bot reminds of"),
                element=boxes,
                optional=True,
                hint=tr("Everybody can stop their own. All hours are on each person's own clock."),
            ),
            *hours,
            _number(
                Field.TOLERATED,
                tr("Minutes missing in a week that are not worth a reminder"),
                str(policy.tolerated_minutes),
            ),
        ],
    )


def _number(field: Field, label: str, value: str, *, decimal: bool = False) -> InputBlock:
    element = NumberInputElement(action_id=VALUE, is_decimal_allowed=decimal, initial_value=value)
    return InputBlock(block_id=field.value, label=label, element=element)


def time_off_modal(form: PolicyForm) -> View:
    """Who decides about time off, within which limits, and who administers."""
    policy = form.policy
    return View(
        type="modal",
        callback_id=TIME_OFF,
        title=tr("Time off and admins"),
        submit=tr("Save"),
        close=tr("Cancel"),
        blocks=[
            InputBlock(block_id="decider", label=tr("Who decides about time off"), element=_deciders(policy)),
            InputBlock(
                block_id=Field.FALLBACKS.value,
                label=tr("Asked where somebody has no manager who can be"),
                element=_fallbacks(form),
                optional=True,
            ),
            _number(
                Field.GRANTED,
                tr("Hours up to which a request is granted without asking"),
                f"{policy.time_off_granted_minutes / 60:g}",
                decimal=True,
            ),
            _number(
                Field.PAST_DAYS,
                tr("Days that a request may lie in the past"),
                str(policy.time_off_past_days),
            ),
            InputBlock(
                block_id="channel",
                label=tr("Channel of the weekly post of who is off"),
                element=_channel(policy),
                optional=True,
                hint=tr("Invite me there, or I cannot post. It names people and days, never a reason."),
            ),
            InputBlock(
                block_id=Field.ADMINISTRATORS.value,
                label=tr("Administrators besides the workspace's own"),
                element=_administrators(policy),
                optional=True,
            ),
        ],
    )


def _deciders(policy: FirmPolicy) -> RadioButtonsElement:
    options = {each: Option(value=each.value, label=label) for each, label in _DECIDERS.items()}
    return RadioButtonsElement(
        action_id=VALUE,
        options=list(options.values()),
        initial_option=options[policy.time_off_decider],
    )


def _fallbacks(form: PolicyForm) -> ExternalDataMultiSelectElement:
    chosen = [member_option(each, form.names.get(each, each)) for each in form.policy.time_off_fallbacks]
    return ExternalDataMultiSelectElement(
        action_id=PICK_MEMBER,
        placeholder=tr("Names in Kantata"),
        min_query_length=0,
        initial_options=chosen or None,
        max_selected_items=MOST_PEOPLE,
    )


def _channel(policy: FirmPolicy) -> ConversationMultiSelectElement:
    return ConversationMultiSelectElement(
        action_id=VALUE,
        placeholder=tr("No channel"),
        initial_conversations=[policy.absences_channel] if policy.absences_channel else None,
        max_selected_items=1,
        filter=ConversationFilter(
            include=["public", "private"], exclude_external_shared_channels=True, exclude_bot_users=True
        ),
    )


def _administrators(policy: FirmPolicy) -> UserMultiSelectElement:
    return UserMultiSelectElement(
        action_id=VALUE,
        placeholder=tr("Nobody else"),
        initial_users=list(policy.administrators) or None,
        max_selected_items=MOST_PEOPLE,
    )


def member_option(kantata_id: str, name: str) -> Option:
    """A Kantata user in a type-ahead; the same words wherever it is offered, for Slack compares them."""
    label = shortened(" ".join(name.split()) or tr("(no name)"), 75)
    return Option(text=PlainTextObject(text=label, emoji=False), value=kantata_id)


def member_choices(members: Mapping[str, str]) -> dict[str, Any]:
    """The answer of a type-ahead of Kantata users, by id and name, in that order."""
    found = [member_option(kantata_id, name) for kantata_id, name in members.items()]
    return {"options": [option.to_dict() for option in found[:100]]}


def read_reminders(view: Mapping[str, Any], policy: FirmPolicy) -> FirmPolicy:
    """``policy`` with what the form says of reminders; raises Problems naming every field to mend."""
    values, problems = view["state"]["values"], list[Problem]()
    incomplete_at, again_at, missing_at, decisions_at = (
        _time(values, field, problems) for field in HOUR_LABELS
    )
    tolerated = _whole(values, Field.TOLERATED, MOST_MINUTES, _MINUTES, problems)
    wanted = [option["value"] for option in _state(values, "reminders").get("selected_options") or ()]
    if problems:
        raise Problems(problems)
    return replace(
        policy,
        reminders=_reminders(wanted),
        incomplete_at=incomplete_at,
        again_at=again_at,
        missing_at=missing_at,
        decisions_at=decisions_at,
        tolerated_minutes=tolerated,
    )


def read_time_off(view: Mapping[str, Any], policy: FirmPolicy) -> FirmPolicy:
    """``policy`` with what the form says of time off and administrators; raises Problems likewise."""
    values, problems = view["state"]["values"], list[Problem]()
    granted = _minutes(values, problems)
    past_days = _whole(values, Field.PAST_DAYS, MOST_DAYS, _DAYS, problems)
    if problems:
        raise Problems(problems)
    channels = _state(values, "channel").get("selected_conversations") or ()
    fallbacks = _state(values, Field.FALLBACKS.value).get("selected_options") or ()
    administrators = _state(values, Field.ADMINISTRATORS.value).get("selected_users") or ()
    return replace(
        policy,
        time_off_decider=_decider(_state(values, "decider").get("selected_option") or {}),
        time_off_fallbacks=tuple(option["value"] for option in fallbacks),
        time_off_granted_minutes=granted,
        time_off_past_days=past_days,
        absences_channel=channels[0] if channels else None,
        administrators=tuple(administrators),
    )


def _time(values: Mapping[str, Any], field: Field, problems: list[Problem]) -> time:
    chosen = _state(values, field.value).get("selected_time")
    try:
        return time.fromisoformat(chosen or "")
    except ValueError:
        problems.append(Problem(tr("Choose a time of day."), field))
        return time()


def _whole(values: Mapping[str, Any], field: Field, most: int, asked: str, problems: list[Problem]) -> int:
    typed = str(_state(values, field.value).get("value") or "").strip()
    if typed.isascii() and typed.isdecimal() and len(typed) <= 6 and int(typed) <= most:
        return int(typed)
    problems.append(Problem(tr(asked).format(most=most), field))
    return 0


def _minutes(values: Mapping[str, Any], problems: list[Problem]) -> int:
    typed = str(_state(values, Field.GRANTED.value).get("value") or "").strip()
    try:
        hours = float(typed.replace(",", "."))
    except ValueError:
        hours = -1.0
    if 0 <= hours <= MOST_HOURS:  # not true of NaN either
        return round(hours * 60)
    problems.append(
        Problem(
            tr("Say how many hours: a number from 0 to {most}.").format(most=MOST_HOURS),
            Field.GRANTED,
        )
    )
    return 0


def _reminders(values: list[str]) -> frozenset[Reminder]:
    try:
        return frozenset(Reminder(value) for value in values)
    except ValueError:
        raise Problem(tr(OUTDATED)) from None


def _decider(option: Mapping[str, Any]) -> TimeOffDecider:
    try:
        return TimeOffDecider(str(option.get("value")))
    except ValueError:
        raise Problem(tr(OUTDATED)) from None


def _state(values: Mapping[str, Any], block_id: str) -> Mapping[str, Any]:
    """The state of that block's one element, {} where the form does not have it."""
    return next(iter(values.get(block_id, {}).values()), {})
