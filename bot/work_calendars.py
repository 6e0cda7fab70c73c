"""A person's working time as Kantata has it: workweek and holidays kept for an hour, time off never."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import TypeVar

from bot.deps import Deps
from bot.domain.work_calendars import Holiday, WorkCalendar, Workweek
from bot.kantata import account_records
from bot.kantata.account_records import HolidayCalendarMembership
from storage import work_calendars

FRESH = timedelta(hours=1)
T = TypeVar("T")


async def load(deps: Deps, kantata_id: str, start: date, end: date) -> WorkCalendar:
    """The calendar, with the time off from ``start`` to ``end``; raises KantataError where it is not told."""
    now = deps.clock()
    async with deps.database.reading() as session:
        kept = await work_calendars.find(session, kantata_id)
    if kept is None or now - kept.read_at > FRESH:
        calendar = await _ask(deps, kantata_id)
        async with deps.database.transaction() as session:
            await work_calendars.save(session, kantata_id, calendar, now)
    else:
        calendar = kept.calendar
    return WorkCalendar(calendar.workweeks, calendar.holidays, await _time_off(deps, kantata_id, start, end))


async def _time_off(deps: Deps, kantata_id: str, start: date, end: date) -> dict[date, int]:
    minutes: dict[date, int] = {}
    async for entry in deps.kantata.time_off(user_id=kantata_id, start_date=start, end_date=end):
        minutes[entry.day] = minutes.get(entry.day, 0) + round(entry.hours * 60)
    return minutes


async def _ask(deps: Deps, kantata_id: str) -> WorkCalendar:
    workweeks, holidays = await asyncio.gather(_workweeks(deps, kantata_id), _holidays(deps, kantata_id))
    return WorkCalendar(workweeks, holidays)


async def _workweeks(deps: Deps, kantata_id: str) -> tuple[Workweek, ...]:
    """The person's own ones first; who has none works the firm's (Kantata's API reference, Workweeks)."""
    own = [
        Workweek(each.workweek.minutes, each.start_date, each.end_date)
        async for each in deps.kantata.workweek_memberships(user_ids=[kantata_id])
        if each.workweek
    ]
    firm = [
        Workweek(each.minutes, each.start_date, each.end_date)
        for each in await _all(deps.kantata.workweeks())
        if each.default
    ]
    return tuple(own + firm)


async def _holidays(deps: Deps, kantata_id: str) -> tuple[Holiday, ...]:
    """Those of the calendar the person is in on the day, else of the default one."""
    memberships = await _all(deps.kantata.holiday_calendar_memberships(by_user_id=kantata_id))
    default = {each.id for each in await _all(deps.kantata.holiday_calendars()) if each.default}
    found: list[Holiday] = []
    async for holiday in deps.kantata.holidays():
        day = holiday.start_date
        mine = {each.holiday_calendar_id for each in memberships if _covers(each, day)} or default
        if mine & set(holiday.calendar_ids):
            found.append(holiday_of(holiday))
    return tuple(found)


def holiday_of(record: account_records.Holiday) -> Holiday:
    """The holiday with the minutes it takes of each day: all of them where Kantata tells no hours."""
    minutes = round(record.total_hours * 60) if record.total_hours else None
    return Holiday(record.name, record.start_date, record.end_date, minutes)


def _covers(membership: HolidayCalendarMembership, day: date) -> bool:
    start, end = membership.start_date, membership.end_date
    return (start is None or start <= day) and (end is None or day <= end)


async def _all(rows: AsyncIterator[T]) -> list[T]:
    return [row async for row in rows]
