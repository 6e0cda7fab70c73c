"""What is typed after /timeoff: days, how much of each, and a reason after a colon; or what to do with them.

The same dates and durations as /logtime, in any order, but weekdays look ahead. Words that are none of
these are asked about: a reason that is not said to be one is never taken for one, nor dropped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TypeVar

from bot.domain.calendars import week_of
from bot.domain.dates import Calendar, Days, Looking, Week, days_at, parse_day
from bot.domain.durations import duration_at
from bot.domain.languages import later, spell_number, tr
from bot.domain.lengths import Length
from bot.domain.phrases import END, Found, legible, pattern
from bot.domain.plain_text import has_unseen, is_turned, plain_text
from bot.domain.problems import Field, Problem

LONGEST_LINE = 2000
LONGEST_REASON = 500

T = TypeVar("T")

# What can be typed, and what it means; every phrase is parsed by a test.
HELP_EXAMPLES: tuple[tuple[str, str], ...] = (
    ("fri", later("the coming Friday (today, if it is one)")),
    ("24 dec - 2 jan", later("all your working days from 24 December to 2 January")),
    ("half day fri", later("half of your own working day")),
    ("4h tomorrow: dentist", later("4h 00m, with a reason that only whoever decides will read")),
    ("until wed", later("today to Wednesday")),
    ("list", later("what you asked for, and how it stands")),
    ("change fri 2h", later("other hours for a day you asked for or have off")),
    ("cancel fri", later("takes back what you asked for, or gives a day back that was granted")),
    ("who next week", later("who is off, this week or another one")),
)


@dataclass(frozen=True)
class Amount:
    """How much of each day: ``minutes`` of it, or the ``share`` of the person's own working day.

    ``days`` is how many working days were said in all (``2d``), to be held against the days named.
    """

    minutes: int | None = None
    share: Fraction = Fraction(1)
    days: Fraction | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the whole of each day is meant."""
        return self.minutes is None and self.share == 1


WHOLE = Amount()


@dataclass(frozen=True)
class Wish:
    """The days somebody wants off; ``is_range``: of these only the working days are meant."""

    days: tuple[date, ...]
    amount: Amount = WHOLE
    reason: str = ""
    is_range: bool = False


@dataclass(frozen=True)
class OpenForm:
    """Open the empty form."""


@dataclass(frozen=True)
class Ask:
    """Show what a wish comes to."""

    wish: Wish


@dataclass(frozen=True)
class Show:
    """List what the person asked for."""


@dataclass(frozen=True)
class Cancel:
    """Take back these days; none: ask which."""

    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class Change:
    """Give these days other hours, and perhaps another reason; none: ask which."""

    wish: Wish | None = None


@dataclass(frozen=True)
class Who:
    """Show who is off in that week."""

    week: Week


@dataclass(frozen=True)
class Help:
    """Show what can be typed."""


LeaveCommand = OpenForm | Ask | Show | Cancel | Change | Who | Help


def parse_leave(text: str, *, today: date, locale: str) -> LeaveCommand:
    """What the text after /timeoff, as Slack escapes it, asks for.

    Raises Problem with Field.DAYS, HOURS or REASON for what is not certain.
    """
    said = plain_text(text).strip()
    if len(said) > LONGEST_LINE:
        raise Problem(
            tr("That is longer than {number} characters.").format(number=spell_number(LONGEST_LINE)),
            Field.REASON,
        )
    word, _, rest = said.partition(" ")
    calendar = Calendar(today, locale, Looking.FORWARD)
    match word.casefold():
        case "":
            return OpenForm()
        case "help" | "?":
            return Help()
        case "list" if not rest.strip():
            return Show()
        case "who":
            return Who(_week(rest.strip(), calendar))
        case "cancel" | "withdraw":
            return Cancel(parse_days(rest, today=today, locale=locale) if rest.strip() else ())
        case "change":
            return Change(_changed(rest, calendar) if rest.strip() else None)
    return Ask(_wish(said, calendar))


