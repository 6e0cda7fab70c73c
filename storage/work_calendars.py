"""Workweeks and holidays of people, as Kantata told them; time off is never kept."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.work_calendars import Holiday, WorkCalendar, Workweek
from storage.database import insert, workspace_of
from storage.tables import WorkCalendarRow, metadata

_calendar = metadata.tables[str(WorkCalendarRow.__tablename__)]


@dataclass(frozen=True)
class KeptCalendar:
    """A calendar without time off, and when it was read."""

    calendar: WorkCalendar
    read_at: datetime


async def find(session: AsyncSession, kantata_id: str) -> KeptCalendar | None:
    """What is kept of that Kantata user."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_calendar).where(
            _calendar.c.workspace == workspace_of(session), _calendar.c.kantata_user_id == kantata_id
        )
    )
    row = found.one_or_none()
    return KeptCalendar(_decoded(row.body), row.read_at) if row else None


async def save(session: AsyncSession, kantata_id: str, calendar: WorkCalendar, read_at: datetime) -> None:
    """Keep it, in place of what was kept before."""
    statement = insert(session, _calendar)
    changes = {"body": statement.excluded.body, "read_at": statement.excluded.read_at}
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["workspace", "kantata_user_id"], set_=changes),
        {
            "workspace": workspace_of(session),
            "kantata_user_id": kantata_id,
            "body": _encoded(calendar),
            "read_at": read_at,
        },
    )


def _encoded(calendar: WorkCalendar) -> str:
    plain = {
        "workweeks": [asdict(each) for each in calendar.workweeks],
        "holidays": [asdict(each) for each in calendar.holidays],
    }
    return json.dumps(plain, default=date.isoformat)


def _decoded(body: str) -> WorkCalendar:
    plain = json.loads(body)
    return WorkCalendar(
        tuple(
            Workweek(tuple(each["minutes"]), _day(each["start"]), _day(each["end"]))
            for each in plain["workweeks"]
        ),
        tuple(_holiday(each) for each in plain["holidays"]),
    )


def _holiday(each: dict[str, Any]) -> Holiday:
    start, end = date.fromisoformat(each["start"]), date.fromisoformat(each["end"])
    return Holiday(each["name"], start, end, each["minutes"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
