"""Faults on demand: what Slack, or the way to it, does wrong for a while."""

from collections import defaultdict, deque
from dataclasses import dataclass
from enum import Enum

ANY = "*"
RESPONSE_URL = "response_url"


class Kind(Enum):
    """Where a fault strikes."""

    ANSWER = "answered with the status and body, nothing done"
    RESET_BEFORE = "connection dropped, nothing done"
    RESET_AFTER = "done, connection dropped"
    GARBLED = "done, answered with something that is not JSON"


@dataclass(frozen=True)
class Fault:
    """One fault; ``retry_after`` in seconds."""

    kind: Kind
    status: int = 200
    body: str = ""
    retry_after: int | None = None


class SlackFaults:
    """Faults per method ("*" for any, "response_url" for answers), and a delivery that doubles.

    ``team`` limits a fault to one workspace. ``times`` None is for ever, until clear().
    ``deliver_twice``: everything Slack sends the app arrives twice, at the same moment.
    ``limit_rates``: Slack's documented tiers are enforced.
    """

    def __init__(self) -> None:
        self.deliver_twice = False
        self.limit_rates = False
        self._waiting: dict[tuple[str, str | None], deque[tuple[Fault, int | None]]] = defaultdict(deque)

    def rate_limit(
        self, method: str = ANY, *, retry_after: int = 1, times: int | None = 1, team: str | None = None
    ) -> None:
        """429 with Retry-After in seconds."""
        body = '{"ok":false,"error":"ratelimited"}'
        self._add(method, Fault(Kind.ANSWER, 429, body, retry_after), times, team)

    def fail(
        self,
        method: str = ANY,
        *,
        status: int = 500,
        body: str = "",
        times: int | None = 1,
        team: str | None = None,
    ) -> None:
        """An HTTP error, nothing done."""
        self._add(method, Fault(Kind.ANSWER, status, body), times, team)

    def refuse(self, method: str, error: str, *, times: int | None = 1, team: str | None = None) -> None:
        """200 with ``{"ok": false}`` and that error."""
        self._add(method, Fault(Kind.ANSWER, 200, f'{{"ok":false,"error":"{error}"}}'), times, team)

    def reset_before(self, method: str = ANY, *, times: int | None = 1, team: str | None = None) -> None:
        """The connection breaks before anything is done."""
        self._add(method, Fault(Kind.RESET_BEFORE), times, team)

    def reset_after(self, method: str = ANY, *, times: int | None = 1, team: str | None = None) -> None:
        """It is done, then the connection breaks: the answer is lost."""
        self._add(method, Fault(Kind.RESET_AFTER), times, team)

    def garble(self, method: str = ANY, *, times: int | None = 1, team: str | None = None) -> None:
        """It is done, and answered with a page of HTML."""
        self._add(method, Fault(Kind.GARBLED, 200, "<html>upstream error</html>"), times, team)

    def clear(self) -> None:
        """No faults any more."""
        self._waiting.clear()
        self.deliver_twice = False
        self.limit_rates = False

    def take(self, method: str, team: str | None) -> Fault | None:
        """The fault that strikes this call, if any; the narrowest first."""
        for key in ((method, team), (method, None), (ANY, team), (ANY, None)):
            waiting = self._waiting.get(key)
            if not waiting:
                continue
            fault, times = waiting[0]
            if times is not None and times <= 1:
                waiting.popleft()
            elif times is not None:
                waiting[0] = (fault, times - 1)
            return fault
        return None

    def _add(self, method: str, fault: Fault, times: int | None, team: str | None) -> None:
        self._waiting[method, team].append((fault, times))
