"""Channels that have a project."""

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert
from storage.tables import ChannelRow, metadata

_channel = metadata.tables[str(ChannelRow.__tablename__)]
_find = sa.select(_channel.c.project_id).where(
    _channel.c.workspace == sa.bindparam("workspace"), _channel.c.channel == sa.bindparam("channel")
)


async def project_id(session: AsyncSession, workspace: str, channel: str) -> str | None:
    """The id of the channel's project, if it has one."""
    connection = await session.connection()
    found = await connection.scalar(_find, {"workspace": workspace, "channel": channel})
    return str(found) if found is not None else None


async def set_project(session: AsyncSession, workspace: str, channel: str, project_id: str) -> None:
    """Give the channel that project, in place of any other."""
    statement = insert(session, _channel)
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace", "channel"], set_={"project_id": statement.excluded.project_id}
        ),
        {"workspace": workspace, "channel": channel, "project_id": project_id},
    )


async def clear_project(session: AsyncSession, workspace: str, channel: str) -> bool:
    """Take the channel's project away; False when it had none."""
    connection = await session.connection()
    cleared = await connection.execute(
        sa.delete(_channel).where(_channel.c.workspace == workspace, _channel.c.channel == channel)
    )
    return cleared.rowcount == 1
