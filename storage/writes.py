"""Writes to Kantata as rows: added once for what caused them, claimed by a lease, finished by its holder.

Every function works inside the caller's transaction. Instants are the database's own clock, passed in as
``now``; a claim's token fences its holder, so that one whose lease ran out can finish nothing.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.writes import Reply, State, Write
from storage.database import insert_for, workspace_of
from storage.tables import WriteObjectRow, WriteRow, is_state, metadata

_write = metadata.tables[str(WriteRow.__tablename__)]
_object = metadata.tables[str(WriteObjectRow.__tablename__)]


@dataclass(frozen=True)
class NewWrite:
    """A write to add. ``cause`` makes it unique in its workspace; ``objects`` are the Kantata objects it
    touches (``time_entry:9001``), which keep it behind earlier open writes on the same objects;
    ``after_id`` keeps it behind one write whose objects are not known yet.
    """

    workspace: str
    slack_id: str
    kantata_id: str
    kind: str
    cause: str
    payload: str
    reply: Reply
    objects: tuple[str, ...] = ()
    after_id: int | None = None


@dataclass(frozen=True)
class Claim:
    """A write whose lease this process holds, and the token that proves it."""

    write: Write
    token: str


async def add(session: AsyncSession, new: NewWrite, now: datetime) -> tuple[Write, bool]:
    """Add the write, or find the one its cause brought about before; True when it was added now."""
    connection = await session.connection()
    added = await connection.execute(
        _addition(connection.dialect.name),
        {
            "workspace": new.workspace,
            "slack_user_id": new.slack_id,
            "kantata_user_id": new.kantata_id,
            "kind": new.kind,
            "cause": new.cause,
            "payload": new.payload,
            "response_url": new.reply.response_url,
            "response_until": new.reply.until,
            "replace_message": new.reply.replace,
            "channel": new.reply.channel,
            "message_ts": new.reply.ts,
            "after_id": new.after_id,
            "state": State.OPEN.value,
            "attempts": 0,
            "ended": False,
            "kept_told": False,
            "told": False,
            "created_at": now,
        },
    )
    row = added.one_or_none()
    if row is None:
        return await _by_cause(session, new.workspace, new.cause), False
    if new.objects:
        rows = [{"workspace": new.workspace, "write_id": row.id, "object": name} for name in new.objects]
        await connection.execute(sa.insert(_object), rows)
    return _domain(row), True


@lru_cache
def _addition(dialect: str) -> sa.Insert:
    """Built once: to build it takes longer than to run it."""
    statement = insert_for(dialect, _write).on_conflict_do_nothing(index_elements=["workspace", "cause"])
    return statement.returning(*_write.c)


async def _by_cause(session: AsyncSession, workspace: str, cause: str) -> Write:
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_write).where(_write.c.workspace == workspace, _write.c.cause == cause)
    )
    return _domain(found.one())


async def get(session: AsyncSession, write_id: int) -> Write | None:
    """The write of that number."""
    connection = await session.connection()
    row = (
        await connection.execute(sa.select(_write).where(_here(session), _write.c.id == write_id))
    ).one_or_none()
    return _domain(row) if row else None


async def latest(session: AsyncSession, workspace: str, slack_id: str, kinds: Sequence[str]) -> list[Write]:
    """The person's last 50 writes of these kinds, newest first."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_write)
        .where(
            _write.c.workspace == workspace,
            _write.c.slack_user_id == slack_id,
            _write.c.kind.in_(kinds),
        )
        .order_by(_write.c.id.desc())
        .limit(50)
    )
    return [_domain(row) for row in found]


async def claim(session: AsyncSession, write_id: int, now: datetime, lease: timedelta) -> Claim | None:
    """Take an open write to work on it, unless somebody holds it or it waits behind another."""
    claims = await _take(session, sa.and_(_write.c.id == write_id, _open(now)), now, lease)
    return claims[0] if claims else None


async def claim_due(session: AsyncSession, now: datetime, lease: timedelta, limit: int) -> list[Claim]:
    """Take up to ``limit`` open writes that are due and nobody holds, oldest first."""
    return await _take(session, _first_due(_here(session), _open(now), now, limit), now, lease)


async def claim_untold(session: AsyncSession, now: datetime, lease: timedelta, limit: int) -> list[Claim]:
    """Take finished writes whose answer has not been said and nobody holds, oldest first."""
    untold = sa.and_(_write.c.state != State.OPEN.value, ~_write.c.told, _free(now))
    return await _take(session, _first_due(_here(session), untold, now, limit), now, lease)


