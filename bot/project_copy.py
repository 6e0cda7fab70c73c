"""The copy of Kantata's projects and tasks, kept so that typing never waits: filled, kept fresh, swept.

The fill takes some 25 requests for 5,000 projects and 1,500 for their 250,000 tasks, one after the other,
and goes on where it was when the process ends. After it, each turn asks only for what changed; what
vanished without a word is noticed when all projects are read again, and the tasks of each in turn.
Kantata stays the truth: what has changed since is noticed when time is written.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

import structlog

from bot.deps import Deps
from bot.domain.time_entries import Project, Task
from bot.kantata import records
from bot.kantata.account import ParticipationField
from bot.kantata.account_records import Participation
from bot.kantata.directory import CLIENT, ProjectInclude, ProjectOrder, TaskOrder
from bot.kantata.errors import KantataError, NotFound
from bot.kantata.filters import ArchivedFilter
from bot.kantata.records import TaskType
from storage import project_copy, recents
from storage.project_copy import CopiedProject, CopiedTask, Lease

TURN = "turn"
PROJECTS = "projects"
ALL_PROJECTS = "all projects"
TASKS = "tasks"
ANALYZED = "analyzed"

OVERLAP = timedelta(minutes=5)  # clocks differ, and Kantata stamps a change before it shows it
PROJECTS_AGAIN = timedelta(hours=6)
TASKS_AGAIN = timedelta(hours=24)
USED_AGAIN = timedelta(minutes=5)
RECENT = timedelta(days=60)
LEASE = timedelta(minutes=3)
PAUSE = timedelta(seconds=30)  # before another process takes its turn
WORK = 50.0  # seconds of a turn in which tasks are read, so that changes are asked for in between
_BATCH = 200
_GROUP = 20  # projects whose tasks are read together
_PEOPLE = 20  # whose recent entries are read in a turn
_INCLUDE = (ProjectInclude.PARTICIPANTS, *CLIENT)
_CLOSED = frozenset({"completed", "fixed", "resolved", "won't fix", "duplicate", "can't repro"})
_LOGGING = frozenset({"admin", "financial", "time_logging"})

log = structlog.get_logger()
T = TypeVar("T")


class TurnLost(Exception):
    """Another process took over the copy, for this one was away too long."""


async def refresh_projects(deps: Deps) -> None:
    """One turn at the copy, unless another process has it. Raises KantataError where Kantata fails."""
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        turn = await project_copy.lease(session, TURN, now, LEASE)
    if turn is None:
        return
    more = False
    try:
        more = await _refresh(deps, turn)
    except TurnLost:
        log.warning("the copy of projects was taken over")
        return
    finally:
        await _hand_back(deps, turn, timedelta() if more else PAUSE)


async def _refresh(deps: Deps, turn: Lease) -> bool:
    """Whether there is more to read at once."""
    start = await _now(deps)
    if await _is_due(deps, ALL_PROJECTS, start - PROJECTS_AGAIN):
        await _read_all_projects(deps, turn, start)
    else:
        await _read_changed_projects(deps, turn, start)
    await _read_changed_tasks(deps, turn, start)
    await _read_recents(deps, turn, start)
    more = await _read_tasks(deps, turn, start - TASKS_AGAIN)
    if not more and await _is_due(deps, ANALYZED, start - TASKS_AGAIN):
        async with deps.database.transaction() as session:
            await project_copy.analyze(session)
            await project_copy.note_read(session, ANALYZED, start)
    return more


async def _now(deps: Deps) -> datetime:
    async with deps.database.reading() as session:
        return await deps.database.now(session)


async def _is_due(deps: Deps, part: str, before: datetime) -> bool:
    async with deps.database.reading() as session:
        until = await project_copy.read_until(session, part)
    return until is None or until <= before


async def _note(deps: Deps, part: str, until: datetime) -> None:
    async with deps.database.transaction() as session:
        await project_copy.note_read(session, part, until)


async def _keep(deps: Deps, turn: Lease) -> None:
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        if not await project_copy.extend(session, turn, now + LEASE):
            raise TurnLost


async def _hand_back(deps: Deps, turn: Lease, pause: timedelta) -> None:
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        await project_copy.extend(session, turn, now + pause)


async def _batches(rows: AsyncIterator[T]) -> AsyncIterator[list[T]]:
    batch: list[T] = []
    async for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def takes_time(task: records.Task) -> bool:
    """Whether time can be logged on the task: milestones and what is closed take none."""
    return (
        task.time_trackable
        and not _is_gone(task)
        and task.type != TaskType.MILESTONE
        and task.state not in _CLOSED
    )


def _is_gone(task: records.Task) -> bool:
    return task.archived or task.deleted


def _copied(project: records.Project) -> CopiedProject:
    takes_time = project.time_trackable and not project.archived
    return CopiedProject(
        Project(project.id, project.title, project.client_name),
        frozenset(project.participant_ids) if takes_time else frozenset(),
    )


def _copied_task(task: records.Task) -> CopiedTask:
    return CopiedTask(Task(task.id, task.title, task.project_id, task.billable), takes_time(task))


async def _save_projects(deps: Deps, batch: list[records.Project]) -> None:
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        await project_copy.save_projects(session, [_copied(each) for each in batch], now)


async def _read_all_projects(deps: Deps, turn: Lease, start: datetime) -> None:
    """Every project; then those of the copy that were not among them are gone."""
    read = 0
    async for batch in _batches(deps.kantata.projects(include=_INCLUDE, include_archived=True)):
        await _keep(deps, turn)
        await _save_projects(deps, batch)
        read += len(batch)
    if read:  # none at all is a right lost rather than a firm without projects
        async with deps.database.transaction() as session:
            gone = await project_copy.drop_projects_not_read_since(session, start)
        log.info("all projects read", projects=read, gone=gone)
    await _note(deps, ALL_PROJECTS, start)
    await _note(deps, PROJECTS, start - OVERLAP)


async def _read_changed_projects(deps: Deps, turn: Lease, start: datetime) -> None:
    async with deps.database.reading() as session:
        until = await project_copy.read_until(session, PROJECTS)
    assert until is not None, "noted when all projects were read"
    changed = deps.kantata.projects(
        include=_INCLUDE, include_archived=True, updated_after=until, order=ProjectOrder.UPDATED
    )
    async for batch in _batches(changed):
        await _keep(deps, turn)
        await _save_projects(deps, batch)
    await _note(deps, PROJECTS, start - OVERLAP)


async def _read_changed_tasks(deps: Deps, turn: Lease, start: datetime) -> None:
    async with deps.database.reading() as session:
        until = await project_copy.read_until(session, TASKS)
    if until is not None:
        changed = deps.kantata.tasks(
            include=(),
            updated_after=until,
            archived=ArchivedFilter.INCLUDE,
            show_deleted=True,
            order=TaskOrder.UPDATED,
        )
        async for batch in _batches(changed):
            await _keep(deps, turn)
            await _save_tasks(deps, batch)
    await _note(deps, TASKS, start - OVERLAP)


async def _save_tasks(deps: Deps, batch: list[records.Task]) -> None:
    async with deps.database.transaction() as session:
        await project_copy.save_tasks(session, [_copied_task(each) for each in batch if not _is_gone(each)])
        await project_copy.drop_tasks(session, {each.id for each in batch if _is_gone(each)})


async def _read_tasks(deps: Deps, turn: Lease, before: datetime) -> bool:
    """Read the tasks of projects never read, then of those read longest ago; whether there are more."""
    clock = asyncio.get_running_loop().time
    end = clock() + WORK
    while clock() < end:
        async with deps.database.reading() as session:
            due = await project_copy.projects_due(session, before, limit=_GROUP)
        if not due:
            return False
        await _keep(deps, turn)
        await _replace_tasks(deps, due)
    return True


async def _replace_tasks(deps: Deps, project_ids: list[str]) -> None:
    start = await _now(deps)
    wanted = frozenset(project_ids)
    found = deps.kantata.tasks(include=(), with_projects=project_ids)
    tasks = [_copied_task(each) async for each in found if each.project_id in wanted and not _is_gone(each)]
    async with deps.database.transaction() as session:
        await project_copy.replace_tasks(session, project_ids, tasks, start)


async def _read_recents(deps: Deps, turn: Lease, start: datetime) -> None:
    """What people logged on before they met the bot, each person once."""
    async with deps.database.reading() as session:
        new = await project_copy.people_without_recents(session, limit=_PEOPLE)
    for user_id in new:
        await _keep(deps, turn)
        entries = deps.kantata.time_entries(
            with_user_ids=[user_id], date_performed_between=((start - RECENT).date(), start.date())
        )
        uses = [
            (entry.project_id, entry.task_id, datetime.combine(entry.day, time(12), UTC))
            async for entry in entries
        ]
        async with deps.database.transaction() as session:
            await recents.remember_use(session, user_id, uses)
            await project_copy.note_read(session, project_copy.recents_of(user_id), start)


def _may_log(participation: Participation) -> bool:
    """The level tells where it is told; else whoever is not on the client's side may."""
    if participation.access_level is not None:
        return participation.access_level in _LOGGING
    return participation.role != "buyer"


