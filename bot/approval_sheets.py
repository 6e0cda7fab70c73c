"""Timesheets as Kantata tells them, in the words of approvals: what they hold, and what became of them."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot import work_calendars
from bot.deps import Deps
from bot.domain.approvals import (
    Decision,
    Firm,
    Line,
    Member,
    RequestState,
    Sheet,
    StandIn,
    WholeWeek,
    parse_note,
)
from bot.domain.dates import week_of
from bot.domain.time_entries import Project
from bot.domain.work_calendars import Holiday, WorkCalendar, Workweek
from bot.domain.zones import zone_of
from bot.kantata import records
from bot.kantata.account_records import AccountMembership, Permission
from bot.kantata.directory import CLIENT, ProjectInclude
from bot.kantata.filters import ArchivedFilter
from bot.kantata.records import Submission
from storage import members
from storage.approvals import Seen

_PEOPLE = 200  # in one request
_VIEWERS = (Permission.REPORTS_VIEWER, Permission.REPORTS_VIEWER_WITH_COST)
_USUAL = (0, 480, 480, 480, 480, 480, 0)


def sheet_of(
    record: Submission, week: WholeWeek | None = None, project: records.Project | None = None
) -> Sheet:
    """The timesheet as approvers see it; ``week`` is the person's whole one, ``project`` tells its client."""
    project = project or record.project
    days = [entry.day for entry in record.entries]
    start = record.start_date or (week_of(min(days)).start if days else date.min)
    return Sheet(
        submission_id=record.id,
        person_id=record.user_id,
        person=record.user.name if record.user else record.user_id,
        project=Project(
            record.project_id,
            project.title if project else record.project_id,
            project.client_name if project else None,
        ),
        week_start=start,
        lines=tuple(
            Line(
                entry.id,
                entry.day,
                entry.minutes,
                entry.billable,
                entry.notes,
                entry.task.title if entry.task else None,
            )
            for entry in sorted(record.entries, key=lambda entry: (entry.day, int(entry.id)))
        ),
        comment=record.comment,
        week=week,
    )


async def decisions_of(deps: Deps, submissions: Sequence[Submission]) -> dict[str, Decision]:
    """What became of these timesheets by id; raises KantataError.

    What the service account decided for somebody names that person in its note.
    """
    notes = {each.id: note for each in submissions if each.decision and (note := parse_note(each.decision))}
    service = (await deps.kantata.me()).id if notes else None
    async with deps.database.reading() as session:
        known = await members.find(session, [each.decided_by for each in submissions if each.decided_by])
    found = {}
    for each in submissions:
        state = RequestState(each.status.value)
        note = notes.get(each.id) if each.decided_by == service else None
        if note:
            found[each.id] = Decision(state, note.name, each.decided_at, note.why)
            continue
        member = known.get(each.decided_by or "")
        why = each.decision or "" if state is RequestState.REJECTED else ""
        found[each.id] = Decision(state, member.name if member else None, each.decided_at, why)
    return found


def seen(record: Submission, sheet: Sheet, decision: Decision, now: datetime) -> Seen:
    """The timesheet as it is kept; ``now`` stands in where Kantata does not tell when."""
    return Seen(sheet, decision, record.created_at or now, record.updated_at or now)


def member_of(record: AccountMembership) -> Member:
    """The member in the words of approvals."""
    user = record.user
    return Member(
        id=record.user_id,
        name=user.name if user else record.user_id,
        email=user.email if user else None,
        administrator=record.is_administrator or record.permission == Permission.ADMINISTRATOR,
        viewer=record.permission in _VIEWERS,
        manager_id=record.manager_id,
        manager_can_approve=record.manager_can_approve,
        week=record.effective_workweek.minutes if record.effective_workweek else _USUAL,
    )


async def stand_ins(deps: Deps) -> tuple[StandIn, ...]:
    """Who stands in for whom; one request."""
    return tuple(
        [
            StandIn(each.approver_id, each.backup_approver_id, each.start_date, each.end_date)
            async for each in deps.kantata.backup_approvers()
        ]
    )


