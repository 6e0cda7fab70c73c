"""Time entries: read, written and refused (Kantata's API reference, Time Entries)."""

from bot.sandbox.kantata import events, references
from bot.sandbox.kantata.call import ACCOUNT, Call, stamp
from bot.sandbox.kantata.entry_checks import SUBJECT, checked
from bot.sandbox.kantata.filters import among, flagged
from bot.sandbox.kantata.refusals import Refusal, raise_all, refuse
from bot.sandbox.kantata.resource import Among, Condition, Include, Resource
from bot.sandbox.kantata.store import Row
from bot.sandbox.kantata.users import reference_include

_FIELDS = (
    "date_performed", "time_in_minutes", "billable", "notes", "currency", "currency_symbol",
    "currency_base_unit", "taxable",
)  # fmt: skip


def is_approved(call: Call, row: Row) -> bool:
    """On an approved timesheet, or in a project that needs no approval."""
    workspace = call.store.table("workspaces").get(row["workspace_id"])
    if workspace is not None and not workspace["require_time_approvals"]:
        return True
    submission = call.store.table("timesheet_submissions").get(row["active_submission_id"])
    return submission is not None and submission["status"] == "approved"


def _fields(call: Call, row: Row) -> Row:
    shown = {name: row[name] for name in _FIELDS}
    hidden = call.assumptions.rates_hidden and not call.has_finance(row["workspace_id"])
    if not hidden:
        shown |= {name: row[name] for name in ("rate_in_cents", "cost_rate_in_cents")}
    if len(call.store.table("account_locations")):
        location = call.store.table("account_locations").get(row["location_id"])
        shown["location"] = location["name"] if location else None
    if call.assumptions.user_can_edit == "always":
        shown["user_can_edit"] = _user_can_edit(call, row)
    return {
        **shown,
        "approved": is_approved(call, row),
        "is_invoiced": row["invoice_id"] is not None,
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


def _user_can_edit(call: Call, row: Row) -> bool:
    return call.may_change_entry(row) and not _fixed(call, row) and not call.is_locked(row["date_performed"])


def _scope(call: Call) -> list[Condition]:
    workspaces = call.store.table("workspaces")
    conditions: list[Condition] = []
    if call.flag("on_my_account") is not False:
        conditions.append(lambda row: _is_internal(workspaces.get(row["workspace_id"])))
    if call.flag("from_archived_workspaces") is not True:
        conditions.append(lambda row: not (workspaces.get(row["workspace_id"]) or {}).get("archived"))
    conditions.append(call.sees_entry)
    return conditions


def _is_internal(workspace: Row | None) -> bool:
    return workspace is not None and workspace["account_id"] == ACCOUNT


def _show_scope(call: Call) -> list[Condition]:
    return [call.sees_entry]


def _between(call: Call, value: str) -> Condition:
    first, colon, last = value.partition(":")
    if not colon:
        raise refuse("date", "date_performed_between")
    if call.assumptions.between_includes_ends:
        return lambda row: first <= row["date_performed"] <= last
    return lambda row: first < row["date_performed"] < last


def _on_active_invoice(call: Call, value: str) -> Condition | None:
    # Typed as a boolean, described as an id: both are understood.
    active = {row["id"] for row in call.store.table("invoices") if row["status"] != "canceled"}
    if value.isdigit():
        return Among("invoice_id", frozenset({value} & active))
    wanted = {"true": True, "TRUE": True, "false": False, "FALSE": False}.get(value)
    return None if wanted is None else lambda row: (row["invoice_id"] in active) is wanted


RESOURCE = Resource(
    key="time_entries",
    fields=_fields,
    scope=_scope,
    show_scope=_show_scope,
    filters={
        "approved": flagged(is_approved),
        "created_by": among("_creator_id"),
        "date_performed_between": _between,
        "in_active_invoice_id": _on_active_invoice,
        "in_active_submission": flagged(lambda _call, row: row["active_submission_id"] is not None),
        "invoiced": lambda _call, _value: lambda row: row["invoice_id"] is not None,
        "uninvoiced": lambda _call, _value: lambda row: row["invoice_id"] is None,
        "with_recent_timesheet_ids": among("recent_submission_id", many=True),
        "with_timesheet_id": among("active_submission_id"),
        "with_user_ids": among("user_id", many=True),
        "workspace_id": among("workspace_id"),
        "workspace_ids": among("workspace_id", many=True),
    },
    includes={
        "active_submission": Include("active_submission_id", "timesheet_submissions", always=True),
        "recent_submission": Include("recent_submission_id", "timesheet_submissions", always=True),
        "external_references": reference_include(SUBJECT),
        "invoice": Include("invoice_id", "invoices"),
        "role": Include("role_id", "roles"),
        "story": Include("story_id", "stories", always=True),
        "user": Include("user_id", "users", always=True),
        "workspace": Include("workspace_id", "workspaces", always=True),
    },
    optional={
        "location_id": lambda _call, row: int(row["location_id"]) if row["location_id"] else None,
        "user_can_edit": _user_can_edit,
    },
    orders={
        "date_performed": lambda row: row["date_performed"],
        "created_at": lambda row: row["created_at"],
        "updated_at": lambda row: row["updated_at"],
    },
    default_order="date_performed:desc",
    subject_type=SUBJECT,
)

INVOICES = Resource(
    key="invoices",
    fields=lambda call, row: {
        "title": row["title"],
        "status": row["status"],
        "draft": row["status"] == "draft",
        "currency": row["currency"],
        "invoice_date": row["invoice_date"],
        "workspace_ids": row["workspace_ids"],
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    },
)


# Writing


def create(call: Call, bodies: list[Row], *, bulk: bool) -> list[Row]:
    """The new entries, all or none. Raises Refused with every fault of every row."""
    drafts = [checked(call, body, None) for body in bodies]
    raise_all([
        refusal.at(index if bulk else None)
        for index, (_, refusals) in enumerate(drafts)
        for refusal in refusals
    ])  # fmt: skip
    now = stamp(call.now)
    rows = []
    for (fields, _), body in zip(drafts, bodies, strict=True):
        fresh = {
            **_new(call, fields),
            **fields,
            "_creator_id": call.user_id,
            "created_at": now,
            "updated_at": now,
        }
        row = call.store.insert("time_entries", fresh)
        references.save(call, SUBJECT, row["id"], body.get("external_reference"))
        events.record(call, "time_entry:created", "time_entries", None, row)
        rows.append(row)
    return rows


def _new(call: Call, fields: Row) -> Row:
    workspace = call.store.table("workspaces").get(fields["workspace_id"]) or {}
    story = call.store.table("stories").get(fields.get("story_id"))
    return {
        "billable": story["billable"] if story else call.assumptions.billable_without_story,
        "notes": None,
        "story_id": None,
        "location_id": None,
        "role_id": (call.store.table("users").get(fields["user_id"]) or {}).get("role_id"),
        "rate_in_cents": 0,
        "cost_rate_in_cents": 0,
        "currency": workspace["currency"],
        "currency_symbol": workspace["currency_symbol"],
        "currency_base_unit": workspace["currency_base_unit"],
        "taxable": False,
        "invoice_id": None,
        "active_submission_id": None,
        "recent_submission_id": None,
        "_adjusted": False,
    }


def update(call: Call, row: Row, body: Row) -> Row:
    """The changed entry. Raises not_found where the caller may see but not change it."""
    if not call.may_change_entry(row):
        raise refuse("not_found")
    fixed = _fixed(call, row)
    if fixed and call.assumptions.uneditable_put == "not_found":
        raise refuse("not_found")
    raise_all(fixed)
    if call.is_locked(row["date_performed"]):
        raise refuse("locked", locked_to=call.locked_to)
    fields, refusals = checked(call, body, row)
    raise_all(refusals)
    changed = call.store.update("time_entries", row["id"], {**fields, "updated_at": stamp(call.now)})
    references.save(call, SUBJECT, row["id"], body.get("external_reference"))
    events.record(call, "time_entry:updated", "time_entries", row, changed)
    return changed


def delete(call: Call, row: Row) -> None:
    """Removes the entry. Raises what keeps it from being removed."""
    if not call.may_change_entry(row):
        raise refuse("not_found")
    raise_all(undeletable(call, row))
    call.store.delete("time_entries", row["id"])
    references.drop(call, SUBJECT, row["id"])
    events.record(call, "time_entry:deleted", "time_entries", row, None)


def delete_many(call: Call, ids: list[str]) -> None:
    """Removes all of them or none: the refusal names each that cannot go, and why."""
    table = call.store.table("time_entries")
    refusals: list[Refusal] = []
    for row_id in ids:
        row = table.get(row_id)
        if row is None or not call.sees_entry(row) or not call.may_change_entry(row):
            refusals.append(refuse("undeletable", label="Time entry", id=row_id))
        else:
            refusals += [
                Refusal(one.name, "base", {**one.words, "id": row_id}) for one in undeletable(call, row)
            ]
    raise_all(refusals)
    for row_id in ids:
        row = table.get(row_id)
        if row is not None:
            delete(call, row)


def undeletable(call: Call, row: Row) -> list[Refusal]:
    """Why this entry cannot be deleted: submitted, invoiced, adjusted or locked."""
    reasons = _fixed(call, row)
    if call.is_locked(row["date_performed"]):
        reasons.append(refuse("locked", locked_to=call.locked_to))
    return reasons


def _fixed(call: Call, row: Row) -> list[Refusal]:
    reasons = []
    submission = call.store.table("timesheet_submissions").get(row["active_submission_id"])
    if submission is not None and (
        submission["status"] == "approved" or call.assumptions.pending_entries_are_fixed
    ):
        reasons.append(refuse("submitted", id=row["id"]))
    if row["invoice_id"] is not None:
        reasons.append(refuse("invoiced", id=row["id"]))
    if row["_adjusted"]:
        reasons.append(refuse("adjusted", id=row["id"]))
    return reasons
