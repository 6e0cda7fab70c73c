"""Decisions about timesheets as writes: authority asked of Kantata, sent once, looked for, and spoken of.

Whoever is connected decides with their own Kantata account, and Kantata itself tells whether they may. For
anybody else the service account decides, with a note naming them, after Kantata's own rule of who may approve
was tried on what Kantata tells this moment. Kantata's API reference: Timesheet Submissions, Bulk resolutions.
"""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from bot import connections
from bot.approval_messages import deliver
from bot.approval_polls import look_again, note_decision, poll
from bot.approval_sheets import decisions_of, firm_day, firm_now, projects, sheet_of
from bot.deps import Deps
from bot.domain.approvals import Decision, RequestState, Verdict, format_note, may_decide, parse_note
from bot.domain.languages import tr
from bot.domain.writes import Write
from bot.kantata.client import Kantata
from bot.kantata.errors import Answered, Effect, KantataError, NotAllowed, SignedOut, Unreachable
from bot.kantata.records import Submission, SubmissionStatus
from bot.outbox import Kind, NotSent, refused_for_good
from bot.views import approvals as views
from bot.views.messages import Message, escape, plain
from storage import approvals

DECIDE = "decide"
_WANTED = {
    Verdict.APPROVE: SubmissionStatus.APPROVED,
    Verdict.REJECT: SubmissionStatus.REJECTED,
}


@dataclass(frozen=True)
class Chosen:
    """A timesheet to decide about: Kantata's id, and the fingerprint of what the decider was shown."""

    submission_id: str
    fingerprint: str


@dataclass(frozen=True)
class Order:
    """What somebody decided. ``name`` is the decider's; ``quiet``: the pressed message shows the decision."""

    verdict: Verdict
    chosen: tuple[Chosen, ...]
    name: str
    why: str = ""
    quiet: bool = False


class Ending(StrEnum):
    """How it went for one timesheet. Already: it was decided before, be it by the same person."""

    DONE = "done"
    ALREADY = "already"
    CHANGED = "changed"
    NOT_ALLOWED = "not allowed"
    GONE = "gone"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one timesheet; ``text`` holds Kantata's words where it refused."""

    ending: Ending
    decision: Decision | None = None
    text: str = ""


def encode_order(order: Order) -> str:
    """The order as a write's payload."""
    return json.dumps(asdict(order))


def decode_order(payload: str) -> Order:
    """The order of a write's payload."""
    plain_order = json.loads(payload)
    return Order(
        verdict=Verdict(plain_order["verdict"]),
        chosen=tuple(Chosen(**each) for each in plain_order["chosen"]),
        name=plain_order["name"],
        why=plain_order["why"],
        quiet=plain_order["quiet"],
    )


def encode_outcomes(outcomes: Mapping[str, Outcome]) -> str:
    """What became of each timesheet by id, as a write's result."""
    return json.dumps({key: asdict(each) for key, each in outcomes.items()}, default=datetime.isoformat)


def decode_outcomes(result: str) -> dict[str, Outcome]:
    """What became of each timesheet, from a write's result."""
    return {
        key: Outcome(Ending(each["ending"]), _decision(each["decision"]), each["text"])
        for key, each in json.loads(result).items()
    }


def _decision(told: Mapping[str, str | None] | None) -> Decision | None:
    if told is None:
        return None
    at = told["at"]
    return Decision(
        RequestState(told["state"] or ""),
        told["by"],
        datetime.fromisoformat(at) if at else None,
        told["why"] or "",
    )


class Decide:
    """Approve or reject timesheets; who comes second is told what the first decided."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Ask Kantata how they stand and whether the person may; then decide what is left."""
        order = decode_order(write.payload)
        async with deps.database.transaction() as session:
            ids = [each.submission_id for each in order.chosen]
            if not await approvals.take_for(session, ids, write.id):
                raise NotSent(Unreachable("Somebody else decides about it this moment.", retry_after=1))
        attempt = _Attempt(deps, write, order)
        return encode_outcomes(await connections.act(deps, write, attempt.run))

    async def look(self, deps: Deps, write: Write) -> str | None:
        """The decisions, once none of the timesheets waits any more."""
        order = decode_order(write.payload)
        records = {each.id: each for each in await _read(deps.kantata, order)}
        if any(each.status is SubmissionStatus.PENDING for each in records.values()):
            return None
        decisions = await decisions_of(deps, list(records.values()))
        return encode_outcomes(
            {
                each.submission_id: _settled(write, order, records[each.submission_id], decisions)
                if each.submission_id in records
                else Outcome(Ending.GONE)
                for each in order.chosen
            }
        )

    def refusal(self, write: Write, error: KantataError) -> str:
        """Kantata's words, or ours where a right is missing."""
        return tr(views.NOT_YOURS) if isinstance(error, NotAllowed) else error.message

    async def answer(self, deps: Deps, write: Write) -> Message | None:
        """Let every copy show it; then what to tell the decider, unless the pressed copy says it all."""
        order = decode_order(write.payload)
        if write.result is None:
            return plain(f":warning: {escape(write.refusal or '')}")
        outcomes = decode_outcomes(write.result)
        await _note(deps, write, order, outcomes)
        deps.background.spawn(deliver(deps), name="deliver approvals")
        if order.quiet and all(each.ending is Ending.DONE for each in outcomes.values()):
            return None
        async with deps.database.reading() as session:
            known = await approvals.known(session, list(outcomes))
        return views.outcomes(
            [
                views.Outcome(known[key].sheet, each.ending is Ending.DONE, _said(each))
                for key, each in outcomes.items()
                if key in known
            ]
        )

    def kept(self, write: Write) -> Message:
        """That the decision is kept."""
        return views.kept()


