"""The ASGI app: Slack's requests, health and metrics, and one lifespan for HTTP and Socket Mode."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

import aiohttp
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot import sign_in
from bot.background import Background
from bot.deps import Deps, SignIn
from bot.domain.languages import tr
from bot.domain.sign_ins import LIFE
from bot.install import INSTALL, REDIRECT
from bot.schedule import Schedule
from bot.sign_in import SignInEnded
from bot.views import pages
from bot.workspaces import NotInstalled, Workspaces
from storage.database import Database, DatabaseDown

ONE_WORKSPACE = "This bot serves the one workspace whose token it was given."
BODY_LIMIT = 1_000_000  # bytes; Slack's own payloads stay far below
SLOW = 1.0  # seconds; Slack gives a listener three
TICK_LIMIT = 60.0  # seconds without a run of any job, when the scheduler must be dead
DRAIN = 6.0  # seconds for what is under way at a shutdown; systemd and others kill after ten or more

log = structlog.get_logger()
ANSWERED = Histogram(
    "kantata_bot_slack_request_seconds",
    "Time until a request of Slack was acknowledged",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5),
)


@dataclass
class Running:
    """The parts of a started bot; ``stopping`` is set when the shutdown begins."""

    bolt: AsyncApp
    workspaces: Workspaces
    sign_in: SignIn | None
    database: Database
    background: Background
    schedule: Schedule
    socket: "CountedSocket | None" = None
    install: AsyncOAuthFlow | None = None
    stopping: bool = False


class CountedSocket(AsyncSocketModeHandler):
    """Socket Mode whose requests are tracked, so that a shutdown can wait for them."""

    def __init__(self, app: AsyncApp, app_token: str, background: Background) -> None:
        super().__init__(app, app_token)
        self._background = background

    # Bolt's own class narrows this parameter too.
    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one request of Slack."""
        began = perf_counter()
        await self._background.spawn(super().handle(client, req), name=f"socket {req.type}")
        _note(perf_counter() - began)

    async def connected(self) -> bool:
        """Whether Slack can reach the bot now."""
        return bool(await self.client.is_connected())

    async def open(self) -> None:
        """Connect to Slack."""
        await self.connect_async()  # type: ignore[no-untyped-call] # Bolt's has no annotations

    def take_no_more(self) -> None:
        """Listen no more; what was taken can still be answered until ``close``."""
        self.client.auto_reconnect_enabled = False
        self.client.message_listeners.clear()
        self.client.socket_mode_request_listeners.clear()

    async def close(self) -> None:
        """End the connection."""
        await self.close_async()  # type: ignore[no-untyped-call] # Bolt's has no annotations


def create(start: Callable[[], AbstractAsyncContextManager[Running]], *, socket_mode: bool) -> Starlette:
    """The app; ``start`` puts the bot together inside the lifespan, before the port is bound."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with start() as running:
            app.state.running = running
            running.schedule.start()
            if running.socket:
                await running.socket.open()
            log.info("started", socket_mode=socket_mode)
            try:
                yield
            finally:
                await _stop(running)

    routes = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
        Route("/kantata/connect", kantata_connect),
        Route("/kantata/callback", kantata_callback),
    ]
    if not socket_mode:
        routes += [Route(INSTALL, slack_install), Route(REDIRECT, slack_redirect)]
        routes.append(Route("/slack/events", slack_events, methods=["POST"]))
    return Starlette(routes=routes, lifespan=lifespan)


async def _stop(running: Running) -> None:
    """Take nothing more, finish or hand back what is under way; every wait is bounded."""
    running.stopping = True
    running.schedule.pause()
    if running.socket:
        running.socket.take_no_more()
    await running.background.drain(DRAIN)
    running.schedule.stop()
    if running.socket:
        await running.socket.close()
    log.info("stopped")


async def slack_events(request: Request) -> Response:
    """Everything Slack sends: commands, events, interactions."""
    running: Running = request.app.state.running
    began = perf_counter()
    if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
        return PlainTextResponse("too large", status_code=413)
    if not _may_be_signed(request):
        return PlainTextResponse("invalid request", status_code=401)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_LIMIT:
            return PlainTextResponse("too large", status_code=413)
    try:
        asked = to_async_bolt_request(request, body)
    except (ValueError, TypeError, AttributeError, RecursionError):  # not UTF-8, not JSON, or no object
        return PlainTextResponse("not understood", status_code=400)
    try:
        answer = await running.bolt.async_dispatch(asked)
    except Exception:  # Bolt hands us whatever a listener raises; what it raises itself is about the payload
        log.exception("a request of Slack makes no sense")
        return PlainTextResponse("not understood", status_code=400)
    _note(perf_counter() - began)
    return to_starlette_response(answer)


def _may_be_signed(request: Request) -> bool:
    """Whether signature and time can be compared at all; Bolt would take another form for our own mistake."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    return stamp.isascii() and stamp.isdecimal() and signature.isascii()


