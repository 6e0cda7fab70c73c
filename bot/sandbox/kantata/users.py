"""Users, account memberships, roles and locations (Kantata's API reference, the pages of these names)."""

from zoneinfo import ZoneInfo

from bot.sandbox.kantata.call import ACCOUNT, Call
from bot.sandbox.kantata.filters import among, digits, only_true, words_match
from bot.sandbox.kantata.refusals import refuse
from bot.sandbox.kantata.resource import Among, Condition, Filter, Include, Predicate, Resource
from bot.sandbox.kantata.store import Row
from bot.sandbox.kantata.workweeks import workweek_of

EMAIL_ADDRESSES_AT_MOST = 200


def _user_fields(_call: Call, row: Row) -> Row:
    return {name: row[name] for name in _USER_FIELDS}


_USER_FIELDS = (
    "full_name", "email_address", "headline", "photo_path", "account_id", "state", "city", "country", "bio",
    "website",
)  # fmt: skip


def _is_disabled(call: Call, row: Row) -> bool:
    membership = call.membership_of(row["id"])
    return membership is not None and membership["disabled_at"] is not None


def _users_scope(call: Call) -> list[Condition]:
    conditions: list[Condition] = []
    if call.flag("show_disabled") is not True:
        conditions.append(lambda row: not _is_disabled(call, row))
    if call.flag("on_my_account") is True:
        conditions.append(_is_colleague)
    else:
        conditions.append(_shares_a_project(call))
    return conditions


def _users_show_scope(call: Call) -> list[Condition]:
    shares = _shares_a_project(call)
    return [lambda row: call.flag("show_disabled") is True or not _is_disabled(call, row),
            lambda row: _is_colleague(row) or shares(row)]  # fmt: skip


def _is_colleague(row: Row) -> bool:
    return bool(row["account_id"] == ACCOUNT)


def _shares_a_project(call: Call) -> Predicate:
    rows = call.store.table("participations").among("workspace_id", call.participations)
    known = {row["user_id"] for row in rows} | {call.user_id}
    return lambda row: row["id"] in known


def _by_email_addresses(_call: Call, value: str) -> Condition:
    wanted = value.split(",")
    if len(wanted) > EMAIL_ADDRESSES_AT_MOST:
        raise refuse("too_many", limit=EMAIL_ADDRESSES_AT_MOST)
    return Among("email_address", frozenset(wanted))


def _participant_in(call: Call, value: str) -> Condition:
    return Among(
        "id",
        frozenset(row["user_id"] for row in call.store.table("participations").where("workspace_id", value)),
    )


def _can_be_approver(call: Call, value: str) -> Condition:
    return Among("id", frozenset(possible_approvers(call, value)))


def possible_approvers(call: Call, workspace_id: str) -> list[str]:
    """The provider's participants of a project, by id."""
    rows = call.store.table("participations").where("workspace_id", workspace_id)
    return [row["user_id"] for row in rows if row["role"] == "maven"]


def _without_timesheet_submission(call: Call, value: str) -> Condition:
    workspace_id, _, dates = value.partition(":")
    first, _, last = dates.partition(":")
    if not (workspace_id and first and last):
        raise refuse("date", "without_timesheet_submission")
    submitted = {
        row["user_id"]
        for row in call.store.table("timesheet_submissions").where("workspace_id", workspace_id)
        if row["status"] in {"pending", "approved"} and row["start_date"] <= last and row["end_date"] >= first
    }
    rows = call.store.table("participations").where("workspace_id", workspace_id)
    return Among("id", frozenset(row["user_id"] for row in rows) - submitted)


def _with_users(_call: Call, value: str) -> Condition:
    return Among("id", frozenset(digits(value)))


def _manager_of(call: Call, row: Row) -> str | None:
    membership = call.membership_of(row["id"])
    return membership["manager_id"] if membership else None


def _membership_id(call: Call, row: Row) -> str | None:
    membership = call.membership_of(row["id"])
    return membership["id"] if membership and membership["disabled_at"] is None else None


def _zone_letters(call: Call, row: Row) -> str | None:
    return call.now.astimezone(ZoneInfo(row["_time_zone"])).tzname()


def reference_include(subject_type: str) -> Include:
    """The external references of a row of that type."""

    def ids(call: Call, row: Row) -> list[str]:
        rows = call.store.table("external_references").where("subject_id", row["id"])
        return [other["id"] for other in rows if other["subject_type"] == subject_type]

    return Include("external_reference_ids", "external_references", ids)


