"""Socket Mode: envelopes over a WebSocket that the app opened (docs.slack.dev, Using Socket Mode).

Served by aiohttp on a port of its own, since uvicorn speaks no WebSocket without a further dependency.
"""

import asyncio
import itertools
import json
import secrets
from collections.abc import Mapping

from aiohttp import WSMsgType, web

from bot.sandbox.slack.delivery import EVENT, Answer, Unanswered
from bot.sandbox.slack.payloads import APP_ID
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.refusals import Refused

MOST_CONNECTIONS = 10
RETRY_NUMBER = "x-slack-retry-num"
RETRY_REASON = "x-slack-retry-reason"


class SocketMode:
    """The open connections of one app; each envelope goes to any one of them, here to each in turn."""

    def __init__(self, app_token: str | None) -> None:
        self._app_token = app_token
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._turn = itertools.count()
        self._runner: web.AppRunner | None = None
        self._url = ""

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._sockets)

    @property
    def connected(self) -> bool:
        """Whether any connection is open."""
        return bool(self._sockets)

    async def address(self, token: str) -> str:
        """apps.connections.open: where to connect, once; Refused without the app-level token."""
        if not token:
            raise Refused("not_authed")
        if token != self._app_token:
            raise Refused("not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth")
        if self._runner is None:
            await self._listen()
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"{self._url}?ticket={ticket}&app_id={APP_ID}"

    async def send(self, kind: str, payload: Json, headers: Mapping[str, str]) -> Answer:
        """Sends an envelope and waits for its acknowledgement; Unanswered where the connection breaks."""
        envelope_id = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != EVENT,
        }
        if kind == EVENT:
            envelope["retry_attempt"] = int(headers.get(RETRY_NUMBER, 0))
            envelope["retry_reason"] = headers.get(RETRY_REASON, "")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        socket = self._sockets[next(self._turn) % len(self._sockets)]
        try:
            await socket.send_json(envelope)
            return await answer
        except ConnectionError:
            raise Unanswered("connection_failed") from None
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self) -> None:
        """Tells every connection to go and come again, as Slack does every few hours."""
        for socket in list(self._sockets):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    async def drop(self) -> None:
        """Breaks every connection without a word."""
        for socket in list(self._sockets):
            await socket.close()

    async def close(self) -> None:
        """Stops listening."""
        await self.drop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_get("/link", self._connected)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._runner = runner
        host, port = runner.addresses[0][:2]
        self._url = f"ws://{host}:{port}/link"

    async def _connected(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self._sockets) >= MOST_CONNECTIONS:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(self._hello())
        self._sockets.append(socket)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self._sockets.remove(socket)
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets) + 1,
            "connection_info": {"app_id": APP_ID},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
        }

    def _acknowledged(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.get(said.get("envelope_id", ""))
        if waiting is None or waiting.done():
            return
        payload = said.get("payload")
        if isinstance(payload, dict) and set(payload) == {"text"}:
            waiting.set_result(Answer(200, payload["text"]))
            return
        body = "" if payload in (None, "", {}) else json.dumps(payload)
        waiting.set_result(Answer(200, body, {"content-type": "application/json"}))
