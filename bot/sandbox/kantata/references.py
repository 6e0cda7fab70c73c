"""External references, written with their object (Kantata's API reference, External References)."""

from dataclasses import replace

from bot.sandbox.kantata.call import Call, stamp
from bot.sandbox.kantata.filters import among
from bot.sandbox.kantata.refusals import Refusal, refuse
from bot.sandbox.kantata.resource import Among, Condition, Include, Resource
from bot.sandbox.kantata.store import Row

REQUIRED = ("service_name", "service_model", "service_model_ref")
_OPTIONAL = ("status", "external_message", "external_link", "external_status")
SUBJECT_KEYS = {
    "TimeEntry": "time_entries",
    "Submission": "timesheet_submissions",
    "TimeOffEntry": "time_off_entries",
    "Workspace": "workspaces",
    "Story": "stories",
    "User": "users",
    "Role": "roles",
}


def of(call: Call, subject_type: str, subject_id: str) -> list[Row]:
    """The references of one object."""
    rows = call.store.table("external_references").where("subject_id", subject_id)
    return [row for row in rows if row["subject_type"] == subject_type]


def check(call: Call, subject_type: str, subject_id: str | None, value: object) -> list[Refusal]:
    """What is wrong with the body's ``external_reference`` for this (or a new) object."""
    if value is None:
        return []
    if not isinstance(value, dict) or any(not str(value.get(name) or "").strip() for name in REQUIRED):
        return [refuse("reference")]
    if subject_id is None or call.assumptions.reference_again == "updated":
        return []
    for row in of(call, subject_type, subject_id):
        if row["service_name"] == str(value["service_name"]) and not _is_same(row, value):
            return [refuse("reference_taken")]
    return []


def _is_same(row: Row, value: Row) -> bool:
    return all(row[name] == str(value[name]) for name in REQUIRED)


def save(call: Call, subject_type: str, subject_id: str, value: Row | None) -> None:
    """Writes a checked reference: a new one, or the changed one of the same service."""
    if value is None:
        return
    now = stamp(call.now)
    fields: Row = {name: str(value[name]) for name in REQUIRED}
    fields |= {name: str(value[name]) for name in _OPTIONAL if value.get(name) is not None}
    if "locked" in value:
        fields["locked"] = bool(value["locked"])
    for row in of(call, subject_type, subject_id):
        if row["service_name"] == fields["service_name"]:
            call.store.update("external_references", row["id"], {**fields, "updated_at": now})
            return
    call.store.insert(
        "external_references",
        {
            **dict.fromkeys(_OPTIONAL),
            "locked": False,
            **fields,
            "subject_type": subject_type,
            "subject_id": subject_id,
            "last_synced_at": now,
            "created_at": now,
            "updated_at": now,
        },
    )


def drop(call: Call, subject_type: str, subject_id: str) -> None:
    """Removes the references of a deleted object."""
    for row in of(call, subject_type, subject_id):
        call.store.delete("external_references", row["id"])


def _fields(call: Call, row: Row) -> Row:
    return {
        **{name: row[name] for name in (*REQUIRED, *_OPTIONAL, "locked", "subject_type")},
        "subject_id": int(row["subject_id"]),
        "subject_ref": {"key": SUBJECT_KEYS[row["subject_type"]], "id": row["subject_id"]},
        "last_synced_at": call.moment(row["last_synced_at"]),
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


def _scope(call: Call) -> list[Condition]:
    subject_type = call.params.get("subject_type")
    if subject_type is None:
        raise refuse("filter_required", "subject_type")

    def visible(row: Row) -> bool:
        subject = call.store.table(SUBJECT_KEYS[row["subject_type"]]).get(row["subject_id"])
        return subject is not None and (row["subject_type"] != "TimeEntry" or call.sees_entry(subject))

    return [Among("subject_type", frozenset([subject_type])), visible]


def _subject_id(_call: Call, row: Row) -> str:
    return str(row["subject_id"])


RESOURCE = Resource(
    key="external_references",
    fields=_fields,
    scope=_scope,
    filters={
        "service_name": among("service_name"),
        "service_model": among("service_model"),
        "service_model_ref": among("service_model_ref"),
        "subject_id": among("subject_id"),
        "status": among("status"),
    },
    includes={"subject": Include("", "time_entries", _subject_id)},
)


def of_subject(subject_type: str) -> Resource:
    """The resource whose include ``subject`` gives rows of that type."""
    key = SUBJECT_KEYS.get(subject_type)
    return replace(RESOURCE, includes={"subject": Include("", key, _subject_id)}) if key else RESOURCE
