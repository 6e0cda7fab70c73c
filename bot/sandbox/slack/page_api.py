"""What the page in the browser asks for and does: a person's screen, its changes, and that person's acts."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.slack.outcome import NotOnScreen, Outcome
from bot.sandbox.slack.platform import Platform
from bot.sandbox.slack.records import Channel, Json, User
from bot.sandbox.slack.workspace import Workspace, message_json

KEEP_ALIVE_SECONDS = 15.0


class Acts(Protocol):
    """What people can do, see bot.sandbox.slack.server.Slack."""

    @property
    def command(self) -> Callable[..., Awaitable[Outcome]]: ...

    @property
    def say(self) -> Callable[..., Awaitable[Outcome]]: ...

    @property
    def press(self) -> Callable[..., Awaitable[Outcome]]: ...

    @property
    def options(self) -> Callable[..., Awaitable[list[Json]]]: ...

    @property
    def submit(self) -> Callable[..., Awaitable[Outcome]]: ...

    @property
    def close(self) -> Callable[..., Awaitable[Outcome]]: ...

    @property
    def shortcut(self) -> Callable[..., Awaitable[Outcome]]: ...

    @property
    def open_home(self) -> Callable[..., Awaitable[Outcome]]: ...


class PageApi:
    """The routes under /page. Without authentication: a toy for one's own machine."""

    def __init__(self, platform: Platform, acts: Acts) -> None:
        self._platform = platform
        self._acts = acts

    def routes(self) -> list[Route]:
        """GET state and events; POST every act."""
        acts = {
            "command": self._command,
            "say": self._say,
            "press": self._press,
            "options": self._options,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "home": self._home,
        }
        posts = [Route(f"/page/{name}", _act(act), methods=["POST"]) for name, act in acts.items()]
        return [Route("/page/state", self._state), Route("/page/events", self._events), *posts]

    async def _state(self, request: Request) -> Response:
        user = request.query_params.get("user") or self._anybody()
        try:
            workspace, me = self._platform.home_of(user)
        except NotOnScreen as absent:
            return JSONResponse({"ok": False, "error": str(absent)}, 404)
        return JSONResponse(screen_state(self._platform, workspace, me))

    def _anybody(self) -> str:
        """The first person, for a page that does not know yet who it is."""
        everybody = (user for each in self._platform.workspaces for user in each.users.values())
        return next((user.id for user in everybody if not user.is_bot), "")

    async def _events(self, request: Request) -> Response:
        try:
            workspace, me = self._platform.home_of(request.query_params.get("user", ""))
        except NotOnScreen as absent:
            return JSONResponse({"ok": False, "error": str(absent)}, 404)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(_stream(workspace, me.id), media_type="text/event-stream", headers=headers)

    async def _command(self, asked: Json) -> Json:
        return (await self._acts.command(asked["user"], asked["channel"], asked["text"])).as_json()

    async def _say(self, asked: Json) -> Json:
        return (await self._acts.say(asked["user"], asked["channel"], asked["text"])).as_json()

    async def _press(self, asked: Json) -> Json:
        pressed = await self._acts.press(
            asked["user"],
            **_target(asked["target"]),
            block_id=asked.get("block_id"),
            action_id=asked["action_id"],
            element=asked.get("element"),
            state=_values(asked.get("state")),
        )
        return pressed.as_json()

    async def _options(self, asked: Json) -> Json:
        offered = await self._acts.options(
            asked["user"],
            **_target(asked["target"]),
            block_id=asked["block_id"],
            action_id=asked["action_id"],
            value=asked.get("value", ""),
        )
        grouped = bool(offered) and "options" in offered[0]
        return {"ok": True, "option_groups" if grouped else "options": offered}

    async def _submit(self, asked: Json) -> Json:
        values = _values(asked.get("values")) or {}
        return (await self._acts.submit(asked["user"], asked["view_id"], values)).as_json()

    async def _close(self, asked: Json) -> Json:
        cleared = bool(asked.get("cleared"))
        return (await self._acts.close(asked["user"], asked["view_id"], cleared=cleared)).as_json()

    async def _shortcut(self, asked: Json) -> Json:
        message = asked.get("message")
        where = (message["channel"], message["ts"]) if message else None
        return (await self._acts.shortcut(asked["user"], asked["callback_id"], message=where)).as_json()

    async def _home(self, asked: Json) -> Json:
        return (await self._acts.open_home(asked["user"])).as_json()


