"""What an administrator sees first: the firm's settings, and the way to everything else."""

from dataclasses import dataclass
from datetime import date, timedelta

from slack_sdk.models.blocks import Block, ButtonElement, Option, SectionBlock, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.calendars import Week, format_day, week_of
from bot.domain.languages import later, tr, trn
from bot.domain.policies import FirmPolicy, Reminder, TimeOffDecider
from bot.domain.problems import Problem
from bot.domain.writes import WriteNumbers
from bot.views.messages import OUTDATED, lines, section

OVERVIEW = "admin.overview.v1"
SAID = "admin.said"
OPEN = "admin.open.v1"
CHANGE_REMINDERS = "admin.reminders.v1"
CHANGE_TIME_OFF = "admin.time_off.v1"
SHOW_WRITES = "admin.writes.v1"
SHOW_PEOPLE = "admin.people.v1"
SHOW_HEALTH = "admin.health.v1"
AUDIT_TABLE = "admin.audit_table.v1"
WEEK_TABLE = "admin.week_table.v1"
_YEARS, _WEEKS = 5, 12  # as many are offered

NOT_ADMINISTRATOR = later(
    "Only administrators can do that: the admins and owners of this Slack workspace, and "
    "those whom they have named."
)
TITLE = later("Administration")
HEALTH = later("*Connections and jobs*\nWhether Slack, Kantata and the database answer, and what ran last.")


@dataclass(frozen=True)
class Overview:
    """All that stands in the first view."""

    policy: FirmPolicy
    today: date
    writes: WriteNumbers
    unmatched: int
    shared: int


def overview(shown: Overview) -> View:
    """The first view, from which everything else opens."""
    policy = shown.policy
    blocks: list[Block] = [
        _with_button(_reminders(policy), tr("Change…"), CHANGE_REMINDERS, tr("Change reminders")),
        _with_button(
            _time_off(policy), tr("Change…"), CHANGE_TIME_OFF, tr("Change time off and administrators")
        ),
        _with_button(_people(shown), tr("Show…"), SHOW_PEOPLE, tr("Show who is not matched")),
        _with_button(_writes(shown.writes), tr("Show…"), SHOW_WRITES, tr("Show what waits for Kantata")),
        _with_button(tr(HEALTH), tr("Show…"), SHOW_HEALTH, tr("Show connections and jobs")),
    ]
    blocks += [_audit_table(shown.today), _week_table(shown.today)]
    return View(type="modal", callback_id=OVERVIEW, title=tr(TITLE), close=tr("Close"), blocks=blocks)


def _audit_table(today: date) -> SectionBlock:
    block = section(
        tr("*The audit of a year, as CSV*\nDecisions and what administrators changed, sent to you alone.")
    )
    years = [str(today.year - ago) for ago in range(_YEARS)]
    options = [Option(value=year, label=year) for year in years]
    block.accessory = StaticSelectElement(action_id=AUDIT_TABLE, placeholder=tr("Year"), options=options)
    return block


def _week_table(today: date) -> SectionBlock:
    block = section(tr("*The firm's week, as CSV*\nWho logged how much on what, sent to you alone."))
    weeks = [week_of(today - timedelta(weeks=ago)) for ago in range(_WEEKS)]
    options = [
        Option(value=week.start.isoformat(), label=f"{format_day(week.start)} – {format_day(week.end)}")
        for week in weeks
    ]
    block.accessory = StaticSelectElement(action_id=WEEK_TABLE, placeholder=tr("Week"), options=options)
    return block


def read_year(value: str) -> int:
    """The year of an option; raises Problem for what never was one."""
    if not (value.isascii() and value.isdecimal() and len(value) == 4 and value.startswith("2")):
        raise Problem(tr(OUTDATED))
    return int(value)


def read_week(value: str) -> Week:
    """The week of an option; raises Problem likewise."""
    try:
        return week_of(date.fromisoformat(value))
    except (ValueError, OverflowError):
        raise Problem(tr(OUTDATED)) from None


def administration_button() -> ButtonElement:
    """The button that opens it, wherever it stands."""
    return ButtonElement(text=tr("Administration"), action_id=OPEN, value="open")


def said(text: str) -> View:
    """What stands in a view's place where there is nothing else to show; ``text`` is mrkdwn."""
    return View(type="modal", callback_id=SAID, title=tr(TITLE), close=tr("Close"), blocks=[section(text)])


def _with_button(mrkdwn: str, label: str, action_id: str, spoken: str) -> SectionBlock:
    block = section(mrkdwn)
    block.accessory = ButtonElement(text=label, action_id=action_id, value="open", accessibility_label=spoken)
    return block


def _reminders(policy: FirmPolicy) -> str:
    hours = {
        Reminder.INCOMPLETE: (tr("week not complete"), policy.incomplete_at),
        Reminder.AGAIN: (tr("still not complete"), policy.again_at),
        Reminder.MISSING: (tr("who is missing"), policy.missing_at),
        Reminder.DECISIONS: (tr("waiting decisions"), policy.decisions_at),
    }
    told = [f"{words} {at:%H:%M}" for each, (words, at) in hours.items() if each in policy.reminders]
    return lines(
        tr("*Reminders*"),
        " · ".join(told) or tr("All turned off."),
        tr("A gap of up to {number} minutes is tolerated.").format(number=policy.tolerated_minutes)
        if policy.tolerated_minutes
        else None,
    )


def _time_off(policy: FirmPolicy) -> str:
    decider = {
        TimeOffDecider.MANAGER: tr("decided by the person's manager"),
        TimeOffDecider.NOBODY: tr("granted without asking"),
    }[policy.time_off_decider]
    named = ", ".join(f"<@{each}>" for each in policy.administrators)
    return lines(
        tr("*Time off and administrators*"),
        tr("Requests are {decider}; they may lie {number} days in the past.").format(
            decider=decider, number=policy.time_off_past_days
        ),
        tr("Who is off is posted in {channel}.").format(channel=f"<#{policy.absences_channel}>")
        if policy.absences_channel
        else None,
        tr("Administrators besides the workspace's own: {named}.").format(named=named or tr("nobody")),
    )


def _people(shown: Overview) -> str:
    unmatched = trn(
        "{number} in this Slack is nobody in Kantata",
        "{number} in this Slack are nobody in Kantata",
        shown.unmatched,
    ).format(number=shown.unmatched)
    return lines(
        tr("*People*"),
        tr("{unmatched}; {number} share a Kantata user with somebody else.").format(
            unmatched=unmatched, number=shown.shared
        ),
    )


def _writes(numbers: WriteNumbers) -> str:
    waits = (
        trn(
            "{number} waits for Kantata, {failed} of them after a failure.",
            "{number} wait for Kantata, {failed} of them after a failure.",
            numbers.waiting,
        ).format(number=numbers.waiting, failed=numbers.failed)
        if numbers.waiting
        else tr("Nothing waits for Kantata.")
    )
    untold = (
        tr("{number} ended, and the answer is still to be said.").format(number=numbers.untold)
        if numbers.untold
        else None
    )
    return lines(tr("*Writes to Kantata*"), waits, untold)
