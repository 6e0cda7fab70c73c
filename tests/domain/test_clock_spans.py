"""A span of clock time is what lies between, less the breaks; one that can be read in two ways is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import parse_duration
from bot.domain.phrases import attempt
from bot.domain.problems import Problem


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("9-11:30", 150),
        ("9am-11:30", 150),
        ("13:00 to 14:15", 75),
        ("9-17 -1h", 420),
        ("9-17 -1h -:15", 405),
        ("9-17 minus half an hour", 450),
        ("9-17 -1h lunch break", 420),
        ("9am-5pm", 480),
        ("9a-5p", 480),
        ("9 A.M. - 5 P.M.", 480),
        ("9am-5", 480),
        ("9-5pm", 480),
        ("1-3pm", 120),
        ("11-1pm", 120),
        ("12-1pm", 60),
        ("12am-1am", 60),
        ("11am-12", 60),
        ("7am-8pm", 780),
        ("1pm-14:15", 75),
        ("13-3pm", 120),
        ("noon to 2pm", 120),
        ("11-noon", 60),
        ("10pm-midnight", 120),
        ("10pm-12am", 120),
        ("midnight-2am", 120),
        ("22:30-24", 90),
        ("0-0:01", 1),
        ("0:01-24:00", 1439),
    ],
)
def test_the_time_between(text: str, minutes: int) -> None:
    assert parse_duration(text) == minutes


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("9-5", "Write 9-17, or 9am-5pm."),
        ("12-1", "Write 12-13, or 12pm-1pm."),
        ("11:30-2:15", "Write 11:30-14:15, or 11:30am-2:15pm."),
        ("9-9", "Write 9-21, or 9am-9pm."),
        ("22-2", "past midnight"),
        ("14-3", "past midnight"),
        ("17-17", "past midnight"),
        ("15-13", "past midnight"),
        ("11pm-1am", "past midnight"),
        ("11pm-1", "past midnight"),
        ("9am-9", "past midnight"),
        ("0-24", "less than 24 hours"),
        ("24-1", "“24” is not a time of day."),
        ("9-25", "“25” is not a time of day."),
        ("9-24:30", "“24:30” is not a time of day."),
        ("9:60-11", "“9:60” is not a time of day."),
        ("0am-2am", "“0am” is not a time of day."),
        ("13am-2pm", "“13am” is not a time of day."),
        ("9-10 -1h", "leaves nothing"),
        ("9-10 -2h", "leaves nothing"),
        ("9-17 -1d", "in hours or minutes"),
        ("9-17 -45", "45 minutes, or 45 hours?"),
        ("9-17 -1h90m", "not hours and minutes"),
        ("9-17 - 2", "more than one duration"),
        ("4pm", "a time of day"),
        ("at 4", "a time of day"),
    ],
)
def test_what_is_asked(text: str, why: str) -> None:
    answer = attempt(lambda: parse_duration(text))
    assert isinstance(answer, Problem)
    assert why in answer.text


@given(st.integers(0, 1439), st.integers(1, 1439))
def test_any_two_times_of_a_day(start: int, length: int) -> None:
    end = min(start + length, 1440)
    said = f"{start // 60}:{start % 60:02}-{end // 60}:{end % 60:02}"
    assert parse_duration(said) == end - start
