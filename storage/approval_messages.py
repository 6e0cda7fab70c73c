"""Private messages about approvals, as rows: each posted once, rewritten until it shows what it ought to.

Every function works inside the caller's transaction; a claim's token fences its holder.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.approvals import APPROVER, DIGEST, SUBMITTER
from storage.database import insert
from storage.tables import MessageRow, PaceRow, metadata

_message = metadata.tables[str(MessageRow.__tablename__)]
_pace = metadata.tables[str(PaceRow.__tablename__)]

POST, REWRITE = "post", "rewrite"


@dataclass(frozen=True)
class Held:
    """A message whose lease this process holds, and the token that proves it."""

    id: int
    workspace: str
    key: str
    role: str
    request_id: int | None
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


async def ask(session: AsyncSession, workspace: str, request_id: int, user_ids: Collection[str]) -> None:
    """Make these users the ones who are asked about the timesheet; who no longer is, is told so."""
    for user_id in user_ids:
        await _add(session, workspace, f"ask:{request_id}:{user_id}", APPROVER, request_id, user_id)
    connection = await session.connection()
    of_request = sa.and_(_message.c.request_id == request_id, _message.c.role == APPROVER)
    is_asked = _message.c.kantata_user_id.in_(user_ids)
    await connection.execute(
        sa.update(_message)
        .where(of_request, _message.c.withdrawn == is_asked)
        .values(withdrawn=sa.not_(is_asked), wanted=_message.c.wanted + 1, not_before=None)
    )


async def tell(session: AsyncSession, workspace: str, request_id: int, user_id: str) -> None:
    """Let the submitter hear what became of the timesheet."""
    await _add(session, workspace, f"tell:{request_id}:{user_id}", SUBMITTER, request_id, user_id)


async def plan_digest(
    session: AsyncSession, workspace: str, user_id: str, day: date, *, is_due: bool
) -> None:
    """Settle, once, whether the approver hears that day of all that waits."""
    added = await _add(session, workspace, _digest_key(user_id, day), DIGEST, None, user_id)
    if added and not is_due:
        connection = await session.connection()
        await connection.execute(
            sa.update(_message)
            .where(_message.c.workspace == workspace, _message.c.key == _digest_key(user_id, day))
            .values(shown=_message.c.wanted)
        )


async def is_digest_planned(session: AsyncSession, workspace: str, user_id: str, day: date) -> bool:
    """Whether that was settled before."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_message.c.id).where(
            _message.c.workspace == workspace, _message.c.key == _digest_key(user_id, day)
        )
    )
    return found.first() is not None


def _digest_key(user_id: str, day: date) -> str:
    return f"digest:{user_id}:{day.isoformat()}"


async def _add(
    session: AsyncSession, workspace: str, key: str, role: str, request_id: int | None, user_id: str
) -> bool:
    connection = await session.connection()
    added = await connection.execute(
        insert(session, _message)
        .on_conflict_do_nothing(index_elements=["workspace", "key"])
        .returning(_message.c.id),
        {
            "workspace": workspace,
            "key": key,
            "role": role,
            "request_id": request_id,
            "kantata_user_id": user_id,
            "posts": 0,
            "wanted": 1,
            "shown": 0,
            "withdrawn": False,
        },
    )
    return added.first() is not None


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


async def workspaces_due(session: AsyncSession, now: datetime, lane: str) -> list[str]:
    """The workspaces in which something is to be sent."""
    connection = await session.connection()
    found = await connection.execute(sa.select(_message.c.workspace).where(_due(now, lane)).distinct())
    return [row.workspace for row in found]


def _due(now: datetime, lane: str) -> sa.ColumnElement[bool]:
    in_lane = _message.c.ts.is_(None) if lane == POST else _message.c.ts.is_not(None)
    return sa.and_(
        _message.c.shown < _message.c.wanted,
        in_lane,
        sa.or_(_message.c.lease_until.is_(None), _message.c.lease_until <= now),
        sa.or_(_message.c.not_before.is_(None), _message.c.not_before <= now),
    )


async def claim(
    session: AsyncSession, workspace: str, lane: str, now: datetime, lease: timedelta, limit: int
) -> list[Held]:
    """Take up to ``limit`` messages that are due and nobody holds, oldest first."""
    token = secrets.token_hex(8)
    due = (
        sa.select(_message.c.id)
        .where(_due(now, lane), _message.c.workspace == workspace)
        .order_by(_message.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    connection = await session.connection()
    taken = await connection.execute(
        sa.update(_message)
        .where(_message.c.id.in_(sa.select(due.c.id)))
        .values(lease_until=now + lease, lease_token=token)
        .returning(*_message.c)
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
    changed = await connection.execute(
        sa.update(_message)
        .where(_message.c.id == held.id, _message.c.lease_token == held.token)
        .values(**values)
    )
    return changed.rowcount == 1


def _held(row: sa.Row[Any], token: str) -> Held:
    return Held(
        id=row.id,
        workspace=row.workspace,
        key=row.key,
        role=row.role,
        request_id=row.request_id,
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