async def slack_install(request: Request) -> Response:
    """On to Slack's page of consent, where the app can be installed by OAuth."""
    running: Running = request.app.state.running
    if running.install is None:
        return _page(pages.not_installed(ONE_WORKSPACE), status=404)
    asked = to_async_bolt_request(request, b"")
    return to_starlette_response(await running.install.handle_installation(asked))


async def slack_redirect(request: Request) -> Response:
    """Slack sent the browser back, with a code or a refusal."""
    running: Running = request.app.state.running
    if running.install is None:
        return _page(pages.not_installed(ONE_WORKSPACE), status=404)
    asked = to_async_bolt_request(request, b"")
    try:
        return to_starlette_response(await running.install.handle_callback(asked))
    except (aiohttp.ClientError, TimeoutError):
        return _page(pages.not_installed("Slack does not answer at the moment."), status=502)


async def kantata_connect(request: Request) -> Response:
    """The link under Connect: on to Kantata's own page, in a browser that is known again afterwards."""
    try:
        begun = await sign_in.begin(await _deps(request), request.query_params.get("state", ""))
    except SignInEnded as ended:
        return _page(pages.page(tr(ended.title), ended.text), status=400)
    response = RedirectResponse(begun.authorize_url, 302, headers=pages.HEADERS)
    response.set_cookie(
        begun.cookie,
        begun.value,
        max_age=int(LIFE.total_seconds()),
        path="/",
        secure=begun.https,
        httponly=True,
        samesite="lax",  # it comes along when Kantata sends the browser back
    )
    return response


async def kantata_callback(request: Request) -> Response:
    """Kantata sent the browser back, with a code or a refusal."""
    try:
        connected = await sign_in.finish(await _deps(request), request.query_params, request.cookies)
    except SignInEnded as ended:
        return _page(pages.page(tr(ended.title), ended.text), status=400)
    if connected.service:
        return _page(pages.workspace_connected(connected.kantata_name))
    return _page(pages.connected(connected.slack_name, connected.kantata_name))


async def _deps(request: Request) -> Deps:
    """Those of the workspace that the link was made for; raises SignInEnded."""
    running: Running = request.app.state.running
    workspace = sign_in.workspace_of(running.sign_in, request.query_params.get("state", ""))
    try:
        return (await running.workspaces.find(workspace)).deps
    except NotInstalled:
        raise sign_in.LinkRefused(sign_in.NOT_INSTALLED) from None


def _page(text: str, *, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, headers=pages.HEADERS)


def _note(seconds: float) -> None:
    ANSWERED.observe(seconds)
    if seconds > SLOW:
        log.warning("slow acknowledgement", seconds=round(seconds, 3))


async def healthz(_: Request) -> Response:
    """The loop answers."""
    return PlainTextResponse("ok")


async def readyz(request: Request) -> Response:
    """Whether requests can be served: 503 names what is missing."""
    missing = await _missing(request.app.state.running)
    return JSONResponse({"missing": missing}, status_code=503 if missing else 200)


async def _missing(running: Running) -> list[str]:
    missing = ["running: it is stopping"] if running.stopping else []
    try:
        async with asyncio.timeout(2):
            await running.database.ping()
    except (TimeoutError, DatabaseDown):
        missing.append("database: it does not answer")
    if running.schedule.seconds_since_tick > TICK_LIMIT:
        missing.append("jobs: none has run for a minute")
    if running.socket and not await running.socket.connected():
        missing.append("socket: not connected to Slack")
    return missing


async def metrics(_: Request) -> Response:
    """Prometheus metrics."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
