"""What travels between us and Kantata, pure: requests as values, and answers read into envelopes or errors.

Rules are those of Kantata's API reference and of the engine behind it: an envelope of ``results`` that point
into maps by type and id, ids that are strings except where they are not, errors in several shapes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

from bot.kantata.envelope import Envelope, Json
from bot.kantata.errors import (
    AccountClosed,
    Answered,
    BadRequest,
    Fault,
    GatewayFailed,
    Invalid,
    KantataError,
    NotAllowed,
    NotFound,
    RateLimited,
    ServerFailed,
    SignedOut,
    Unavailable,
    Unreadable,
)

_LONGEST_WORDS = 500
_REFUSALS: Mapping[int, type[Answered]] = {
    400: BadRequest,
    401: SignedOut,
    403: NotAllowed,
    404: NotFound,
}


@dataclass(frozen=True)
class Request:
    """One request: ``path`` below the API's address, ``query`` as sent before URL encoding.

    ``loose``: of the answer it matters only that it is no failure, for its shape is empty or not settled.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Json] | None = None
    loose: bool = False


def read(
    status: int, headers: Mapping[str, str], body: bytes, now: datetime, *, loose: bool = False
) -> Envelope:
    """The envelope of a 2xx answer; anything else raises the KantataError that it is.

    ``headers`` are looked up in lower case; ``now`` is the aware instant the answer came, for a
    ``Retry-After`` that is a date. ``loose`` is the request's.
    """
    request_id = headers.get("x-request-id")
    if not 200 <= status < 300:
        wait = _retry_after(headers.get("retry-after"), now)
        raise _failure(status, _parse(body), body, headers, request_id, wait)
    if loose and not body.strip():
        return Envelope(status, request_id)
    if "json" not in headers.get("content-type", "json"):
        raise Unreadable("Kantata's answer is no JSON.", status=status, request_id=request_id)
    content = _parse(body)
    if not isinstance(content, (dict, list) if loose else dict):
        raise Unreadable("Kantata's answer cannot be read.", status=status, request_id=request_id)
    if isinstance(content, dict) and content.get("errors"):
        raise _failure_in_success(status, content, request_id)
    if loose:
        return Envelope(status, request_id)
    try:
        return _envelope(status, headers, cast(dict[str, Any], content), request_id)
    except (AttributeError, KeyError, TypeError, ValueError):
        message = "Kantata's answer is not shaped as one."
        raise Unreadable(message, status=status, request_id=request_id) from None


def _parse(body: bytes) -> Json:
    """The JSON of a body, None where it is none (or cut off)."""
    try:
        return cast(Json, json.loads(body))
    except (ValueError, RecursionError):
        return None


def _envelope(
    status: int, headers: Mapping[str, str], content: dict[str, Any], request_id: str | None
) -> Envelope:
    maps = {
        name: _by_id(value)
        for name, value in content.items()
        if name not in ("count", "meta", "results", "errors")
    }
    meta = content.get("meta") or {}
    count = meta.get("count", content.get("count"))
    size = meta.get("page_size")
    return Envelope(
        status,
        request_id,
        results=_results(content, maps),
        maps=maps,
        count=None if count is None else int(count),
        page_size=int(size) if size else None,
        answered_at=_http_date(headers.get("date")),
    )


def _by_id(value: Json) -> dict[str, dict[str, Json]]:
    """A map by string id, whether it was sent as a map or, as bulk decisions are, as an array."""
    if isinstance(value, list):
        return {str(row["id"]): row for row in value if isinstance(row, dict)}
    if isinstance(value, dict):
        return {str(key): row for key, row in value.items() if isinstance(row, dict)}
    return {}


def _results(
    content: dict[str, Any], maps: Mapping[str, Mapping[str, object]]
) -> tuple[tuple[str, str], ...]:
    """What was asked for; an answer without ``results`` that holds one type holds only what was asked for."""
    if "results" in content:
        return tuple((str(one["key"]), str(one["id"])) for one in content["results"])
    if len(maps) != 1:
        raise KeyError("results")
    [(name, rows)] = maps.items()
    return tuple((name, key) for key in rows)


