"""What a case of the contract is, and what the cases speak of: a firm, its people, usual answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from bot.kantata.client import Kantata
from bot.kantata.errors import KantataError
from bot.kantata.records import NewSubmission, NewTimeEntry, Reference
from tests.kantata import samples
from tests.kantata.samples import TASK, TAY, TIME_OFF, TIMESHEET, Row, envelope

# The firm that both sides speak of, on Thursday 5 March 2026; time is locked up to 14 February.
SERVICE, CONSULTANT, APPROVER, ADMINISTRATOR, STRANGER = "100", "101", "102", "103", "107"
WEBSITE, DESIGN, FOREIGN_TASK, STRICT, INTERNAL = "3001", "4001", "4020", "3007", "3037"
TUESDAY, WEDNESDAY, LOCKED_DAY = date(2026, 3, 3), date(2026, 3, 4), date(2026, 2, 13)
SUNDAY, SATURDAY = date(2026, 3, 1), date(2026, 3, 7)
DAY_OFF = date(2026, 3, 12)
OURS = Reference("slack_timebot", "TimeDraft", "70450012")


class Side(Protocol):
    """Kantata, or what stands for it."""

    def kantata(self, user_id: str) -> Kantata:
        """The client of that user; of a dead token where "nobody"."""


@dataclass(frozen=True)
class Answer:
    """What Kantata answers to one request. ``*`` in the request stands for an id; ``body`` None is empty."""

    request: str
    body: Any = None
    status: int = 200


@dataclass(frozen=True)
class Refusal:
    """That the client raises ``kind``, with faults of those fields where it is Invalid."""

    kind: type[KantataError] | tuple[type[KantataError], ...]
    fields: frozenset[str | None] = frozenset()


@dataclass(frozen=True)
class Case:
    """``act`` gives what comes of it, to be equal to ``gives``, or raises as ``gives`` says."""

    name: str
    act: Callable[[Side], Awaitable[Any]]
    gives: Any
    answers: list[Answer] = field(default_factory=list)


def refused(kind: str, **more: Any) -> dict[str, Any]:
    return {"errors": [{"type": kind, "message": "No", **more}]}


def new(**fields: Any) -> NewTimeEntry:
    usual: dict[str, Any] = {"project_id": WEBSITE, "task_id": DESIGN, "day": WEDNESDAY, "minutes": 90}
    return NewTimeEntry(**{**usual, **fields})


# The consultant may not see rates, and the lock and the approvers of a project come only on demand.
RATES = ("rate_in_cents", "cost_rate_in_cents")
ENTRY: Row = {name: value for name, value in samples.ENTRY.items() if name not in RATES}
PLAIN: Row = {**ENTRY, "external_reference_ids": []}
# What is included is not expanded further.
BESIDE: Row = {
    name: value for name, value in ENTRY.items() if name not in ("external_reference_ids", "user_can_edit")
}
PROJECT: Row = {
    name: value for name, value in samples.PROJECT.items() if name not in ("lock_date", "approver_ids")
}
ENTRIES = envelope("time_entries", PLAIN, users=[TAY], workspaces=[PROJECT], stories=[TASK])
CREATED = Answer("POST /time_entries", ENTRIES)
SHEET = envelope("timesheet_submissions", TIMESHEET, time_entries=[BESIDE], users=[TAY], workspaces=[PROJECT])
SUBMITTED = Answer("POST /timesheet_submissions", SHEET)
READ = "GET /timesheet_submissions/*"
RESOLVED = {"resolutions": {"8101": {"id": "8101", "type": "approval", "description": None, "user_id": 102}}}
DAYS_OFF = envelope("time_off_entries", TIME_OFF, users=[TAY])


def sheet(status: str) -> dict[str, Any]:
    decided = {
        "current_resolution_creator_id": 102,
        "current_resolution_created_at_date": "2026-03-05T13:00:00+01:00",
    }
    row = {**TIMESHEET, **decided, "status": status, "current_resolution_description": "Seen"}
    return envelope("timesheet_submissions", row, time_entries=[BESIDE], users=[TAY], workspaces=[PROJECT])


async def submitted(side: Side, minutes: int = 90) -> tuple[str, str]:
    """An entry of the consultant and the timesheet it is in: their ids."""
    tay = side.kantata(CONSULTANT)
    entry = await tay.create_time_entry(new(minutes=minutes))
    return entry.id, (await tay.create_submission(NewSubmission(WEBSITE, "Week", (entry.id,)))).id


def entry_answer(request: str, **fields: Any) -> Answer:
    row = {**PLAIN, **fields}
    return Answer(request, envelope("time_entries", row, users=[TAY], workspaces=[PROJECT], stories=[TASK]))
