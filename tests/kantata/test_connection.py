"""How requests travel: reads are tried again, writes are not, and the log holds nobody's words."""

import asyncio
import logging
from collections.abc import Iterator, MutableMapping
from datetime import date
from typing import Any

import httpx
import pytest
import stamina

from bot.kantata.client import Kantata, connect
from bot.kantata.connection import Pace
from bot.kantata.errors import (
    AccountClosed,
    BadRequest,
    Effect,
    GatewayFailed,
    Invalid,
    KantataError,
    NoAnswer,
    NotAllowed,
    NotFound,
    RateLimited,
    SignedOut,
    Unavailable,
    Unreachable,
    Unreadable,
)
from bot.kantata.records import NewTimeEntry, TimeEntryChanges
from tests.kantata.conftest import Connect, Handler
from tests.kantata.samples import ENTRY, TAY, answer, envelope

NEW = NewTimeEntry("3001", date(2026, 3, 4), 90, notes="secret plans")
ME = answer(envelope("users", TAY))
Log = list[MutableMapping[str, Any]]


def error(status: int, kind: str = "system", message: str = "No") -> httpx.Response:
    return answer({"errors": [{"type": kind, "message": message}]}, status)


def first_then(*answers: httpx.Response | Exception) -> tuple[Handler, list[str]]:
    """A Kantata that gives those answers in turn, and what it was asked."""
    waiting: Iterator[httpx.Response | Exception] = iter(answers)
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        given = next(waiting)
        if isinstance(given, Exception):
            raise given
        return given

    return handler, asked


TRANSIENT = [
    error(429),
    error(500),
    error(503),
    error(200),
    httpx.Response(502, html="<h1>Bad Gateway</h1>"),
    httpx.Response(503, html="<h1>Maintenance</h1>"),
    httpx.Response(504),
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("busy"),
    httpx.ReadTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("cut off"),
]


@pytest.mark.parametrize("failure", TRANSIENT, ids=repr)
async def test_a_read_is_tried_again(kantata_over: Connect, failure: httpx.Response | Exception) -> None:
    handler, asked = first_then(failure, failure, failure, ME)
    async with kantata_over(handler) as kantata:
        assert (await kantata.me()).name == "Tay Forth"
    assert len(asked) == 4


@pytest.mark.parametrize("failure", TRANSIENT, ids=repr)
async def test_a_read_is_given_up_after_four_times(
    kantata_over: Connect, failure: httpx.Response | Exception
) -> None:
    handler, asked = first_then(*[failure] * 4)
    async with kantata_over(handler) as kantata:
        with pytest.raises(KantataError):
            await kantata.me()
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest),
        (401, SignedOut),
        (403, NotAllowed),
        (404, NotFound),
        (422, Invalid),
    ],
)
async def test_a_refusal_is_not_asked_for_twice(
    kantata_over: Connect, status: int, kind: type[KantataError]
) -> None:
    handler, asked = first_then(error(status))
    async with kantata_over(handler) as kantata:
        with pytest.raises(kind):
            await kantata.me()
    assert len(asked) == 1


@pytest.mark.parametrize(
    "failure", [*TRANSIENT, error(400), error(401), error(403), error(404), error(422)], ids=repr
)
async def test_a_write_is_sent_once_whatever_comes(
    kantata_over: Connect, failure: httpx.Response | Exception
) -> None:
    handler, asked = first_then(*[failure] * 8)
    async with kantata_over(handler) as kantata:
        for write in (
            kantata.create_time_entry(NEW),
            kantata.create_time_entries([NEW]),
            kantata.update_time_entry("9001", TimeEntryChanges(minutes=5)),
            kantata.delete_time_entry("9001"),
            kantata.delete_time_entries(["9001"]),
            kantata.approve_submission("7001"),
            kantata.approve_submissions(["7001"]),
        ):
            with pytest.raises(KantataError):
                await write
    assert asked == [
        "POST /api/v1/time_entries",
        "POST /api/v1/time_entries",
        "PUT /api/v1/time_entries/9001",
        "DELETE /api/v1/time_entries/9001",
        "DELETE /api/v1/time_entries",
        "PUT /api/v1/timesheet_submissions/7001/approve",
        "POST /api/v1/timesheet_approvals",
    ]


