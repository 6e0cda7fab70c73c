"""What the firm has logged: some weeks of history, and a current week that is half filled."""

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.kantata.call import stamp, sunday
from bot.sandbox.kantata.seed_people import CALENDARS, HUDSON, PEOPLE, TAY, Rows
from bot.sandbox.kantata.seed_projects import PROJECTS, Project
from bot.sandbox.kantata.store import Row

LOGGING = (TAY, "104", "107", "109", "113", "117", "121")
_NOTES = (
    "Working session",
    "Review with the client",
    "First draft",
    "Fixed what was left",
    "Prepared the next step",
)
# How last week's timesheets stand, by person; Tay has not submitted yet.
_LAST_WEEK = {"104": "pending", "107": "pending", "109": "rejected", "113": "approved", "117": "approved",
              "121": "pending"}  # fmt: skip
_HOLIDAYS = frozenset((month, day) for days in CALENDARS.values() for _, month, day in days)


def lock_day(today: date) -> date:
    """The Saturday up to which time is locked."""
    return sunday(today) - timedelta(days=15)


def time_rows(rows: Rows, today: date, made: str) -> None:
    """Adds entries, timesheets, an invoice, the lock, time off and a backup approver to ``rows``."""
    for name in ("time_entries", "timesheet_submissions", "resolutions", "time_off_entries"):
        rows[name] = {}
    chance = random.Random(7)  # noqa: S311  # the same firm every time
    for weeks_ago in range(5, -1, -1):
        first = sunday(today) - timedelta(weeks=weeks_ago)
        for user_id in LOGGING:
            _week(rows, chance, user_id, first, today, weeks_ago)
    _invoice(rows, today, made)
    _lock(rows, today, made)
    _time_off(rows, today, made)
    _backup(rows, today, made)


def _week(rows: Rows, chance: random.Random, user_id: str, first: date, today: date, weeks_ago: int) -> None:
    places = [
        place for place, project in enumerate(PROJECTS) if user_id in project.team and _is_open(project)
    ]
    chosen = places[:1] + chance.sample(places[1:], k=min(2, len(places) - 1))
    days = 4 if user_id == "121" else 5
    entries: list[Row] = []
    for day in (first + timedelta(days=number) for number in range(1, days + 1)):
        # Of the current week only what lies behind, and no more than its first half.
        if (weeks_ago == 0 and (day >= today or day.weekday() > 2)) or (day.month, day.day) in _HOLIDAYS:
            continue
        parts = (180, 180) if user_id == "121" else ((240, 240) if weeks_ago else (210, 120))
        entries += [_entry(rows, chance, user_id, chance.choice(chosen), day, minutes) for minutes in parts]
    state = "approved" if weeks_ago > 1 else _LAST_WEEK.get(user_id) if weeks_ago == 1 else None
    if state is not None:
        for place in dict.fromkeys(entry["workspace_id"] for entry in entries):
            _submit(rows, user_id, place, [e for e in entries if e["workspace_id"] == place], first, state)


def _is_open(project: Project) -> bool:
    return project.trackable and not project.archived and not project.external


def _entry(rows: Rows, chance: random.Random, user_id: str, place: int, day: date, minutes: int) -> Row:
    table = rows["time_entries"]
    workspace_id = str(3001 + place)
    tasks = [
        story
        for story in rows["stories"].values()
        if story["workspace_id"] == workspace_id
        and story["_takes_time"] and not story["archived"] and story["deleted_at"] is None
    ]  # fmt: skip
    story = chance.choice(tasks) if tasks else None
    done = _evening(user_id, day)
    row = {
        "id": str(9001 + len(table)),
        "user_id": user_id,
        "workspace_id": workspace_id,
        "story_id": story["id"] if story else None,
        "date_performed": day.isoformat(),
        "time_in_minutes": minutes,
        "billable": story["billable"] if story else True,
        "notes": chance.choice(_NOTES),
        "rate_in_cents": 12_000,
        "cost_rate_in_cents": 6_500,
        "currency": "USD",
        "currency_symbol": "$",
        "currency_base_unit": 100,
        "taxable": False,
        "role_id": rows["users"][user_id]["role_id"],
        "location_id": None,
        "invoice_id": None,
        "active_submission_id": None,
        "recent_submission_id": None,
        "_adjusted": False,
        "_creator_id": user_id,
        "created_at": done,
        "updated_at": done,
    }
    table[row["id"]] = row
    return row


