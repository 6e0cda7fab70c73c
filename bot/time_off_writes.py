"""The writes of time off: granted, changed and given back, each day brought to a state that was planned.

Kantata has no key that makes a booking unique, and merges what is booked on one day of one person (its API
reference, Time Off Entries): hours sent twice would add up. So what a day has off is read and what it is to
have is kept before anything is sent; a day is done when it is there, however it got there.
"""

from collections.abc import Collection, Mapping
from datetime import date

from bot.deps import Deps
from bot.domain.time_off import Written
from bot.domain.writes import State, Write
from bot.kantata.errors import (
    Answered,
    Effect,
    Invalid,
    KantataError,
    NotAllowed,
    NotFound,
    StoppedHalfway,
)
from bot.kantata.records import NewTimeOffEntry, Reference, TimeOffEntry
from bot.outbox import Kind, NotSent, Refused, refused_for_good
from bot.references import service_name
from bot.time_off_payloads import (
    Order,
    Plan,
    Target,
    decode_order,
    decode_plan,
    decode_written,
    encode_plan,
    encode_written,
    target,
)
from bot.views import time_off as views
from bot.views.messages import Message
from storage import time_off

GRANT = "grant_time_off"
CHANGE = "change_time_off"
CANCEL = "cancel_time_off"

Found = Mapping[date, TimeOffEntry]


class SetTimeOff:
    """Bring each day of a request to the hours it is to have."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Book, change and delete what the plan lacks; the result is what Kantata has afterwards."""
        order = decode_order(write.payload)
        try:
            found = await _read(deps, write, order.days)
            plan = await _planned(deps, write, order, found)
        except KantataError as failed:
            if write.sent_at:  # part of an earlier request may have landed: the plan is still needed
                raise StoppedHalfway(failed, ()) from None
            raise NotSent(failed) from failed  # only read so far
        attempt = _Attempt(deps, write, plan, found)
        try:
            await attempt.run()
        except KantataError as failed:
            if attempt.has_landed:  # whatever became of this request, not all of them did nothing
                raise StoppedHalfway(failed, ()) from None
            raise
        return await _settled(deps, write, order, plan, attempt.found, attempt.refused)

    async def look(self, deps: Deps, write: Write) -> str | None:
        """Whether every day is as planned."""
        order = decode_order(write.payload)
        async with deps.database.reading() as session:
            kept = await time_off.plan_of(session, write.id)
        if kept is None:
            return None  # nothing has been sent
        plan = decode_plan(kept)
        found = await _read(deps, write, order.days)
        if not all(each.reached(_minutes(found, day)) for day, each in plan.items()):
            return None
        return await _settled(deps, write, order, plan, found, {})

    def refusal(self, write: Write, error: KantataError) -> str:
        """Kantata's words, or ours where a right is missing."""
        return _words(error)

    async def answer(self, deps: Deps, write: Write) -> Message | None:
        """What became of it, for whoever changed or gave back days; a grant shows in its own message."""
        if write.state is State.REFUSED:
            await _note_refusal(deps, write)
        if write.kind == GRANT:
            return None
        if write.state is State.REFUSED or write.result is None:
            return views.not_written(write.refusal or "")
        written = decode_written(write.result)
        wanted = decode_order(write.payload).days
        return views.written({day: each for day, each in written.items() if day in wanted})

    def kept(self, write: Write) -> Message | None:
        """That the change is kept; a grant shows in its own message."""
        return None if write.kind == GRANT else views.kept()


class _Attempt:
    """One attempt at a plan; ``found`` is what Kantata is known to have, ``refused`` what it did not take."""

    def __init__(self, deps: Deps, write: Write, plan: Plan, found: Found) -> None:
        self._deps = deps
        self._write = write
        self._plan = plan
        self._landed = any(_is_done(each, _minutes(found, day)) for day, each in plan.items())
        self.found = found
        self.refused: dict[date, str] = {}

    @property
    def has_landed(self) -> bool:
        """Whether any part of the plan is done."""
        return self._landed

    async def run(self) -> None:
        """Send what is missing, then read back what Kantata made of it. Raises KantataError."""
        await self._book([day for day, _ in self._missing() if day not in self.found])
        for day, goal in self._missing():
            if day in self.found:
                await self._adjust(day, goal, self.found[day])
        if self._landed:
            self.found = await _read(self._deps, self._write, self._plan)

    def _missing(self) -> list[tuple[date, Target]]:
        return [
            (day, each)
            for day, each in self._plan.items()
            if day not in self.refused and not each.reached(_minutes(self.found, day))
        ]

    async def _book(self, days: Collection[date]) -> None:
        """Book all at once; where Kantata refuses some, those are set aside and the others tried again."""
        service = await service_name(self._deps)
        rest = list(days)
        while rest:
            new = [self._new(service, index, day) for index, day in enumerate(rest)]
            try:
                await self._deps.kantata.create_time_off(new)
            except Answered as refused:
                if refused.effect is not Effect.NONE or not refused_for_good(refused):
                    raise
                self.refused |= _refused(refused, rest)
                # It is said to be all or nothing: looked at, not believed.
                self.found = await _read(self._deps, self._write, self._plan)
                self._landed = self._landed or any(day in self.found for day in rest)
            else:
                self._landed = True
                self.found = await _read(self._deps, self._write, self._plan)
            missing = {day for day, _ in self._missing()}
            rest = [day for day in rest if day in missing and day not in self.found]

    def _new(self, service: str, index: int, day: date) -> NewTimeOffEntry:
        reference = Reference(service, f"time_off_{index}", str(self._write.id))
        return NewTimeOffEntry(self._write.kantata_id, day, self._plan[day].after / 60, reference)

    async def _adjust(self, day: date, goal: Target, entry: TimeOffEntry) -> None:
        """Change or delete a day that is there; its hours are said anew, so that nothing adds up."""
        try:
            if goal.after:
                await self._deps.kantata.update_time_off(entry.id, goal.after / 60)
            else:
                await self._deps.kantata.delete_time_off_entry(entry.id)
        except NotFound:
            if goal.after:
                self.refused[day] = views.GONE
                return
        except Answered as refused:
            if refused.effect is not Effect.NONE or not refused_for_good(refused):
                raise
            self.refused[day] = _words(refused)
            return
        self._landed = True


