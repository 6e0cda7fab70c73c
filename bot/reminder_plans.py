"""Who is to be reminded now: everybody's own hour and working days, 200 people at a time.

What is planned is a row; whether it is still deserved is looked up when it is sent. How far the hours have
been looked at is a row too, so a missed run is made up for as long as its day lasts.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from bot.deps import Deps
from bot.domain.approvals import Member
from bot.domain.dates import Week, week_of
from bot.domain.people import Person
from bot.domain.policies import FirmPolicy, PersonSettings, Reminder
from bot.domain.reminders import LOOK_BACK, Due, Why, at_hour, came_due, is_wanted, week_asked_about
from bot.reminder_checks import PEOPLE, Holidays, work_calendars_of
from storage import members, people, policies, project_copy, reminders
from storage.database import Session
from storage.project_copy import Lease

LEASE = timedelta(seconds=30)  # kept for as long as it takes, and short, so that a dead process delays little
ROSTER = people.ROSTER  # when everybody in Slack was last read
JOBS = {
    Reminder.INCOMPLETE: "remind-incomplete-week",
    Reminder.AGAIN: "remind-again",
    Reminder.MISSING: "report-missing",
    Reminder.DECISIONS: "digest-approvals",
}

log = structlog.get_logger()


@dataclass(frozen=True)
class Run:
    """One look: which hours have come ``since`` (None: today) until ``now``, under the firm's settings."""

    workspace: str
    reminder: Reminder
    since: datetime | None
    now: datetime
    firm: FirmPolicy
    own: Mapping[str, PersonSettings]
    holidays: Holidays = field(default_factory=Holidays)

    def settings(self, person: Person) -> PersonSettings:
        """What the person chose."""
        return self.own.get(person.slack_id, PersonSettings())

    def hour_has_come(self, person: Person) -> bool:
        """Whether the person's hour has come since the last look."""
        at = at_hour(self.reminder, self.firm, self.settings(person))
        return came_due(at, person.time_zone, self.since, self.now)


@dataclass(frozen=True)
class Candidate:
    """A member of the firm, and who that is in Slack."""

    member: Member
    person: Person | None


async def plan(deps: Deps, reminder: Reminder, holidays: Holidays) -> None:
    """Plan what has come due since the last look, unless another process is at it. Raises KantataError.

    Nothing is looked at before everybody in Slack is known: whoever comes later would be forgotten.
    """
    part = JOBS[reminder]
    workspace = deps.workspace
    async with deps.database.reading() as session:
        now = await deps.database.now(session)
        since = await project_copy.read_until(session, part)
        if await project_copy.read_until(session, ROSTER) is None:
            return
        if not await _may_be_due(session, await _run(session, workspace, reminder, since, now, holidays)):
            return
    async with deps.database.transaction() as session:
        turn = await project_copy.lease(session, part, now, LEASE)
    if turn is None:
        return
    try:
        run = await begin(deps, reminder, turn.until, now, holidays)
        planned = await _plan_all(deps, run, turn)
        log.info("reminders planned", reminder=reminder.value, people=planned)
        async with deps.database.transaction() as session:
            if turn.until is None or turn.until < now:  # a clock put back makes nothing due anew
                await project_copy.note_read(session, part, now)
    finally:
        async with deps.database.transaction() as session:
            await project_copy.extend(session, turn, now)


async def plan_day(deps: Deps, reminder: Reminder, now: datetime) -> int:
    """Plan all that is due as if it were ``now``, or late within its day; how many. Raises KantataError."""
    return await _plan_all(deps, await begin(deps, reminder, None, now, Holidays()), None)


async def begin(
    deps: Deps, reminder: Reminder, since: datetime | None, now: datetime, holidays: Holidays
) -> Run:
    """A look with the settings as they are now."""
    workspace = deps.workspace
    async with deps.database.reading() as session:
        return await _run(session, workspace, reminder, since, now, holidays)


async def _run(
    session: Session,
    workspace: str,
    reminder: Reminder,
    since: datetime | None,
    now: datetime,
    holidays: Holidays,
) -> Run:
    firm = await policies.firm(session, workspace)
    own = await policies.all_personal(session, workspace)
    return Run(workspace, reminder, since, now, firm, own, holidays)


