"""Everything that can go wrong between a client and Kantata, on demand or at random."""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import NamedTuple

API = "/api/v1"


class Kind(StrEnum):
    """What goes wrong."""

    RATE_LIMITED = "rate_limited"  # 429; with Retry-After where ``seconds`` is given
    ERROR = "error"  # 500 with the errors envelope
    UNAVAILABLE = "unavailable"  # 503 with the errors envelope
    BAD_GATEWAY = "bad_gateway"  # 502 with an HTML page
    HTML = "html"  # 200 with an HTML page
    ERRORS = "errors"  # 200 with the errors envelope
    CANCELED = "canceled"  # 403: the whole account has been closed
    PLAIN = "plain"  # the usual answer, called text/plain
    EMPTY = "empty"  # the usual status, no body
    TRUNCATED = "truncated"  # the usual status, half the body
    SLOW = "slow"  # the usual answer, ``seconds`` late
    DROPPED = "dropped"  # no answer, the connection closes
    HANG = "hang"  # no answer until ``release()``; then the effect and the answer


# Whether the request's effect is done although this goes wrong, unless said otherwise.
_DONE = frozenset({Kind.PLAIN, Kind.EMPTY, Kind.TRUNCATED, Kind.SLOW, Kind.DROPPED, Kind.HANG})
_RANDOM = tuple(kind for kind in Kind if kind not in {Kind.HANG, Kind.CANCELED})


class AnswerDropped(ConnectionResetError):
    """The connection closed without an answer, on purpose."""


@dataclass(frozen=True)
class Fault:
    """One thing to go wrong. ``done``: the request's effect happens all the same."""

    kind: Kind
    done: bool
    seconds: float | None = None


class _Switch(NamedTuple):
    method: str
    path: str
    fault: Fault


class Faults:
    """What goes wrong next. ``rate`` (0..1) is the chance of a random fault per request.

    Paths are those of the API without its prefix (``/time_entries``, ``/time_entries/*``), or
    ``/oauth/token``; ``*`` as method or path means any.
    """

    def __init__(
        self,
        rate: float = 0.0,
        *,
        chance: random.Random | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        dropped: Callable[[], Exception] = AnswerDropped,
    ) -> None:
        self.rate = rate
        self.chance = chance or random.Random(1)  # noqa: S311  # faults, not secrets
        self.sleep = sleep
        self.dropped = dropped
        self.slow_seconds = 5.0
        self._once: deque[_Switch] = deque()
        self._always: list[_Switch] = []
        self._open = asyncio.Event()  # closed while everything hangs
        self._open.set()
        self._route = asyncio.Event()  # closed while requests hang by a fault of their route
        self._changed = asyncio.Event()
        self._hanging = 0

    def next(
        self,
        method: str,
        path: str,
        kind: Kind,
        *,
        times: int = 1,
        done: bool | None = None,
        seconds: float | None = None,
    ) -> None:
        """The next ``times`` matching requests go wrong this way."""
        self._once.extend([_switch(method, path, kind, done, seconds)] * times)

    def always(
        self, method: str, path: str, kind: Kind, *, done: bool | None = None, seconds: float | None = None
    ) -> None:
        """Every matching request goes wrong this way, until ``clear()``."""
        self._always.append(_switch(method, path, kind, done, seconds))

    def clear(self) -> None:
        """Nothing goes wrong any more, apart from ``rate``; hanging requests go on."""
        self._once.clear()
        self._always.clear()
        self.release()

    def hang(self) -> None:
        """Every request from now on waits for ``release()``."""
        self._open.clear()

    def release(self) -> None:
        """Hanging requests take effect and are answered. From the loop that serves them."""
        self._open.set()
        self._route.set()

    @property
    def hanging(self) -> int:
        """How many requests hang at this moment."""
        return self._hanging

    def take(self, method: str, path: str) -> Fault | None:
        """What goes wrong with this request."""
        for switch in self._once:
            if _matches(switch, method, path):
                self._once.remove(switch)
                return switch.fault
        for switch in self._always:
            if _matches(switch, method, path):
                return switch.fault
        if self.rate and self.chance.random() < self.rate:
            return self._random()
        return None

    async def hung(self, many: int = 1) -> None:
        """Returns as soon as that many requests hang."""
        while self._hanging < many:
            self._changed.clear()
            await self._changed.wait()

    def gate(self, fault: Fault | None) -> asyncio.Event | None:
        """What a request with this fault waits for, or None where nothing holds it."""
        if fault is not None and fault.kind is Kind.HANG:
            self._route.clear()
            return self._route
        return None if self._open.is_set() else self._open

    async def wait(self, gate: asyncio.Event) -> None:
        """Hangs until the gate opens."""
        self._hanging += 1
        self._changed.set()
        try:
            await gate.wait()
        finally:
            self._hanging -= 1

    def _random(self) -> Fault:
        kind = self.chance.choice(_RANDOM)
        fault = Fault(kind, kind in _DONE)
        if kind is Kind.SLOW:
            return replace(fault, seconds=self.slow_seconds)
        if kind is Kind.RATE_LIMITED and self.chance.random() < 0.5:
            return replace(fault, seconds=1)
        if kind in {Kind.ERROR, Kind.BAD_GATEWAY, Kind.DROPPED}:
            return replace(fault, done=self.chance.random() < 0.5)
        return fault


def _switch(method: str, path: str, kind: Kind, done: bool | None, seconds: float | None) -> _Switch:
    return _Switch(method, path, Fault(kind, kind in _DONE if done is None else done, seconds))


def _matches(switch: _Switch, method: str, path: str) -> bool:
    path = path.removeprefix(API).removesuffix(".json")
    return switch.method in {"*", method} and fnmatchcase(path, switch.path)
