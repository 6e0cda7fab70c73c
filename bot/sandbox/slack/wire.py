"""HTTP as callers of Slack use it: arguments in three places, answers in JSON, connections that break."""

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.slack.faults import Fault, Kind

RESETS = {Kind.RESET_BEFORE, Kind.RESET_AFTER}
EFFECTIVE = {Kind.RESET_AFTER, Kind.GARBLED}


class NotUnderstood(Exception):
    """The body is not what its content type says."""


async def arguments(request: Request) -> dict[str, Any]:
    """Query, form or JSON, together."""
    found: dict[str, Any] = dict(request.query_params)
    body = (await request.body()).decode("utf-8", "replace")
    if not body:
        return found
    if "json" in request.headers.get("content-type", ""):
        return found | _object(body)
    return found | dict(parse_qsl(body, keep_blank_values=True))


def _object(body: str) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except ValueError:
        raise NotUnderstood("invalid_json") from None
    if not isinstance(parsed, dict):
        raise NotUnderstood("json_not_object")
    return parsed


def as_json(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(body), status, headers, media_type="application/json; charset=utf-8")


def as_fault(fault: Fault) -> Response:
    """The answer a fault gives."""
    headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
    is_json = fault.body.startswith("{")
    return Response(
        fault.body, fault.status, headers, media_type="application/json" if is_json else "text/html"
    )


async def break_off(scope: Scope, receive: Receive, send: Send) -> None:
    """Drops the connection without an answer.

    ASGI has no word for it: uvicorn's transport is aborted; without a network, the caller gets the error.
    """
    del scope, send
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("dropped on demand")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


def finish(fault: Fault | None, response: Response) -> ASGIApp:
    """What the caller gets once the effect is done: the answer, something else, or a broken connection."""
    if fault is None:
        return response
    if fault.kind in RESETS:
        return break_off
    return as_fault(fault) if fault.kind is Kind.GARBLED else response
