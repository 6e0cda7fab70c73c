"""What waits and what was decided at Kantata, noticed wherever it happened, each change once.

A turn asks for what changed since the last one: one request for the timesheets and two for the members, and
nothing for each person. Where something new waits it asks for its projects (200 a request), the stand-ins and
the whole weeks of its people. Once an hour everything that waits is read again, 200 a request, which notices
what changed without a word: approvers, stand-ins whose days begin, timesheets that are gone. Any number of
processes take turns by a lease; how far they have got is a row.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog

from bot.approval_sheets import (
    decisions_of,
    firm_day,
    member_of,
    projects,
    seen,
    sheet_of,
    stand_ins,
    whole_weeks,
)
from bot.deps import Deps
from bot.domain.approvals import Decision, Firm, Member, RequestState, StandIn, approvers_of
from bot.domain.audit import Decided, decision_line
from bot.domain.durations import format_duration
from bot.domain.languages import ENGLISH, speaking
from bot.kantata import records
from bot.kantata.account import AccountMembershipInclude
from bot.kantata.records import Submission, SubmissionStatus
from bot.views.approvals import week_of_sheet
from bot.views.time_entries import project_label
from storage import approvals, audit, members, project_copy
from storage.database import Session
from storage.project_copy import Lease

TURN = "approvals turn"
CHANGED = "approvals"
ALL = "all approvals"
MEMBERS = "members"
ALL_MEMBERS = "all members"

OVERLAP = timedelta(minutes=5)  # clocks differ, and Kantata stamps a change before it shows it
ALL_AGAIN = timedelta(hours=1)
MEMBERS_AGAIN = timedelta(hours=24)
LEASE = timedelta(minutes=3)
_BATCH = 200
_INCLUDE = (AccountMembershipInclude.USER, AccountMembershipInclude.EFFECTIVE_WORKWEEK)
_TOLD = (RequestState.APPROVED, RequestState.REJECTED)

log = structlog.get_logger()


class TurnLost(Exception):
    """Another process took over, for this one was away too long."""


async def poll(deps: Deps, *, at_most_every: timedelta = timedelta()) -> None:
    """One turn, unless another process has it or had it just now. Raises KantataError, SlackFailed."""
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        last = await project_copy.read_until(session, CHANGED)
        if last is not None and now - last < at_most_every:
            return
        turn = await project_copy.lease(session, TURN, now, LEASE)
    if turn is None:
        return
    try:
        await _poll(deps, turn, now)
    except TurnLost:
        log.warning("the poll of approvals was taken over")
    finally:
        await _keep(deps, turn, timedelta(), lost=None)


async def refresh_members(deps: Deps) -> None:
    """Only learn who the firm's members are, unless a poll is under way and does it. Raises KantataError."""
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        turn = await project_copy.lease(session, TURN, now, LEASE)
    if turn is None:
        return
    try:
        await _read_members(deps, turn, now)
    finally:
        await _keep(deps, turn, timedelta(), lost=None)


async def _keep(deps: Deps, turn: Lease, length: timedelta, *, lost: type[Exception] | None) -> None:
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        if not await project_copy.extend(session, turn, now + length) and lost:
            raise lost


async def _poll(deps: Deps, turn: Lease, start: datetime) -> None:
    workspace = deps.workspace
    await _read_members(deps, turn, start)
    async with deps.database.reading() as session:
        since = await project_copy.read_until(session, CHANGED)
        whole = await project_copy.read_until(session, ALL)
    if since is not None:
        await _read_changed(deps, turn, workspace, since - OVERLAP)
    if whole is None or start - whole >= ALL_AGAIN:
        await _read_all(deps, turn, workspace)
        await _note(deps, ALL, start)
    await _note(deps, CHANGED, start)


async def _note(deps: Deps, part: str, until: datetime) -> None:
    async with deps.database.transaction() as session:
        await project_copy.note_read(session, part, until)


