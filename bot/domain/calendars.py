"""Civil days as somebody counts them: which Friday, which 3 March, which week. No clock: today is given."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from bot.domain.languages import later, tr
from bot.domain.problems import Field, Problem

_WEEKDAY_NAMES = (
    later("Mon"),
    later("Tue"),
    later("Wed"),
    later("Thu"),
    later("Fri"),
    later("Sat"),
    later("Sun"),
)
_MONTH_NAMES = (
    later("Jan"),
    later("Feb"),
    later("Mar"),
    later("Apr"),
    later("May"),
    later("Jun"),
    later("Jul"),
    later("Aug"),
    later("Sep"),
    later("Oct"),
    later("Nov"),
    later("Dec"),
)

# Where numbers alone put the month first (Unicode CLDR, the pattern "Md").
_MONTH_FIRST_LANGUAGES = ("ja", "zh", "ko", "hu", "lt")
_MONTH_FIRST_LOCALES = ("en-us", "en-ph", "en-za", "en-ca", "fr-ca")

_RECENT = timedelta(days=31)
_A_LEAP_YEAR = 2024


class Looking(Enum):
    """Which way a day without a week or a year is looked for: back for work, ahead for leave."""

    BACK = "back"
    FORWARD = "forward"


@dataclass(frozen=True)
class _Reach:
    """How many days ago and ahead may be named, and how many at once."""

    back: int
    ahead: int
    most: int


# A bulk create of Kantata's takes at most 100 entries.
_REACH = {Looking.BACK: _Reach(366, 31, 100), Looking.FORWARD: _Reach(366, 731, 366)}


@dataclass(frozen=True)
class Week:
    """A week of Kantata's: Sunday to Saturday."""

    start: date

    @property
    def end(self) -> date:
        """The Saturday."""
        return self.start + timedelta(days=6)

    def days(self) -> tuple[date, ...]:
        """The seven days, Sunday first."""
        return tuple(self.start + timedelta(days=number) for number in range(7))


@dataclass(frozen=True)
class Yearly:
    """A day of each year, such as 24 December."""

    month: int
    day: int

    @classmethod
    def checked(cls, month: int, day: int) -> "Yearly":
        """This day of a year; raises Problem where no year has it."""
        civil_day(_A_LEAP_YEAR, month, day)
        return cls(month, day)

    def in_year(self, year: int) -> date:
        """This day of that year; raises Problem where it does not exist."""
        return civil_day(year, self.month, self.day)

    def not_after(self, limit: date) -> date:
        """The last one on or before the limit."""
        this_year = (self.month, self.day) <= (limit.month, limit.day)
        return self.in_year(limit.year if this_year else limit.year - 1)

    def not_before(self, limit: date) -> date:
        """The first one on or after the limit."""
        this_year = (self.month, self.day) >= (limit.month, limit.day)
        return self.in_year(limit.year if this_year else limit.year + 1)


@dataclass(frozen=True)
class Weekly:
    """A day of each week: 0 is Monday, as ``date.weekday`` counts."""

    weekday: int

    def not_after(self, limit: date) -> date:
        """The last one on or before the limit."""
        return limit - timedelta(days=(limit.weekday() - self.weekday) % 7)

    def not_before(self, limit: date) -> date:
        """The first one on or after the limit."""
        return limit + timedelta(days=(self.weekday - limit.weekday()) % 7)

    def of(self, week: Week) -> date:
        """This day of that week."""
        return self.not_before(week.start)


