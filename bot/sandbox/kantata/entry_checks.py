"""What may be written into a time entry, and what is wrong with what was asked (Kantata's API reference)."""

from bot.sandbox.kantata import references
from bot.sandbox.kantata.body import Reader, is_blank
from bot.sandbox.kantata.call import Call
from bot.sandbox.kantata.refusals import Refusal
from bot.sandbox.kantata.store import Row
from bot.sandbox.kantata.stories import takes_time

SUBJECT = "TimeEntry"


def checked(call: Call, body: Row, before: Row | None) -> tuple[Row, list[Refusal]]:
    """The fields to write, and everything wrong with them; ``before`` is the entry to change."""
    read = Reader(body)
    fields: Row = {}
    workspace = _workspace(call, read, before, fields)
    if workspace is not None:
        _worker(call, read, workspace, before, fields)
        _story(call, read, workspace, before, fields)
        _notes(read, workspace, before, fields)
        _location(call, read, before, fields)
    _day(call, read, before, fields)
    _minutes(call, read, before, fields)
    _billable_and_rates(call, read, workspace, fields)
    _role(call, read, fields)
    row_id = before["id"] if before is not None else None
    read.refusals += references.check(call, SUBJECT, row_id, body.get("external_reference"))
    return fields, read.refusals


def _workspace(call: Call, read: Reader, before: Row | None, fields: Row) -> Row | None:
    if before is None or read.given("workspace_id"):
        if not read.required("workspace_id"):
            return None
        fields["workspace_id"] = read.id("workspace_id")
    table = call.store.table("workspaces")
    workspace = table.get(fields.get("workspace_id") or (before or {}).get("workspace_id"))
    if workspace is None or not call.sees_workspace(workspace):
        if not read.refusals:
            read.refuse("unknown", "workspace_id")
        return None
    if workspace["archived"]:
        read.refuse("workspace_archived")
    elif not workspace["time_trackable"]:
        read.refuse("workspace_untracked")
    elif not call.may_log(workspace) and not call.has_finance(workspace["id"]):
        read.refuse("workspace_closed")
    return workspace


def _worker(call: Call, read: Reader, workspace: Row, before: Row | None, fields: Row) -> None:
    # user_id is silently ignored without the right to act for others.
    asked = read.fields.get("user_id")
    if before is None:
        fields["user_id"] = call.user_id
    if is_blank(asked) or not call.has_finance(workspace["id"]):
        if before is None and not call.may_log(workspace) and not read.refusals:
            read.refuse("workspace_closed")
        return
    worker_id = read.id("user_id")
    worker = call.store.table("users").get(worker_id)
    if worker is None:
        read.refuse("unknown", "user_id")
        return
    if not read.refusals and not _may_be_booked(call, workspace, worker["id"]):
        read.refuse("worker")
    fields["user_id"] = worker["id"]


def _may_be_booked(call: Call, workspace: Row, worker_id: str) -> bool:
    if (call.membership_of(worker_id) or {}).get("disabled_at") is not None:
        return False
    return not call.assumptions.worker_must_participate or call.may_log(workspace, worker_id)


def _story(call: Call, read: Reader, workspace: Row, before: Row | None, fields: Row) -> None:
    if read.given("story_id"):
        fields["story_id"] = read.id("story_id")
    elif before is not None and "workspace_id" not in fields:
        return
    story_id = fields.get("story_id", (before or {}).get("story_id"))
    if story_id is None:
        return
    story = call.store.table("stories").get(story_id)
    if story is None:
        read.refuse("story_unknown")
    elif story["workspace_id"] != workspace["id"] and call.assumptions.foreign_story == "refused":
        read.refuse("story_foreign")
    elif story["deleted_at"] is not None:
        read.refuse("story_deleted")
    elif not takes_time(story):
        read.refuse("story_untracked")


def _notes(read: Reader, workspace: Row, before: Row | None, fields: Row) -> None:
    if read.given("notes"):
        fields["notes"] = read.text("notes")
    if workspace["require_notes_on_time_entries"] and is_blank(
        fields.get("notes", (before or {}).get("notes"))
    ):
        read.refuse("notes_blank")


def _location(call: Call, read: Reader, before: Row | None, fields: Row) -> None:
    if read.given("location"):
        name = read.text("location")
        rows = call.store.table("account_locations").where("name", name)
        location = next((row for row in rows if not row["archived"]), None)
        if location is None and not is_blank(name):
            read.refuse("location_unknown")
            return
        fields["location_id"] = location["id"] if location else None
    worker_id = fields.get("user_id") or (before or {}).get("user_id") or call.user_id
    membership = call.membership_of(worker_id) or {}
    mandatory = membership.get("require_time_entry_location", False)
    if mandatory and fields.get("location_id", (before or {}).get("location_id")) is None:
        read.refuse("location_blank")


def _day(call: Call, read: Reader, before: Row | None, fields: Row) -> None:
    if before is not None and not read.given("date_performed"):
        return
    if not read.required("date_performed"):
        return
    day = read.date("date_performed")
    if day is None:
        return
    fields["date_performed"] = day.isoformat()
    if call.is_locked(day.isoformat()):
        read.refuse("locked", locked_to=call.locked_to)


def _minutes(call: Call, read: Reader, before: Row | None, fields: Row) -> None:
    if before is not None and not read.given("time_in_minutes"):
        return
    if not read.required("time_in_minutes"):
        return
    minutes = read.whole("time_in_minutes")
    least, most = call.assumptions.least_minutes, call.assumptions.most_minutes
    if minutes is not None and not least <= minutes <= most:
        read.refuse("minutes", least=least, most=most)
    fields["time_in_minutes"] = minutes


def _billable_and_rates(call: Call, read: Reader, workspace: Row | None, fields: Row) -> None:
    if not is_blank(read.fields.get("billable")):
        fields["billable"] = read.boolean("billable")
    if not is_blank(read.fields.get("rate_in_cents")):
        rate = read.whole("rate_in_cents")
        if workspace is not None and call.has_finance(workspace["id"]):
            fields["rate_in_cents"] = rate


def _role(call: Call, read: Reader, fields: Row) -> None:
    if is_blank(read.fields.get("role_id")):
        return
    role = call.store.table("roles").get(read.id("role_id"))
    if role is None or role["deleted_at"] is not None:
        read.refuse("unknown", "role_id")
    else:
        fields["role_id"] = role["id"]
