"""A person's today is the civil date of their own zone, whatever the server's."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.dates import parse_day
from bot.domain.durations import parse_duration
from bot.domain.people import Person


def person(time_zone: str) -> Person:
    return Person(
        workspace="T1", slack_id="U1", kantata_id="7", name="Ann", time_zone=time_zone, locale="en-GB"
    )


@pytest.mark.parametrize(
    ("now", "time_zone", "today"),
    [
        # Both sides of the date line, at one instant.
        ("2026-03-03T10:30", "Pacific/Auckland", date(2026, 3, 3)),
        ("2026-03-03T11:00", "Pacific/Auckland", date(2026, 3, 4)),
        ("2026-03-03T11:00", "Pacific/Honolulu", date(2026, 3, 3)),
        ("2026-03-03T09:59", "Pacific/Honolulu", date(2026, 3, 2)),
        ("2026-03-03T10:00", "Pacific/Honolulu", date(2026, 3, 3)),
        ("2026-03-03T10:00", "Pacific/Kiritimati", date(2026, 3, 4)),
        ("2026-03-03T10:00", "Pacific/Pago_Pago", date(2026, 3, 2)),
        # The end of the year.
        ("2025-12-31T10:59", "Pacific/Auckland", date(2025, 12, 31)),
        ("2025-12-31T11:00", "Pacific/Auckland", date(2026, 1, 1)),
        ("2026-01-01T09:59", "Pacific/Honolulu", date(2025, 12, 31)),
        ("2025-12-31T23:59", "Europe/London", date(2025, 12, 31)),
        ("2026-01-01T00:00", "Europe/London", date(2026, 1, 1)),
        # Daylight saving in London begins on 29 March and ends on 25 October 2026.
        ("2026-03-28T23:59", "Europe/London", date(2026, 3, 28)),
        ("2026-03-29T00:00", "Europe/London", date(2026, 3, 29)),
        ("2026-03-29T22:59", "Europe/London", date(2026, 3, 29)),
        ("2026-03-29T23:00", "Europe/London", date(2026, 3, 30)),
        ("2026-10-24T22:59", "Europe/London", date(2026, 10, 24)),
        ("2026-10-24T23:00", "Europe/London", date(2026, 10, 25)),
        ("2026-10-25T23:59", "Europe/London", date(2026, 10, 25)),
        ("2026-10-26T00:00", "Europe/London", date(2026, 10, 26)),
        # In Auckland it ends on 5 April and begins on 27 September 2026.
        ("2026-04-04T10:59", "Pacific/Auckland", date(2026, 4, 4)),
        ("2026-04-04T11:00", "Pacific/Auckland", date(2026, 4, 5)),
        ("2026-04-05T11:59", "Pacific/Auckland", date(2026, 4, 5)),
        ("2026-04-05T12:00", "Pacific/Auckland", date(2026, 4, 6)),
        ("2026-09-26T12:00", "Pacific/Auckland", date(2026, 9, 27)),
        ("2026-09-27T11:00", "Pacific/Auckland", date(2026, 9, 28)),
    ],
)
def test_today_is_the_persons_own(now: str, time_zone: str, today: date) -> None:
    assert person(time_zone).today(datetime.fromisoformat(now).replace(tzinfo=UTC)) == today


def test_one_word_is_two_dates_on_both_sides_of_the_date_line() -> None:
    now = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    said = [
        parse_day("yesterday", today=person(zone).today(now), locale="en-GB")
        for zone in ("Pacific/Auckland", "Pacific/Honolulu")
    ]
    assert said == [date(2025, 12, 31), date(2025, 12, 30)]


@pytest.mark.parametrize("clock_changed_on", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_has_24_hours_of_civil_time_whatever_the_clock_did(clock_changed_on: date) -> None:
    now = datetime(clock_changed_on.year, clock_changed_on.month, clock_changed_on.day, 20, tzinfo=UTC)
    assert parse_day("today", today=person("Europe/London").today(now), locale="en-GB") == clock_changed_on
    assert parse_duration("0:00-9:00") == parse_duration("9h")
    assert parse_duration("9-17") == 480
