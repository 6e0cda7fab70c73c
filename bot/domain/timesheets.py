"""A week of somebody's time: its grid, its gaps, how each project's timesheet stands, what may be submitted.

A timesheet is one person's entries of one week on one project (Kantata's API reference, Timesheet
Submissions). Weeks run Sunday to Saturday; minutes are whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.calendars import format_span
from bot.domain.dates import Week, parse_day, week_of
from bot.domain.durations import format_duration
from bot.domain.languages import tr
from bot.domain.time_entries import Entry, Project, Task
from bot.domain.work_calendars import WorkCalendar

_WEEKS = {
    "": 0,
    "this": 0,
    "this week": 0,
    "last": -1,
    "last week": -1,
    "previous": -1,
    "previous week": -1,
    "next": 1,
    "next week": 1,
}


class Status(StrEnum):
    """How time stands on its way through approval."""

    REJECTED = "rejected"
    OPEN = "open"
    PENDING = "pending"
    APPROVED = "approved"
    NONE_NEEDED = "none needed"


TO_SUBMIT = (Status.OPEN, Status.REJECTED)


@dataclass(frozen=True)
class Standing:
    """How entries stand. ``since`` is when they were submitted, or decided where they are decided.

    ``by`` are the names of those who may decide, or of the one who did; ``why`` is what was said to it.
    """

    status: Status
    submission_id: str | None = None
    since: datetime | None = None
    by: tuple[str, ...] = ()
    why: str | None = None


@dataclass(frozen=True)
class ProjectRules:
    """What Kantata asks of the time of a project; no time changes on ``locked_to`` and before it."""

    needs_approval: bool = True
    needs_notes: bool = False
    locked_to: date | None = None
    approvers: tuple[str, ...] = ()

    def locks(self, day: date) -> bool:
        """Whether the day is locked."""
        return self.locked_to is not None and day <= self.locked_to


@dataclass(frozen=True)
class Part:
    """The entries of a project that stand alike, oldest first."""

    standing: Standing
    entries: tuple[Entry, ...]

    @property
    def minutes(self) -> int:
        """What they come to."""
        return sum(entry.minutes for entry in self.entries)


@dataclass(frozen=True)
class Timesheet:
    """One project's time of the week; what is to be done about comes first among its parts."""

    project: Project
    rules: ProjectRules
    parts: tuple[Part, ...]

    @property
    def minutes(self) -> int:
        """What all of it comes to."""
        return sum(part.minutes for part in self.parts)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, oldest first."""
        return _in_order(entry for part in self.parts for entry in part.entries)


@dataclass(frozen=True)
class Day:
    """A day of the week: what is logged, and of ``scheduled`` minutes what is left to be worked.

    ``why`` says why it is less than the workweek asks for, where it is.
    """

    day: date
    minutes: int
    target: int
    scheduled: int
    why: str | None = None

    @property
    def missing(self) -> int:
        """How much less than the target is logged."""
        return max(0, self.target - self.minutes)


@dataclass(frozen=True)
class Row:
    """What was logged on one project and task: the minutes from Sunday to Saturday."""

    project: Project
    task: Task | None
    minutes: tuple[int, ...]


@dataclass(frozen=True)
class TimeOfWeek:
    """One person's week as Kantata has it."""

    week: Week
    timesheets: tuple[Timesheet, ...]
    days: tuple[Day, ...]

    @property
    def minutes(self) -> int:
        """What is logged in all."""
        return sum(day.minutes for day in self.days)

    @property
    def target(self) -> int:
        """The workweek, less holidays, less time off."""
        return sum(day.target for day in self.days)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, oldest first."""
        return _in_order(entry for sheet in self.timesheets for entry in sheet.entries)

    def rows(self) -> tuple[Row, ...]:
        """The grid: a row for each project and task."""
        minutes: dict[tuple[Project, Task | None], list[int]] = {}
        for entry in self.entries:
            row = minutes.setdefault((entry.project, entry.task), [0] * 7)
            row[(entry.day - self.week.start).days] += entry.minutes
        rows = [Row(project, task, tuple(each)) for (project, task), each in minutes.items()]
        return tuple(sorted(rows, key=lambda row: (*_name(row.project), row.task.title if row.task else "")))

    def gaps(self, today: date) -> tuple[Day, ...]:
        """The days up to today on which less than the target is logged."""
        return tuple(day for day in self.days if day.missing and day.day <= today)


def time_of_week(
    week: Week,
    entries: Sequence[tuple[Entry, Standing]],
    rules: Mapping[str, ProjectRules],
    calendar: WorkCalendar,
) -> TimeOfWeek:
    """The week of these entries, by project; ``rules`` are by project id, the usual ones where absent."""
    by_project: dict[str, list[tuple[Entry, Standing]]] = {}
    for entry, standing in entries:
        by_project.setdefault(entry.project.id, []).append((entry, standing))
    sheets = [
        Timesheet(of_it[0][0].project, rules.get(project_id, ProjectRules()), _parts(of_it))
        for project_id, of_it in by_project.items()
    ]
    logged = {day: sum(each.minutes for each, _ in entries if each.day == day) for day in week.days()}
    return TimeOfWeek(
        week,
        tuple(sorted(sheets, key=lambda sheet: _name(sheet.project))),
        tuple(_day(day, minutes, calendar) for day, minutes in logged.items()),
    )


def _parts(entries: Sequence[tuple[Entry, Standing]]) -> tuple[Part, ...]:
    found: dict[Standing, list[Entry]] = {}
    for entry, standing in entries:
        found.setdefault(standing, []).append(entry)
    order = list(Status)
    parts = [Part(standing, _in_order(alike)) for standing, alike in found.items()]
    return tuple(sorted(parts, key=lambda part: (order.index(part.standing.status), part.entries[0].day)))


def _day(day: date, minutes: int, calendar: WorkCalendar) -> Day:
    scheduled, target = calendar.scheduled(day), calendar.target(day)
    return Day(day, minutes, target, scheduled, _why_less(day, calendar) if target < scheduled else None)


def _why_less(day: date, calendar: WorkCalendar) -> str:
    if why := calendar.why_not_worked(day):
        return why
    if minutes := calendar.time_off.get(day):
        return tr("{minutes} off").format(minutes=format_duration(minutes))
    holiday = next(each.name for each in calendar.holidays if each.start <= day <= each.end)
    off = format_duration(calendar.scheduled(day) - calendar.target(day))
    return holiday + ", " + tr("{minutes} off").format(minutes=off)


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.day, int(entry.id))))


def _name(project: Project) -> tuple[str, str]:
    return (project.client or project.title).casefold(), project.title.casefold()


def parse_week(text: str, *, today: date, locale: str) -> Week:
    """The week that is named: this, last, next, or that of any day; raises Problem with Field.DATE."""
    said = " ".join(text.casefold().split())
    if said in _WEEKS:
        return week_of(today + timedelta(weeks=_WEEKS[said]))
    return week_of(parse_day(text, today=today, locale=locale))


def format_week(week: Week) -> str:
    """The week as the bot says it: ``Sun 1 – Sat 7 Mar 2026``."""
    return format_span(week.start, week.end)


class Reason(StrEnum):
    """Why a project's time is not submitted; the first three are no faults."""

    NONE_NEEDED = "none needed"
    PENDING = "pending"
    APPROVED = "approved"
    LOCKED = "locked"
    NO_NOTES = "no notes"
    TOO_LITTLE = "too little"
    TOO_MUCH = "too much"


