"""Time off: one row a person and day, within its capacity (Kantata's API reference, Time Off Entries)."""

from bot.sandbox.kantata import events, references
from bot.sandbox.kantata.body import Reader
from bot.sandbox.kantata.call import ACCOUNT, Call, parse_date, stamp
from bot.sandbox.kantata.filters import among
from bot.sandbox.kantata.refusals import Refusal, raise_all, refuse
from bot.sandbox.kantata.resource import Among, Condition, Include, Resource
from bot.sandbox.kantata.store import Row
from bot.sandbox.kantata.users import reference_include
from bot.sandbox.kantata.workweeks import capacity

SUBJECT = "TimeOffEntry"


def _after(call: Call, value: str) -> Condition:
    if parse_date(value) is None:
        raise refuse("date", "start_date")
    if call.assumptions.time_off_range == "exclusive":
        return lambda row: row["requested_date"] > value
    return lambda row: row["requested_date"] >= value


def _before(call: Call, value: str) -> Condition:
    if parse_date(value) is None:
        raise refuse("date", "end_date")
    if call.assumptions.time_off_range == "exclusive":
        return lambda row: row["requested_date"] < value
    return lambda row: row["requested_date"] <= value


def _participants_of(call: Call, value: str) -> Condition:
    rows = call.store.table("participations").where("workspace_id", value)
    return Among("user_id", frozenset(row["user_id"] for row in rows))


RESOURCE = Resource(
    key="time_off_entries",
    fields=lambda call, row: {
        "hours": row["hours"],
        "requested_date": row["requested_date"],
        "submission_date": row["submission_date"],
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    },
    scope=lambda call: [lambda _row: call.user["account_id"] == ACCOUNT],
    filters={
        "start_date": _after,
        "end_date": _before,
        "user_id": among("user_id"),
        "user_ids": among("user_id", many=True),
        "workspace_id": _participants_of,
    },
    includes={
        "user": Include("user_id", "users", always=True),
        "external_references": reference_include(SUBJECT),
        "role": Include(
            "role_id",
            "roles",
            lambda call, row: (call.store.table("users").get(row["user_id"]) or {}).get("role_id"),
        ),
    },
    subject_type=SUBJECT,
)


def _may_manage(call: Call, user_id: str) -> bool:
    if call.is_administrator:
        return True
    if user_id == call.user_id:
        return call.assumptions.own_time_off
    return call.assumptions.managed_time_off and call.manages(user_id)


def create(call: Call, bodies: list[Row], *, bulk: bool) -> list[Row]:
    """The days as they stand afterwards: same-day hours are one row, so there may be fewer than asked for."""
    refusals: list[Refusal] = []
    days: dict[str, Row] = {}
    for index, body in enumerate(bodies):
        read = Reader(body)
        fields = _checked(call, read)
        if not read.refusals:
            row, over = _merge(call, fields)
            read.refusals += over
            _mark(call, row, body)
            days[row["id"]] = row
        refusals += [refusal.at(index if bulk else None) for refusal in read.refusals]
    raise_all(refusals)
    return list(days.values())


def _checked(call: Call, read: Reader) -> Row:
    fields: Row = {}
    required = [read.required(name) for name in ("user_id", "hours", "requested_date")]
    if not all(required):
        return fields
    fields["user_id"] = read.id("user_id")
    user = call.store.table("users").get(fields["user_id"])
    if user is None or user["account_id"] != ACCOUNT:
        read.refuse("unknown", "user_id")
    elif not _may_manage(call, user["id"]):
        raise refuse("forbidden")
    fields["hours"] = read.number("hours")
    if fields["hours"] is not None and fields["hours"] <= 0:
        read.refuse("hours")
    fields["requested_date"] = read.date("requested_date")
    read.refusals += references.check(call, SUBJECT, None, read.fields.get("external_reference"))
    return fields


def _merge(call: Call, fields: Row) -> tuple[Row, list[Refusal]]:
    now = stamp(call.now)
    day = fields["requested_date"]
    rows = call.store.table("time_off_entries").where("user_id", fields["user_id"])
    before = next((row for row in rows if row["requested_date"] == day.isoformat()), None)
    hours = fields["hours"]
    if before is not None:
        if call.assumptions.same_day == "add":
            hours += before["hours"]
        row = call.store.update("time_off_entries", before["id"], {"hours": hours, "updated_at": now})
    else:
        row = call.store.insert(
            "time_off_entries",
            {
                "user_id": fields["user_id"],
                "hours": hours,
                "requested_date": day.isoformat(),
                "submission_date": call.today.isoformat(),
                "created_at": now,
                "updated_at": now,
            },
        )
    event = "time_off_entry:created" if before is None else "time_off_entry:updated"
    events.record(call, event, "time_off_entries", before, row)
    return row, _over_capacity(call, row, hours)


def _mark(call: Call, row: Row, body: Row) -> None:
    value = body.get("external_reference")
    if value is None:
        return
    had = references.of(call, SUBJECT, row["id"])
    if had and call.assumptions.merged_reference == "kept":
        return
    references.drop(call, SUBJECT, row["id"])
    if had and call.assumptions.merged_reference == "lost":
        return
    references.save(call, SUBJECT, row["id"], value)


def _over_capacity(call: Call, row: Row, hours: float) -> list[Refusal]:
    day = parse_date(row["requested_date"])
    if day is None:
        raise ValueError(row["requested_date"])
    most = capacity(call, row["user_id"], day) / 60
    return [refuse("capacity", hours=f"{most:g}")] if hours > most else []


def update(call: Call, row: Row, body: Row) -> Row:
    """The entry with other hours; any other field is silently left alone."""
    if not _may_manage(call, row["user_id"]):
        raise refuse("forbidden")
    read = Reader(body)
    hours = read.number("hours") if read.required("hours") else None
    if hours is not None:
        if hours <= 0:
            read.refuse("hours")
        read.refusals += _over_capacity(call, row, hours)
    read.refusals += references.check(call, SUBJECT, row["id"], body.get("external_reference"))
    raise_all(read.refusals)
    changed = call.store.update(
        "time_off_entries", row["id"], {"hours": hours, "updated_at": stamp(call.now)}
    )
    references.save(call, SUBJECT, row["id"], body.get("external_reference"))
    events.record(call, "time_off_entry:updated", "time_off_entries", row, changed)
    return changed


def delete(call: Call, row: Row) -> None:
    """Removes the entry, behind the lock too. Raises forbidden for others' time off."""
    if not _may_manage(call, row["user_id"]):
        raise refuse("forbidden")
    call.store.delete("time_off_entries", row["id"])
    references.drop(call, SUBJECT, row["id"])
    events.record(call, "time_off_entry:deleted", "time_off_entries", row, None)


def delete_many(call: Call, ids: list[str]) -> None:
    """Removes all of them or none; the refusal names those that cannot go."""
    table = call.store.table("time_off_entries")
    rows = [table.get(row_id) for row_id in ids]
    raise_all([
        refuse("undeletable", label="Time off entry", id=row_id)
        for row_id, row in zip(ids, rows, strict=True)
        if row is None or not _may_manage(call, row["user_id"])
    ])  # fmt: skip
    for row in rows:
        if row is not None:
            delete(call, row)
