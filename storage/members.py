"""The firm's active members as Kantata told them: who manages whom, who administers, who works how much."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.approvals import Member
from storage.database import insert, workspace_of
from storage.tables import MemberRow, metadata

_member = metadata.tables[str(MemberRow.__tablename__)]
_PART = 500  # ids in one query


def _here(session: AsyncSession) -> sa.ColumnElement[bool]:
    return _member.c.workspace == workspace_of(session)


async def save(session: AsyncSession, members: Sequence[Member], read_at: datetime) -> None:
    """Replace what is known of these members."""
    if not members:
        return
    statement = insert(session, _member)
    rows = [
        {
            "workspace": workspace_of(session),
            "kantata_user_id": each.id,
            "name": each.name,
            "email": each.email,
            "administrator": each.administrator,
            "viewer": each.viewer,
            "manager_id": each.manager_id,
            "manager_can_approve": each.manager_can_approve,
            "week": json.dumps(each.week),
            "holiday_calendar_id": each.holiday_calendar_id,
            "read_at": read_at,
        }
        for each in sorted(members, key=lambda each: each.id)
    ]
    kept = ("workspace", "kantata_user_id", "holiday_calendar_id")
    changed = {name: statement.excluded[name] for name in rows[0] if name not in kept}
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["workspace", "kantata_user_id"], set_=changed), rows
    )


async def place_in_calendars(session: AsyncSession, calendars: Mapping[str, str | None]) -> None:
    """Whose holidays are those of which calendar, by user; None: those of the firm's default one."""
    if not calendars:
        return
    connection = await session.connection()
    await connection.execute(
        sa.update(_member)
        .where(_here(session), _member.c.kantata_user_id == sa.bindparam("user"))
        .values(holiday_calendar_id=sa.bindparam("calendar")),
        [{"user": user_id, "calendar": calendar} for user_id, calendar in calendars.items()],
    )


async def drop(session: AsyncSession, user_ids: Collection[str]) -> None:
    """Forget members who are active no more."""
    connection = await session.connection()
    await connection.execute(
        sa.delete(_member).where(_here(session), _member.c.kantata_user_id.in_(user_ids))
    )


async def drop_not_read_since(session: AsyncSession, instant: datetime) -> None:
    """Forget those whom Kantata no longer told of when it told of all."""
    connection = await session.connection()
    await connection.execute(sa.delete(_member).where(_here(session), _member.c.read_at < instant))


async def find(session: AsyncSession, user_ids: Collection[str]) -> dict[str, Member]:
    """Those of these users who are active members."""
    wanted = sorted(set(user_ids))
    found: dict[str, Member] = {}
    for start in range(0, len(wanted), _PART):
        found |= await _select(session, _member.c.kantata_user_id.in_(wanted[start : start + _PART]))
    return found


async def administrators(session: AsyncSession) -> dict[str, Member]:
    """Everybody who administers the firm's account."""
    return await _select(session, _member.c.administrator.is_(True))


async def everybody(session: AsyncSession) -> dict[str, Member]:
    """All active members."""
    return await _select(session, sa.true())


async def _select(session: AsyncSession, which: sa.ColumnElement[bool]) -> dict[str, Member]:
    connection = await session.connection()
    rows = await connection.execute(sa.select(_member).where(_here(session), which))
    return {
        row.kantata_user_id: Member(
            id=row.kantata_user_id,
            name=row.name,
            email=row.email,
            administrator=row.administrator,
            viewer=row.viewer,
            manager_id=row.manager_id,
            manager_can_approve=row.manager_can_approve,
            week=tuple(json.loads(row.week)),
            holiday_calendar_id=row.holiday_calendar_id,
        )
        for row in rows
    }


async def missing_in_slack(session: AsyncSession) -> list[Member]:
    """The active members whose e-mail address nobody in Slack was found to have; by name."""
    found = await _select(session, _member.c.slack_missing_at.is_not(None))
    return sorted(found.values(), key=lambda each: (each.name, each.id))


async def slack_missing_at(session: AsyncSession, user_id: str) -> datetime | None:
    """When Slack was last found to have nobody of that member's e-mail address."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_member.c.slack_missing_at).where(_here(session), _member.c.kantata_user_id == user_id)
    )
    row = found.first()
    return row.slack_missing_at if row else None


async def note_slack_missing(session: AsyncSession, user_id: str, now: datetime) -> None:
    """Slack has nobody of that member's e-mail address."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_member)
        .where(_here(session), _member.c.kantata_user_id == user_id)
        .values(slack_missing_at=now)
    )


async def by_email(session: AsyncSession, emails: Collection[str]) -> dict[str, list[Member]]:
    """The active members who have these e-mail addresses, by the address in small letters."""
    wanted = sorted({each.casefold() for each in emails})
    found: dict[str, list[Member]] = {}
    for start in range(0, len(wanted), _PART):
        part = wanted[start : start + _PART]
        for member in (await _select(session, sa.func.lower(_member.c.email).in_(part))).values():
            found.setdefault((member.email or "").casefold(), []).append(member)
    return found


async def following(session: AsyncSession, after: str, limit: int) -> list[Member]:
    """The next ``limit`` members by id after that one ("" for the first)."""
    connection = await session.connection()
    ids = await connection.execute(
        sa.select(_member.c.kantata_user_id)
        .where(_here(session), _member.c.kantata_user_id > after)
        .order_by(_member.c.kantata_user_id)
        .limit(limit)
    )
    found = await find(session, [row.kantata_user_id for row in ids])
    return [found[each] for each in sorted(found)]


async def managers(session: AsyncSession) -> set[str]:
    """Whoever manages somebody, by id."""
    connection = await session.connection()
    found = await connection.execute(sa.select(_member.c.manager_id).where(_here(session)).distinct())
    return {row.manager_id for row in found if row.manager_id}


async def managed_by(session: AsyncSession, manager_ids: Collection[str]) -> dict[str, list[str]]:
    """The ids of those whom each of these managers manages."""
    wanted = sorted(set(manager_ids))
    found: dict[str, list[str]] = {}
    connection = await session.connection()
    for start in range(0, len(wanted), _PART):
        rows = await connection.execute(
            sa.select(_member.c.manager_id, _member.c.kantata_user_id)
            .where(_here(session), _member.c.manager_id.in_(wanted[start : start + _PART]))
            .order_by(_member.c.kantata_user_id)
        )
        for row in rows:
            found.setdefault(row.manager_id, []).append(row.kantata_user_id)
    return found


async def every_id(session: AsyncSession) -> list[str]:
    """The id of every active member, in order."""
    connection = await session.connection()
    rows = await connection.execute(
        sa.select(_member.c.kantata_user_id).where(_here(session)).order_by(_member.c.kantata_user_id)
    )
    return [row.kantata_user_id for row in rows]
