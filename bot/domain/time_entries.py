"""What a time entry is, and what may be written as one."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Project:
    """A project time can be logged on. ``client`` is None where the firm has named none."""

    id: str
    title: str
    client: str | None = None


@dataclass(frozen=True)
class Task:
    """A task of one project. ``billable`` is the flag its entries take when nobody says otherwise."""

    id: str
    title: str
    project_id: str
    billable: bool = True


@dataclass(frozen=True)
class Choice:
    """A role or a location that can be chosen: its id and its name."""

    id: str
    name: str


@dataclass(frozen=True)
class Draft:
    """An entry as a person asked for it, before Kantata has it. ``minutes`` is whole, 1 to 1439.

    ``billable`` None leaves the choice to Kantata (the task's own flag); ``notes`` may be "".
    """

    project: Project
    task: Task | None
    day: date
    minutes: int
    notes: str = ""
    billable: bool | None = None
    role_id: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class Entry:
    """A time entry as it stands in Kantata. ``minutes`` is whole; ``day`` the civil date of the work."""

    id: str
    project: Project
    task: Task | None
    day: date
    minutes: int
    notes: str
    billable: bool
    approved: bool = False
    invoiced: bool = False
    submission_id: str | None = None
    role_id: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class Totals:
    """What is logged on a day and in its week (Sunday to Saturday), in minutes; None: no target is known."""

    day: date
    week_start: date
    day_minutes: int
    week_minutes: int
    day_target: int | None = None
    week_target: int | None = None


def same_content(entry: Entry, other: Entry | Draft) -> bool:
    """Whether both say the same of the same work; what the other leaves open (None) may be anything."""
    mine = (entry.project.id, entry.task and entry.task.id, entry.day, entry.minutes, entry.notes)
    theirs = (other.project.id, other.task and other.task.id, other.day, other.minutes, other.notes)
    return (
        mine == theirs
        and other.billable in (None, entry.billable)
        and other.role_id in (None, entry.role_id)
        and other.location in (None, entry.location)
    )