def screen_state(platform: Platform, workspace: Workspace, me: User) -> Json:
    """Everything that person may see."""
    seen = [channel for channel in workspace.channels.values() if me.id in channel.members]
    manifest = platform.manifest
    home = workspace.homes.get(me.id)
    bot = workspace.users[workspace.bot_user]
    return {
        "team": {"id": workspace.team_id, "name": workspace.name},
        "me": user_json(me),
        "users": [user_json(user) for user in workspace.users.values()],
        "channels": [channel_json(channel) for channel in seen],
        "commands": [
            {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
            for each in manifest.commands
        ],
        "shortcuts": [
            {
                "name": each.name,
                "type": each.type,
                "callback_id": each.callback_id,
                "description": each.description,
            }
            for each in manifest.shortcuts
        ],
        "bot": {"id": bot.id, "name": bot.real_name},
        "tabs": {"home": manifest.home_tab, "messages": manifest.messages_tab},
        "read_only": manifest.messages_read_only,
        "home": workspace.view_json(home) if home else None,
        "views": [workspace.view_json(view) for view in workspace.stack(me.id)],
        "messages": {channel.id: visible_messages(workspace, me.id, channel) for channel in seen},
    }


def visible_messages(workspace: Workspace, user: str, channel: Channel) -> list[Json]:
    """The channel's messages as that person sees them, oldest first."""
    said = workspace.messages.get(channel.id, [])
    return [message_json(message) for message in said if workspace.sees(user, message)]


def user_json(user: User) -> Json:
    """A person as the page draws one."""
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "avatar_color": f"#{user.color}",
        "title": user.title,
        "tz": user.tz,
        "is_bot": user.is_bot,
        "deleted": user.deleted,
        "is_restricted": user.is_restricted,
        "is_stranger": user.is_stranger,
    }


def channel_json(channel: Channel) -> Json:
    """A channel as the page draws one."""
    found: Json = {
        "id": channel.id,
        "name": channel.name,
        "is_im": channel.is_im,
        "members": channel.members,
        "topic": channel.topic,
    }
    return found | ({"user": channel.user} if channel.user else {})


async def _stream(workspace: Workspace, user: str) -> AsyncIterator[str]:
    queue = workspace.watch(user)
    try:
        yield "retry: 1000\n\n"
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if event is None:
                return
            yield f"data: {json.dumps(event)}\n\n"
    finally:
        workspace.unwatch(user, queue)


def _act(act: Any) -> Any:
    """The route of one act; what is not on that person's screen is a 404, what is not understood a 400."""

    async def route(request: Request) -> Response:
        try:
            return JSONResponse(await act(await request.json()))
        except NotOnScreen as absent:
            return JSONResponse({"ok": False, "error": str(absent), "elapsed_ms": 0}, 404)
        except (ValueError, KeyError, TypeError) as wrong:
            return JSONResponse({"ok": False, "error": f"not understood: {wrong}", "elapsed_ms": 0}, 400)

    return route


def _target(target: Json) -> dict[str, Any]:
    kind = target["kind"]
    if kind == "message":
        return {"message": (target["channel"], target["ts"])}
    if kind == "ephemeral":
        return {"ephemeral": target["id"]}
    if kind == "view":
        return {"view_id": target["view_id"]}
    if kind == "home":
        return {"home": True}
    raise ValueError(f"target {kind}")


def _values(state: Any) -> Json | None:
    """``{"values": …}`` or the values themselves."""
    if not isinstance(state, dict):
        return None
    values: Json = state.get("values", state)
    return values