async def _may_be_due(session: Session, run: Run) -> bool:
    """Whether some hour has come in some zone: most looks end here."""
    if run.reminder not in run.firm.reminders:
        return False
    hours = {at_hour(run.reminder, run.firm, each) for each in (PersonSettings(), *run.own.values())}
    zones = await people.zones(session, run.workspace)
    return any(came_due(at, zone, run.since, run.now) for zone in zones for at in hours)


async def _plan_all(deps: Deps, run: Run, turn: Lease | None) -> int:
    planned = 0
    now_due: list[Candidate] = []
    async for some in candidates(deps, run):
        # Gathered, for one request tells the time off of as many people as of few.
        now_due += [each for each in some if each.person and run.hour_has_come(each.person)]
        if len(now_due) >= PEOPLE:
            planned += await _plan_some(deps, run, turn, now_due[:PEOPLE])
            now_due = now_due[PEOPLE:]
    return planned + await _plan_some(deps, run, turn, now_due)


async def _plan_some(deps: Deps, run: Run, turn: Lease | None, some: Sequence[Candidate]) -> int:
    if not some:
        return 0
    found = await days(deps, run, some)
    planned = 0
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        if turn:
            await project_copy.extend(session, turn, now + LEASE)
        for each in some:
            due = found[each.member.id]
            if isinstance(due, Due):
                planned += await reminders.add(session, run.workspace, each.member.id, due, now)
    return planned


async def candidates(deps: Deps, run: Run) -> AsyncIterator[list[Candidate]]:
    """Everybody whom the reminder could be for, some at a time in order of their ids."""
    receivers = await _receivers(deps, run) if run.reminder is Reminder.MISSING else None
    after = ""
    while True:
        async with deps.database.reading() as session:
            some = await members.following(session, after, PEOPLE)
            known = await people.matched(session, run.workspace, [each.id for each in some])
        if not some:
            return
        after = some[-1].id
        yield [
            Candidate(each, known.get(each.id)) for each in some if receivers is None or each.id in receivers
        ]


async def _receivers(deps: Deps, run: Run) -> set[str]:
    """Who hears who is missing: whoever manages somebody, and the firm's administrators."""
    async with deps.database.reading() as session:
        found = await members.managers(session) | set(await members.administrators(session))
        return found | await people.kantata_ids(session, run.workspace, run.firm.administrators)


async def days(deps: Deps, run: Run, some: Sequence[Candidate]) -> dict[str, Due | Why]:
    """For each member by id what is due today, or why nothing is; raises KantataError."""
    found = {each.member.id: _first_look(run, each) for each in some}
    open_ones = [each for each in some if found[each.member.id] is None]
    calendars = await work_calendars_of(
        deps, run.holidays, [each.member for each in open_ones], *_days_to_know(run, _people(open_ones))
    )
    decided: dict[str, Due | Why] = {key: why for key, why in found.items() if why is not None}
    for person in _people(open_ones):
        today = person.today(run.now)
        week = week_asked_about(run.reminder, today, calendars[person.kantata_id])
        decided[person.kantata_id] = Due(run.reminder, week, today) if isinstance(week, Week) else week
    return decided


def _first_look(run: Run, candidate: Candidate) -> Why | None:
    """What can be said without asking Kantata."""
    if candidate.person is None:
        return Why.NOT_IN_SLACK
    if why := is_wanted(run.reminder, run.firm, run.settings(candidate.person)):
        return why
    return None if run.hour_has_come(candidate.person) else Why.TOO_EARLY


def _people(some: Iterable[Candidate]) -> list[Person]:
    return [each.person for each in some if each.person]


def _days_to_know(run: Run, some: Collection[Person]) -> tuple[date, date]:
    today = [each.today(run.now) for each in some] or [run.now.date()]
    if run.reminder is Reminder.INCOMPLETE:
        return week_of(min(today)).start, week_of(max(today)).end
    return min(today) - timedelta(days=LOOK_BACK), max(today)
