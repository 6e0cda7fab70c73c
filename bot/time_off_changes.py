"""Time off taken back or given other hours: at once while it waits, in Kantata once it is granted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.deps import Deps
from bot.domain.languages import tr
from bot.domain.leave_lines import Wish
from bot.domain.people import Person
from bot.domain.problems import Field, Problem
from bot.domain.time_off import Afterwards, LeaveDay, TimeOff, TimeOffState, changed_minutes
from bot.domain.writes import Reply
from bot.intents import Accepted
from bot.kantata.errors import KantataError
from bot.outbox import Outbox
from bot.time_off import CHANGED_MEANWHILE, NO_ANSWER, circumstances, own
from bot.time_off_decisions import notice_to_decider
from bot.time_off_messages import deliver
from bot.time_off_payloads import Order, encode_order, time_off_object
from bot.time_off_writes import CANCEL, CHANGE
from bot.views import time_off as views
from bot.views.messages import Message
from bot.views.time_off import TimeOffRef
from storage import time_off, writes
from storage.time_off import Settlement

Outcome = Accepted | Message


async def take_back(deps: Deps, outbox: Outbox, person: Person, ref: TimeOffRef, reply: Reply) -> Outcome:
    """Take a request back, whole: withdrawn while it waits, its days given back once it is granted."""
    found = await own(deps, person, ref)
    if not found.is_open:
        return views.already(found)
    days = [each.day for each in found.standing_days()]
    return await _take_back(deps, outbox, found, days, reply)


async def cancel(
    deps: Deps, outbox: Outbox, person: Person, days: Sequence[date], reply: Reply
) -> list[Outcome]:
    """Take back these days of whatever request has them; raises Problem where none has any."""
    return [
        await _take_back(deps, outbox, each, theirs, reply)
        for each, theirs in await _having(deps, person, days)
    ]


async def _having(deps: Deps, person: Person, days: Sequence[date]) -> list[tuple[TimeOff, list[date]]]:
    async with deps.database.reading() as session:
        found = await time_off.open_requests(session, person.workspace, person.kantata_id)
    pairs = [(each, [day.day for day in each.standing_days() if day.day in days]) for each in found]
    having = [(each, theirs) for each, theirs in pairs if theirs]
    if not having:
        raise Problem(views.which(days), Field.DAYS)
    return having


async def _take_back(
    deps: Deps, outbox: Outbox, found: TimeOff, days: Sequence[date], reply: Reply
) -> Outcome:
    if found.is_waiting:
        return await _withdraw(deps, found, days)
    return await _set(deps, outbox, found, CANCEL, dict.fromkeys(days, 0), reply)


async def _withdraw(deps: Deps, found: TimeOff, days: Sequence[date]) -> Message:
    gone = tuple(each for each in found.days if each.day in days)
    left = tuple(each for each in found.days if each.day not in days)
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        if left:
            done = await time_off.rewrite(session, found, left, found.reason, found.expires_at, now)
        else:
            settlement = Settlement(TimeOffState.WITHDRAWN)
            done = await time_off.settle(session, found.id, found.revision, settlement, now) is not None
    if not done:
        raise Problem(tr(CHANGED_MEANWHILE))
    deps.background.spawn(deliver(deps), name="deliver time off")
    return views.withdrawn(gone, left=left)


async def change(deps: Deps, outbox: Outbox, person: Person, wish: Wish, reply: Reply) -> list[Outcome]:
    """Give days other hours: of what waits, and of what was granted. Raises Problem at its field."""
    having = await _having(deps, person, wish.days)
    changed = []
    for found, days in having:
        minutes = await _other_minutes(deps, person, found, days, wish)
        changed.append((found, minutes))
    return [await _change(deps, outbox, found, minutes, wish, reply) for found, minutes in changed]


async def _other_minutes(
    deps: Deps, person: Person, found: TimeOff, days: Sequence[date], wish: Wish
) -> dict[date, int]:
    """The minutes of each day by the person's working hours, less what else is off or asked for."""
    try:
        met = await circumstances(deps, person, days, None)
    except KantataError:
        raise Problem(tr(NO_ANSWER)) from None
    chosen = [each for each in found.days if each.day in days]
    return {
        each.day: changed_minutes(
            wish,
            each,
            met.capacity(each.day),
            met.calendar.time_off.get(each.day, 0)
            + met.waiting.get(each.day, 0)
            - (each.taken if each.taken is not None else each.minutes),
        )
        for each in chosen
    }


async def _change(
    deps: Deps, outbox: Outbox, found: TimeOff, minutes: Mapping[date, int], wish: Wish, reply: Reply
) -> Outcome:
    if not found.is_waiting:
        return await _set(deps, outbox, found, CHANGE, minutes, reply)
    days = tuple(replace(each, minutes=minutes.get(each.day, each.minutes)) for each in found.days)
    reason = wish.reason or found.reason
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        if not await time_off.rewrite(session, found, days, reason, found.expires_at, now):
            raise Problem(tr(CHANGED_MEANWHILE))
    deps.background.spawn(deliver(deps), name="deliver time off")
    return views.rewritten(replace(found, days=days, revision=found.revision + 1))


async def _set(
    deps: Deps, outbox: Outbox, found: TimeOff, kind: str, minutes: Mapping[date, int], reply: Reply
) -> Accepted:
    """Let Kantata have other hours of granted days, and whoever decided know."""
    noted = max(each.write_id for each in found.days)
    cause = f"{kind}:{found.id}:{noted}:{_key(minutes)}"
    payload = encode_order(Order(found.id, minutes))
    new = writes.NewWrite(
        workspace=found.workspace,
        slack_id=found.slack_id,
        kantata_id=found.kantata_id,
        kind=kind,
        cause=cause,
        payload=payload,
        reply=reply,
        objects=(time_off_object(found.kantata_id),),
    )
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        write, first = await writes.add(session, new, now)
        if first:
            await notice_to_decider(session, found, _afterwards(found, kind, minutes), str(write.id), now)
    if first:
        outbox.take_up(write.id)
    return Accepted(write, first)


def _key(minutes: Mapping[date, int]) -> str:
    return ",".join(f"{day.isoformat()}={value}" for day, value in sorted(minutes.items()))


def _afterwards(found: TimeOff, kind: str, minutes: Mapping[date, int]) -> Afterwards:
    if kind == CANCEL:
        return Afterwards(given_back=True, days=tuple(each for each in found.days if each.day in minutes))
    days = tuple(LeaveDay(day, value) for day, value in sorted(minutes.items()))
    return Afterwards(given_back=False, days=days)
