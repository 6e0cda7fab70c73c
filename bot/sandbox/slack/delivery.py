"""How Slack reaches the app: signed requests over HTTP, or envelopes through Socket Mode's connection.

docs.slack.dev, Verifying requests from Slack: ``v0=`` HMAC-SHA256 over ``v0:timestamp:body``.
"""

import asyncio
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx

from bot.sandbox.slack.faults import SlackFaults
from bot.sandbox.slack.records import Json

COMMAND = "slash_commands"
INTERACTIVE = "interactive"
EVENT = "events_api"
KEPT_DELIVERIES = 1000


class Unanswered(Exception):
    """No answer came; ``reason`` is http_timeout or connection_failed, as event retries name it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    """What the app answered."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it was acknowledged."""
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Delivery:
    """One request and what came of it; ``seconds`` until then."""

    kind: str
    payload: Json
    headers: Mapping[str, str]
    answer: Answer | None
    reason: str | None
    seconds: float


class Connection(Protocol):
    """The app's open Socket Mode connections, if it uses them."""

    @property
    def connected(self) -> bool:
        """Whether there is one."""
        ...

    async def send(self, kind: str, payload: Json, headers: Mapping[str, str]) -> Answer:
        """Sends an envelope to any one of them and waits for its acknowledgement."""
        ...


class Signer:
    """Signs bodies with the app's signing secret at the clock's time."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self._secret = secret.encode()
        self._clock = clock

    def headers(self, body: str) -> dict[str, str]:
        """The two headers that prove a request comes from Slack."""
        timestamp = str(int(self._clock().timestamp()))
        signature = hmac.new(self._secret, f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
        return {
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": f"v0={signature.hexdigest()}",
        }


def encode(kind: str, payload: Json) -> tuple[str, str]:
    """(body, content type) of a payload as Slack sends it over HTTP."""
    if kind == EVENT:
        return json.dumps(payload), "application/json"
    fields = payload if kind == COMMAND else {"payload": json.dumps(payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"


class Courier:
    """Delivers payloads and remembers what came of the last thousand.

    ``timeout`` is Slack's patience in seconds. Whatever the app still does after it goes on.
    """

    def __init__(
        self, url: str, signer: Signer, http: httpx.AsyncClient, faults: SlackFaults, timeout: float
    ) -> None:
        self.url = url
        self.timeout = timeout
        self.socket: Connection | None = None
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT_DELIVERIES)
        self._signer = signer
        self.http = http
        self._faults = faults
        self._tasks: set[asyncio.Task[Any]] = set()

    async def deliver(self, kind: str, payload: Json, headers: Mapping[str, str] | None = None) -> Delivery:
        """Sends it, twice at once where that fault is on; the first one's answer counts."""
        if self._faults.deliver_twice:
            self.spawn(self._once(kind, payload, headers or {}))
        return await self._once(kind, payload, headers or {})

    async def _once(self, kind: str, payload: Json, headers: Mapping[str, str]) -> Delivery:
        loop = asyncio.get_running_loop()
        started = loop.time()
        answer, reason = None, None
        try:
            answer = await self._within_patience(kind, payload, headers)
            reason = None if answer.ok else f"status {answer.status}"
        except Unanswered as unanswered:
            reason = unanswered.reason
        delivery = Delivery(kind, payload, headers, answer, reason, loop.time() - started)
        self.deliveries.append(delivery)
        return delivery

    async def _within_patience(self, kind: str, payload: Json, headers: Mapping[str, str]) -> Answer:
        request = self.spawn(self._request(kind, payload, headers))
        done, _ = await asyncio.wait({request}, timeout=self.timeout)
        if not done:
            raise Unanswered("http_timeout")
        answer: Answer = request.result()
        return answer

    async def _request(self, kind: str, payload: Json, headers: Mapping[str, str]) -> Answer:
        if self.socket is not None and self.socket.connected:
            return await self.socket.send(kind, payload, headers)
        body, content_type = encode(kind, payload)
        sent = {"content-type": content_type, **self._signer.headers(body), **headers}
        try:
            response = await self.http.post(self.url, content=body, headers=sent, timeout=None)
        except (httpx.TransportError, OSError):
            raise Unanswered("connection_failed") from None
        return Answer(response.status_code, response.text, dict(response.headers))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Runs something beside, until close()."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # late answers to nobody are nobody's error

    async def settle(self) -> None:
        """Waits until nothing is under way, retries of events included."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Drops what is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
