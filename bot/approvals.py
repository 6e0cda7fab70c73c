"""Approvals: the queue, and what an approver decides; every decision goes through the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.approval_messages import deliver, queued
from bot.approval_polls import poll
from bot.approval_writes import DECIDE, Chosen, Order, encode_order
from bot.deps import Deps
from bot.domain.approvals import Hearing, Verdict
from bot.domain.languages import tr
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.writes import Reply
from bot.intents import Accepted, Request, submit
from bot.outbox import Outbox
from bot.timesheet_payloads import timesheet_object
from bot.views import approval_queue
from bot.views import approvals as views
from bot.views.approval_rejections import Rejection
from bot.views.approvals import RequestRef
from bot.views.messages import Message, plain
from storage import approvals, policies
from storage.approvals import Waiting

REMEMBERED = timedelta(days=90)

Outcome = Accepted | Message


async def notice(deps: Deps, poll_seconds: float) -> None:
    """Notice what was submitted and decided in Kantata, and say it; the processes share the turns."""
    await poll(deps, at_most_every=timedelta(seconds=poll_seconds / 2))
    await deliver(deps)


async def forget(deps: Deps) -> None:
    """Forget timesheets that were settled long ago; their buttons are gone from the messages."""
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        await approvals.forget_decided_before(session, now - REMEMBERED)


async def queue(deps: Deps, person: Person, page: int = 0) -> Message:
    """What waits for the person, a page of it (from 0)."""
    return approval_queue.queue(await queued(deps, person.kantata_id), page)


async def approve(deps: Deps, outbox: Outbox, person: Person, ref: RequestRef, request: Request) -> Outcome:
    """Approve the timesheet of a request's button; the answer to a late press is the decision.

    Raises Problem for a button that cannot be this person's.
    """
    found = await find(deps, person, ref)
    if isinstance(found, Message):
        return found
    order = _order(person, Verdict.APPROVE, [found], quiet=True)
    return await _submit(outbox, person, order, request)


async def reject(deps: Deps, outbox: Outbox, person: Person, rejection: Rejection, cause: str) -> Outcome:
    """Reject the timesheet of a filled form. Raises Problem as ``approve`` does."""
    found = await find(deps, person, rejection.ref)
    if isinstance(found, Message):
        return found
    order = _order(person, Verdict.REJECT, [found], rejection.reason, quiet=rejection.beside_request)
    return await _submit(outbox, person, order, Request(cause, Reply()))


@dataclass(frozen=True)
class Selection:
    """What was ticked in the queue, and where the answer is said."""

    refs: Sequence[RequestRef]
    request: Request


async def approve_selected(deps: Deps, outbox: Outbox, person: Person, selection: Selection) -> Outcome:
    """Approve all that is ticked; raises Problem where that is nothing, or nothing the person was shown."""
    if not selection.refs:
        raise Problem(tr(approval_queue.NOTHING_CHOSEN))
    found = []
    for ref in selection.refs:
        if isinstance(each := await find(deps, person, ref), Message):
            continue  # decided or changed meanwhile: the result of the others says enough
        found.append(each)
    if not found:
        return await queue(deps, person)
    order = _order(person, Verdict.APPROVE, found, quiet=False)
    return await _submit(outbox, person, order, selection.request)


async def hearing(deps: Deps, person: Person) -> Hearing:
    """How the person hears of what waits."""
    async with deps.database.reading() as session:
        return (await policies.personal(session, person.workspace, person.slack_id)).hearing


async def choose_hearing(deps: Deps, person: Person, chosen: Hearing) -> None:
    """Let the person hear of what waits in that way from now on."""
    async with deps.database.transaction() as session:
        known = await policies.personal(session, person.workspace, person.slack_id)
        settings = replace(known, hearing=chosen)
        now = await deps.database.now(session)
        await policies.save_personal(session, person.workspace, person.slack_id, settings, now)


async def find(deps: Deps, person: Person, ref: RequestRef) -> Waiting | Message:
    """The waiting timesheet a button is about, as it was shown; else what there is to know about it.

    What became of a timesheet is told to nobody who was not asked: then it is a Problem.
    """
    async with deps.database.reading() as session:
        waiting = await approvals.get(session, ref.request_id)
        asked = await approvals.was_asked(session, ref.request_id, person.kantata_id)
    if waiting is None:
        raise Problem(tr(views.NOBODY_KNOWS))
    if waiting.is_pending and waiting.revision == ref.revision:
        return waiting  # whether the person may decide is asked of Kantata
    if not asked:
        raise Problem(tr(views.NOT_YOURS))
    await _draw_again(deps, waiting)
    if waiting.is_pending:
        return plain(f":warning: {tr(views.CHANGED)}")
    return views.already(waiting.sheet, waiting.decision)


async def _draw_again(deps: Deps, waiting: Waiting) -> None:
    """A button that should not be there any more was pressed: let its message be rewritten."""
    async with deps.database.transaction() as session:
        await approvals.show_again(session, waiting.id)
    deps.background.spawn(deliver(deps), name="deliver approvals")


def _order(
    person: Person, verdict: Verdict, waiting: Sequence[Waiting], why: str = "", *, quiet: bool
) -> Order:
    chosen = tuple(Chosen(each.sheet.submission_id, each.fingerprint) for each in waiting)
    return Order(verdict, chosen, person.name, why, quiet)


async def _submit(outbox: Outbox, person: Person, order: Order, request: Request) -> Accepted:
    objects = [timesheet_object(each.submission_id) for each in order.chosen]
    return await submit(outbox, person, DECIDE, encode_order(order), request, objects=objects)
