"""A person's week as Kantata has it: the entries, how they stand, and what their projects ask for."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime

from bot import work_calendars
from bot.deps import Deps
from bot.domain.approvals import Note, parse_note
from bot.domain.dates import Week
from bot.domain.people import Person
from bot.domain.time_entries import Entry, Project, Task
from bot.domain.timesheets import ProjectRules, Standing, Status, TimeOfWeek, time_of_week
from bot.domain.zones import zone_of
from bot.kantata import records
from bot.kantata.directory import CLIENT, ProjectField, ProjectInclude
from bot.kantata.filters import ArchivedFilter
from bot.kantata.records import Submission, SubmissionStatus, TimeEntry
from bot.time_entry_payloads import entry_of

_STATUSES = {
    SubmissionStatus.PENDING: Status.PENDING,
    SubmissionStatus.APPROVED: Status.APPROVED,
    SubmissionStatus.REJECTED: Status.REJECTED,
}


async def read_week(deps: Deps, person: Person, week: Week) -> TimeOfWeek:
    """The week, in some five requests however much is logged; raises KantataError."""
    entries, calendar = await asyncio.gather(
        _entries(deps, person, week), work_calendars.load(deps, person.kantata_id, week.start, week.end)
    )
    projects = await read_projects(deps, {each.project_id for each in entries})
    names, notes = await asyncio.gather(_names(deps, entries, projects), _notes(deps, entries))
    rules = {project_id: _rules(project, names) for project_id, project in projects.items()}
    told = [(_entry(each, projects), _standing(each, rules, names, notes, person)) for each in entries]
    return time_of_week(week, told, rules, calendar)


async def _entries(deps: Deps, person: Person, week: Week) -> list[TimeEntry]:
    found = deps.kantata.time_entries(
        with_user_ids=[person.kantata_id], date_performed_between=(week.start, week.end)
    )
    return [entry async for entry in found]


async def read_projects(deps: Deps, project_ids: Collection[str]) -> dict[str, records.Project]:
    """The projects by id, archived ones too, with their approvers and their lock."""
    if not project_ids:
        return {}
    found = deps.kantata.projects(
        only=sorted(project_ids),
        include=(ProjectInclude.APPROVERS, *CLIENT),
        fields=tuple(ProjectField),
        archived=ArchivedFilter.INCLUDE,
    )
    return {project.id: project async for project in found}


async def _names(
    deps: Deps, entries: list[TimeEntry], projects: Mapping[str, records.Project]
) -> dict[str, str]:
    """The names of those who may decide about these entries, and of those who did."""
    waiting = {each.project_id for each in entries}
    ids = {user for project in projects.values() if project.id in waiting for user in project.approver_ids}
    ids |= {by for each in entries if (sheet := _submission(each)) and (by := sheet.decided_by)}
    if not ids:
        return {}
    found = deps.kantata.users(only=sorted(ids), on_my_account=True)
    return {user.id: user.name async for user in found}


async def _notes(deps: Deps, entries: list[TimeEntry]) -> dict[str, Note]:
    """For whom the service account decided, and why, by timesheet."""
    sheets = {sheet.id: sheet for each in entries if (sheet := _submission(each))}
    notes = {key: note for key, sheet in sheets.items() if (note := parse_note(sheet.decision or ""))}
    if not notes:
        return {}
    service = (await deps.kantata.me()).id
    return {key: note for key, note in notes.items() if sheets[key].decided_by == service}


def _submission(record: TimeEntry) -> Submission | None:
    """The timesheet the entry is on, or was on when it was rejected."""
    if record.active_submission:
        return record.active_submission
    recent = record.recent_submission
    return recent if recent and recent.status is SubmissionStatus.REJECTED else None


def _rules(project: records.Project, names: Mapping[str, str]) -> ProjectRules:
    return ProjectRules(
        needs_approval=project.require_time_approvals and project.time_trackable,
        needs_notes=project.require_notes,
        locked_to=project.lock_date,
        approvers=tuple(names[user] for user in project.approver_ids if user in names),
    )


def _entry(record: TimeEntry, projects: Mapping[str, records.Project]) -> Entry:
    known = projects.get(record.project_id) or record.project
    project = Project(
        record.project_id, known.title if known else record.project_id, known.client_name if known else None
    )
    task = None
    if record.task_id is not None:
        title = record.task.title if record.task else record.task_id
        task = Task(record.task_id, title, record.project_id)
    return entry_of(record, project, task)


def _standing(
    record: TimeEntry,
    rules: Mapping[str, ProjectRules],
    names: Mapping[str, str],
    notes: Mapping[str, Note],
    person: Person,
) -> Standing:
    of_project = rules.get(record.project_id, ProjectRules())
    sheet = _submission(record)
    if sheet is None:
        if record.active_submission_id:
            status = Status.APPROVED if record.approved else Status.PENDING
            return Standing(status, record.active_submission_id, by=of_project.approvers)
        return Standing(Status.OPEN if of_project.needs_approval else Status.NONE_NEEDED)
    status = _STATUSES.get(sheet.status, Status.OPEN)
    if status is Status.PENDING:
        since = _local(sheet.created_at, person)
        return Standing(status, sheet.id, since=since, by=of_project.approvers)
    since = _local(sheet.decided_at, person)
    if note := notes.get(sheet.id):
        return Standing(status, sheet.id, since, (note.name,), note.why or None)
    decider = names.get(sheet.decided_by or "")
    return Standing(status, sheet.id, since, (decider,) if decider else (), sheet.decision or None)


def _local(instant: datetime | None, person: Person) -> datetime | None:
    """In the person's own zone, to be shown as it is."""
    return instant.astimezone(zone_of(person.time_zone)) if instant else None
