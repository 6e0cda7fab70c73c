"""One line of /logtime: what is understood of it, and the one thing that must be asked about the rest.

Duration, day, billable and project words stand in any order; notes come after a colon or in quotes.
Nothing is guessed: where a word can be read in two ways, the line is Misunderstood.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar

from bot.domain.dates import Calendar, Days, days_at
from bot.domain.durations import duration_at
from bot.domain.languages import listed, spell_number, tr
from bot.domain.lengths import EXAMPLES, LIMIT, UNIT, Length
from bot.domain.notes import split_notes
from bot.domain.phrases import END, Found, attempt, legible, pattern
from bot.domain.plain_text import has_unseen, is_turned
from bot.domain.problems import Field, Problem

LONGEST_LINE = 2000

T = TypeVar("T")


@dataclass(frozen=True)
class LogLine:
    """What one line says; None, or no days, where it says nothing of that.

    ``minutes`` are each day's, 1 to 1439. ``is_range``: ``days`` are all the days of a range, of which only
    working days are meant. ``words`` are left over, in order and as written: project, task, perhaps notes.
    """

    minutes: int | None = None
    days: tuple[date, ...] = ()
    is_range: bool = False
    words: tuple[str, ...] = ()
    notes: str | None = None
    billable: bool | None = None


@dataclass(frozen=True)
class Misunderstood:
    """A line that must be asked about: its text, what to ask, and as much of it as was understood."""

    text: str
    problem: Problem
    so_far: LogLine = field(default_factory=LogLine)


@dataclass(frozen=True)
class _Word:
    said: str


@dataclass(frozen=True)
class _Billable:
    billable: bool


_Part = _Word | _Billable | Length | Days | Problem


def parse_line(text: str, calendar: Calendar, *, workday_minutes: int = 480) -> LogLine | Misunderstood:
    """What the line says; the minutes of a ``1d`` are ``workday_minutes``. Raises nothing."""
    if problem := _illegible(text):
        return Misunderstood(text, problem)
    try:
        clause, notes = split_notes(text)
    except Problem as problem:
        return Misunderstood(text, problem)
    return _understand(text, list(_parts(clause, calendar)), notes, workday_minutes)


def _illegible(text: str) -> Problem | None:
    if len(text) > LONGEST_LINE:
        return Problem(
            tr("This line is longer than {number} characters.").format(number=spell_number(LONGEST_LINE)),
            Field.NOTES,
        )
    if has_unseen(text):
        return Problem(tr("This line has characters that cannot be shown. Type it anew."), Field.NOTES)
    if is_turned(text):
        return Problem(
            tr("This line has characters that turn the direction of text. Type it anew."), Field.NOTES
        )
    return None


# Parts

_GAP = re.compile(r"[\s,;()]*")
_LEAD = pattern(r"(?:log|logged|spent|worked|add|book|track)\s+")
_FOR = pattern(r"(?:for|of)\s+")
_ON = pattern(r"\s+(?:on|of|for)(?=\s+\S)")
_WORD = re.compile(r"[^\s,;()]+")
_BILLABLE = pattern(rf"(?P<non>(?:non|not|un)[\s-]*)?(?:billable|chargeable){END}")
_ONE_ON_ONE = pattern(rf"(?:1:1|1-1|2:1|1\s+on\s+1){END}")
_TIMES = pattern(rf"\d+\s?[x×*](?:{END}|(?=\s*\d))|[x×*]\s?\d+{END}")
_VAGUE = pattern(
    r"(?:(?:less|more|fewer)\s+than|at\s+(?:least|most)|up\s+to|maybe|perhaps|almost|nearly|about|around|roughly"
    r"|approx(?:\.|imately)?|ca\.?|circa|over|under|not)\s+(?=[.,:]?\d)\S+|[~<>≈±]\s?[.,:]?\d\S*"
)
_LIKE_A_NUMBER = pattern(
    rf"[-+]?[.,:]?\d[\d.,:/+hmd½¼¾?!-]*{END}|\d+(?:[.,]\d+)?\s?{UNIT}(?!-[a-z])[^\w\s,;()][^\s,;()]*"
)
_EMPTY = frozenset("-–—/|\\·•*>.:!")


def _parts(clause: str, calendar: Calendar) -> Iterator[_Part]:
    text = legible(clause)
    at = _beginning(text, calendar)
    while at < len(text):
        found = _part_at(text, at, calendar)
        said = clause[at : found.end]
        if isinstance(found.value, _Word):
            if not set(said) <= _EMPTY:
                yield _Word(said)
        else:
            yield found.value
        at = _skip(_GAP, text, found.end)


def _beginning(text: str, calendar: Calendar) -> int:
    """Where the parts begin: "log" and its like are left out before a duration or a day."""
    at = _skip(_GAP, text, 0)
    after = _skip(_LEAD, text, at)
    return after if isinstance(_part_at(text, after, calendar).value, Length | Days) else at


def _skip(expression: re.Pattern[str], text: str, at: int) -> int:
    match = expression.match(text, at)
    return match.end() if match else at


def _part_at(text: str, at: int, calendar: Calendar) -> Found[_Part]:
    found = _not_a_duration_at(text, at) or days_at(text, at, calendar) or _duration_at(text, at)
    if found:
        return found
    if match := _BILLABLE.match(text, at):
        return Found(_Billable(match["non"] is None), match.end())
    if match := _LIKE_A_NUMBER.match(text, at):
        return Found(_unclear(match[0]), match.end())
    end = _skip(_WORD, text, at)
    return Found(_Word(text[at:end]), end)


def _not_a_duration_at(text: str, at: int) -> Found[_Part] | None:
    if match := _ONE_ON_ONE.match(text, at):
        return Found(_Word(match[0]), match.end())
    if match := _TIMES.match(text, at) or _VAGUE.match(text, at):
        return Found(_unclear(match[0]), match.end())
    return None


def _duration_at(text: str, at: int) -> Found[Length] | None:
    """A duration with the small words that belong to it: "for 2h", "2h on"."""
    found = duration_at(text, _skip(_FOR, text, at))
    return found and Found(found.value, _skip(_ON, text, found.end))


def _unclear(said: str) -> Problem:
    return Problem(
        tr("“{said}”: is that a duration, a day or part of a name? {examples}").format(
            said=said, examples=tr(EXAMPLES)
        ),
        Field.DURATION,
    )


# What the parts come to


def _table(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that number things before a number, or are counted after one: "phase 2", "3 workshops".
_NUMBERED = _table("""
    area batch bug building case chapter class cohort cycle day episode epic floor formula fy group
    issue item iteration lane level line lot milestone module no nr number office packet page part
    period phase pi plan po point pr q quarter region release rev room round season section series
    session set site sprint stage step stream studio team ticket tier top track tranche type unit v
    version vol volume wave week windows wp year zone
