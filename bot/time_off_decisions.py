"""Deciding about time off: asked of whoever decides, decided once, reminded of, and expired.

A decision is kept before it is acknowledged, like a write to Kantata; whether the person may decide is asked
of Kantata then, never read from the button.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog

from bot import time_off_people, work_calendars
from bot.deps import Deps
from bot.domain.approvals import Verdict
from bot.domain.audit import Decided, decision_line
from bot.domain.calendars import format_day
from bot.domain.durations import format_duration
from bot.domain.languages import ENGLISH, speaking, tr
from bot.domain.people import Person
from bot.domain.policies import Reminder
from bot.domain.problems import Problem
from bot.domain.time_off import Afterwards, TimeOff, TimeOffState, reminder_due
from bot.domain.writes import Reply, Write
from bot.domain.zones import zone_of
from bot.intents import Accepted, Request, submit
from bot.kantata.errors import KantataError
from bot.outbox import Kind, NotSent, Outbox, Refused
from bot.time_off_messages import deliver
from bot.time_off_payloads import Order, encode_afterwards, encode_order, time_off_object
from bot.time_off_writes import GRANT
from bot.views import time_off as views
from bot.views.messages import Message, escape, plain
from bot.views.time_off import TimeOffRef
from storage import audit, deliveries, homes, people, policies, time_off, writes
from storage.database import Session
from storage.deliveries import New
from storage.time_off import ASK, NEWS, REMIND, SHOWING, TELL, Settlement
from storage.writes import NewWrite

DECIDE = "decide_time_off"
REMEMBERED = timedelta(days=90)
_STATES = {Verdict.APPROVE: TimeOffState.GRANTED, Verdict.REJECT: TimeOffState.REJECTED}

log = structlog.get_logger()


@dataclass(frozen=True)
class Decision:
    """What somebody said to a request as it was shown; ``name`` is the decider's."""

    request_id: int
    revision: int
    verdict: Verdict
    name: str
    why: str = ""


def encode_decision(decision: Decision) -> str:
    """The decision as a write's payload."""
    return json.dumps(asdict(decision))


def decode_decision(payload: str) -> Decision:
    """The decision of a write's payload."""
    plain_decision = json.loads(payload)
    return Decision(**{**plain_decision, "verdict": Verdict(plain_decision["verdict"])})


async def decide(
    deps: Deps,
    outbox: Outbox,
    person: Person,
    ref: TimeOffRef,
    verdict: Verdict,
    request: Request,
    why: str = "",
) -> Accepted | Message:
    """Keep what the person decided; the answer to a late press is the decision there is.

    Raises Problem for a button that cannot be this person's.
    """
    found = await find(deps, person, ref)
    if isinstance(found, Message):
        return found
    payload = encode_decision(Decision(ref.request_id, ref.revision, verdict, person.name, why))
    return await submit(outbox, person, DECIDE, payload, request, objects=[f"time_off_request:{found.id}"])


async def find(deps: Deps, person: Person, ref: TimeOffRef) -> TimeOff | Message:
    """The waiting request a button is about, as it was shown; else what there is to know about it."""
    async with deps.database.reading() as session:
        request = await time_off.get(session, ref.request_id)
        asked = await deliveries.was_asked(session, ASK, ref.request_id, person.kantata_id)
    if request is None or request.workspace != person.workspace:
        raise Problem(tr(views.NOBODY_KNOWS))
    if not asked:
        raise Problem(tr(views.NOT_YOURS))
    if request.is_waiting and request.revision == ref.revision:
        return request  # whether the person may decide is asked of Kantata
    async with deps.database.transaction() as session:
        await deliveries.refresh(session, SHOWING, request.id)
    deps.background.spawn(deliver(deps), name="deliver time off")
    return plain(f":warning: {tr(views.CHANGED)}") if request.is_waiting else views.already(request)


class Decide:
    """Decide about a request; who comes second is told what the first decided."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Ask whether the person may, then settle it. Raises NotSent where Kantata does not tell."""
        try:
            return await self.look(deps, write)
        except KantataError as failed:
            raise NotSent(failed) from failed

    async def look(self, deps: Deps, write: Write) -> str:
        """All of it is in the bot's own database: to do it again does it once."""
        decision = decode_decision(write.payload)
        async with deps.database.reading() as session:
            request = await time_off.get(session, decision.request_id)
        if request is None:
            raise Refused(tr(views.NOBODY_KNOWS))
        if request.is_waiting and request.revision == decision.revision:
            now = await time_off_people.deciders_now(deps, request.workspace, request.kantata_id)
            if write.kantata_id not in now.ids:
                raise Refused(tr(views.NOT_YOURS))
            await _settle(deps, write, decision)
        return str(decision.request_id)

    def refusal(self, write: Write, error: KantataError) -> str:
        """Kantata's words."""
        return error.message

    async def answer(self, deps: Deps, write: Write) -> Message | None:
        """Let every copy show it; beside that, nothing to whom the pressed message shows it."""
        deps.background.spawn(deliver(deps), name="deliver time off")
        if write.refusal:
            return plain(f":warning: {escape(write.refusal)}")
        async with deps.database.reading() as session:
            request = await time_off.get(session, decode_decision(write.payload).request_id)
        if request is None or request.decision_id == write.id:
            return None
        return plain(f":warning: {tr(views.CHANGED)}") if request.is_waiting else views.already(request)

    def kept(self, write: Write) -> Message | None:
        """That the decision is kept."""
        return views.kept_decision()


