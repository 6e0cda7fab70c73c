"""Timesheets that wait for a decision: who may decide, what stands out, and how a decision is written down.

Kantata's rules are those of its API reference, pages Timesheet Submissions, Workspaces, Account Memberships
and Backup Approver Associations. Minutes are whole; days are civil dates; a week starts on its Sunday.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.dates import format_day
from bot.domain.durations import format_duration, format_of
from bot.domain.languages import and_more, tr, trn
from bot.domain.time_entries import Project
from bot.domain.work_calendars import WorkCalendar

LONG_DAY = 600  # minutes of one day on one project from which it stands out
_DAYS_SHOWN = 3


class RequestState(StrEnum):
    """How a timesheet stands. Gone: Kantata does not show it any more."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    GONE = "gone"


class Verdict(StrEnum):
    """What an approver can say."""

    APPROVE = "approve"
    REJECT = "reject"

    @property
    def state(self) -> RequestState:
        """How the timesheet stands afterwards."""
        return RequestState.APPROVED if self is Verdict.APPROVE else RequestState.REJECTED


class Hearing(StrEnum):
    """How an approver hears of what waits."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    QUEUE = "queue"


@dataclass(frozen=True)
class Line:
    """One time entry as an approver sees it; ``task`` is None where there is none."""

    entry_id: str
    day: date
    minutes: int
    billable: bool
    notes: str
    task: str | None = None


@dataclass(frozen=True)
class WholeWeek:
    """The person's week over all projects: what is logged, and the targets of its days from Sunday on."""

    minutes: int
    targets: tuple[int, ...]

    @property
    def target(self) -> int:
        """The workweek, less holidays, less time off."""
        return sum(self.targets)


@dataclass(frozen=True)
class Sheet:
    """One person's entries of one week on one project, as they were submitted."""

    submission_id: str
    person_id: str
    person: str
    project: Project
    week_start: date
    lines: tuple[Line, ...]
    comment: str = ""
    week: WholeWeek | None = None

    @property
    def minutes(self) -> int:
        """What it comes to."""
        return sum(line.minutes for line in self.lines)

    @property
    def billable_minutes(self) -> int:
        """What of it is billable."""
        return sum(line.minutes for line in self.lines if line.billable)

    def by_day(self) -> dict[date, int]:
        """The minutes of each day that has some, in order."""
        days = sorted({line.day for line in self.lines})
        return {day: sum(line.minutes for line in self.lines if line.day == day) for day in days}

    def fingerprint(self) -> str:
        """What tells another content of the same timesheet; the rest of the week does not count."""
        lines = sorted(
            [line.entry_id, line.day.isoformat(), line.minutes, line.billable, line.notes]
            for line in self.lines
        )
        return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Decision:
    """What became of a timesheet: ``by`` is a name, None where Kantata does not tell; ``why`` may be ""."""

    state: RequestState
    by: str | None = None
    at: datetime | None = None
    why: str = ""


@dataclass(frozen=True)
class Member:
    """An active member of the firm. ``week`` are the working minutes from Sunday to Saturday.

    ``viewer``: sees the reports of the whole firm, which at Kantata is a right to approve.
    """

    id: str
    name: str
    email: str | None = None
    administrator: bool = False
    viewer: bool = False
    manager_id: str | None = None
    manager_can_approve: bool = False
    week: tuple[int, ...] = (0, 480, 480, 480, 480, 480, 0)
    holiday_calendar_id: str | None = None


@dataclass(frozen=True)
class StandIn:
    """Who approves in whose place, from the first to the last day, both included."""

    approver_id: str
    stand_in_id: str
    first: date
    last: date


@dataclass(frozen=True)
class Firm:
    """The active members by id, and who stands in for whom."""

    members: Mapping[str, Member] = field(default_factory=dict)
    stand_ins: Sequence[StandIn] = ()


def approvers_of(
    person_id: str, project_approvers: Collection[str], firm: Firm, day: date, *, own: bool = False
) -> tuple[str, ...]:
    """Whom to ask about a timesheet of that person on that civil date, by id, in order.

    The project's approvers, the manager who may approve, and who stands in for them that day; where none of
    them is active, the administrators. The person is asked only where ``own`` says that Kantata permits it.
    """
    asked = _active(_designated(person_id, project_approvers, firm, day), firm, person_id, own)
    if not asked:
        administrators = (member.id for member in firm.members.values() if member.administrator)
        asked = _active(administrators, firm, person_id, own)
    return tuple(sorted(asked, key=lambda user_id: (len(user_id), user_id)))


def may_decide(
    user_id: str,
    person_id: str,
    project_approvers: Collection[str],
    financial_viewers: Collection[str],
    firm: Firm,
    day: date,
) -> bool:
    """Whether Kantata lets that user decide about somebody else's timesheet on that civil date.

    About the own one only Kantata itself can tell, asked with the user's own token: here it is no.
    """
    member = firm.members.get(user_id)
    if member is None or user_id == person_id:
        return False
    if member.administrator or member.viewer or user_id in financial_viewers:
        return True
    return user_id in _designated(person_id, project_approvers, firm, day)


def _designated(person_id: str, project_approvers: Collection[str], firm: Firm, day: date) -> set[str]:
    found = set(project_approvers)
    person = firm.members.get(person_id)
    if person and person.manager_id and person.manager_can_approve:
        found.add(person.manager_id)
    return found | {
        each.stand_in_id
        for each in firm.stand_ins
        if each.approver_id in found and each.first <= day <= each.last
    }


