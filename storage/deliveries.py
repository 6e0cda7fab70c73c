"""Private messages as rows: each posted once, rewritten until it shows what it ought to.

Every function works inside the caller's transaction; a claim's token fences its holder.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert, workspace_of
from storage.tables import DeliveryRow, PaceRow, metadata

_delivery = metadata.tables[str(DeliveryRow.__tablename__)]
_pace = metadata.tables[str(PaceRow.__tablename__)]

POST, REWRITE = "post", "rewrite"


@dataclass(frozen=True)
class New:
    """A message to be sent once: ``key`` is unique in the workspace, and ``kind`` knows how to draw it."""

    workspace: str
    kind: str
    key: str
    kantata_id: str
    subject_id: int | None = None
    payload: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True)
class Held:
    """A message whose lease this process holds, and the token that proves it."""

    id: int
    workspace: str
    kind: str
    key: str
    subject_id: int | None
    payload: str
    kantata_id: str
    slack_id: str | None
    channel: str | None
    ts: str | None
    thread_ts: str | None
    posts: int
    wanted: int
    withdrawn: bool
    sent_at: datetime | None
    token: str

    @property
    def is_first(self) -> bool:
        """Whether nothing of it was ever posted, as far as is known."""
        return self.ts is None and self.thread_ts is None


async def add(session: AsyncSession, new: New, now: datetime, *, settled: bool = False) -> bool:
    """Note that the message is to be sent, or ``settled``: that it is not; False where its key is known."""
    connection = await session.connection()
    added = await connection.execute(
        insert(session, _delivery)
        .on_conflict_do_nothing(index_elements=["workspace", "key"])
        .returning(_delivery.c.id),
        {
            "workspace": new.workspace,
            "kind": new.kind,
            "key": new.key,
            "kantata_user_id": new.kantata_id,
            "subject_id": new.subject_id,
            "payload": new.payload,
            "not_before": new.not_before,
            "posts": 0,
            "wanted": 1,
            "shown": 1 if settled else 0,
            "withdrawn": False,
            "created_at": now,
        },
    )
    return added.first() is not None


async def ask(
    session: AsyncSession, workspace: str, kind: str, subject_id: int, keys: Mapping[str, str], now: datetime
) -> bool:
    """Make these users (by key) the ones who are asked about the subject; who no longer is, is told so.

    True where that are others than before.
    """
    new = [New(workspace, kind, key, user_id, subject_id) for user_id, key in keys.items()]
    added = [await add(session, each, now) for each in new]
    connection = await session.connection()
    is_asked = _delivery.c.kantata_user_id.in_(keys)
    changed = await connection.execute(
        sa.update(_delivery)
        .where(_about(session, kind, subject_id), _delivery.c.withdrawn == is_asked)
        .values(withdrawn=sa.not_(is_asked), wanted=_delivery.c.wanted + 1, not_before=None)
    )
    return any(added) or changed.rowcount > 0


async def refresh(session: AsyncSession, kinds: Collection[str], subject_id: int) -> None:
    """Let every message of these kinds about the subject be drawn once more."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_delivery)
        .where(_here(session), _delivery.c.kind.in_(kinds), _delivery.c.subject_id == subject_id)
        .values(wanted=_delivery.c.wanted + 1, not_before=None)
    )


async def is_known(session: AsyncSession, workspace: str, key: str) -> bool:
    """Whether there is a message of that key, sent or settled."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_delivery.c.id).where(_delivery.c.workspace == workspace, _delivery.c.key == key)
    )
    return found.first() is not None


async def was_asked(session: AsyncSession, kind: str, subject_id: int, kantata_id: str) -> bool:
    """Whether there is a message of that kind about the subject to that user, be it withdrawn."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_delivery.c.id).where(
            _about(session, kind, subject_id), _delivery.c.kantata_user_id == kantata_id
        )
    )
    return found.first() is not None


