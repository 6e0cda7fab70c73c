"""Which Kantata user a Slack user is, where an administrator chose it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert
from storage.tables import ManualMatchRow, metadata

_match = metadata.tables[str(ManualMatchRow.__tablename__)]


@dataclass(frozen=True)
class Match:
    """Who was chosen for whom, by which administrator (a Slack id), at an aware instant."""

    slack_id: str
    kantata_id: str
    by: str
    at: datetime


async def kantata_id(session: AsyncSession, workspace: str, slack_id: str) -> str | None:
    """The Kantata user chosen for that Slack user."""
    connection = await session.connection()
    found = await connection.scalar(
        sa.select(_match.c.kantata_user_id).where(
            _match.c.workspace == workspace, _match.c.slack_user_id == slack_id
        )
    )
    return str(found) if found else None


async def holder(session: AsyncSession, workspace: str, kantata_user_id: str) -> str | None:
    """The Slack user for whom that Kantata user was chosen."""
    connection = await session.connection()
    found = await connection.scalar(
        sa.select(_match.c.slack_user_id).where(
            _match.c.workspace == workspace, _match.c.kantata_user_id == kantata_user_id
        )
    )
    return str(found) if found else None


async def every(session: AsyncSession, workspace: str) -> list[Match]:
    """All that was chosen in the workspace, latest first."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_match)
        .where(_match.c.workspace == workspace)
        .order_by(_match.c.at.desc(), _match.c.slack_user_id)
    )
    return [Match(row.slack_user_id, row.kantata_user_id, row.by, row.at) for row in found]


async def choose(session: AsyncSession, workspace: str, match: Match) -> bool:
    """Keep the choice, in place of any other for that Slack user; False where the Kantata user was chosen
    for somebody else."""
    if await holder(session, workspace, match.kantata_id) not in (None, match.slack_id):
        return False
    await end(session, workspace, match.slack_id)
    connection = await session.connection()
    added = await connection.execute(
        insert(session, _match).on_conflict_do_nothing().returning(_match.c.slack_user_id),
        {
            "workspace": workspace,
            "slack_user_id": match.slack_id,
            "kantata_user_id": match.kantata_id,
            "by": match.by,
            "at": match.at,
        },
    )
    return added.first() is not None


async def end(session: AsyncSession, workspace: str, slack_id: str) -> str | None:
    """Forget the choice for that Slack user; the Kantata user's id, None where there was no choice."""
    connection = await session.connection()
    ended = await connection.execute(
        sa.delete(_match)
        .where(_match.c.workspace == workspace, _match.c.slack_user_id == slack_id)
        .returning(_match.c.kantata_user_id)
    )
    row = ended.first()
    return str(row.kantata_user_id) if row else None


async def forget_all(session: AsyncSession, workspace: str) -> None:
    """Forget every choice in the workspace."""
    connection = await session.connection()
    await connection.execute(sa.delete(_match).where(_match.c.workspace == workspace))
