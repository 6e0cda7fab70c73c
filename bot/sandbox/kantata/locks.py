"""Line item locks and backup approvers (Kantata's API reference, the pages of these names)."""

from bot.sandbox.kantata import events
from bot.sandbox.kantata.body import Reader
from bot.sandbox.kantata.call import ACCOUNT, Call, stamp
from bot.sandbox.kantata.refusals import raise_all, refuse
from bot.sandbox.kantata.resource import Condition, Include, Resource
from bot.sandbox.kantata.store import Row
from bot.sandbox.kantata.time_entries import is_approved

SATURDAY = 5


def _members_only(call: Call) -> list[Condition]:
    return [lambda _row: call.user["account_id"] == ACCOUNT]


LOCKS = Resource(
    key="line_item_locks",
    fields=lambda call, row: {
        "account_id": int(row["account_id"]),
        "locked_to": row["locked_to"],
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    },
    scope=_members_only,
    includes={"creator": Include("creator_id", "users")},
    times=False,
)


def lock(call: Call, body: Row) -> Row:
    """The new lock: up to a Saturday, later than any before, with nothing unapproved behind it."""
    call.require_administrator()
    read = Reader(body)
    day = read.date("locked_to") if read.required("locked_to") else None
    raise_all(read.refusals)
    if day is None or day.weekday() != SATURDAY:
        raise refuse("lock_saturday")
    if day.isoformat() <= call.locked_to:
        raise refuse("lock_earlier", locked_to=call.locked_to)
    entries = call.store.table("time_entries")
    if any(
        call.locked_to < entry["date_performed"] <= day.isoformat() and _waits(call, entry)
        for entry in entries
    ):
        raise refuse("lock_unapproved")
    now = stamp(call.now)
    fields = {"account_id": ACCOUNT, "locked_to": day.isoformat(), "creator_id": call.user_id}
    row = call.store.insert("line_item_locks", {**fields, "created_at": now, "updated_at": now})
    events.record(call, "line_item_lock:created", "line_item_locks", None, row)
    return row


def _waits(call: Call, entry: Row) -> bool:
    workspace = call.store.table("workspaces").get(entry["workspace_id"])
    internal = workspace is not None and workspace["account_id"] == ACCOUNT
    return internal and not is_approved(call, entry)


def _backup_fields(call: Call, row: Row) -> Row:
    suffix = "" if call.assumptions.backup_dates == "date" else "T00:00:00Z"
    return {
        "start_date": row["start_date"] + suffix,
        "end_date": row["end_date"] + suffix,
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


BACKUPS = Resource(
    key="backup_approver_associations",
    fields=_backup_fields,
    scope=_members_only,
    includes={
        "approver": Include("approver_id", "users", always=True),
        "backup_approver": Include("backup_approver_id", "users", always=True),
    },
    times=False,
)


def save_backup(call: Call, before: Row | None, body: Row) -> Row:
    """A new association, or the changed one. Administrators and the approver may."""
    read = Reader(body)
    fields: Row = {}
    for name in ("approver_id", "backup_approver_id"):
        if (before is None or read.given(name)) and read.required(name):
            fields[name] = read.id(name)
            if call.store.table("users").get(fields[name]) is None:
                read.refuse("unknown", name)
    for name in ("start_date", "end_date"):
        if (before is None or read.given(name)) and read.required(name):
            day = read.date(name)
            fields[name] = day.isoformat() if day else None
    raise_all(read.refusals)
    row = {**(before or {}), **fields}
    _require_right(call, row)
    if row["end_date"] < row["start_date"]:
        raise refuse("date_order")
    now = stamp(call.now)
    if before is not None:
        return call.store.update("backup_approver_associations", before["id"], {**fields, "updated_at": now})
    return call.store.insert("backup_approver_associations", {**fields, "created_at": now, "updated_at": now})


def delete_backup(call: Call, row: Row) -> None:
    """Ends the association."""
    _require_right(call, row)
    call.store.delete("backup_approver_associations", row["id"])


def _require_right(call: Call, row: Row) -> None:
    if not call.is_administrator and row["approver_id"] != call.user_id:
        raise refuse("forbidden")
