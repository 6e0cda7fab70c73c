"""Who changed or decided what, and when: lines that are added and never altered."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.audit import AuditLine
from storage.tables import AuditRow, metadata

_audit = metadata.tables[str(AuditRow.__tablename__)]


async def add(session: AsyncSession, workspace: str, line: AuditLine) -> None:
    """Keep the line, in the transaction of what it tells of."""
    connection = await session.connection()
    values = {"at": line.at, "by": line.by, "what": line.what, "detail": line.detail}
    await connection.execute(sa.insert(_audit), {"workspace": workspace, **values})


async def of_year(session: AsyncSession, workspace: str, year: int) -> list[AuditLine]:
    """The workspace's lines of that year in UTC, oldest first."""
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_audit)
        .where(_audit.c.workspace == workspace, _audit.c.at >= begin, _audit.c.at < end)
        .order_by(_audit.c.at, _audit.c.id)
    )
    return [AuditLine(row.at, row.by, row.what, row.detail) for row in found]
