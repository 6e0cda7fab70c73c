"""Home tabs: who has opened theirs, what it showed of Kantata last, and what has to be done to it."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.dates import week_of
from bot.domain.homes import DayOff, Glance, SheetGlance
from bot.domain.time_entries import Project
from bot.domain.time_off import Absence
from bot.domain.timesheets import Day, Standing, Status
from storage.database import insert, workspace_of
from storage.tables import DeliveryRow, HomeRow, metadata

_home = metadata.tables[str(HomeRow.__tablename__)]
_delivery = metadata.tables[str(DeliveryRow.__tablename__)]

DRAW, READ = "draw", "read"  # with what is known here; with what Kantata tells


@dataclass(frozen=True)
class KeptHome:
    """What is kept of one Home tab; ``glance`` None: Kantata has not been asked yet."""

    page: int
    glance: Glance | None


@dataclass(frozen=True)
class DueHome:
    """A Home tab to which something has to be done: DRAW or READ."""

    slack_id: str
    what: str


async def welcome(session: AsyncSession, workspace: str, slack_id: str) -> bool:
    """Note that the person is welcomed; False where that was done before."""
    connection = await session.connection()
    await connection.execute(insert(session, _home).on_conflict_do_nothing(), _new(workspace, slack_id))
    changed = await connection.execute(
        sa.update(_home).where(_is(workspace, slack_id), _home.c.welcomed.is_(False)).values(welcomed=True)
    )
    return changed.rowcount == 1


async def is_welcomed(session: AsyncSession, workspace: str, slack_id: str) -> bool:
    """Whether the person has been welcomed."""
    connection = await session.connection()
    found = await connection.scalar(sa.select(_home.c.welcomed).where(_is(workspace, slack_id)))
    return bool(found)


async def note_opened(session: AsyncSession, workspace: str, slack_id: str) -> None:
    """Note that the Home tab was opened; it begins at the first page of the queue."""
    connection = await session.connection()
    await connection.execute(insert(session, _home).on_conflict_do_nothing(), _new(workspace, slack_id))
    await connection.execute(
        sa.update(_home).where(_is(workspace, slack_id)).values(opened=True, page=0, due=None)
    )


async def is_opened(session: AsyncSession, workspace: str, slack_id: str) -> bool:
    """Whether the person has ever opened it."""
    connection = await session.connection()
    return bool(await connection.scalar(sa.select(_home.c.opened).where(_is(workspace, slack_id))))


async def recognise(session: AsyncSession, workspace: str, slack_id: str, kantata_id: str | None) -> None:
    """Note who the person is in Kantata; what was kept of somebody else is forgotten."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_home)
        .where(_is(workspace, slack_id), _home.c.kantata_user_id.is_distinct_from(kantata_id))
        .values(kantata_user_id=kantata_id, glance=None, read_at=None)
    )


async def turn_to(session: AsyncSession, workspace: str, slack_id: str, page: int) -> None:
    """Show that page of the queue from now on."""
    connection = await session.connection()
    await connection.execute(sa.update(_home).where(_is(workspace, slack_id)).values(page=page))


async def begin(session: AsyncSession, workspace: str, slack_id: str) -> int | None:
    """The number of a new drawing; None for a Home tab that nobody has opened."""
    connection = await session.connection()
    begun = await connection.execute(
        sa.update(_home)
        .where(_is(workspace, slack_id), _home.c.opened.is_(True))
        .values(drawing=_home.c.drawing + 1)
        .returning(_home.c.drawing)
    )
    row = begun.one_or_none()
    return int(row.drawing) if row else None


async def is_latest(session: AsyncSession, workspace: str, slack_id: str, drawing: int) -> bool:
    """Whether no later drawing has begun."""
    connection = await session.connection()
    found = await connection.scalar(sa.select(_home.c.drawing).where(_is(workspace, slack_id)))
    return bool(found == drawing)


async def kept(session: AsyncSession, workspace: str, slack_id: str) -> KeptHome:
    """What is kept of it."""
    connection = await session.connection()
    found = await connection.execute(sa.select(_home).where(_is(workspace, slack_id)))
    row = found.one_or_none()
    if row is None:
        return KeptHome(0, None)
    return KeptHome(row.page, _decoded(row.glance, row.read_at) if row.glance else None)


async def keep(session: AsyncSession, workspace: str, slack_id: str, kantata_id: str, glance: Glance) -> None:
    """Keep what Kantata told, unless it told more meanwhile, or the tab is somebody else's now."""
    connection = await session.connection()
    older = sa.or_(_home.c.read_at.is_(None), _home.c.read_at <= glance.read_at)
    await connection.execute(
        sa.update(_home)
        .where(_is(workspace, slack_id), _home.c.kantata_user_id == kantata_id, older)
        .values(glance=_encoded(glance), read_at=glance.read_at)
    )