def _is_done(goal: Target, found: int) -> bool:
    """Whether something had to be done about the day, and is."""
    return goal.before != goal.after and not goal.refused and goal.reached(found)


async def _read(deps: Deps, write: Write, days: Collection[date]) -> Found:
    """What Kantata has off on these days, by day; entries of one day are one there."""
    entries = deps.kantata.time_off(user_id=write.kantata_id, start_date=min(days), end_date=max(days))
    return {each.day: each async for each in entries if each.day in days}


def _minutes(found: Found, day: date) -> int:
    entry = found.get(day)
    return round(entry.hours * 60) if entry else 0


async def _planned(deps: Deps, write: Write, order: Order, found: Found) -> Plan:
    """The plan that was kept, while something of it may have been sent; else one of how things are now."""
    async with deps.database.transaction() as session:
        kept = await time_off.plan_of(session, write.id) if write.sent_at else None
        if kept is not None:
            return decode_plan(kept)
        request = await time_off.get(session, order.request_id)
        taken = {each.day: each.taken or 0 for each in request.days} if request else {}
        plan = {
            day: _target(write, _minutes(found, day), taken.get(day, 0), wanted)
            for day, wanted in sorted(order.days.items())
        }
        await time_off.save_plan(session, write.id, encode_plan(plan))
    return plan


def _target(write: Write, before: int, taken: int, wanted: int) -> Target:
    """What is given other hours must be there: what was given back or deleted meanwhile stays so."""
    if write.kind == CHANGE and wanted and not (taken and before):
        return Target(before, before, wanted, views.GONE)
    return target(before, taken, wanted)


async def _settled(
    deps: Deps, write: Write, order: Order, plan: Plan, found: Found, refused: Mapping[date, str]
) -> str:
    """Note what became of each day; the result. Raises Refused where Kantata took none."""
    refusals = {day: each.refused for day, each in plan.items() if each.refused} | dict(refused)
    written = {
        day: Written(each.wanted, _minutes(found, day), refusals.get(day, "")) for day, each in plan.items()
    }
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        await time_off.note_written(session, order.request_id, write.id, written, now)
    if len(refusals) == len(written):
        raise Refused("\n".join(dict.fromkeys(refusals.values())))
    return encode_written(written)


async def _note_refusal(deps: Deps, write: Write) -> None:
    """Note of days that wait for this write that nothing comes of it, where that was not noted before."""
    order = decode_order(write.payload)
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        request = await time_off.get(session, order.request_id)
        open_days = [each for each in request.days if each.day in order.days] if request else []
        refused = {
            each.day: Written(0, each.found or 0, write.refusal or "")
            for each in open_days
            if each.write_id < write.id
        }
        await time_off.note_written(session, order.request_id, write.id, refused, now)


def _refused(refused: Answered, days: list[date]) -> dict[date, str]:
    """Kantata's words by day; where it does not say of which, they count for all that were sent."""
    named = {}
    if isinstance(refused, Invalid):
        named = {
            days[fault.index]: fault.message
            for fault in refused.faults
            if fault.index is not None and fault.index < len(days)
        }
    return named or dict.fromkeys(days, _words(refused))


# What is kept of each day is read by whoever asked and by whoever decided, so it is English until it is said.
def _words(error: KantataError) -> str:
    return views.NOT_ALLOWED if isinstance(error, NotAllowed) else error.message


KINDS: dict[str, Kind] = dict.fromkeys((GRANT, CHANGE, CANCEL), SetTimeOff())
