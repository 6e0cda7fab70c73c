"""Working time: workweek, less holidays, less time off."""

from datetime import date

import pytest

from bot.domain.work_calendars import DayOut, Holiday, WorkCalendar, Workweek

SUNDAY, MONDAY, THURSDAY, FRIDAY, SATURDAY = (date(2026, 3, day) for day in (1, 2, 5, 6, 7))
PART_TIME = Workweek((0, 360, 360, 360, 360, 0, 0))


@pytest.mark.parametrize(
    ("day", "minutes"),
    [(SUNDAY, 0), (MONDAY, 480), (THURSDAY, 480), (FRIDAY, 480), (SATURDAY, 0)],
)
def test_the_usual_week_is_eight_hours_from_monday_to_friday(day: date, minutes: int) -> None:
    assert WorkCalendar().target(day) == minutes


def test_a_part_timers_friday_is_not_a_working_day() -> None:
    calendar = WorkCalendar((PART_TIME,))

    assert calendar.target(THURSDAY) == 360
    assert calendar.why_not_worked(FRIDAY) == "not a working day"
    assert PART_TIME.workday == 360


def test_the_workweek_in_force_on_the_day_counts() -> None:
    calendar = WorkCalendar(
        (Workweek(PART_TIME.minutes, start=MONDAY, end=THURSDAY), Workweek((0,) * 7, FRIDAY))
    )

    assert calendar.target(date(2026, 2, 27)) == 0
    assert calendar.target(MONDAY) == 360
    assert calendar.target(FRIDAY) == 0


def test_a_holiday_takes_its_day_and_half_a_holiday_half_of_it() -> None:
    calendar = WorkCalendar(
        holidays=(Holiday("Spring Day", THURSDAY, THURSDAY), Holiday("Eve", FRIDAY, FRIDAY, 240))
    )

    assert calendar.target(THURSDAY) == 0
    assert calendar.why_not_worked(THURSDAY) == "Spring Day"
    assert calendar.target(FRIDAY) == 240
    assert calendar.why_not_worked(FRIDAY) is None


def test_half_a_day_off_halves_the_target_and_a_whole_one_clears_it() -> None:
    calendar = WorkCalendar(time_off={THURSDAY: 240, FRIDAY: 600})

    assert calendar.target(THURSDAY) == 240
    assert calendar.target(FRIDAY) == 0
    assert calendar.why_not_worked(FRIDAY) == "day off"


def test_days_are_split_into_worked_ones_and_left_out_ones_with_the_reason() -> None:
    calendar = WorkCalendar(holidays=(Holiday("Spring Day", FRIDAY, FRIDAY),))

    assert calendar.split((THURSDAY, FRIDAY, SATURDAY)) == (
        (THURSDAY,),
        (DayOut(FRIDAY, "Spring Day"), DayOut(SATURDAY, "not a working day")),
    )