async def mark(session: AsyncSession, kantata_ids: Collection[str], what: str) -> None:
    """Note that the opened Home tabs of these Kantata users have to be drawn anew, or read anew."""
    await _mark(session, _home.c.kantata_user_id.in_(kantata_ids), what)


async def mark_asked(session: AsyncSession, kind: str, subject_id: int) -> None:
    """Note that the Home tabs of whoever was sent that kind of message about the subject have to be drawn."""
    asked = sa.select(_delivery.c.kantata_user_id).where(
        _delivery.c.workspace == workspace_of(session),
        _delivery.c.kind == kind,
        _delivery.c.subject_id == subject_id,
    )
    await _mark(session, _home.c.kantata_user_id.in_(asked), DRAW)


async def draw_again(session: AsyncSession, workspace: str, slack_id: str) -> None:
    """Note that this one has to be drawn anew."""
    await _mark(session, _is(workspace, slack_id), DRAW)


async def _mark(session: AsyncSession, which: sa.ColumnElement[bool], what: str) -> None:
    connection = await session.connection()
    # To read includes to draw.
    lesser = _home.c.due.is_(None) if what == DRAW else _home.c.due.is_distinct_from(READ)
    await connection.execute(
        sa.update(_home).where(_here(session), which, _home.c.opened.is_(True), lesser).values(due=what)
    )


async def workspaces_due(session: AsyncSession) -> list[str]:
    """The workspaces in which Home tabs are due."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_home.c.workspace).where(_here(session), _home.c.due.is_not(None)).distinct()
    )
    return [row.workspace for row in found]


async def take_due(session: AsyncSession, workspace: str, limit: int) -> list[DueHome]:
    """Take up to ``limit`` that are due; nobody else does then."""
    connection = await session.connection()
    due = await connection.execute(
        sa.select(_home.c.slack_user_id, _home.c.due)
        .where(_home.c.workspace == workspace, _home.c.due.is_not(None))
        .order_by(_home.c.slack_user_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = [DueHome(row.slack_user_id, row.due) for row in due]
    ids = [each.slack_id for each in taken]
    await connection.execute(
        sa.update(_home)
        .where(_home.c.workspace == workspace, _home.c.slack_user_id.in_(ids))
        .values(due=None)
    )
    return taken


async def forget_all(session: AsyncSession, workspace: str) -> None:
    """Forget every Home tab of the workspace, and what it showed."""
    connection = await session.connection()
    await connection.execute(sa.delete(_home).where(_home.c.workspace == workspace))


def _here(session: AsyncSession) -> sa.ColumnElement[bool]:
    return _home.c.workspace == workspace_of(session)


def _is(workspace: str, slack_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(_home.c.workspace == workspace, _home.c.slack_user_id == slack_id)


def _new(workspace: str, slack_id: str) -> dict[str, Any]:
    return {
        "workspace": workspace,
        "slack_user_id": slack_id,
        "opened": False,
        "welcomed": False,
        "page": 0,
        "drawing": 0,
    }


def _encoded(glance: Glance) -> str:
    plain = {
        "start": glance.week.start,
        "days": [asdict(each) for each in glance.days],
        "sheets": [asdict(each) for each in glance.sheets],
        "off": [asdict(each) for each in glance.off],
        "away": [asdict(each) for each in glance.away],
    }
    return json.dumps(plain, default=lambda value: value.isoformat())


def _decoded(body: str, read_at: datetime) -> Glance:
    plain = json.loads(body)
    return Glance(
        week_of(date.fromisoformat(plain["start"])),
        tuple(Day(**{**each, "day": date.fromisoformat(each["day"])}) for each in plain["days"]),
        tuple(_sheet(each) for each in plain["sheets"]),
        tuple(DayOff(date.fromisoformat(each["day"]), each["minutes"]) for each in plain["off"]),
        tuple(Absence(each["name"], tuple(map(date.fromisoformat, each["days"]))) for each in plain["away"]),
        read_at,
    )


def _sheet(plain: dict[str, Any]) -> SheetGlance:
    told = plain["standing"]
    standing = Standing(
        Status(told["status"]),
        told["submission_id"],
        datetime.fromisoformat(told["since"]) if told["since"] else None,
        tuple(told["by"]),
        told["why"],
    )
    return SheetGlance(Project(**plain["project"]), plain["minutes"], standing)
