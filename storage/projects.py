"""What a person may log on, found in the copy of Kantata's projects and tasks by index."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.matching import Candidate
from bot.domain.time_entries import Project, Task
from storage.database import workspace_of
from storage.lookups import MAY, ME, Lookup
from storage.tables import metadata
from storage.vocabulary import HERE, WORDS, hit, listed, one_of, ranges, rows_of

_project = metadata.tables["project"]
_member = metadata.tables["project_member"]
_task = metadata.tables["task"]
_task_word = metadata.tables["task_word"]
_recent = metadata.tables["recent"]

TASKS_OF_EACH = 10

_mine = sa.and_(_member.c.project_id == _project.c.id, MAY)
_latest = (
    sa.select(_recent.c.project_id, sa.func.max(_recent.c.used_at).label("used_at"))
    .where(_recent.c.workspace == HERE, _recent.c.kantata_user_id == ME)
    .group_by(_recent.c.project_id)
    .subquery("latest")
)
_used = sa.type_coerce(_latest.c.used_at, _recent.c.used_at.type).label("used")
_project_columns = (_project.c.id, _project.c.title, _project.c.client)
_task_columns = (_task.c.id, _task.c.title, _task.c.project_id, _task.c.billable)


def _is(project_id: Any) -> sa.ColumnElement[bool]:
    """It is the row of that project."""
    return sa.and_(_project.c.workspace == HERE, _project.c.id == project_id)


def _candidate(row: Any) -> Candidate:
    return Candidate(Project(row.id, row.title, row.client), row.used)


def _as_task(row: Any) -> Task:
    return Task(row.id, row.title, row.project_id, row.billable)


def _likes(words: Sequence[str]) -> dict[str, str]:
    return {f"like{n}": f"% {word} %" if word.isdigit() else f"% {word}%" for n, word in enumerate(words)}


_my_use = sa.select(sa.func.max(_recent.c.used_at)).where(
    _recent.c.workspace == HERE, _recent.c.kantata_user_id == ME, _recent.c.project_id == _project.c.id
)
_projects_found = sa.select(
    sa.literal_column("0").label("place"),
    _project.c.id,
    _project.c.title,
    _project.c.client.label("of"),
    sa.type_coerce(_my_use.scalar_subquery(), _recent.c.used_at.type).label("used"),
    *(sa.cast(sa.null(), each.type).label(each.name) for each in (_task.c.billable, _task.c.takes_time)),
    sa.literal_column("0").label("hits"),
).where(_project.c.workspace == HERE, one_of(_project.c.id, "project_ids"))


@lru_cache
def _found(count: int) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """The projects, at place 0; and from 1 on, for each, the tasks of it that most of ``count`` words fit."""
    if not count:
        return _projects_found
    likes = [_task.c.words.like(sa.bindparam(f"like{n}")) for n in range(count)]
    hits: sa.ColumnElement[int] = sum((sa.case((like, 1), else_=0) for like in likes), sa.literal_column("0"))
    named = (
        sa.select(*_task_columns, _task.c.takes_time, hits.label("hits"))
        .where(_task.c.workspace == HERE, one_of(_task.c.project_id, "project_ids"), sa.or_(*likes))
        .subquery("named")
    )
    place = sa.func.row_number().over(
        partition_by=named.c.project_id, order_by=(named.c.hits.desc(), sa.func.length(named.c.title))
    )
    ranked = sa.select(named, place.label("place")).subquery("ranked")
    tasks = sa.select(
        ranked.c.place,
        ranked.c.id,
        ranked.c.title,
        ranked.c.project_id,
        sa.cast(sa.null(), _recent.c.used_at.type),
        ranked.c.billable,
        ranked.c.takes_time,
        ranked.c.hits,
    ).where(ranked.c.place <= TASKS_OF_EACH)
    return sa.union_all(_projects_found, tasks)


@dataclass(frozen=True)
class Fitting:
    """Projects that words fit, and their tasks that they fit: those that take time, and those ``closed``.

    ``crowded`` tells for a project (by id) that has more than these how many words fit one at most.
    """

    candidates: tuple[Candidate, ...]
    tasks: tuple[Task, ...]
    closed: tuple[Task, ...]
    crowded: Mapping[str, int]


async def fitting(
    session: AsyncSession, me: str, found: Lookup, *, here: str | None = None, limit: int
) -> Fitting:
    """The projects of ``me`` that any of the words looked up fits, and ``here``, with their tasks that any
    fits; those that most words fit, where there are more than ``limit`` projects or 10 tasks of one.
    """
    ids = found.best(limit, here=here)
    if not ids:
        return Fitting((), (), (), {})
    values = {"me": me, "project_ids": listed(ids), **_likes(found.words)}
    rows = await rows_of(session, _found(len(found.words)), values)
    known = {row.id: Candidate(Project(row.id, row.title, row.of), row.used) for row in rows if not row.place}
    tasks = [row for row in rows if row.place]
    return Fitting(
        tuple(known[each] for each in ids if each in known),
        tuple(_found_task(row) for row in tasks if row.takes_time),
        tuple(_found_task(row) for row in tasks if not row.takes_time),
        {row.of: row.hits for row in tasks if row.place == TASKS_OF_EACH},
    )


def _found_task(row: Any) -> Task:
    return Task(row.id, row.title, row.of, row.billable)


_anybodys = sa.select(*_project_columns).where(
    _project.c.workspace == HERE, one_of(_project.c.id, "project_ids")
)


async def anybodys(session: AsyncSession, found: Lookup, *, limit: int) -> list[Project]:
    """The projects that most of the words looked up fit, whoever may log on them, and if nobody may."""
    if not (ids := found.best_of_all(limit)):
        return []
    rows = await rows_of(session, _anybodys, {"project_ids": listed(ids)})
    known = {row.id: Project(row.id, row.title, row.client) for row in rows}
    return [known[each] for each in ids if each in known]


@lru_cache
def _fitted(count: int) -> sa.Select[Any]:
    """The projects that every one of ``count`` typed words fits: a word of theirs begins like it."""
    hits = [hit(n).add_columns(sa.literal_column(str(n)).label("n")) for n in range(count)]
    every = sa.union_all(*hits).subquery("hit") if len(hits) > 1 else hits[0].subquery("hit")
    once = sa.select(every).distinct().subquery("once")
    fitted = sa.select(once.c.project_id).group_by(once.c.project_id)
    if count > 1:  # with it PostgreSQL expects a single row, and one word fits thousands
        fitted = fitted.having(sa.func.count() == count)
    return fitted


@lru_cache
def _every(count: int) -> sa.Select[Any]:
    """Of the projects that every word fits the person's."""
    fitted = _fitted(count).subquery("fitted")
    by_key = sa.and_(
        _member.c.workspace == HERE,
        _member.c.kantata_user_id == ME,
        _member.c.project_id == fitted.c.project_id,
    )
    first = (
        sa.select(fitted.c.project_id, _member.c.name, _used)
        .select_from(fitted)
        .outerjoin(_member, by_key)
        .outerjoin(_latest, _latest.c.project_id == fitted.c.project_id)
        # Said like this the join stays an outer one, or SQLite begins with all of the person's projects.
        .where(sa.func.coalesce(_member.c.may_log, sa.false()))
        .order_by(_latest.c.used_at.is_(None), _latest.c.used_at.desc(), _member.c.name)
        .limit(sa.bindparam("at_most"))
        .subquery("first")
    )
    return (
        sa.select(*_project_columns, first.c.used)
        .select_from(first)
        .outerjoin(_project, _is(first.c.project_id))  # outer, or SQLite begins with all of the projects
        .order_by(first.c.used.is_(None), first.c.used.desc(), first.c.name)
    )


