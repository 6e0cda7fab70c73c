"""Forms that people have open: where their answers are said, and what the forms were opened upon."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.writes import Reply
from storage.database import workspace_of
from storage.tables import FormRow, metadata

_form = metadata.tables[str(FormRow.__tablename__)]


@dataclass(frozen=True)
class OpenForm:
    """A form as it was opened. ``words`` are the project and task words typed before, if any;
    ``base`` is the JSON text of what is being changed, as it stood.
    """

    id: int
    workspace: str
    slack_id: str
    reply: Reply
    words: tuple[str, ...]
    base: str | None


async def add(
    session: AsyncSession,
    workspace: str,
    slack_id: str,
    reply: Reply,
    now: datetime,
    *,
    words: Sequence[str] = (),
    base: str | None = None,
) -> int:
    """Remember a form that is about to be opened; its number."""
    connection = await session.connection()
    added = await connection.execute(
        sa.insert(_form).returning(_form.c.id),
        {
            "workspace": workspace,
            "slack_user_id": slack_id,
            "response_url": reply.response_url,
            "response_until": reply.until,
            "replace_message": reply.replace,
            "channel": reply.channel,
            "message_ts": reply.ts,
            "words": json.dumps(list(words)),
            "base": base,
            "created_at": now,
        },
    )
    return int(added.scalar_one())


async def get(session: AsyncSession, form_id: int, workspace: str, slack_id: str) -> OpenForm | None:
    """The form of that number, if it is that person's."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_form).where(
            _form.c.id == form_id, _form.c.workspace == workspace, _form.c.slack_user_id == slack_id
        )
    )
    row = found.one_or_none()
    return _domain(row) if row else None


async def set_base(session: AsyncSession, form_id: int, base: str) -> None:
    """Note what is being changed, as soon as it has been read."""
    connection = await session.connection()
    await connection.execute(sa.update(_form).where(_here(session), _form.c.id == form_id).values(base=base))


async def forget_before(session: AsyncSession, instant: datetime) -> int:
    """Drop the forms opened before that instant; how many."""
    connection = await session.connection()
    dropped = await connection.execute(sa.delete(_form).where(_here(session), _form.c.created_at < instant))
    return dropped.rowcount


def _here(session: AsyncSession) -> sa.ColumnElement[bool]:
    return _form.c.workspace == workspace_of(session)


def _domain(row: sa.Row[Any]) -> OpenForm:
    return OpenForm(
        id=row.id,
        workspace=row.workspace,
        slack_id=row.slack_user_id,
        reply=Reply(
            response_url=row.response_url,
            until=row.response_until,
            replace=row.replace_message,
            channel=row.channel,
            ts=row.message_ts,
        ),
        words=tuple(json.loads(row.words)),
        base=row.base,
    )