async def asked(session: AsyncSession, kind: str, subject_id: int) -> list[str]:
    """Who is asked about the subject now, in the order they were."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_delivery.c.kantata_user_id)
        .where(_about(session, kind, subject_id), _delivery.c.withdrawn.is_(False))
        .order_by(_delivery.c.id)
    )
    return [row.kantata_user_id for row in found]


async def forget(session: AsyncSession, kinds: Collection[str], subject_ids: Collection[int]) -> None:
    """Forget the messages of these kinds about these subjects."""
    connection = await session.connection()
    await connection.execute(
        sa.delete(_delivery).where(
            _here(session), _delivery.c.kind.in_(kinds), _delivery.c.subject_id.in_(subject_ids)
        )
    )


async def forget_settled_before(session: AsyncSession, instant: datetime) -> None:
    """Forget messages about nothing that lasts (digests, reminders) that came to an end long ago."""
    connection = await session.connection()
    await connection.execute(
        sa.delete(_delivery).where(
            _here(session),
            _delivery.c.subject_id.is_(None),
            _delivery.c.shown >= _delivery.c.wanted,
            _delivery.c.created_at < instant,
        )
    )


def _here(session: AsyncSession) -> sa.ColumnElement[bool]:
    return _delivery.c.workspace == workspace_of(session)


def _about(session: AsyncSession, kind: str, subject_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(_here(session), _delivery.c.kind == kind, _delivery.c.subject_id == subject_id)


async def take_tokens(
    session: AsyncSession, workspace: str, lane: str, now: datetime, *, rate: float, burst: int
) -> int:
    """Take all that may be sent to the workspace now: of a bucket that fills by ``rate`` tokens a second."""
    connection = await session.connection()
    key = {"workspace": workspace, "lane": lane}
    await connection.execute(
        insert(session, _pace).on_conflict_do_nothing(), {**key, "tokens": float(burst), "at": now}
    )
    which = sa.and_(_pace.c.workspace == workspace, _pace.c.lane == lane)
    row = (await connection.execute(sa.select(_pace).where(which).with_for_update())).one()
    filled = min(float(burst), row.tokens + rate * max(0.0, (now - row.at).total_seconds()))
    whole = max(0, int(filled))
    await connection.execute(sa.update(_pace).where(which).values(tokens=filled - whole, at=max(now, row.at)))
    return whole


async def return_tokens(session: AsyncSession, workspace: str, lane: str, number: int) -> None:
    """Give back tokens that were not used."""
    connection = await session.connection()
    which = sa.and_(_pace.c.workspace == workspace, _pace.c.lane == lane)
    await connection.execute(sa.update(_pace).where(which).values(tokens=_pace.c.tokens + number))


async def park(session: AsyncSession, workspace: str, lane: str, until: datetime) -> None:
    """Send nothing in that lane before then: Slack asked for it."""
    connection = await session.connection()
    which = sa.and_(_pace.c.workspace == workspace, _pace.c.lane == lane)
    await connection.execute(sa.update(_pace).where(which).values(tokens=0.0, at=until))


async def workspaces_due(
    session: AsyncSession, now: datetime, lane: str, kinds: Collection[str]
) -> list[str]:
    """The workspaces in which something of these kinds is to be sent."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_delivery.c.workspace).where(_here(session), _due(now, lane, kinds)).distinct()
    )
    return [row.workspace for row in found]


def _due(now: datetime, lane: str, kinds: Collection[str]) -> sa.ColumnElement[bool]:
    in_lane = _delivery.c.ts.is_(None) if lane == POST else _delivery.c.ts.is_not(None)
    return sa.and_(
        _delivery.c.shown < _delivery.c.wanted,
        in_lane,
        _delivery.c.kind.in_(kinds),
        sa.or_(_delivery.c.lease_until.is_(None), _delivery.c.lease_until <= now),
        sa.or_(_delivery.c.not_before.is_(None), _delivery.c.not_before <= now),
    )


