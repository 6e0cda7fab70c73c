"""Timesheets that wait for a decision, as rows: noted as Kantata shows them, never turned back.

Every function works inside the caller's transaction. What a message about a timesheet ought to show changes
with the timesheet, in the same transaction.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.approvals import Decision, Line, RequestState, Sheet, WholeWeek, supersedes
from bot.domain.time_entries import Project
from bot.domain.writes import State
from storage import deliveries, homes
from storage.database import insert, workspace_of
from storage.tables import DeliveryRow, RequestRow, WriteRow, is_state, metadata

_request = metadata.tables[str(RequestRow.__tablename__)]
_write = metadata.tables[str(WriteRow.__tablename__)]
_delivery = metadata.tables[str(DeliveryRow.__tablename__)]
_PART = 500  # ids in one query

# The kinds of messages about timesheets: to an approver, and to the submitter.
ASK, TELL = "approval.ask", "approval.tell"


@dataclass(frozen=True)
class Waiting:
    """A timesheet as it was last seen; ``revision`` counts its contents."""

    id: int
    sheet: Sheet
    decision: Decision
    revision: int
    fingerprint: str
    since: datetime

    @property
    def is_pending(self) -> bool:
        """Whether it still waits."""
        return self.decision.state is RequestState.PENDING


@dataclass(frozen=True)
class Seen:
    """A timesheet as Kantata shows it; ``at`` is when it was last changed there."""

    sheet: Sheet
    decision: Decision
    since: datetime
    at: datetime


async def note_pending(session: AsyncSession, seen: Seen) -> tuple[int, bool]:
    """Note a timesheet that waits: the row's id, and True where approvers have something new to see.

    Where its content changed, or Kantata had not shown it for a while, a new revision; where a decision is
    known, nothing: that is never turned back.
    """
    connection = await session.connection()
    fingerprint = seen.sheet.fingerprint()
    added = await connection.execute(
        insert(session, _request)
        .on_conflict_do_nothing(index_elements=["workspace", "submission_id"])
        .returning(_request.c.id),
        _row(session, seen, fingerprint),
    )
    if (row := added.one_or_none()) is not None:
        return int(row.id), True
    changed = await connection.execute(
        sa.update(_request)
        .where(
            _here(session),
            _request.c.submission_id == seen.sheet.submission_id,
            sa.or_(
                _request.c.state == RequestState.GONE.value,
                sa.and_(is_state(_request, RequestState.PENDING), _request.c.fingerprint != fingerprint),
            ),
        )
        .values(
            state=RequestState.PENDING.value,
            decided_by=None,
            decided_at=None,
            sheet=_encoded(seen.sheet),
            fingerprint=fingerprint,
            revision=_request.c.revision + 1,
            seen_at=seen.at,
        )
        .returning(_request.c.id)
    )
    if (row := changed.one_or_none()) is not None:
        await show_again(session, int(row.id))
        return int(row.id), True
    found = await by_submission(session, seen.sheet.submission_id)
    assert found is not None, "the row was there a moment ago"
    return found.id, False


async def add_decided(session: AsyncSession, seen: Seen) -> int | None:
    """Note a timesheet that was decided before it was ever seen waiting; its id, None where it is known."""
    connection = await session.connection()
    added = await connection.execute(
        insert(session, _request)
        .on_conflict_do_nothing(index_elements=["workspace", "submission_id"])
        .returning(_request.c.id),
        _row(session, seen, seen.sheet.fingerprint()),
    )
    row = added.one_or_none()
    return int(row.id) if row else None


async def decide(session: AsyncSession, submission_id: str, decision: Decision, at: datetime) -> int | None:
    """Note what became of a timesheet, seen ``at``; its id where that is news."""
    found = await by_submission(session, submission_id)
    if found is None or not supersedes(decision.state, found.decision.state):
        return None
    connection = await session.connection()
    changed = await connection.execute(
        sa.update(_request)
        .where(
            _here(session),
            _request.c.id == found.id,
            _request.c.state == found.decision.state.value,
            sa.or_(_request.c.seen_at <= at, is_state(_request, RequestState.PENDING)),
        )
        .values(
            state=decision.state.value,
            decided_by=decision.by,
            decided_at=decision.at,
            why=decision.why,
            seen_at=at,
        )
    )
    if changed.rowcount != 1:
        return None
    await show_again(session, found.id)
    return found.id


async def take_for(session: AsyncSession, submission_ids: Collection[str], write_id: int) -> bool:
    """Let that write alone decide about these timesheets; False while another open one does.

    Writes on one object keep their order by number, but two that are added at the same instant may not see
    each other; and what one approves the other could still reject.
    """
    connection = await session.connection()
    mine = sa.and_(_here(session), _request.c.submission_id.in_(submission_ids))
    locked = await connection.execute(
        sa.select(_request.c.deciding_id).where(mine).order_by(_request.c.id).with_for_update()
    )
    others = {row.deciding_id for row in locked} - {None, write_id}
    still_open = await connection.execute(
        sa.select(_write.c.id).where(_write.c.id.in_(others), is_state(_write, State.OPEN))
    )
    if still_open.first() is not None:
        return False
    await connection.execute(sa.update(_request).where(mine).values(deciding_id=write_id))
    return True


async def forget_decided_before(session: AsyncSession, instant: datetime) -> None:
    """Forget what waits no more and was settled before then, with the messages about it."""
    connection = await session.connection()
    gone = await connection.execute(
        sa.delete(_request)
        .where(_here(session), _request.c.state != RequestState.PENDING.value, _request.c.seen_at < instant)
        .returning(_request.c.id)
    )
    await deliveries.forget(session, (ASK, TELL), [int(row.id) for row in gone])


async def ask(
    session: AsyncSession, workspace: str, request_id: int, user_ids: Collection[str], now: datetime
) -> None:
    """Make these users the ones who are asked about the timesheet; who no longer is, is told so."""
    keys = {user_id: f"ask:{request_id}:{user_id}" for user_id in user_ids}
    if await deliveries.ask(session, workspace, ASK, request_id, keys, now):
        await homes.mark_asked(session, ASK, request_id)


async def tell(session: AsyncSession, workspace: str, request_id: int, user_id: str, now: datetime) -> None:
    """Let the submitter hear what became of the timesheet."""
    new = deliveries.New(workspace, TELL, f"tell:{request_id}:{user_id}", user_id, request_id)
    await deliveries.add(session, new, now)
    await homes.mark(session, [user_id], homes.READ)


async def show_again(session: AsyncSession, request_id: int) -> None:
    """Let every message about the timesheet be drawn once more."""
    await deliveries.refresh(session, (ASK, TELL), request_id)
    await homes.mark_asked(session, ASK, request_id)


async def get(session: AsyncSession, request_id: int) -> Waiting | None:
    """The timesheet of that number."""
    found = await _select(session, _request.c.id == request_id)
    return found[0] if found else None


async def by_submission(session: AsyncSession, submission_id: str) -> Waiting | None:
    """The timesheet with Kantata's id."""
    found = await _select(session, _request.c.submission_id == submission_id)
    return found[0] if found else None


