"""Time off: what it comes to, asked for, listed, changed and taken back.

A request is kept by the bot until it is decided; Kantata hears of it when it is granted, by the outbox.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

import structlog

from bot import time_off_people, work_calendars
from bot.deps import Deps
from bot.domain.languages import later, tr
from bot.domain.leave_lines import Wish
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.time_off import (
    Circumstances,
    LeaveDay,
    Preview,
    TimeOff,
    TimeOffState,
    expires_on,
    needs_nobody,
    preview,
)
from bot.domain.writes import Reply
from bot.domain.zones import zone_of
from bot.kantata.errors import KantataError
from bot.outbox import Outbox
from bot.time_off_decisions import ask, grant_of, tell
from bot.time_off_messages import deliver
from bot.views import time_off as views
from bot.views import time_off_previews
from bot.views.messages import Message
from bot.views.time_off import TimeOffRef
from storage import deliveries, forms, members, time_off, writes
from storage.database import Session
from storage.time_off import ASK, NewTimeOff

NO_ANSWER = later(
    "Kantata does not answer at the moment, so nothing was asked for. Please try again in a minute."
)
TOO_OLD = later("That is too old for me to know it. Please ask anew: /timeoff")
CHANGED_MEANWHILE = later("Your time off has changed since you were shown this. Please ask anew: /timeoff")
NOBODY_DECIDES = later(
    "Nobody can decide about your time off: Kantata names no manager of yours, and your firm "
    "has named nobody else. Ask your administrator to name who decides."
)
_LISTED = 15

log = structlog.get_logger()


@dataclass(frozen=True)
class Considered:
    """What a wish comes to, and who decides, by id and name; nobody where it is granted without asking."""

    preview: Preview
    deciders: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What was shown and may now be asked for.

    ``pending`` are the minutes that were asked for on these days by then; ``ref`` is what it changes.
    """

    days: tuple[LeaveDay, ...]
    reason: str
    deciders: tuple[str, ...]
    names: tuple[str, ...]
    pending: int
    ref: TimeOffRef | None = None


async def consider(deps: Deps, person: Person, wish: Wish, *, changes: TimeOff | None = None) -> Considered:
    """What a wish comes to; raises Problem at the field to mend, and where Kantata does not answer.

    ``changes`` is the waiting request whose place it takes.
    """
    try:
        async with asyncio.timeout(deps.patience.give_up):
            (met, deciders) = await asyncio.gather(
                circumstances(deps, person, wish.days, changes),
                time_off_people.deciders_now(deps, person.workspace, person.kantata_id),
            )
    except (KantataError, TimeoutError):
        raise Problem(tr(NO_ANSWER)) from None
    policy = deciders.policy
    today = person.today(deps.clock())
    shown = preview(wish, met, today=today, past_days=policy.time_off_past_days)
    if needs_nobody(policy, shown.minutes):
        return Considered(shown)
    if not deciders.ids:
        raise Problem(tr(NOBODY_DECIDES))
    return Considered(shown, deciders.ids, deciders.names)


async def circumstances(
    deps: Deps, person: Person, days: Sequence[date], changes: TimeOff | None
) -> Circumstances:
    """What a wish for these days meets, without what ``changes`` asks for; raises KantataError."""
    first, last = min(days), max(days)
    async with deps.database.reading() as session:
        pending = await time_off.pending_minutes(session, person.workspace, person.kantata_id)
    for each in changes.days if changes else ():
        pending[each.day] = pending.get(each.day, 0) - each.minutes
    calendar, logged = await asyncio.gather(
        work_calendars.load(deps, person.kantata_id, first, last),
        time_off_people.logged(deps, person.kantata_id, first, last),
    )
    return Circumstances(calendar, logged, pending)


async def remember(
    deps: Deps, person: Person, reply: Reply, found: Considered, ref: TimeOffRef | None = None
) -> int:
    """Keep what is shown until it is asked for; its number."""
    async with deps.database.transaction() as session:
        pending = await time_off.pending_minutes(session, person.workspace, person.kantata_id)
        days, reason = found.preview.days, found.preview.wish.reason
        draft = Draft(days, reason, found.deciders, found.names, _on(pending, days), ref)
        base = _encode(draft)
        return await forms.add(session, person.workspace, person.slack_id, reply, deps.clock(), base=base)


async def show_preview(deps: Deps, person: Person, wish: Wish) -> Message:
    """What words come to, with Request. Raises Problem."""
    found = await consider(deps, person, wish)
    form_id = await remember(deps, person, Reply(), found)
    return time_off_previews.preview(form_id, found.preview, found.names)


def _on(minutes: Mapping[date, int], days: Sequence[LeaveDay]) -> int:
    return sum(minutes.get(each.day, 0) for each in days)