async def _note(deps: Deps, write: Write, order: Order, outcomes: Mapping[str, Outcome]) -> None:
    """Note the decisions, and look again at what is not as it was known."""
    again = [key for key, each in outcomes.items() if each.ending in (Ending.CHANGED, Ending.GONE)]
    with contextlib.suppress(KantataError):  # the next poll notices it
        await look_again(deps, again, write.workspace)
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        known = await approvals.known(session, list(outcomes))
        for key, each in outcomes.items():
            if each.decision and key in known:
                person_id = known[key].sheet.person_id
                at = each.decision.at or now
                await note_decision(session, write.workspace, key, person_id, each.decision, at)


def _said(outcome: Outcome) -> str:
    match outcome.ending:
        case Ending.DONE | Ending.ALREADY if outcome.decision:
            return views.verdict_line(outcome.decision)
        case Ending.CHANGED:
            return tr(views.CHANGED)
        case Ending.GONE:
            return tr(views.GONE)
        case Ending.NOT_ALLOWED:
            return tr(views.NOT_YOURS)
    return outcome.text


async def _read(kantata: Kantata, order: Order) -> list[Submission]:
    ids = [each.submission_id for each in order.chosen]
    return [each async for each in kantata.submissions(only=ids)]


def _is_ours(write: Write, record: Submission) -> bool:
    """Whether it was this person who decided: in their own name, or named by the service account's note."""
    note = parse_note(record.decision or "")
    return write.kantata_id in (record.decided_by, note.user_id if note else None)


def _settled(write: Write, order: Order, record: Submission, decisions: Mapping[str, Decision]) -> Outcome:
    mine = record.status is _WANTED[order.verdict] and _is_ours(write, record)
    return Outcome(Ending.DONE if mine else Ending.ALREADY, decisions[record.id])


