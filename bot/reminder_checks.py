"""What Kantata has of many people's weeks, read in bulk, just before anybody is reminded.

For each 200 people: one request for their time off, and one for every 200 of their entries of the week; the
holidays of all are two requests an hour.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.approval_sheets import holidays_by_calendar
from bot.deps import Deps
from bot.domain.approvals import Member
from bot.domain.dates import Week
from bot.domain.people import Person
from bot.domain.policies import FirmPolicy
from bot.domain.reminders import (
    Due,
    Logged,
    Standing,
    TeamMember,
    TeamWeek,
    Why,
    standing,
    team_week,
)
from bot.domain.work_calendars import Holiday, WorkCalendar, Workweek
from bot.kantata.records import TimeEntry
from bot.kantata.time_entries import TimeEntryInclude
from storage import members, people, policies

PEOPLE = 200  # in one request
HOLIDAYS_AGAIN = timedelta(hours=1)
_INCLUDE = (TimeEntryInclude.USER, TimeEntryInclude.PROJECT, TimeEntryInclude.ACTIVE_SUBMISSION)


@dataclass
class Holidays:
    """The firm's holidays with the calendars they are in, kept for an hour; ``default`` are the firm's."""

    found: Sequence[tuple[Holiday, set[str]]] = ()
    default: set[str] = field(default_factory=set)
    read_at: datetime | None = None

    async def refresh(self, deps: Deps) -> None:
        """Read them where they are older; raises KantataError."""
        now = deps.clock()
        if self.read_at is None or abs(now - self.read_at) > HOLIDAYS_AGAIN:
            self.found, self.default = await holidays_by_calendar(deps)
            self.read_at = now

    def of(self, member: Member) -> tuple[Holiday, ...]:
        """Those of the member's calendar, else of the firm's own."""
        mine = {member.holiday_calendar_id} if member.holiday_calendar_id else self.default
        return tuple(holiday for holiday, calendars in self.found if calendars & mine)


async def work_calendars_of(
    deps: Deps, holidays: Holidays, members: Collection[Member], first: date, last: date
) -> dict[str, WorkCalendar]:
    """The calendar of each member, by id, with the time off of these days; raises KantataError."""
    await holidays.refresh(deps)
    off: dict[str, dict[date, int]] = {}
    for part in _parts(sorted(each.id for each in members)):
        async for entry in deps.kantata.time_off(user_ids=part, start_date=first, end_date=last, include=()):
            days = off.setdefault(entry.user_id, {})
            days[entry.day] = days.get(entry.day, 0) + round(entry.hours * 60)
    return {
        each.id: WorkCalendar((_workweek(each),), holidays.of(each), off.get(each.id, {})) for each in members
    }


def _workweek(member: Member) -> Workweek:
    sun, mon, tue, wed, thu, fri, sat = member.week
    return Workweek((sun, mon, tue, wed, thu, fri, sat))


async def logged_by(deps: Deps, user_ids: Collection[str], week: Week) -> Mapping[str, Logged]:
    """What these people have logged that week, by id, and on which projects it is not submitted.

    Raises KantataError.
    """
    minutes: dict[str, dict[date, int]] = {each: {} for each in user_ids}
    unsubmitted: dict[str, dict[str, str]] = {each: {} for each in user_ids}
    for part in _parts(sorted(user_ids)):
        entries = deps.kantata.time_entries(
            with_user_ids=part,
            date_performed_between=(week.start, week.end),
            include=_INCLUDE,
            fields=(),
        )
        async for entry in entries:
            days = minutes[entry.user_id]
            days[entry.day] = days.get(entry.day, 0) + entry.minutes
            if _waits_for_submission(entry):
                title = entry.project.title if entry.project else entry.project_id
                unsubmitted[entry.user_id][entry.project_id] = title
    return {each: Logged(minutes[each], tuple(sorted(unsubmitted[each].values()))) for each in user_ids}


def _waits_for_submission(entry: TimeEntry) -> bool:
    """Whether it is on no timesheet though its project asks for one (Kantata's API, Time Entries)."""
    if entry.active_submission_id is not None or entry.approved:
        return False
    project = entry.project
    return project is None or (project.require_time_approvals and project.time_trackable)


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[at : at + PEOPLE] for at in range(0, len(ids), PEOPLE)]