async def known(session: AsyncSession, submission_ids: Collection[str]) -> dict[str, Waiting]:
    """What is known of these timesheets, by Kantata's id."""
    ids = sorted(set(submission_ids))
    found: list[Waiting] = []
    for start in range(0, len(ids), _PART):
        found += await _select(session, _request.c.submission_id.in_(ids[start : start + _PART]))
    return {each.sheet.submission_id: each for each in found}


async def pending(session: AsyncSession) -> list[Waiting]:
    """Every timesheet that waits."""
    return await _select(session, is_state(_request, RequestState.PENDING))


async def rejected_before(session: AsyncSession, waiting: Waiting) -> Waiting | None:
    """The last earlier timesheet of the same person, project and week, where that was rejected."""
    sheet = waiting.sheet
    earlier = await _select(
        session,
        sa.and_(
            _request.c.kantata_user_id == sheet.person_id,
            _request.c.project_id == sheet.project.id,
            _request.c.state == RequestState.REJECTED.value,
            _request.c.id < waiting.id,
        ),
    )
    return next((each for each in reversed(earlier) if each.sheet.week_start == sheet.week_start), None)


async def queue(session: AsyncSession, kantata_user_id: str) -> list[Waiting]:
    """What waits for that approver, longest first."""
    asked = sa.select(_delivery.c.subject_id).where(
        _delivery.c.workspace == workspace_of(session),
        _delivery.c.kantata_user_id == kantata_user_id,
        _delivery.c.kind == ASK,
        _delivery.c.withdrawn.is_(False),
    )
    which = sa.and_(is_state(_request, RequestState.PENDING), _request.c.id.in_(asked))
    found = await _select(session, which)
    return sorted(found, key=lambda each: (each.sheet.week_start, each.since, each.id))