async def search(session: AsyncSession, me: str, words: Sequence[str], *, limit: int) -> list[Candidate]:
    """The projects of ``me`` that every one of the folded ``words`` fits; recent ones first, then by client
    and title.
    """
    words = list(dict.fromkeys(words))[:WORDS]
    values = {"me": me, "at_most": limit, **ranges(words)}
    return [_candidate(row) for row in await rows_of(session, _every(len(words)), values)]


_by_name = (
    sa.select(*_project_columns, sa.null().label("used"))
    .select_from(_member)
    .join(_project, _is(_member.c.project_id))
    .where(MAY)
    .order_by(_member.c.name)
    .limit(sa.bindparam("at_most"))
)
# By key: a join would read all of the person's projects.
_its_name = sa.select(_member.c.name).where(_member.c.project_id == _latest.c.project_id, MAY)
_used_mine = sa.select(_latest.c.project_id, _used, _its_name.scalar_subquery().label("name")).subquery(
    "used_mine"
)
_by_use = (
    sa.select(*_project_columns, _used_mine.c.used)
    .select_from(_used_mine)
    .join(_project, _is(_used_mine.c.project_id))
    .where(_used_mine.c.name.is_not(None))
    .order_by(_used_mine.c.used.desc(), _used_mine.c.name)
    .limit(sa.bindparam("at_most"))
)


async def projects_of(session: AsyncSession, me: str, *, limit: int) -> list[Candidate]:
    """The projects of ``me``, recent ones first, then by client and title."""
    values = {"me": me, "at_most": limit}
    recent = {row.id: _candidate(row) for row in await rows_of(session, _by_use, values)}
    named = {row.id: _candidate(row) for row in await rows_of(session, _by_name, values)}
    return list((recent | {key: each for key, each in named.items() if key not in recent}).values())[:limit]


_one_project = (
    sa.select(*_project_columns, _used)
    .select_from(_project)
    .join(_member, _mine)
    .outerjoin(_latest, _latest.c.project_id == _project.c.id)
    .where(_is(sa.bindparam("project_id")))
)


