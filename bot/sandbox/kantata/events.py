"""Subscribed events: the feed of changes an administrator can pull (Kantata's API reference, Events)."""

from datetime import timedelta

from bot.sandbox.kantata.call import Call, stamp
from bot.sandbox.kantata.resource import Condition, Filter, Resource
from bot.sandbox.kantata.store import Row

KEPT = timedelta(days=9)


def record(call: Call, event_type: str, key: str, before: Row | None, after: Row | None) -> None:
    """Notes one change; ``event_type`` is Kantata's, such as ``time_entry:created``."""
    old, new = _public(before), _public(after)
    subject = before or after or {}
    call.store.insert(
        "subscribed_events",
        {
            "event_type": event_type,
            "subject_key": key,
            "subject_id": subject["id"],
            "user_id": call.user_id,
            "previous_payload": old,
            "current_payload": new,
            "payload_changes": {
                name: [old.get(name), new.get(name)]
                for name in {**old, **new}
                if old.get(name) != new.get(name)
            },
            "subject_changed_at": stamp(call.now),
            "created_at": stamp(call.now),
            "updated_at": stamp(call.now),
        },
    )


def _public(row: Row | None) -> Row:
    return {name: value for name, value in (row or {}).items() if not name.startswith("_")}


def _scope(call: Call) -> list[Condition]:
    call.require_administrator()
    oldest = stamp(call.now - KEPT)
    return [lambda row: row["created_at"] >= oldest]


def _types(_call: Call, value: str) -> Condition:
    wanted = frozenset(value.split(","))
    return lambda row: row["event_type"] in wanted


_by_types: Filter = _types

RESOURCE = Resource(
    key="subscribed_events",
    fields=lambda call, row: {
        "event_type": row["event_type"],
        "user_id": row["user_id"],
        "subject_ref": {"key": row["subject_key"], "id": row["subject_id"]},
        "previous_payload": row["previous_payload"],
        "current_payload": row["current_payload"],
        "payload_changes": row["payload_changes"],
        "subject_changed_at": call.moment(row["subject_changed_at"]),
        "created_at": call.moment(row["created_at"]),
    },
    scope=_scope,
    filters={"event_types": _by_types},
)
