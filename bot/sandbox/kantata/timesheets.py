"""Timesheet submissions: read and handed in (Kantata's API reference, Timesheet Submissions)."""

from datetime import date, timedelta

from bot.sandbox.kantata import events, references
from bot.sandbox.kantata.body import Reader, is_blank
from bot.sandbox.kantata.call import Call, stamp, sunday
from bot.sandbox.kantata.filters import among, only_true
from bot.sandbox.kantata.refusals import Refusal, raise_all, refuse
from bot.sandbox.kantata.resolutions import permissions, sees, workspace_of
from bot.sandbox.kantata.resource import Condition, Include, Resource
from bot.sandbox.kantata.store import Row
from bot.sandbox.kantata.users import reference_include
from bot.sandbox.kantata.workweeks import week_minutes

SUBJECT = "Submission"


def _entry_ids(call: Call, row: Row) -> list[str]:
    rows = call.store.table("time_entries").where("recent_submission_id", row["id"])
    return [entry["id"] for entry in rows]


def _fields(call: Call, row: Row) -> Row:
    by = row["current_resolution_creator_id"]
    return {
        **{name: row[name] for name in _PLAIN},
        "type": "TimesheetSubmission",
        "permissions": dict(permissions(call, row)),
        "current_resolution_creator_id": int(by) if by is not None else None,
        "current_resolution_created_at_date": call.moment(row["current_resolution_created_at_date"]),
        "resolution_description": row["current_resolution_description"],
        **_total(call, row),
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


_PLAIN = ("title", "comment", "status", "start_date", "end_date", "current_resolution_description")


def _total(call: Call, row: Row) -> Row:
    entries = call.store.table("time_entries").where("recent_submission_id", row["id"])
    visible = call.has_finance(row["workspace_id"]) or not call.assumptions.rates_hidden
    cents = (
        sum(entry["rate_in_cents"] * entry["time_in_minutes"] // 60 for entry in entries) if visible else 0
    )
    workspace = workspace_of(call, row)
    return {
        "line_item_total_in_cents": cents,
        "line_item_total_formatted": f"{workspace['currency_symbol']}{cents / 100:,.2f}",
        **{name: workspace[name] for name in ("currency", "currency_symbol", "currency_base_unit")},
    }


def _statuses(call: Call, value: str) -> Condition:
    word = call.assumptions.pending_filter_word
    wanted = {
        "pending" if name == word else name for name in value.split(",") if name == word or name != "pending"
    }
    return lambda row: row["status"] in wanted


def _starting_after(call: Call, value: str) -> Condition:
    if call.assumptions.start_date_after_includes:
        return lambda row: row["start_date"] >= value
    return lambda row: row["start_date"] > value


RESOURCE = Resource(
    key="timesheet_submissions",
    fields=_fields,
    scope=lambda call: [lambda row: sees(call, row)],
    filters={
        "active": only_true(lambda _call, row: row["status"] in {"pending", "approved"}),
        "not_cancelled": only_true(lambda _call, row: row["status"] != "cancelled"),
        "statuses": _statuses,
        "start_date": among("start_date"),
        "end_date": among("end_date"),
        "start_date_after": _starting_after,
        "user_ids": among("user_id", many=True),
        "workspace_id": among("workspace_id"),
        "workspace_ids": among("workspace_id", many=True),
    },
    includes={
        "external_references": reference_include(SUBJECT),
        "time_entries": Include("time_entry_ids", "time_entries", _entry_ids),
        "user": Include("user_id", "users", always=True),
        "workspace": Include("workspace_id", "workspaces", always=True),
    },
    orders={"date": lambda row: row["start_date"]},
    default_order="date:desc",
    subject_type=SUBJECT,
)


# Submitting


def create(call: Call, body: Row) -> Row:
    """The new pending submission. Raises Refused with everything that is wrong with it."""
    read = Reader(body)
    for name in ("title", "workspace_id"):
        read.required(name)
    entries = _entries(call, read)
    workspace_id = read.id("workspace_id")
    owner_id = _owner(call, read)
    raise_all(read.refusals)
    workspace = call.store.table("workspaces").get(workspace_id)
    if workspace is None or not call.sees_workspace(workspace):
        raise refuse("unknown", "workspace_id")
    raise_all(_unfit(call, entries, workspace, owner_id))
    raise_all(references.check(call, SUBJECT, None, body.get("external_reference")))
    first = sunday(date.fromisoformat(entries[0]["date_performed"]))
    _check_limits(call, owner_id, entries, first)
    return _save(call, body, workspace, owner_id, entries, first)


def _entries(call: Call, read: Reader) -> list[Row]:
    asked = read.fields.get("line_item_ids")
    if isinstance(asked, str):
        asked = [item for item in asked.split(",") if item]
    if not isinstance(asked, list) or not asked:
        read.refuse("submission_empty")
        return []
    found = []
    for item in dict.fromkeys(str(item) for item in asked):
        entry = call.store.table("time_entries").get(item)
        if entry is None or not call.sees_entry(entry):
            read.refuse("submission_unknown", id=item)
        else:
            found.append(entry)
    return found


def _owner(call: Call, read: Reader) -> str:
    owner_id = None if is_blank(read.fields.get("user_id")) else read.id("user_id")
    if owner_id is None or owner_id == call.user_id:
        return call.user_id
    if not call.is_administrator:
        raise refuse("forbidden")
    if call.store.table("users").get(owner_id) is None:
        read.refuse("unknown", "user_id")
    return owner_id


def _unfit(call: Call, entries: list[Row], workspace: Row, owner_id: str) -> list[Refusal]:
    refusals = []
    if not workspace["require_time_approvals"] or not workspace["time_trackable"]:
        refusals.append(refuse("no_approvals"))
    for entry in entries:
        if entry["workspace_id"] != workspace["id"]:
            refusals.append(refuse("submission_foreign", id=entry["id"]))
        elif entry["user_id"] != owner_id and call.assumptions.one_user:
            refusals.append(refuse("submission_user", id=entry["id"]))
        elif entry["active_submission_id"] is not None:
            refusals.append(refuse("submission_active", id=entry["id"]))
    weeks = {sunday(date.fromisoformat(entry["date_performed"])) for entry in entries}
    if len(weeks) > 1 and call.assumptions.one_week:
        refusals.append(refuse("submission_week"))
    if any(call.is_locked(entry["date_performed"]) for entry in entries):
        refusals.append(refuse("locked", locked_to=call.locked_to))
    return refusals


def _check_limits(call: Call, owner_id: str, entries: list[Row], first: date) -> None:
    # The limit is about the whole week of the person, over all projects.
    membership = call.membership_of(owner_id) or {}
    last = first + timedelta(days=6)
    week = call.store.table("time_entries").where("user_id", owner_id)
    logged = sum(
        entry["time_in_minutes"]
        for entry in week
        if first.isoformat() <= entry["date_performed"] <= last.isoformat()
    )
    target = week_minutes(call, owner_id, first)
    if membership.get("enforce_workweek_minimum_on_timesheet_submission") and logged < target:
        raise refuse("week_under", minutes=target)
    if membership.get("enforce_workweek_maximum_on_timesheet_submission") and logged > target:
        raise refuse("week_over", minutes=target)


def _save(call: Call, body: Row, workspace: Row, owner_id: str, entries: list[Row], first: date) -> Row:
    now = stamp(call.now)
    row = call.store.insert(
        "timesheet_submissions",
        {
            "title": str(body["title"]),
            "comment": body.get("comment"),
            "status": "pending",
            "user_id": owner_id,
            "workspace_id": workspace["id"],
            "start_date": first.isoformat(),
            "end_date": (first + timedelta(days=6)).isoformat(),
            "current_resolution_creator_id": None,
            "current_resolution_created_at_date": None,
            "current_resolution_description": None,
            "created_at": now,
            "updated_at": now,
        },
    )
    for entry in entries:
        changes = {"active_submission_id": row["id"], "recent_submission_id": row["id"], "updated_at": now}
        call.store.update("time_entries", entry["id"], changes)
    references.save(call, SUBJECT, row["id"], body.get("external_reference"))
    events.record(call, "timesheet:created", "timesheet_submissions", None, row)
    return row