async def _settle(deps: Deps, write: Write, decision: Decision) -> None:
    """Note the decision; a grant is handed to the outbox in the same moment."""
    settlement = Settlement(
        _STATES[decision.verdict], decision.name, write.kantata_id, decision.why, write.id
    )
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        request = await time_off.settle(session, decision.request_id, decision.revision, settlement, now)
        if request is None:
            return
        await tell(session, request, now)
        await audit.add(session, request.workspace, decision_line(now, decision.name, _decided(request)))
        if request.state is TimeOffState.GRANTED:
            await writes.add(session, grant_of(request), now)


def _decided(request: TimeOff) -> Decided:
    """What the audit keeps: whose, which days, how much; the reasons are between the two."""
    days = [each.day for each in request.days]
    with speaking(ENGLISH):  # the audit is one table, whoever decided
        spelled = f"{format_day(min(days))} – {format_day(max(days))}"
    about = f"{spelled}, {format_duration(request.minutes)}"
    return Decided("time off", request.name, about, request.state.value)


def grant_of(request: TimeOff) -> NewWrite:
    """The write by which Kantata gets what was granted; nobody waits for its answer."""
    days = {each.day: each.minutes for each in request.days}
    return NewWrite(
        workspace=request.workspace,
        slack_id=request.slack_id,
        kantata_id=request.kantata_id,
        kind=GRANT,
        cause=f"time-off-grant:{request.id}",
        payload=encode_order(Order(request.id, days)),
        reply=Reply(),
        objects=(time_off_object(request.kantata_id),),
    )


async def ask(session: Session, request: TimeOff, user_ids: Sequence[str], now: datetime) -> None:
    """Make these users the ones who are asked."""
    keys = {user_id: f"time-off-ask:{request.id}:{user_id}" for user_id in user_ids}
    if await deliveries.ask(session, request.workspace, ASK, request.id, keys, now):
        await homes.mark_asked(session, ASK, request.id)


async def tell(session: Session, request: TimeOff, now: datetime) -> None:
    """Let whoever asked hear what became of it."""
    key = f"time-off-tell:{request.id}"
    await deliveries.add(session, New(request.workspace, TELL, key, request.kantata_id, request.id), now)


async def expire(deps: Deps) -> None:
    """End what has waited too long, and tell both sides."""
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        for request in await time_off.expired(session, now):
            settlement = Settlement(TimeOffState.EXPIRED)
            if await time_off.settle(session, request.id, request.revision, settlement, now):
                await tell(session, request, now)


async def remind(deps: Deps) -> None:
    """Remind whoever decides after 1, 3 and 5 of their working days; one failure stops nobody else's."""
    async with deps.database.reading() as session:
        now = await deps.database.now(session)
        waiting = await time_off.waiting(session)
    for request in waiting:
        try:
            await _remind_of(deps, request, now)
        except KantataError as failed:
            log.warning("time off not reminded of", request=request.id, error=type(failed).__name__)


async def _remind_of(deps: Deps, request: TimeOff, now: datetime) -> None:
    async with deps.database.reading() as session:
        policy = await policies.firm(session, request.workspace)
        asked = await deliveries.asked(session, ASK, request.id)
        known = [each for user_id in asked for each in await people.by_kantata_id(session, user_id)]
    for each in known:
        if each.workspace == request.workspace and each.person and Reminder.DECISIONS in policy.reminders:
            at = policy.decisions_at
            local = now.astimezone(zone_of(each.person.time_zone))
            if local.time() >= at:
                await _plan_reminder(deps, request, each.person, local, now)


async def _plan_reminder(
    deps: Deps, request: TimeOff, person: Person, local: datetime, now: datetime
) -> None:
    """Settle, once a day, whether to remind that person, and who is to be asked at all by now."""
    key = f"time-off-remind:{request.id}:{person.kantata_id}:{local.date().isoformat()}"
    async with deps.database.reading() as session:
        if await deliveries.is_known(session, request.workspace, key):
            return
        policy = await policies.firm(session, request.workspace)
    since = request.asked_at.astimezone(local.tzinfo).date()
    calendar = await work_calendars.load(deps, person.kantata_id, since, local.date())
    current = await time_off_people.deciders_now(deps, request.workspace, request.kantata_id)
    is_due = reminder_due(since, local, policy.decisions_at, calendar) is not None
    new = New(request.workspace, REMIND, key, person.kantata_id, request.id)
    async with deps.database.transaction() as session:
        if current.ids:
            await ask(session, request, current.ids, now)
        await deliveries.add(session, new, now, settled=not is_due or person.kantata_id not in current.ids)


async def forget(deps: Deps) -> None:
    """Forget requests that were settled long ago and whose days are over."""
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        await time_off.forget_settled_before(session, now - REMEMBERED, (now - REMEMBERED).date())


async def notice_to_decider(
    session: Session, request: TimeOff, done: Afterwards, cause: str, now: datetime
) -> None:
    """Let whoever decided hear that granted days were given back or changed."""
    if request.decided_by_id is None:
        return
    key = f"time-off-news:{request.id}:{cause}"
    new = New(request.workspace, NEWS, key, request.decided_by_id, request.id, encode_afterwards(done))
    await deliveries.add(session, new, now)


KINDS: dict[str, Kind] = {DECIDE: Decide()}
