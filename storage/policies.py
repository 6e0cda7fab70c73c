"""The firm's settings, a row a workspace, and each person's own; without a row the defaults count."""

import json
from dataclasses import asdict
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.approvals import Hearing
from bot.domain.audit import POLICY, AuditLine
from bot.domain.policies import (
    FirmPolicy,
    PersonSettings,
    Reminder,
    TimeOffDecider,
    policy_changes,
)
from storage import audit
from storage.database import insert
from storage.tables import FirmPolicyRow, PersonSettingsRow, metadata

_firm = metadata.tables[str(FirmPolicyRow.__tablename__)]
_person = metadata.tables[str(PersonSettingsRow.__tablename__)]


async def firm(session: AsyncSession, workspace: str) -> FirmPolicy:
    """The firm's settings."""
    connection = await session.connection()
    body = await connection.scalar(sa.select(_firm.c.body).where(_firm.c.workspace == workspace))
    return _read_policy(json.loads(body)) if body else FirmPolicy()


async def save_firm(
    session: AsyncSession, workspace: str, policy: FirmPolicy, by: str, now: datetime
) -> None:
    """Replace the firm's settings; what changed from what to what is audited, in the name of ``by``."""
    changes = policy_changes(await firm(session, workspace), policy)
    if not changes:
        return
    statement = insert(session, _firm)
    changed = {"body": statement.excluded.body, "changed_at": statement.excluded.changed_at}
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["workspace"], set_=changed),
        {"workspace": workspace, "body": _body(policy), "changed_at": now},
    )
    detail = json.dumps([asdict(each) for each in changes], ensure_ascii=False)
    await audit.add(session, workspace, AuditLine(now, by, POLICY, detail))


async def personal(session: AsyncSession, workspace: str, slack_id: str) -> PersonSettings:
    """What that person chose."""
    connection = await session.connection()
    body = await connection.scalar(
        sa.select(_person.c.body).where(_person.c.workspace == workspace, _person.c.slack_user_id == slack_id)
    )
    return _read_settings(json.loads(body)) if body else PersonSettings()


async def all_personal(session: AsyncSession, workspace: str) -> dict[str, PersonSettings]:
    """What people chose, by Slack id; only those who have chosen something."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_person.c.slack_user_id, _person.c.body).where(_person.c.workspace == workspace)
    )
    return {row.slack_user_id: _read_settings(json.loads(row.body)) for row in found}


async def save_personal(
    session: AsyncSession, workspace: str, slack_id: str, settings: PersonSettings, now: datetime
) -> None:
    """Replace what that person chose."""
    statement = insert(session, _person)
    changed = {"body": statement.excluded.body, "changed_at": statement.excluded.changed_at}
    row = {"workspace": workspace, "slack_user_id": slack_id, "body": _body(settings), "changed_at": now}
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["workspace", "slack_user_id"], set_=changed), row
    )


async def forget_personal(session: AsyncSession, workspace: str) -> None:
    """Forget what everybody in the workspace chose."""
    connection = await session.connection()
    await connection.execute(sa.delete(_person).where(_person.c.workspace == workspace))


def _body(settings: FirmPolicy | PersonSettings) -> str:
    return json.dumps(asdict(settings), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, time):
        return value.isoformat()
    assert isinstance(value, frozenset), "a setting is a time, a set, or what JSON knows"
    return sorted(value)


# A setting that a row of an earlier release does not know has its default.


def _read_policy(body: dict[str, Any]) -> FirmPolicy:
    readers = {
        "reminders": _reminders,
        "incomplete_at": time.fromisoformat,
        "again_at": time.fromisoformat,
        "missing_at": time.fromisoformat,
        "decisions_at": time.fromisoformat,
        "time_off_decider": TimeOffDecider,
        "time_off_fallbacks": tuple,
        "administrators": tuple,
    }
    return FirmPolicy(**_read(body, readers))


def _read_settings(body: dict[str, Any]) -> PersonSettings:
    readers = {"stopped": _reminders, "incomplete_at": time.fromisoformat, "hearing": Hearing}
    return PersonSettings(**_read(body, readers))


def _read(body: dict[str, Any], readers: dict[str, Any]) -> dict[str, Any]:
    return {
        name: readers[name](value) if name in readers and value is not None else value
        for name, value in body.items()
    }


def _reminders(words: list[str]) -> frozenset[Reminder]:
    return frozenset(Reminder(word) for word in words)