def _failure_in_success(status: int, content: dict[str, Any], request_id: str | None) -> KantataError:
    """A 2xx that holds errors is a failure; one that also holds results may have been done in part."""
    faults, kinds = _faults(content)
    if content.get("results"):
        return Unreadable(_words(faults), status=status, request_id=request_id)
    if _closed(faults):
        return AccountClosed(_words(faults), status=status, request_id=request_id)
    if kinds == {"oauth"}:
        return SignedOut(_words(faults), status=status, request_id=request_id)
    if kinds == {"validation"}:
        return Invalid(_words(faults), faults, status=status, request_id=request_id)
    return ServerFailed(_words(faults), status=status, request_id=request_id)


def _failure(
    status: int,
    content: Json,
    body: bytes,
    headers: Mapping[str, str],
    request_id: str | None,
    retry_after: float | None,
) -> KantataError:
    faults, _ = _faults(content)
    if not faults:
        faults = _plain(body, headers)
    if _closed(faults):
        return AccountClosed(_words(faults), status=status, request_id=request_id)
    if status in _REFUSALS:
        return _REFUSALS[status](_words(faults, status), status=status, request_id=request_id)
    if status == 422:
        faults = faults or (Fault(_words((), status)),)
        return Invalid(_words(faults), faults, status=status, request_id=request_id)
    kind = _other_failure(status, own=isinstance(content, dict) and bool(faults))
    return kind(_words(faults, status), status=status, request_id=request_id, retry_after=retry_after)


def _other_failure(status: int, *, own: bool) -> type[KantataError]:
    """The class of a status that has no fixed one; ``own``: the body is Kantata's own."""
    if status == 429:
        return RateLimited
    if status in (408, 502, 504):
        return GatewayFailed
    if status >= 500:
        return (Unavailable if status == 503 else ServerFailed) if own else GatewayFailed
    return Answered if status >= 400 else Unreadable


def _faults(content: Json) -> tuple[tuple[Fault, ...], set[str]]:
    """Every fault a body names, and the types they have, in any of the shapes Kantata uses."""
    if not isinstance(content, dict):
        return (), set()
    errors = content.get("errors")
    if isinstance(errors, (str, dict)):
        errors = [errors]
    if isinstance(errors, list) and errors:
        kinds = {str(one.get("type")) for one in errors if isinstance(one, dict)}
        return tuple(_fault(one) for one in errors), kinds
    for name in ("error_message", "error_description", "error", "message"):
        if isinstance(words := content.get(name), str) and words:
            return (Fault(words[:_LONGEST_WORDS]),), set()
    return (), set()


def _fault(error: Json) -> Fault:
    if not isinstance(error, dict):
        return Fault(str(error)[:_LONGEST_WORDS])
    message, name, index = error.get("message"), error.get("field"), error.get("index")
    return Fault(
        message=message[:_LONGEST_WORDS]
        if isinstance(message, str) and message
        else "Kantata gave no reason.",
        field=name if isinstance(name, str) else None,
        index=index if isinstance(index, int) else None,
    )


def _plain(body: bytes, headers: Mapping[str, str]) -> tuple[Fault, ...]:
    """The words of a plain text body; a page of HTML or a piece of JSON has none for people."""
    text = body.decode("utf-8", errors="replace").strip()
    if not text or text[0] in "<{[" or "html" in headers.get("content-type", ""):
        return ()
    return (Fault(text[:_LONGEST_WORDS]),)


def _closed(faults: tuple[Fault, ...]) -> bool:
    # The only failure that has no mark of its own but its words.
    return any("account has been cancel" in fault.message.lower() for fault in faults)


def _words(faults: tuple[Fault, ...], status: int | None = None) -> str:
    """All words of all faults, each once, in Kantata's order."""
    if not faults:
        return f"Kantata answered {status} and gave no reason."
    return " ".join(dict.fromkeys(fault.message for fault in faults))


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait, from a number of seconds or an HTTP date; None where there is neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    moment = _http_date(value)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _http_date(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