""")
_COUNTED = _table("""
    am bugs calls cases demos emails features files fixes hotfixes interviews issues items mails
    meetings months o'clock of on out pages participants people percent persons pm points prs reviews
    screens seconds secs sec sessions slides sprints stories tasks tests tickets times visits weeks
    workshops years dagen días dias giorni jours minuten sekunden semaines stunden tage wochen
""")
_TOTAL = frozenset(("total", "altogether", "overall"))


def _understand(
    text: str, parts: list[_Part], notes: str | None, workday_minutes: int
) -> LogLine | Misunderstood:
    parts = _settled(parts)
    problems = [part for part in parts if isinstance(part, Problem)]

    def sure(value: T | Problem, otherwise: T) -> T:
        if not isinstance(value, Problem):
            return value
        problems.append(value)
        return otherwise

    words = tuple(part.said for part in parts if isinstance(part, _Word))
    days = sure(attempt(partial(_days, parts)), Days(()))
    line = LogLine(
        minutes=sure(attempt(partial(_minutes, parts, days, words, workday_minutes)), None),
        days=days.days,
        is_range=days.is_range,
        words=words,
        notes=notes,
        billable=sure(attempt(partial(_billable, parts)), None),
    )
    return Misunderstood(text, problems[0], line) if problems else line


def _settled(parts: list[_Part]) -> list[_Part]:
    """The parts, with each bare number that may be part of a name taken for one where there is a duration."""
    lengths = {at for at, part in enumerate(parts) if isinstance(part, Length)}
    names = {at for at in lengths if _may_be_a_name(parts, at)}
    settle = _name if lengths - names else _name_or_duration
    return [
        settle(part) if at in names and isinstance(part, Length) else part for at, part in enumerate(parts)
    ]


def _may_be_a_name(parts: Sequence[_Part], at: int) -> bool:
    length = parts[at]
    if not (isinstance(length, Length) and length.bare):
        return False
    before, after = parts[max(at - 1, 0) : at], parts[at + 1 : at + 2]
    if _is_one_of(_NUMBERED, before) or _is_one_of(_COUNTED, after):
        return True
    beside_another = any(isinstance(part, Length) and part.bare for part in (*before, *after))
    return length.said.isdigit() and len(length.said) > 2 and not beside_another


def _is_one_of(words: frozenset[str], parts: Sequence[_Part]) -> bool:
    return any(isinstance(part, _Word) and part.said.lower().strip("#.") in words for part in parts)


def _name(length: Length) -> _Part:
    return _Word(length.said)


def _name_or_duration(length: Length) -> _Part:
    return _unclear(length.said)


def _days(parts: Sequence[_Part]) -> Days:
    said = [part for part in parts if isinstance(part, Days)]
    if len(set(said)) > 1:
        raise Problem(tr("More than one day is named. Join them, like mon,wed or mon-fri."), Field.DATE)
    return said[0] if said else Days(())


def _minutes(parts: Sequence[_Part], days: Days, words: Sequence[str], workday_minutes: int) -> int | None:
    said = [part for part in parts if isinstance(part, Length)]
    if not said:
        return None
    if len(said) > 1:
        all_said = listed([f"“{length.said}”" for length in said])
        raise Problem(
            tr("{lengths} are more than one duration. Put each on its own line. {limit}").format(
                lengths=all_said, limit=tr(LIMIT)
            ),
            Field.DURATION,
        )
    several = len(days.days) > 1
    if said[0].each and not several:
        raise Problem(
            tr("“{said}” on each of which days? Name them, like mon-fri.").format(said=said[0].said),
            Field.DATE,
        )
    if several and _TOTAL.intersection(word.lower() for word in words):
        raise Problem(tr("Say how much each day has; a total is not shared out."), Field.DURATION)
    return said[0].on_one_day(workday_minutes, len(days.days) or 1)


def _billable(parts: Sequence[_Part]) -> bool | None:
    said = {part.billable for part in parts if isinstance(part, _Billable)}
    if len(said) > 1:
        raise Problem(tr("Is it billable or not? Both are said."), Field.BILLABLE)
    return said.pop() if said else None
