"""Tasks (Kantata's API reference, Stories)."""

from bot.sandbox.kantata.call import ACCOUNT, Call
from bot.sandbox.kantata.filters import among, digits, only_true
from bot.sandbox.kantata.resource import Among, Condition, Include, Resource
from bot.sandbox.kantata.store import Row
from bot.sandbox.kantata.users import reference_include

_FIELDS = (
    "title", "story_type", "state", "billable", "archived", "due_date", "start_date", "position",
    "time_estimate_in_minutes", "percentage_complete", "description", "fixed_fee", "priority",
)  # fmt: skip
DONE = frozenset({"completed", "fixed", "resolved", "won't fix", "duplicate", "can't repro"})


def takes_time(row: Row) -> bool:
    """The task's own switch, for a task that is neither archived nor deleted."""
    return bool(row["_takes_time"]) and not row["archived"] and row["deleted_at"] is None


def _fields(call: Call, row: Row) -> Row:
    children = call.store.table("stories").where("parent_id", row["id"])
    return {
        **{name: row[name] for name in _FIELDS},
        "time_trackable": bool(row["_takes_time"]),
        "is_time_trackable_type": row["story_type"] in {"task", "deliverable", "issue"},
        "sub_story_count": len(children),
        "ancestry_depth": 0 if row["parent_id"] is None else 1,
        "deleted_at": call.moment(row["deleted_at"]),
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


def _scope(call: Call) -> list[Condition]:
    conditions: list[Condition] = []
    archived = call.params.get("archived") or ("include" if call.flag("show_archived") else "exclude")
    if archived == "only":
        conditions.append(lambda row: row["archived"])
    elif archived != "include":
        conditions.append(lambda row: not row["archived"])
    if call.flag("show_deleted") is not True:
        conditions.append(lambda row: row["deleted_at"] is None)
    conditions.append(_projects_seen(call))
    return conditions


def _projects_seen(call: Call) -> Condition:
    table = call.store.table("workspaces")
    with_archived = call.flag("show_from_archived_workspaces") is True
    if call.sees_everything:
        left_out = frozenset(
            row["id"]
            for row in table
            if (row["archived"] and not with_archived)
            or (row["account_id"] != ACCOUNT and row["id"] not in call.participations)
        )
        return lambda row: row["workspace_id"] not in left_out
    rows = (table.get(workspace_id) for workspace_id in call.participations)
    seen = frozenset(row["id"] for row in rows if row is not None and (with_archived or not row["archived"]))
    return Among("workspace_id", seen)


def _trackable_on(call: Call, value: str) -> list[Condition]:
    workspace = call.store.table("workspaces").get(value)
    if workspace is None or not workspace["time_trackable"]:
        return [lambda row: False]
    return [Among("workspace_id", frozenset([value])), takes_time]


def _with_assignees(_call: Call, value: str) -> Condition:
    wanted = frozenset(value.split(","))

    def matches(row: Row) -> bool:
        if not row["assignee_ids"]:
            return "unassigned" in wanted
        return not wanted.isdisjoint(row["assignee_ids"])

    return matches


def _mine(call: Call, value: str) -> Condition | None:
    return (lambda row: call.user_id in row["assignee_ids"]) if value in {"true", "TRUE"} else None


def _with_projects(_call: Call, value: str) -> Condition:
    return Among("workspace_id", frozenset(digits(value)))


def _ancestors(call: Call, row: Row) -> list[str]:
    return [row["parent_id"]] if row["parent_id"] is not None else []


STORIES = Resource(
    key="stories",
    fields=_fields,
    scope=_scope,
    filters={
        "workspace_id": among("workspace_id"),
        "with_projects": _with_projects,
        "time_trackable_on_workspace_id": _trackable_on,
        "assigned_to_current_user": _mine,
        "with_assignees": _with_assignees,
        "uncompleted": only_true(lambda _call, row: row["state"] not in DONE),
        "parents_only": only_true(lambda _call, row: row["parent_id"] is None),
        "with_parent_id": among("parent_id"),
        "with_root_id": among("root_id"),
        "story_types": among("story_type", many=True),
        "by_status": among("state", many=True),
    },
    includes={
        "workspace": Include("workspace_id", "workspaces", always=True),
        "parent": Include("parent_id", "stories", always=True),
        "root": Include("root_id", "stories", always=True),
        "creator": Include("creator_id", "users", always=True),
        "ancestors": Include("ancestor_ids", "stories", _ancestors),
        "assignees": Include("assignee_ids", "users"),
        "external_references": reference_include("Story"),
    },
    orders={
        "updated_at": lambda row: row["updated_at"],
        "created_at": lambda row: row["created_at"],
        "due_date": lambda row: row["due_date"] or "",
        "title": lambda row: row["title"].lower(),
        "parent_and_position": lambda row: (
            int(row["parent_id"] or row["id"]),
            row["parent_id"] is not None,
            row["position"],
        ),
    },
    default_order="updated_at:desc",
    subject_type="Story",
    search=lambda row: str(row["title"]),
    depends=("participations", "account_memberships", "workspaces", "external_references"),
)
