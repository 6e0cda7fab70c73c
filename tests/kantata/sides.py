"""The two sides of the contract: hand-written answers, and the simulator, whose answers are kept."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import httpx

from bot.kantata.client import Kantata, connect
from bot.sandbox.kantata import Assumptions, Faults, build_firm
from bot.sandbox.kantata import Kantata as Simulator
from bot.sandbox.kantata.firm import Firm
from tests.kantata.contract.cases import Answer

API_URL = "http://kantata.test/api/v1"
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Exchange:
    """A request and how it was answered; ``body`` None where it was empty."""

    request: str
    status: int
    body: Any


@dataclass
class Written:
    """Kantata as written by hand: the answers of one case, in turn."""

    client: Kantata
    left: list[Answer]

    def kantata(self, user_id: str) -> Kantata:
        return self.client


@asynccontextmanager
async def written(answers: list[Answer]) -> AsyncIterator[Written]:
    left = list(answers)

    def handler(request: httpx.Request) -> httpx.Response:
        answer = left.pop(0)
        assert told(request) == answer.request
        if answer.body is None:
            return httpx.Response(answer.status)
        head = {"content-type": "application/json", "x-request-id": "req-1"}
        return httpx.Response(answer.status, content=json.dumps(answer.body), headers=head)

    async with connect(API_URL, "t", transport=httpx.MockTransport(handler), rate=10_000) as client:
        yield Written(client, left)


@dataclass
class Simulated:
    """The simulator: a fresh firm on 5 March 2026."""

    simulator: Simulator
    client: Kantata
    exchanges: list[Exchange] = field(default_factory=list)

    def kantata(self, user_id: str) -> Kantata:
        token = "dead" if user_id == "nobody" else self.simulator.token_for(user_id)
        return self.client.acting_as(token)


@cache
def firm() -> Firm:
    """The firm of 5 March 2026; the simulator changes copies of its tables."""
    return build_firm("small", date(2026, 3, 5))


def simulator(
    assumptions: Assumptions | None = None, clock: Callable[[], datetime] = lambda: NOW
) -> Simulator:
    # A lost answer is the transport's own error here, as it is over a real connection.
    faults = Faults(dropped=lambda: httpx.ReadError("the answer was dropped"))
    return Simulator(firm(), clock=clock, faults=faults, assumptions=assumptions)


@asynccontextmanager
async def simulated(assumptions: Assumptions | None = None) -> AsyncIterator[Simulated]:
    kantata = simulator(assumptions)
    transport = Recorder(httpx.ASGITransport(kantata.app))
    async with connect(API_URL, "t", transport=transport, rate=10_000) as client:
        yield Simulated(kantata, client, transport.exchanges)
    kantata.close()


class Recorder(httpx.AsyncBaseTransport):
    """Passes requests on and keeps how they were answered."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.exchanges: list[Exchange] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        body = _json(await response.aread())
        self.exchanges.append(Exchange(told(request), response.status_code, body))
        return response


def _json(content: bytes) -> Any:
    """The JSON of a body, None where it is empty; what cannot be read as it came."""
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content


def told(request: httpx.Request) -> str:
    """Method and path, with ``*`` for an id."""
    path = request.url.path.removeprefix(httpx.URL(API_URL).path)
    return f"{request.method} {re.sub('/[0-9]+', '/*', path)}"


def differences(written_body: Any, real: Any, where: str = "") -> list[str]:
    """What the hand-written body has that the real one has not, or has otherwise."""
    if written_body is None or real is None:
        return []
    if isinstance(written_body, dict) and isinstance(real, dict):
        if _is_map(written_body) and _is_map(real):
            return differences(_first(written_body), _first(real), f"{where}.*")
        missing = [f"{where}.{name} is missing" for name in written_body if name not in real]
        both = [name for name in written_body if name in real]
        return missing + [
            each for name in both for each in differences(written_body[name], real[name], f"{where}.{name}")
        ]
    if isinstance(written_body, list) and isinstance(real, list):
        return differences(next(iter(written_body), None), next(iter(real), None), f"{where}[]")
    return [] if _kind(written_body) == _kind(real) else [f"{where} is {real!r}, not like {written_body!r}"]


def _is_map(value: dict[str, Any]) -> bool:
    return all(key.isdigit() for key in value)


def _first(value: dict[str, Any]) -> Any:
    return next(iter(value.values()), None)


def _kind(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number"
    return type(value).__name__
