"""The weekly post of who is off, as rows: one a workspace, week and channel, posted once.

Every function works inside the caller's transaction; a claim's token fences its holder.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert
from storage.tables import AbsencePostRow, metadata

_post = metadata.tables[str(AbsencePostRow.__tablename__)]


@dataclass(frozen=True)
class HeldPost:
    """A week's post whose lease this process holds. ``shown`` is its text, None while it is not posted.

    ``sent_at`` is when a post left whose end is not known.
    """

    id: int
    workspace: str
    channel: str
    ts: str | None
    shown: str | None
    sent_at: datetime | None
    token: str

    @property
    def key(self) -> str:
        """What travels with the post, to be looked for."""
        return f"absences:{self.id}"


async def claim(
    session: AsyncSession, workspace: str, week: date, channel: str, now: datetime, lease: timedelta
) -> HeldPost | None:
    """Take the week's post to work on it, unless somebody holds it."""
    connection = await session.connection()
    await connection.execute(
        insert(session, _post).on_conflict_do_nothing(index_elements=["workspace", "week", "channel"]),
        {"workspace": workspace, "week": week, "channel": channel},
    )
    token = secrets.token_hex(8)
    taken = await connection.execute(
        sa.update(_post)
        .where(
            _post.c.workspace == workspace,
            _post.c.week == week,
            _post.c.channel == channel,
            sa.or_(_post.c.lease_until.is_(None), _post.c.lease_until <= now),
        )
        .values(lease_until=now + lease, lease_token=token)
        .returning(*_post.c)
    )
    row = taken.one_or_none()
    if row is None:
        return None
    return HeldPost(row.id, row.workspace, row.channel, row.ts, row.shown, row.sent_at, token)


async def mark_sent(session: AsyncSession, held: HeldPost, now: datetime, lease: timedelta) -> bool:
    """Note that the post leaves within the ``lease``; False where somebody else holds it."""
    return await _change(session, held, sent_at=now, lease_until=now + lease)


async def shows(session: AsyncSession, held: HeldPost, ts: str, text: str | None) -> bool:
    """Note where the post stands and what it shows, None where that is not known; and give it back."""
    return await _change(session, held, ts=ts, shown=text, sent_at=None, **_FREE)


async def release(session: AsyncSession, held: HeldPost, *, sent_at: datetime | None) -> bool:
    """Give the post back, with what is known of the last attempt."""
    return await _change(session, held, sent_at=sent_at, **_FREE)


_FREE: dict[str, Any] = {"lease_until": None, "lease_token": None}


async def _change(session: AsyncSession, held: HeldPost, **values: Any) -> bool:
    connection = await session.connection()
    changed = await connection.execute(
        sa.update(_post)
        .where(_post.c.workspace == held.workspace, _post.c.id == held.id, _post.c.lease_token == held.token)
        .values(**values)
    )
    return changed.rowcount == 1