async def claim(
    session: AsyncSession,
    workspace: str,
    lane: str,
    kinds: Collection[str],
    now: datetime,
    lease: timedelta,
    limit: int,
    last: Collection[str] = (),
) -> list[Held]:
    """Take up to ``limit`` messages of these kinds that are due and nobody holds, oldest first.

    Those of the kinds in ``last`` come after all others.
    """
    token = secrets.token_hex(8)
    due = (
        sa.select(_delivery.c.id)
        .where(_due(now, lane, kinds), _delivery.c.workspace == workspace)
        .order_by(_delivery.c.kind.in_(last), _delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    connection = await session.connection()
    taken = await connection.execute(
        sa.update(_delivery)
        .where(_here(session), _delivery.c.id.in_(sa.select(due.c.id)))
        .values(lease_until=now + lease, lease_token=token)
        .returning(*_delivery.c)
    )
    return [_held(row, token) for row in sorted(taken, key=lambda row: int(row.id))]


async def mark_sent(session: AsyncSession, held: Held, now: datetime, lease: timedelta) -> bool:
    """Note that a post leaves within the ``lease``; False where somebody else holds the message."""
    return await _change(session, held, sent_at=now, lease_until=now + lease)


async def posted(session: AsyncSession, held: Held, slack_id: str | None, channel: str, ts: str) -> bool:
    """Note where the message stands now, and that it shows what was wanted when it was claimed."""
    return await _change(
        session,
        held,
        slack_user_id=slack_id,
        channel=channel,
        ts=ts,
        posts=held.posts + 1,
        shown=held.wanted,
        sent_at=None,
        not_before=None,
        **_FREE,
    )


async def adopt(session: AsyncSession, held: Held, channel: str, ts: str) -> bool:
    """Note where a post was found whose end had not been known; it may have to be rewritten."""
    return await _change(
        session, held, channel=channel, ts=ts, posts=held.posts + 1, sent_at=None, not_before=None, **_FREE
    )


async def settle(session: AsyncSession, held: Held) -> bool:
    """Note that there is nothing more to show than what was wanted when it was claimed."""
    return await _change(session, held, shown=held.wanted, sent_at=None, not_before=None, **_FREE)


async def begin_anew(session: AsyncSession, held: Held) -> bool:
    """Note that the message cannot be rewritten any more: another one is to be posted after it."""
    return await _change(session, held, ts=None, thread_ts=held.ts, sent_at=None, not_before=None, **_FREE)


async def postpone(session: AsyncSession, held: Held, until: datetime, *, sent_at: datetime | None) -> bool:
    """Give the message back, to be taken up again at ``until``."""
    return await _change(session, held, not_before=until, sent_at=sent_at, **_FREE)


_FREE: dict[str, Any] = {"lease_until": None, "lease_token": None}


async def _change(session: AsyncSession, held: Held, **values: Any) -> bool:
    connection = await session.connection()
    which = {"of_workspace": workspace_of(session), "of_id": held.id, "of_token": held.token}
    new = {f"new_{name}": value for name, value in values.items()}
    changed = await connection.execute(_changing(tuple(sorted(values))), {**which, **new})
    return changed.rowcount == 1


@lru_cache
def _changing(names: tuple[str, ...]) -> sa.Update:
    """Built once, for it is what thousands of messages need."""
    return (
        sa.update(_delivery)
        .where(
            _delivery.c.workspace == sa.bindparam("of_workspace"),
            _delivery.c.id == sa.bindparam("of_id"),
            _delivery.c.lease_token == sa.bindparam("of_token"),
        )
        .values({name: sa.bindparam(f"new_{name}") for name in names})
    )


def _held(row: sa.Row[Any], token: str) -> Held:
    return Held(
        id=row.id,
        workspace=row.workspace,
        kind=row.kind,
        key=row.key,
        subject_id=row.subject_id,
        payload=row.payload,
        kantata_id=row.kantata_user_id,
        slack_id=row.slack_user_id,
        channel=row.channel,
        ts=row.ts,
        thread_ts=row.thread_ts,
        posts=row.posts,
        wanted=row.wanted,
        withdrawn=row.withdrawn,
        sent_at=row.sent_at,
        token=token,
    )
