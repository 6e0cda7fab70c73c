"""What an administrator takes away as a table: a year of the audit, and the firm's week."""

import json
from collections.abc import Callable, Collection, Mapping

from bot.administration import Administrator
from bot.deps import Deps
from bot.domain.audit import EXPORT, HEADER, AuditLine, audit_rows
from bot.domain.calendars import Week, format_day
from bot.domain.firm_weeks import EntryState, FirmEntry, week_header, week_rows
from bot.domain.languages import ENGLISH, later, speaking, tr
from bot.domain.problems import Problem
from bot.kantata import records
from bot.kantata.errors import KantataError
from bot.kantata.records import SubmissionStatus, TimeEntry
from bot.views.csv_tables import table
from bot.weeks import read_projects
from storage import audit, members, people

_PEOPLE = 200  # in one request
NO_ANSWER = later(
    "Kantata does not tell me the time that was logged at the moment. Please try again in a minute."
)


async def send_audit(deps: Deps, administrator: Administrator, year: int) -> None:
    """Send the administrator all that was decided and changed in that year, in UTC. Raises SlackFailed."""
    async with deps.database.reading() as session:
        lines = await audit.of_year(session, administrator.workspace, year)
        names = await people.names(session, administrator.workspace)
    await _send(
        deps,
        administrator,
        f"kantata-audit-{year}",
        lambda: tr("Audit of {year}").format(year=year),
        table(HEADER, audit_rows(lines, names)),
    )


async def send_week(deps: Deps, administrator: Administrator, week: Week) -> None:
    """Send the administrator what every active member has logged that week, notes left out.

    Raises Problem where Kantata does not answer, and SlackFailed.
    """
    async with deps.database.reading() as session:
        everybody = await members.everybody(session)
    try:
        entries = await _entries(deps, week, everybody)
    except KantataError:
        raise Problem(tr(NO_ANSWER)) from None
    content = table(week_header(week), week_rows(week, everybody.values(), entries))
    name = f"kantata-week-{week.start.isoformat()}"
    await _send(deps, administrator, name, lambda: _title(week), content)


def _title(week: Week) -> str:
    return tr("The firm's week, {week}").format(week=f"{format_day(week.start)} – {format_day(week.end)}")


async def _send(
    deps: Deps, administrator: Administrator, name: str, titled: Callable[[], str], content: bytes
) -> None:
    title = titled()
    with speaking(ENGLISH):  # the audit is one table, whoever reads it
        about = titled()
    await deps.slack.upload(
        administrator.workspace,
        administrator.slack_id,
        name=f"{name}.csv",
        content=content,
        title=title,
        comment=tr("{title}, as you asked for it. It names people: keep it to yourself.").format(title=title),
    )
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        line = AuditLine(now, administrator.slack_id, EXPORT, json.dumps({"about": about}))
        await audit.add(session, administrator.workspace, line)


async def _entries(deps: Deps, week: Week, user_ids: Collection[str]) -> list[FirmEntry]:
    wanted = sorted(user_ids)
    found: list[TimeEntry] = []
    for start in range(0, len(wanted), _PEOPLE):
        part = wanted[start : start + _PEOPLE]
        asked = deps.kantata.time_entries(
            with_user_ids=part, date_performed_between=(week.start, week.end), fields=()
        )
        found += [entry async for entry in asked]
    projects = await read_projects(deps, {each.project_id for each in found})
    return [_entry(each, projects) for each in found]


def _entry(record: TimeEntry, projects: Mapping[str, records.Project]) -> FirmEntry:
    project = projects.get(record.project_id) or record.project
    return FirmEntry(
        person_id=record.user_id,
        client=(project.client_name or "") if project else "",
        project=project.title if project else record.project_id,
        task=record.task.title if record.task else "",
        billable=record.billable,
        state=_state(record),
        day=record.day,
        minutes=record.minutes,
    )


def _state(record: TimeEntry) -> EntryState:
    if record.approved:
        return EntryState.APPROVED
    if record.active_submission_id is not None:
        return EntryState.SUBMITTED
    recent = record.recent_submission
    rejected = recent is not None and recent.status is SubmissionStatus.REJECTED
    return EntryState.REJECTED if rejected else EntryState.OPEN
