"""The contract about time entries."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.kantata.errors import BookedForAnother, Invalid, NotFound
from bot.kantata.records import Reference, TimeEntryChanges
from tests.kantata.contract.cases import (
    APPROVER,
    CONSULTANT,
    CREATED,
    DESIGN,
    ENTRY,
    FOREIGN_TASK,
    LOCKED_DAY,
    OURS,
    SATURDAY,
    SERVICE,
    STRANGER,
    STRICT,
    SUNDAY,
    WEBSITE,
    WEDNESDAY,
    Answer,
    Case,
    Refusal,
    Side,
    entry_answer,
    new,
    refused,
)
from tests.kantata.samples import REFERENCE, envelope


async def logged(side: Side) -> Any:
    entry = await side.kantata(CONSULTANT).create_time_entry(new(notes="Shore line"))
    return (
        entry.user_id,
        entry.project_id,
        entry.task_id,
        entry.day,
        entry.minutes,
        entry.notes,
        entry.billable,
    )


async def logged_and_found(side: Side) -> Any:
    tay = side.kantata(CONSULTANT)
    entry = await tay.create_time_entry(new(reference=OURS))
    service = side.kantata(SERVICE)
    found = await service.find_time_entries_by_reference(OURS.service, [OURS.ref])
    other = await service.find_time_entries_by_reference(OURS.service, ["1"])
    return [each.id == entry.id and each.has(OURS) for each in found], other


async def logged_for_somebody(side: Side) -> Any:
    entry = await side.kantata(SERVICE).create_time_entry(new(user_id=CONSULTANT))
    return entry.user_id


async def logged_without_permission(side: Side) -> Any:
    return await side.kantata(CONSULTANT).create_time_entry(new(user_id=APPROVER))


async def logged_many(side: Side) -> Any:
    drafts = [
        new(minutes=minutes, reference=Reference("slack_timebot", "TimeDraft", str(minutes)))
        for minutes in (30, 60)
    ]
    return [entry.minutes for entry in await side.kantata(CONSULTANT).create_time_entries(drafts)]


async def logged_many_with_one_bad(side: Side) -> Any:
    try:
        await side.kantata(CONSULTANT).create_time_entries([new(), new(minutes=0)])
    except Invalid as invalid:
        return [(fault.index, fault.field) for fault in invalid.faults]


def logging(**fields: Any) -> Callable[[Side], Awaitable[Any]]:
    async def log(side: Side) -> Any:
        return await side.kantata(CONSULTANT).create_time_entry(new(**fields))

    return log


async def changed(side: Side) -> Any:
    tay = side.kantata(CONSULTANT)
    entry = await tay.create_time_entry(new())
    longer = await tay.update_time_entry(entry.id, TimeEntryChanges(minutes=120, notes="More"))
    bare = await tay.update_time_entry(entry.id, TimeEntryChanges(task_id=None, notes=None))
    return longer.minutes, longer.notes, longer.task_id, bare.task_id, bare.notes, bare.minutes


async def deleted_twice(side: Side) -> Any:
    tay = side.kantata(CONSULTANT)
    entry = await tay.create_time_entry(new())
    await tay.delete_time_entry(entry.id)
    await tay.delete_time_entry(entry.id)


async def deleted_together(side: Side) -> Any:
    tay = side.kantata(CONSULTANT)
    ids = [(await tay.create_time_entry(new())).id for _ in range(2)]
    await tay.delete_time_entries(ids)
    return [entry.id async for entry in tay.time_entries(only=ids)]


async def deleted_together_with_one_that_cannot(side: Side) -> Any:
    tay = side.kantata(CONSULTANT)
    entry = await tay.create_time_entry(new())
    await tay.delete_time_entries([entry.id, "999999"])


async def somebody_elses_changed(side: Side) -> Any:
    entry = await side.kantata(CONSULTANT).create_time_entry(new())
    await side.kantata(STRANGER).update_time_entry(entry.id, TimeEntryChanges(minutes=5))


async def listed(side: Side) -> Any:
    tay = side.kantata(CONSULTANT)
    entry = await tay.create_time_entry(new(day=SATURDAY))
    week = tay.time_entries(with_user_ids=[CONSULTANT], date_performed_between=(SUNDAY, SATURDAY))
    return entry.id in [each.id async for each in week]


def many_entries() -> Answer:
    rows, references = [], []
    for place, minutes in enumerate((30, 60)):
        references.append({**REFERENCE, "id": f"55{place}", "service_model_ref": str(minutes)})
        row = {
            **ENTRY,
            "id": f"900{place}",
            "time_in_minutes": minutes,
            "external_reference_ids": [f"55{place}"],
        }
        rows.append(row)
    return Answer(
        "POST /time_entries", envelope("time_entries", *reversed(rows), external_references=references)
    )


def not_taken(name: str, field_name: str, **fields: Any) -> Case:
    body = refused("validation", field=field_name)
    answers = [Answer("POST /time_entries", body, 422)]
    return Case(name, logging(**fields), Refusal(Invalid, frozenset({field_name})), answers)


TIME_ENTRIES = [
    Case(
        "an entry is created as asked for",
        logged,
        (CONSULTANT, WEBSITE, DESIGN, WEDNESDAY, 90, "Shore line", True),
        [CREATED],
    ),
    Case(
        "an entry is found again by its reference",
        logged_and_found,
        ([True], []),
        [
            Answer("POST /time_entries", envelope("time_entries", ENTRY, external_references=[REFERENCE])),
            Answer("GET /time_entries", envelope("time_entries", ENTRY, external_references=[REFERENCE])),
            Answer("GET /time_entries", envelope("time_entries", external_references=[])),
        ],
    ),
    Case("an administrator logs for somebody else", logged_for_somebody, CONSULTANT, [CREATED]),
    Case(
        "the person is silently ignored without the permission",
        logged_without_permission,
        Refusal(BookedForAnother),
        [CREATED],
    ),
    Case("many are created in one request", logged_many, [30, 60], [many_entries()]),
    Case(
        "of many, the one at fault is named",
        logged_many_with_one_bad,
        [(1, "time_in_minutes")],
        [Answer("POST /time_entries", refused("validation", field="time_in_minutes", index=1), 422)],
    ),
    not_taken("no minutes are not taken", "time_in_minutes", minutes=0),
    not_taken("a whole day of minutes is not taken", "time_in_minutes", minutes=1440),
    not_taken("a task of another project is not taken", "story_id", task_id=FOREIGN_TASK),
    not_taken("a task that is not there is not taken", "story_id", task_id="999999"),
    not_taken("a place that is not there is not taken", "location", location="Atlantis"),
    not_taken("a locked day is not taken", "date_performed", day=LOCKED_DAY),
    not_taken("missing notes are not taken where they are wanted", "notes", project_id=STRICT, task_id=None),
    Case(
        "an entry is changed in what is given, and emptied",
        changed,
        (120, "More", DESIGN, None, "", 120),
        [
            CREATED,
            entry_answer("PUT /time_entries/*", time_in_minutes=120, notes="More"),
            entry_answer("PUT /time_entries/*", time_in_minutes=120, notes="", story_id=None),
        ],
    ),
    Case(
        "what is deleted is not there any more",
        deleted_twice,
        Refusal(NotFound),
        [
            CREATED,
            Answer("DELETE /time_entries/*", None, 204),
            Answer("DELETE /time_entries/*", refused("system"), 404),
        ],
    ),
    Case(
        "many are deleted in one request",
        deleted_together,
        [],
        [
            CREATED,
            CREATED,
            Answer("DELETE /time_entries", None, 204),
            Answer("GET /time_entries", envelope("time_entries")),
        ],
    ),
    Case(
        "many are deleted or none",
        deleted_together_with_one_that_cannot,
        Refusal(Invalid, frozenset({"base"})),
        [CREATED, Answer("DELETE /time_entries", refused("validation", field="base"), 422)],
    ),
    Case(
        "an entry of somebody else is not there to be changed",
        somebody_elses_changed,
        Refusal(NotFound),
        [CREATED, Answer("PUT /time_entries/*", refused("system"), 404)],
    ),
    Case(
        "a week is listed up to its last day",
        listed,
        True,
        [
            entry_answer("POST /time_entries", date_performed="2026-03-07"),
            entry_answer("GET /time_entries", date_performed="2026-03-07"),
        ],
    ),
]
