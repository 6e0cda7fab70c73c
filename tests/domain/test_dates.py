"""Days mean what the table says, at every end of a year and of a week, and what is not certain is asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendars import Calendar, Weekly, Yearly
from bot.domain.dates import Days, Looking, Week, days_at, format_day, parse_day, parse_day_range, week_of
from bot.domain.phrases import Found, attempt
from bot.domain.problems import Field, Problem

TUESDAY = date(2026, 3, 3)
TODAYS = st.dates(date(1990, 1, 1), date(2150, 12, 31))
BOTH_WAYS = st.sampled_from(Looking)


def day(text: str, today: date = TUESDAY, *, locale: str = "en-GB", looking: Looking = Looking.BACK) -> str:
    answer = attempt(lambda: parse_day(text, today=today, locale=locale, looking=looking))
    if isinstance(answer, Problem):
        assert answer.field is Field.DATE
        return answer.text
    return format_day(answer)


def days(text: str, today: date = TUESDAY, *, looking: Looking = Looking.FORWARD) -> str:
    answer = attempt(lambda: parse_day_range(text, today=today, locale="en-GB", looking=looking))
    if isinstance(answer, Problem):
        assert answer.field is Field.DATE
        return answer.text
    assert list(answer) == [answer[0] + timedelta(days=number) for number in range(len(answer))]
    return f"{format_day(answer[0])} to {format_day(answer[-1])}"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("today", "Tue 3 Mar 2026"),
        ("yesterday", "Mon 2 Mar 2026"),
        ("yday", "Mon 2 Mar 2026"),
        ("day before yesterday", "Sun 1 Mar 2026"),
        ("mon", "Mon 2 Mar 2026"),
        ("tue", "Tue 3 Mar 2026"),
        ("wed", "Wed 25 Feb 2026"),
        ("thu", "Thu 26 Feb 2026"),
        ("fri", "Fri 27 Feb 2026"),
        ("sat", "Sat 28 Feb 2026"),
        ("sun", "Sun 1 Mar 2026"),
        ("last fri", "Fri 27 Feb 2026"),
        ("3 mar", "Tue 3 Mar 2026"),
        ("mar 3", "Tue 3 Mar 2026"),
        ("2026-03-03", "Tue 3 Mar 2026"),
        ("3/3", "Tue 3 Mar 2026"),
    ],
)
def test_the_rows_of_the_table(text: str, meaning: str) -> None:
    assert day(text) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("mon-fri", [date(2026, 2, each) for each in range(23, 28)]),
        ("mon,wed", [date(2026, 3, 2), date(2026, 2, 25)]),
        ("this week", [date(2026, 3, each) for each in range(1, 8)]),
        ("last week", [date(2026, 2, each) for each in range(22, 29)]),
        ("3-5 mar", [date(2026, 3, each) for each in range(3, 6)]),
    ],
)
def test_the_rows_of_several_days(text: str, meaning: list[date]) -> None:
    assert parse_day_range(text, today=TUESDAY, locale="en-GB", looking=Looking.BACK) == tuple(meaning)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("today", "Tue 3 Mar 2026"),
        ("tomorrow", "Wed 4 Mar 2026"),
        ("tue", "Tue 3 Mar 2026"),
        ("fri", "Fri 6 Mar 2026"),
        ("mon", "Mon 9 Mar 2026"),
        ("24 dec", "Thu 24 Dec 2026"),
        ("20 feb", "Fri 20 Feb 2026"),
        ("31 jan", "Sat 31 Jan 2026"),
        ("30 jan", "Sat 30 Jan 2027"),
        ("yesterday", "Mon 2 Mar 2026"),
    ],
)
def test_leave_looks_ahead(text: str, meaning: str) -> None:
    assert day(text, looking=Looking.FORWARD) == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("fri", "Fri 6 Mar 2026 to Fri 6 Mar 2026"),
        ("mon-fri", "Mon 9 Mar 2026 to Fri 13 Mar 2026"),
        ("tue to thu", "Tue 3 Mar 2026 to Thu 5 Mar 2026"),
        ("24 dec - 2 jan", "Thu 24 Dec 2026 to Sat 2 Jan 2027"),
        ("24 dec until 2 jan", "Thu 24 Dec 2026 to Sat 2 Jan 2027"),
        ("24 dec 2026 - 2 jan", "Thu 24 Dec 2026 to Sat 2 Jan 2027"),
        ("24 dec - 2 jan 2027", "Thu 24 Dec 2026 to Sat 2 Jan 2027"),
        ("dec 24-31", "Thu 24 Dec 2026 to Thu 31 Dec 2026"),
        ("24-31 dec 2026", "Thu 24 Dec 2026 to Thu 31 Dec 2026"),
        ("dec 24 to 31, 2026", "Thu 24 Dec 2026 to Thu 31 Dec 2026"),
        ("until fri", "Tue 3 Mar 2026 to Fri 6 Mar 2026"),
        ("till 12 mar", "Tue 3 Mar 2026 to Thu 12 Mar 2026"),
        ("tomorrow - fri", "Wed 4 Mar 2026 to Fri 6 Mar 2026"),
        ("6 mar - tue", "Fri 6 Mar 2026 to Tue 10 Mar 2026"),
        ("mon - 13 mar", "Mon 9 Mar 2026 to Fri 13 Mar 2026"),
        ("next week", "Sun 8 Mar 2026 to Sat 14 Mar 2026"),
        ("mon-wed next week", "Mon 9 Mar 2026 to Wed 11 Mar 2026"),
        ("2026-03-09 - 2026-03-13", "Mon 9 Mar 2026 to Fri 13 Mar 2026"),
    ],
)
def test_ranges_of_leave(text: str, meaning: str) -> None:
    assert days(text) == meaning


@pytest.mark.parametrize(
    ("text", "today", "meaning"),
    [
        ("yesterday", date(2026, 1, 1), "Wed 31 Dec 2025"),
        ("tomorrow", date(2025, 12, 31), "Thu 1 Jan 2026"),
        ("31 dec", date(2026, 1, 2), "Wed 31 Dec 2025"),
        ("1 jan", date(2025, 12, 30), "Thu 1 Jan 2026"),
        ("fri", date(2026, 1, 1), "Fri 26 Dec 2025"),
        ("3 days ago", date(2026, 1, 2), "Tue 30 Dec 2025"),
        ("yesterday", date(2024, 3, 1), "Thu 29 Feb 2024"),
        ("yesterday", date(2026, 3, 1), "Sat 28 Feb 2026"),
        ("29 feb", date(2024, 3, 5), "Thu 29 Feb 2024"),
        ("29/2/2024", date(2024, 12, 5), "Thu 29 Feb 2024"),
        ("29 feb", date(2025, 2, 20), "There is no 29 Feb in 2025."),
        ("29 feb", date(2026, 3, 5), "There is no 29 Feb in 2026."),
        ("29 feb 2100", date(2100, 3, 5), "There is no 29 Feb in 2100."),
        ("30 feb", TUESDAY, "There is no 30 Feb."),
        ("31 apr", TUESDAY, "There is no 31 Apr."),
    ],
)
def test_the_ends_of_years_and_leap_years(text: str, today: date, meaning: str) -> None:
    assert day(text, today) == meaning


@pytest.mark.parametrize(
    ("text", "today", "meaning"),
    [
        ("24 dec - 2 jan", date(2026, 1, 5), "Wed 24 Dec 2025 to Fri 2 Jan 2026"),
        ("24 dec - 2 jan", date(2026, 7, 1), "Wed 24 Dec 2025 to Fri 2 Jan 2026"),
        ("28 feb - 1 mar", date(2024, 3, 5), "Wed 28 Feb 2024 to Fri 1 Mar 2024"),
        ("last week", date(2026, 1, 1), "Sun 21 Dec 2025 to Sat 27 Dec 2025"),
        ("this week", date(2026, 1, 1), "Sun 28 Dec 2025 to Sat 3 Jan 2026"),
        ("mon-fri", date(2026, 1, 3), "Mon 29 Dec 2025 to Fri 2 Jan 2026"),
        ("mon-fri", date(2026, 1, 2), "Mon 29 Dec 2025 to Fri 2 Jan 2026"),
        ("mon-fri", date(2026, 1, 1), "Mon 22 Dec 2025 to Fri 26 Dec 2025"),
    ],
)
def test_ranges_of_work_over_the_ends_of_years(text: str, today: date, meaning: str) -> None:
    assert days(text, today, looking=Looking.BACK) == meaning


@pytest.mark.parametrize(
    ("text", "today", "meaning"),
    [
        ("last mon", date(2026, 3, 2), "Mon 23 Feb 2026"),
        ("last mon", date(2026, 3, 3), "“last mon”: Mon 23 Feb 2026, or Mon 2 Mar 2026? Write the date."),
        ("last fri", date(2026, 3, 6), "Fri 27 Feb 2026"),
        ("last fri", date(2026, 3, 7), "“last fri”: Fri 27 Feb 2026, or Fri 6 Mar 2026? Write the date."),
        ("next tue", date(2026, 3, 3), "Tue 10 Mar 2026"),
        ("next fri", date(2026, 3, 3), "“next fri”: Fri 6 Mar 2026, or Fri 13 Mar 2026? Write the date."),
        ("this sun", date(2026, 3, 3), "Sun 1 Mar 2026"),
        ("this sat", date(2026, 3, 3), "Sat 7 Mar 2026"),
    ],
)
def test_last_and_next_are_asked_about_where_they_have_two_meanings(
    text: str, today: date, meaning: str
) -> None:
    assert day(text, today) == meaning


@pytest.mark.parametrize(
    "locale", ["en-US", "en_US", "ja-JP", "zh-CN", "zh-TW", "ko-KR", "hu-HU", "lt", "en-CA"]
)
def test_the_month_comes_first_where_people_write_it_first(locale: str) -> None:
    assert day("3/2", locale=locale) == "Mon 2 Mar 2026"
    assert day("3/2/2026", locale=locale) == day("3-2-2026", locale=locale) == "Mon 2 Mar 2026"
    assert day("13/3", locale=locale) == "There is no month 13. Write the month as a word, like 3 mar."


@pytest.mark.parametrize("locale", ["en-GB", "en-AU", "de-DE", "fr-FR", "pt-BR", "es-LA", "sv-SE", "en", ""])
def test_the_day_comes_first_elsewhere(locale: str) -> None:
    assert day("3/2", locale=locale) == "Tue 3 Feb 2026"
    assert day("3/2/26", locale=locale) == day("3.2.2026", locale=locale) == "Tue 3 Feb 2026"
    assert day("3/13", locale=locale) == "There is no month 13. Write the month as a word, like 3 mar."


@pytest.mark.parametrize("today", [date(2026, 3, 3), date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1)])
def test_how_far_from_today(today: date) -> None:
    def said(days_from_today: int, looking: Looking = Looking.BACK) -> str:
        return day((today + timedelta(days=days_from_today)).isoformat(), today, looking=looking)

    assert said(-366) == format_day(today - timedelta(days=366))
    assert "more than 366 days ago" in said(-367)
    assert said(31) == format_day(today + timedelta(days=31))
    assert "more than 31 days ahead" in said(32)
    assert said(731, Looking.FORWARD) == format_day(today + timedelta(days=731))
    assert "more than 731 days ahead" in said(732, Looking.FORWARD)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Which day?"),
        ("acme", "That is not a day."),
        ("fri acme", "That is not a day."),
        ("x" * 101, "That is not a day."),
        ("mon " * 30, "That is not a day."),
        ("mon-fri", "more than one day"),
        ("tue 4 mar", "that date is Wed 4 Mar 2026"),
        ("24/7", "does not say which day"),
        ("the 3rd", "does not say which day"),
        ("a week ago", "does not say which day"),
        ("3 mar 4", "two ways"),
        ("3.3.", "two ways"),
        ("wendesday", "looks like Wednesday"),
        ("until fri", "Until “fri” from when?"),
        ("0000-01-01", "There is no 1 Jan"),
        ("0/0", "There is no month 0"),
    ],
)
def test_what_is_not_one_day_says_why(text: str, why: str) -> None:
    assert why in day(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("5 mar 2026 - 3 mar 2026", "ends before it begins"),
        ("5-3 mar", "The last day is before the first."),
        ("mon,mon", "names a day twice"),
        ("fri, 30 feb", "There is no 30 Feb."),
        ("1 mar 2025 - 31 mar 2026", "more than 366 days ago"),
        ("1 apr 2026 - 1 may 2027", "366 at once is the most"),
        ("1 apr - 30 sep 2026, 1 oct 2026 - 30 apr 2027", "366 at once is the most"),
    ],
)
def test_what_is_not_a_range_says_why(text: str, why: str) -> None:
    assert why in days(text)


def test_a_hundred_days_of_work_at_once_are_the_most() -> None:
    assert days("1 dec 2025 - 10 mar 2026", looking=Looking.BACK) == "Mon 1 Dec 2025 to Tue 10 Mar 2026"
    assert "101 days" in days("30 nov 2025 - 10 mar 2026", looking=Looking.BACK)


@given(TODAYS, st.integers(-366, 31), BOTH_WAYS, st.sampled_from(["en-US", "en-GB", "ja-JP"]))
def test_what_is_said_back_means_the_same(today: date, days_away: int, looking: Looking, locale: str) -> None:
    that_day = today + timedelta(days=days_away)
    assert parse_day(format_day(that_day), today=today, locale=locale, looking=looking) == that_day
    assert parse_day(that_day.isoformat(), today=today, locale=locale, looking=looking) == that_day


@given(TODAYS, st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
def test_a_weekday_is_within_a_week_of_today(today: date, weekday: str) -> None:
    back = parse_day(weekday, today=today, locale="", looking=Looking.BACK)
    forward = parse_day(weekday, today=today, locale="", looking=Looking.FORWARD)
    assert today - timedelta(days=6) <= back <= today <= forward <= today + timedelta(days=6)
    assert back.strftime("%a").lower() == forward.strftime("%a").lower() == weekday


@given(TODAYS, st.integers(1, 12), st.integers(1, 28))
def test_a_date_without_a_year_is_the_nearest(today: date, month: int, number: int) -> None:
    found = Calendar(today, "").nearest(Yearly(month, number))
    assert (found.month, found.day) == (month, number)
    assert abs(found - today) <= timedelta(days=183)


@given(TODAYS, st.integers(0, 6))
def test_a_weekday_of_a_week_is_in_it(today: date, weekday: int) -> None:
    week = week_of(today)
    assert Weekly(weekday).of(week) in week.days()


@given(st.text() | st.text("0123456789/-., monfriadystlug", max_size=14), TODAYS, BOTH_WAYS)
def test_any_text_is_days_or_a_problem(text: str, today: date, looking: Looking) -> None:
    day(text, today, looking=looking)
    answer = attempt(lambda: parse_day_range(text, today=today, locale="en-US", looking=looking))
    assert isinstance(answer, Problem) or answer


@given(TODAYS)
def test_a_week_runs_sunday_to_saturday(today: date) -> None:
    week = week_of(today)
    assert today in week.days()
    assert (week.start.strftime("%a"), week.end.strftime("%a"), len(week.days())) == ("Sun", "Sat", 7)
    assert {week_of(each) for each in week.days()} == {week}
    assert week.days()[-1] == week.end


def test_the_week_over_a_years_end() -> None:
    assert week_of(date(2026, 1, 1)) == Week(date(2025, 12, 28))


def test_days_are_found_inside_a_text() -> None:
    text, calendar = "acme on fri, design", Calendar(TUESDAY, "en-GB")
    assert days_at(text, 5, calendar) == Found(Days((date(2026, 2, 27),)), len("acme on fri"))
    assert days_at(text, 0, calendar) is None
