"""Over real connections: slack_sdk's own clients, Socket Mode, and connections that break."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
import uvicorn
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.slack import Slack, Workspace
from bot.sandbox.slack.outcome import TROUBLE
from tests.sandbox.slack.standin import (
    ANA,
    APP_TOKEN,
    GENERAL,
    PEOPLE,
    SECRET,
    TOKEN,
    Json,
    World,
    manifest,
    modal,
    text_input,
)

NOTES_FORM = modal(text_input("notes"), clear_on_close=False, notify_on_close=False, external_id="")
NOTES = {"notes": {"value": {"value": "x"}}}


async def until(condition: Callable[[], bool]) -> None:
    """Lets everything else run until it is so."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for belongs to other libraries
            await asyncio.sleep(0)


@asynccontextmanager
async def serving(slack: Slack) -> AsyncIterator[str]:
    """Slack on a port of this machine, mounted as the sandbox mounts it; its address."""
    app = Starlette(routes=[Mount("/slack", slack.app)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/slack"
    finally:
        await slack.aclose()
        server.should_exit = True
        await running


@asynccontextmanager
async def client(address: str, token: str = TOKEN) -> AsyncIterator[AsyncWebClient]:
    """slack_sdk's client, with one session and without retries."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=token, base_url=f"{address}/api/", session=session, retry_handlers=[])


async def test_slack_sdks_client_talks_to_it(there: World) -> None:
    there.slack.platform.url = None
    async with serving(there.slack) as address, client(address) as web:
        assert (await web.auth_test())["bot_id"] == there.slack.workspace.bot_id
        user = (await web.users_info(user=ANA, include_locale=True))["user"]
        assert user["locale"] == "es-ES"
        posted = await web.chat_postMessage(
            channel=ANA, text="Hello", blocks=modal(text_input("x"))["blocks"]
        )
        assert posted["ts"]
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await web.chat_postMessage(channel="C0NOWHERE", text="x")
        assert there.slack.platform.url == address


async def test_a_response_url_is_reached_where_slack_is(there: World) -> None:
    there.slack.platform.url = None
    async with serving(there.slack) as address, client(address) as web:
        await web.api_test()
        await there.slack.command(ANA, GENERAL, "/logtime 2h")
        answered = await AsyncWebhookClient(there.app.last["response_url"]).send(text="Logged")
        assert answered.status_code == 200
    assert there.texts(GENERAL) == ["Logged"]


@pytest.mark.parametrize(("fault", "said"), [("reset_before", []), ("reset_after", ["x"])])
async def test_a_reset_breaks_the_connection(there: World, fault: str, said: list[str]) -> None:
    getattr(there.slack.faults, fault)("chat.postMessage")
    async with serving(there.slack) as address, client(address) as web:
        with pytest.raises(aiohttp.ClientConnectionError):
            await web.chat_postMessage(channel=GENERAL, text="x")
    assert there.texts(GENERAL) == said


async def test_a_rate_limit_is_slack_sdks_rate_limit(there: World) -> None:
    there.slack.faults.rate_limit("chat.postMessage", retry_after=30)
    async with serving(there.slack) as address, client(address) as web:
        with pytest.raises(SlackApiError) as limited:
            await web.chat_postMessage(channel=GENERAL, text="x")
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "30"


async def test_an_app_that_is_not_there_is_a_failed_dispatch() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        workspace = Workspace.seed(PEOPLE)
        slack = Slack(workspace, bot_url=address, signing_secret=SECRET, bot_token=TOKEN, manifest=manifest())
        outcome = await slack.command(ANA, GENERAL, "/logtime")
        await slack.aclose()
    assert (outcome.error, outcome.reason) == ("dispatch_failed", "connection_failed")


async def test_slack_sdk_accepts_the_signature(there: World) -> None:
    await there.slack.command(ANA, GENERAL, "/logtime ünï")
    received = there.app.received[0]
    verifier = SignatureVerifier(SECRET)
    timestamp = received.headers["x-slack-request-timestamp"]
    signature = verifier.generate_signature(timestamp=timestamp, body=received.body)
    assert signature == received.headers["x-slack-signature"]


class SocketApp:
    """An app that listens by Socket Mode and acknowledges with what it is told."""

    def __init__(self, web: AsyncWebClient) -> None:
        self.client = SocketModeClient(app_token=APP_TOKEN, web_client=web)
        self.client.socket_mode_request_listeners.append(self._listen)
        self.received: list[SocketModeRequest] = []
        self.answer: Json | None = None
        self.silent = False

    async def connect(self) -> None:
        await self.client.connect()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped

    async def close(self) -> None:
        await self.client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped

    async def _listen(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self.received.append(request)
        if not self.silent:
            await client.send_socket_mode_response(
                SocketModeResponse(envelope_id=request.envelope_id, payload=self.answer)
            )


@asynccontextmanager
async def socket_app(there: World) -> AsyncIterator[SocketApp]:
    """Connected."""
    async with serving(there.slack) as address, client(address) as web:
        app = SocketApp(web)
        await app.connect()
        await until(lambda: there.slack.socket.connected)
        try:
            yield app
        finally:
            await app.close()


async def test_a_command_by_socket_mode_is_answered_in_the_acknowledgement(there: World) -> None:
    async with socket_app(there) as app:
        app.answer = {"text": "Logged"}
        assert (await there.slack.command(ANA, GENERAL, "/logtime 2h")).ok
        (request,) = app.received
        assert (request.type, request.payload["text"]) == ("slash_commands", "2h")
        assert request.accepts_response_payload
    assert there.texts(GENERAL) == ["Logged"]
    assert there.app.received == []


async def test_a_form_by_socket_mode_may_be_answered_with_errors(there: World) -> None:
    async with socket_app(there) as app:
        shown = there.slack.workspace.new_view(ANA, NOTES_FORM)
        there.slack.workspace.put(shown)
        app.answer = {"response_action": "errors", "errors": {"notes": "Too short."}}
        assert (await there.slack.submit(ANA, shown.id, NOTES)).errors == {"notes": "Too short."}
        assert app.received[0].type == "interactive"


async def test_an_event_by_socket_mode(there: World) -> None:
    async with socket_app(there) as app:
        assert (await there.slack.say(ANA, "D0000000001", "hello")).ok
        assert app.received[0].type == "events_api"
        assert app.received[0].payload["event"]["text"] == "hello"


async def test_no_acknowledgement_by_socket_mode_is_a_timeout(there: World) -> None:
    async with socket_app(there) as app:
        app.silent = True
        there.slack.platform.courier.timeout = 0
        assert (await there.slack.command(ANA, GENERAL, "/logtime")).error == "operation_timeout"
        shown = there.slack.workspace.new_view(ANA, NOTES_FORM)
        there.slack.workspace.put(shown)
        assert (await there.slack.submit(ANA, shown.id, NOTES)).error == TROUBLE


async def test_a_refreshed_connection_comes_again(there: World) -> None:
    async with socket_app(there) as app:
        first = app.client.current_session
        await there.slack.socket.refresh()
        await until(lambda: app.client.current_session is not first and there.slack.socket.connections == 1)
        assert (await there.slack.command(ANA, GENERAL, "/logtime")).ok


async def test_connections_that_break_leave_http(there: World) -> None:
    async with socket_app(there) as app:
        app.client.auto_reconnect_enabled = False
        await there.slack.socket.drop()
        await until(lambda: not there.slack.socket.connected)
        assert (await there.slack.command(ANA, GENERAL, "/logtime")).ok
        assert (len(app.received), len(there.app.received)) == (0, 1)


async def test_what_is_no_acknowledgement_is_ignored(there: World) -> None:
    headers = {"authorization": f"Bearer {APP_TOKEN}"}
    url = (await there.web.post("/api/apps.connections.open", headers=headers)).json()["url"]
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as connection:
        await connection.receive_json()
        typing = asyncio.create_task(there.slack.command(ANA, GENERAL, "/logtime"))
        envelope = await connection.receive_json()
        await connection.send_str("not json")
        await connection.send_json({"envelope_id": "unknown"})
        await connection.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await typing).ok
    await there.slack.aclose()


async def test_several_connections_take_turns(there: World) -> None:
    async with socket_app(there) as one:
        two = SocketApp(one.client.web_client)
        await two.connect()
        await until(lambda: there.slack.socket.connections == 2)
        for _ in range(2):
            await there.slack.command(ANA, GENERAL, "/logtime")
        assert (len(one.received), len(two.received)) == (1, 1)
        await two.close()


async def test_socket_mode_needs_the_apps_own_token(there: World) -> None:
    refused = {"xoxb-other": "not_allowed_token_type", "xapp-wrong": "invalid_auth", "": "not_authed"}
    for token, error in refused.items():
        headers = {"authorization": f"Bearer {token}"}
        answered = (await there.web.post("/api/apps.connections.open", headers=headers)).json()
        assert answered["error"] == error


async def test_an_address_for_a_connection_is_good_once(there: World) -> None:
    headers = {"authorization": f"Bearer {APP_TOKEN}"}
    url = (await there.web.post("/api/apps.connections.open", headers=headers)).json()["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as connection:
            hello = await connection.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
