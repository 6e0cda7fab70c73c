"""What the writes of time entries carry: drafts, entries, changes and deletions as JSON texts."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from bot.domain.time_entries import Draft, Entry, Project, Task
from bot.domain.work_calendars import DayOut
from bot.kantata.records import TimeEntry


def encode_drafts(drafts: Sequence[Draft], left_out: Sequence[DayOut] = ()) -> str:
    """The drafts as a write's payload, and the days that were left out of a range of days."""
    days = [{"day": out.day.isoformat(), "why": out.why} for out in left_out]
    return json.dumps({"drafts": [_plain(draft) for draft in drafts], "left_out": days})


def decode_drafts(payload: str) -> list[Draft]:
    """The drafts of a write's payload."""
    return [_draft(each) for each in json.loads(payload)["drafts"]]


def decode_left_out(payload: str) -> list[DayOut]:
    """The days that were left out."""
    days = json.loads(payload).get("left_out", [])
    return [DayOut(date.fromisoformat(each["day"]), each["why"]) for each in days]


def encode_entries(entries: Sequence[Entry]) -> str:
    """Entries as they stood, for a payload or a form's base."""
    return json.dumps({"entries": [_plain(entry) for entry in entries]})


def decode_entries(text: str) -> list[Entry]:
    """The entries of ``encode_entries``."""
    return [_entry(each) for each in json.loads(text)["entries"]]


def encode_change(base: Entry, wanted: Draft) -> str:
    """A change as a write's payload: the entry as the form showed it, and as it is to be."""
    return json.dumps({"base": _plain(base), "wanted": _plain(wanted)})


def decode_change(payload: str) -> tuple[Entry, Draft]:
    """The change of a write's payload."""
    plain = json.loads(payload)
    return _entry(plain["base"]), _draft(plain["wanted"])


@dataclass(frozen=True)
class Logged:
    """What became of the drafts of one write, by their index."""

    entries: dict[int, Entry]
    refused: dict[int, str]


def encode_logged(logged: Logged) -> str:
    """What was logged, as a write's result."""
    entries = {index: _plain(entry) for index, entry in logged.entries.items()}
    return json.dumps({"entries": entries, "refused": logged.refused})


def decode_logged(result: str) -> Logged:
    """What was logged, from a write's result."""
    plain = json.loads(result)
    return Logged(
        {int(index): _entry(each) for index, each in plain["entries"].items()},
        {int(index): text for index, text in plain["refused"].items()},
    )


@dataclass(frozen=True)
class Deletion:
    """Entries to delete. ``silent``: nobody asked, so nobody is told. ``refused``: Kantata's words by id.

    ``command`` is the cause of the typed command that asked for it, if one did.
    """

    ids: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    silent: bool = False
    refused: dict[str, str] = field(default_factory=dict)
    command: str | None = None


def encode_deletion(deletion: Deletion) -> str:
    """A deletion as a write's payload or result."""
    return json.dumps(
        {
            "ids": list(deletion.ids),
            "entries": [_plain(entry) for entry in deletion.entries],
            "silent": deletion.silent,
            "refused": deletion.refused,
            "command": deletion.command,
        }
    )


def decode_deletion(text: str) -> Deletion:
    """The deletion of a write's payload or result."""
    plain = json.loads(text)
    return Deletion(
        ids=tuple(plain["ids"]),
        entries=tuple(_entry(each) for each in plain["entries"]),
        silent=plain["silent"],
        refused=plain["refused"],
        command=plain.get("command"),
    )


def entry_of(record: TimeEntry, project: Project, task: Task | None) -> Entry:
    """Kantata's time entry as ours; the project and task are the ones it is on."""
    return Entry(
        id=record.id,
        project=project,
        task=task,
        day=record.day,
        minutes=record.minutes,
        notes=record.notes,
        billable=record.billable,
        approved=record.approved,
        invoiced=record.invoiced,
        submission_id=record.active_submission_id,
        role_id=record.role_id,
        location=record.location,
    )


def as_it_stands(record: TimeEntry, known: Draft | Entry) -> Entry:
    """Kantata's entry with the names we know; where it was moved meanwhile, with Kantata's own."""
    project, task = known.project, known.task
    if record.project_id != project.id:
        title = record.project.title if record.project else record.project_id
        project = Project(record.project_id, title, record.project.client_name if record.project else None)
    if record.task_id is None:
        task = None
    elif task is None or record.task_id != task.id:
        task = Task(record.task_id, record.task.title if record.task else record.task_id, record.project_id)
    return entry_of(record, project, task)


def object_of(entry_id: str) -> str:
    """The name by which writes on one entry keep their order."""
    return f"time_entry:{entry_id}"


def _plain(value: Draft | Entry) -> dict[str, Any]:
    return {**asdict(value), "day": value.day.isoformat()}


def _places(plain: dict[str, Any]) -> dict[str, Any]:
    return {
        **plain,
        "project": Project(**plain["project"]),
        "task": Task(**plain["task"]) if plain["task"] else None,
        "day": date.fromisoformat(plain["day"]),
    }


def _draft(plain: dict[str, Any]) -> Draft:
    return Draft(**_places(plain))


def _entry(plain: dict[str, Any]) -> Entry:
    return Entry(**_places(plain))