USERS = Resource(
    key="users",
    fields=_user_fields,
    scope=_users_scope,
    show_scope=_users_show_scope,
    filters={
        "by_email_address": among("email_address"),
        "by_email_addresses": _by_email_addresses,
        "by_full_name": among("full_name"),
        "matching": words_match(lambda row: row["full_name"]),
        "participant_in": _participant_in,
        "can_be_approver_in_workspace": _can_be_approver,
        "with_users": _with_users,
        "without_timesheet_submission": _without_timesheet_submission,
    },
    includes={
        "account_membership": Include("account_membership_id", "account_memberships", _membership_id),
        "manager": Include("manager_id", "users", _manager_of),
        "role": Include("role_id", "roles"),
        "external_references": reference_include("User"),
    },
    optional={
        "abbreviated_timezone": _zone_letters,
        "classification": lambda _call, row: "internal" if _is_colleague(row) else "external",
        "last_site_activity": lambda call, row: call.moment(row["updated_at"]),
    },
    orders={"alphabetical": lambda row: row["full_name"].lower()},
    search=lambda row: str(row["full_name"]),
    subject_type="User",
)

_MEMBERSHIP_FIELDS = (
    "permission", "manager_can_approve", "enforce_workweek_minimum_on_timesheet_submission",
    "enforce_workweek_maximum_on_timesheet_submission", "require_time_entry_location", "is_owner",
)  # fmt: skip


def _membership_fields(call: Call, row: Row) -> Row:
    backups = call.store.table("backup_approver_associations").where("backup_approver_id", row["user_id"])
    return {
        **{name: row[name] for name in _MEMBERSHIP_FIELDS},
        "is_administrator": row["permission"] == "administrator",
        "is_backup_approver": bool(backups),
        "disabled_at": call.moment(row["disabled_at"]),
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


def _memberships_scope(call: Call) -> list[Condition]:
    inactive = call.flag("only_inactive") is True
    conditions: list[Condition] = [lambda row: (row["disabled_at"] is not None) is inactive]
    if call.user["account_id"] != ACCOUNT:
        conditions.append(lambda row: False)
    return conditions


def _active(_call: Call, row: Row) -> bool:
    return row["disabled_at"] is None


def _full_name_is(call: Call, value: str) -> Condition:
    return Among(
        "user_id", frozenset(row["id"] for row in call.store.table("users").where("full_name", value))
    )


_by_full_name: Filter = _full_name_is

MEMBERSHIPS = Resource(
    key="account_memberships",
    fields=_membership_fields,
    scope=_memberships_scope,
    filters={
        "by_user_id": among("user_id"),
        "with_user_ids": among("user_id", many=True),
        "only_active": only_true(_active),
        "can_log_in": only_true(_active),
        "by_full_name": _by_full_name,
    },
    includes={
        "user": Include("user_id", "users", always=True),
        "manager": Include("manager_id", "users", always=True),
        "managees": Include(
            "managee_ids",
            "users",
            lambda call, row: [
                other["user_id"]
                for other in call.store.table("account_memberships").where("manager_id", row["user_id"])
            ],
        ),
        "default_role": Include("default_role_id", "roles"),
        "effective_workweek": Include(
            "effective_workweek_id",
            "workweeks",
            lambda call, row: workweek_of(call.store, row["user_id"], call.today.isoformat())["id"],
        ),
        "backup_approver_associations": Include(
            "backup_approver_association_ids",
            "backup_approver_associations",
            lambda call, row: [
                other["id"]
                for other in call.store.table("backup_approver_associations").where(
                    "approver_id", row["user_id"]
                )
            ],
        ),
    },
)


def _role_fields(call: Call, row: Row) -> Row:
    return {
        "name": row["name"],
        "deleted_at": call.moment(row["deleted_at"]),
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


ROLES = Resource(
    key="roles",
    fields=_role_fields,
    includes={"external_references": reference_include("Role")},
    orders={"name": lambda row: row["name"].lower()},
    default_order="name:asc",
)

LOCATIONS = Resource(
    key="account_locations",
    fields=lambda call, row: {
        "name": row["name"],
        "archived": row["archived"],
        "in_use": bool(call.store.table("time_entries").where("location_id", row["id"])),
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    },
    orders={"name": lambda row: row["name"].lower()},
    default_order="name:asc",
)