def freshen_soon(deps: Deps, project_ids: Iterable[str]) -> None:
    """Read these projects again in the background, for they are being used; what fails is tried at the next
    use."""
    deps.background.spawn(_freshen(deps, sorted(set(project_ids))), name="freshen projects")


async def _freshen(deps: Deps, project_ids: Sequence[str]) -> None:
    for project_id in project_ids:
        try:
            await freshen_project(deps, project_id)
        except KantataError as failed:
            log.info("project not read again", project=project_id, error=type(failed).__name__)


async def freshen_project(deps: Deps, project_id: str) -> None:
    """Read one project that is being used again, with its tasks and who may log on it.

    At most every five minutes. Raises KantataError where Kantata fails.
    """
    start = await _now(deps)
    if not await _is_due(deps, project_copy.use_of(project_id), start - USED_AGAIN):
        return
    try:
        project = await deps.kantata.project(project_id, include=_INCLUDE)
        levels = deps.kantata.participations(project_id, include=(), fields=tuple(ParticipationField))
        loggers = {each.user_id async for each in levels if _may_log(each)}
    except NotFound:
        async with deps.database.transaction() as session:
            await project_copy.drop_projects(session, [project_id])
        return
    await _save_projects(deps, [project])
    await _replace_tasks(deps, [project_id])
    async with deps.database.transaction() as session:
        await project_copy.save_loggers(session, project_id, loggers)
        await project_copy.note_read(session, project_copy.use_of(project_id), start)
