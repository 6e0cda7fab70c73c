"""Reminders among the private messages: which ones still wait, and the one a button belongs to."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import Week
from bot.domain.policies import Reminder
from bot.domain.reminders import Due
from storage import deliveries
from storage.database import workspace_of
from storage.deliveries import New
from storage.tables import DeliveryRow, metadata

_delivery = metadata.tables[str(DeliveryRow.__tablename__)]
_KINDS = {
    Reminder.INCOMPLETE: "remind.incomplete",
    Reminder.AGAIN: "remind.again",
    Reminder.MISSING: "remind.missing",
}
_SNOOZED = "+snooze"
_SOON = timedelta(minutes=2)
_FILES = "+files"
FILES = "remind.missing.files"  # what is sent after a report, and not drawn as a message


@dataclass(frozen=True)
class Kept:
    """A reminder as it is kept: its row, whose it is, and what it is about."""

    id: int
    workspace: str
    key: str
    kantata_id: str
    due: Due


def kind_of(reminder: Reminder) -> str:
    """The kind of the messages that carry the reminder."""
    return _KINDS[reminder]


def read_due(kind: str, payload: str) -> Due:
    """What a message of that kind is about."""
    reminder = Reminder.MISSING if kind == FILES else next(each for each in _KINDS if _KINDS[each] == kind)
    plain = json.loads(payload)
    return Due(reminder, Week(date.fromisoformat(plain["week"])), date.fromisoformat(plain["day"]))


def _payload(due: Due) -> str:
    return json.dumps({"week": due.week.start.isoformat(), "day": due.day.isoformat()})


async def add(session: AsyncSession, workspace: str, kantata_id: str, due: Due, now: datetime) -> bool:
    """Note that the reminder is to be sent; False where it is known, sent or not."""
    new = New(workspace, kind_of(due.reminder), due.key(kantata_id), kantata_id, payload=_payload(due))
    if due.reminder is Reminder.MISSING:
        await deliveries.add(session, replace(new, kind=FILES, key=new.key + _FILES), now)
    return await deliveries.add(session, new, now)


async def snooze(session: AsyncSession, kept: Kept, day: date, until: datetime, now: datetime) -> bool:
    """Let it come once more, at ``until``, which is on that day of the person's; False where it was asked."""
    due = Due(kept.due.reminder, kept.due.week, day)
    new = New(
        kept.workspace,
        kind_of(due.reminder),
        kept.key + _SNOOZED,
        kept.kantata_id,
        payload=_payload(due),
        not_before=until,
    )
    return await deliveries.add(session, new, now)


async def snoozed_until(session: AsyncSession, kept: Kept) -> datetime | None:
    """Until when it was snoozed; None where it was not, or has come."""
    connection = await session.connection()
    found = await connection.scalar(
        sa.select(_delivery.c.not_before).where(
            _delivery.c.workspace == kept.workspace, _delivery.c.key == kept.key + _SNOOZED
        )
    )
    return found if isinstance(found, datetime) else None


async def waiting(
    session: AsyncSession, workspace: str, kind: str, first_id: int, now: datetime, limit: int
) -> list[Kept]:
    """The next ``limit`` reminders of a kind that are due now and not sent, from that row on."""
    connection = await session.connection()
    rows = await connection.execute(
        sa.select(_delivery.c.id, _delivery.c.key, _delivery.c.kantata_user_id, _delivery.c.payload)
        .where(
            _delivery.c.workspace == workspace,
            _delivery.c.kind == kind,
            _delivery.c.id >= first_id,
            _delivery.c.shown < _delivery.c.wanted,
            sa.or_(_delivery.c.not_before.is_(None), _delivery.c.not_before <= now),
        )
        .order_by(_delivery.c.id)
        .limit(limit)
    )
    return [
        Kept(row.id, workspace, row.key, row.kantata_user_id, read_due(kind, row.payload)) for row in rows
    ]


async def own(session: AsyncSession, workspace: str, row_id: int, kantata_id: str) -> Kept | None:
    """The person's own reminder of that row."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_delivery.c.kind, _delivery.c.key, _delivery.c.payload).where(
            _delivery.c.id == row_id,
            _delivery.c.workspace == workspace,
            _delivery.c.kantata_user_id == kantata_id,
            _delivery.c.kind.in_(_KINDS.values()),
        )
    )
    row = found.one_or_none()
    return Kept(row_id, workspace, row.key, kantata_id, read_due(row.kind, row.payload)) if row else None


async def known(session: AsyncSession, workspace: str, keys: list[str]) -> set[str]:
    """Those of these keys for which there is a reminder, sent or not."""
    connection = await session.connection()
    rows = await connection.execute(
        sa.select(_delivery.c.key).where(_delivery.c.workspace == workspace, _delivery.c.key.in_(keys))
    )
    return {row.key for row in rows}


async def stands(session: AsyncSession, workspace: str, files_key: str) -> tuple[bool, bool]:
    """Of the report that these files follow: whether it was posted, and whether it still may be."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_delivery.c.ts, _delivery.c.shown < _delivery.c.wanted).where(
            _delivery.c.workspace == workspace, _delivery.c.key == files_key.removesuffix(_FILES)
        )
    )
    row = found.one_or_none()
    return (row[0] is not None, bool(row[1])) if row else (False, False)


async def left(session: AsyncSession, reminder: Reminder, now: datetime) -> int:
    """How many reminders of a kind are not sent yet, but for those that are snoozed or wait for long."""
    connection = await session.connection()
    number = await connection.scalar(
        sa.select(sa.func.count())
        .select_from(_delivery)
        .where(
            _delivery.c.workspace == workspace_of(session),
            _delivery.c.kind == kind_of(reminder),
            _delivery.c.shown < _delivery.c.wanted,
            sa.or_(_delivery.c.not_before.is_(None), _delivery.c.not_before <= now + _SOON),
        )
    )
    return int(number or 0)
