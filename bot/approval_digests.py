"""All that waits for an approver, once a day to whoever wants it so, and as a reminder to everybody else.

What is due is settled once for each approver and day, by a row; the message itself is drawn when it is sent.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot import work_calendars
from bot.approval_messages import DIGEST, deliver
from bot.deps import Deps
from bot.domain.approvals import DIGEST_AT, Hearing, is_digest_due
from bot.domain.people import Person
from bot.kantata.errors import KantataError
from storage import approvals, deliveries, people, policies
from storage.deliveries import New

log = structlog.get_logger()


async def plan(deps: Deps) -> None:
    """Settle whom to tell today of what waits, and tell them; one person's failure stops nobody else's."""
    async with deps.database.reading() as session:
        now = await deps.database.now(session)
        waited_for = await approvals.waiting_for(session)
    for workspace, user_id in waited_for:
        try:
            await _plan_for(deps, workspace, user_id, now)
        except KantataError as failed:
            log.warning("digest not planned", workspace=workspace, error=type(failed).__name__)
    await deliver(deps)


async def _plan_for(deps: Deps, workspace: str, user_id: str, now: datetime) -> None:
    async with deps.database.reading() as session:
        known = await people.by_kantata_id(session, user_id)
    for each in known:
        if each.workspace == workspace and each.person:
            await _plan_for_person(deps, each.person, now)
            return


async def _plan_for_person(deps: Deps, person: Person, now: datetime) -> None:
    local = now.astimezone(ZoneInfo(person.time_zone))
    today = local.date()
    if local.time() < DIGEST_AT:
        return
    new = New(person.workspace, DIGEST, f"digest:{person.kantata_id}:{today.isoformat()}", person.kantata_id)
    async with deps.database.reading() as session:
        if await deliveries.is_known(session, new.workspace, new.key):
            return
        hearing = (await policies.personal(session, person.workspace, person.slack_id)).hearing
        waiting = await approvals.queue(session, person.kantata_id)
    begins = datetime.combine(today, DIGEST_AT, local.tzinfo)
    since = [each.since.astimezone(local.tzinfo).date() for each in waiting if each.since < begins]
    if hearing is Hearing.QUEUE or not since:
        return  # what came after is for the next day
    calendar = await work_calendars.load(deps, person.kantata_id, min(since), today)
    is_due = is_digest_due(hearing, local, since, calendar)
    async with deps.database.transaction() as session:
        await deliveries.add(session, new, now, settled=not is_due)