def _encode(draft: Draft) -> str:
    return json.dumps(asdict(draft), default=date.isoformat)


def _decode(base: str) -> Draft:
    plain = json.loads(base)
    days = tuple(LeaveDay(date.fromisoformat(each["day"]), each["minutes"]) for each in plain["days"])
    ref = TimeOffRef(**plain["ref"]) if plain["ref"] else None
    return Draft(
        days, plain["reason"], tuple(plain["deciders"]), tuple(plain["names"]), plain["pending"], ref
    )


async def request(deps: Deps, outbox: Outbox, person: Person, form_id: int) -> Message:
    """Ask for what was shown, once however often it is pressed. Raises Problem where it is out of date."""
    grant: int | None = None
    async with deps.database.transaction() as session:
        form = await forms.get(session, form_id, person.workspace, person.slack_id)
        if form is None or form.base is None:
            raise Problem(tr(TOO_OLD))
        draft = _decode(form.base)
        now = await deps.database.now(session)
        if draft.ref is not None:
            message = views.rewritten(await _rewrite(session, person, draft.ref, draft, now))
        else:
            made, grant = await _add(session, person, form_id, draft, now)
            message = views.asked(made, draft.names)
    if grant is not None:
        outbox.take_up(grant)
    deps.background.spawn(deliver(deps), name="deliver time off")
    return message


async def _add(
    session: Session, person: Person, form_id: int, draft: Draft, now: datetime
) -> tuple[TimeOff, int | None]:
    """The request, and the number of the write that grants it at once, if nobody needs to decide."""
    cause = f"form:{form_id}"
    known = await time_off.by_cause(session, person.workspace, cause)
    if known is not None:
        return known, None
    pending = await time_off.pending_minutes(session, person.workspace, person.kantata_id)
    if _on(pending, draft.days) != draft.pending:
        raise Problem(tr(CHANGED_MEANWHILE))
    state = TimeOffState.WAITING if draft.deciders else TimeOffState.GRANTED
    expires = _expires(person, draft.days, now)
    new = NewTimeOff(person, cause, draft.days, draft.reason, expires, state)
    made, _ = await time_off.add(session, new, now)
    if draft.deciders:
        await ask(session, made, draft.deciders, now)
        return made, None
    await tell(session, made, now)
    grant, _ = await writes.add(session, grant_of(made), now)
    return made, grant.id


def _expires(person: Person, days: Sequence[LeaveDay], now: datetime) -> datetime:
    """The midnight where the person lives."""
    zone = zone_of(person.time_zone)
    first = expires_on([each.day for each in days], now.astimezone(zone).date())
    return datetime(first.year, first.month, first.day, tzinfo=zone)


async def _rewrite(session: Session, person: Person, ref: TimeOffRef, draft: Draft, now: datetime) -> TimeOff:
    request = await _own(session, person, ref)
    if request.revision == ref.revision + 1 and [*request.days] == [*draft.days]:
        return request  # a second press
    expires = _expires(person, draft.days, now)
    rewritten = request.is_waiting and request.revision == ref.revision
    if not (rewritten and await time_off.rewrite(session, request, draft.days, draft.reason, expires, now)):
        raise Problem(tr(CHANGED_MEANWHILE))
    changed = replace(request, days=draft.days, reason=draft.reason, revision=request.revision + 1)
    if draft.deciders:
        await ask(session, changed, draft.deciders, now)
    return changed


async def _own(session: Session, person: Person, ref: TimeOffRef) -> TimeOff:
    found = await time_off.get(session, ref.request_id)
    if found is None or (found.workspace, found.kantata_id) != (person.workspace, person.kantata_id):
        raise Problem(tr(views.NOBODY_KNOWS))
    return found


async def own(deps: Deps, person: Person, ref: TimeOffRef) -> TimeOff:
    """The person's own request that a button is about; raises Problem for anything else."""
    async with deps.database.reading() as session:
        return await _own(session, person, ref)


async def listing(deps: Deps, person: Person) -> Message:
    """What the person asked for, and how it stands; and what else Kantata has off from today on."""
    booked = await time_off_people.booked_from(deps, person.kantata_id, person.today(deps.clock()))
    async with deps.database.reading() as session:
        found = await time_off.recent_requests(session, person.workspace, person.kantata_id, _LISTED)
        waits_for = {}
        for each in found:
            if each.is_waiting:
                ids = await deliveries.asked(session, ASK, each.id)
                known = await members.find(session, ids)
                waits_for[each.id] = [known[user_id].name for user_id in ids if user_id in known]
    granted = {day.day for each in found if each.state is TimeOffState.GRANTED for day in each.days}
    elsewhere = (
        None
        if booked is None
        else tuple(LeaveDay(day, booked[day]) for day in sorted(booked) if day not in granted)
    )
    return views.listing(found, waits_for, elsewhere)
