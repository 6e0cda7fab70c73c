"""Whom a request for time off concerns: who decides about it, and who else is off."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from bot.approval_sheets import members_now
from bot.deps import Deps
from bot.domain.approvals import Member
from bot.domain.calendars import Week
from bot.domain.policies import FirmPolicy
from bot.domain.time_off import Absence, TimeOff, absences, deciders
from bot.kantata.errors import KantataError
from bot.views.time_off import Surroundings
from storage import members, people, policies, project_copy, projects

PATIENCE = 10.0  # seconds for what is good to know beside a request

log = structlog.get_logger()


@dataclass(frozen=True)
class Deciders:
    """Who decides, by id, and what the firm has settled about it; the members are those it depends on."""

    ids: tuple[str, ...]
    policy: FirmPolicy
    members: Mapping[str, Member]

    @property
    def names(self) -> tuple[str, ...]:
        """Who decides, by name."""
        return tuple(self.members[each].name for each in self.ids)


async def deciders_now(deps: Deps, workspace: str, person_id: str) -> Deciders:
    """Who decides about that person's time off, as Kantata and the settings have it this moment.

    One request, and one more for the manager. Raises KantataError.
    """
    async with deps.database.reading() as session:
        policy = await policies.firm(session, workspace)
        administrators = await members.administrators(session)
    found = await members_now(deps, {person_id, *policy.time_off_fallbacks, *administrators})
    person = found.get(person_id)
    if person and person.manager_id and person.manager_id not in found:
        found |= await members_now(deps, {person.manager_id})
    asked = await _reachable(deps, workspace, found, person_id)
    return Deciders(deciders(person_id, policy, asked), policy, found)


async def _reachable(
    deps: Deps, workspace: str, found: Mapping[str, Member], person_id: str
) -> dict[str, Member]:
    """Those who can be asked in Slack, as soon as everybody there is known, and the person."""
    async with deps.database.reading() as session:
        if await project_copy.read_until(session, people.ROSTER) is None:
            return dict(found)
        matched = await people.matched(session, workspace, found)
    return {user_id: member for user_id, member in found.items() if user_id in {*matched, person_id}}


async def surroundings(deps: Deps, request: TimeOff) -> Surroundings:
    """Who of the person's projects is off on the days of a request, and what is logged on them."""
    days = {each.day for each in request.days}
    first, last = min(days), max(days)
    async with deps.database.reading() as session:
        colleagues = await projects.colleagues(session, request.kantata_id)
    try:
        async with asyncio.timeout(PATIENCE):
            off, minutes = await asyncio.gather(
                _days_off(deps, first, last), logged(deps, request.kantata_id, first, last)
            )
    except (KantataError, TimeoutError) as failed:
        log.warning("surroundings not known", error=type(failed).__name__)
        return Surroundings(known=False)
    by_id = {user_id: sorted(theirs & days) for user_id, theirs in off.items() if user_id in colleagues}
    names = await _names(deps, [user_id for user_id, theirs in by_id.items() if theirs])
    found = [Absence(names[user_id], tuple(by_id[user_id])) for user_id in names]
    return Surroundings(
        tuple(sorted(found, key=lambda each: each.name.casefold())),
        {day: value for day, value in minutes.items() if day in days},
    )


async def booked_from(deps: Deps, kantata_id: str, first: date) -> dict[date, int] | None:
    """The minutes off that Kantata has of somebody in the year from ``first``, by day, whoever booked them.

    None where Kantata does not tell in time.
    """
    minutes: dict[date, int] = {}
    try:
        async with asyncio.timeout(deps.patience.known):
            found = deps.kantata.time_off(
                user_id=kantata_id, start_date=first, end_date=first + timedelta(days=366)
            )
            async for entry in found:
                minutes[entry.day] = minutes.get(entry.day, 0) + round(entry.hours * 60)
    except (KantataError, TimeoutError) as failed:
        log.warning("days off not known", error=type(failed).__name__)
        return None
    return minutes


async def logged(deps: Deps, kantata_id: str, first: date, last: date) -> dict[date, int]:
    """The minutes somebody has logged, by day; raises KantataError."""
    minutes: dict[date, int] = {}
    entries = deps.kantata.time_entries(with_user_ids=[kantata_id], date_performed_between=(first, last))
    async for entry in entries:
        minutes[entry.day] = minutes.get(entry.day, 0) + entry.minutes
    return minutes


async def absences_of(deps: Deps, week: Week) -> tuple[Absence, ...]:
    """Everybody of the firm who is off in that week, as Kantata has it; raises KantataError."""
    off = await _days_off(deps, week.start, week.end)
    names = await _names(deps, list(off))
    return absences([(names[user_id], day) for user_id in names for day in off[user_id]], week)


async def _days_off(deps: Deps, first: date, last: date) -> dict[str, set[date]]:
    found: dict[str, set[date]] = {}
    async for entry in deps.kantata.time_off(start_date=first, end_date=last):
        found.setdefault(entry.user_id, set()).add(entry.day)
    return found


async def _names(deps: Deps, user_ids: list[str]) -> dict[str, str]:
    """The names of those who are active members."""
    async with deps.database.reading() as session:
        known = await members.find(session, user_ids)
    return {user_id: member.name for user_id, member in known.items()}
