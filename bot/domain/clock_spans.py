"""Spans of clock time: 9-11:30, 9am-5pm, 13:00 to 14:15, 9-17 -1h. Civil time: 9-17 is always 8 hours.

A span stays within one civil day. Without am or pm the clock has 24 hours, and a span that seems to end
before it begins is asked about. Where one end says am or pm, the other is the one reading that makes the
span shorter than 12 hours.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from bot.domain.languages import tr
from bot.domain.lengths import UNIT, Length, checked, length_at
from bot.domain.phrases import END, Found, Rule, attempt, first, pattern, taken
from bot.domain.problems import Field, Problem

_NOON, _DAY = 12 * 60, 24 * 60

_AM_PM = r"(?:\s*[ap]\.?m\b\.?|[ap]\b)"
_TIME = rf"(?:\d{{1,2}}(?::\d\d)?{_AM_PM}?|noon|midday|midnight)"
_CLOCK = pattern(r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s*(?P<half>[ap])?")
_MINUS = pattern(r"\s*-\s*|\s+(?:minus|less|without)\s+(?:an?\s+(?=\d))?")
_PAUSE = pattern(rf"\s+(?:lunch\s+break|lunch|break|pause){END}")


@dataclass(frozen=True)
class _Time:
    """A time of day: minutes after midnight as said, and "a" or "p" where that was said too."""

    minutes: int
    half: str | None

    def readings(self, *, ends: bool = False) -> tuple[int, ...]:
        """The minutes after midnight it can mean; a 12am that ends is the end of the day."""
        morning = self.minutes % _NOON
        if self.half == "a":
            return (_DAY if ends and not morning else morning,)
        if self.half == "p":
            return (morning + _NOON,)
        return (morning, morning + _NOON) if 60 <= self.minutes < _NOON + 60 else (self.minutes,)


def span_at(text: str, at: int) -> Found[Length] | None:
    """The span that stands at this place of legible text, less the breaks right after it; or None."""
    found = first(_RULES, text, at)
    while found and (less := _less_break(text, at, found)):
        found = less
    return found


def _less_break(text: str, at: int, span: Found[Length]) -> Found[Length] | None:
    minus = _MINUS.match(text, span.end)
    off = minus and length_at(text, minus.end())
    if not minus or not off or _is_a_separator(minus[0], off.value):
        return None
    pause = _PAUSE.match(text, off.end)
    end = pause.end() if pause else off.end
    return Found(attempt(lambda: _less(text[at:end], taken(span.value), taken(off.value))), end)


def _is_a_separator(minus: str, off: Length | Problem) -> bool:
    """In "9-17 - 2 workshops" the dash takes nothing off; in "9-17 -2" it does."""
    return minus.endswith(" ") and isinstance(off, Length) and off.bare


def _less(said: str, span: Length, off: Length) -> Length:
    if off.workdays:
        raise Problem(
            tr("Say the break in hours or minutes, not as “{said}”.").format(said=off.said), Field.DURATION
        )
    left = span.minutes - off.on_one_day(0)
    if left <= 0:
        raise Problem(
            tr("The break of “{said}” leaves nothing of the time.").format(said=off.said), Field.DURATION
        )
    return Length(said, left)


def _span(match: re.Match[str]) -> Length:
    start, end = _time(match["start"], ends=False), _time(match["end"], ends=True)
    if start.half or end.half:
        minutes = _by_half_of_day(match, start, end)
    else:
        minutes = _by_24_hours(match, start, end)
    bare = match["start"].isdigit() and match["end"].isdigit()
    return Length(match[0], Fraction(checked(Fraction(minutes))), bare=bare)


def _by_24_hours(match: re.Match[str], start: _Time, end: _Time) -> int:
    if end.minutes > start.minutes:
        return end.minutes - start.minutes
    if end.minutes >= _NOON or start.minutes >= _NOON + 60:
        raise _past_midnight(match)
    am_or_pm = "am" if start.minutes < _NOON else "pm"
    hour, *minutes = match["end"].split(":")
    in_24_hours = ":".join((str(int(hour) + 12), *minutes))
    raise Problem(
        tr("“{said}”: until when? Write {one}, or {other}.").format(
            said=match[0],
            one=f"{match['start']}-{in_24_hours}",
            other=f"{match['start']}{am_or_pm}-{match['end']}pm",
        ),
        Field.DURATION,
    )


def _by_half_of_day(match: re.Match[str], start: _Time, end: _Time) -> int:
    """Both halves said: what lies between. One said: the other so that it is less than 12 hours."""
    longest = _DAY if start.half and end.half else _NOON - 1
    possible = [
        until - since
        for since in start.readings()
        for until in end.readings(ends=True)
        if 0 < until - since <= longest
    ]
    if len(possible) != 1:
        raise _past_midnight(match)
    return possible[0]


def _past_midnight(match: re.Match[str]) -> Problem:
    return Problem(
        tr(
            "“{said}” does not end later on the same day. Say am or pm, or use 24 hours, like 9-17; "
            "what goes past midnight is two entries, like 22-24 and 0-2."
        ).format(said=match[0]),
        Field.DURATION,
    )


def _time(said: str, *, ends: bool) -> _Time:
    if said.lower() in ("noon", "midday"):
        return _Time(_NOON, "p")
    if said.lower() == "midnight":
        return _Time(0, "a")
    match = _CLOCK.match(said)
    assert match, "the span's pattern lets only times through"
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    most = 12 * 60 + 59 if half else _DAY if ends else _DAY - 1
    if minute > 59 or hour * 60 + minute > most or (half and not hour):
        raise Problem(tr("“{said}” is not a time of day.").format(said=said), Field.DURATION)
    return _Time(hour * 60 + minute, half and half.lower())


def _lone_time(match: re.Match[str]) -> Length:
    raise Problem(
        tr("“{said}” is a time of day. Say from when until when, like 9-11:30, or how long, like 2h.").format(
            said=match["time"]
        ),
        Field.DURATION,
    )


_RULES: tuple[Rule[Length], ...] = (
    (
        pattern(
            rf"(?:from\s+)?(?P<start>{_TIME})\s*(?:-|to\b|until\b|till\b|til\b)\s*(?P<end>{_TIME}){END}"
            rf"(?!,\d)(?!\s*{UNIT}{END})"
        ),
        _span,
    ),
    (pattern(rf"(?P<time>\d{{1,2}}(?:[:.]\d\d)?{_AM_PM}){END}"), _lone_time),
    (
        pattern(
            rf"(?:at|from|since|until|till|by)\s+(?P<time>\d{{1,2}}(?:[:.]\d\d)?){END}(?!\s*{UNIT}{END})"
        ),
        _lone_time,
    ),
)
