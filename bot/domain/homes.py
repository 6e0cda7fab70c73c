"""What the Home tab shows of somebody's own time: this week at a glance, and the days off to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.dates import Week
from bot.domain.time_entries import Project
from bot.domain.time_off import Absence
from bot.domain.timesheets import TO_SUBMIT, Day, Standing, TimeOfWeek
from bot.domain.work_calendars import Holiday, WorkCalendar

AHEAD = timedelta(days=90)  # how far time off is shown


@dataclass(frozen=True)
class SheetGlance:
    """How the time of one project stands: as many of these as ways in which it stands."""

    project: Project
    minutes: int
    standing: Standing


@dataclass(frozen=True)
class DayOff:
    """Time off on a day, in minutes."""

    day: date
    minutes: int


@dataclass(frozen=True)
class Glance:
    """One person's week and days off, and who is ``away`` next week, as Kantata told them at ``read_at``."""

    week: Week
    days: tuple[Day, ...]
    sheets: tuple[SheetGlance, ...]
    off: tuple[DayOff, ...]
    away: tuple[Absence, ...]
    read_at: datetime

    @property
    def minutes(self) -> int:
        """What is logged in all."""
        return sum(day.minutes for day in self.days)

    @property
    def target(self) -> int:
        """What is to be worked in all."""
        return sum(day.target for day in self.days)

    def gaps(self, today: date) -> tuple[Day, ...]:
        """The days up to today on which less than the target is logged."""
        return tuple(day for day in self.days if day.missing and day.day <= today)

    @property
    def is_to_submit(self) -> bool:
        """Whether some of it is not submitted, or was rejected."""
        return any(sheet.standing.status in TO_SUBMIT for sheet in self.sheets)


def glance_of(
    time: TimeOfWeek, calendar: WorkCalendar, away: Sequence[Absence], today: date, now: datetime
) -> Glance:
    """The week at a glance, with the time off from ``today`` on."""
    sheets = tuple(
        SheetGlance(sheet.project, part.minutes, part.standing)
        for sheet in time.timesheets
        for part in sheet.parts
    )
    off = tuple(
        DayOff(day, minutes) for day, minutes in sorted(calendar.time_off.items()) if minutes and day >= today
    )
    return Glance(time.week, time.days, sheets, off, tuple(away), now)


def next_holiday(holidays: tuple[Holiday, ...], today: date) -> Holiday | None:
    """The first one that is not over."""
    coming = [each for each in holidays if today <= each.end]
    return min(coming, key=lambda each: (each.start, each.name), default=None)
