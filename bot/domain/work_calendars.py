"""How long somebody works on which day: the workweek, less holidays, less time off.

Kantata's workweeks, holidays and time off entries (its API reference, pages Workweeks, Holidays and Time
Off Entries), as minutes of civil dates.
"""

from dataclasses import dataclass, field
from datetime import date

from bot.domain.languages import tr


@dataclass(frozen=True)
class Workweek:
    """Minutes of work from Sunday to Saturday, in force from ``start`` to ``end`` with both; None: open."""

    minutes: tuple[int, int, int, int, int, int, int]
    start: date | None = None
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Whether it is in force that day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def on(self, day: date) -> int:
        """The minutes of that weekday."""
        return self.minutes[(day.weekday() + 1) % 7]

    @property
    def workday(self) -> int:
        """The minutes of a full working day: the longest of the week."""
        return max(self.minutes)


USUAL_WEEK = Workweek((0, 480, 480, 480, 480, 480, 0))


@dataclass(frozen=True)
class Holiday:
    """A holiday, both ends included. ``minutes`` is what it takes of each day; None: the whole day."""

    name: str
    start: date
    end: date
    minutes: int | None = None


@dataclass(frozen=True)
class DayOut:
    """A day on which less is worked than the workweek says, or nothing, and why."""

    day: date
    why: str


@dataclass(frozen=True)
class WorkCalendar:
    """One person's working time. The first workweek that covers a day counts; ``time_off`` is in minutes."""

    workweeks: tuple[Workweek, ...] = (USUAL_WEEK,)
    holidays: tuple[Holiday, ...] = ()
    time_off: dict[date, int] = field(default_factory=dict)

    def workday(self, day: date) -> int:
        """The minutes of a full working day in the week of that day."""
        return next((week.workday for week in self.workweeks if week.covers(day)), USUAL_WEEK.workday)

    def scheduled(self, day: date) -> int:
        """The minutes the workweek asks for that day, whatever is off."""
        return next((week.on(day) for week in self.workweeks if week.covers(day)), 0)

    def target(self, day: date) -> int:
        """The minutes to be worked that day."""
        scheduled = self.scheduled(day)
        holidays = sum(
            scheduled if each.minutes is None else each.minutes
            for each in self.holidays
            if each.start <= day <= each.end
        )
        return max(0, scheduled - holidays - self.time_off.get(day, 0))

    def why_not_worked(self, day: date) -> str | None:
        """Why nothing is to be worked that day, in a word or two; None when something is."""
        if self.scheduled(day) == 0:
            return tr("not a working day")
        if self.target(day) > 0:
            return None
        holiday = next((each.name for each in self.holidays if each.start <= day <= each.end), None)
        return holiday or tr("day off")

    def split(self, days: tuple[date, ...]) -> tuple[tuple[date, ...], tuple[DayOut, ...]]:
        """The days on which something is to be worked, and the others with the reason."""
        out = tuple(DayOut(day, why) for day in days if (why := self.why_not_worked(day)) is not None)
        left_out = {each.day for each in out}
        return tuple(day for day in days if day not in left_out), out
