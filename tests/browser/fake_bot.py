"""A bot with nothing to do but show every block and every input: what the page is tested against."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.browser.showcase import (
    CITIES,
    Json,
    everything_form,
    home,
    message,
    mrkdwn,
    option,
    project_form,
    pushing_form,
)

ADDRESS = "https://bot.example/"
SCOPES = [
    "commands",
    "chat:write",
    "files:write",
    "im:write",
    "im:history",
    "users:read",
    "users:read.email",
]
MANIFEST: Json = {
    "display_information": {"name": "Kantata"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/show", "description": "Shows every block", "usage_hint": "[form | city | deep]"},
            {"command": "/shout", "description": "Says it aloud", "usage_hint": "[words]"},
            {"command": "/break", "description": "Fails"},
        ],
        "shortcuts": [
            {"name": "Keep it", "type": "message", "callback_id": "keep", "description": "Keeps the message"},
            {"name": "Everything", "type": "global", "callback_id": "all", "description": "Opens the form"},
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {"request_url": ADDRESS, "bot_events": ["app_home_opened", "message.im"]},
        "interactivity": {"is_enabled": True, "request_url": ADDRESS, "message_menu_options_url": ADDRESS},
    },
}

NOTHING = PlainTextResponse("")


class FakeBot:
    """The bot's side. ``received`` are submitted values; ``hold`` makes every answer wait for its event."""

    def __init__(self, api: str) -> None:
        self.token = ""
        self.received: list[Json] = []
        self.closed: list[Json] = []
        self.asked: list[str] = []
        self.presses = 0
        self.hold: asyncio.Event | None = None
        self._http = httpx.AsyncClient(base_url=api)
        self.app = Starlette(routes=[Route("/slack/events", self._hear, methods=["POST"])])

    async def close(self) -> None:
        """Lets go of its connections."""
        await self._http.aclose()

    async def _call(self, method: str, **arguments: Any) -> Json:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer: Json = (await self._http.post(method, json=arguments, headers=headers)).json()
        assert answer["ok"], (method, answer)
        return answer

    async def _hear(self, request: Request) -> Response:
        body = (await request.body()).decode()
        if self.hold is not None:
            await self.hold.wait()
        if "json" in request.headers["content-type"]:
            return await self._event(json.loads(body))
        fields = dict(parse_qsl(body))
        if "payload" not in fields:
            return await self._command(fields)
        payload = json.loads(fields["payload"])
        interact = self._interactions()[payload["type"]]
        return await interact(payload)

    def _interactions(self) -> dict[str, Callable[[Json], Awaitable[Response]]]:
        return {
            "block_actions": self._press,
            "block_suggestion": self._suggest,
            "view_submission": self._submission,
            "view_closed": self._closed,
            "shortcut": self._shortcut,
            "message_action": self._message_shortcut,
        }

    async def _event(self, body: Json) -> Response:
        event = body.get("event", {})
        if event.get("type") == "app_home_opened" and event.get("tab") == "home":
            await self._publish(event["user"])
        return NOTHING

    async def _publish(self, user: str) -> None:
        await self._call("views.publish", user_id=user, view=home("you", self.presses))

    async def _command(self, fields: dict[str, str]) -> Response:
        words = fields.get("text", "")
        if fields["command"] == "/break":
            return PlainTextResponse("broken", 500)
        if fields["command"] == "/shout":
            return JSONResponse({"response_type": "in_channel", "text": words})
        forms: dict[str, Callable[[], Json]] = {
            "form": everything_form,
            "city": project_form,
            "deep": lambda: pushing_form(1),
        }
        if words in forms:
            await self._call("views.open", trigger_id=fields["trigger_id"], view=forms[words]())
            return NOTHING
        answer = {
            "response_type": "ephemeral",
            "text": "Everything at once",
            "blocks": message(fields["user_id"]),
        }
        return JSONResponse(answer)

    async def _press(self, payload: Json) -> Response:
        action = payload["actions"][0]
        action_id = action["action_id"]
        if action_id == "press.broken":
            return PlainTextResponse("broken", 500)
        if action_id == "press.home":
            self.presses += 1
            await self._publish(payload["user"]["id"])
        elif action_id == "press.push":
            depth = int(payload["view"]["private_metadata"])
            await self._call("views.push", trigger_id=payload["trigger_id"], view=pushing_form(depth + 1))
        elif action_id == "choose.city":
            city = action["selected_option"]["text"]["text"]
            await self._call("views.update", view_id=payload["view"]["id"], view=project_form(city))
        else:
            await self._answer(payload, action)
        return NOTHING

    async def _answer(self, payload: Json, action: Json) -> None:
        """Says which element was used, with what value; press.update says it in the message's own place."""
        value = {name: action[name] for name in action if name.startswith("selected_") or name == "value"}
        said = json.dumps(value, sort_keys=True)
        replaces = action["action_id"] == "press.update"
        text = f"{action['action_id']} {said}"
        blocks = [{"type": "section", "block_id": "said", "text": mrkdwn(f"`{text}`")}]
        answer = {"text": text, "blocks": blocks, "replace_original": replaces, "response_type": "ephemeral"}
        (await self._http.post(payload["response_url"], json=answer)).raise_for_status()

    async def _suggest(self, payload: Json) -> Response:
        typed = payload["value"]
        self.asked.append(typed)
        fitting = [option(city) for city in CITIES if city.lower().startswith(typed.lower())]
        return JSONResponse({"options": fitting})

    async def _submission(self, payload: Json) -> Response:
        view = payload["view"]
        values = view["state"]["values"]
        self.received.append(values)
        if values.get("line", {}).get("value", {}).get("value") == "wrong":
            return JSONResponse(
                {"response_action": "errors", "errors": {"line": "That is wrong.", "city": "No city."}}
            )
        if (values.get("notes", {}).get("value") or {}).get("value") == "break":
            return PlainTextResponse("broken", 500)
        return NOTHING

    async def _closed(self, payload: Json) -> Response:
        self.closed.append({"title": payload["view"]["title"]["text"], "is_cleared": payload["is_cleared"]})
        return NOTHING

    async def _shortcut(self, payload: Json) -> Response:
        await self._call("views.open", trigger_id=payload["trigger_id"], view=everything_form())
        return NOTHING

    async def _message_shortcut(self, payload: Json) -> Response:
        view = pushing_form(1, notes=payload["message"]["text"])
        await self._call("views.open", trigger_id=payload["trigger_id"], view=view)
        return NOTHING
