"""The contract about time off, calendars, locks and backup approvers."""

from datetime import date
from typing import Any

from bot.kantata.errors import Invalid, NotAllowed, NotFound
from bot.kantata.records import NewTimeOffEntry
from tests.kantata.contract.cases import (
    ADMINISTRATOR,
    APPROVER,
    CONSULTANT,
    DAY_OFF,
    DAYS_OFF,
    SATURDAY,
    SERVICE,
    STRANGER,
    SUNDAY,
    TUESDAY,
    Answer,
    Case,
    Refusal,
    Side,
    refused,
)
from tests.kantata.contract.directory import WORKWEEK
from tests.kantata.samples import TAY, TIME_OFF, Row, envelope


async def day_off(side: Side) -> Any:
    tay = side.kantata(CONSULTANT)
    first = await tay.create_time_off_entry(NewTimeOffEntry(CONSULTANT, DAY_OFF, 4))
    [both] = await tay.create_time_off([NewTimeOffEntry(CONSULTANT, DAY_OFF, 2.5)])
    less = await tay.update_time_off(both.id, 5)
    found = [
        each.hours async for each in tay.time_off(user_id=CONSULTANT, start_date=DAY_OFF, end_date=DAY_OFF)
    ]
    await tay.delete_time_off_entry(less.id)
    return first.id == both.id, first.hours, both.hours, less.hours, found


async def day_off_too_long(side: Side) -> Any:
    return await side.kantata(CONSULTANT).create_time_off_entry(NewTimeOffEntry(CONSULTANT, DAY_OFF, 9))


async def day_off_on_a_sunday(side: Side) -> Any:
    return await side.kantata(CONSULTANT).create_time_off_entry(NewTimeOffEntry(CONSULTANT, SUNDAY, 1))


async def day_off_of_a_stranger(side: Side) -> Any:
    return await side.kantata(STRANGER).create_time_off_entry(NewTimeOffEntry(CONSULTANT, DAY_OFF, 1))


async def days_off_deleted(side: Side) -> Any:
    tay = side.kantata(CONSULTANT)
    entry = await tay.create_time_off_entry(NewTimeOffEntry(CONSULTANT, DAY_OFF, 4))
    await tay.delete_time_off([entry.id])
    return await tay.time_off_entry(entry.id)


async def workweek(side: Side) -> Any:
    found = [each async for each in side.kantata(SERVICE).workweeks(effective_date=SUNDAY) if each.default]
    return [(each.minutes_on(SUNDAY), each.minutes_on(TUESDAY)) for each in found]


async def holidays(side: Side) -> Any:
    service = side.kantata(SERVICE)
    mine = [each async for each in service.holiday_calendar_memberships(by_user_id=CONSULTANT)]
    all_of_them = [each async for each in service.holidays()]
    return [each.user_id for each in mine], all(each.start_date <= each.end_date for each in all_of_them)


async def locked_on_a_friday(side: Side) -> Any:
    return await side.kantata(ADMINISTRATOR).create_line_item_lock(date(2026, 2, 20))


async def locks(side: Side) -> Any:
    return max([each.locked_to async for each in side.kantata(SERVICE).line_item_locks()])


async def backup(side: Side) -> Any:
    admin = side.kantata(ADMINISTRATOR)
    made = await admin.create_backup_approver(APPROVER, ADMINISTRATOR, SUNDAY, SATURDAY)
    later = await admin.update_backup_approver(made.id, end_date=date(2026, 3, 21))
    await admin.delete_backup_approver(made.id)
    return made.approver_id, made.backup_approver_id, made.end_date, later.end_date


def day_off_answer(request: str, hours: float) -> Answer:
    return Answer(request, envelope("time_off_entries", {**TIME_OFF, "hours": hours}, users=[TAY]))


BACKUP: Row = {
    "id": "55",
    "approver_id": APPROVER,
    "backup_approver_id": ADMINISTRATOR,
    "start_date": "2026-03-01",
    "end_date": "2026-03-07",
}

FIRM = [
    Case(
        "a day off is booked, added to, changed and deleted",
        day_off,
        (True, 4.0, 6.5, 5.0, [5.0]),
        [
            day_off_answer("POST /time_off_entries", 4.0),
            day_off_answer("POST /time_off_entries", 6.5),
            day_off_answer("PUT /time_off_entries/*", 5.0),
            day_off_answer("GET /time_off_entries", 5.0),
            Answer("DELETE /time_off_entries/*", None, 204),
        ],
    ),
    Case(
        "no more hours are off than the day has",
        day_off_too_long,
        Refusal(Invalid, frozenset({"hours"})),
        [Answer("POST /time_off_entries", refused("validation", field="hours"), 422)],
    ),
    Case(
        "no hours are off on a day without work",
        day_off_on_a_sunday,
        Refusal(Invalid, frozenset({"hours"})),
        [Answer("POST /time_off_entries", refused("validation", field="hours"), 422)],
    ),
    Case(
        "time off of others is not one's to book",
        day_off_of_a_stranger,
        Refusal(NotAllowed),
        [Answer("POST /time_off_entries", refused("system"), 403)],
    ),
    Case(
        "days off are deleted together",
        days_off_deleted,
        Refusal(NotFound),
        [
            Answer("POST /time_off_entries", DAYS_OFF),
            Answer("DELETE /time_off_entries", None, 204),
            Answer("GET /time_off_entries", envelope("time_off_entries")),
        ],
    ),
    Case(
        "the firm's workweek is told",
        workweek,
        [(0, 480)],
        [Answer("GET /workweeks", envelope("workweeks", WORKWEEK))],
    ),
    Case(
        "holidays and whose they are",
        holidays,
        ([CONSULTANT], True),
        [
            Answer(
                "GET /holiday_calendar_memberships",
                envelope(
                    "holiday_calendar_memberships",
                    {
                        "id": "31",
                        "user_id": CONSULTANT,
                        "holiday_calendar_id": "20",
                        "start_date": "2026-01-01",
                        "end_date": None,
                    },
                ),
            ),
            Answer(
                "GET /holidays",
                envelope(
                    "holidays",
                    {
                        "id": "21",
                        "name": "Spring Day",
                        "start_date": "2026-04-06",
                        "end_date": "2026-04-06",
                        "paid": True,
                        "total_hours": 8.0,
                    },
                ),
            ),
        ],
    ),
    Case(
        "a lock ends on a Saturday",
        locked_on_a_friday,
        Refusal(Invalid, frozenset({"locked_to"})),
        [Answer("POST /line_item_locks", refused("validation", field="locked_to"), 422)],
    ),
    Case(
        "the latest lock is in force",
        locks,
        date(2026, 2, 14),
        [
            Answer(
                "GET /line_item_locks",
                envelope("line_item_locks", {"id": "77", "account_id": 500, "locked_to": "2026-02-14"}),
            )
        ],
    ),
    Case(
        "a backup is named, prolonged and removed",
        backup,
        (APPROVER, ADMINISTRATOR, SATURDAY, date(2026, 3, 21)),
        [
            Answer("POST /backup_approver_associations", envelope("backup_approver_associations", BACKUP)),
            Answer(
                "PUT /backup_approver_associations/*",
                envelope("backup_approver_associations", {**BACKUP, "end_date": "2026-03-21"}),
            ),
            Answer("DELETE /backup_approver_associations/*", None, 204),
        ],
    ),
]
