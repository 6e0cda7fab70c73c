"""Lengths of time with a unit, or a bare number, as people type them: 1h30, 90 min, half a day, 1.5."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.domain.languages import later, tr
from bot.domain.phrases import END, Found, Rule, any_of, first, pattern
from bot.domain.problems import Field, Problem

LONGEST = 24 * 60 - 1
LIMIT = later("An entry is at least one minute and less than 24 hours.")
EXAMPLES = later("Write it like 1h30, 1:30, 1.5, 90m or 9-11:30.")

_MOST_BARE_HOURS = 12

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELT = {word: Fraction(number) for number, word in enumerate(_ONES, start=1)} | {
    "fifteen": Fraction(15),
    "twenty": Fraction(20),
    "thirty": Fraction(30),
    "forty": Fraction(40),
    "fifty": Fraction(50),
    "sixty": Fraction(60),
    "ninety": Fraction(90),
}
_PORTIONS = {
    "half": Fraction(1, 2),
    "quarter": Fraction(1, 4),
    "three quarters": Fraction(3, 4),
    "three-quarters": Fraction(3, 4),
    "½": Fraction(1, 2),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "1/2": Fraction(1, 2),
    "1/4": Fraction(1, 4),
    "3/4": Fraction(3, 4),
}

# A letter is a unit after digits, not after words: "2 m", not "a m".
_LETTER = r"(?<![a-z][\s-])"
_HOUR = rf"(?:hours?|hrs?|{_LETTER}h)"
_MINUTE = rf"(?:minutes?|mins?|{_LETTER}m)"
_DAY = rf"(?:days?|{_LETTER}d)"
UNIT = rf"(?:{_HOUR}|{_MINUTE}|{_DAY})"

_NUMBER = r"(?:\d+(?:[.,]\d{1,2})?|[.,]\d{1,2})"
_WORDS = rf"(?:(?:twenty|thirty|forty|fifty)[\s-](?:{any_of(_ONES[:9])})|{any_of(_SPELT)})"
_PORTION = r"(?:half|quarter|three[\s-]quarters|[¼½¾]|1/2|1/4|3/4)"
_PART = rf"(?:an?\s+)?{_PORTION}(?:\s+of)?(?:\s+an?)?"
_MORE = r"(?:\s+and\s+(?:an?\s+)?(?:half|quarter)|\s?[¼½¾]|\s+(?:1/2|1/4|3/4))"
_AMOUNT = rf"(?:{_PART}|(?:{_NUMBER}|{_WORDS}|an?){_MORE}?)"
_WHOLE = r"(?:an?\s+)?(?:full|whole|entire|all)"
_GAP = r"(?:\s*|-)"
_STOP = rf"(?:{END}|(?=\s*/\s*d(?:ay)?{END}))(?!,\d)"
_ADDEND = re.compile(rf"{any_of(_PORTIONS)}|{_NUMBER}|{any_of(_SPELT)}")
# "1.30" is an hour and a half to many, though it is 78 minutes.
_LIKE_A_CLOCK = re.compile(r"(?P<hours>\d+)[.,](?P<minutes>15|30|45)")
_EACH = pattern(rf"(?:\s*/\s*d(?:ay)?|\s+(?:per|an?|each|every)\s+day|\s+each){END}")


@dataclass(frozen=True)
class Length:
    """A length of time as it was said: minutes, or parts of the person's own working day.

    ``bare`` is true of a number or hours of the clock without a unit, which may be part of a name;
    ``each`` of a length said to be a day's; ``doubt`` is what must be asked before it is used.
    """

    said: str
    minutes: Fraction = Fraction(0)
    workdays: Fraction = Fraction(0)
    bare: bool = False
    each: bool = False
    doubt: Problem | None = None

    def on_one_day(self, workday_minutes: int, days: int = 1) -> int:
        """The minutes of each of ``days`` days; raises Problem outside 1 to 1439 or where it must be asked.

        Up to one working day is each day's; more than one is shared out and must be one for each day.
        """
        if self.doubt:
            raise self.doubt
        workdays = self._workdays_a_day(days)
        return checked(self.minutes + workdays * workday_minutes)

    def _workdays_a_day(self, days: int) -> Fraction:
        if self.workdays <= 1:
            return self.workdays
        if self.workdays == days:
            return Fraction(1)
        asked = (
            tr("“{said}” is more than one working day, and {days} days are named.")
            if days > 1
            else tr("“{said}” is more than one working day, so say which, like 2d mon-tue.")
        )
        raise Problem(f"{asked.format(said=self.said, days=days)} {tr(LIMIT)}", Field.DURATION)


def checked(minutes: Fraction) -> int:
    """Whole minutes, the half rounded up; raises Problem unless they are 1 to 1439."""
    whole = int(minutes + Fraction(1, 2))
    if not 1 <= whole <= LONGEST:
        raise Problem(tr(LIMIT), Field.DURATION)
    return whole


def length_at(text: str, at: int) -> Found[Length] | None:
    """The length that stands at this place of legible text, or None."""
    found = first(_RULES, text, at)
    if found and isinstance(found.value, Length) and (each := _EACH.match(text, found.end)):
        return Found(replace(found.value, each=True), each.end())
    return found


def _amount(said: str) -> Fraction:
    addends = _ADDEND.findall(said.lower())
    return sum(map(_addend, addends), Fraction(0)) if addends else Fraction(1)


def _addend(said: str) -> Fraction:
    return _PORTIONS.get(said) or _SPELT.get(said) or Fraction(said.replace(",", "."))


def _hours(match: re.Match[str]) -> Length:
    hours, rest = _amount(match["hours"]), match["minutes"] or match["attached"] or match["last"]
    minutes = _amount(rest) if rest else Fraction(0)
    if rest and (hours.denominator > 1 or minutes >= 60 or minutes.denominator > 1):
        raise Problem(
            tr("“{said}” is not hours and minutes. {examples}").format(said=match[0], examples=tr(EXAMPLES)),
            Field.DURATION,
        )
    portion = _amount(match["portion"]) if match["portion"] else Fraction(0)
    shouted = match[0].isupper()
    doubt = None if shouted else _doubt_of_capital(match)
    return Length(match[0], (hours + portion) * 60 + minutes, doubt=doubt)


def _minutes(match: re.Match[str]) -> Length:
    minutes = _amount(match["minutes"])
    if minutes.denominator > 1:
        raise Problem(
            tr("“{said}” is not whole minutes. {examples}").format(said=match[0], examples=tr(EXAMPLES)),
            Field.DURATION,
        )
    return Length(match[0], minutes, doubt=_doubt_of_capital(match))


def _days(match: re.Match[str]) -> Length:
    extra = Fraction(1, 2) if match["extra"] else Fraction(0)
    return Length(match[0], workdays=_amount(match["days"]) + extra, doubt=_doubt_of_capital(match))


def _doubt_of_capital(match: re.Match[str]) -> Problem | None:
    """3M and 2D are names more often than lengths."""
    if match["unit"] not in ("M", "D"):
        return None
    asked = (
        tr("“{said}”: is that minutes, or a name? Write {lower} for minutes.")
        if match["unit"] == "M"
        else tr("“{said}”: is that days, or a name? Write {lower} for days.")
    )
    return Problem(asked.format(said=match[0], lower=match[0].lower()), Field.DURATION)


def _clock(match: re.Match[str]) -> Length:
    hours, minutes = int(match["hours"] or 0), int(match["minutes"])
    if minutes >= 60:
        raise Problem(
            tr("“{said}” is not hours and minutes. {examples}").format(said=match[0], examples=tr(EXAMPLES)),
            Field.DURATION,
        )
    total = Fraction(hours * 60 + minutes)
    return Length(match[0], total, doubt=_doubt_of_time(match[0], total))


def _doubt_of_time(said: str, minutes: Fraction) -> Problem | None:
    if not _MOST_BARE_HOURS * 60 < minutes <= LONGEST:
        return None
    hours, rest = divmod(int(minutes), 60)
    return Problem(
        tr(
            "“{said}”: is that {hours}h {rest}m, or a time of day? Write {hours}h{rest}, or from "
            "when until when."
        ).format(said=said, hours=hours, rest=f"{rest:02}"),
        Field.DURATION,
    )


def _bare(match: re.Match[str]) -> Length:
    hours = _amount(match[0])
    return Length(match[0], hours * 60, bare=True, doubt=_doubt_of_number(match[0], hours))


def _doubt_of_number(said: str, number: Fraction) -> Problem | None:
    if match := _LIKE_A_CLOCK.fullmatch(said):
        one, other = f"{float(number):g}h", f"{match['hours']}h{match['minutes']}"
        return Problem(
            tr("“{said}”: is that {one}, or {other}? Write one or the other.").format(
                said=said, one=one, other=other
            ),
            Field.DURATION,
        )
    if number <= _MOST_BARE_HOURS:
        return None
    return Problem(
        tr("“{said}”: is that {said} minutes, or {said} hours? Write {said}m or {said}h.").format(said=said),
        Field.DURATION,
    )


def _negative(match: re.Match[str]) -> Length:
    raise Problem(
        tr("“{said}” is less than nothing. {limit}").format(said=match[0], limit=tr(LIMIT)), Field.DURATION
    )


_TAIL = (
    rf"(?:\s*(?:and\s+|&\s*)?(?P<minutes>\d{{1,4}}|{_WORDS}){_GAP}(?P<unit>{_MINUTE})"
    r"|(?P<attached>[0-5]\d)"
    r"|\s+and\s+(?:an?\s+)?(?P<portion>half|quarter)"
    r"|\s+(?P<last>[0-5]\d)(?=[\s;]*\Z))?"
)
_RULES: tuple[Rule[Length], ...] = (
    (pattern(rf"(?P<hours>{_AMOUNT}|{_WHOLE}){_GAP}{_HOUR}{_TAIL}{_STOP}"), _hours),
    (pattern(rf"(?P<minutes>{_AMOUNT}){_GAP}(?P<unit>{_MINUTE}){_STOP}"), _minutes),
    (
        pattern(rf"(?P<days>{_AMOUNT}|{_WHOLE}){_GAP}(?P<unit>{_DAY})(?P<extra>\s+and\s+a\s+half)?{_STOP}"),
        _days,
    ),
    (pattern(rf"(?P<hours>\d{{1,2}})?:(?P<minutes>\d\d)(?:\s*{_HOUR})?{_STOP}(?!\s*{_MINUTE}{END})"), _clock),
    (pattern(rf"(?:{_NUMBER}|\d*\s?[¼½¾]){_STOP}"), _bare),
    (pattern(r"(?:-|minus\s+)(?=[.,:]?\d|[¼½¾])\S+"), _negative),
)
