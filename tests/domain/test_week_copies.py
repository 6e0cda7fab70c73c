"""Copying a week: what goes where, and what is left out and why."""

from datetime import date, timedelta

from bot.domain.time_entries import Draft, Entry, Project, Task
from bot.domain.timesheets import ProjectRules
from bot.domain.week_copies import (
    CLOSED_TASK,
    HAS_TIME,
    LOCKED,
    TOO_MANY,
    Closed,
    WeekCopy,
    days_to_fill,
    plan_copy,
    rows_to_fill,
)
from bot.domain.work_calendars import Holiday, WorkCalendar

ACME = Project("3001", "Website relaunch", "Acme")
DESIGN = Task("4001", "Design", "3001")
TESTING = Task("4004", "Testing", "3001")
MONDAY = date(2026, 2, 23)
NEXT_MONDAY = MONDAY + timedelta(days=7)


def entry(day: date, minutes: int = 60, task: Task | None = DESIGN) -> Entry:
    return Entry("1", ACME, task, day, minutes, "notes", False, role_id="12", location="Berlin")


def nothing_closed(project: Project, task: Task | None) -> str | None:
    return None


def no_testing(project: Project, task: Task | None) -> str | None:
    return CLOSED_TASK if task == TESTING else None


def copied(
    *entries: Entry,
    busy: tuple[date, ...] = (),
    calendar: WorkCalendar | None = None,
    locked_to: date | None = None,
    closed: Closed = nothing_closed,
    most: int = 100,
) -> WeekCopy:
    return plan_copy(
        entries,
        busy=busy,
        calendar=calendar or WorkCalendar(),
        rules={ACME.id: ProjectRules(locked_to=locked_to)} if locked_to else {},
        closed=closed,
        most=most,
    )


def why(plan: WeekCopy) -> list[str]:
    assert plan.drafts == ()
    return [each.why for each in plan.skipped]


def test_an_entry_is_copied_whole_a_week_later() -> None:
    plan = copied(entry(MONDAY, 90))

    assert plan.drafts == (Draft(ACME, DESIGN, NEXT_MONDAY, 90, "notes", False, "12", "Berlin"),)
    assert plan.skipped == ()


def test_a_day_that_has_time_is_left_alone() -> None:
    plan = copied(entry(MONDAY), busy=(NEXT_MONDAY,))

    assert why(plan) == [HAS_TIME]
    assert plan.skipped[0].day == NEXT_MONDAY


def test_days_without_work_are_left_out_with_their_reason() -> None:
    tuesday, wednesday = NEXT_MONDAY + timedelta(days=1), NEXT_MONDAY + timedelta(days=2)
    calendar = WorkCalendar(
        holidays=(Holiday("Spring Day", NEXT_MONDAY, NEXT_MONDAY),), time_off={tuesday: 480, wednesday: 240}
    )
    sunday = MONDAY - timedelta(days=1)

    plan = copied(
        entry(sunday),
        entry(MONDAY),
        entry(MONDAY + timedelta(days=1)),
        entry(MONDAY + timedelta(days=2)),
        calendar=calendar,
    )

    assert [each.why for each in plan.skipped] == ["not a working day", "Spring Day", "day off"]
    assert [draft.day for draft in plan.drafts] == [wednesday]


def test_locked_days_are_left_out() -> None:
    assert why(copied(entry(MONDAY), locked_to=NEXT_MONDAY)) == [LOCKED]
    assert copied(entry(MONDAY), locked_to=MONDAY).skipped == ()


def test_what_is_closed_is_left_out() -> None:
    plan = copied(entry(MONDAY, task=TESTING), entry(MONDAY), closed=no_testing)

    assert [each.why for each in plan.skipped] == [CLOSED_TASK]
    assert [draft.task for draft in plan.drafts] == [DESIGN]


def test_no_more_is_copied_than_can_be_logged_at_once() -> None:
    plan = copied(entry(MONDAY), entry(MONDAY, 30), most=1)

    assert [draft.minutes for draft in plan.drafts] == [60]
    assert [each.why for each in plan.skipped] == [TOO_MANY]


def test_rows_to_fill_are_the_open_places_those_with_most_time_first() -> None:
    entries = [
        entry(MONDAY, 30, None),
        entry(MONDAY, 50),
        entry(MONDAY, 30, None),
        entry(MONDAY, 90, TESTING),
    ]

    assert rows_to_fill(entries, no_testing) == ((ACME, None), (ACME, DESIGN))


def test_days_to_fill_are_worked_free_and_open() -> None:
    week = [NEXT_MONDAY + timedelta(days=number) for number in range(-1, 6)]
    calendar = WorkCalendar(time_off={NEXT_MONDAY + timedelta(days=3): 480})

    days = days_to_fill(
        week,
        busy={NEXT_MONDAY + timedelta(days=1)},
        calendar=calendar,
        rules=[ProjectRules(locked_to=NEXT_MONDAY), ProjectRules()],
    )

    assert days == (NEXT_MONDAY + timedelta(days=2), NEXT_MONDAY + timedelta(days=4))