class _Attempt:
    """One attempt at an order, as whichever account may act for the person."""

    def __init__(self, deps: Deps, write: Write, order: Order) -> None:
        self._deps = deps
        self._write = write
        self._order = order

    async def run(self, kantata: Kantata) -> dict[str, Outcome]:
        """Read, judge, decide; by timesheet. NotSent where reading failed, for nothing has been sent then."""
        own = kantata is not self._deps.kantata
        try:
            records = {each.id: each for each in await _read(kantata, self._order)}
            allowed = _own_rights(self._order, records) if own else await self._rule(records)
            decisions = await decisions_of(self._deps, list(records.values()))
        except (SignedOut, NotAllowed):
            raise  # whose it was is for the caller to tell
        except KantataError as failed:
            raise NotSent(failed) from failed
        found = {
            each.submission_id: self._judged(each, records.get(each.submission_id), own, allowed, decisions)
            for each in self._order.chosen
        }
        to_do = [key for key, outcome in found.items() if outcome is None]
        done = await self._decide(kantata, own, to_do)
        return {key: outcome or done[key] for key, outcome in found.items()}

    def _judged(
        self,
        chosen: Chosen,
        record: Submission | None,
        own: bool,
        allowed: set[str],
        decisions: Mapping[str, Decision],
    ) -> Outcome | None:
        """What is to be said without deciding anything; None where it is to be decided."""
        if record is None:
            # What the person's own account does not show may be there all the same.
            return Outcome(Ending.NOT_ALLOWED if own else Ending.GONE)
        pending = record.status is SubmissionStatus.PENDING
        if record.id not in allowed and (pending or not own):
            return Outcome(Ending.NOT_ALLOWED)
        if not pending:
            return _settled(self._write, self._order, record, decisions)
        if sheet_of(record).fingerprint() != chosen.fingerprint:
            return Outcome(Ending.CHANGED)
        return None

    async def _rule(self, records: Mapping[str, Submission]) -> set[str]:
        """About which of them Kantata lets the person decide, by its rule and as it is this moment."""
        if not records:
            return set()
        me = self._write.kantata_id
        of_projects = await projects(self._deps, {each.project_id for each in records.values()})
        firm = await firm_now(self._deps, {me, *(each.user_id for each in records.values())})
        day = firm_day(self._deps)
        return {
            each.id
            for each in records.values()
            if (project := of_projects.get(each.project_id))
            and may_decide(me, each.user_id, project.approver_ids, project.financial_viewer_ids, firm, day)
        }

    async def _decide(self, kantata: Kantata, own: bool, ids: Sequence[str]) -> dict[str, Outcome]:
        if not ids:
            return {}
        order, write = self._order, self._write
        note = order.why or None
        if not own:
            note = format_note(order.verdict, order.name, write.kantata_id, order.why)
        if len(ids) > 1:
            done = await self._decide_together(kantata, ids, note)
            if done is not None:
                return done
        return {key: await self._decide_one(kantata, key, note) for key in ids}

    async def _decide_together(
        self, kantata: Kantata, ids: Sequence[str], note: str | None
    ) -> dict[str, Outcome] | None:
        """All at once; None where Kantata refused, for then each is tried alone."""
        decide = (
            kantata.approve_submissions
            if self._order.verdict is Verdict.APPROVE
            else kantata.reject_submissions
        )
        try:
            after = {each.id: each for each in await decide(ids, note)}
        except Answered as refused:
            if refused.effect is not Effect.NONE or not refused_for_good(refused):
                raise
            return None
        wanted = _WANTED[self._order.verdict]
        if any(key not in after or after[key].status is not wanted for key in ids):
            return None
        return {key: Outcome(Ending.DONE, self._taken(after[key])) for key in ids}

    async def _decide_one(self, kantata: Kantata, submission_id: str, note: str | None) -> Outcome:
        decide = (
            kantata.approve_submission
            if self._order.verdict is Verdict.APPROVE
            else kantata.reject_submission
        )
        try:
            after = await decide(submission_id, note)
        except Answered as refused:
            if refused.effect is not Effect.NONE or not refused_for_good(refused):
                raise
            return await self._refused(submission_id, refused)
        return Outcome(Ending.DONE, self._taken(after))

    async def _refused(self, submission_id: str, refused: Answered) -> Outcome:
        """Somebody may have been faster, in Kantata itself: then that is the answer."""
        if isinstance(refused, NotAllowed):
            return Outcome(Ending.NOT_ALLOWED)
        found = [each async for each in self._deps.kantata.submissions(only=[submission_id])]
        if not found:
            return Outcome(Ending.GONE)
        if found[0].status is SubmissionStatus.PENDING:
            return Outcome(Ending.REFUSED, text=refused.message)
        decisions = await decisions_of(self._deps, found)
        return _settled(self._write, self._order, found[0], decisions)

    def _taken(self, after: Submission) -> Decision:
        why = self._order.why if self._order.verdict is Verdict.REJECT else ""
        at = after.decided_at or self._deps.clock()
        return Decision(self._order.verdict.state, self._order.name, at, why)


def _own_rights(order: Order, records: Mapping[str, Submission]) -> set[str]:
    """About which of them the token's own user may decide, as Kantata says."""
    approve = order.verdict is Verdict.APPROVE
    return {
        each.id
        for each in records.values()
        if (each.permissions.can_approve if approve else each.permissions.can_reject)
    }


class Announced:
    """A kind of write about timesheets that approvers hear of at once, not only at the next poll."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    async def send(self, deps: Deps, write: Write) -> str:
        """As that kind does."""
        return await self._kind.send(deps, write)

    async def look(self, deps: Deps, write: Write) -> str | None:
        """As that kind does."""
        return await self._kind.look(deps, write)

    def refusal(self, write: Write, error: KantataError) -> str:
        """As that kind does."""
        return self._kind.refusal(write, error)

    async def answer(self, deps: Deps, write: Write) -> Message | None:
        """As that kind does; beside it, look what waits now."""
        deps.background.spawn(_notice(deps), name="notice timesheets")
        return await self._kind.answer(deps, write)

    def kept(self, write: Write) -> Message | None:
        """As that kind does."""
        return self._kind.kept(write)


async def _notice(deps: Deps) -> None:
    await poll(deps)
    await deliver(deps)


KINDS: dict[str, Kind] = {DECIDE: Decide()}
