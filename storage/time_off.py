"""Requests for time off, as rows: asked for once, decided once, and what Kantata has of each day.

Every function works inside the caller's transaction. What a message about a request ought to show changes
with the request, in the same transaction.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.people import Person
from bot.domain.time_off import LeaveDay, TimeOff, TimeOffState, Written
from storage import deliveries, homes
from storage.database import insert, workspace_of
from storage.tables import DeliveryRow, TimeOffPlanRow, TimeOffRow, is_state, metadata

_request = metadata.tables[str(TimeOffRow.__tablename__)]
_delivery = metadata.tables[str(DeliveryRow.__tablename__)]
_plan = metadata.tables[str(TimeOffPlanRow.__tablename__)]
# The kinds of messages about requests, see bot/time_off_messages.py.
ASK, REMIND, TELL, NEWS = "time_off.ask", "time_off.remind", "time_off.tell", "time_off.news"
SHOWING = (ASK, REMIND, TELL)  # those that show how a request stands

_OPEN = (TimeOffState.WAITING.value, TimeOffState.GRANTED.value)


@dataclass(frozen=True)
class NewTimeOff:
    """A request to add; ``cause`` makes it unique in its workspace."""

    person: Person
    cause: str
    days: tuple[LeaveDay, ...]
    reason: str
    expires_at: datetime
    state: TimeOffState = TimeOffState.WAITING


@dataclass(frozen=True)
class Settlement:
    """What becomes of a waiting request, and by whom; nobody where it settles itself."""

    state: TimeOffState
    by: str | None = None
    by_id: str | None = None
    why: str = ""
    write_id: int | None = None


async def add(session: AsyncSession, new: NewTimeOff, now: datetime) -> tuple[TimeOff, bool]:
    """Add the request, or find the one its cause brought about before; True when it was added now."""
    connection = await session.connection()
    added = await connection.execute(
        insert(session, _request)
        .on_conflict_do_nothing(index_elements=["workspace", "cause"])
        .returning(*_request.c),
        {
            "workspace": new.person.workspace,
            "slack_user_id": new.person.slack_id,
            "kantata_user_id": new.person.kantata_id,
            "name": new.person.name,
            "cause": new.cause,
            "state": new.state.value,
            "revision": 1,
            "days": _encoded(new.days),
            "reason": new.reason,
            "asked_at": now,
            "expires_at": new.expires_at,
            "decided_at": None if new.state is TimeOffState.WAITING else now,
            "why": "",
            "changed_at": now,
        },
    )
    if (row := added.one_or_none()) is not None:
        await homes.mark(session, [new.person.kantata_id], homes.DRAW)
        return _domain(row), True
    found = await by_cause(session, new.person.workspace, new.cause)
    assert found is not None, "its cause is taken"
    return found, False


async def by_cause(session: AsyncSession, workspace: str, cause: str) -> TimeOff | None:
    """The request that was brought about by that."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_request).where(_request.c.workspace == workspace, _request.c.cause == cause)
    )
    row = found.one_or_none()
    return _domain(row) if row else None


async def get(session: AsyncSession, request_id: int) -> TimeOff | None:
    """The request of that number."""
    connection = await session.connection()
    row = (
        await connection.execute(sa.select(_request).where(_here(session), _request.c.id == request_id))
    ).one_or_none()
    return _domain(row) if row else None


async def open_requests(session: AsyncSession, workspace: str, kantata_id: str) -> list[TimeOff]:
    """What that person has asked for and can still take back, oldest first."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_request)
        .where(
            _request.c.workspace == workspace,
            _request.c.kantata_user_id == kantata_id,
            _request.c.state.in_(_OPEN),
        )
        .order_by(_request.c.id)
    )
    return [each for row in found if (each := _domain(row)).is_open]


async def recent_requests(
    session: AsyncSession, workspace: str, kantata_id: str, limit: int
) -> list[TimeOff]:
    """The person's last requests of any state, newest first."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_request)
        .where(_request.c.workspace == workspace, _request.c.kantata_user_id == kantata_id)
        .order_by(_request.c.id.desc())
        .limit(limit)
    )
    return [_domain(row) for row in found]


async def pending_minutes(session: AsyncSession, workspace: str, kantata_id: str) -> dict[date, int]:
    """By day, what the person asked for that Kantata does not have yet: waiting, or granted and under way."""
    minutes: dict[date, int] = {}
    for request in await open_requests(session, workspace, kantata_id):
        for each in request.days:
            if each.taken is None:
                minutes[each.day] = minutes.get(each.day, 0) + each.minutes
    return minutes


async def queue(session: AsyncSession, workspace: str, kantata_id: str) -> list[TimeOff]:
    """What waits for that user's decision, longest first."""
    asked = sa.select(_delivery.c.subject_id).where(
        _delivery.c.workspace == workspace_of(session),
        _delivery.c.kind == ASK,
        _delivery.c.kantata_user_id == kantata_id,
        _delivery.c.withdrawn.is_(False),
    )
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_request)
        .where(
            _request.c.workspace == workspace,
            is_state(_request, TimeOffState.WAITING),
            _request.c.id.in_(asked),
        )
        .order_by(_request.c.id)
    )
    return [_domain(row) for row in found]


async def waiting(session: AsyncSession) -> list[TimeOff]:
    """Every request nobody has decided about, oldest first."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_request)
        .where(_here(session), is_state(_request, TimeOffState.WAITING))
        .order_by(_request.c.id)
    )
    return [_domain(row) for row in found]


async def expired(session: AsyncSession, now: datetime) -> list[TimeOff]:
    """The requests that have waited too long."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_request)
        .where(_here(session), is_state(_request, TimeOffState.WAITING), _request.c.expires_at <= now)
        .order_by(_request.c.id)
    )
    return [_domain(row) for row in found]


