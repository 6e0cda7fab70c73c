"""Workweeks, holidays and the capacity of a day (Kantata's API reference, Workweeks, Holidays)."""

from datetime import date, timedelta
from typing import Literal

from bot.sandbox.kantata.call import Call, parse_date
from bot.sandbox.kantata.filters import among, words_match
from bot.sandbox.kantata.refusals import refuse
from bot.sandbox.kantata.resource import Among, Condition, Include, Resource
from bot.sandbox.kantata.store import Row, Store

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _in_force(row: Row, day: str) -> bool:
    return bool(row["start_date"] <= day and (row["end_date"] is None or day <= row["end_date"]))


def workweek_of(store: Store, user_id: str, day: str) -> Row:
    """The workweek of a user on a day (YYYY-MM-DD): by membership, else the account's default."""
    for membership in store.table("workweek_memberships").where("user_id", user_id):
        workweek = store.table("workweeks").get(membership["workweek_id"])
        if workweek is not None and _in_force(membership, day):
            return workweek
    defaults = [row for row in store.table("workweeks") if row["default"]]
    # Before the first default began, it is that one.
    return next((row for row in defaults if _in_force(row, day)), defaults[0])


def calendar_of(
    store: Store, user_id: str, day: str, without: Literal["default_calendar", "no_holidays"]
) -> str | None:
    """The id of the holiday calendar of a user on a day; ``without`` says whose a user without one has."""
    for membership in store.table("holiday_calendar_memberships").where("user_id", user_id):
        if _in_force(membership, day):
            return str(membership["holiday_calendar_id"])
    if without == "no_holidays":
        return None
    return next((row["id"] for row in store.table("holiday_calendars") if row["default"]), None)


def is_holiday(call: Call, user_id: str, day: str) -> bool:
    """A holiday of the user's calendar falls on that day."""
    calendar_id = calendar_of(call.store, user_id, day, call.assumptions.without_membership)
    rows = call.store.table("holiday_calendar_associations").where("holiday_calendar_id", calendar_id)
    holidays = (call.store.table("holidays").get(row["holiday_id"]) for row in rows)
    return any(row is not None and row["start_date"] <= day <= row["end_date"] for row in holidays)


def capacity(call: Call, user_id: str, day: date) -> int:
    """The minutes a user works on a day: those of the workweek, none on a holiday."""
    if is_holiday(call, user_id, day.isoformat()):
        return 0
    workweek = workweek_of(call.store, user_id, day.isoformat())
    return int(workweek[f"{DAYS[day.weekday()]}_minutes"])


def week_minutes(call: Call, user_id: str, first: date) -> int:
    """The minutes a user works in the week that starts on ``first``."""
    return sum(capacity(call, user_id, first + timedelta(days=day)) for day in range(7))


def _effective_date(_call: Call, value: str) -> Condition:
    if parse_date(value) is None:
        raise refuse("date", "effective_date")
    return lambda row: _in_force(row, value)


def _participants_of(call: Call, value: str) -> Condition:
    rows = call.store.table("participations").where("workspace_id", value)
    return Among("user_id", frozenset(row["user_id"] for row in rows))


def _timed(call: Call, row: Row, *names: str) -> Row:
    return {
        **{name: row[name] for name in names},
        "created_at": call.moment(row["created_at"]),
        "updated_at": call.moment(row["updated_at"]),
    }


_WORKWEEK_FIELDS = ("default", "start_date", "end_date", *(f"{day}_minutes" for day in DAYS))

WORKWEEKS = Resource(
    key="workweeks",
    fields=lambda call, row: {
        **_timed(call, row, *_WORKWEEK_FIELDS),
        "total_minutes": sum(row[f"{day}_minutes"] for day in DAYS),
    },
    filters={"effective_date": _effective_date},
    includes={
        "workweek_memberships": Include(
            "workweek_membership_ids",
            "workweek_memberships",
            lambda call, row: [
                other["id"]
                for other in call.store.table("workweek_memberships").where("workweek_id", row["id"])
            ],
        )
    },
    orders={"start_date": lambda row: row["start_date"]},
    default_order="start_date:asc",
)

WORKWEEK_MEMBERSHIPS = Resource(
    key="workweek_memberships",
    fields=lambda call, row: _timed(call, row, "start_date", "end_date"),
    filters={
        "user_ids": among("user_id", many=True),
        "effective_date": _effective_date,
        "participants_for_workspace_id": _participants_of,
    },
    includes={
        "user": Include("user_id", "users", always=True),
        "workweek": Include("workweek_id", "workweeks", always=True),
    },
)


def _calendar_names(call: Call, row: Row) -> list[str]:
    rows = call.store.table("holiday_calendar_associations").where("holiday_id", row["id"])
    calendars = (call.store.table("holiday_calendars").get(other["holiday_calendar_id"]) for other in rows)
    return [calendar["name"] for calendar in calendars if calendar is not None]


HOLIDAYS = Resource(
    key="holidays",
    fields=lambda call, row: _timed(call, row, "name", "start_date", "end_date", "paid", "total_hours"),
    filters={"matching": words_match(lambda row: row["name"])},
    includes={
        "holiday_calendar_associations": Include(
            "holiday_calendar_association_ids",
            "holiday_calendar_associations",
            lambda call, row: [
                other["id"]
                for other in call.store.table("holiday_calendar_associations").where("holiday_id", row["id"])
            ],
        )
    },
    optional={"calendar_names_list": _calendar_names},
    orders={"start_date": lambda row: row["start_date"]},
    default_order="start_date:asc",
    times=False,
)

HOLIDAY_CALENDARS = Resource(
    key="holiday_calendars",
    fields=lambda call, row: _timed(call, row, "name", "default"),
    orders={"name": lambda row: row["name"].lower()},
)

HOLIDAY_CALENDAR_ASSOCIATIONS = Resource(
    key="holiday_calendar_associations",
    fields=_timed,
    filters={"by_holiday_calendar_id": among("holiday_calendar_id"), "by_holiday_id": among("holiday_id")},
    includes={
        "holiday": Include("holiday_id", "holidays", always=True),
        "holiday_calendar": Include("holiday_calendar_id", "holiday_calendars", always=True),
    },
)

HOLIDAY_CALENDAR_MEMBERSHIPS = Resource(
    key="holiday_calendar_memberships",
    fields=lambda call, row: _timed(call, row, "start_date", "end_date"),
    filters={
        "by_user_id": among("user_id"),
        "by_holiday_calendar_id": among("holiday_calendar_id"),
    },
    includes={
        "user": Include("user_id", "users", always=True),
        "holiday_calendar": Include("holiday_calendar_id", "holiday_calendars", always=True),
    },
)
