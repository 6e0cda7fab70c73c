"""This installation's own name, by which its writes are found again in Kantata; and whose its token is."""

import hashlib
import secrets
import string

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert
from storage.tables import InstallationRow, TokenWorkspaceRow, metadata

_installation = metadata.tables[str(InstallationRow.__tablename__)]
_token = metadata.tables[str(TokenWorkspaceRow.__tablename__)]
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


async def workspace_of_token(session: AsyncSession, token: str) -> tuple[str, bool] | None:
    """The workspace that the bot token is for, and whether that is a whole organisation; None: not known."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_token.c.workspace, _token.c.whole).where(_token.c.fingerprint == _fingerprint(token))
    )
    row = found.one_or_none()
    return (row.workspace, row.whole) if row else None


async def remember_token(session: AsyncSession, token: str, workspace: str, *, whole: bool) -> None:
    """Note whose the bot token is, which never changes."""
    connection = await session.connection()
    row = {"fingerprint": _fingerprint(token), "workspace": workspace, "whole": whole}
    await connection.execute(insert(session, _token).on_conflict_do_nothing(), row)


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