async def _read_members(deps: Deps, turn: Lease, start: datetime) -> None:
    async with deps.database.reading() as session:
        whole = await project_copy.read_until(session, ALL_MEMBERS)
        since = await project_copy.read_until(session, MEMBERS)
    if whole is None or since is None or start - whole >= MEMBERS_AGAIN:
        await _read_all_members(deps, turn, start)
    else:
        after = since - OVERLAP
        changed = [
            member_of(row)
            async for row in deps.kantata.account_memberships(include=_INCLUDE, updated_after=after)
        ]
        left = [
            row.user_id
            async for row in deps.kantata.account_memberships(
                include=(), only_inactive=True, updated_after=after
            )
        ]
        async with deps.database.transaction() as session:
            await members.save(session, changed, start)
            await members.drop(session, left)
    await _note(deps, MEMBERS, start)


async def _read_all_members(deps: Deps, turn: Lease, start: datetime) -> None:
    """Every member, 200 a request; then whoever was not among them is active no more."""
    batch: list[Member] = []
    read = 0
    async for row in deps.kantata.account_memberships(include=_INCLUDE):
        batch.append(member_of(row))
        if len(batch) == _BATCH:
            read += await _save_members(deps, turn, batch, start)
            batch = []
    read += await _save_members(deps, turn, batch, start)
    today = firm_day(deps)
    calendars = {
        each.user_id: each.holiday_calendar_id
        async for each in deps.kantata.holiday_calendar_memberships()
        if (each.start_date is None or each.start_date <= today)
        and (each.end_date is None or today <= each.end_date)
    }
    async with deps.database.transaction() as session:
        await members.place_in_calendars(session, calendars)
        if read:  # nobody at all is a right lost rather than a firm without people
            await members.drop_not_read_since(session, start)
    await _note(deps, ALL_MEMBERS, start)


async def _save_members(deps: Deps, turn: Lease, batch: Sequence[Member], start: datetime) -> int:
    await _keep(deps, turn, LEASE, lost=TurnLost)
    async with deps.database.transaction() as session:
        await members.save(session, batch, start)
    return len(batch)


async def _read_changed(deps: Deps, turn: Lease, workspace: str, since: datetime) -> None:
    changed = [each async for each in deps.kantata.submissions(updated_after=since)]
    await _note_decided(deps, workspace, [each for each in changed if not _waits(each)], since)
    await _note_waiting(deps, turn, workspace, [each for each in changed if _waits(each)], again=False)


def _waits(record: Submission) -> bool:
    return record.status is SubmissionStatus.PENDING


async def _read_all(deps: Deps, turn: Lease, workspace: str) -> None:
    waiting = [each async for each in deps.kantata.submissions(statuses=[SubmissionStatus.PENDING])]
    await _note_waiting(deps, turn, workspace, waiting, again=True)
    async with deps.database.reading() as session:
        known = {each.sheet.submission_id for each in await approvals.pending(session)}
    await look_again(deps, known - {each.id for each in waiting}, workspace)


async def look_again(deps: Deps, submission_ids: Collection[str], workspace: str | None = None) -> None:
    """Read these timesheets now and note how they stand; what Kantata does not show any more is gone."""
    if not submission_ids:
        return
    workspace = workspace or deps.workspace
    found = [each async for each in deps.kantata.submissions(only=submission_ids)]
    await _note_decided(deps, workspace, [each for each in found if not _waits(each)], None)
    await _note_contents([each for each in found if _waits(each)], deps)
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        for submission_id in set(submission_ids) - {each.id for each in found}:
            await approvals.decide(session, submission_id, Decision(RequestState.GONE), now)


async def _note_contents(waiting: Sequence[Submission], deps: Deps) -> None:
    """Note what waiting timesheets hold now, with the whole weeks that are known of them."""
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        known = await approvals.known(session, [each.id for each in waiting])
        for each in waiting:
            if before := known.get(each.id):
                sheet = sheet_of(each, before.sheet.week)
                await approvals.note_pending(session, seen(each, sheet, Decision(RequestState.PENDING), now))


async def _note_decided(
    deps: Deps, workspace: str, decided: Sequence[Submission], since: datetime | None
) -> None:
    """Note decisions; one about a timesheet never seen waiting counts where it was taken after ``since``."""
    if not decided:
        return
    async with deps.database.reading() as session:
        known = await approvals.known(session, [each.id for each in decided])
    news = [
        each
        for each in decided
        if (
            known[each.id].decision.state.value != each.status.value
            if each.id in known
            else _new(each, since)
        )
    ]
    decisions = await decisions_of(deps, news)
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        for each in news:
            decision = decisions[each.id]
            if each.id in known:
                at = each.updated_at or now
                await note_decision(session, workspace, each.id, each.user_id, decision, at)
            else:
                await _note_unseen(session, workspace, each, decision, now)