def parse_wish(days: str, hours: str, reason: str, *, today: date, locale: str) -> Wish:
    """What the fields of the form say; no hours mean the whole of each day. Raises Problem at its field."""
    wish = replace(_only_days(days, Calendar(today, locale, Looking.FORWARD)), reason=checked_reason(reason))
    return replace(wish, amount=parse_amount(hours)) if hours.strip() else wish


def parse_amount(text: str) -> Amount:
    """How much of each day a text says and nothing else; raises Problem with Field.HOURS."""
    said = legible(text).strip()
    parts = list(_parts(said, None))
    amounts = [each for each in parts if isinstance(each, Amount)]
    if len(amounts) != 1 or any(isinstance(each, str) for each in parts):
        raise Problem(
            tr("That is not a number of hours. {examples}").format(examples=tr(HOURS_EXAMPLES)),
            Field.HOURS,
        )
    return amounts[0]


def parse_days(text: str, *, today: date, locale: str) -> tuple[date, ...]:
    """The days a text names and nothing else; raises Problem with Field.DAYS."""
    return _only_days(text, Calendar(today, locale, Looking.FORWARD)).days


def checked_reason(text: str) -> str:
    """The reason, trimmed; raises Problem with Field.REASON where it cannot be kept."""
    if len(text.strip()) > LONGEST_REASON:
        raise Problem(
            tr("A reason has at most {number} characters.").format(number=LONGEST_REASON),
            Field.REASON,
        )
    if has_unseen(text) or is_turned(text):
        raise Problem(tr("The reason has characters that cannot be shown. Type it anew."), Field.REASON)
    return text.strip()


DAYS_EXAMPLES = later("Write it like fri, mon-wed, 24 dec - 2 jan or 2026-12-24.")
HOURS_EXAMPLES = later("Write it like 4h, 2h30 or half a day; leave it out for whole days.")


def _week(said: str, calendar: Calendar) -> Week:
    """The week of a word or of a day; this one where nothing is said."""
    words = " ".join(said.casefold().removeprefix("is off").split()).removesuffix(" week")
    if words in _WEEKS:
        return calendar.week(_WEEKS[words])
    try:
        day = parse_day(said, today=calendar.today, locale=calendar.locale, looking=Looking.FORWARD)
    except Problem as problem:
        raise Problem(problem.text, Field.DAYS) from None
    return week_of(day)


_WEEKS = {"": 0, "this": 0, "week": 0, "next": 1, "last": -1, "previous": -1}


def _changed(rest: str, calendar: Calendar) -> Wish:
    clause, reason = split_reason(rest)
    days, amounts = _read(clause, calendar)
    if not amounts:
        raise Problem(tr("To how much? {examples}").format(examples=tr(HOURS_EXAMPLES)), Field.HOURS)
    return _made(days, amounts, reason)


def _wish(said: str, calendar: Calendar) -> Wish:
    clause, reason = split_reason(said)
    return _made(*_read(clause, calendar), reason)


def _made(days: list[Days], amounts: list[Amount], reason: str) -> Wish:
    if not days:
        raise Problem(tr("Which days? {examples}").format(examples=tr(DAYS_EXAMPLES)), Field.DAYS)
    if len(days) > 1:
        raise Problem(tr("More than one day is named. Join them, like mon,wed or mon-fri."), Field.DAYS)
    if len(amounts) > 1:
        raise Problem(
            tr("More than one length is said. {examples}").format(examples=tr(HOURS_EXAMPLES)),
            Field.HOURS,
        )
    return Wish(days[0].days, amounts[0] if amounts else WHOLE, reason, days[0].is_range)


