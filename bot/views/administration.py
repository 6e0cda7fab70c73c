"""What an administrator sees first: the firm's settings, and the way to everything else."""

from dataclasses import dataclass
from datetime import date, timedelta

from slack_sdk.models.blocks import Block, ButtonElement, Option, SectionBlock, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.calendars import Week, format_day, week_of
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

NOT_ADMINISTRATOR = (
    "Only administrators can do that: the admins and owners of this Slack workspace, and those "
    "whom they have named."
)
TITLE = "Administration"
HEALTH = "*Connections and jobs*\nWhether Slack, Kantata and the database answer, and what ran last."


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
        _with_button(_reminders(policy), "Change…", CHANGE_REMINDERS, "Change reminders"),
        _with_button(_time_off(policy), "Change…", CHANGE_TIME_OFF, "Change time off and administrators"),
        _with_button(_people(shown), "Show…", SHOW_PEOPLE, "Show who is not matched"),
        _with_button(_writes(shown.writes), "Show…", SHOW_WRITES, "Show what waits for Kantata"),
        _with_button(HEALTH, "Show…", SHOW_HEALTH, "Show connections and jobs"),
    ]
    blocks += [_audit_table(shown.today), _week_table(shown.today)]
    return View(type="modal", callback_id=OVERVIEW, title=TITLE, close="Close", blocks=blocks)


def _audit_table(today: date) -> SectionBlock:
    block = section(
        "*The audit of a year, as CSV*\nDecisions and what administrators changed, sent to you alone."
    )
    years = [str(today.year - ago) for ago in range(_YEARS)]
    options = [Option(value=year, label=year) for year in years]
    block.accessory = StaticSelectElement(action_id=AUDIT_TABLE, placeholder="Year", options=options)
    return block


def _week_table(today: date) -> SectionBlock:
    block = section("*The firm's week, as CSV*\nWho logged how much on what, sent to you alone.")
    weeks = [week_of(today - timedelta(weeks=ago)) for ago in range(_WEEKS)]
    options = [
        Option(value=week.start.isoformat(), label=f"{format_day(week.start)} – {format_day(week.end)}")
        for week in weeks
    ]
    block.accessory = StaticSelectElement(action_id=WEEK_TABLE, placeholder="Week", options=options)
    return block


def read_year(value: str) -> int:
    """The year of an option; raises Problem for what never was one."""
    if not (value.isascii() and value.isdecimal() and len(value) == 4 and value.startswith("2")):
        raise Problem(OUTDATED)
    return int(value)


def read_week(value: str) -> Week:
    """The week of an option; raises Problem likewise."""
    try:
        return week_of(date.fromisoformat(value))
    except (ValueError, OverflowError):
        raise Problem(OUTDATED) from None


def administration_button() -> ButtonElement:
    """The button that opens it, wherever it stands."""
    return ButtonElement(text="Administration", action_id=OPEN, value="open")


def said(text: str) -> View:
    """What stands in a view's place where there is nothing else to show; ``text`` is mrkdwn."""
    return View(type="modal", callback_id=SAID, title=TITLE, close="Close", blocks=[section(text)])


def _with_button(mrkdwn: str, label: str, action_id: str, spoken: str) -> SectionBlock:
    block = section(mrkdwn)
    block.accessory = ButtonElement(text=label, action_id=action_id, value="open", accessibility_label=spoken)
    return block


def _reminders(policy: FirmPolicy) -> str:
    hours = {
        Reminder.INCOMPLETE: ("week not complete", policy.incomplete_at),
        Reminder.AGAIN: ("still not complete", policy.again_at),
        Reminder.MISSING: ("who is missing", policy.missing_at),
        Reminder.DECISIONS: ("waiting decisions", policy.decisions_at),
    }
    told = [f"{words} {at:%H:%M}" for each, (words, at) in hours.items() if each in policy.reminders]
    return lines(
        "*Reminders*",
        " · ".join(told) or "All turned off.",
        f"A gap of up to {policy.tolerated_minutes} minutes is tolerated."
        if policy.tolerated_minutes
        else None,
    )


def _time_off(policy: FirmPolicy) -> str:
    decider = {
        TimeOffDecider.MANAGER: "decided by the person's manager",
        TimeOffDecider.NOBODY: "granted without asking",
    }[policy.time_off_decider]
    named = ", ".join(f"<@{each}>" for each in policy.administrators)
    return lines(
        "*Time off and administrators*",
        f"Requests are {decider}; they may lie {policy.time_off_past_days} days in the past.",
        f"Who is off is posted in <#{policy.absences_channel}>." if policy.absences_channel else None,
        f"Administrators besides the workspace's own: {named or 'nobody'}.",
    )


def _people(shown: Overview) -> str:
    unmatched = f"{shown.unmatched} in this Slack {'is' if shown.unmatched == 1 else 'are'} nobody in Kantata"
    return lines("*People*", f"{unmatched}; {shown.shared} share a Kantata user with somebody else.")


def _writes(numbers: WriteNumbers) -> str:
    waits = (
        f"{numbers.waiting} wait{'s' if numbers.waiting == 1 else ''} for Kantata, "
        f"{numbers.failed} of them after a failure."
        if numbers.waiting
        else "Nothing waits for Kantata."
    )
    untold = f"{numbers.untold} ended, and the answer is still to be said." if numbers.untold else None
    return lines("*Writes to Kantata*", waits, untold)
