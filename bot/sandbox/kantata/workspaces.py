"""Projects, their people and their tasks (Kantata's API reference, Workspaces, Participations, Stories)."""

from bot.sandbox.kantata.call import ACCOUNT, Call, stamp
from bot.sandbox.kantata.filters import among, flagged, only_true, words_match
from bot.sandbox.kantata.refusals import refuse
from bot.sandbox.kantata.resource import Among, Condition, Include, Resource
from bot.sandbox.kantata.store import Row
from bot.sandbox.kantata.users import possible_approvers, reference_include

_ACCESS_TABLES = ("participations", "account_memberships", "workspaces")

_WORKSPACE_FIELDS = (
    "title", "archived", "require_time_approvals", "require_expense_approvals",
    "require_notes_on_time_entries", "tasks_default_non_billable", "currency", "currency_symbol",
    "currency_base_unit", "client_role_name", "consultant_role_name", "description", "start_date", "due_date",
    "stage", "budgeted",
)  # fmt: skip


def _workspace_fields(call: Call, row: Row) -> Row:
    assumptions = call.assumptions
    mine = call.participations.get(row["id"])
    shown = {name: row[name] for name in _WORKSPACE_FIELDS}
    if assumptions.time_trackable == "workspace":
        shown["time_trackable"] = row["time_trackable"]
    else:
        shown["account_features"] = {"time_trackable": row["time_trackable"]}
    key = row["_status_key"]
    color, message = _STATUSES[key]
    level = mine["_access_level"] if mine else ("admin" if call.is_administrator else None)
    return {
        **shown,
        "account_id": int(row["account_id"])
        if assumptions.workspace_account_id == "integer"
        else row["account_id"],
        "status": {
            "color": color,
            "key": key if assumptions.workspace_status_key == "string" else int(key),
            "message": message,
        },
        "access_level": level,
        "can_create_line_items": call.may_log(row),
        "has_active_timesheet_submissions": _has_active_submissions(call, row),
        "permissions": {
            "is_participant": mine is not None,
            "access_level": level,
            "team_lead": bool(mine and mine["is_team_lead"]),
            "user_is_client": bool(mine and mine["role"] == "buyer"),
            "can_see_financials": call.has_finance(row["id"]),
            "can_post": mine is not None,
            "can_edit": level == "admin",
            "restricted": False,
            "is_guest_on_project": bool(mine and row["account_id"] != call.user["account_id"]),
        },
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


_STATUSES = {
    "300": ("green", "In Progress"),
    "200": ("light-green", "Estimate"),
    "400": ("gray", "Completed"),
}


def _has_active_submissions(call: Call, row: Row) -> bool:
    rows = call.store.table("timesheet_submissions").where("workspace_id", row["id"])
    return any(other["status"] in {"pending", "approved"} for other in rows)


def _workspaces_scope(call: Call) -> list[Condition]:
    conditions: list[Condition] = []
    archived = call.params.get("archived") or ("include" if call.flag("include_archived") else "exclude")
    if archived not in {"include", "exclude", "only"}:
        archived = "exclude"
    if archived != "include":
        wanted = archived == "only"
        conditions.append(lambda row: row["archived"] is wanted)
    if not call.sees_everything:
        conditions.append(Among("id", call.participations.keys()))
    else:
        conditions.append(call.sees_workspace)
    return conditions


def _participant(call: Call, value: str) -> Condition:
    rows = call.store.table("participations").where("user_id", value)
    return Among("id", frozenset(row["workspace_id"] for row in rows))


def _has_participation(call: Call, value: str) -> Condition | None:
    return Among("id", call.participations.keys()) if value in {"true", "TRUE"} else None


def _except(_call: Call, value: str) -> Condition:
    left_out = frozenset(value.split(","))
    return lambda row: row["id"] not in left_out


def _for_approver(call: Call, value: str) -> Condition:
    user = call.store.table("users").get(value)
    if user is None:
        return lambda row: False
    approver = Call(call.store, call.assumptions, user, call.now)
    return lambda row: administers_time(approver, row)


def administers_time(call: Call, row: Row) -> bool:
    """The caller can approve somebody's time on this project."""
    if not row["require_time_approvals"]:
        return False
    if call.sees_everything or call.user_id in row["approver_ids"] or call.has_finance(row["id"]):
        return True
    if call.stands_in_for_any(row["approver_ids"]):
        return True
    owners = call.store.table("participations").where("workspace_id", row["id"])
    return any(call.may_approve(owner["user_id"], row) for owner in owners)


def _pending_between(call: Call, value: str) -> Condition:
    first, _, last = value.partition(";")
    if not (first and last):
        raise refuse("date", "pending_timesheet_submissions")
    rows = call.store.table("timesheet_submissions").where("status", "pending")
    return Among("id", frozenset(
        row["workspace_id"] for row in rows if row["start_date"] <= last and row["end_date"] >= first
    ))  # fmt: skip


def _approvable_submissions(call: Call, row: Row) -> list[str]:
    rows = call.store.table("timesheet_submissions").where("workspace_id", row["id"])
    return [
        other["id"]
        for other in rows
        if other["status"] == "pending" and call.may_approve(other["user_id"], row)
    ]


def _participants(call: Call, row: Row) -> list[str]:
    return [other["user_id"] for other in call.store.table("participations").where("workspace_id", row["id"])]


def _financial_viewers(call: Call, row: Row) -> list[str]:
    rows = call.store.table("participations").where("workspace_id", row["id"])
    return [other["user_id"] for other in rows if other["_access_level"] in {"admin", "financial"}]


WORKSPACES = Resource(
    key="workspaces",
    fields=_workspace_fields,
    scope=_workspaces_scope,
    filters={
        "can_create_line_items": flagged(lambda call, row: call.may_log(row)),
        "has_participation": _has_participation,
        "has_participant": _participant,
        "matching": words_match(lambda row: row["title"]),
        "except": _except,
        "require_time_approvals": flagged(lambda _call, row: row["require_time_approvals"]),
        "for_approver": _for_approver,
        "viewable_for_time_administration": only_true(administers_time),
        "has_approvers": flagged(lambda _call, row: bool(row["approver_ids"])),
        "pending_timesheet_submissions": _pending_between,
        "on_my_account": only_true(lambda _call, row: row["account_id"] == ACCOUNT),
    },
    includes={
        "approvers": Include("approver_ids", "users"),
        "possible_approvers": Include(
            "possible_approver_ids", "users", lambda call, row: possible_approvers(call, row["id"])
        ),
        "participants": Include("participant_ids", "users", _participants),
        "participations": Include(
            "participation_ids",
            "participations",
            lambda call, row: [
                r["id"] for r in call.store.table("participations").where("workspace_id", row["id"])
            ],
        ),
        "current_user_participation": Include(
            "current_user_participation_id",
            "participations",
            lambda call, row: (call.participations.get(row["id"]) or {}).get("id"),
        ),
        "financial_viewers": Include("financial_viewer_ids", "users", _financial_viewers),
        "primary_maven": Include("primary_maven_id", "users", always=True),
        "creator": Include("creator_id", "users", always=True),
        "primary_workspace_group": Include("primary_workspace_group_id", "workspace_groups"),
        "workspace_groups": Include("workspace_group_ids", "workspace_groups"),
        "timesheet_submissions": Include(
            "timesheet_submission_ids", "timesheet_submissions", _approvable_submissions
        ),
        "external_references": reference_include("Workspace"),
    },
    optional={"lock_date": lambda call, _row: call.locked_to or None},
    orders={
        "updated_at": lambda row: row["updated_at"],
        "created_at": lambda row: row["created_at"],
        "last_viewed": lambda row: row["updated_at"],
        "title": lambda row: row["title"].lower(),
    },
    default_order="updated_at:desc",
    subject_type="Workspace",
    search=lambda row: f"{row['title']} {row['client_role_name'] or ''}",
    depends=(
        *_ACCESS_TABLES,
        "external_references",
        "timesheet_submissions",
        "backup_approver_associations",
        "users",
    ),
)

WORKSPACE_GROUPS = Resource(
    key="workspace_groups",
    fields=lambda call, row: {
        "name": row["name"],
        "company": row["company"],
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    },
)


def set_approvers(call: Call, row: Row, fields: Row) -> Row:
    """The project with new ``approver_ids``; other fields are left alone. Needs to administer it."""
    if (
        not call.is_administrator
        and (call.participations.get(row["id"]) or {}).get("_access_level") != "admin"
    ):
        raise refuse("forbidden")
    if "approver_ids" not in fields:
        return row
    asked = fields["approver_ids"]
    if not isinstance(asked, list):
        raise refuse("unknown", "approver_ids")
    ids = [str(item) for item in asked if str(item)]
    if not set(ids) <= set(possible_approvers(call, row["id"])):
        raise refuse("unknown", "approver_ids")
    return call.store.update("workspaces", row["id"], {"approver_ids": ids, "updated_at": stamp(call.now)})


def _participations_scope(call: Call) -> list[Condition]:
    workspace_id = call.params.get("workspace_id")
    if workspace_id is None:
        raise refuse("filter_required", "workspace_id")
    workspace = call.store.table("workspaces").get(workspace_id)
    if workspace is None or not call.sees_workspace(workspace):
        return [lambda row: False]
    return [Among("workspace_id", frozenset([workspace_id]))]


def _by_user_full_name(call: Call, value: str) -> Condition:
    return Among(
        "user_id", frozenset(row["id"] for row in call.store.table("users").where("full_name", value))
    )


PARTICIPATIONS = Resource(
    key="participations",
    fields=lambda call, row: {
        "role": row["role"],
        "is_team_lead": row["is_team_lead"],
        "can_edit_time": row["can_edit_time"],
        "can_post": row["can_post"],
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    },
    scope=_participations_scope,
    filters={
        "by_user": among("user_id"),
        "by_user_full_name": _by_user_full_name,
        "mavens_only": only_true(lambda _call, row: row["role"] == "maven"),
    },
    includes={
        "user": Include("user_id", "users", always=True),
        "workspace": Include("workspace_id", "workspaces", always=True),
    },
    optional={"access_level": lambda call, row: row["_access_level"] if call.is_administrator else None},
    subject_type="Participation",
)
