"""Civil dates as people type them: one day (yesterday, fri, 3 mar) or several (mon-fri, mon,wed, this week).

Work looks back and leave looks ahead: ``fri`` is the last Friday for work and the coming one for leave,
today included. Where two readings are as good as each other (``next fri`` on a Wednesday), it is asked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.domain.calendars import Calendar, Looking, Week, Weekly, Yearly, format_day, week_of
from bot.domain.day_forms import (
    DAY,
    MONTH,
    NUMBER,
    WEEKS_FROM_THIS,
    WHICH,
    YEAR,
    Said,
    nearest,
    read_day,
    unnamed,
)
from bot.domain.languages import tr
from bot.domain.phrases import END, Found, attempt, legible, pattern, taken
from bot.domain.problems import Field, Problem
from bot.domain.unclear_days import EXAMPLES, almost_day_at, unclear_day_at

__all__ = [
    "Calendar",
    "Days",
    "Looking",
    "Week",
    "days_at",
    "format_day",
    "parse_day",
    "parse_day_range",
    "week_of",
]

_LONGEST_TEXT = 100
_MOST_OVER_A_YEARS_END = 183


@dataclass(frozen=True)
class Days:
    """One day or several in the order said. A range has all its calendar days, working or not."""

    days: tuple[date, ...]
    is_range: bool = False


def parse_day(text: str, *, today: date, locale: str, looking: Looking = Looking.BACK) -> date:
    """The one day that the text names and nothing else; raises Problem with Field.DATE."""
    said = _parse(text, Calendar(today, locale, looking))
    if len(said.days) > 1:
        raise _problem(tr("That is more than one day. {examples}").format(examples=tr(EXAMPLES)))
    return said.days[0]


def parse_day_range(
    text: str, *, today: date, locale: str, looking: Looking = Looking.FORWARD
) -> tuple[date, ...]:
    """Every day that the text names, weekends included (``24 dec - 2 jan``).

    Raises Problem with Field.DATE.
    """
    return _parse(text, Calendar(today, locale, looking)).days


def days_at(text: str, at: int, calendar: Calendar) -> Found[Days] | None:
    """The day, the range or the list of days that stands at this place of legible text, or None."""
    return unclear_day_at(text, at) or _days_at(text, at, calendar) or almost_day_at(text, at)


def _parse(text: str, calendar: Calendar) -> Days:
    said = legible(text).strip()
    if not said:
        raise _problem(tr("Which day? {examples}").format(examples=tr(EXAMPLES)))
    found = None if len(said) > _LONGEST_TEXT else days_at(said, 0, calendar)
    days = found and taken(found.value)
    if not found or not days or found.end < len(said):
        raise _problem(tr("That is not a day. {examples}").format(examples=tr(EXAMPLES)))
    return days


def _days_at(text: str, at: int, calendar: Calendar) -> Found[Days] | None:
    for expression, read in ((_DAYS, _list), (_UNTIL, _until)):
        if match := expression.match(text, at):
            return Found(attempt(partial(read, match["days"], calendar)), match.end())
    return None


def _list(said: str, calendar: Calendar) -> Days:
    ranges = [_range(match[0], calendar) for match in _EACH.finditer(said)]
    days = tuple(day for each in ranges for day in each.days)
    if len(set(days)) < len(days):
        raise _problem(tr("“{said}” names a day twice.").format(said=said))
    calendar.check_number(len(days))
    return Days(days, any(each.is_range for each in ranges))


def _until(said: str, calendar: Calendar) -> Days:
    if calendar.looking is Looking.BACK:
        raise _problem(tr("Until “{said}” from when? Write both days, like mon-wed.").format(said=said))
    return Days(calendar.days(calendar.today, nearest(read_day(said, calendar), calendar)), is_range=True)


def _range(said: str, calendar: Calendar) -> Days:
    for expression, read in _RANGES:
        if match := expression.fullmatch(said):
            return Days(calendar.days(*read(match, calendar)), is_range=True)
    day = nearest(read_day(said, calendar), calendar)
    return Days(calendar.days(day, day))


def _week(match: re.Match[str], calendar: Calendar) -> tuple[date, date]:
    week = calendar.week(WEEKS_FROM_THIS[match["which"].lower()])
    return week.start, week.end


def _days_of_a_month(match: re.Match[str], calendar: Calendar) -> tuple[date, date]:
    of_month = match["of_month"]
    first, last = (read_day(match[number] + of_month, calendar) for number in ("first", "last"))
    return _between(first, last, calendar)


def _month_and_days(match: re.Match[str], calendar: Calendar) -> tuple[date, date]:
    month, year = match["month"], match["in_year"]
    first, last = (read_day(f"{month} {match[number]}{year}", calendar) for number in ("first", "last"))
    return _between(first, last, calendar)


def _from_to(match: re.Match[str], calendar: Calendar) -> tuple[date, date]:
    return _between(read_day(match["start"], calendar), read_day(match["end"], calendar), calendar)


def _between(start: Said, end: Said, calendar: Calendar) -> tuple[date, date]:
    """One end of the range is found from today, the other from that end."""
    if isinstance(start, Yearly) and isinstance(end, Weekly):
        start = calendar.nearest(start)
    if isinstance(start, Weekly) and isinstance(end, Yearly):
        end = calendar.nearest(end)
    if isinstance(start, date):
        return start, end if isinstance(end, date) else end.not_before(start)
    if isinstance(end, date):
        return start.not_after(end), end
    if calendar.looking is Looking.FORWARD:
        first = calendar.nearest(start)
        return _in_order(first, end.not_before(first))
    last = calendar.nearest(end)
    return _in_order(start.not_after(last), last)


def _in_order(first: date, last: date) -> tuple[date, date]:
    """A range of two dates without a year goes over the year's end only where that makes it short."""
    if (last - first).days > _MOST_OVER_A_YEARS_END:
        raise _problem(
            tr("The last day is before the first. Write both with their years, or the other way round.")
        )
    return first, last


