"""This installation's own name, by which its writes are found again in Kantata."""

import secrets
import string

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert
from storage.tables import InstallationRow, metadata

_installation = metadata.tables[str(InstallationRow.__tablename__)]
_find = sa.select(_installation.c.key)


async def installation_key(session: AsyncSession) -> str:
    """Eight lowercase letters and digits, chosen at random on first use and the same ever after.

    To be called in a transaction: the first call writes.
    """
    connection = await session.connection()
    found = await connection.scalar(_find)
    if isinstance(found, str):
        return found
    alphabet = string.ascii_lowercase + string.digits
    key = "".join(secrets.choice(alphabet) for _ in range(8))
    await connection.execute(insert(session, _installation).on_conflict_do_nothing(), {"id": 1, "key": key})
    chosen = await connection.scalar(_find)  # another process may have been first
    assert isinstance(chosen, str)
    return chosen