async def projects(deps: Deps, project_ids: Collection[str]) -> dict[str, records.Project]:
    """The projects with those who approve in them and who see their money; 200 a request."""
    if not project_ids:
        return {}
    found = deps.kantata.projects(
        only=sorted(project_ids),
        include=(ProjectInclude.APPROVERS, ProjectInclude.FINANCIAL_VIEWERS, *CLIENT),
        archived=ArchivedFilter.INCLUDE,
    )
    return {project.id: project async for project in found}


async def firm_now(deps: Deps, user_ids: Collection[str]) -> Firm:
    """These users as Kantata has them this moment, and who stands in; two requests."""
    found, standing_in = await asyncio.gather(members_now(deps, user_ids), stand_ins(deps))
    return Firm(found, standing_in)


async def members_now(deps: Deps, user_ids: Collection[str]) -> dict[str, Member]:
    """Those of these users who are active members as Kantata has them this moment; one request."""
    rows = deps.kantata.account_memberships(with_user_ids=sorted(user_ids), only_active=True)
    return {row.user_id: member_of(row) async for row in rows}


def firm_day(deps: Deps) -> date:
    """The firm's civil date, by which stand-ins come and go."""
    return deps.clock().astimezone(zone_of(deps.time_zone)).date()


async def whole_weeks(
    deps: Deps, submissions: Sequence[Submission], known: Mapping[str, Member]
) -> dict[str, WholeWeek]:
    """The whole week of each timesheet's person, by the timesheet's id.

    Two requests for the holidays, and for each week and each 200 people one for their time off and one for
    every 200 of their entries.
    """
    if not submissions:
        return {}
    holidays, default = await holidays_by_calendar(deps)
    by_week: dict[date, list[Submission]] = {}
    for each in submissions:
        if each.start_date:
            by_week.setdefault(each.start_date, []).append(each)
    found = {}
    for start, of_week in by_week.items():
        logged, off = await _logged_and_off(deps, sorted({each.user_id for each in of_week}), start)
        for each in of_week:
            member = known.get(each.user_id, Member(each.user_id, ""))
            calendars = {member.holiday_calendar_id} if member.holiday_calendar_id else default
            calendar = WorkCalendar(
                (Workweek(_seven(member.week)),),
                tuple(holiday for holiday, of in holidays if of & calendars),
                off.get(each.user_id, {}),
            )
            targets = tuple(calendar.target(start + timedelta(days=at)) for at in range(7))
            found[each.id] = WholeWeek(logged.get(each.user_id, 0), targets)
    return found


def _seven(week: Sequence[int]) -> tuple[int, int, int, int, int, int, int]:
    sun, mon, tue, wed, thu, fri, sat = week
    return sun, mon, tue, wed, thu, fri, sat


async def holidays_by_calendar(deps: Deps) -> tuple[list[tuple[Holiday, set[str]]], set[str]]:
    """Every holiday with the calendars it is in, and the firm's default calendars; two requests."""
    default = {each.id async for each in deps.kantata.holiday_calendars() if each.default}
    found = [
        (work_calendars.holiday_of(each), set(each.calendar_ids)) async for each in deps.kantata.holidays()
    ]
    return found, default


async def _logged_and_off(
    deps: Deps, user_ids: Sequence[str], start: date
) -> tuple[dict[str, int], dict[str, dict[date, int]]]:
    end = start + timedelta(days=6)
    logged: dict[str, int] = {}
    off: dict[str, dict[date, int]] = {}
    for at in range(0, len(user_ids), _PEOPLE):
        part = user_ids[at : at + _PEOPLE]
        entries = deps.kantata.time_entries(with_user_ids=part, date_performed_between=(start, end))
        async for entry in entries:
            logged[entry.user_id] = logged.get(entry.user_id, 0) + entry.minutes
        async for day_off in deps.kantata.time_off(user_ids=part, start_date=start, end_date=end):
            days = off.setdefault(day_off.user_id, {})
            days[day_off.day] = days.get(day_off.day, 0) + round(day_off.hours * 60)
    return logged, off