def _active(user_ids: Iterable[str], firm: Firm, person_id: str, own: bool) -> set[str]:
    return {each for each in user_ids if each in firm.members and (own or each != person_id)}


def standouts(sheet: Sheet) -> tuple[str, ...]:
    """What an approver would want to look at twice, in words."""
    days = sheet.by_day()
    found = [_against_target(sheet.week)] if sheet.week else []
    if off := [day for day in days if _is_off(sheet, day)]:
        found.append(tr("work on {days}, which is no working day").format(days=_days(off)))
    if long := [day for day, minutes in days.items() if minutes >= LONG_DAY]:
        found.append(tr("a long day: {days}").format(days=_days(long, days)))
    if missing := sum(not line.notes.strip() for line in sheet.lines):
        some = trn("no notes on {number} of the entries", "no notes on {number} of the entries", missing)
        found.append(tr("no notes") if missing == len(sheet.lines) else some.format(number=missing))
    return tuple(each for each in found if each)


def _against_target(week: WholeWeek) -> str:
    if week.minutes == week.target:
        return ""
    said = (
        tr("the whole week is {minutes} over target ({whole})")
        if week.minutes > week.target
        else tr("the whole week is {minutes} under target ({whole})")
    )
    by = format_duration(abs(week.minutes - week.target))
    return said.format(minutes=by, whole=format_of(week.minutes, week.target))


def _is_off(sheet: Sheet, day: date) -> bool:
    if sheet.week is None:
        return day.isoweekday() >= 6
    at = (day - sheet.week_start).days
    return 0 <= at < len(sheet.week.targets) and sheet.week.targets[at] == 0


def _days(days: Sequence[date], minutes: Mapping[date, int] | None = None) -> str:
    shown = [
        format_day(day) + (f" ({format_duration(minutes[day])})" if minutes else "")
        for day in days[:_DAYS_SHOWN]
    ]
    return and_more(", ".join(shown), len(days) - _DAYS_SHOWN)


_NOTE = re.compile(
    r"(?:(?P<why>.*)\n\n)?(?:Approved|Rejected) in Slack by (?P<name>[^\n]+) \(Kantata user (?P<id>\d+)\)\.",
    re.DOTALL,
)


def format_note(verdict: Verdict, name: str, user_id: str, why: str) -> str:
    """What the service account writes down when it decides for somebody: the reason, then who."""
    did = "Approved" if verdict is Verdict.APPROVE else "Rejected"
    who = f"{did} in Slack by {' '.join(name.split())} (Kantata user {user_id})."
    return f"{why.strip()}\n\n{who}" if why.strip() else who


@dataclass(frozen=True)
class Note:
    """Who decided through the service account, and why."""

    name: str
    user_id: str
    why: str


def parse_note(text: str) -> Note | None:
    """What ``format_note`` wrote; None for any other text. To be believed of the service account alone."""
    match = _NOTE.fullmatch(text)
    return Note(match["name"], match["id"], match["why"] or "") if match else None


def changes(before: Sheet, after: Sheet) -> tuple[str, ...]:
    """What differs from an earlier timesheet of the same person, project and week, in words."""
    old = {line.entry_id: line for line in before.lines}
    new = {line.entry_id: line for line in after.lines}
    found = [
        f"{format_day(line.day)}: {what}"
        for key, line in new.items()
        if (what := _change(old[key], line) if key in old else _added(line))
    ]
    found += [
        tr("{day}: {minutes} taken out").format(
            day=format_day(line.day), minutes=format_duration(line.minutes)
        )
        for key, line in old.items()
        if key not in new
    ]
    return tuple(found)


def _added(line: Line) -> str:
    return tr("{minutes} added").format(minutes=format_duration(line.minutes))


def _change(old: Line, new: Line) -> str:
    did = []
    if old.day != new.day:
        did.append(tr("moved from {day}").format(day=format_day(old.day)))
    if old.minutes != new.minutes:
        before, now = format_duration(old.minutes), format_duration(new.minutes)
        did.append(tr("{before} became {now}").format(before=before, now=now))
    if old.billable != new.billable:
        did.append(tr("now billable") if new.billable else tr("no longer billable"))
    if old.notes != new.notes:
        did.append(tr("other notes"))
    return ", ".join(did)


DIGEST_AT = time(9, 30)  # the approver's own time
REMIND_AFTER = (1, 3, 5)  # the approver's own working days


def days_waited(since: date, today: date, calendar: WorkCalendar) -> int:
    """How many of the approver's working days a timesheet has waited, today included, its first day not."""
    days = (today - since).days
    return sum(calendar.target(since + timedelta(days=at)) > 0 for at in range(1, days + 1))


def is_digest_due(
    hearing: Hearing,
    now: datetime,
    waiting_since: Sequence[date],
    calendar: WorkCalendar,
    at: time = DIGEST_AT,
) -> bool:
    """Whether the approver is to be told now, in the approver's own zone, of what has waited since then.

    A digest comes on every working day; who hears at once is reminded after one, three and five of them.
    """
    today = now.date()
    if hearing is Hearing.QUEUE or now.time() < at or calendar.target(today) == 0:
        return False
    if hearing is Hearing.DIGEST:
        return bool(waiting_since)
    return any(days_waited(since, today, calendar) in REMIND_AFTER for since in waiting_since)


def supersedes(new: RequestState, known: RequestState) -> bool:
    """Whether a later look may replace what is known: what was decided never waits again."""
    return new is not known and new is not RequestState.PENDING
