"""A workspace leaves: what is kept of it is deleted, table by table."""

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import workspace_of
from storage.tables import AuditRow, FirmPolicyRow, metadata

KEPT = {str(AuditRow.__tablename__), str(FirmPolicyRow.__tablename__)}


async def forget_workspace(session: AsyncSession) -> None:
    """Delete every row of the session's workspace but the firm's settings and the audit."""
    workspace = workspace_of(session)
    connection = await session.connection()
    for table in reversed(metadata.sorted_tables):  # what refers to others goes first
        if "workspace" in table.c and table.name not in KEPT:
            await connection.execute(sa.delete(table).where(table.c.workspace == workspace))
