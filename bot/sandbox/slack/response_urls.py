"""Answers by response_url: five in thirty minutes, the only way to change an ephemeral (docs.slack.dev)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.slack.chat import content_of
from bot.sandbox.slack.faults import RESPONSE_URL
from bot.sandbox.slack.handles import ResponseUrl
from bot.sandbox.slack.platform import Platform
from bot.sandbox.slack.records import Json, Message
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.wire import EFFECTIVE, NotUnderstood, arguments, as_fault, as_json, finish

GONE = {"invalid_url", "expired_url", "used_url"}


class ResponseUrls:
    """An ASGI endpoint that takes one answer."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        fault = self._platform.faults.take(RESPONSE_URL, None)
        if fault is None or fault.kind in EFFECTIVE:
            response = await self._answer(request)
        else:
            response = as_fault(fault)
        await finish(fault, response)(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            if request.method != "POST":
                raise Refused("method_not_allowed")
            given = await arguments(request)
            url = self._platform.handles.spend(request.path_params["response_id"])
            respond(url, given)
        except NotUnderstood:
            return PlainTextResponse("invalid_payload", 400)
        except Refused as refused:
            return as_json(refused.as_json(), 404 if refused.code in GONE else 400)
        return PlainTextResponse("ok")


def respond(url: ResponseUrl, given: Json) -> None:
    """Shows what the app answered; Refused where it breaks a rule. Only an accepted answer is counted."""
    original = _still_there(url)
    if _yes(given, "delete_original"):
        if original is None:
            raise Refused("message_not_found")
        url.workspace.delete(original)
    else:
        text, blocks = content_of(given.get("text"), given.get("blocks"))
        if original is not None and _yes(given, "replace_original"):
            url.workspace.redraw(original, text, blocks)
        else:
            _say(url, given, text, blocks)
    url.uses += 1


def _say(url: ResponseUrl, given: Json, text: str, blocks: list[Json]) -> None:
    url.workspace.post(
        url.channel,
        url.workspace.bot_user,
        text,
        blocks,
        ephemeral_to=None if given.get("response_type") == "in_channel" else url.user,
        thread_ts=given.get("thread_ts"),
    )


def _still_there(url: ResponseUrl) -> Message | None:
    """The message the address came with, if it has not been deleted and is the app's own to change."""
    original = url.original
    if original is None or original.bot_id is None:
        return None
    return original if original in url.workspace.messages[original.channel] else None


def _yes(given: Json, name: str) -> bool:
    value: Any = given.get(name)
    return value is True or value == "true"