def _first_due(
    here: sa.ColumnElement[bool], which: sa.ColumnElement[bool], now: datetime, limit: int
) -> sa.ColumnElement[bool]:
    # MATERIALIZED, or PostgreSQL may evaluate the limit anew for every row.
    due = (
        sa.select(_write.c.id)
        .where(here, which, sa.or_(_write.c.not_before.is_(None), _write.c.not_before <= now))
        .order_by(_write.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return _write.c.id.in_(sa.select(due.c.id))


async def _take(
    session: AsyncSession, which: sa.ColumnElement[bool], now: datetime, lease: timedelta
) -> list[Claim]:
    token = secrets.token_hex(8)
    connection = await session.connection()
    taken = await connection.execute(
        sa.update(_write)
        .where(_here(session), which)
        .values(
            lease_until=now + lease,
            lease_token=token,
            attempts=_write.c.attempts + 1,
            # Whoever held it before may have sent as long as the lease ran.
            sent_at=sa.case(
                (_write.c.sent_at < _write.c.lease_until, _write.c.lease_until), else_=_write.c.sent_at
            ),
        )
        .returning(*_write.c)
    )
    return [Claim(_domain(row), token) for row in sorted(taken, key=lambda row: int(row.id))]


def _here(session: AsyncSession) -> sa.ColumnElement[bool]:
    return _write.c.workspace == workspace_of(session)


def _free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(_write.c.lease_until.is_(None), _write.c.lease_until <= now)


def _open(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(is_state(_write, State.OPEN), _free(now), sa.not_(_behind_another()))


def _behind_another() -> sa.ColumnElement[bool]:
    """An earlier write on one of the same objects, or the one it follows, is still open."""
    earlier, followed = _write.alias("earlier"), _write.alias("followed")
    mine, theirs = _object.alias("mine"), _object.alias("theirs")
    same_object = (
        sa.select(sa.literal(1))
        .select_from(
            mine.join(
                theirs, sa.and_(theirs.c.workspace == mine.c.workspace, theirs.c.object == mine.c.object)
            )
        )
        .join(earlier, earlier.c.id == theirs.c.write_id)
        .where(
            mine.c.write_id == _write.c.id,
            earlier.c.id < _write.c.id,
            is_state(earlier, State.OPEN),
        )
        .correlate(_write)
    )
    followed_open = (
        sa.select(sa.literal(1))
        .where(followed.c.id == _write.c.after_id, is_state(followed, State.OPEN))
        .correlate(_write)
    )
    return sa.or_(sa.exists(same_object), sa.exists(followed_open))


async def mark_sent(session: AsyncSession, claim: Claim, now: datetime, lease: timedelta) -> bool:
    """Note that a request leaves within the ``lease``, which begins anew.

    False when the claim is no longer ours, and nothing may be sent.
    """
    return await _change(session, claim, sent_at=now, ended=False, lease_until=now + lease)


async def postpone(
    session: AsyncSession,
    claim: Claim,
    until: datetime,
    *,
    sent_at: datetime | None,
    ended: bool,
    trouble: str,
) -> bool:
    """Give the write back, to be taken up again at ``until``, with what is known of its last request.

    ``trouble`` is the short name of what went wrong.
    """
    return await _change(
        session,
        claim,
        not_before=until,
        sent_at=sent_at,
        ended=ended,
        trouble=trouble,
        lease_until=None,
        lease_token=None,
    )


async def finish(
    session: AsyncSession,
    claim: Claim,
    state: State,
    *,
    result: str | None = None,
    refusal: str | None = None,
) -> bool:
    """Settle the write, still holding its lease to say the answer; False when the claim is not ours."""
    return await _change(
        session, claim, state=state.value, result=result, refusal=refusal, sent_at=None, not_before=None
    )


async def told(session: AsyncSession, claim: Claim) -> bool:
    """Note that the answer was said."""
    return await _change(session, claim, told=True, lease_until=None, lease_token=None)


async def tell_later(session: AsyncSession, claim: Claim, until: datetime) -> bool:
    """Note that the answer could not be said, and is to be tried again at ``until``."""
    return await _change(session, claim, not_before=until, lease_until=None, lease_token=None)


async def hand_back(session: AsyncSession, claim: Claim, now: datetime) -> bool:
    """Give up the lease at once, for whoever comes next; what was sent may have left as late as ``now``."""
    sent_at = sa.case((_write.c.sent_at.is_not(None), sa.literal(now, _write.c.sent_at.type)), else_=None)
    return await _change(session, claim, sent_at=sent_at, lease_until=None, lease_token=None, not_before=None)


async def _change(session: AsyncSession, claim: Claim, **values: object) -> bool:
    connection = await session.connection()
    changed = await connection.execute(
        sa.update(_write)
        .where(_here(session), _write.c.id == claim.write.id, _write.c.lease_token == claim.token)
        .values(**values)
    )
    return changed.rowcount == 1


async def take_kept_notice(session: AsyncSession, write_id: int) -> bool:
    """Whether this caller is the one to say that the write is kept: True once, while it is open."""
    connection = await session.connection()
    changed = await connection.execute(
        sa.update(_write)
        .where(
            _here(session),
            _write.c.id == write_id,
            is_state(_write, State.OPEN),
            _write.c.kept_told.is_(False),
        )
        .values(kept_told=True)
    )
    return changed.rowcount == 1


async def count_open(session: AsyncSession) -> int:
    """How many writes wait for Kantata."""
    connection = await session.connection()
    counted = (
        sa.select(sa.func.count()).select_from(_write).where(_here(session), is_state(_write, State.OPEN))
    )
    return int(await connection.scalar(counted) or 0)


def _domain(row: sa.Row[Any]) -> Write:
    return Write(
        id=row.id,
        workspace=row.workspace,
        slack_id=row.slack_user_id,
        kantata_id=row.kantata_user_id,
        kind=row.kind,
        cause=row.cause,
        payload=row.payload,
        reply=Reply(
            response_url=row.response_url,
            until=row.response_until,
            replace=row.replace_message,
            channel=row.channel,
            ts=row.message_ts,
        ),
        state=State(row.state),
        created_at=row.created_at,
        attempts=row.attempts,
        after_id=row.after_id,
        sent_at=row.sent_at,
        ended=row.ended,
        result=row.result,
        refusal=row.refusal,
        kept_told=row.kept_told,
        told=row.told,
    )
