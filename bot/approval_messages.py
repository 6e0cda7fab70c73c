"""What the private messages about approvals show: requests, what became of them, and digests."""

from bot import deliveries
from bot.deliveries import Kind
from bot.deps import Deps
from bot.domain.approvals import Hearing
from bot.domain.people import Person
from bot.views import approval_queue, approval_requests
from bot.views import approvals as views
from bot.views.approval_queue import Queued
from bot.views.approval_requests import Again
from bot.views.approvals import RequestRef
from bot.views.messages import Message
from storage import approvals, policies
from storage.approvals import ASK, TELL
from storage.deliveries import Held

DIGEST = "approval.digest"


async def deliver(deps: Deps) -> None:
    """Bring the messages about approvals to what they ought to show, now."""
    await deliveries.deliver(deps, KINDS)


async def queued(deps: Deps, kantata_id: str) -> list[Queued]:
    """All that waits for that approver, longest first."""
    async with deps.database.reading() as session:
        waiting = await approvals.queue(session, kantata_id)
    return [Queued(RequestRef(each.id, each.revision), each.sheet) for each in waiting]


class Ask:
    """A request to decide, in whatever state it is now."""

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """The request with its buttons, or what became of it; nothing to whom it was never shown."""
        assert held.subject_id is not None, "a request is about a timesheet"
        async with deps.database.reading() as session:
            waiting = await approvals.get(session, held.subject_id)
            if waiting is None:
                return None
            before = await approvals.rejected_before(session, waiting)
        if not waiting.is_pending:
            return None if held.is_first else approval_requests.decided(waiting.sheet, waiting.decision)
        if held.withdrawn:
            return None if held.is_first else approval_requests.withdrawn(waiting.sheet)
        again = Again(before.sheet, before.decision) if before else None
        url = views.kantata_url(deps.kantata_app_url, waiting.sheet)
        return approval_requests.request(RequestRef(waiting.id, waiting.revision), waiting.sheet, url, again)

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """Whether the approver hears of each by itself; what follows an old message always comes."""
        if held.thread_ts is not None:
            return True
        async with deps.database.reading() as session:
            chosen = await policies.personal(session, held.workspace, person.slack_id)
        return chosen.hearing is Hearing.AT_ONCE


class Tell:
    """What became of a timesheet, to whoever submitted it."""

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """The decision."""
        assert held.subject_id is not None, "it is about a timesheet"
        async with deps.database.reading() as session:
            waiting = await approvals.get(session, held.subject_id)
        if waiting is None:
            return None
        url = views.kantata_url(deps.kantata_app_url, waiting.sheet)
        return approval_requests.told(waiting.sheet, waiting.decision, url)

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """Always."""
        del deps, held, person
        return True


class Digest:
    """All that waits for an approver."""

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """The queue; nothing where that has been decided meanwhile."""
        async with deps.database.reading() as session:
            waiting = await approvals.queue(session, held.kantata_id)
        if not waiting:
            return None
        return approval_queue.queue(
            [Queued(RequestRef(each.id, each.revision), each.sheet) for each in waiting], 0
        )

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """It was planned because they do."""
        del deps, held, person
        return True


KINDS: dict[str, Kind] = {ASK: Ask(), TELL: Tell(), DIGEST: Digest()}