def _new(record: Submission, since: datetime | None) -> bool:
    return since is not None and record.decided_at is not None and record.decided_at >= since


async def note_decision(
    session: Session, workspace: str, submission_id: str, person_id: str, decision: Decision, at: datetime
) -> None:
    """Note what became of a known timesheet, seen ``at``, and that the submitter is to hear of it."""
    request_id = await approvals.decide(session, submission_id, decision, at)
    if request_id is not None and decision.state in _TOLD:
        await approvals.tell(session, workspace, request_id, person_id, at)
        await _audit(session, workspace, request_id, at)


async def _note_unseen(
    session: Session, workspace: str, record: Submission, decision: Decision, now: datetime
) -> None:
    """Note a timesheet that was submitted and decided between two polls."""
    request_id = await approvals.add_decided(session, seen(record, sheet_of(record), decision, now))
    if request_id is not None and decision.state in _TOLD:
        await approvals.tell(session, workspace, request_id, record.user_id, now)
        await _audit(session, workspace, request_id, now)


async def _audit(session: Session, workspace: str, request_id: int, seen_at: datetime) -> None:
    """Keep the decision for the year's audit, for longer than the timesheet itself is remembered."""
    known = await approvals.get(session, request_id)
    assert known is not None, "it was noted in this transaction"
    sheet, decision = known.sheet, known.decision
    with speaking(ENGLISH):  # the audit is one table, whoever decided
        week = week_of_sheet(sheet)
    about = f"{project_label(sheet.project)}, {week}, {format_duration(sheet.minutes)}"
    decided = Decided("timesheet", sheet.person, about, decision.state.value, decision.why)
    await audit.add(session, workspace, decision_line(decision.at or seen_at, decision.by, decided))


async def _note_waiting(
    deps: Deps, turn: Lease, workspace: str, waiting: Sequence[Submission], *, again: bool
) -> None:
    """Note what waits and whom to ask; ``again``: also whom to ask about what was known."""
    async with deps.database.reading() as session:
        known = await approvals.known(session, [each.id for each in waiting])
        people = await members.find(session, [each.user_id for each in waiting])
    fresh = [
        each
        for each in waiting
        if each.id not in known
        or known[each.id].decision.state is RequestState.GONE
        or known[each.id].fingerprint != sheet_of(each).fingerprint()
    ]
    asked_about = list(waiting) if again else fresh
    if not asked_about:
        return
    weeks = await whole_weeks(deps, fresh, people)
    of_projects = await projects(deps, {each.project_id for each in asked_about})
    firm = await _firm(deps, people, of_projects, await stand_ins(deps))
    fresh_ids = {each.id for each in fresh}
    for start in range(0, len(asked_about), _BATCH):
        await _keep(deps, turn, LEASE, lost=TurnLost)
        async with deps.database.transaction() as session:
            now = await deps.database.now(session)
            for each in asked_about[start : start + _BATCH]:
                project = of_projects.get(each.project_id)
                if each.id in fresh_ids:
                    sheet = sheet_of(each, weeks.get(each.id), project)
                    note = seen(each, sheet, Decision(RequestState.PENDING), now)
                    request_id, _ = await approvals.note_pending(session, note)
                else:
                    request_id = known[each.id].id
                to_ask = approvers_of(
                    each.user_id, project.approver_ids if project else (), firm, firm_day(deps)
                )
                await approvals.ask(session, workspace, request_id, to_ask, now)


async def _firm(
    deps: Deps,
    people: dict[str, Member],
    of_projects: dict[str, records.Project],
    standing_in: Sequence[StandIn],
) -> Firm:
    """The people, and everybody who could be asked about their timesheets."""
    could = {user_id for project in of_projects.values() for user_id in project.approver_ids}
    could |= {each.manager_id for each in people.values() if each.manager_id}
    could |= {each.stand_in_id for each in standing_in}
    async with deps.database.reading() as session:
        known = await members.find(session, could)
        return Firm(people | known | await members.administrators(session), standing_in)