async def candidate(session: AsyncSession, me: str, project_id: str) -> Candidate | None:
    """The project and when ``me`` used it, or None where ``me`` cannot log on it."""
    rows = await rows_of(session, _one_project, {"me": me, "project_id": project_id})
    return _candidate(rows[0]) if rows else None


async def project(session: AsyncSession, me: str, project_id: str) -> Project | None:
    """The project, or None where ``me`` cannot log on it."""
    found = await candidate(session, me, project_id)
    return found.project if found else None


_one_task = sa.select(*_task_columns).where(
    _task.c.workspace == HERE,
    _task.c.takes_time,
    _task.c.id == sa.bindparam("task_id"),
    _task.c.project_id == sa.bindparam("project_id"),
)


_tasks_read = sa.select(_project.c.tasks_read_at).where(_is(sa.bindparam("project_id")))


async def are_tasks_read(session: AsyncSession, project_id: str) -> bool:
    """Whether all tasks of the project are in the copy."""
    rows = await rows_of(session, _tasks_read, {"project_id": project_id})
    return any(row.tasks_read_at for row in rows)


async def colleagues(session: AsyncSession, me: str) -> set[str]:
    """Who takes part in any project that ``me`` takes part in, by Kantata's id; not ``me``."""
    mine, theirs, here = _member.alias("mine"), _member.alias("theirs"), workspace_of(session)
    connection = await session.connection()
    found = await connection.execute(
        sa.select(theirs.c.kantata_user_id)
        .join(mine, mine.c.project_id == theirs.c.project_id)
        .where(mine.c.workspace == here, theirs.c.workspace == here)
        .where(mine.c.kantata_user_id == me, theirs.c.kantata_user_id != me)
        .distinct()
    )
    return {row.kantata_user_id for row in found}


async def task(session: AsyncSession, project_id: str, task_id: str) -> Task | None:
    """The task, or None where it is not one of that project's that takes time."""
    rows = await rows_of(session, _one_task, {"project_id": project_id, "task_id": task_id})
    return _as_task(rows[0]) if rows else None


@lru_cache
def _every_task(count: int) -> sa.Select[Any]:
    likes = [_task.c.words.like(sa.bindparam(f"like{n}")) for n in range(count)]
    used = sa.outerjoin(
        _task,
        _recent,
        sa.and_(
            _recent.c.workspace == HERE,
            _recent.c.task_id == _task.c.id,
            _recent.c.project_id == _task.c.project_id,
            _recent.c.kantata_user_id == ME,
        ),
    )
    return (
        sa.select(*_task_columns)
        .select_from(used)
        .where(
            _task.c.workspace == HERE,
            one_of(_task.c.project_id, "project_ids"),
            _task.c.takes_time,
            *likes,
        )
        .order_by(_recent.c.used_at.is_(None), _recent.c.used_at.desc(), sa.func.lower(_task.c.title))
        .limit(sa.bindparam("at_most"))
    )


async def search_tasks(
    session: AsyncSession, me: str, project_ids: Collection[str], words: Sequence[str], *, limit: int
) -> list[Task]:
    """The tasks of these projects that every one of the folded ``words`` fits, all of them where there are
    no words; those ``me`` used last first, then by title.
    """
    if not project_ids:
        return []
    words = words[:WORDS]
    values = {"me": me, "project_ids": listed(project_ids), "at_most": limit, **_likes(words)}
    return [_as_task(row) for row in await rows_of(session, _every_task(len(words)), values)]


@lru_cache
def _any_task(count: int) -> sa.Select[Any]:
    first = hit(0, _task_word).subquery("first")
    theirs = [
        hit(n, _task_word).where(_task_word.c.project_id == first.c.project_id).exists()
        for n in range(1, count)
    ]
    mine = sa.select(1).where(_member.c.project_id == first.c.project_id, MAY).exists()
    likes = [_task.c.words.like(sa.bindparam(f"like{n}")) for n in range(count)]
    return (
        sa.select(*_task_columns, _project.c.title.label("project_title"), _project.c.client)
        .select_from(first)
        .join(_task, sa.and_(_task.c.workspace == HERE, _task.c.project_id == first.c.project_id))
        .join(_project, _is(_task.c.project_id))
        .where(mine, *theirs, _task.c.takes_time, *likes)
        .limit(1)
    )


async def any_task(session: AsyncSession, me: str, words: Sequence[str]) -> tuple[Project, Task] | None:
    """A task of ``me`` that every one of the folded ``words`` fits, with its project, if there is one."""
    words = words[:WORDS]
    values = {"me": me, **ranges(words), **_likes(words)}
    rows = await rows_of(session, _any_task(len(words)), values)
    return (
        (Project(rows[0].project_id, rows[0].project_title, rows[0].client), _as_task(rows[0]))
        if rows
        else None
    )
