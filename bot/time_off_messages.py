"""What the private messages about time off show: requests, reminders, what became of them, and news."""

from bot import deliveries
from bot.deliveries import Kind
from bot.deps import Deps
from bot.domain.people import Person
from bot.domain.time_off import TimeOff, TimeOffState
from bot.time_off_payloads import decode_afterwards
from bot.time_off_people import surroundings
from bot.views import time_off as views
from bot.views.messages import Message
from storage import deliveries as rows
from storage import time_off
from storage.deliveries import Held
from storage.time_off import ASK, NEWS, REMIND, TELL


async def deliver(deps: Deps) -> None:
    """Bring the messages about time off to what they ought to show, now."""
    await deliveries.deliver(deps, KINDS)


class Ask:
    """A request to whoever decides, in whatever state it is now; ``again``: a reminder of it."""

    def __init__(self, *, again: bool = False) -> None:
        self._again = again

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """The request with its buttons, or what became of it; nothing to whom it was never shown."""
        assert held.subject_id is not None, "it is about a request"
        async with deps.database.reading() as session:
            request = await time_off.get(session, held.subject_id)
            asked = await rows.asked(session, ASK, held.subject_id)
        if request is None:
            return None
        if not request.is_waiting:
            return None if held.is_first else views.decided(request)
        if held.kantata_id not in asked:
            return None if held.is_first else views.elsewhere(request)
        return views.request(request, await surroundings(deps, request), again=self._again)

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """Always: a request for time off is in no digest and no queue."""
        del deps, held, person
        return True


class Tell:
    """What became of a request, to whoever asked."""

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """The decision, and what Kantata has."""
        request = await _request(deps, held)
        if request is None or request.state in (TimeOffState.WAITING, TimeOffState.WITHDRAWN):
            return None
        return views.told(request)

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """Always."""
        del deps, held, person
        return True


class News:
    """That granted days were given back or changed, to whoever decided."""

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """What was done then, whatever has become of the days since."""
        request = await _request(deps, held)
        return views.news(request, decode_afterwards(held.payload)) if request else None

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """Always."""
        del deps, held, person
        return True


async def _request(deps: Deps, held: Held) -> TimeOff | None:
    assert held.subject_id is not None, "it is about a request"
    async with deps.database.reading() as session:
        return await time_off.get(session, held.subject_id)


KINDS: dict[str, Kind] = {ASK: Ask(), REMIND: Ask(again=True), TELL: Tell(), NEWS: News()}
