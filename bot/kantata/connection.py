"""How requests travel: paced, counted and timed; reads tried again, writes never.

A write whose end is not certain is the caller's to look for, so nothing here sends one twice.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import httpx
import stamina
import structlog
from aiolimiter import AsyncLimiter

from bot.kantata import wire
from bot.kantata.envelope import Envelope, Json, Row
from bot.kantata.errors import (
    GatewayFailed,
    Invalid,
    KantataError,
    NoAnswer,
    RateLimited,
    ServerFailed,
    SignedOut,
    StoppedHalfway,
    Unavailable,
    Unreachable,
    Unreadable,
)
from bot.kantata.filters import encode
from bot.kantata.paging import PAGE_SIZE, Walk

POOL_SIZE = 20
ATTEMPTS = 4
RATE = 20.0  # requests a second: Kantata does not publish its limits, and 429 is their judge
PATIENCE = 30.0  # seconds in which a read may be tried again
BULK_LIMIT = 100  # objects or ids in one request
REFERENCES_LIMIT = 200  # external references in one filter
_REMEMBERED_TOKENS = 10_000

log = structlog.get_logger()
T = TypeVar("T")
R = TypeVar("R")


class Pace:
    """One limiter for each token, made at need, so that one person's haste slows nobody else.

    ``rate`` is requests a second.
    """

    def __init__(self, rate: float = RATE) -> None:
        self._rate = rate
        self._limiters: dict[bytes, AsyncLimiter] = {}

    def limiter(self, token: str) -> AsyncLimiter:
        key = hashlib.sha256(token.encode()).digest()
        limiter = self._limiters.pop(key, None) or AsyncLimiter(self._rate, 1)
        self._limiters[key] = limiter
        if len(self._limiters) > _REMEMBERED_TOKENS:
            self._limiters.pop(next(iter(self._limiters)))
        return limiter


class Connection:
    """One token's way to Kantata over a pool that all tokens share."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        api_url: str,
        token: str,
        pace: Pace | None = None,
        slots: asyncio.Semaphore | None = None,
        signed_out: Callable[[], None] | None = None,
    ) -> None:
        """``slots`` bounds the requests under way, to what the pool holds: waiting is then no error.

        ``signed_out`` is called when Kantata does not take the token. Without a token nothing is sent.
        """
        self._http = http
        self._api_url = api_url.rstrip("/")
        self._token = token
        self._pace = pace or Pace()
        self._slots = slots or asyncio.Semaphore(POOL_SIZE)
        self._signed_out = signed_out

    async def _read(self, request: wire.Request) -> Envelope:
        """Send a request that changes nothing, again where that can help."""
        answer = None
        # Not stamina.retry: that logs the arguments, and queries hold e-mail addresses.
        async for attempt in stamina.retry_context(on=_pause, attempts=ATTEMPTS, timeout=PATIENCE):
            with attempt:
                answer = await self._send(request)
        assert answer is not None, "retry_context ends with an answer or raises"
        return answer

    async def _show(self, parse: Callable[[Row], T], path: str, query: Mapping[str, str] | None = None) -> T:
        """One object, read."""
        request = wire.Request("GET", path, query or {})
        envelope = await self._read(request)
        with _logged(request):
            return parse(envelope.one())

    async def _save(
        self,
        parse: Callable[[Row], T],
        method: str,
        path: str,
        body: Mapping[str, Json],
        query: Mapping[str, str] | None = None,
    ) -> T:
        """One object, created or changed: sent once."""
        request = wire.Request(method, path, query or {}, body)
        envelope = await self._send(request)
        with _logged(request):
            return parse(envelope.one())

    async def _save_all(
        self, parse: Callable[[Row], T], path: str, body: Mapping[str, Json], query: Mapping[str, str]
    ) -> list[T]:
        """Several objects, created: sent once."""
        request = wire.Request("POST", path, query, body)
        envelope = await self._send(request)
        with _logged(request):
            return [parse(row) for row in envelope.rows()]

    async def _act(
        self,
        method: str,
        path: str,
        body: Mapping[str, Json] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> None:
        """Send, once, a change whose answer is empty or of no settled shape."""
        await self._send(wire.Request(method, path, query or {}, body, loose=True))

    async def _delete_many(self, path: str, ids: Collection[str]) -> None:
        """Delete by id, 100 a request; StoppedHalfway holds the ids that were deleted."""
        done: list[str] = []
        for part in split(list(ids), BULK_LIMIT):
            try:
                await self._act("DELETE", path, query={"ids": ",".join(part)})
            except KantataError as error:
                raise halfway(error, tuple(done)) from None
            done += part

    async def _send(self, request: wire.Request) -> Envelope:
        with _logged(request):
            return await self._exchange(request)

    async def _exchange(self, request: wire.Request) -> Envelope:
        if not self._token:
            raise SignedOut("There is no account to ask Kantata with.")
        try:
            return await self._carry(request)
        except SignedOut:
            if self._signed_out:
                self._signed_out()
            raise

    async def _carry(self, request: wire.Request) -> Envelope:
        async with self._pace.limiter(self._token), self._slots:
            try:
                response = await self._http.request(
                    request.method,
                    self._api_url + request.path,
                    params=request.query,
                    json=request.body,
                    headers={"Authorization": f"Bearer {self._token}"},
                )
            except httpx.RequestError as error:
                raise transport_failure(error) from None
        return wire.read(
            response.status_code,
            response.headers,
            response.content,
            datetime.now(UTC),
            loose=request.loose,
        )

    def _list(
        self,
        path: str,
        parse: Callable[[Row], T],
        allowed: type,
        filters: Mapping[str, Any],
        *,
        query: Mapping[str, str],
        keep: Callable[[T], bool] = lambda _: True,
    ) -> AsyncIterator[T]:
        """All rows of a list. A filter that is misspelt or empty raises now, not at the first row.

        ``keep`` re-checks rows, for a filter Kantata did not apply would let everything through.
        """
        only = filters.get("only")
        rest = {name: value for name, value in filters.items() if name != "only"}
        request = wire.Request("GET", path, {**encode(allowed, rest), **query})
        if only is None:
            return self._pages(request, parse, keep)
        # ``only`` switches Kantata's paging off.
        wanted = dict.fromkeys(only)
        requests = [
            replace(request, query={**request.query, **encode(allowed, {"only": part})})
            for part in split(list(wanted), PAGE_SIZE)
        ]
        return self._named(requests, parse, keep, wanted)

    async def _pages(
        self, request: wire.Request, parse: Callable[[Row], T], keep: Callable[[T], bool]
    ) -> AsyncIterator[T]:
        walk = Walk()
        while walk.page is not None:
            query = {**request.query, "page": str(walk.page), "per_page": str(PAGE_SIZE)}
            envelope = await self._read(replace(request, query=query))
            with _logged(request):
                records = [parse(row) for row in walk.take(envelope)]
            for record in records:
                if keep(record):
                    yield record

    async def _named(
        self,
        requests: Iterable[wire.Request],
        parse: Callable[[Row], T],
        keep: Callable[[T], bool],
        wanted: Collection[str],
    ) -> AsyncIterator[T]:
        for request in requests:
            envelope = await self._read(request)
            with _logged(request):
                records = [parse(row) for row in envelope.rows() if row.id in wanted]
            for record in records:
                if keep(record):
                    yield record


@contextmanager
def _logged(request: wire.Request) -> Iterator[None]:
    """Note what goes wrong with a request or with its answer."""
    try:
        yield
    except KantataError as error:
        # Never the query, the body or Kantata's words: they hold e-mail addresses and notes.
        log.warning(
            "kantata refused or failed",
            method=request.method,
            path=request.path,
            error=type(error).__name__,
            status=error.status,
            request_id=error.request_id,
        )
        raise


def transport_failure(error: httpx.RequestError) -> KantataError:
    """What httpx says of a request without an answer, by whether the request can have left."""
    if isinstance(
        error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
    ):
        return Unreachable("Kantata cannot be reached.")
    if isinstance(error, httpx.DecodingError):
        return Unreadable("Kantata's answer cannot be unpacked.")
    return NoAnswer("Kantata did not answer.")


def _pause(error: Exception) -> bool | float:
    """For a failed read: the seconds Kantata asked for, else whether to try again after the usual pause."""
    if isinstance(error, KantataError) and error.retry_after is not None:
        return error.retry_after if error.retry_after <= PATIENCE else False
    return isinstance(error, (Unreachable, NoAnswer, GatewayFailed, RateLimited, Unavailable, ServerFailed))


def object_path(path: str, object_id: str) -> str:
    """The path of one object; ValueError for an id that is none, which could lead elsewhere."""
    if not (object_id.isascii() and object_id.isdecimal()):
        raise ValueError(f"Not an id of Kantata: {object_id!r}")
    return f"{path}/{object_id}"


def associations(
    include: Collection[StrEnum], optional_fields: Collection[StrEnum] = (), order: StrEnum | None = None
) -> dict[str, str]:
    """The part of a query that says what comes with each row, and in which order."""
    query = {"include": ",".join(include), "optional_fields": ",".join(optional_fields), "order": order or ""}
    return {name: value for name, value in query.items() if value}


def split(items: list[T], size: int) -> list[list[T]]:
    """The items in parts of at most ``size``."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def halfway(error: KantataError, done: tuple[Any, ...]) -> KantataError:
    """The error of a later one of several requests, with what the earlier ones did."""
    return StoppedHalfway(error, done) if done else error


def moved_invalid(invalid: Invalid, by: int) -> Invalid:
    """The refusal of a later one of several requests, indexes counted from the start of the whole call."""
    faults = tuple(
        fault if fault.index is None else replace(fault, index=fault.index + by) for fault in invalid.faults
    )
    return Invalid(invalid.message, faults, status=invalid.status, request_id=invalid.request_id)
