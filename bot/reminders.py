"""Reminders as private messages: looked up in bulk just before they are sent, snoozed, stopped.

A reminder says nothing where Kantata, asked at most ``FRESH`` before, no longer gives a reason for it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

from bot import work_calendars
from bot.deliveries import Kind
from bot.deps import Deps
from bot.domain.languages import later, tr
from bot.domain.people import Person
from bot.domain.policies import PersonSettings, Reminder
from bot.domain.problems import Problem
from bot.domain.reminders import (
    LOOK_BACK,
    Due,
    Snooze,
    Standing,
    TeamWeek,
    Why,
    is_wanted,
    resumed,
    snoozed_until,
    stopped,
)
from bot.domain.work_calendars import WorkCalendar
from bot.domain.zones import zone_of
from bot.kantata.errors import KantataError
from bot.reminder_checks import PEOPLE, Holidays, Look, look, teams_of, weeks_of
from bot.views import reminders as views
from bot.views.messages import Message
from storage import policies, reminders
from storage.deliveries import Held
from storage.reminders import Kept

FRESH = timedelta(minutes=2)
PAUSE = timedelta(seconds=10)  # after Kantata did not answer
UNKNOWN = later("I do not know that reminder any more; it is too old.")

log = structlog.get_logger()
T = TypeVar("T")
Clock = Callable[[], datetime]
Check = Callable[[Deps, Look, Mapping[str, Due]], Awaitable[Mapping[str, T | Why]]]


class Checked(Generic[T]):
    """What Kantata says about the reminders that are sent next, read for ``PEOPLE`` of them at once.

    ``clock`` tells the time as if it were another one.
    """

    def __init__(self, check: Check[T], clock: Clock | None = None) -> None:
        self._check = check
        self._clock = clock
        self._holidays = Holidays()
        self._known: dict[int, T | Why] = {}
        self._read_at: datetime | None = None
        self._failed: tuple[datetime, KantataError] | None = None

    async def of(self, deps: Deps, held: Held) -> T | Why:
        """About this one; raises KantataError, for a moment without asking again."""
        now = (self._clock or deps.clock)()
        is_fresh = self._read_at is not None and abs(now - self._read_at) < FRESH
        if not is_fresh or held.id not in self._known:
            await self._read(deps, held, now)
        return self._known[held.id]

    async def _read(self, deps: Deps, held: Held, now: datetime) -> None:
        if self._failed and abs(now - self._failed[0]) < PAUSE:
            raise self._failed[1]
        at = await look(deps, held.workspace, self._holidays, self._clock() if self._clock else None)
        some = await self._next(deps, held)
        try:
            found = await self._check(deps, at, {each.kantata_id: each.due for each in some})
        except KantataError as failed:
            self._failed = (now, failed)
            raise
        self._failed, self._read_at = None, now
        self._known = {each.id: found[each.kantata_id] for each in some}

    async def _next(self, deps: Deps, held: Held) -> list[Kept]:
        """This reminder and those that are sent after it, of each person one."""
        this = Kept(
            held.id,
            held.workspace,
            held.key,
            held.kantata_id,
            reminders.read_due(held.kind, held.payload),
        )
        async with deps.database.reading() as session:
            more = await reminders.waiting(
                session, held.workspace, held.kind, held.id + 1, await deps.database.now(session), PEOPLE - 1
            )
        by_person = {each.kantata_id: each for each in [*reversed(more), this]}
        return list(by_person.values())


async def _is_wanted(deps: Deps, held: Held, person: Person, reminder: Reminder) -> bool:
    async with deps.database.reading() as session:
        firm = await policies.firm(session, held.workspace)
        own = await policies.personal(session, held.workspace, person.slack_id)
    return is_wanted(reminder, firm, own) is None


class WeekReminder:
    """That one's own week is not complete, or still not."""

    def __init__(self, reminder: Reminder, clock: Clock | None) -> None:
        self._reminder = reminder
        self._checked: Checked[Standing] = Checked(weeks_of, clock)

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """What is missing now; nothing where that is nothing, or the day is over."""
        found = await self._checked.of(deps, held)
        if isinstance(found, Why):
            return None
        return views.incomplete(held.id, self._reminder, found)

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """Whether the person has not stopped it meanwhile."""
        return await _is_wanted(deps, held, person, self._reminder)


class TeamReport:
    """Who of a team is missing."""

    def __init__(self, clock: Clock | None) -> None:
        self._checked: Checked[TeamWeek] = Checked(teams_of, clock)

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """Who is missing now; nothing where nobody is, or the day is over."""
        found = await self._checked.of(deps, held)
        if isinstance(found, Why):
            return None
        async with deps.database.reading() as session:
            firm = await policies.firm(session, held.workspace)
        return views.report(found, firm.tolerated_minutes)

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """Whether the person has not stopped it meanwhile."""
        return await _is_wanted(deps, held, person, Reminder.MISSING)


def kinds(clock: Clock | None = None) -> dict[str, Kind]:
    """The kinds of messages that carry reminders; each remembers what Kantata said a moment ago.

    With ``clock`` they are drawn as if it were another time.
    """
    return {
        reminders.kind_of(Reminder.INCOMPLETE): WeekReminder(Reminder.INCOMPLETE, clock),
        reminders.kind_of(Reminder.AGAIN): WeekReminder(Reminder.AGAIN, clock),
        reminders.kind_of(Reminder.MISSING): TeamReport(clock),
    }


async def own(deps: Deps, person: Person, row_id: int) -> Kept:
    """The person's own reminder; raises Problem where it is not known any more."""
    async with deps.database.reading() as session:
        kept = await reminders.own(session, person.workspace, row_id, person.kantata_id)
    if kept is None:
        raise Problem(tr(UNKNOWN))
    return kept


async def snooze(deps: Deps, person: Person, row_id: int, choice: Snooze) -> Message:
    """Let the reminder come once more later; what is said to that."""
    kept = await own(deps, person, row_id)
    now = deps.clock().astimezone(zone_of(person.time_zone))
    until = snoozed_until(choice, now, await _calendar(deps, person, now))
    async with deps.database.transaction() as session:
        at = await deps.database.now(session)
        if not await reminders.snooze(session, kept, until.date(), until, at):
            until = await reminders.snoozed_until(session, kept) or until
    return views.snoozed(until.astimezone(zone_of(person.time_zone)))


async def _calendar(deps: Deps, person: Person, now: datetime) -> WorkCalendar:
    """The person's working days to come; the usual ones where Kantata does not tell."""
    today = now.date()
    try:
        return await work_calendars.load(deps, person.kantata_id, today, today + timedelta(days=LOOK_BACK))
    except KantataError as failed:
        log.warning("no calendar for a snooze", error=type(failed).__name__)
        return WorkCalendar()


async def stop(deps: Deps, person: Person, reminder: Reminder) -> Message:
    """Remind the person of that no more, from now on."""
    await _choose(deps, person, lambda own: stopped(own.stopped, reminder))
    return views.stopped(reminder)


async def resume(deps: Deps, person: Person, reminder: Reminder) -> Message:
    """Take that back."""
    await _choose(deps, person, lambda own: resumed(own.stopped, reminder))
    return views.resumed(reminder)


async def _choose(
    deps: Deps, person: Person, choose: Callable[[PersonSettings], frozenset[Reminder]]
) -> None:
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        before = await policies.personal(session, person.workspace, person.slack_id)
        after = replace(before, stopped=choose(before))
        await policies.save_personal(session, person.workspace, person.slack_id, after, now)
