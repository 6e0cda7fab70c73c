"""A week by its rules: grid, gaps, standings, and what may be submitted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.dates import Week
from bot.domain.problems import Field, Problem
from bot.domain.time_entries import Entry, Project, Task
from bot.domain.timesheets import (
    Limits,
    ProjectRules,
    Reason,
    Standing,
    Status,
    TimeOfWeek,
    format_week,
    parse_week,
    preflight,
    time_of_week,
)
from bot.domain.work_calendars import Holiday, WorkCalendar

SUNDAY = date(2026, 3, 1)
WEEK = Week(SUNDAY)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (SUNDAY + timedelta(days=number) for number in range(1, 6))
ACME = Project("3001", "Website relaunch", "Acme")
BANK = Project("3007", "Onboarding", "Cedar Bank")
HOUSE = Project("3037", "Internal")
DESIGN = Task("4001", "Design", "3001")
TESTING = Task("4004", "Testing", "3001")
OPEN = Standing(Status.OPEN)


def entry(
    number: int,
    day: date,
    minutes: int,
    *,
    project: Project = ACME,
    task: Task | None = DESIGN,
    notes: str = "work",
) -> Entry:
    return Entry(str(number), project, task, day, minutes, notes, True)


def week(
    *entries: tuple[Entry, Standing],
    rules: dict[str, ProjectRules] | None = None,
    calendar: WorkCalendar | None = None,
) -> TimeOfWeek:
    return time_of_week(WEEK, entries, rules or {}, calendar or WorkCalendar())


def test_a_row_holds_each_project_and_task_with_its_minutes_by_day() -> None:
    time = week(
        (entry(1, MONDAY, 60, project=BANK, task=None), OPEN),
        (entry(2, MONDAY, 90), OPEN),
        (entry(3, MONDAY, 30), OPEN),
        (entry(4, FRIDAY, 15, task=TESTING), OPEN),
    )

    assert [(row.project, row.task, row.minutes) for row in time.rows()] == [
        (ACME, DESIGN, (0, 120, 0, 0, 0, 0, 0)),
        (ACME, TESTING, (0, 0, 0, 0, 0, 15, 0)),
        (BANK, None, (0, 60, 0, 0, 0, 0, 0)),
    ]
    assert (time.minutes, time.target) == (195, 2400)


def test_the_target_leaves_out_holidays_and_time_off_and_says_why() -> None:
    calendar = WorkCalendar(
        holidays=(Holiday("Spring Day", TUESDAY, TUESDAY), Holiday("Eve", MONDAY, MONDAY, 120)),
        time_off={WEDNESDAY: 240, THURSDAY: 480},
    )
    time = week(calendar=calendar)

    assert [(day.target, day.why) for day in time.days[1:6]] == [
        (360, "Eve, 2h 00m off"),
        (0, "Spring Day"),
        (240, "4h 00m off"),
        (0, "day off"),
        (480, None),
    ]
    assert time.target == 1080


def test_gaps_are_days_up_to_today_with_less_than_their_target() -> None:
    calendar = WorkCalendar(time_off={TUESDAY: 240})
    time = week(
        (entry(1, MONDAY, 480), OPEN),
        (entry(2, TUESDAY, 60), OPEN),
        calendar=calendar,
    )

    assert [(gap.day, gap.missing) for gap in time.gaps(WEDNESDAY)] == [(TUESDAY, 180), (WEDNESDAY, 480)]


def test_entries_of_a_project_that_stand_alike_are_one_part_and_what_is_to_do_comes_first() -> None:
    pending = Standing(Status.PENDING, "7001", datetime(2026, 3, 4, 17, tzinfo=UTC), ("Oder Neisse",))
    rejected = Standing(Status.REJECTED, "7002", None, ("Oder Neisse",), "Thursday is missing")
    time = week(
        (entry(1, MONDAY, 60), pending),
        (entry(2, TUESDAY, 60), pending),
        (entry(3, WEDNESDAY, 60), OPEN),
        (entry(4, THURSDAY, 60), rejected),
    )

    (sheet,) = time.timesheets
    assert [(part.standing, part.minutes) for part in sheet.parts] == [
        (rejected, 60),
        (OPEN, 60),
        (pending, 120),
    ]
    assert sheet.minutes == 240


def test_what_is_open_or_rejected_is_ready_with_the_approvers() -> None:
    rules = {ACME.id: ProjectRules(approvers=("Oder Neisse",))}
    rejected = Standing(Status.REJECTED, "7002")
    time = week((entry(2, TUESDAY, 60), rejected), (entry(1, MONDAY, 30), OPEN), rules=rules)

    check = preflight(time)

    (ready,) = check.ready
    assert [each.id for each in ready.entries] == ["1", "2"]
    assert (ready.project, ready.minutes, ready.approvers) == (ACME, 90, ("Oder Neisse",))
    assert check.held == ()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.PENDING, Reason.PENDING),
        (Status.APPROVED, Reason.APPROVED),
        (Status.NONE_NEEDED, Reason.NONE_NEEDED),
    ],
)
def test_what_is_settled_is_held_and_is_no_fault_of_the_rest(status: Status, reason: Reason) -> None:
    time = week((entry(1, MONDAY, 30), Standing(status, "7001")), (entry(2, TUESDAY, 60), OPEN))

    check = preflight(time)

    assert [(held.reason, held.minutes) for held in check.held] == [(reason, 30)]
    assert [ready.minutes for ready in check.ready] == [60]


def test_missing_notes_hold_the_project_that_asks_for_them_and_no_other() -> None:
    rules = {BANK.id: ProjectRules(needs_notes=True)}
    time = week(
        (entry(1, MONDAY, 30, project=BANK, notes="  "), OPEN),
        (entry(2, MONDAY, 45, project=BANK), OPEN),
        (entry(3, MONDAY, 60, notes=""), OPEN),
        rules=rules,
    )

    check = preflight(time)

    assert [ready.project for ready in check.ready] == [ACME]
    (held,) = check.held
    assert (held.reason, [each.id for each in held.entries]) == (Reason.NO_NOTES, ["1"])


def test_locked_days_hold_the_project_up_to_the_day_of_the_lock() -> None:
    rules = {ACME.id: ProjectRules(locked_to=MONDAY)}
    time = week((entry(1, MONDAY, 30), OPEN), (entry(2, TUESDAY, 60), OPEN), rules=rules)

    check = preflight(time)

    assert check.ready == ()
    assert [(held.reason, [each.id for each in held.entries]) for held in check.held] == [
        (Reason.LOCKED, ["1"])
    ]


@pytest.mark.parametrize(
    ("minutes", "limits", "reason"),
    [
        (60, Limits(minimum=True), Reason.TOO_LITTLE),
        (60, Limits(maximum=True), None),
        (1439, Limits(maximum=True), Reason.TOO_MUCH),
        (1439, Limits(minimum=True), None),
        (60, Limits(), None),
    ],
)
def test_a_firm_may_hold_the_whole_week_to_the_target(
    minutes: int, limits: Limits, reason: Reason | None
) -> None:
    calendar = WorkCalendar(time_off=dict.fromkeys((TUESDAY, WEDNESDAY, THURSDAY, FRIDAY), 480))

    check = preflight(week((entry(1, MONDAY, minutes), OPEN), calendar=calendar), limits)

    assert [held.reason for held in check.held] == ([reason] if reason else [])
    assert bool(check.ready) is (reason is None)


def test_a_project_that_is_all_settled_has_nothing_to_submit() -> None:
    check = preflight(week((entry(1, MONDAY, 30), Standing(Status.PENDING, "7001"))))

    assert check.ready == ()
    assert [held.reason for held in check.held] == [Reason.PENDING]


def test_an_empty_week_has_nothing_to_submit() -> None:
    check = preflight(week())

    assert (check.ready, check.held) == ((), ())


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", date(2026, 3, 1)),
        ("This  Week", date(2026, 3, 1)),
        ("last", date(2026, 2, 22)),
        ("previous week", date(2026, 2, 22)),
        ("next", date(2026, 3, 8)),
        ("2026-03-02", date(2026, 3, 1)),
        ("28 feb", date(2026, 2, 22)),
        ("sun", date(2026, 3, 1)),
    ],
)
def test_a_week_is_named_by_itself_or_any_of_its_days(text: str, start: date) -> None:
    assert parse_week(text, today=THURSDAY, locale="en-GB") == Week(start)


def test_what_names_no_day_is_a_problem_of_the_date() -> None:
    with pytest.raises(Problem) as caught:
        parse_week("someday", today=THURSDAY, locale="en-GB")
    assert caught.value.field is Field.DATE


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (date(2026, 3, 1), "Sun 1 – Sat 7 Mar 2026"),
        (date(2026, 3, 29), "Sun 29 Mar – Sat 4 Apr 2026"),
        (date(2025, 12, 28), "Sun 28 Dec 2025 – Sat 3 Jan 2026"),
    ],
)
def test_a_week_is_said_with_what_its_ends_do_not_share(start: date, said: str) -> None:
    assert format_week(Week(start)) == said


def test_projects_stand_in_the_order_of_client_and_title() -> None:
    time = week(
        (entry(1, MONDAY, 10, project=HOUSE, task=None), OPEN),
        (entry(2, MONDAY, 10, project=BANK, task=None), OPEN),
        (entry(3, MONDAY, 10), OPEN),
    )

    assert [sheet.project for sheet in time.timesheets] == [ACME, BANK, HOUSE]
