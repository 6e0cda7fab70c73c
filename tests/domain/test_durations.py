"""Durations mean what the table says, and what cannot be certain is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import format_duration, parse_duration
from bot.domain.phrases import attempt
from bot.domain.problems import Field, Problem


def minutes_or_problem(text: str) -> int | str:
    answer = attempt(lambda: parse_duration(text, workday_minutes=450))
    if isinstance(answer, Problem):
        assert answer.field is Field.DURATION
        return answer.text
    return answer


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *[
            (text, 90)
            for text in ("1h30m", "1h 30m", "1h30", "1:30", "1.5h", "1,5h", "1½h", "90m", "90 min", "1.5")
        ],
        *[(text, 90) for text in ("an hour and a half", "1 hour 30 minutes")],
        *[(text, 30) for text in (":30", "30m", "half an hour", "0.5")],
        *[
            ("1", 60),
            ("2", 120),
            ("12", 720),
            ("7.75", 465),
            ("0,25", 15),
            (".5", 30),
            ("½", 30),
            ("2½", 150),
        ],
        *[("1d", 450), ("half a day", 225), ("half day", 225), ("a day", 450), ("0.5d", 225), ("½ d", 225)],
        *[("9-11:30", 150), ("9am-11:30", 150), ("13:00 to 14:15", 75), ("9-17 -1h", 420)],
    ],
)
def test_the_rows_of_the_table(text: str, minutes: int) -> None:
    assert minutes_or_problem(text) == minutes


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("90", "90 minutes, or 90 hours?"),
        ("13", "13 minutes, or 13 hours?"),
        ("12.5", "12.5 minutes, or 12.5 hours?"),
        ("0", "less than 24 hours"),
        ("0h", "less than 24 hours"),
        (":00", "less than 24 hours"),
        ("24h", "less than 24 hours"),
        ("1440m", "less than 24 hours"),
        ("-1h", "less than nothing"),
        ("-:30", "less than nothing"),
        ("1h 2h", "more than one duration"),
        ("2d", "more than one working day"),
        ("9-5", "9-17, or 9am-5pm"),
        ("22-2", "past midnight"),
    ],
)
def test_what_is_refused_says_why(text: str, question: str) -> None:
    assert question in str(minutes_or_problem(text))


@given(st.integers(1, 1439))
def test_what_is_said_back_means_the_same(minutes: int) -> None:
    assert parse_duration(format_duration(minutes)) == minutes


@given(st.text() | st.text("0123456789hmd.,:-½ ap/to", max_size=12))
def test_any_text_is_minutes_or_a_problem(text: str) -> None:
    answer = minutes_or_problem(text)
    assert isinstance(answer, str) or 1 <= answer <= 1439