@pytest.mark.parametrize(
    ("failure", "kind", "effect"),
    [
        (httpx.ConnectError("x"), Unreachable, Effect.NONE),
        (httpx.ConnectTimeout("x"), Unreachable, Effect.NONE),
        (httpx.PoolTimeout("x"), Unreachable, Effect.NONE),
        (httpx.UnsupportedProtocol("x"), Unreachable, Effect.NONE),
        (httpx.ReadTimeout("x"), NoAnswer, Effect.UNKNOWN),
        (httpx.WriteTimeout("x"), NoAnswer, Effect.UNKNOWN),
        (httpx.ReadError("x"), NoAnswer, Effect.UNKNOWN),
        (httpx.WriteError("x"), NoAnswer, Effect.UNKNOWN),
        (httpx.RemoteProtocolError("x"), NoAnswer, Effect.UNKNOWN),
        (httpx.DecodingError("x"), Unreadable, Effect.UNKNOWN),
    ],
    ids=repr,
)
async def test_a_lost_write_says_whether_it_can_have_left(
    kantata_over: Connect, failure: Exception, kind: type[KantataError], effect: Effect, logged: Log
) -> None:
    handler, _ = first_then(failure)
    async with kantata_over(handler) as kantata:
        with pytest.raises(kind) as caught:
            await kantata.create_time_entry(NEW)
    assert caught.value.effect is effect
    assert [line["error"] for line in logged] == [kind.__name__]


async def test_a_failure_is_logged_by_path_status_and_request_id_alone(
    kantata_over: Connect, logged: Log
) -> None:
    handler, _ = first_then(
        error(422, "validation", "tay.forth@example.com is odd"), error(401, "oauth", "Who?")
    )
    async with kantata_over(handler) as kantata:
        with pytest.raises(Invalid):
            await kantata.create_time_entry(NEW)
        with pytest.raises(SignedOut):
            await anext(kantata.users(by_email_address="tay.forth@example.com"))
    assert [(line["method"], line["path"], line["status"], line["request_id"]) for line in logged] == [
        ("POST", "/time_entries", 422, "req-1"),
        ("GET", "/users", 401, "req-1"),
    ]
    for secret in ("tay.forth", "t0ken", "secret plans", "Who?"):
        assert secret not in repr(logged)


@pytest.mark.parametrize("spoilt", [{"date_performed": "soon"}, {"user_id": None}, {"time_in_minutes": "x"}])
async def test_an_answer_that_makes_no_sense_is_logged_too(
    kantata_over: Connect, logged: Log, spoilt: dict[str, Any]
) -> None:
    async with kantata_over(lambda _: answer(envelope("time_entries", {**ENTRY, **spoilt}))) as kantata:
        for work in (
            kantata.time_entry("9001"),
            kantata.create_time_entry(NEW),
            kantata.create_time_entries([NEW]),
            anext(kantata.time_entries()),
            anext(kantata.time_entries(only=["9001"])),
        ):
            with pytest.raises(Unreadable):
                await work
    assert [(line["error"], line["request_id"]) for line in logged] == [("Unreadable", "req-1")] * 5


async def test_a_read_tried_again_does_not_log_what_it_asked(kantata_over: Connect, logged: Log) -> None:
    handler, _ = first_then(error(503), answer(envelope("users", TAY)))
    async with kantata_over(handler) as kantata:
        await anext(kantata.users(by_email_address="tay.forth@example.com"))
    assert logged
    assert "tay.forth" not in repr(logged)