def _problem(text: str) -> Problem:
    return Problem(text, Field.DATE)


_TO = r"(?:\s*-\s*|\s+(?:to|until|till|til|through|thru)\s+)"
_AND = r"(?:\s*[,&+/]\s*|\s+and\s+)"
_NUMBERS = rf"(?P<first>{NUMBER}){_TO}(?P<last>{NUMBER})"
_RANGE_FORMS: tuple[tuple[str, Callable[[re.Match[str], Calendar], tuple[date, date]]], ...] = (
    (rf"{_NUMBERS}(?P<of_month>(?:\s+of)?[\s-]*{MONTH}(?:[\s,-]+{YEAR})?)", _days_of_a_month),
    (rf"{MONTH}[\s-]*{_NUMBERS}(?P<in_year>(?:[\s,]+{YEAR})?)", _month_and_days),
    (rf"{WHICH}\s+week", _week),
    (rf"(?P<start>{DAY}){_TO}(?P<end>{DAY})", _from_to),
)
_RANGES = tuple((pattern(expression), read) for expression, read in _RANGE_FORMS)
_ONE_RANGE = f"(?:{'|'.join(unnamed(expression) for expression, _ in _RANGE_FORMS)}|{DAY})"

# Before a comma and a digit, a number may be a decimal: "3/4,5".
_DONE = rf"{END}(?:(?<!\d)|(?!,\d))"
_DAYS = pattern(rf"(?:(?:on|for|from)\s+)?(?:the\s+)?(?P<days>{_ONE_RANGE}(?:{_AND}{_ONE_RANGE})*){_DONE}")
_EACH = pattern(rf"{_ONE_RANGE}(?={_AND}|\Z)")
_UNTIL = pattern(rf"(?:until|till|til)\s+(?P<days>{DAY}){_DONE}")
