"""The Kantata account by which the bot reads and writes for a workspace: its sealed token."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert, workspace_of
from storage.encryption import Binding, Sealed
from storage.tables import ServiceAccountRow, metadata

TOKEN = "kantata service token"  # noqa: S105  # what a token is sealed for, not a token

_account = metadata.tables[str(ServiceAccountRow.__tablename__)]


def token_binding(workspace: str) -> Binding:
    """What the workspace's token is sealed for."""
    return Binding(workspace, "", TOKEN)


async def find(session: AsyncSession) -> Sealed | None:
    """The workspace's token, if there is one."""
    connection = await session.connection()
    row = (await connection.execute(sa.select(_account.c.token).where(_here(session)))).one_or_none()
    token: Sealed | None = row.token if row else None
    return token


async def replace(session: AsyncSession, kantata_id: str, token: Sealed, by: str, now: datetime) -> None:
    """Keep the token of that Kantata user, in place of any other; ``by`` is a Slack id."""
    row = {
        "workspace": workspace_of(session),
        "kantata_user_id": kantata_id,
        "token": token,
        "connected_by": by,
        "connected_at": now,
    }
    statement = insert(session, _account)
    changed = {name: statement.excluded[name] for name in row if name != "workspace"}
    connection = await session.connection()
    await connection.execute(statement.on_conflict_do_update(index_elements=["workspace"], set_=changed), row)


async def end(session: AsyncSession, token: Sealed) -> str | None:
    """Delete that token; who connected it, None where it was gone or replaced already."""
    connection = await session.connection()
    ended = await connection.execute(
        sa.delete(_account)
        .where(_here(session), _account.c.token == token)
        .returning(_account.c.connected_by)
    )
    row = ended.one_or_none()
    return str(row.connected_by) if row else None


async def reseal(session: AsyncSession, token: Sealed) -> None:
    """Store the same token sealed anew."""
    connection = await session.connection()
    await connection.execute(sa.update(_account).where(_here(session)).values(token=token))


def _here(session: AsyncSession) -> sa.ColumnElement[bool]:
    return _account.c.workspace == workspace_of(session)
