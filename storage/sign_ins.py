"""Links by which people may sign in to Kantata, each good for one coming back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import workspace_of
from storage.encryption import Binding, Sealed
from storage.tables import SignInRow, metadata

VERIFIER = "sign-in verifier"

_sign_in = metadata.tables[str(SignInRow.__tablename__)]


@dataclass(frozen=True)
class SignIn:
    """A link that was given to a Slack user. ``used_at`` None: the browser has not come back yet.

    ``service``: the account is to serve the whole workspace.
    """

    id: int
    workspace: str
    slack_id: str
    verifier: Sealed
    service: bool
    used_at: datetime | None

    @property
    def binding(self) -> Binding:
        """What the verifier is sealed for."""
        return verifier_binding(self.workspace, self.slack_id)


def verifier_binding(workspace: str, slack_id: str) -> Binding:
    """What that person's verifier is sealed for."""
    return Binding(workspace, slack_id, VERIFIER)


async def add(
    session: AsyncSession,
    workspace: str,
    slack_id: str,
    verifier: Sealed,
    now: datetime,
    *,
    service: bool = False,
) -> int:
    """Remember a link that is about to be given away; its number."""
    connection = await session.connection()
    added = await connection.execute(
        sa.insert(_sign_in).returning(_sign_in.c.id),
        {
            "workspace": workspace,
            "slack_user_id": slack_id,
            "verifier": verifier,
            "service": service,
            "created_at": now,
        },
    )
    return int(added.scalar_one())


async def find(session: AsyncSession, sign_in_id: int, workspace: str, slack_id: str) -> SignIn | None:
    """The link of that number, if it is that person's."""
    connection = await session.connection()
    found = await connection.execute(sa.select(_sign_in).where(*_whose(sign_in_id, workspace, slack_id)))
    row = found.one_or_none()
    return _domain(row) if row else None


async def use(
    session: AsyncSession, sign_in_id: int, workspace: str, slack_id: str, now: datetime
) -> SignIn | None:
    """Use the link up; None when it was used before, or is not that person's."""
    connection = await session.connection()
    used = await connection.execute(
        sa.update(_sign_in)
        .where(*_whose(sign_in_id, workspace, slack_id), _sign_in.c.used_at.is_(None))
        .values(used_at=now)
        .returning(*_sign_in.c)
    )
    row = used.one_or_none()
    return _domain(row) if row else None


async def forget_before(session: AsyncSession, instant: datetime) -> int:
    """Drop the links given before that instant; how many."""
    connection = await session.connection()
    dropped = await connection.execute(
        sa.delete(_sign_in).where(
            _sign_in.c.workspace == workspace_of(session), _sign_in.c.created_at < instant
        )
    )
    return dropped.rowcount


def _whose(sign_in_id: int, workspace: str, slack_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _sign_in.c.id == sign_in_id,
        _sign_in.c.workspace == workspace,
        _sign_in.c.slack_user_id == slack_id,
    )


def _domain(row: sa.Row[Any]) -> SignIn:
    return SignIn(
        id=row.id,
        workspace=row.workspace,
        slack_id=row.slack_user_id,
        verifier=row.verifier,
        service=row.service,
        used_at=row.used_at,
    )
