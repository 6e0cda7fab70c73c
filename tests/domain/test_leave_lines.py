"""What is typed after /timeoff is understood as it is meant, on the person's own calendar, or asked about."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates import format_day
from bot.domain.durations import format_duration
from bot.domain.leave_lines import (
    HELP_EXAMPLES,
    LONGEST_REASON,
    Amount,
    Ask,
    Cancel,
    Change,
    Help,
    LeaveCommand,
    OpenForm,
    Show,
    Who,
    Wish,
    parse_leave,
    parse_wish,
)
from bot.domain.people import Person
from bot.domain.problems import Field, Problem

THURSDAY = date(2026, 3, 5)

# The same instants are other days in other places, and other offsets from one day to the next.
LONDON, LOS_ANGELES, AUCKLAND = "Europe/London", "America/Los_Angeles", "Pacific/Auckland"
NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # Thursday; in Auckland Friday 1 January
SPRING = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # London: Sunday, half an hour before its clocks change
LEAP = datetime(2028, 2, 29, 11, 30, tzinfo=UTC)  # Tuesday; in Auckland Wednesday 1 March
WESTERN_SPRING = datetime(2026, 3, 8, 9, 30, tzinfo=UTC)  # Los Angeles: Sunday, half an hour before
AUTUMN = datetime(2026, 4, 4, 13, 30, tzinfo=UTC)  # Auckland: Sunday 5 April, half an hour before

PHRASES = [
    (NEW_YEAR, LONDON, "today", "Thu 31 Dec 2026"),
    (NEW_YEAR, LOS_ANGELES, "today", "Thu 31 Dec 2026"),
    (NEW_YEAR, AUCKLAND, "today", "Fri 1 Jan 2027"),
    (NEW_YEAR, LONDON, "tomorrow", "Fri 1 Jan 2027"),
    (NEW_YEAR, AUCKLAND, "tomorrow", "Sat 2 Jan 2027"),
    (NEW_YEAR, LONDON, "thu", "Thu 31 Dec 2026"),
    (NEW_YEAR, AUCKLAND, "thu", "Thu 7 Jan 2027"),
    (NEW_YEAR, LONDON, "fri", "Fri 1 Jan 2027"),
    (NEW_YEAR, AUCKLAND, "fri", "Fri 1 Jan 2027"),
    (NEW_YEAR, LONDON, "mon", "Mon 4 Jan 2027"),
    (NEW_YEAR, LONDON, "31 dec - 1 jan", "Thu 31 Dec 2026 to Fri 1 Jan 2027"),
    (NEW_YEAR, AUCKLAND, "31 dec - 1 jan", "Thu 31 Dec 2026 to Fri 1 Jan 2027"),
    (NEW_YEAR, LONDON, "24 dec - 2 jan", "Thu 24 Dec 2026 to Sat 2 Jan 2027"),
    (NEW_YEAR, LONDON, "24 dec 2026 - 2 jan 2027", "Thu 24 Dec 2026 to Sat 2 Jan 2027"),
    (NEW_YEAR, LONDON, "thu-mon", "Thu 31 Dec 2026 to Mon 4 Jan 2027"),
    (NEW_YEAR, AUCKLAND, "thu-mon", "Thu 7 Jan 2027 to Mon 11 Jan 2027"),
    (NEW_YEAR, LONDON, "until tue", "Thu 31 Dec 2026 to Tue 5 Jan 2027"),
    (NEW_YEAR, AUCKLAND, "until tue", "Fri 1 Jan 2027 to Tue 5 Jan 2027"),
    (NEW_YEAR, LONDON, "until 8 jan", "Thu 31 Dec 2026 to Fri 8 Jan 2027"),
    (NEW_YEAR, LONDON, "this week", "Sun 27 Dec 2026 to Sat 2 Jan 2027"),
    (NEW_YEAR, LONDON, "next week", "Sun 3 Jan 2027 to Sat 9 Jan 2027"),
    (NEW_YEAR, LONDON, "30 nov", "Mon 30 Nov 2026"),  # of the last 31 days
    (NEW_YEAR, LONDON, "29 nov", "Mon 29 Nov 2027"),
    (NEW_YEAR, LONDON, "15 dec", "Tue 15 Dec 2026"),
    (NEW_YEAR, LONDON, "half day 31 dec", "Thu 31 Dec 2026, 1/2 of it"),
    (NEW_YEAR, LOS_ANGELES, "1/2", "Sat 2 Jan 2027"),
    (NEW_YEAR, LONDON, "1/2", "Mon 1 Feb 2027"),
    (NEW_YEAR, LONDON, "dec 31 - jan 1: fireworks", "Thu 31 Dec 2026 to Fri 1 Jan 2027 for “fireworks”"),
    (SPRING, LONDON, "today", "Sun 29 Mar 2026"),
    (SPRING, LOS_ANGELES, "today", "Sat 28 Mar 2026"),
    (SPRING, AUCKLAND, "today", "Sun 29 Mar 2026"),
    (SPRING, LONDON, "tomorrow", "Mon 30 Mar 2026"),
    (SPRING, LONDON, "yesterday", "Sat 28 Mar 2026"),
    (SPRING, LONDON, "mon-fri", "Mon 30 Mar 2026 to Fri 3 Apr 2026"),
    (SPRING, LONDON, "sun", "Sun 29 Mar 2026"),
    (SPRING, LOS_ANGELES, "sun", "Sun 29 Mar 2026"),
    (SPRING, LONDON, "4h tomorrow: dentist", "Mon 30 Mar 2026, 4h 00m each for “dentist”"),
    (SPRING, LONDON, "28 mar - 30 mar", "Sat 28 Mar 2026 to Mon 30 Mar 2026"),
    (SPRING, LONDON, "28-30 mar", "Sat 28 Mar 2026 to Mon 30 Mar 2026"),
    (SPRING, LONDON, "mar 28-30", "Sat 28 Mar 2026 to Mon 30 Mar 2026"),
    (SPRING, LONDON, "25 oct", "Sun 25 Oct 2026"),
    (SPRING, LONDON, "24 oct - 26 oct", "Sat 24 Oct 2026 to Mon 26 Oct 2026"),
    (SPRING, LONDON, "9-12:30 mon", "Mon 30 Mar 2026, 3h 30m each"),
    (WESTERN_SPRING, LOS_ANGELES, "today", "Sun 8 Mar 2026"),
    (WESTERN_SPRING, LOS_ANGELES, "sun-tue", "Sun 8 Mar 2026 to Tue 10 Mar 2026"),
    (WESTERN_SPRING, LOS_ANGELES, "tomorrow morning", "Mon 9 Mar 2026, 1/2 of it"),
    (WESTERN_SPRING, LOS_ANGELES, "3/9", "Mon 9 Mar 2026"),
    (WESTERN_SPRING, LOS_ANGELES, "until 3/11", "Sun 8 Mar 2026 to Wed 11 Mar 2026"),
    (AUTUMN, AUCKLAND, "today", "Sun 5 Apr 2026"),
    (AUTUMN, LONDON, "today", "Sat 4 Apr 2026"),
    (AUTUMN, AUCKLAND, "tomorrow", "Mon 6 Apr 2026"),
    (AUTUMN, AUCKLAND, "sat", "Sat 11 Apr 2026"),
    (AUTUMN, LONDON, "sat", "Sat 4 Apr 2026"),
    (AUTUMN, AUCKLAND, "4 apr - 7 apr", "Sat 4 Apr 2026 to Tue 7 Apr 2026"),
    (LEAP, LONDON, "today", "Tue 29 Feb 2028"),
    (LEAP, AUCKLAND, "today", "Wed 1 Mar 2028"),
    (LEAP, LONDON, "28 feb - 1 mar", "Mon 28 Feb 2028 to Wed 1 Mar 2028"),
    (LEAP, LONDON, "29 feb", "Tue 29 Feb 2028"),
    (LEAP, AUCKLAND, "29 feb", "Tue 29 Feb 2028"),
    (LEAP, LONDON, "29 feb 2029", "asks days"),
    (LEAP, LONDON, "wed,fri 2h", "Wed 1 Mar 2028, Fri 3 Mar 2028, 2h 00m each"),
    (LEAP, LONDON, "wed and fri 1.5h", "Wed 1 Mar 2028, Fri 3 Mar 2028, 1h 30m each"),
    (LEAP, LONDON, "next wed", "asks days"),
    (LEAP, LONDON, "2d wed-thu", "Wed 1 Mar 2028 to Thu 2 Mar 2028, 2 days in all"),
    (LEAP, LONDON, "half a day wed", "Wed 1 Mar 2028, 1/2 of it"),
    (LEAP, LONDON, "wed afternoon", "Wed 1 Mar 2028, 1/2 of it"),
    (LEAP, LONDON, "wed pm: school play", "Wed 1 Mar 2028, 1/2 of it for “school play”"),
    (LEAP, LONDON, "i'm off on wed please", "Wed 1 Mar 2028"),
    (LEAP, LONDON, "all day wed", "Wed 1 Mar 2028"),
    (LEAP, LONDON, "1:30 wed: at 14:00", "Wed 1 Mar 2028, 1h 30m each for “at 14:00”"),
    (LEAP, LONDON, "wed :30", "Wed 1 Mar 2028, 0h 30m each"),
    (LEAP, LONDON, "wed: 30 years married", "Wed 1 Mar 2028 for “30 years married”"),
    (LEAP, LONDON, "wed &amp; fri", "Wed 1 Mar 2028, Fri 3 Mar 2028"),
    (LEAP, LONDON, "sick today", "asks days"),
    (LEAP, LONDON, "90 wed", "asks hours"),
    (LEAP, LONDON, "0h wed", "asks hours"),
    (LEAP, LONDON, "25h wed", "asks hours"),
    (LEAP, LONDON, "2h 3h wed", "asks hours"),
    (LEAP, LONDON, "wed tomorrow fri", "asks days"),
    (LEAP, LONDON, "4h", "asks days"),
    (LEAP, LONDON, "30 feb", "asks days"),
    (LEAP, LONDON, "gestern", "asks days"),
    (LEAP, LONDON, "1 mar 2032", "asks days"),
]


def understood(text: str, *, today: date = THURSDAY, locale: str = "en-GB") -> LeaveCommand | Problem:
    try:
        return parse_leave(text, today=today, locale=locale)
    except Problem as problem:
        return problem


def shown(command: LeaveCommand | Problem) -> str:
    """A command as the table of phrases writes it."""
    if isinstance(command, Problem):
        return f"asks {command.field}"
    assert isinstance(command, Ask)
    wish = command.wish
    reason = f" for “{wish.reason}”" if wish.reason else ""
    return f"{_days(wish)}{_amount(wish.amount)}{reason}"


def _days(wish: Wish) -> str:
    if wish.is_range:
        return f"{format_day(wish.days[0])} to {format_day(wish.days[-1])}"
    return ", ".join(map(format_day, wish.days))


def _amount(amount: Amount) -> str:
    if amount.minutes is not None:
        return f", {format_duration(amount.minutes)} each"
    if amount.days is not None:
        return f", {amount.days} days in all"
    return "" if amount.is_whole else f", {amount.share} of it"


@pytest.mark.parametrize(("now", "zone", "text", "meaning"), PHRASES)
def test_the_table_of_phrases(now: datetime, zone: str, text: str, meaning: str) -> None:
    locale = "en-US" if zone == LOS_ANGELES else "en-GB"
    person = Person("T1", "U1", "101", "Tay Forth", zone, locale)
    assert shown(understood(text, today=person.today(now), locale=locale)) == meaning


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", OpenForm()),
        ("  ", OpenForm()),
        ("help", Help()),
        ("?", Help()),
        ("list", Show()),
        ("LIST", Show()),
        ("cancel", Cancel()),
        ("cancel fri", Cancel((date(2026, 3, 6),))),
        ("cancel mon,tue", Cancel((date(2026, 3, 9), date(2026, 3, 10)))),
        ("withdraw fri", Cancel((date(2026, 3, 6),))),
        ("change", Change()),
        ("change fri 2h", Change(Wish((date(2026, 3, 6),), Amount(120)))),
        ("change fri to half a day", Change(Wish((date(2026, 3, 6),), Amount(share=Fraction(1, 2))))),
        ("change fri full day", Change(Wish((date(2026, 3, 6),)))),
        ("change fri 2h: later", Change(Wish((date(2026, 3, 6),), Amount(120), "later"))),
    ],
)
def test_what_can_be_done_with_time_off(text: str, command: LeaveCommand) -> None:
    assert understood(text) == command


@pytest.mark.parametrize(
    ("text", "sunday"),
    [
        ("who", date(2026, 3, 1)),
        ("who this week", date(2026, 3, 1)),
        ("who next week", date(2026, 3, 8)),
        ("who is off next week", date(2026, 3, 8)),
        ("who last week", date(2026, 2, 22)),
        ("who 24 dec", date(2026, 12, 20)),
        ("who sun", date(2026, 3, 8)),
    ],
)
def test_who_is_asked_of_any_week(text: str, sunday: date) -> None:
    command = understood(text)
    assert isinstance(command, Who)
    assert command.week.start == sunday


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("change fri", Field.HOURS),
        ("cancel 2h", Field.DAYS),
        ("cancel dentist", Field.DAYS),
        ("who knows", Field.DAYS),
    ],
)
def test_what_is_not_certain_is_asked_at_its_place(text: str, field: Field) -> None:
    problem = understood(text)
    assert isinstance(problem, Problem)
    assert problem.field is field


@pytest.mark.parametrize(("phrase", "_meaning"), HELP_EXAMPLES)
def test_every_phrase_of_the_help_is_understood(phrase: str, _meaning: str) -> None:
    assert not isinstance(understood(phrase), Problem)


def test_the_fields_of_the_form_mean_what_the_words_mean() -> None:
    wish = parse_wish("fri", "half a day", "  dentist ", today=THURSDAY, locale="en-GB")
    assert wish == Wish((date(2026, 3, 6),), Amount(share=Fraction(1, 2)), "dentist")
    assert parse_wish("fri", " ", "", today=THURSDAY, locale="en-GB") == Wish((date(2026, 3, 6),))


@pytest.mark.parametrize(
    ("days", "hours", "reason", "field"),
    [
        ("", "", "", Field.DAYS),
        ("someday", "", "", Field.DAYS),
        ("fri 2h", "", "", Field.DAYS),
        ("fri", "mon", "", Field.HOURS),
        ("fri", "lots", "", Field.HOURS),
        ("fri", "2h 3h", "", Field.HOURS),
        ("fri", "", "x" * (LONGEST_REASON + 1), Field.REASON),
        ("fri", "", "a\u202eb", Field.REASON),
        ("fri", "", "a\x07b", Field.REASON),
    ],
)
def test_what_is_wrong_is_said_at_its_field(days: str, hours: str, reason: str, field: Field) -> None:
    with pytest.raises(Problem) as wrong:
        parse_wish(days, hours, reason, today=THURSDAY, locale="en-GB")
    assert wrong.value.field is field


def test_a_line_that_is_far_too_long_is_not_read() -> None:
    problem = understood("fri " * 600)
    assert isinstance(problem, Problem)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_understood_or_asked_about(text: str) -> None:
    answer = understood(text)
    if isinstance(answer, Problem):
        assert answer.field in (Field.DAYS, Field.HOURS, Field.REASON)
    elif isinstance(answer, Ask):
        assert answer.wish.days
