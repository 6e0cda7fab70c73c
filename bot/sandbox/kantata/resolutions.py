"""Who may approve, reject and cancel a timesheet, and what that changes (Kantata's API reference)."""

from collections.abc import Mapping
from typing import NamedTuple

from bot.sandbox.kantata import events
from bot.sandbox.kantata.call import Call, stamp
from bot.sandbox.kantata.refusals import Refusal, raise_all, refuse
from bot.sandbox.kantata.resource import Resource
from bot.sandbox.kantata.store import Row


class Verb(NamedTuple):
    """One way to resolve: its names, and the states it starts from."""

    participle: str
    resolution: str
    status: str
    starts: tuple[str, ...]


APPROVE = Verb("approved", "approval", "approved", ("pending",))
REJECT = Verb("rejected", "rejection", "rejected", ("pending", "approved"))
CANCEL = Verb("cancelled", "cancellation", "cancelled", ("pending",))


def workspace_of(call: Call, row: Row) -> Row:
    """The project of a submission."""
    workspace = call.store.table("workspaces").get(row["workspace_id"])
    if workspace is None:
        raise KeyError(row["workspace_id"])
    return workspace


def permissions(call: Call, row: Row) -> Mapping[str, bool]:
    """What the caller may do with the submission as it stands."""
    resubmits = row["user_id"] == call.user_id and row["status"] in {"rejected", "cancelled"}
    return {
        "can_cancel_submission": not unresolvable(call, row, CANCEL),
        "can_approve_submission": not unresolvable(call, row, APPROVE),
        "can_reject_submission": not unresolvable(call, row, REJECT),
        "can_resubmit_submission": resubmits,
    }


def sees(call: Call, row: Row) -> bool:
    """The caller handed it in, may decide about it, or sees everything."""
    if row["user_id"] == call.user_id or call.sees_everything:
        return True
    return call.may_approve(row["user_id"], workspace_of(call, row))


def resolve(call: Call, row: Row, verb: Verb, description: object) -> Row:
    """The resolution of one submission the caller sees. Raises forbidden, or what is wrong with its state."""
    raise_all(unresolvable(call, row, verb))
    now = stamp(call.now)
    changed = call.store.update(
        "timesheet_submissions",
        row["id"],
        {
            "status": verb.status,
            "current_resolution_creator_id": call.user_id,
            "current_resolution_created_at_date": now,
            "current_resolution_description": None if description is None else str(description),
            "updated_at": now,
        },
    )
    _release_entries(call, row["id"], verb, now)
    events.record(call, "timesheet:updated", "timesheet_submissions", row, changed)
    for earlier in call.store.table("resolutions").where("target_id", row["id"]):
        call.store.update("resolutions", earlier["id"], {"current": False})
    return call.store.insert(
        "resolutions",
        {
            "type": verb.resolution,
            "description": changed["current_resolution_description"],
            "target_type": "TimesheetSubmission",
            "target_id": row["id"],
            "user_id": call.user_id,
            "current": True,
            "created_at": now,
            "updated_at": now,
        },
    )


def _release_entries(call: Call, submission_id: str, verb: Verb, now: str) -> None:
    active = submission_id if verb is APPROVE else None
    for entry in call.store.table("time_entries").where("recent_submission_id", submission_id):
        changes = {"active_submission_id": active, "updated_at": now}
        changed = call.store.update("time_entries", entry["id"], changes)
        events.record(call, "time_entry:updated", "time_entries", entry, changed)


def unresolvable(call: Call, row: Row, verb: Verb) -> list[Refusal]:
    """What keeps the caller from resolving: the right first, then the state."""
    approver = call.may_approve(row["user_id"], workspace_of(call, row))
    owner = row["user_id"] == call.user_id
    by = call.assumptions.cancelled_by
    allowed = approver
    if verb is CANCEL:
        allowed = (approver and by != "submitter") or (owner and by != "approver")
    if not allowed:
        return [refuse("forbidden")]
    starts = verb.starts
    if verb is REJECT and not call.assumptions.approved_can_be_rejected:
        starts = ("pending",)
    if row["status"] not in starts:
        return [refuse("state", id=row["id"], status=row["status"], verb=verb.participle)]
    if verb is REJECT and row["status"] == "approved" and _locked(call, row):
        return [refuse("resolved_locked", id=row["id"])]
    return []


def _locked(call: Call, row: Row) -> bool:
    entries = call.store.table("time_entries").where("recent_submission_id", row["id"])
    return any(call.is_locked(entry["date_performed"]) for entry in entries)


def resolve_many(call: Call, ids: list[str], verb: Verb, description: object) -> list[Row]:
    """The resolutions of several submissions: all or nothing, or (switched) of those that can be."""
    rows = []
    refusals: list[Refusal] = []
    for row_id in ids:
        row = call.store.table("timesheet_submissions").get(row_id)
        if row is None or not sees(call, row):
            refusals.append(refuse("unknown", "submission_ids"))
            continue
        reasons = unresolvable(call, row, verb)
        refusals += reasons
        if not reasons:
            rows.append(row)
    if call.assumptions.bulk_resolution == "all_or_nothing" or not rows:
        raise_all(refusals)
    return [resolve(call, row, verb, description) for row in rows]


def resolution(call: Call, row: Row) -> Row:
    """A resolution as JSON, inside either shape of answer."""
    number = int if call.assumptions.resolution_ids == "integer" else str
    return {
        "type": row["type"],
        "description": row["description"],
        "target_type": row["target_type"],
        "target_id": number(row["target_id"]),
        "user_id": number(row["user_id"]),
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


RESOURCE = Resource(key="resolutions", fields=resolution)