async def test_the_http_librarys_own_log_keeps_addresses_to_itself(
    kantata_over: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    handler, _ = first_then(answer(envelope("users", TAY)))
    async with kantata_over(handler) as kantata:
        await anext(kantata.users(by_email_address="tay.forth@example.com"))
    assert caplog.text == ""


class RecordedPauses:
    """stamina's announcements of how long it is about to wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, details: stamina.instrumentation.RetryDetails) -> None:
        self.seconds.append(details.wait_for)


@pytest.fixture
def pauses() -> Iterator[RecordedPauses]:
    recorded = RecordedPauses()
    stamina.instrumentation.set_on_retry_hooks([recorded])
    yield recorded
    stamina.instrumentation.set_on_retry_hooks(None)


async def test_kantatas_own_waiting_time_is_kept(kantata_over: Connect, pauses: RecordedPauses) -> None:
    slow_down = httpx.Response(429, headers={"retry-after": "0"})
    handler, asked = first_then(slow_down, ME)
    with stamina.set_testing(False):
        async with kantata_over(handler) as kantata:
            await kantata.me()
    assert (len(asked), pauses.seconds) == (2, [0.0])


@pytest.mark.parametrize("status", [429, 503])
async def test_nobody_is_kept_waiting_longer_than_a_read_is_worth(kantata_over: Connect, status: int) -> None:
    body = {"errors": [{"type": "system", "message": "Later"}]}
    handler, asked = first_then(answer(body, status, **{"retry-after": "3600"}))
    async with kantata_over(handler) as kantata:
        with pytest.raises((RateLimited, Unavailable)) as caught:
            await kantata.me()
    assert len(asked) == 1
    assert caught.value.retry_after == 3600.0


async def test_a_closed_account_is_told_from_a_missing_permission(kantata_over: Connect) -> None:
    handler, asked = first_then(error(403, message="Your account has been canceled"))
    async with kantata_over(handler) as kantata:
        with pytest.raises(AccountClosed):
            await kantata.me()
    assert len(asked) == 1


async def test_a_gateways_page_never_passes_for_an_answer(kantata_over: Connect) -> None:
    page = httpx.Response(200, html="<h1>Welcome to our wireless</h1>")
    handler, _ = first_then(page, page, httpx.Response(502, html="<h1>Bad Gateway</h1>"))
    async with kantata_over(handler) as kantata:
        for kind in (Unreadable, Unreadable, GatewayFailed):
            with pytest.raises(kind):
                await kantata.delete_time_entry("9001")


async def test_another_person_acts_with_their_own_token(kantata_over: Connect) -> None:
    tokens: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["authorization"])
        return answer(envelope("users", TAY))

    async with kantata_over(handler) as kantata:
        await kantata.acting_as("theirs").me()
        await kantata.me()
    assert tokens == ["Bearer theirs", "Bearer t0ken"]


async def test_each_token_has_its_own_pace_and_keeps_it() -> None:
    pace = Pace(5)
    assert pace.limiter("a") is pace.limiter("a")
    assert pace.limiter("a") is not pace.limiter("b")


async def test_the_pace_of_a_token_long_unused_is_forgotten() -> None:
    pace = Pace(5)
    first = pace.limiter("first")
    for number in range(10_000):
        pace.limiter(str(number))
    assert pace.limiter("first") is not first


async def test_a_token_is_held_to_its_pace() -> None:
    transport = httpx.MockTransport(lambda _: answer(envelope("users", TAY)))
    async with connect("https://kantata.test/api/v1", "t", transport=transport, rate=2) as kantata:
        await kantata.me()
        await kantata.me()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await kantata.me()
        async with asyncio.timeout(5):
            await kantata.acting_as("other").me()


async def test_no_more_requests_are_under_way_than_the_pool_holds(kantata_over: Connect) -> None:
    under_way = most = 0

    async def respond(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _turn in range(5):
            await asyncio.sleep(0)
        under_way -= 1
        return answer(envelope("users", TAY))

    transport = httpx.MockTransport(respond)
    async with connect("https://kantata.test/api/v1", "t", transport=transport, rate=10_000) as kantata:
        await asyncio.gather(*(kantata.me() for _ in range(100)))
    assert most == 20


async def test_a_client_can_be_made_over_a_pool_of_ones_own() -> None:
    transport = httpx.MockTransport(lambda _: answer(envelope("users", TAY)))
    async with httpx.AsyncClient(transport=transport) as http:
        kantata = Kantata(http, api_url="https://kantata.test/api/v1/", token="t")
        assert (await kantata.me()).id == "101"


@pytest.mark.parametrize("bad", ["", "9001/approve", "../users", "-1", "1.5", "٣", "me"])
async def test_what_is_no_id_never_becomes_an_address(kantata_over: Connect, bad: str) -> None:
    handler, asked = first_then()
    async with kantata_over(handler) as kantata:
        with pytest.raises(ValueError, match="Not an id"):
            await kantata.time_entry(bad)
        with pytest.raises(ValueError, match="Not an id"):
            await kantata.time_off_entry(bad)
    assert asked == []


async def test_an_answer_of_one_entry_for_many_is_not_taken(kantata_over: Connect) -> None:
    two = answer(envelope("time_entries", {**ENTRY, "external_reference_ids": []}, {**ENTRY, "id": "9002"}))
    async with kantata_over(lambda _: two) as kantata:
        with pytest.raises(Unreadable):
            await kantata.time_entry("9001")