def _only_days(text: str, calendar: Calendar) -> Wish:
    days, amounts = _read(legible(plain_text(text)).strip(), calendar)
    if amounts:
        raise Problem(tr("Only days belong here. {examples}").format(examples=tr(DAYS_EXAMPLES)), Field.DAYS)
    return _made(days, [], "")


# A colon begins the reason, unless it is one of a time: 1:30, :30.
_COLON = re.compile(r"[:：](?!\d\d(?!\w))")


def split_reason(said: str) -> tuple[str, str]:
    """The line without its reason, legible, and the reason, "" where there is none."""
    match = _COLON.search(said)
    clause, reason = (said[: match.start()], said[match.end() :]) if match else (said, "")
    return legible(clause).strip(), checked_reason(reason)


def _read(clause: str, calendar: Calendar) -> tuple[list[Days], list[Amount]]:
    parts = list(_parts(clause, calendar))
    if unknown := [each for each in parts if isinstance(each, str)]:
        words = " ".join(unknown)
        raise Problem(
            tr("I do not understand “{words}”. {examples} A reason comes after a colon.").format(
                words=words, examples=tr(DAYS_EXAMPLES)
            ),
            Field.DAYS,
        )
    days = list(dict.fromkeys(each for each in parts if isinstance(each, Days)))
    return days, [each for each in parts if isinstance(each, Amount)]


_GAP = re.compile(r"[\s,;()]*")
_WORD = re.compile(r"[^\s,;()]+")
_FILLER = pattern(
    rf"(?:i'm|i\s+am|i|off|out|away|on\s+(?:leave|holiday|vacation)|leave|pto|time\s+off|please|for|of|to){END}"
)
_ALL_DAY = pattern(rf"(?:all\s+day|(?:the\s+|an?\s+)?(?:whole|full|entire)\s+day|a\s+day){END}")
_HALF = pattern(rf"(?:in\s+the\s+|the\s+)?(?:morning|afternoon|am|pm){END}")


def _parts(clause: str, calendar: Calendar | None) -> Iterator[Days | Amount | str]:
    """The parts of legible text in order; a word that is none is itself. No calendar: days are not read."""
    at = _skip(clause, 0)
    while at < len(clause):
        found = _part_at(clause, at, calendar)
        if isinstance(found.value, Problem):
            raise _at_our_field(found.value)
        if found.value is not None:
            yield found.value
        at = _skip(clause, found.end)


def _skip(clause: str, at: int) -> int:
    match = _GAP.match(clause, at)
    return match.end() if match else at


def _part_at(clause: str, at: int, calendar: Calendar | None) -> Found[Days | Amount | str | None]:
    if match := _HALF.match(clause, at):
        return Found(Amount(share=Fraction(1, 2)), match.end())
    if match := _ALL_DAY.match(clause, at):
        return Found(WHOLE, match.end())
    if calendar and (days := days_at(clause, at, calendar)):
        return days
    if match := _FILLER.match(clause, at):
        return Found(None, match.end())
    if length := duration_at(clause, at):
        value = length.value
        return Found(value if isinstance(value, Problem) else _amount(value), length.end)
    match = _WORD.match(clause, at)
    end = match.end() if match else len(clause)
    return Found(clause[at:end], end)


def _amount(length: Length) -> Amount | Problem:
    if length.doubt:
        return length.doubt
    if length.workdays and length.workdays <= 1:
        return Amount(share=length.workdays)
    if length.workdays:
        return Amount(days=length.workdays)
    try:
        return Amount(minutes=length.on_one_day(0))
    except Problem:
        return Problem(
            tr("“{said}”: a day has less than 24 hours, and more than none.").format(said=length.said),
            Field.HOURS,
        )


_FIELDS = {Field.DATE: Field.DAYS, Field.DURATION: Field.HOURS}


def _at_our_field(problem: Problem) -> Problem:
    """What is wrong with a date or a duration is wrong with the days or the hours here."""
    return Problem(problem.text, _FIELDS.get(problem.field, problem.field) if problem.field else None)
