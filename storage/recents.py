"""What people logged on lately, which is what they most likely mean and are offered first."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.matching import Candidate
from bot.domain.time_entries import Project, Task
from storage.database import insert, workspace_of
from storage.tables import metadata
from storage.vocabulary import HERE, rows_of

_project = metadata.tables["project"]
_member = metadata.tables["project_member"]
_task = metadata.tables["task"]
_recent = metadata.tables["recent"]

RECENT_TASKS = 50

_recent_tasks = (
    sa.select(
        _task.c.id,
        _task.c.title,
        _task.c.project_id,
        _task.c.billable,
        _project.c.title.label("project_title"),
        _project.c.client,
        _recent.c.used_at,
    )
    .select_from(_recent)
    .join(
        _task,
        sa.and_(
            _task.c.workspace == HERE,
            _task.c.id == _recent.c.task_id,
            _task.c.project_id == _recent.c.project_id,
        ),
    )
    .where(_task.c.takes_time)
    .join(_project, sa.and_(_project.c.workspace == HERE, _project.c.id == _task.c.project_id))
    .join(
        _member,
        sa.and_(
            _member.c.workspace == HERE,
            _member.c.project_id == _project.c.id,
            _member.c.kantata_user_id == _recent.c.kantata_user_id,
            _member.c.may_log,
        ),
    )
    .where(_recent.c.workspace == HERE, _recent.c.kantata_user_id == sa.bindparam("me"))
    .order_by(_recent.c.used_at.desc(), _task.c.id)
    .limit(RECENT_TASKS)
)


async def recent_tasks(session: AsyncSession, me: str) -> list[tuple[Candidate, Task]]:
    """The tasks ``me`` used last, with their projects; the latest first."""
    rows = await rows_of(session, _recent_tasks, {"me": me})
    return [
        (
            Candidate(Project(row.project_id, row.project_title, row.client), row.used_at),
            Task(row.id, row.title, row.project_id, row.billable),
        )
        for row in rows
    ]


async def remember_use(
    session: AsyncSession, me: str, uses: Collection[tuple[str, str | None, datetime]]
) -> None:
    """That ``me`` logged on these projects and tasks (None: no task) at these aware instants."""
    latest: dict[tuple[str, str], datetime] = {}
    for project_id, task_id, used_at in uses:
        key = (project_id, task_id or "")
        latest[key] = max(used_at, latest.get(key, used_at))
    if not latest:
        return
    statement = insert(session, _recent)
    newer = sa.case(
        (statement.excluded.used_at > _recent.c.used_at, statement.excluded.used_at), else_=_recent.c.used_at
    )
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace", "kantata_user_id", "project_id", "task_id"], set_={"used_at": newer}
        ),
        [
            {
                "workspace": workspace_of(session),
                "kantata_user_id": me,
                "project_id": project_id,
                "task_id": task_id,
                "used_at": used_at,
            }
            for (project_id, task_id), used_at in sorted(latest.items())
        ],
    )
