"""One day, in each form people type it: yesterday, fri, last fri, 3 mar, tue 3 mar 2026, 3/4, 2026-03-03."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.domain.calendars import Calendar, Weekly, Yearly, civil_day, format_day
from bot.domain.languages import tr
from bot.domain.lengths import UNIT
from bot.domain.phrases import END, any_of, pattern
from bot.domain.problems import Field, Problem

# What was said: a date, or a day that comes round each week or each year.
Said = date | Weekly | Yearly


def _numbered(names: str, first: int) -> dict[str, int]:
    return {name: number for number, same in enumerate(names.split(","), first) for name in same.split()}


WEEKDAYS = _numbered(
    "mon monday, tue tues tuesday, wed weds wednesday, thu thur thurs thursday, fri friday, "
    "sat saturday, sun sunday",
    first=0,
)
MONTHS = _numbered(
    "jan january, feb february, mar march, apr april, may, jun june, jul july, aug august, "
    "sep sept september, oct october, nov november, dec december",
    first=1,
)
DAYS_FROM_TODAY = {
    "today": 0,
    "yesterday": -1,
    "yday": -1,
    "yest": -1,
    "day before yesterday": -2,
    "tomorrow": 1,
    "tmrw": 1,
    "tmr": 1,
    "day after tomorrow": 2,
}
WEEKS_FROM_THIS = {"last": -1, "previous": -1, "this": 0, "next": 1}

WHICH = rf"(?P<which>{any_of(WEEKS_FROM_THIS)})"
MONTH = rf"(?P<month>{any_of(MONTHS)})\.?"
NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
YEAR = r"(?:19|2\d)\d\d"
_WEEKDAY = rf"(?P<weekday>{any_of(WEEKDAYS)})\.?"
_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FROM_TODAY = any_of(DAYS_FROM_TODAY).replace(r"\ ", r"\s+")
_NOT_A_LENGTH = rf"(?!\s*(?:(?:of\s+)?an?\s+)?{UNIT}{END})"


def read_day(said: str, calendar: Calendar) -> Said:
    """What a text that ``DAY`` matches says; raises Problem where there is no such day, or two."""
    return next(read(match, calendar) for form, read in _READERS if (match := form.fullmatch(said)))


def nearest(said: Said, calendar: Calendar) -> date:
    """The date itself, or the one of those that come round that is meant."""
    return said if isinstance(said, date) else calendar.nearest(said)


def unnamed(expression: str) -> str:
    """The expression with its groups unnamed, so that it can stand in another more than once."""
    return re.sub(r"\(\?P<\w+>", "(?:", expression)


def _month_named(match: re.Match[str], calendar: Calendar) -> Said:
    return _dated(match["year"], MONTHS[match["month"].lower()], match["day"])


def _year_first(match: re.Match[str], calendar: Calendar) -> Said:
    return _dated(match["year"], int(match["month"]), match["day"])


def _year_last(match: re.Match[str], calendar: Calendar) -> Said:
    year = match["year"]
    return _in_order(match, calendar, f"20{year}" if len(year) == 2 else year)


def _no_year(match: re.Match[str], calendar: Calendar) -> Said:
    return _in_order(match, calendar, None)


def _in_order(match: re.Match[str], calendar: Calendar, year: str | None) -> Said:
    day, month = (match["b"], match["a"]) if calendar.month_first else (match["a"], match["b"])
    return _dated(year, int(month), day)


def _dated(year: str | None, month: int, day: str) -> Said:
    if year:
        return civil_day(int(year), month, int(day))
    return Yearly.checked(month, int(day))


def _on_a_weekday(match: re.Match[str], calendar: Calendar) -> Said:
    day = nearest(read_day(match["date"], calendar), calendar)
    if day.weekday() != WEEKDAYS[match["weekday"].lower()]:
        raise _problem(
            tr("“{said}”: that date is {day}. Write one or the other.").format(
                said=match[0], day=format_day(day)
            )
        )
    return day


def _from_today(match: re.Match[str], calendar: Calendar) -> Said:
    return calendar.today + timedelta(days=DAYS_FROM_TODAY[" ".join(match[0].lower().split())])


def _ago(match: re.Match[str], calendar: Calendar) -> Said:
    return calendar.today - timedelta(days=int(match["days"]))


def _weekday(match: re.Match[str], calendar: Calendar) -> Said:
    return Weekly(WEEKDAYS[match["weekday"].lower()])


def _of_a_week(match: re.Match[str], calendar: Calendar) -> Said:
    week = calendar.week(WEEKS_FROM_THIS[match["which"].lower()])
    return Weekly(WEEKDAYS[match["weekday"].lower()]).of(week)


def _which_weekday(match: re.Match[str], calendar: Calendar) -> Said:
    """Last and next are asked about where the nearest such day is not in the last or the next week."""
    weekday = Weekly(WEEKDAYS[match["weekday"].lower()])
    weeks = WEEKS_FROM_THIS[match["which"].lower()]
    in_that_week = weekday.of(calendar.week(weeks))
    closest = {
        -1: weekday.not_after(calendar.today - timedelta(days=1)),
        0: in_that_week,
        1: weekday.not_before(calendar.today + timedelta(days=1)),
    }[weeks]
    if closest != in_that_week:
        both = sorted((closest, in_that_week))
        raise _problem(
            tr("“{said}”: {one}, or {other}? Write the date.").format(
                said=match[0], one=format_day(both[0]), other=format_day(both[1])
            )
        )
    return closest


def _problem(text: str) -> Problem:
    return Problem(text, Field.DATE)


Form = tuple[str, Callable[[re.Match[str], Calendar], Said]]

_SHORT_OR_LONG = r"(?P<year>\d{4}|\d\d)"
_DATES: tuple[Form, ...] = (
    (rf"{_NUMBER}(?:\s+of)?[\s-]*{MONTH}(?:[\s,-]+(?P<year>{YEAR}))?", _month_named),
    (rf"{MONTH}[\s-]*{_NUMBER}(?:[\s,]+(?P<year>{YEAR}))?", _month_named),
    *((rf"(?P<year>\d{{4}}){by}(?P<month>\d{{1,2}}){by}{_NUMBER}", _year_first) for by in ("-", "/", r"\.")),
    *((rf"(?P<a>\d{{1,2}}){by}(?P<b>\d{{1,2}}){by}{_SHORT_OR_LONG}", _year_last) for by in ("/", r"\.")),
    (r"(?P<a>\d{1,2})-(?P<b>\d{1,2})-(?P<year>\d{4})", _year_last),
    (rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}}){_NOT_A_LENGTH}", _no_year),
)
_DATE = "|".join(unnamed(expression) for expression, _ in _DATES)
_FORMS: tuple[Form, ...] = (
    *_DATES,
    (rf"{_WEEKDAY},?\s+(?P<date>{_DATE})", _on_a_weekday),
    (_FROM_TODAY, _from_today),
    (r"(?P<days>\d{1,3})\s+days?\s+ago", _ago),
    (rf"{_WEEKDAY}\s+(?:of\s+)?{WHICH}\s+week", _of_a_week),
    (rf"{WHICH}\s+{_WEEKDAY}", _which_weekday),
    (_WEEKDAY, _weekday),
)
_READERS = tuple((pattern(expression), read) for expression, read in _FORMS)

# An expression for one day in any form, without named groups.
DAY = f"(?:{'|'.join(unnamed(expression) for expression, _ in _FORMS)})"