def _evening(user_id: str, day: date) -> str:
    zone = next(person.time_zone for person in PEOPLE if person.id == user_id)
    return stamp(datetime.combine(day, time(17, 30), ZoneInfo(zone)))


def _submit(rows: Rows, user_id: str, workspace_id: str, entries: list[Row], first: date, state: str) -> None:
    workspace = rows["workspaces"][workspace_id]
    if not workspace["require_time_approvals"]:
        return
    table = rows["timesheet_submissions"]
    friday, last = first + timedelta(days=5), first + timedelta(days=6)
    row: Row = {
        "id": str(7001 + len(table)),
        "title": f"{first:%b} {first.day} - {last:%b} {last.day}, {last.year}",
        "comment": None,
        "status": state,
        "user_id": user_id,
        "workspace_id": workspace_id,
        "start_date": first.isoformat(),
        "end_date": last.isoformat(),
        "current_resolution_creator_id": None,
        "current_resolution_created_at_date": None,
        "current_resolution_description": None,
        "created_at": _evening(user_id, friday),
        "updated_at": _evening(user_id, friday),
    }
    table[row["id"]] = row
    for entry in entries:
        entry["recent_submission_id"] = row["id"]
        entry["active_submission_id"] = row["id"] if state in {"pending", "approved"} else None
    if state != "pending":
        _resolve(rows, row, workspace["approver_ids"][0], state, friday)


def _resolve(rows: Rows, row: Row, decider: str, state: str, friday: date) -> None:
    decided = _evening(decider, friday + timedelta(days=1))
    why = "Please say in the notes what was reviewed" if state == "rejected" else None
    row |= {
        "current_resolution_creator_id": decider,
        "current_resolution_created_at_date": decided,
        "current_resolution_description": why,
        "updated_at": decided,
    }
    row_id = str(8001 + len(rows["resolutions"]))
    rows["resolutions"][row_id] = {
        "id": row_id,
        "type": "approval" if state == "approved" else "rejection",
        "description": why,
        "target_type": "TimesheetSubmission",
        "target_id": row["id"],
        "user_id": decider,
        "current": True,
        "created_at": decided,
        "updated_at": decided,
    }


def _invoice(rows: Rows, today: date, made: str) -> None:
    # The oldest week of the first project has been invoiced.
    end = (sunday(today) - timedelta(weeks=5) + timedelta(days=6)).isoformat()
    rows["invoices"] = {
        "1501": {
            "id": "1501",
            "title": "Website relaunch",
            "status": "accepted payment",
            "currency": "USD",
            "invoice_date": end,
            "workspace_ids": ["3001"],
            "created_at": made,
            "updated_at": made,
        }
    }
    for entry in rows["time_entries"].values():
        if entry["workspace_id"] == "3001" and entry["date_performed"] <= end and entry["billable"]:
            entry["invoice_id"] = "1501"


def _lock(rows: Rows, today: date, made: str) -> None:
    day = lock_day(today)
    rows["line_item_locks"] = {
        str(76 + place): {
            "id": str(76 + place),
            "account_id": "500",
            "creator_id": HUDSON,
            "locked_to": (day - timedelta(weeks=4 - 4 * place)).isoformat(),
            "created_at": made,
            "updated_at": made,
        }
        for place in (0, 1)
    }


def _time_off(rows: Rows, today: date, made: str) -> None:
    monday = sunday(today) + timedelta(days=8)
    for user_id, days, hours in (("107", 4, 8.0), ("109", 3, 8.0), ("117", 0, 4.0), (TAY, 11, 8.0)):
        day = monday + timedelta(days=days)
        if (day.month, day.day) in _HOLIDAYS:
            continue
        row_id = str(6001 + len(rows["time_off_entries"]))
        rows["time_off_entries"][row_id] = {
            "id": row_id,
            "user_id": user_id,
            "hours": hours,
            "requested_date": day.isoformat(),
            "submission_date": (today - timedelta(days=10)).isoformat(),
            "created_at": made,
            "updated_at": made,
        }


def _backup(rows: Rows, today: date, made: str) -> None:
    rows["backup_approver_associations"] = {
        "55": {
            "id": "55",
            "approver_id": "110",
            "backup_approver_id": "106",
            "start_date": (today - timedelta(days=3)).isoformat(),
            "end_date": (today + timedelta(days=10)).isoformat(),
            "created_at": made,
            "updated_at": made,
        }
    }