@dataclass(frozen=True)
class Calendar:
    """What words for days depend on: the person's own today and locale (``en-GB``), and the direction."""

    today: date
    locale: str
    looking: Looking = Looking.BACK

    @property
    def month_first(self) -> bool:
        """Whether 3/4 is 4 March here."""
        locale = self.locale.lower().replace("_", "-")
        return locale in _MONTH_FIRST_LOCALES or locale.split("-")[0] in _MONTH_FIRST_LANGUAGES

    def nearest(self, day: Weekly | Yearly) -> date:
        """The day that is meant where no week or year is said.

        For work the last such weekday, and the date that is fewest days from today; for leave the next
        one, and a date of the last 31 days rather than one of next year.
        """
        if isinstance(day, Weekly):
            return day.not_after(self.today) if self.looking is Looking.BACK else day.not_before(self.today)
        if self.looking is Looking.FORWARD:
            return day.not_before(self.today - _RECENT)
        # 29 February stands where 28 February does while years are compared, so that it is missed, not moved.
        stand_in = Yearly(day.month, min(day.day, 28))
        around = (stand_in.not_after(self.today), stand_in.not_before(self.today))
        return day.in_year(min(around, key=lambda each: abs(each - self.today)).year)

    def week(self, weeks_from_this: int) -> Week:
        """This week (0), the one before it (-1) or after it (1)."""
        return week_of(self.today + timedelta(weeks=weeks_from_this))

    def days(self, first: date, last: date) -> tuple[date, ...]:
        """Every day from first to last; raises Problem where they are too many or too far from today."""
        reach = _REACH[self.looking]
        if last < first:
            raise _problem(
                tr("{first} to {last} ends before it begins.").format(
                    first=format_day(first), last=format_day(last)
                )
            )
        if first < self.today - timedelta(days=reach.back):
            raise _problem(
                tr("{day} is more than {number} days ago.").format(day=format_day(first), number=reach.back)
            )
        if last > self.today + timedelta(days=reach.ahead):
            raise _problem(
                tr("{day} is more than {number} days ahead. Is an earlier year meant?").format(
                    day=format_day(last), number=reach.ahead
                )
            )
        number = (last - first).days + 1
        self.check_number(number)
        return tuple(first + timedelta(days=each) for each in range(number))

    def check_number(self, days: int) -> None:
        """Raises Problem where so many days cannot be named at once."""
        most = _REACH[self.looking].most
        if days > most:
            raise _problem(
                tr("That is {number} days, and {most} at once is the most.").format(number=days, most=most)
            )


def civil_day(year: int, month: int, day: int) -> date:
    """The date; raises Problem, in words, where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        pass
    if not 1 <= month <= 12:
        raise _problem(
            tr("There is no month {month}. Write the month as a word, like 3 mar.").format(month=month)
        )
    if (month, day) == (2, 29):
        raise _problem(
            tr("There is no {day} {month} in {year}.").format(day=day, month=_month(month), year=year)
        )
    raise _problem(tr("There is no {day} {month}.").format(day=day, month=_month(month)))


def format_day(day: date) -> str:
    """The day as the bot says it: ``Tue 3 Mar 2026``."""
    return tr("{weekday} {day} {month} {year}").format(
        weekday=format_weekday(day), day=day.day, month=_month(day.month), year=day.year
    )


def format_day_of_year(day: date) -> str:
    """The day where its year is clear: ``Tue 3 Mar``."""
    return tr("{weekday} {day} {month}").format(
        weekday=format_weekday(day), day=day.day, month=_month(day.month)
    )


def format_weekday(day: date) -> str:
    """The day of the week: ``Tue``."""
    return tr(_WEEKDAY_NAMES[day.weekday()])


def format_span(first: date, last: date) -> str:
    """From the first to the last day, saying nothing twice: ``Sun 1 – Sat 7 Mar 2026``."""
    if first.year != last.year:
        start = format_day(first)
    elif first.month != last.month:
        start = format_day_of_year(first)
    else:
        start = tr("{weekday} {day}").format(weekday=format_weekday(first), day=first.day)
    return f"{start} – {format_day(last)}"


def _month(month: int) -> str:
    return tr(_MONTH_NAMES[month - 1])


def week_of(day: date) -> Week:
    """The week, Sunday to Saturday, that the day is in."""
    return Week(day - timedelta(days=(day.weekday() + 1) % 7))


def _problem(text: str) -> Problem:
    return Problem(text, Field.DATE)