async def was_asked(session: AsyncSession, request_id: int, kantata_user_id: str) -> bool:
    """Whether that user was asked about the timesheet, be it in the past."""
    return await deliveries.was_asked(session, ASK, request_id, kantata_user_id)


async def waiting_for(session: AsyncSession) -> list[tuple[str, str]]:
    """Workspace and Kantata user of every approver who has something waiting."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_delivery.c.workspace, _delivery.c.kantata_user_id)
        .join(_request, _request.c.id == _delivery.c.subject_id)
        .where(
            _here(session),
            _delivery.c.workspace == workspace_of(session),
            is_state(_request, RequestState.PENDING),
            _delivery.c.kind == ASK,
            _delivery.c.withdrawn.is_(False),
        )
        .distinct()
    )
    return [(row.workspace, row.kantata_user_id) for row in found]


async def _select(session: AsyncSession, which: sa.ColumnElement[bool]) -> list[Waiting]:
    connection = await session.connection()
    rows = await connection.execute(sa.select(_request).where(_here(session), which).order_by(_request.c.id))
    return [
        Waiting(
            id=row.id,
            sheet=_decoded(row.sheet),
            decision=Decision(RequestState(row.state), row.decided_by, row.decided_at, row.why),
            revision=row.revision,
            fingerprint=row.fingerprint,
            since=row.waiting_since,
        )
        for row in rows
    ]


def _here(session: AsyncSession) -> sa.ColumnElement[bool]:
    return _request.c.workspace == workspace_of(session)


def _row(session: AsyncSession, seen: Seen, fingerprint: str) -> dict[str, Any]:
    return {
        "workspace": workspace_of(session),
        "submission_id": seen.sheet.submission_id,
        "kantata_user_id": seen.sheet.person_id,
        "project_id": seen.sheet.project.id,
        "state": seen.decision.state.value,
        "revision": 1,
        "fingerprint": fingerprint,
        "sheet": _encoded(seen.sheet),
        "waiting_since": seen.since,
        "decided_by": seen.decision.by,
        "decided_at": seen.decision.at,
        "why": seen.decision.why,
        "seen_at": seen.at,
    }


def _encoded(sheet: Sheet) -> str:
    return json.dumps(asdict(sheet), default=date.isoformat)


def _decoded(text: str) -> Sheet:
    plain = json.loads(text)
    week = plain["week"]
    return Sheet(
        submission_id=plain["submission_id"],
        person_id=plain["person_id"],
        person=plain["person"],
        project=Project(**plain["project"]),
        week_start=date.fromisoformat(plain["week_start"]),
        lines=_lines(plain["lines"]),
        comment=plain["comment"],
        week=WholeWeek(week["minutes"], tuple(week["targets"])) if week else None,
    )


def _lines(plain: Sequence[dict[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(**{**each, "day": date.fromisoformat(each["day"])}) for each in plain)
