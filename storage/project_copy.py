"""The copy of Kantata's projects and tasks: written in bulk, and how far it has got."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.time_entries import Project, Task
from bot.domain.words import searched_words, shortened, split_words
from storage.database import insert, workspace_of
from storage.tables import PersonState, metadata

_project = metadata.tables["project"]
_member = metadata.tables["project_member"]
_word = metadata.tables["project_word"]
_slip = metadata.tables["word_slip"]
_task = metadata.tables["task"]
_task_word = metadata.tables["task_word"]
_copy = metadata.tables["copy"]
_person = metadata.tables["person"]


@dataclass(frozen=True)
class CopiedProject:
    """A project with the Kantata ids of the people who take part; nobody, where it takes no time."""

    project: Project
    member_ids: frozenset[str]


async def _insert(session: AsyncSession, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows into the session's workspace, except those that are there already."""
    if rows:
        workspace = workspace_of(session)
        connection = await session.connection()
        statement = insert(session, table).on_conflict_do_nothing()
        ordered = sorted(rows, key=lambda row: tuple(row.values()))
        await connection.execute(statement, [{"workspace": workspace, **row} for row in ordered])


def _here(session: AsyncSession, table: sa.Table) -> sa.ColumnElement[bool]:
    here: sa.ColumnElement[bool] = table.c.workspace == workspace_of(session)
    return here


async def _delete(session: AsyncSession, statement: sa.Delete) -> int:
    connection = await session.connection()
    return (await connection.execute(statement)).rowcount


async def save_projects(session: AsyncSession, copied: Collection[CopiedProject], read_at: datetime) -> None:
    """Replace what is known of these projects; their tasks stay."""
    if not copied:
        return
    statement = insert(session, _project)
    fields = ("title", "client", "read_at")
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace", "id"], set_={name: statement.excluded[name] for name in fields}
        ),
        [
            {
                "workspace": workspace_of(session),
                "id": each.project.id,
                "title": each.project.title,
                "client": each.project.client,
                "read_at": read_at,
            }
            for each in sorted(copied, key=lambda each: each.project.id)
        ],
    )
    ids = [each.project.id for each in copied]
    await _save_members(session, copied)
    words = {
        (word, each.project.id)
        for each in copied
        for word in searched_words(f"{each.project.client or ''} {each.project.title}")
    }
    await _save_words(session, _word, ids, words)
    slips = {(short, word) for word in {word for word, _ in words} for short in shortened(word)}
    await _insert(session, _slip, [{"shortened": short, "word": word} for short, word in slips])


async def _save_members(session: AsyncSession, copied: Collection[CopiedProject]) -> None:
    """Make these the members of these projects; what is known of those who stay is kept."""
    names = {each.project.id: _name(each.project) for each in copied}
    wanted = {(user_id, each.project.id) for each in copied for user_id in each.member_ids}
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_member.c.kantata_user_id, _member.c.project_id, _member.c.name).where(
            _here(session, _member), _member.c.project_id.in_(names)
        )
    )
    known = {(row.kantata_user_id, row.project_id): row.name for row in found}
    await _delete_pairs(session, _member, known.keys() - wanted)
    renamed = {project_id for (_, project_id), name in known.items() if name != names[project_id]}
    for project_id in renamed:
        await connection.execute(
            sa.update(_member)
            .where(_here(session, _member), _member.c.project_id == project_id)
            .values(name=names[project_id])
        )
    rows = [
        {"kantata_user_id": user_id, "project_id": project_id, "name": names[project_id]}
        for user_id, project_id in wanted - known.keys()
    ]
    await _insert(session, _member, rows)


def _name(project: Project) -> str:
    return " ".join((*split_words(project.client or ""), *split_words(project.title)))