@dataclass(frozen=True)
class Ready:
    """A timesheet that Kantata can be expected to take: a project's time that is not submitted yet."""

    project: Project
    entries: tuple[Entry, ...]
    approvers: tuple[str, ...] = ()

    @property
    def minutes(self) -> int:
        """What it comes to."""
        return sum(entry.minutes for entry in self.entries)


@dataclass(frozen=True)
class Held:
    """A project's time that is not submitted, why, and the entries it is about."""

    project: Project
    reason: Reason
    entries: tuple[Entry, ...]
    standing: Standing | None = None

    @property
    def minutes(self) -> int:
        """What they come to."""
        return sum(entry.minutes for entry in self.entries)


@dataclass(frozen=True)
class Limits:
    """Whether Kantata holds this person's whole week to the target when it is submitted."""

    minimum: bool = False
    maximum: bool = False


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Preflight:
    """What becomes of a week that is submitted now."""

    ready: tuple[Ready, ...]
    held: tuple[Held, ...]


def preflight(time: TimeOfWeek, limits: Limits = NO_LIMITS) -> Preflight:
    """What can be submitted, and what Kantata would refuse or has already."""
    ready: list[Ready] = []
    held: list[Held] = []
    outside = _outside(time, limits)
    for sheet in time.timesheets:
        held += _settled(sheet)
        entries = _in_order(
            entry for part in sheet.parts if part.standing.status in TO_SUBMIT for entry in part.entries
        )
        if not entries:
            continue
        faults = _faults(sheet, entries)
        if outside:
            faults.append(Held(sheet.project, outside, entries))
        if faults:
            held += faults
        else:
            ready.append(Ready(sheet.project, entries, sheet.rules.approvers))
    return Preflight(tuple(ready), tuple(held))


def _outside(time: TimeOfWeek, limits: Limits) -> Reason | None:
    if limits.minimum and time.minutes < time.target:
        return Reason.TOO_LITTLE
    return Reason.TOO_MUCH if limits.maximum and time.minutes > time.target else None


def _settled(sheet: Timesheet) -> list[Held]:
    reasons = {
        Status.NONE_NEEDED: Reason.NONE_NEEDED,
        Status.PENDING: Reason.PENDING,
        Status.APPROVED: Reason.APPROVED,
    }
    return [
        Held(sheet.project, reasons[part.standing.status], part.entries, part.standing)
        for part in sheet.parts
        if part.standing.status in reasons
    ]


def _faults(sheet: Timesheet, entries: tuple[Entry, ...]) -> list[Held]:
    locked = tuple(entry for entry in entries if sheet.rules.locks(entry.day))
    noteless = tuple(entry for entry in entries if sheet.rules.needs_notes and not entry.notes.strip())
    found = ((Reason.LOCKED, locked), (Reason.NO_NOTES, noteless))
    return [Held(sheet.project, reason, which) for reason, which in found if which]
