"""The firm's week as a table: who logged how much on what, and who logged nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.approvals import Member
from bot.domain.calendars import Week
from bot.domain.words import fold


class EntryState(StrEnum):
    """How far time is on its way to being approved."""

    OPEN = "not submitted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True)
class FirmEntry:
    """Time of somebody (by Kantata's id) on a project and task; ``task`` and ``client`` are empty where
    there is none."""

    person_id: str
    client: str
    project: str
    task: str
    billable: bool
    state: EntryState
    day: date
    minutes: int


def week_header(week: Week) -> list[str]:
    """What stands above the rows."""
    days = [f"{day:%a} {day.isoformat()}" for day in week.days()]
    named = ["Person", "E-mail", "Client", "Project", "Task", "Billable", "State"]
    return [*named, *days, "Total hours", "Usual week"]


def week_rows(week: Week, members: Iterable[Member], entries: Iterable[FirmEntry]) -> list[list[str]]:
    """A row for each member and all that is alike but for the day, by name; one of zeros for whoever logged
    nothing. Hours are decimal; the usual week is the member's workweek without holidays and time off."""
    found: dict[str, dict[tuple[str, ...], dict[date, int]]] = {}
    for entry in entries:
        billable = "yes" if entry.billable else "no"
        what = (entry.client, entry.project, entry.task, billable, entry.state.value)
        days = found.setdefault(entry.person_id, {}).setdefault(what, {})
        days[entry.day] = days.get(entry.day, 0) + entry.minutes
    return [
        row
        for member in sorted(members, key=lambda each: (fold(each.name), each.id))
        for row in _rows_of(week, member, found.get(member.id, {("", "", "", "", ""): {}}))
    ]


def _rows_of(week: Week, member: Member, found: dict[tuple[str, ...], dict[date, int]]) -> list[list[str]]:
    usual = _hours(sum(member.week))
    return [
        [
            member.name,
            member.email or "",
            *what,
            *(_hours(days.get(day, 0)) for day in week.days()),
            _hours(sum(days.values())),
            usual,
        ]
        for what, days in sorted(found.items())
    ]


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.2f}"
