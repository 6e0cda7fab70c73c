"""What /logtime is asked to do: log lines, repeat or take back the last entry, help, or open the form."""

import re
from dataclasses import dataclass, field
from datetime import date

from bot.domain.dates import Calendar
from bot.domain.languages import later, tr
from bot.domain.log_lines import LogLine, Misunderstood, parse_line
from bot.domain.plain_text import plain_text
from bot.domain.problems import Problem

__all__ = [
    "HELP_EXAMPLES",
    "Again",
    "Command",
    "Help",
    "Log",
    "LogLine",
    "Misunderstood",
    "OpenForm",
    "Undo",
    "parse_command",
]

MOST_LINES = 100

_NEW_LINE = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_BULLET = re.compile(r"\s*(?:[-*•–]\s+)?")

# What can be typed, and what it means; every phrase is parsed by a test.
HELP_EXAMPLES: tuple[tuple[str, str], ...] = (
    ("1h30m acme design yesterday: wireframes", later("1h 30m on Acme, Design, yesterday, with notes")),
    ("2h acme", later("2h 00m on Acme, today")),
    ("1.5 acme", later("1h 30m: a number up to 12 is hours")),
    ("90m acme", later("1h 30m")),
    (":30 acme standup fri", later("0h 30m on Acme, Standup, the last Friday (today, if it is one)")),
    ("half a day acme 3 mar", later("half of your own working day, on 3 March")),
    ("9-17 -1h acme", later("from 9:00 to 17:00 less an hour’s break: 7h 00m")),
    ("2h mon-fri acme standup", later("2h 00m on each working day from Monday to Friday")),
    ("2d mon,tue acme", later("a working day of your own on each of the two")),
    ("1h acme non-billable", later("1h 00m, not billable")),
    ('1h acme "call with Ann" 3/4', later("1h 00m with notes, on the date as your locale writes it")),
    ("again", later("your last entry once more, today")),
    ("undo", later("takes your last entry back")),
)


@dataclass(frozen=True)
class Log:
    """Entries to write, one a line; a line that must be asked about is Misunderstood."""

    lines: tuple[LogLine | Misunderstood, ...]


@dataclass(frozen=True)
class Again:
    """The last entry once more; what is said here (minutes, days, notes, billable) replaces its own."""

    changes: LogLine = field(default_factory=LogLine)


@dataclass(frozen=True)
class Undo:
    """Take the last entry back."""


@dataclass(frozen=True)
class Help:
    """Show what can be typed."""


@dataclass(frozen=True)
class OpenForm:
    """Open the empty form."""


Command = Log | Help | Again | Undo | OpenForm

_AGAIN = re.compile(r"again(?![^\s:])", re.IGNORECASE)
_COMMANDS: dict[str, Command] = {"help": Help(), "?": Help(), "undo": Undo()}


def parse_command(text: str, *, today: date, locale: str, workday_minutes: int = 480) -> Command:
    """What the text after /logtime, as Slack escapes it, asks for; the minutes of 1d are ``workday_minutes``.

    Raises Problem where there are too many lines, or more after "again" than can be changed.
    """
    lines = [line for line in map(_unbulleted, _NEW_LINE.split(plain_text(text))) if line]
    calendar = Calendar(today, locale)
    if not lines:
        return OpenForm()
    if len(lines) > MOST_LINES:
        raise Problem(tr("That is more than {number} lines. Send them in parts.").format(number=MOST_LINES))
    if len(lines) == 1 and (command := _one_word_command(lines[0], calendar, workday_minutes)):
        return command
    return Log(tuple(parse_line(line, calendar, workday_minutes=workday_minutes) for line in lines))


def _unbulleted(line: str) -> str:
    bullet = _BULLET.match(line)
    return line[bullet.end() if bullet else 0 :].strip()


def _one_word_command(line: str, calendar: Calendar, workday_minutes: int) -> Command | None:
    if again := _AGAIN.match(line):
        return _again(line[again.end() :], calendar, workday_minutes)
    return _COMMANDS.get(line.lower())


def _again(rest: str, calendar: Calendar, workday_minutes: int) -> Again:
    changes = parse_line(rest, calendar, workday_minutes=workday_minutes)
    if isinstance(changes, Misunderstood):
        raise changes.problem
    if changes.words:
        raise Problem(
            tr("“again” repeats the last entry; only its duration, day and notes can be said anew.")
        )
    return Again(changes)
