"""An app that answers as it is told, and a Slack around it, without a network."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.slack import Manifest, Slack, Workspace

Json = dict[str, Any]
SECRET = "the signing secret"
TOKEN = "xoxb-sandbox"
APP_TOKEN = "xapp-sandbox"
START = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ANA, BEN, CARLA = "U0000000001", "U0000000002", "U0000000003"
GENERAL = "C0GENERAL"
PEOPLE = [
    ("Ana Alvarez", "ana@firm.example", "Europe/Madrid", "es-ES", "Designer"),
    ("Ben Baker", "ben@firm.example", "America/New_York", "en-US", "Developer"),
    ("Carla Costa", "carla@firm.example", "Pacific/Auckland", "en-NZ", "Manager"),
]
SCOPES = [
    "commands",
    "chat:write",
    "im:write",
    "im:history",
    "im:read",
    "channels:read",
    "users:read",
    "users:read.email",
    "team:read",
    "files:write",
]
EVENTS = ["app_home_opened", "app_uninstalled", "tokens_revoked", "user_change", "team_join", "message.im"]


def manifest(scopes: list[str] | None = None, **home: bool) -> Manifest:
    """An app with a command, two shortcuts, a Home tab and a type-ahead."""
    app_home = {"home_tab_enabled": True, "messages_tab_enabled": True, **home}
    return Manifest.parse(
        {
            "display_information": {"name": "Kantata"},
            "features": {
                "app_home": app_home,
                "slash_commands": [
                    {
                        "command": "/logtime",
                        "description": "Log time",
                        "usage_hint": "2h acme",
                        "should_escape": True,
                    },
                    {"command": "/plain", "description": "Not escaped"},
                ],
                "shortcuts": [
                    {
                        "name": "Log time",
                        "type": "global",
                        "callback_id": "log_time",
                        "description": "Log time",
                    },
                    {
                        "name": "Log time",
                        "type": "message",
                        "callback_id": "log_message",
                        "description": "Log time",
                    },
                ],
            },
            "oauth_config": {
                "scopes": {"bot": SCOPES if scopes is None else scopes},
                "redirect_urls": ["https://bot.example/slack/oauth_redirect"],
            },
            "settings": {
                "event_subscriptions": {"bot_events": EVENTS},
                "interactivity": {"is_enabled": True, "message_menu_options_url": "https://bot.example"},
            },
        }
    )


class Clock:
    """An hour that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Received:
    """One request as the app got it."""

    headers: dict[str, str]
    body: bytes
    payload: Json


Answer = Response | Callable[[Json], Awaitable[Response]]


@dataclass
class App:
    """Keeps what it receives and answers what it is told, 200 and nothing else."""

    received: list[Received] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        got = Received(dict(request.headers), body, decoded(request.headers["content-type"], body))
        self.received.append(got)
        answer = self.answers.pop(0) if self.answers else Response()
        response = answer if isinstance(answer, Response) else await answer(got.payload)
        await response(scope, receive, send)

    def will_answer(self, *answers: Answer | Json | str) -> None:
        """The next answers, in order: a dict as JSON, a string as text."""
        self.answers += [_response(each) for each in answers]

    @property
    def last(self) -> Json:
        """The last thing a person did."""
        return next(each.payload for each in reversed(self.received) if "event" not in each.payload)

    @property
    def events(self) -> list[Json]:
        """The events it got, without their envelopes."""
        return [each.payload["event"] for each in self.received if "event" in each.payload]


def _response(answer: Answer | Json | str) -> Answer:
    if isinstance(answer, dict):
        return Response(json.dumps(answer), media_type="application/json")
    return Response(answer, media_type="text/plain") if isinstance(answer, str) else answer


def decoded(content_type: str, body: bytes) -> Json:
    """A payload out of its request."""
    if "json" in content_type:
        parsed: Json = json.loads(body)
        return parsed
    fields = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    if "payload" in fields:
        payload: Json = json.loads(fields["payload"])
        return payload
    return fields