async def settle(
    session: AsyncSession, request_id: int, revision: int, settlement: Settlement, now: datetime
) -> TimeOff | None:
    """Settle a request that waits in that revision; None where it does not (any more)."""
    connection = await session.connection()
    changed = await connection.execute(
        sa.update(_request)
        .where(_is_waiting(session, request_id, revision))
        .values(
            state=settlement.state.value,
            decided_by=settlement.by,
            decided_by_id=settlement.by_id,
            decided_at=now,
            decision_id=settlement.write_id,
            why=settlement.why,
            changed_at=now,
        )
        .returning(*_request.c)
    )
    row = changed.one_or_none()
    if row is None:
        return None
    await deliveries.refresh(session, SHOWING, request_id)
    await homes.mark(session, [row.kantata_user_id], homes.READ)
    await homes.mark_asked(session, ASK, request_id)
    return _domain(row)


async def rewrite(
    session: AsyncSession,
    request: TimeOff,
    days: Sequence[LeaveDay],
    reason: str,
    expires_at: datetime,
    now: datetime,
) -> bool:
    """Give a request that waits as it is other days; False where it was decided or changed meanwhile."""
    connection = await session.connection()
    changed = await connection.execute(
        sa.update(_request)
        .where(_is_waiting(session, request.id, request.revision))
        .values(
            days=_encoded(days),
            reason=reason,
            revision=request.revision + 1,
            expires_at=expires_at,
            changed_at=now,
        )
    )
    if changed.rowcount != 1:
        return False
    await deliveries.refresh(session, SHOWING, request.id)
    await homes.mark(session, [request.kantata_id], homes.DRAW)
    await homes.mark_asked(session, ASK, request.id)
    return True


def _here(session: AsyncSession) -> sa.ColumnElement[bool]:
    return _request.c.workspace == workspace_of(session)


def _is_waiting(session: AsyncSession, request_id: int, revision: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        _here(session),
        _request.c.id == request_id,
        is_state(_request, TimeOffState.WAITING),
        _request.c.revision == revision,
    )


async def note_written(
    session: AsyncSession, request_id: int, write_id: int, written: Mapping[date, Written], now: datetime
) -> TimeOff | None:
    """Note what a write made of days; an earlier write noted late changes nothing. None: no such request.

    A granted request of which nothing is left has been cancelled.
    """
    connection = await session.connection()
    row = (
        await connection.execute(
            sa.select(_request).where(_here(session), _request.c.id == request_id).with_for_update()
        )
    ).one_or_none()
    if row is None:
        return None
    before = _domain(row)
    days = tuple(_noted(each, write_id, written) for each in before.days)
    state = before.state
    after = replace(before, days=days)
    if state is TimeOffState.GRANTED and not after.standing_days() and not all(each.refused for each in days):
        state = TimeOffState.CANCELLED
    if days != before.days:
        await connection.execute(
            sa.update(_request)
            .where(_here(session), _request.c.id == request_id)
            .values(days=_encoded(days), state=state.value, changed_at=now)
        )
        await deliveries.refresh(session, SHOWING, request_id)
    return replace(after, state=state)


def _noted(day: LeaveDay, write_id: int, written: Mapping[date, Written]) -> LeaveDay:
    news = written.get(day.day)
    if news is None or write_id < day.write_id:
        return day
    if news.refused:
        taken = min(day.taken or 0, news.found)
        return replace(day, taken=taken, found=news.found, refused=news.refused, write_id=write_id)
    return LeaveDay(day.day, news.taken, news.taken, news.found, write_id=write_id)


async def forget_settled_before(session: AsyncSession, instant: datetime, today: date) -> list[int]:
    """Forget requests settled before then whose days are over; their numbers."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_request).where(
            _here(session), _request.c.state != TimeOffState.WAITING.value, _request.c.changed_at < instant
        )
    )
    over = [each.id for each in map(_domain, found) if max(day.day for day in each.days) < today]
    if over:
        await connection.execute(sa.delete(_request).where(_here(session), _request.c.id.in_(over)))
        await deliveries.forget(session, (*SHOWING, NEWS), over)
    return over


async def plan_of(session: AsyncSession, write_id: int) -> str | None:
    """The plan of a write, if it has made one."""
    connection = await session.connection()
    plan = await connection.scalar(
        sa.select(_plan.c.plan).where(
            _plan.c.workspace == workspace_of(session), _plan.c.write_id == write_id
        )
    )
    return str(plan) if plan is not None else None


async def save_plan(session: AsyncSession, write_id: int, plan: str) -> None:
    """Keep the plan of a write, in the place of an earlier one."""
    statement = insert(session, _plan)
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace", "write_id"], set_={"plan": statement.excluded.plan}
        ),
        {"workspace": workspace_of(session), "write_id": write_id, "plan": plan},
    )


def _encoded(days: Collection[LeaveDay]) -> str:
    return json.dumps([asdict(each) for each in days], default=date.isoformat)


def _domain(row: sa.Row[Any]) -> TimeOff:
    return TimeOff(
        id=row.id,
        workspace=row.workspace,
        slack_id=row.slack_user_id,
        kantata_id=row.kantata_user_id,
        name=row.name,
        state=TimeOffState(row.state),
        revision=row.revision,
        days=tuple(
            LeaveDay(**{**each, "day": date.fromisoformat(each["day"])}) for each in json.loads(row.days)
        ),
        reason=row.reason,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        decided_by=row.decided_by,
        decided_by_id=row.decided_by_id,
        decided_at=row.decided_at,
        decision_id=row.decision_id,
        why=row.why,
    )