async def _save_words(
    session: AsyncSession, table: sa.Table, project_ids: Collection[str], wanted: set[tuple[str, str]]
) -> None:
    """Make these the words (with their project) of these projects."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(table.c.word, table.c.project_id).where(
            _here(session, table), table.c.project_id.in_(project_ids)
        )
    )
    known = {(row.word, row.project_id) for row in found}
    await _delete_pairs(session, table, known - wanted)
    await _insert(session, table, _word_rows(wanted - known))


def _word_rows(words: Collection[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"word": word, "project_id": project_id} for word, project_id in words]


async def _delete_pairs(session: AsyncSession, table: sa.Table, pairs: Collection[tuple[str, str]]) -> None:
    """Delete the workspace's rows with these primary keys: what it begins with, and the project."""
    if not pairs:
        return
    first = next(each for each in table.primary_key if each.name not in ("workspace", "project_id"))
    connection = await session.connection()
    await connection.execute(
        sa.delete(table).where(
            _here(session, table),
            first == sa.bindparam("gone"),
            table.c.project_id == sa.bindparam("of_project"),
        ),
        [{"gone": key, "of_project": project_id} for key, project_id in pairs],
    )


async def save_loggers(session: AsyncSession, project_id: str, logger_ids: Collection[str]) -> None:
    """Which of the project's people may log time on it."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_member)
        .where(_here(session, _member), _member.c.project_id == project_id)
        .values(may_log=_member.c.kantata_user_id.in_(logger_ids))
    )


@dataclass(frozen=True)
class CopiedTask:
    """A task, and whether time can be logged on it."""

    task: Task
    takes_time: bool


async def drop_projects(session: AsyncSession, project_ids: Collection[str]) -> None:
    """Forget projects, with all that hangs on them."""
    await _delete(
        session, sa.delete(_project).where(_here(session, _project), _project.c.id.in_(project_ids))
    )


async def drop_projects_not_read_since(session: AsyncSession, instant: datetime) -> int:
    """Forget the projects that Kantata no longer told of when it told of all; the number of them."""
    return await _delete(
        session, sa.delete(_project).where(_here(session, _project), _project.c.read_at < instant)
    )


async def known_projects(session: AsyncSession, project_ids: Collection[str]) -> frozenset[str]:
    """Which of these projects are in the copy."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_project.c.id).where(_here(session, _project), _project.c.id.in_(project_ids))
    )
    return frozenset(row.id for row in found)


async def save_tasks(session: AsyncSession, copied: Collection[CopiedTask]) -> None:
    """Replace what is known of these tasks; those of projects that are not in the copy are left out."""
    rows = await _save_tasks(session, copied)
    await _insert(session, _task_word, _word_rows(_words_of(rows)))


def _words_of(rows: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(word, row["project_id"]) for row in rows for word in row["words"].split()}


async def _save_tasks(session: AsyncSession, copied: Collection[CopiedTask]) -> list[dict[str, Any]]:
    """Save the tasks of projects that are in the copy, but not their words; the rows."""
    known = await known_projects(session, {each.task.project_id for each in copied})
    rows = [
        {
            "workspace": workspace_of(session),
            "id": each.task.id,
            "project_id": each.task.project_id,
            "title": each.task.title,
            "billable": each.task.billable,
            "takes_time": each.takes_time,
            "words": f" {' '.join(searched_words(each.task.title))} ",
        }
        for each in sorted(copied, key=lambda each: each.task.id)
        if each.task.project_id in known
    ]
    if not rows:
        return []
    statement = insert(session, _task)
    fields = ("project_id", "title", "billable", "takes_time", "words")
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace", "id"], set_={name: statement.excluded[name] for name in fields}
        ),
        rows,
    )
    return rows


async def drop_tasks(session: AsyncSession, task_ids: Collection[str]) -> None:
    """Forget tasks."""
    await _delete(session, sa.delete(_task).where(_here(session, _task), _task.c.id.in_(task_ids)))


