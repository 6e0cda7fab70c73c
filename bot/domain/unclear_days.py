"""What looks like a day and does not say which: it is asked, never taken for a name."""

import difflib
import re
from typing import Never

from bot.domain.day_forms import DAY, DAYS_FROM_TODAY, MONTH, MONTHS, WEEKDAYS, unnamed
from bot.domain.languages import later, tr
from bot.domain.lengths import UNIT
from bot.domain.phrases import END, Found, any_of, pattern
from bot.domain.problems import Field, Problem

EXAMPLES = later("Write it like yesterday, fri, 3 mar or 2026-03-03.")

_MONTH = unnamed(MONTH)
_NUMBER, _ORDINAL = r"\d{1,2}", r"\d{1,2}(?:st|nd|rd|th)"
_ORDINAL_OR_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_NOT_OF_A_MONTH = rf"(?!\s+(?:of\s+)?{_MONTH}{END})"

# A duration or a day with two readings: in "3 mar 4" either number may be the hours.
_TWO_READINGS = pattern(
    rf"{_NUMBER}(?:\s*-\s*{_NUMBER})?\s+{_MONTH}\s+{_NUMBER}{END}(?!\s*(?:{UNIT}{END}|{_MONTH}{END}|-\s*\d|to\s+\d))"
    r"|\d{1,2}\.\d{1,2}\.(?=\s|\Z)"
)
_NO_ONE_DAY = pattern(
    "|".join(
        f"(?:{expression})"
        for expression in (
            rf"24/7{END}",
            rf"(?:last|this|next|previous|past)\s+(?:month|year|quarter|weekend|fortnight|few|couple|\d+){END}",
            rf"(?:on|at|over)\s+(?:the\s+)?weekend{END}",
            rf"(?:\d+|an?|one|two|three|few|couple\s+of)\s+(?:weeks?|months?|years?)\s+ago{END}",
            rf"(?:week\s+(?:of|commencing|starting|beginning|ending)|w/c){END}",
            rf"(?:on\s+the|on|the)\s+{_ORDINAL}{END}{_NOT_OF_A_MONTH}",
            rf"(?:since|by|before|after|except|without|not|excluding|every|each)\s+(?:the\s+)?{DAY}{END}",
            rf"from\s+(?:the\s+)?{DAY}{END}(?!\s*-|\s+(?:to|until|till|til|through|thru)\s)",
            rf"(?:today|yesterday|tomorrow|{any_of(WEEKDAYS)})'s{END}",
        )
    )
)

# Almost a day: "yesterday?", "mon-", "3 mar-5", "2026-03-03T10:00".
_RAGGED = pattern(
    rf"(?:{DAY}[^\w\s,;()]|{_ORDINAL_OR_NUMBER}[\s-]*{_MONTH}[^\w\s,;()]|\d{{4}}-\d{{1,2}}-\d{{1,2}})[^\s,;()]*"
)
# What somebody is likely to write who does not know that days are said in English.
_ELSEWHERE = """
    gestern vorgestern heute montag dienstag mittwoch donnerstag freitag samstag sonntag
    hier avant-hier aujourd'hui lundi mardi mercredi jeudi vendredi samedi dimanche
    ayer anteayer hoy lunes martes miércoles jueves viernes sábado domingo
    ieri oggi ontem hoje gisteren vandaag 昨日 今日 昨天 今天 어제 오늘 вчера сегодня
"""
_OTHER_LANGUAGES = pattern(rf"(?:{any_of(_ELSEWHERE.split())}){END}")
_WORD = pattern(rf"[a-z']{{6,14}}{END}")
_LONG_NAMES = tuple(
    name
    for name in (*WEEKDAYS, *MONTHS, *DAYS_FROM_TODAY)
    if len(name) > 5 and " " not in name and name != "august"  # Augusta is a place
)


def unclear_day_at(text: str, at: int) -> Found[Never] | None:
    """The question about what stands at this place of legible text, where it does not name its day."""
    if match := _TWO_READINGS.match(text, at):
        return _question(match, tr("can be read in two ways. Give the duration its unit, like 3 mar 2h."))
    if match := _NO_ONE_DAY.match(text, at):
        return _question(match, tr("does not say which day. {examples}").format(examples=tr(EXAMPLES)))
    return None


def almost_day_at(text: str, at: int) -> Found[Never] | None:
    """The question about what almost names a day: "yesteday", "yesterday?", "gestern"; tried after days."""
    if match := _RAGGED.match(text, at):
        return _question(match, tr("does not say which day. {examples}").format(examples=tr(EXAMPLES)))
    if match := _OTHER_LANGUAGES.match(text, at):
        return _question(
            match, tr("may be a day; days are said in English. {examples}").format(examples=tr(EXAMPLES))
        )
    match = _WORD.match(text, at)
    if match is None or match[0].lower() in _LONG_NAMES:
        return None
    meant = difflib.get_close_matches(match[0].lower(), _LONG_NAMES, n=1, cutoff=0.85)
    return (
        _question(match, tr("looks like {day}. Is that meant?").format(day=meant[0].title()))
        if meant
        else None
    )


def _question(match: re.Match[str], about: str) -> Found[Never]:
    return Found(Problem(f"“{match[0]}” {about}", Field.DATE), match.end())