async def never(payload: Json) -> Response:
    """Acknowledges nothing until it is cancelled."""
    del payload
    await asyncio.Event().wait()
    raise AssertionError


@dataclass
class World:
    """Slack, the app, the clock, and a client of the Web API in the app's name."""

    slack: Slack
    app: App
    clock: Clock
    web: httpx.AsyncClient
    slept: list[float]

    async def api(self, method: str, **arguments: Any) -> Json:
        """Calls a method with JSON arguments."""
        headers = {"authorization": f"Bearer {TOKEN}"}
        answered: Json = (await self.web.post(f"/api/{method}", json=arguments, headers=headers)).json()
        return answered

    def opens(self, view: Json, method: str = "views.open") -> None:
        """The app opens that view with the next trigger it gets."""

        async def answer(payload: Json) -> Response:
            opened = await self.api(method, trigger_id=payload["trigger_id"], view=view)
            assert opened["ok"], opened
            return Response()

        self.app.will_answer(answer)

    async def form(self, view: Json, user: str = ANA) -> str:
        """Opens that view for a person; its id."""
        self.opens(view)
        assert (await self.slack.command(user, GENERAL, "/logtime")).ok
        return self.slack.workspace.stack(user)[-1].id

    def values(self, user: str = ANA) -> Json:
        """What is entered in the form in front."""
        return self.slack.workspace.stack(user)[-1].inputs.values()

    def texts(self, channel: str, user: str = ANA) -> list[str]:
        """What that person reads in a channel, without the talk that was there before."""
        workspace = self.slack.workspace
        said = workspace.messages.get(channel, [])
        return [m.text for m in said if workspace.sees(user, m) and m.bot_id]


def world(
    *,
    scopes: list[str] | None = None,
    timeout: float = 3.0,
    home: dict[str, bool] | None = None,
    credentials: tuple[str, str] | None = None,
) -> World:
    """A fresh one."""
    clock, app, slept = Clock(), App(), list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    slack = Slack(
        Workspace.seed(PEOPLE, clock=clock),
        bot_url="http://bot.example",
        signing_secret=SECRET,
        bot_token=TOKEN,
        app_token=APP_TOKEN,
        manifest=manifest(scopes, **(home or {})),
        clock=clock,
        http=httpx.AsyncClient(transport=httpx.ASGITransport(app)),
        credentials=credentials,
        url="http://slack.example",
        timeout=timeout,
        sleep=sleep,
    )
    web = httpx.AsyncClient(transport=httpx.ASGITransport(slack.app), base_url="http://slack.example")
    return World(slack, app, clock, web, slept)


def text_input(block_id: str, action_id: str = "value", **more: Any) -> Json:
    """An input block with a text field."""
    element = {"type": "plain_text_input", "action_id": action_id, **more.pop("element", {})}
    label = {"type": "plain_text", "text": block_id.title()}
    return {"type": "input", "block_id": block_id, "label": label, "element": element, **more}


def select(block_id: str, **element: Any) -> Json:
    """An input block with a type-ahead."""
    drawn = {"type": "external_select", "action_id": "pick", "min_query_length": 0, **element}
    label = {"type": "plain_text", "text": block_id.title()}
    return {"type": "input", "block_id": block_id, "label": label, "element": drawn}


def option(value: str, words: str | None = None) -> Json:
    """One option."""
    return {"text": {"type": "plain_text", "text": words or value.title()}, "value": value}


def button(action_id: str, **more: Any) -> Json:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Press"}, **more}


def actions(*elements: Json, block_id: str = "buttons") -> Json:
    """A row of elements."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def section(words: str = "Hello") -> Json:
    """A paragraph."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal with a submit button."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Log time"},
        "submit": {"type": "plain_text", "text": "Log time"},
        "blocks": list(blocks),
        **more,
    }