async def replace_tasks(
    session: AsyncSession, project_ids: Collection[str], copied: Collection[CopiedTask], read_at: datetime
) -> None:
    """Make these all the tasks of these projects."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_task.c.id).where(_here(session, _task), _task.c.project_id.in_(project_ids))
    )
    await drop_tasks(session, {row.id for row in found} - {each.task.id for each in copied})
    rows = await _save_tasks(session, copied)
    await _save_words(session, _task_word, project_ids, _words_of(rows))
    await connection.execute(
        sa.update(_project)
        .where(_here(session, _project), _project.c.id.in_(project_ids))
        .values(tasks_read_at=read_at)
    )


async def projects_due(session: AsyncSession, before: datetime, *, limit: int) -> list[str]:
    """The projects with members whose tasks were never read, then those read longest ago, before then."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_project.c.id)
        .where(
            _here(session, _project),
            sa.or_(_project.c.tasks_read_at.is_(None), _project.c.tasks_read_at <= before),
        )
        .where(sa.exists().where(_here(session, _member), _member.c.project_id == _project.c.id))
        .order_by(_project.c.tasks_read_at.is_not(None), _project.c.tasks_read_at, _project.c.id)
        .limit(limit)
    )
    return [row.id for row in found]


@dataclass(frozen=True)
class Lease:
    """This process reads this part of the copy, which was read up to ``until`` before (None: never)."""

    part: str
    until: datetime | None
    token: str


async def lease(session: AsyncSession, part: str, now: datetime, length: timedelta) -> Lease | None:
    """Take the part for so long; None where another process has it, or has just had it."""
    await _insert(session, _copy, [{"part": part}])
    token = secrets.token_hex(8)
    connection = await session.connection()
    taken = await connection.execute(
        sa.update(_copy)
        .where(
            _here(session, _copy),
            _copy.c.part == part,
            sa.or_(_copy.c.lease_until.is_(None), _copy.c.lease_until <= now),
        )
        .values(lease_until=now + length, token=token)
        .returning(_copy.c.until)
    )
    row = taken.first()
    return None if row is None else Lease(part, row.until, token)


async def extend(session: AsyncSession, held: Lease, until: datetime) -> bool:
    """Keep the lease until that instant; False where it ran out and another process has it."""
    connection = await session.connection()
    kept = await connection.execute(
        sa.update(_copy)
        .where(_here(session, _copy), _copy.c.part == held.part, _copy.c.token == held.token)
        .values(lease_until=until)
    )
    return kept.rowcount == 1


async def read_until(session: AsyncSession, part: str) -> datetime | None:
    """Up to when the part was read, None: never."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_copy.c.until).where(_here(session, _copy), _copy.c.part == part)
    )
    row = found.first()
    return None if row is None else row.until


async def note_read(session: AsyncSession, part: str, until: datetime) -> None:
    """That the part has been read up to that instant."""
    statement = insert(session, _copy)
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace", "part"], set_={"until": statement.excluded.until}
        ),
        {"workspace": workspace_of(session), "part": part, "until": until},
    )


async def analyze(session: AsyncSession) -> None:
    """Have PostgreSQL look at the copy now: until it has, it reads all tasks to find a few."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(
            sa.text("ANALYZE project, project_member, project_word, word_slip, task, task_word")
        )


def use_of(project_id: str) -> str:
    """The part of the copy that is a project in use, with who may log on it."""
    return f"use of {project_id}"


def recents_of(user_id: str) -> str:
    """The part of the copy that is what this person logged before."""
    return f"recents of {user_id}"


async def people_without_recents(session: AsyncSession, *, limit: int) -> list[str]:
    """The Kantata ids of people matched whose recent entries were never read."""
    connection = await session.connection()
    part = sa.literal(recents_of("")) + _person.c.kantata_user_id
    found = await connection.execute(
        sa.select(_person.c.kantata_user_id)
        .where(
            _here(session, _person),
            _person.c.state == PersonState.MATCHED,
            _person.c.kantata_user_id.is_not(None),
        )
        .where(~sa.exists().where(_here(session, _copy), _copy.c.part == part))
        .distinct()
        .limit(limit)
    )
    return [row.kantata_user_id for row in found]
