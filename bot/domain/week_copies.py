"""Copying a week into the next: which entries, onto which days, and what is left out and why."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.languages import later, tr
from bot.domain.time_entries import Draft, Entry, Project, Task
from bot.domain.timesheets import ProjectRules
from bot.domain.work_calendars import WorkCalendar

HAS_TIME = later("has time already")
LOCKED = later("time is locked")
CLOSED_PROJECT = later("the project takes no time any more")
CLOSED_TASK = later("the task takes no time any more")
TOO_MANY = later("too many at once")

# Why nothing can be logged there any more, or None.
Closed = Callable[[Project, Task | None], str | None]


@dataclass(frozen=True)
class Skipped:
    """An entry that is not copied, the day it would have been on, and why."""

    entry: Entry
    day: date
    why: str


@dataclass(frozen=True)
class WeekCopy:
    """What is logged when the week is copied, and what is not."""

    drafts: tuple[Draft, ...]
    skipped: tuple[Skipped, ...]


def plan_copy(
    entries: Sequence[Entry],
    *,
    busy: Collection[date],
    calendar: WorkCalendar,
    rules: Mapping[str, ProjectRules],
    closed: Closed,
    most: int,
) -> WeekCopy:
    """Each entry once more, a week later, with its notes; never on a ``busy`` day, which has time already.

    ``most`` is how many can be logged at once. An entry's role and place go with it.
    """
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    for entry in entries:
        day = entry.day + timedelta(days=7)
        why = _why_not(entry, day, busy, calendar, rules, closed)
        if why is None and len(drafts) == most:
            why = tr(TOO_MANY)
        if why is None:
            drafts.append(_again(entry, day))
        else:
            skipped.append(Skipped(entry, day, why))
    return WeekCopy(tuple(drafts), tuple(skipped))


def _why_not(
    entry: Entry,
    day: date,
    busy: Collection[date],
    calendar: WorkCalendar,
    rules: Mapping[str, ProjectRules],
    closed: Closed,
) -> str | None:
    if day in busy:
        return tr(HAS_TIME)
    if why := calendar.why_not_worked(day):
        return why
    if rules.get(entry.project.id, ProjectRules()).locks(day):
        return tr(LOCKED)
    return closed(entry.project, entry.task)


def _again(entry: Entry, day: date) -> Draft:
    return Draft(
        entry.project,
        entry.task,
        day,
        entry.minutes,
        entry.notes,
        entry.billable,
        entry.role_id,
        entry.location,
    )


def rows_to_fill(entries: Sequence[Entry], closed: Closed) -> tuple[tuple[Project, Task | None], ...]:
    """The projects and tasks of a week on which time can still be logged, those with most time first."""
    minutes: dict[tuple[Project, Task | None], int] = {}
    for entry in entries:
        place = (entry.project, entry.task)
        minutes[place] = minutes.get(place, 0) + entry.minutes
    return tuple(
        place for place in sorted(minutes, key=lambda each: -minutes[each]) if closed(*place) is None
    )


def days_to_fill(
    days: Sequence[date],
    *,
    busy: Collection[date],
    calendar: WorkCalendar,
    rules: Collection[ProjectRules],
) -> tuple[date, ...]:
    """The days on which the person works and has no time yet, and that no project locks."""
    return tuple(
        day
        for day in days
        if day not in busy
        and calendar.why_not_worked(day) is None
        and not any(each.locks(day) for each in rules)
    )