@dataclass(frozen=True)
class Look:
    """Who is looked at, and when: the people of a workspace under the firm's settings."""

    workspace: str
    now: datetime
    firm: FirmPolicy
    holidays: Holidays


async def look(deps: Deps, workspace: str, holidays: Holidays, now: datetime | None = None) -> Look:
    """A look at this moment, or as if it were ``now``."""
    async with deps.database.reading() as session:
        at = now or await deps.database.now(session)
        return Look(workspace, at, await policies.firm(session, workspace), holidays)


async def weeks_of(deps: Deps, at: Look, dues: Mapping[str, Due]) -> dict[str, Standing | Why]:
    """How the week stands that each of these members (by id) is due to hear of, or why they are not to.

    Raises KantataError.
    """
    async with deps.database.reading() as session:
        there = await members.find(session, list(dues))
        known = await people.matched(session, at.workspace, list(dues))
    found: dict[str, Standing | Why] = {}
    for user_id, due in dues.items():
        if why := _gone(at, due, user_id in there, known.get(user_id)):
            found[user_id] = why
    for week in {due.week for user_id, due in dues.items() if user_id not in found}:
        of_week = {each: due for each, due in dues.items() if due.week == week and each not in found}
        found |= await _standings(deps, at, week, of_week, there)
    return found


def _gone(at: Look, due: Due, is_member: bool, person: Person | None) -> Why | None:
    if not is_member:
        return Why.LEFT
    if person is None:
        return Why.NOT_IN_SLACK
    return None if person.today(at.now) == due.day else Why.TOO_LATE


async def _standings(
    deps: Deps, at: Look, week: Week, dues: Mapping[str, Due], there: Mapping[str, Member]
) -> dict[str, Standing | Why]:
    last = max(week.end, *(due.day for due in dues.values()))
    those = [there[each] for each in dues]
    calendars = await work_calendars_of(deps, at.holidays, those, week.start, last)
    logged = await logged_by(deps, list(dues), week)
    return {
        each: _standing(at, due, calendars[each], standing(week, calendars[each], logged[each]))
        for each, due in dues.items()
    }


def _standing(at: Look, due: Due, calendar: WorkCalendar, found: Standing) -> Standing | Why:
    if calendar.target(due.day) == 0:
        return Why.OFF_TODAY
    return Why.COMPLETE if found.is_complete(at.firm.tolerated_minutes) else found


async def teams_of(deps: Deps, at: Look, dues: Mapping[str, Due]) -> dict[str, TeamWeek | Why]:
    """The week of each of these managers' and administrators' teams, or why they are not to hear of it.

    An administrator's team is the whole firm. Raises KantataError.
    """
    async with deps.database.reading() as session:
        there = await members.find(session, list(dues))
        known = await people.matched(session, at.workspace, list(dues))
        teams: dict[str, list[str]] = await members.managed_by(session, list(dues))
        everybody = set(await members.administrators(session))
        everybody |= await people.kantata_ids(session, at.workspace, at.firm.administrators)
        whole = await members.every_id(session) if everybody & set(dues) else []
    teams |= dict.fromkeys(everybody & set(dues), whole)
    found: dict[str, TeamWeek | Why] = {}
    for user_id, due in dues.items():
        if why := _gone(at, due, user_id in there, known.get(user_id)):
            found[user_id] = why
    for week in {due.week for user_id, due in dues.items() if user_id not in found}:
        receivers = [each for each, due in dues.items() if due.week == week and each not in found]
        wanted = {member for each in receivers for member in teams.get(each, ())}
        stands = await _team_members(deps, at, week, sorted(wanted))
        for each in receivers:
            team = team_week(week, [stands[one] for one in teams.get(each, ()) if one in stands])
            missing = team.missing(at.firm.tolerated_minutes)
            found[each] = team if missing else Why.TEAM_COMPLETE
    return found


async def _team_members(deps: Deps, at: Look, week: Week, user_ids: Sequence[str]) -> dict[str, TeamMember]:
    found: dict[str, TeamMember] = {}
    for part in _parts(user_ids):
        async with deps.database.reading() as session:
            there = await members.find(session, part)
        calendars = await work_calendars_of(deps, at.holidays, list(there.values()), week.start, week.end)
        logged = await logged_by(deps, list(there), week)
        found |= {
            each: TeamMember(each, member.name, standing(week, calendars[each], logged[each]))
            for each, member in there.items()
        }
    return found
