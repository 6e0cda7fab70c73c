"""People's own Kantata accounts: who signed in as whom, with their sealed tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert, workspace_of
from storage.encryption import Binding, Sealed
from storage.tables import ConnectionRow, metadata

TOKEN = "kantata token"  # noqa: S105  # what a token is sealed for, not a token

_connection = metadata.tables[str(ConnectionRow.__tablename__)]
_find = sa.select(_connection).where(
    _connection.c.workspace == sa.bindparam("workspace"),
    _connection.c.slack_user_id == sa.bindparam("slack_user_id"),
)


class ConnectedElsewhere(Exception):
    """That Kantata user is connected to another Slack user of the workspace."""


@dataclass(frozen=True)
class Connection:
    """A Slack user's own Kantata account. ``id`` names this one signing-in and is never used again."""

    id: int
    workspace: str
    slack_id: str
    kantata_id: str
    token: Sealed
    connected_at: datetime

    @property
    def binding(self) -> Binding:
        """What the token is sealed for."""
        return token_binding(self.workspace, self.slack_id)


def token_binding(workspace: str, slack_id: str) -> Binding:
    """What that person's token is sealed for."""
    return Binding(workspace, slack_id, TOKEN)


async def find(session: AsyncSession, workspace: str, slack_id: str) -> Connection | None:
    """The Slack user's connection, if there is one."""
    connection = await session.connection()
    found = await connection.execute(_find, {"workspace": workspace, "slack_user_id": slack_id})
    row = found.one_or_none()
    return _domain(row) if row else None


async def owner(session: AsyncSession, workspace: str, kantata_id: str) -> str | None:
    """The Slack user who signed in as that Kantata user."""
    connection = await session.connection()
    found = await connection.scalar(
        sa.select(_connection.c.slack_user_id).where(
            _connection.c.workspace == workspace, _connection.c.kantata_user_id == kantata_id
        )
    )
    return str(found) if found else None


async def replace(
    session: AsyncSession, workspace: str, slack_id: str, kantata_id: str, token: Sealed, now: datetime
) -> None:
    """Connect the Slack user, in place of any connection before. Raises ConnectedElsewhere."""
    connection = await session.connection()
    await connection.execute(
        sa.delete(_connection).where(
            _connection.c.workspace == workspace, _connection.c.slack_user_id == slack_id
        )
    )
    added = await connection.execute(
        insert(session, _connection)
        .on_conflict_do_nothing(index_elements=["workspace", "kantata_user_id"])
        .returning(_connection.c.id),
        {
            "workspace": workspace,
            "slack_user_id": slack_id,
            "kantata_user_id": kantata_id,
            "token": token,
            "connected_at": now,
        },
    )
    if added.one_or_none() is None:
        raise ConnectedElsewhere


async def end(session: AsyncSession, connection_id: int) -> bool:
    """Delete the connection and its token; False when it was gone already."""
    connection = await session.connection()
    ended = await connection.execute(
        sa.delete(_connection).where(_here(session), _connection.c.id == connection_id)
    )
    return ended.rowcount == 1


async def end_all(session: AsyncSession, workspace: str) -> list[Connection]:
    """Delete every connection of the workspace; those that there were."""
    connection = await session.connection()
    ended = await connection.execute(
        sa.delete(_connection).where(_connection.c.workspace == workspace).returning(*_connection.c)
    )
    return [_domain(row) for row in ended]


async def every(session: AsyncSession) -> list[Connection]:
    """All connections of the workspace."""
    connection = await session.connection()
    return [_domain(row) for row in await connection.execute(sa.select(_connection).where(_here(session)))]


async def reseal(session: AsyncSession, connection_id: int, token: Sealed) -> None:
    """Store the same token sealed anew."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_connection).where(_here(session), _connection.c.id == connection_id).values(token=token)
    )


def _here(session: AsyncSession) -> sa.ColumnElement[bool]:
    return _connection.c.workspace == workspace_of(session)


def _domain(row: sa.Row[Any]) -> Connection:
    return Connection(
        id=row.id,
        workspace=row.workspace,
        slack_id=row.slack_user_id,
        kantata_id=row.kantata_user_id,
        token=row.token,
        connected_at=row.connected_at,
    )
