"""All that waits for an approver, once a day to whoever wants it so, and as a reminder to everybody else.

What is due is settled once for each approver and day, by a row; the message itself is drawn when it is sent.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot import work_calendars
from bot.approval_messages import DIGEST, deliver
from bot.deps import Deps
from bot.domain.approvals import Hearing, is_digest_due
from bot.domain.people import Person
from bot.domain.policies import FirmPolicy, PersonSettings, Reminder
from bot.domain.reminders import Why, is_wanted
from bot.domain.zones import zone_of
from bot.kantata.errors import KantataError
from storage import approvals, deliveries, people, policies
from storage.deliveries import New

log = structlog.get_logger()


@dataclass(frozen=True)
class Judged:
    """An approver, and why there is nothing to be said now; None: something is."""

    person: Person
    why: Why | None
    waiting: int = 0


async def plan(deps: Deps, now: datetime | None = None) -> None:
    """Settle whom to tell today of what waits, and tell them; one person's failure stops nobody else's.

    With ``now`` it is done as if it were that time.
    """
    async for judged, at in _judged(deps, now):
        if judged.why in (None, Why.OFF_TODAY, Why.NOT_A_REMINDER_DAY):
            async with deps.database.transaction() as session:
                noted = await deps.database.now(session)
                new = _new(judged.person, at)
                await deliveries.add(session, new, noted, settled=judged.why is not None)
    await deliver(deps)


async def preview(deps: Deps, now: datetime) -> AsyncIterator[Judged]:
    """Each approver for whom something waits: who would be told at that time, and why the others not."""
    async for judged, _ in _judged(deps, now):
        yield judged


async def _judged(deps: Deps, now: datetime | None) -> AsyncIterator[tuple[Judged, datetime]]:
    async with deps.database.reading() as session:
        at = now or await deps.database.now(session)
        waited_for = await approvals.waiting_for(session)
    for workspace, user_id in waited_for:
        async with deps.database.reading() as session:
            known = await people.by_kantata_id(session, user_id)
        person = next((each.person for each in known if each.workspace == workspace and each.person), None)
        if person is None:
            continue
        try:
            yield await _judge(deps, person, at), at
        except KantataError as failed:
            log.warning("digest not planned", workspace=workspace, error=type(failed).__name__)


async def _judge(deps: Deps, person: Person, now: datetime) -> Judged:
    async with deps.database.reading() as session:
        firm = await policies.firm(session, person.workspace)
        own = await policies.personal(session, person.workspace, person.slack_id)
        if why := _first_look(firm, own, person, now):
            return Judged(person, why)
        if await deliveries.is_known(session, person.workspace, _new(person, now).key):
            return Judged(person, Why.GOT_IT)
        waiting = await approvals.queue(session, person.kantata_id)
    local = now.astimezone(zone_of(person.time_zone))
    begins = datetime.combine(local.date(), firm.decisions_at, local.tzinfo)
    since = [each.since.astimezone(local.tzinfo).date() for each in waiting if each.since < begins]
    if not since:
        return Judged(person, Why.NOTHING_WAITS)  # what came after is for the next day
    calendar = await work_calendars.load(deps, person.kantata_id, min(since), local.date())
    if calendar.target(local.date()) == 0:
        return Judged(person, Why.OFF_TODAY)
    is_due = is_digest_due(own.hearing, local, since, calendar, firm.decisions_at)
    return Judged(person, None if is_due else Why.NOT_A_REMINDER_DAY, len(waiting))


def _first_look(firm: FirmPolicy, own: PersonSettings, person: Person, now: datetime) -> Why | None:
    if why := is_wanted(Reminder.DECISIONS, firm, own):
        return why
    if own.hearing is Hearing.QUEUE:
        return Why.LOOKS_ALONE
    local = now.astimezone(zone_of(person.time_zone))
    return Why.TOO_EARLY if local.time() < firm.decisions_at else None


def _new(person: Person, now: datetime) -> New:
    today = person.today(now).isoformat()
    return New(person.workspace, DIGEST, f"digest:{person.kantata_id}:{today}", person.kantata_id)
