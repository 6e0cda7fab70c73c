"""What a wish for time off comes to, who decides about it, how long it waits, and how days are spelled."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest

from bot.domain.approvals import Member
from bot.domain.calendars import week_of
from bot.domain.leave_lines import WHOLE, Amount, Wish
from bot.domain.policies import FirmPolicy, TimeOffDecider
from bot.domain.problems import Field, Problem
from bot.domain.time_off import (
    Absence,
    Circumstances,
    LeaveDay,
    Preview,
    absences,
    changed_minutes,
    deciders,
    expires_on,
    format_days,
    format_leave,
    needs_nobody,
    preview,
    reminder_due,
)
from bot.domain.work_calendars import DayOut, Holiday, WorkCalendar, Workweek

TODAY = date(2026, 3, 5)  # a Thursday
FRIDAY, SATURDAY, MONDAY, TUESDAY = (TODAY + timedelta(days=at) for at in (1, 2, 4, 5))
SHORT_FRIDAYS = Workweek((0, 480, 480, 480, 480, 300, 0))


def came_to(
    *days: date,
    amount: Amount = WHOLE,
    off: dict[date, int] | None = None,
    logged: dict[date, int] | None = None,
    waiting: dict[date, int] | None = None,
    holidays: tuple[Holiday, ...] = (),
    week: Workweek | None = None,
    past_days: int = 30,
) -> Preview:
    calendar = WorkCalendar((week or Workweek((0, 480, 480, 480, 480, 480, 0)),), holidays, off or {})
    met = Circumstances(calendar, logged or {}, waiting or {})
    return preview(Wish(days, amount), met, today=TODAY, past_days=past_days)


def minutes(of: Preview) -> dict[date, int]:
    return {each.day: each.minutes for each in of.days}


def test_whole_days_are_the_persons_own_working_days() -> None:
    found = came_to(FRIDAY, SATURDAY, MONDAY, week=SHORT_FRIDAYS)

    assert minutes(found) == {FRIDAY: 300, MONDAY: 480}
    assert found.minutes == 780
    assert found.left_out == (DayOut(SATURDAY, "not a working day"),)


def test_holidays_days_off_and_days_asked_for_are_left_out_and_named() -> None:
    wednesday, thursday = MONDAY + timedelta(days=2), MONDAY + timedelta(days=3)
    found = came_to(
        FRIDAY, MONDAY, TUESDAY, wednesday, thursday,
        off={MONDAY: 480, wednesday: 180},
        waiting={TUESDAY: 480},
        holidays=(Holiday("Spring Day", FRIDAY, FRIDAY),),
    )  # fmt: skip

    assert minutes(found) == {wednesday: 300, thursday: 480}
    assert {each.day: each.why for each in found.left_out} == {
        FRIDAY: "Spring Day",
        MONDAY: "off already",
        TUESDAY: "asked for already",
    }


def test_half_a_day_is_half_of_that_very_day() -> None:
    half = Amount(share=Fraction(1, 2))
    assert minutes(came_to(FRIDAY, MONDAY, amount=half, week=SHORT_FRIDAYS)) == {FRIDAY: 150, MONDAY: 240}
    # The other half of a day that is half off is the rest of it.
    assert minutes(came_to(MONDAY, amount=half, off={MONDAY: 240})) == {MONDAY: 240}


def test_hours_logged_on_those_days_are_named() -> None:
    found = came_to(FRIDAY, MONDAY, logged={FRIDAY: 90, TUESDAY: 60})
    assert found.logged == {FRIDAY: 90}


@pytest.mark.parametrize(
    ("amount", "off", "text"),
    [
        (Amount(minutes=481), {}, "Fri 6 Mar 2026: 8h 01m is more than your working day of 8h 00m."),
        (Amount(minutes=300), {FRIDAY: 240}, "5h 00m is more than the 4h 00m that are left of your 8h 00m."),
        (Amount(share=Fraction(3, 4)), {FRIDAY: 240}, "6h 00m is more than the 4h 00m that are left"),
    ],
)
def test_more_than_the_day_has_is_said_at_the_hours(amount: Amount, off: dict[date, int], text: str) -> None:
    with pytest.raises(Problem) as wrong:
        came_to(FRIDAY, amount=amount, off=off)
    assert wrong.value.field is Field.HOURS
    assert text in wrong.value.text


def test_nothing_to_ask_for_is_said_at_the_days_with_every_reason() -> None:
    with pytest.raises(Problem) as wrong:
        came_to(SATURDAY, MONDAY, TUESDAY, off={MONDAY: 480}, waiting={TUESDAY: 480})
    assert wrong.value.field is Field.DAYS
    assert wrong.value.text == (
        "There is nothing to ask for. Sat 7 Mar 2026: not a working day; Mon 9 Mar 2026: off already; "
        "Tue 10 Mar 2026: asked for already."
    )


@pytest.mark.parametrize(("past_days", "text"), [(30, "back to 30 days ago"), (0, "back to today")])
def test_the_past_can_be_asked_for_up_to_the_firms_setting(past_days: int, text: str) -> None:
    workable = TODAY - timedelta(days=past_days)
    assert came_to(workable, past_days=past_days).days

    with pytest.raises(Problem) as wrong:
        came_to(workable - timedelta(days=1), past_days=past_days)
    assert wrong.value.field is Field.DAYS
    assert text in wrong.value.text


def test_days_said_in_all_are_held_against_the_days_named() -> None:
    two = Amount(days=Fraction(2))
    assert minutes(came_to(FRIDAY, SATURDAY, MONDAY, amount=two)) == {FRIDAY: 480, MONDAY: 480}

    with pytest.raises(Problem, match="2 days are said, and 1 working day named"):
        came_to(FRIDAY, SATURDAY, amount=two)
    with pytest.raises(Problem, match=r"2 days are said, and 3 working days named"):
        came_to(FRIDAY, MONDAY, TUESDAY, amount=two)


def test_more_days_than_one_bulk_create_takes_are_asked_for_in_parts() -> None:
    days = tuple(TODAY + timedelta(days=at) for at in range(150))
    with pytest.raises(Problem, match="ask for at most 100 at once"):
        came_to(*days)


def test_a_changed_day_has_at_most_what_others_leave_of_it() -> None:
    day = LeaveDay(FRIDAY, 240)
    assert changed_minutes(Wish((FRIDAY,), Amount(120)), day, 480, 0) == 120
    assert changed_minutes(Wish((FRIDAY,)), day, 480, 120) == 360
    with pytest.raises(Problem) as wrong:
        changed_minutes(Wish((FRIDAY,), Amount(480)), day, 480, 120)
    assert wrong.value.field is Field.HOURS


MEMBERS = {
    "1": Member("1", "Asks", manager_id="2"),
    "2": Member("2", "Manages"),
    "3": Member("3", "Falls back"),
    "4": Member("4", "Administers", administrator=True, manager_id="4"),
    "5": Member("5", "Has lost a manager", manager_id="99"),
}


@pytest.mark.parametrize(
    ("person", "fallbacks", "asked"),
    [
        ("1", ("3",), ("2",)),
        ("5", ("3", "98"), ("3",)),
        ("5", (), ("4",)),
        ("3", ("3", "2"), ("2",)),
        ("4", (), ()),  # nobody decides about their own
        ("77", ("3",), ("3",)),
    ],
)
def test_the_manager_is_asked_else_the_fallbacks_else_the_administrators(
    person: str, fallbacks: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    assert deciders(person, FirmPolicy(time_off_fallbacks=fallbacks), MEMBERS) == asked


def test_the_firm_may_let_everything_or_a_few_hours_be_granted_without_asking() -> None:
    assert needs_nobody(FirmPolicy(time_off_decider=TimeOffDecider.NOBODY), 4800)
    assert needs_nobody(FirmPolicy(time_off_granted_minutes=240), 240)
    assert not needs_nobody(FirmPolicy(time_off_granted_minutes=240), 241)
    assert not needs_nobody(FirmPolicy(), 1)


def test_a_request_expires_after_its_first_day_but_not_within_a_fortnight() -> None:
    assert expires_on((FRIDAY, MONDAY), TODAY) == date(2026, 3, 20)
    assert expires_on((date(2026, 12, 24), date(2026, 12, 28)), TODAY) == date(2026, 12, 25)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 3, 5, 18, tzinfo=UTC), None),  # the day it was asked
        (datetime(2026, 3, 6, 9, 29, tzinfo=UTC), None),
        (datetime(2026, 3, 6, 9, 30, tzinfo=UTC), 1),
        (datetime(2026, 3, 7, 12, tzinfo=UTC), None),  # Saturday
        (datetime(2026, 3, 9, 12, tzinfo=UTC), None),
        (datetime(2026, 3, 10, 12, tzinfo=UTC), 3),
        (datetime(2026, 3, 12, 12, tzinfo=UTC), 5),
        (datetime(2026, 3, 13, 12, tzinfo=UTC), None),
    ],
)
def test_reminders_come_after_one_three_and_five_working_days(now: datetime, due: int | None) -> None:
    assert reminder_due(TODAY, now, time(9, 30), WorkCalendar()) == due


def test_who_is_off_is_told_by_name_within_the_week() -> None:
    off = [("Zoe", FRIDAY), ("anna", TODAY), ("anna", FRIDAY), ("anna", MONDAY), ("anna", TODAY)]
    assert absences(off, week_of(TODAY)) == (Absence("anna", (TODAY, FRIDAY)), Absence("Zoe", (FRIDAY,)))


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ((FRIDAY,), "Fri 6 Mar 2026"),
        ((FRIDAY, MONDAY), "Fri 6 Mar 2026 – Mon 9 Mar 2026"),
        ((TODAY, FRIDAY, TUESDAY), "Thu 5 Mar 2026 – Fri 6 Mar 2026, Tue 10 Mar 2026"),
    ],
)
def test_days_are_spelled_in_the_fewest_words(days: tuple[date, ...], text: str) -> None:
    assert format_days(days) == text


def test_a_request_is_spelled_with_its_days_and_hours() -> None:
    assert (
        format_leave((LeaveDay(FRIDAY, 480), LeaveDay(MONDAY, 480)))
        == "Fri 6 Mar 2026 – Mon 9 Mar 2026 · 2 days · 16h 00m"
    )
