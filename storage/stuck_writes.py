"""The writes that wait for Kantata, as an administrator sees them, and letting one go or go on at once.

Every function works inside the caller's transaction, and changes nothing that somebody holds.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.writes import State, WaitingWrite, WriteNumbers
from storage.database import workspace_of
from storage.tables import WriteRow, is_state, metadata

_write = metadata.tables[str(WriteRow.__tablename__)]


async def numbers(session: AsyncSession, workspace: str) -> WriteNumbers:
    """The workspace's numbers."""
    is_open = is_state(_write, State.OPEN)
    counted = sa.select(
        sa.func.count().filter(is_open),
        sa.func.count().filter(is_open, _write.c.trouble.is_not(None)),
        sa.func.count().filter(sa.not_(is_open)),
    ).where(_write.c.workspace == workspace, sa.or_(is_open, ~_write.c.told))
    connection = await session.connection()
    waiting, failed, untold = (await connection.execute(counted)).one()
    return WriteNumbers(int(waiting), int(failed), int(untold))


async def waiting(session: AsyncSession, workspace: str, limit: int) -> list[WaitingWrite]:
    """The first writes that wait for Kantata, oldest first."""
    connection = await session.connection()
    found = await connection.execute(_open(workspace).order_by(_write.c.id).limit(limit))
    return [_waiting(row) for row in found]


async def find(session: AsyncSession, workspace: str, write_id: int) -> WaitingWrite | None:
    """The write of that number, if it waits; nobody else changes it while the transaction lasts."""
    connection = await session.connection()
    found = await connection.execute(_open(workspace).where(_write.c.id == write_id).with_for_update())
    row = found.one_or_none()
    return _waiting(row) if row else None


async def retry(session: AsyncSession, write_id: int) -> None:
    """Let the write be taken up at once."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_write)
        .where(
            _write.c.workspace == workspace_of(session),
            _write.c.id == write_id,
            is_state(_write, State.OPEN),
        )
        .values(not_before=None)
    )


async def drop(session: AsyncSession, write_id: int, refusal: str, now: datetime) -> bool:
    """End the write as refused, so that its person is told ``refusal``; False where somebody is at work on
    it at ``now``."""
    connection = await session.connection()
    ended = await connection.execute(
        sa.update(_write)
        .where(
            _write.c.workspace == workspace_of(session),
            _write.c.id == write_id,
            is_state(_write, State.OPEN),
            sa.or_(_write.c.lease_until.is_(None), _write.c.lease_until <= now),
        )
        .values(
            state=State.REFUSED.value,
            refusal=refusal,
            sent_at=None,
            not_before=None,
            lease_until=None,
            lease_token=None,
        )
    )
    return ended.rowcount == 1


def _open(workspace: str) -> sa.Select[Any]:
    return sa.select(_write).where(_write.c.workspace == workspace, is_state(_write, State.OPEN))


def _waiting(row: sa.Row[Any]) -> WaitingWrite:
    return WaitingWrite(
        id=row.id,
        slack_id=row.slack_user_id,
        kind=row.kind,
        created_at=row.created_at,
        attempts=row.attempts,
        not_before=row.not_before,
        trouble=row.trouble,
        uncertain=row.sent_at is not None,
    )
