"""Everything that can go wrong with Kantata, as one family of exceptions.

::

    KantataError
     ├─ Unreachable          refused connection, no address, no connection in time: never left
     ├─ NoAnswer             no answer in time, or the connection broke: anything may have happened
     ├─ GatewayFailed        a machine before Kantata failed: 502, 504, a 5xx without Kantata's own body
     ├─ Unreadable           a 2xx that cannot be read: HTML, cut off, wrong content type, missing parts
     ├─ BookedForAnother     the entry was created, but for another person than asked
     ├─ StoppedHalfway       a call of several requests ended between them
     └─ Answered             Kantata said no
         ├─ BadRequest       400: our own mistake
         ├─ SignedOut        401: the token is missing or dead
         ├─ NotAllowed       403: a permission is missing
         ├─ NotFound         404: gone, hidden, or not the caller's to change
         ├─ Invalid          422: what was sent cannot be accepted
         ├─ RateLimited      429: too many requests
         ├─ AccountClosed    any status: the firm's account has been cancelled
         ├─ Unavailable      503: for the moment
         └─ ServerFailed     any other 5xx with Kantata's own body, and a 2xx that holds a system error

The text of an exception never holds Kantata's words, for they may quote what somebody wrote: those are in
``message``, to be shown to the person who asked and to nobody else.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.kantata.records import TimeEntry


class Effect(StrEnum):
    """What a failed request may have done at Kantata, if it was a write."""

    NONE = "none"  # certainly nothing
    FAILED = "failed"  # Kantata itself answered a failure: look, then it may be sent again at once
    UNKNOWN = "unknown"  # it may still be at work: look, and wait before sending again


@dataclass(frozen=True)
class Fault:
    """One thing Kantata has against what was sent.

    ``field`` is Kantata's name of the field (``base`` or None: the whole object), ``index`` the position in
    a bulk request, from 0.
    """

    message: str
    field: str | None = None
    index: int | None = None


class KantataError(Exception):
    """``message`` is Kantata's words, or ours where it had none; ``request_id`` is what Kantata's support
    asks for; ``retry_after`` is how many seconds Kantata asked us to wait."""

    effect = Effect.UNKNOWN

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"status {status or 'none'}, request {request_id or 'unknown'}")
        self.message = message
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after


class Unreachable(KantataError):
    """The request never left: no address, connection refused, or none to be had in time."""

    effect = Effect.NONE


class NoAnswer(KantataError):
    """The request left and no whole answer came back."""


class GatewayFailed(KantataError):
    """A machine between us and Kantata answered; Kantata may be at work on the request."""


class Unreadable(KantataError):
    """Kantata took the request, and its answer makes no sense."""


class BookedForAnother(KantataError):
    """Kantata ignored the person asked for and booked on somebody else (usually on the token's own user).

    ``entries`` are the wrongly booked ones, to be deleted; ``right`` the others of the same call.
    """

    def __init__(self, entries: "tuple[TimeEntry, ...]", right: "tuple[TimeEntry, ...]" = ()) -> None:
        super().__init__("Kantata booked the time on somebody else: a permission is missing.", status=200)
        self.entries = entries
        self.right = right


class StoppedHalfway(KantataError):
    """One of several requests of a call failed with ``cause``; ``done`` is what the ones before created,
    or the ids they deleted or decided."""

    def __init__(self, cause: KantataError, done: "tuple[TimeEntry | str, ...]") -> None:
        super().__init__(cause.message, status=cause.status, request_id=cause.request_id)
        self.cause = cause
        self.done = done
        self.retry_after = cause.retry_after


class Answered(KantataError):
    """Kantata said no. Used itself for a 4xx that has no class of its own."""

    effect = Effect.NONE


class BadRequest(Answered):
    """400: what was sent could not be read; our own mistake."""


class SignedOut(Answered):
    """401: the token is missing or dead; its owner has to connect again."""


class NotAllowed(Answered):
    """403: the token's user may not do this. New permissions can take half an hour to count."""


class NotFound(Answered):
    """404: gone, hidden from this user, or not theirs to change; on a second deletion it means done."""


class Invalid(Answered):
    """422: Kantata's validation refused it. ``faults`` holds every reason, ``message`` all their words."""

    def __init__(
        self,
        message: str,
        faults: tuple[Fault, ...],
        *,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.faults = faults


class RateLimited(Answered):
    """429: not executed. ``retry_after`` is None where Kantata did not say how long to wait."""


class AccountClosed(Answered):
    """The firm's account has been cancelled: nothing will work until it is opened again."""


class Unavailable(Answered):
    """503 in Kantata's own words."""

    effect = Effect.FAILED


class ServerFailed(Answered):
    """Kantata failed and said so itself."""

    effect = Effect.FAILED
