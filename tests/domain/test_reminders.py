"""Reminders: which day, which hour, about which week, and what is missing."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.dates import Week
from bot.domain.policies import FirmPolicy, PersonSettings, Reminder
from bot.domain.reminders import (
    Due,
    Gap,
    Logged,
    Snooze,
    TeamMember,
    Why,
    at_hour,
    came_due,
    is_wanted,
    resumed,
    snoozed_until,
    standing,
    stopped,
    team_week,
    week_asked_about,
)
from bot.domain.work_calendars import Holiday, WorkCalendar, Workweek

WEEK = Week(date(2026, 3, 1))
NEXT = Week(date(2026, 3, 8))
MON, TUE, WED, THU, FRI, SAT = (date(2026, 3, day) for day in range(2, 8))
NEXT_MON, NEXT_TUE = date(2026, 3, 9), date(2026, 3, 10)
USUAL = WorkCalendar()
FULL = dict.fromkeys((MON, TUE, WED, THU, FRI), 480)


def incomplete(day: date, calendar: WorkCalendar = USUAL) -> Week | Why:
    return week_asked_about(Reminder.INCOMPLETE, day, calendar)


def again(day: date, calendar: WorkCalendar = USUAL) -> Week | Why:
    return week_asked_about(Reminder.AGAIN, day, calendar)


def test_the_week_is_asked_about_on_its_last_working_day_and_on_no_other() -> None:
    assert [incomplete(day) for day in (MON, THU, FRI, SAT)] == [
        Why.NOT_LAST_DAY,
        Why.NOT_LAST_DAY,
        WEEK,
        Why.OFF_TODAY,
    ]


@pytest.mark.parametrize(
    "calendar",
    [
        WorkCalendar(holidays=(Holiday("Spring Day", FRI, FRI),)),
        WorkCalendar(time_off={FRI: 480}),
        WorkCalendar((Workweek((0, 480, 480, 480, 480, 0, 0)),)),
    ],
    ids=["a holiday", "leave", "a part-timer's Friday"],
)
def test_it_moves_to_the_working_day_before_a_day_off(calendar: WorkCalendar) -> None:
    assert incomplete(THU, calendar) == WEEK
    assert incomplete(FRI, calendar) is Why.OFF_TODAY


def test_half_a_day_off_is_still_a_working_day() -> None:
    assert incomplete(FRI, WorkCalendar(time_off={FRI: 240})) == WEEK


def test_who_works_on_saturdays_is_asked_on_saturday() -> None:
    calendar = WorkCalendar((Workweek((0, 0, 480, 480, 480, 480, 480)),))
    assert incomplete(FRI, calendar) is Why.NOT_LAST_DAY
    assert incomplete(SAT, calendar) == WEEK


@pytest.mark.parametrize("reminder", [Reminder.AGAIN, Reminder.MISSING])
def test_what_follows_comes_on_the_first_working_day_after_the_week(reminder: Reminder) -> None:
    assert week_asked_about(reminder, NEXT_MON, USUAL) == WEEK
    assert week_asked_about(reminder, NEXT_TUE, USUAL) is Why.NOT_NEXT_DAY
    off = WorkCalendar(time_off={NEXT_MON: 480})
    assert week_asked_about(reminder, NEXT_MON, off) is Why.OFF_TODAY
    assert week_asked_about(reminder, NEXT_TUE, off) == WEEK


def test_after_two_weeks_of_leave_it_is_about_the_week_before_the_leave() -> None:
    leave = {NEXT.start + timedelta(days=number): 480 for number in range(14)}
    assert again(date(2026, 3, 23), WorkCalendar(time_off=leave)) == WEEK


def test_who_has_not_worked_for_longer_than_we_look_back_is_not_asked() -> None:
    leave = {MON + timedelta(days=number): 480 for number in range(60)}
    assert again(MON + timedelta(days=60), WorkCalendar(time_off=leave)) is Why.NOT_NEXT_DAY


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("since", "now", "due"),
    [
        ("2026-03-06 14:59", "2026-03-06 15:00", True),
        ("2026-03-06 14:58", "2026-03-06 14:59", False),
        ("2026-03-06 15:00", "2026-03-06 15:01", False),
        ("2026-03-06 09:00", "2026-03-06 23:59", True),  # late, within its day
        ("2026-03-06 09:00", "2026-03-07 00:00", False),  # its day is over
        (None, "2026-03-06 15:00", True),
    ],
)
def test_an_hour_comes_due_once_and_late_only_within_its_day(since: str | None, now: str, due: bool) -> None:
    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)

    assert came_due(time(15), "Europe/Berlin", instant(since) if since else None, instant(now)) is due


@pytest.mark.parametrize(
    ("day", "at"),
    [(date(2026, 3, 29), time(2, 30)), (date(2026, 10, 25), time(2, 30)), (date(2026, 10, 25), time(15))],
    ids=["an hour left out", "an hour twice", "the day it is twice"],
)
def test_a_change_of_clocks_makes_an_hour_come_due_exactly_once(day: date, at: time) -> None:
    start = datetime.combine(day, time(0), BERLIN).astimezone(UTC)
    ticks = [start + timedelta(minutes=10 * number) for number in range(25 * 6)]
    found = [now for since, now in itertools.pairwise(ticks) if came_due(at, "Europe/Berlin", since, now)]
    assert len(found) == 1


def test_a_clock_that_jumps_back_makes_nothing_due_twice() -> None:
    now = datetime(2026, 3, 6, 15, tzinfo=UTC)
    assert came_due(time(15), "UTC", now - timedelta(minutes=1), now)
    assert not came_due(time(15), "UTC", now, now - timedelta(hours=1))
    assert not came_due(time(15), "UTC", now, now)


def test_a_person_may_choose_another_hour_for_the_first_one_only() -> None:
    firm, own = FirmPolicy(), PersonSettings(incomplete_at=time(12, 30))
    assert at_hour(Reminder.INCOMPLETE, firm, own) == time(12, 30)
    assert at_hour(Reminder.INCOMPLETE, firm, PersonSettings()) == time(15)
    assert at_hour(Reminder.AGAIN, firm, own) == time(10)
    assert at_hour(Reminder.MISSING, firm, own) == time(16)
    assert at_hour(Reminder.DECISIONS, firm, own) == time(9, 30)


def test_firm_and_person_can_each_switch_it_off() -> None:
    firm = FirmPolicy(reminders=frozenset({Reminder.AGAIN}))
    assert is_wanted(Reminder.INCOMPLETE, firm, PersonSettings()) is Why.FIRM_OFF
    assert is_wanted(Reminder.AGAIN, firm, PersonSettings()) is None
    stop = PersonSettings(stopped=frozenset({Reminder.AGAIN}))
    assert is_wanted(Reminder.AGAIN, firm, stop) is Why.STOPPED


def test_gaps_are_named_by_day() -> None:
    week = standing(WEEK, USUAL, Logged({**FULL, TUE: 330, FRI: 0}))
    assert week.gaps == (Gap(TUE, 150), Gap(FRI, 480))
    assert (week.logged, week.target, week.missing) == (1770, 2400, 630)
    assert not week.is_complete(0)


def test_a_long_day_makes_up_for_a_short_one() -> None:
    week = standing(WEEK, USUAL, Logged({**FULL, TUE: 420, WED: 540}))
    assert week.gaps == ()
    assert week.is_complete(0)


def test_half_a_day_off_halves_the_target() -> None:
    week = standing(WEEK, WorkCalendar(time_off={FRI: 240}), Logged({**FULL, FRI: 240}))
    assert week.target == 2160
    assert week.is_complete(0)


def test_a_small_gap_is_tolerated_where_the_firm_says_so() -> None:
    week = standing(WEEK, USUAL, Logged({**FULL, FRI: 450}))
    assert not week.is_complete(29)
    assert week.is_complete(30)


def test_time_that_is_not_submitted_is_not_complete() -> None:
    assert not standing(WEEK, USUAL, Logged(FULL, ("Website relaunch",))).is_complete(60)


def test_a_team_shows_whoever_worked_and_names_who_is_missing_the_largest_gap_first() -> None:
    def member(name: str, logged: Logged, calendar: WorkCalendar = USUAL) -> TeamMember:
        return TeamMember(name, name, standing(WEEK, calendar, logged))

    away = WorkCalendar(time_off=dict.fromkeys(FULL, 480))
    team = team_week(
        WEEK,
        [
            member("Mia", Logged({**FULL, FRI: 400})),
            member("Ann", Logged(FULL)),
            member("Zoe", Logged({}, ())),
            member("Off", Logged({}), away),
        ],
    )
    assert [each.name for each in team.members] == ["Ann", "Mia", "Zoe"]
    assert [each.name for each in team.missing(0)] == ["Zoe", "Mia"]
    assert [each.name for each in team.missing(80)] == ["Zoe"]


def test_a_key_names_reminder_person_and_week() -> None:
    due = Due(Reminder.INCOMPLETE, WEEK, FRI)
    assert due.key("101") == "remind:incomplete:101:2026-03-01"


def test_a_snooze_lasts_an_hour_or_until_the_morning_of_a_working_day() -> None:
    now = datetime(2026, 3, 6, 15, 5, tzinfo=BERLIN)
    assert snoozed_until(Snooze.HOUR, now, USUAL) == datetime(2026, 3, 6, 16, 5, tzinfo=BERLIN)
    assert snoozed_until(Snooze.MORNING, now, USUAL) == datetime(2026, 3, 9, 9, tzinfo=BERLIN)
    off = WorkCalendar(time_off={NEXT_MON: 480})
    assert snoozed_until(Snooze.MORNING, now, off) == datetime(2026, 3, 10, 9, tzinfo=BERLIN)


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    before = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
    after = snoozed_until(Snooze.HOUR, before, USUAL)
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=1)
    assert after.hour == 3


def test_stopping_one_of_the_two_about_ones_own_week_stops_both() -> None:
    both = frozenset({Reminder.INCOMPLETE, Reminder.AGAIN})
    assert stopped(frozenset(), Reminder.AGAIN) == both
    assert stopped({Reminder.MISSING}, Reminder.INCOMPLETE) == both | {Reminder.MISSING}
    assert stopped(frozenset(), Reminder.MISSING) == {Reminder.MISSING}
    assert stopped(frozenset(), Reminder.DECISIONS) == {Reminder.DECISIONS}
    assert resumed(both, Reminder.INCOMPLETE) == frozenset()
