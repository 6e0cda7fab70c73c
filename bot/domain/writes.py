"""What is known of a write to Kantata, and what may be done next without ever writing twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """How far a write is: open until Kantata has certainly done it or certainly refused it."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class Reply:
    """Where the answer is said: by ``response_url`` until ``until``, else by direct message.

    ``replace``: the answer takes the place of the message that was pressed (``channel``, ``ts`` where
    that message can be rewritten later, which an ephemeral one cannot).
    """

    response_url: str | None = None
    until: datetime | None = None
    replace: bool = False
    channel: str | None = None
    ts: str | None = None


@dataclass(frozen=True)
class Write:
    """One intent, kept until it is certain what became of it.

    ``cause`` is what brought it about and makes it unique; ``payload`` and ``result`` are JSON texts that
    only its kind understands. ``sent_at`` is the last time a request left whose end is not certain, and
    ``ended`` says that Kantata itself answered that request, so that nothing is under way any more.
    """

    id: int
    workspace: str
    slack_id: str
    kantata_id: str
    kind: str
    cause: str
    payload: str
    reply: Reply
    state: State
    created_at: datetime
    attempts: int = 0
    after_id: int | None = None
    sent_at: datetime | None = None
    ended: bool = False
    result: str | None = None
    refusal: str | None = None
    kept_told: bool = False
    told: bool = False


@dataclass(frozen=True)
class WaitingWrite:
    """A write that waits: ``trouble`` names what went wrong last, None where nothing did yet.

    ``uncertain``: a request left whose end is not known. Instants are aware.
    """

    id: int
    slack_id: str
    kind: str
    created_at: datetime
    attempts: int
    not_before: datetime | None
    trouble: str | None
    uncertain: bool


@dataclass(frozen=True)
class WriteNumbers:
    """How many writes wait for Kantata, how many of them have failed before, and how many ended without
    anybody having been told yet."""

    waiting: int
    failed: int
    untold: int


def must_look(write: Write) -> bool:
    """Whether something may have been written already: then Kantata is looked at before any resend."""
    return write.sent_at is not None


def may_resend(write: Write, now: datetime, timeout: timedelta) -> bool:
    """Whether a look that found nothing, begun at ``now``, proves that nothing was or will be written.

    Kantata may be at work on a request for ``timeout`` after it was sent (its API reference: three
    minutes), unless it has answered that request itself.
    """
    return write.sent_at is None or write.ended or now >= write.sent_at + timeout


def pause(attempts: int, jitter: float, asked: float | None = None) -> timedelta:
    """How long to wait before the next attempt: what Kantata asked for, else 1, 2, 4 … 60 seconds.

    ``jitter`` (0 to 1) spreads the waits by up to a half, so that many do not come back at once.
    """
    seconds = asked if asked is not None else float(min(60, 2 ** min(max(attempts - 1, 0), 6)))
    return timedelta(seconds=seconds * (1 + jitter / 2))
