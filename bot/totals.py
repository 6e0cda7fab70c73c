"""A person's time of a day and its week against the target, as Kantata has them."""

import asyncio
from datetime import date

from bot import work_calendars
from bot.deps import Deps
from bot.domain.dates import week_of
from bot.domain.time_entries import Totals
from bot.kantata.errors import KantataError


async def totals(deps: Deps, kantata_id: str, day: date) -> Totals | None:
    """The totals of that day and its week; None when Kantata does not tell them in time."""
    week = week_of(day)
    try:
        async with asyncio.timeout(deps.patience.extra):  # an answer without totals is better than a late one
            calendar = await work_calendars.load(deps, kantata_id, week.start, week.end)
            entries = [
                entry
                async for entry in deps.kantata.time_entries(
                    with_user_ids=[kantata_id], date_performed_between=(week.start, week.end)
                )
                if entry.user_id == kantata_id and week.start <= entry.day <= week.end
            ]
    except (KantataError, TimeoutError):
        return None
    return Totals(
        day=day,
        week_start=week.start,
        day_minutes=sum(entry.minutes for entry in entries if entry.day == day),
        week_minutes=sum(entry.minutes for entry in entries),
        day_target=calendar.target(day),
        week_target=sum(calendar.target(each) for each in week.days()),
    )
