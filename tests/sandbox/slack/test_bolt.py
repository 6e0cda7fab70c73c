"""A real Bolt app on the other side: what the stand-in sends and takes is what Bolt understands."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.slack import Slack, Workspace
from tests.sandbox.slack.standin import (
    ANA,
    GENERAL,
    PEOPLE,
    SECRET,
    TOKEN,
    Json,
    actions,
    button,
    manifest,
    modal,
    option,
    select,
    text_input,
)
from tests.sandbox.slack.test_network import serving

FORM = modal(select("project"), text_input("notes"), callback_id="entry")


def bolt(address: str) -> AsyncApp:
    """A little time sheet: a form with a type-ahead, and a message with a button."""
    web = AsyncWebClient(token=TOKEN, base_url=f"{address}/api/", retry_handlers=[])
    app = AsyncApp(client=web, signing_secret=SECRET, process_before_response=True)

    @app.command("/logtime")
    async def log_time(ack: Any, client: AsyncWebClient, body: Json) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @app.options("pick")
    async def suggest(ack: Any, payload: Json) -> None:
        await ack(options=[option("7", f"Acme {payload['value']}")])

    @app.view("entry")
    async def submit(ack: Any, client: AsyncWebClient, body: Json, view: Json) -> None:
        values = view["state"]["values"]
        if len(values["notes"]["value"]["value"]) < 3:
            await ack(response_action="errors", errors={"notes": "Say more."})
            return
        await ack()
        words = values["project"]["pick"]["selected_option"]["text"]["text"]
        undo = [actions(button("undo", value=values["project"]["pick"]["selected_option"]["value"]))]
        await client.chat_postMessage(channel=body["user"]["id"], text=f"Logged on {words}", blocks=undo)

    @app.action("undo")
    async def undo(ack: Any, respond: Any, action: Json) -> None:
        await ack()
        await respond(text=f"Undone {action['value']}", replace_original=True)

    @app.event("app_home_opened")
    async def home(client: AsyncWebClient, event: Json) -> None:
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [actions(button("undo"))]}
        )

    return app


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """Slack on a port, with Bolt in process."""
    pretended: list[AsyncSlackRequestHandler] = []

    async def endpoint(request: Request) -> Response:
        response: Response = await pretended[0].handle(request)
        return response

    site = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])
    made = Slack(
        Workspace.seed(PEOPLE),
        bot_url="http://bot.example",
        signing_secret=SECRET,
        bot_token=TOKEN,
        manifest=manifest(),
        http=httpx.AsyncClient(transport=httpx.ASGITransport(site)),
    )
    async with serving(made) as address:
        pretended.append(AsyncSlackRequestHandler(bolt(address)))
        yield made


async def test_a_journey_from_the_command_to_undo(slack: Slack) -> None:
    assert (await slack.command(ANA, GENERAL, "/logtime")).ok
    (view,) = slack.workspace.stack(ANA)
    (offered,) = await slack.options(ANA, view_id=view.id, action_id="pick", value="web")
    values = {"project": {"pick": {"selected_option": offered}}, "notes": {"value": {"value": "x"}}}
    assert (await slack.submit(ANA, view.id, values)).errors == {"notes": "Say more."}
    values["notes"] = {"value": {"value": "wireframes"}}
    assert (await slack.submit(ANA, view.id, values)).ok
    assert slack.workspace.stack(ANA) == []
    channel = slack.workspace.direct(ANA).id
    (said,) = slack.workspace.messages[channel]
    assert said.text == "Logged on Acme web"
    assert (await slack.press(ANA, message=(channel, said.ts), action_id="undo")).ok
    assert (said.text, said.blocks) == ("Undone 7", [])


async def test_home_is_published_when_it_is_opened(slack: Slack) -> None:
    assert (await slack.open_home(ANA)).ok
    assert slack.workspace.homes[ANA].blocks[0]["elements"][0]["action_id"] == "undo"


async def test_what_bolt_does_not_handle_is_a_failed_dispatch(slack: Slack) -> None:
    assert (await slack.command(ANA, GENERAL, "/plain")).status == 404
    assert (await slack.shortcut(ANA, "log_time")).error == "dispatch_failed"


async def test_bolt_refuses_another_secret(slack: Slack) -> None:
    stranger = Slack(
        slack.workspace,
        bot_url="http://bot.example",
        signing_secret="another secret",
        bot_token=TOKEN,
        manifest=manifest(),
        http=slack.platform.courier.http,
    )
    assert (await stranger.command(ANA, GENERAL, "/logtime")).status == 401
