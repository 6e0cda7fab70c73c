"""Weeks to draw."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.dates import Week
from bot.domain.time_entries import Entry, Project, Task
from bot.domain.timesheets import ProjectRules, Standing, Status, TimeOfWeek, time_of_week
from bot.domain.work_calendars import WorkCalendar

WEEK = Week(date(2026, 3, 1))
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (WEEK.start + timedelta(days=n) for n in range(1, 6))
ACME = Project("3001", "Website relaunch", "Acme")
BANK = Project("3007", "Onboarding <!channel> & more", "Cedar Bank")
DESIGN = Task("4001", "Design", "3001")
OPEN = Standing(Status.OPEN)
PENDING = Standing(
    Status.PENDING, "7001", datetime(2026, 3, 4, 17, 30, tzinfo=UTC), ("Oder Neisse", "Avon Severn")
)
APPROVED = Standing(Status.APPROVED, "7002", datetime(2026, 3, 5, 9, 5, tzinfo=UTC), ("Oder Neisse",))
REJECTED = Standing(
    Status.REJECTED, "7003", datetime(2026, 3, 5, 9, 5, tzinfo=UTC), ("Oder Neisse",), "Thursday is missing"
)


def entry(
    number: int,
    day: date = MONDAY,
    minutes: int = 450,
    *,
    project: Project = ACME,
    task: Task | None = DESIGN,
    submission_id: str | None = None,
    notes: str = "work",
) -> Entry:
    return Entry(str(number), project, task, day, minutes, notes, True, submission_id=submission_id)


def week(*entries: tuple[Entry, Standing], rules: dict[str, ProjectRules] | None = None) -> TimeOfWeek:
    return time_of_week(WEEK, entries, rules or {}, WorkCalendar(time_off={WEDNESDAY: 240, FRIDAY: 480}))


def crowded() -> TimeOfWeek:
    """More projects, tasks and entries than Slack shows, all with the longest names."""
    entries = []
    for number in range(150):
        project = Project(str(5000 + number), f"{number} " + "p" * 250, "c" * 250)
        task = Task(str(6000 + number), "t" * 250, project.id)
        standing = (OPEN, PENDING, REJECTED)[number % 3]
        entries.append(
            (entry(number, MONDAY + timedelta(days=number % 5), project=project, task=task), standing)
        )
    return week(*entries)
