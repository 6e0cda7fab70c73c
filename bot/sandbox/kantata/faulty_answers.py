"""The ASGI middleware that spoils answers the way ``Faults`` says.

A dropped answer: the request's effect is done, then ``AnswerDropped`` is raised past a response that was
begun with an impossible status. uvicorn then closes the connection without a byte; httpx's ASGITransport lets
the exception out to the caller. ``Faults.dropped`` makes the exception, so a test that speaks through
ASGITransport can have the transport's own (``httpx.ReadError``).

A request that hangs takes effect when it is released, whether or not the client is still there: so a client
that has given up can find its write done later.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.kantata.faults import Fault, Faults, Kind


class FaultyAnswers:
    """Answers like ``app``, except where ``faults`` has something else in mind."""

    def __init__(self, app: ASGIApp, faults: Callable[[], Faults]) -> None:
        self.app = app
        self.faults = faults
        self._held: set[asyncio.Task[list[Message]]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        faults = self.faults()
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        fault = faults.take(scope["method"], path)
        gate = faults.gate(fault)
        if fault is None and gate is None:
            await self.app(scope, receive, send)
            return
        if gate is None:
            messages = await self._effect(fault, scope, receive)
        else:
            messages = await self._held_effect(faults, gate, fault, scope, receive)
        await _say(faults, fault, messages, send)

    async def _held_effect(
        self, faults: Faults, gate: asyncio.Event, fault: Fault | None, scope: Scope, receive: Receive
    ) -> list[Message]:
        body = await _body(receive)

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def held() -> list[Message]:
            await faults.wait(gate)
            return await self._effect(fault, scope, again)

        task = asyncio.create_task(held())
        self._held.add(task)
        task.add_done_callback(self._held.discard)
        return await asyncio.shield(task)

    async def _effect(self, fault: Fault | None, scope: Scope, receive: Receive) -> list[Message]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        if fault is None or fault.done:
            await self.app(scope, receive, keep)
        return messages


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body", False):
            return body


async def _say(faults: Faults, fault: Fault | None, messages: list[Message], send: Send) -> None:
    if fault is None or fault.kind in {Kind.HANG, Kind.SLOW}:
        if fault is not None and fault.kind is Kind.SLOW:
            await faults.sleep(fault.seconds if fault.seconds is not None else faults.slow_seconds)
        for message in messages:
            await send(message)
    elif fault.kind is Kind.DROPPED:
        await _drop(faults, send)
    elif fault.kind in _SPOILED:
        content_type, spoil = _SPOILED[fault.kind]
        body = b"".join(message.get("body", b"") for message in messages)
        await _answer(send, messages[0]["status"] if messages else 200, content_type, spoil(body))
    else:
        status, content_type, text = _ANSWERS[fault.kind]
        wait = fault.seconds if fault.kind is Kind.RATE_LIMITED else None
        await _answer(send, status, content_type, text, retry_after=wait)


_SPOILED: dict[Kind, tuple[str, Callable[[bytes], bytes]]] = {
    Kind.EMPTY: ("application/json", lambda _body: b""),
    Kind.TRUNCATED: ("application/json", lambda body: body[: len(body) // 2]),
    Kind.PLAIN: ("text/plain", lambda body: body),
}

_PAGE = b"<!DOCTYPE html><title>Error</title><h1>Something went wrong</h1>"


def _envelope(message: str) -> bytes:
    return b'{"errors":[{"type":"system","message":"%s"}]}' % message.encode()


_ANSWERS = {
    Kind.RATE_LIMITED: (429, "application/json", _envelope("Too many requests")),
    Kind.ERROR: (500, "application/json", _envelope("Internal server error")),
    Kind.UNAVAILABLE: (503, "application/json", _envelope("Service is unavailable")),
    Kind.BAD_GATEWAY: (502, "text/html", _PAGE),
    Kind.HTML: (200, "text/html", _PAGE),
    Kind.ERRORS: (200, "application/json", _envelope("Something went wrong")),
    Kind.CANCELED: (403, "application/json", _envelope("Your account has been canceled")),
}


async def _answer(
    send: Send, status: int, content_type: str, body: bytes, *, retry_after: float | None = None
) -> None:
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    if retry_after is not None:
        headers.append((b"retry-after", f"{retry_after:g}".encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _drop(faults: Faults, send: Send) -> None:
    # No server can send this status, so none sends a byte; but the answer counts as begun, and a server that
    # sees an application fail after that closes the connection instead of answering 500.
    with suppress(KeyError, ValueError):
        await send({"type": "http.response.start", "status": 0, "headers": []})
    raise faults.dropped()
