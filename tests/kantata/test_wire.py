"""Every answer Kantata can give becomes an envelope or the right exception, with Kantata's words kept."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.kantata.errors import (
    AccountClosed,
    Answered,
    BadRequest,
    Effect,
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
from bot.kantata.wire import read
from tests.kantata.samples import ENTRY, TAY, envelope

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
JSON = {"content-type": "application/json; charset=utf-8", "x-request-id": "req-7"}
HTML = {"content-type": "text/html", "x-request-id": "req-7"}
UNREAD = "Kantata's answer cannot be read."
MISSHAPEN = "Kantata's answer is not shaped as one."
CLOSED = "Your account has been canceled"
PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
MALFORMED = {"status": 400, "error": "malformed JSON detected, please lint your request params"}


def said(kind: str, message: str, **more: Any) -> bytes:
    return json.dumps({"errors": [{"type": kind, "message": message, **more}]}).encode()


def no_reason(status: int) -> str:
    return f"Kantata answered {status} and gave no reason."


def failure(status: int, body: bytes, headers: dict[str, str] = JSON) -> KantataError:
    with pytest.raises(KantataError) as caught:
        read(status, headers, body, NOW)
    return caught.value


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind", "words", "effect"),
    [
        (400, said("system", "Bad root"), JSON, BadRequest, "Bad root", Effect.NONE),
        (400, json.dumps(MALFORMED).encode(), JSON, BadRequest, MALFORMED["error"], Effect.NONE),
        (
            401,
            said("oauth", "Invalid OAuth 2 Request"),
            JSON,
            SignedOut,
            "Invalid OAuth 2 Request",
            Effect.NONE,
        ),
        (403, said("system", "Not yours"), JSON, NotAllowed, "Not yours", Effect.NONE),
        (404, said("system", "Not found"), JSON, NotFound, "Not found", Effect.NONE),
        (404, PAGE, HTML, NotFound, no_reason(404), Effect.NONE),
        (409, b"Conflict", {"content-type": "text/plain"}, Answered, "Conflict", Effect.NONE),
        (422, said("validation", "Title can't be blank"), JSON, Invalid, "Title can't be blank", Effect.NONE),
        (422, b"", JSON, Invalid, no_reason(422), Effect.NONE),
        (429, b"", {}, RateLimited, no_reason(429), Effect.NONE),
        (429, said("system", "Slow down"), JSON, RateLimited, "Slow down", Effect.NONE),
        (
            503,
            said("system", "Search is currently unavailable"),
            JSON,
            Unavailable,
            "Search is currently unavailable",
            Effect.FAILED,
        ),
        (503, PAGE, HTML, GatewayFailed, no_reason(503), Effect.UNKNOWN),
        (500, said("system", "Broken"), JSON, ServerFailed, "Broken", Effect.FAILED),
        (500, b"", {}, GatewayFailed, no_reason(500), Effect.UNKNOWN),
        (500, b'{"errors":[{"ty', JSON, GatewayFailed, no_reason(500), Effect.UNKNOWN),
        (502, PAGE, HTML, GatewayFailed, no_reason(502), Effect.UNKNOWN),
        (504, b"upstream timed out", {}, GatewayFailed, "upstream timed out", Effect.UNKNOWN),
        (504, said("system", "Late"), JSON, GatewayFailed, "Late", Effect.UNKNOWN),
        (408, b"", {}, GatewayFailed, no_reason(408), Effect.UNKNOWN),
        (302, b"", {}, Unreadable, no_reason(302), Effect.UNKNOWN),
        (200, b"", JSON, Unreadable, UNREAD, Effect.UNKNOWN),
        (204, b"", {}, Unreadable, UNREAD, Effect.UNKNOWN),
        (200, PAGE, HTML, Unreadable, "Kantata's answer is no JSON.", Effect.UNKNOWN),
        (200, PAGE, JSON, Unreadable, UNREAD, Effect.UNKNOWN),
        (200, b'{"count":1,"results":[{"key":"us', JSON, Unreadable, UNREAD, Effect.UNKNOWN),
        (200, b"[" * 100_000, JSON, Unreadable, UNREAD, Effect.UNKNOWN),
        (200, b"\xff\xfe", JSON, Unreadable, UNREAD, Effect.UNKNOWN),
        (200, b"[]", JSON, Unreadable, UNREAD, Effect.UNKNOWN),
        (200, b'{"count":"x","results":[]}', JSON, Unreadable, MISSHAPEN, Effect.UNKNOWN),
        (200, b'{"results":[1]}', JSON, Unreadable, MISSHAPEN, Effect.UNKNOWN),
        (200, b'{"a":{},"b":{}}', JSON, Unreadable, MISSHAPEN, Effect.UNKNOWN),
        (200, said("validation", "No", field="base"), JSON, Invalid, "No", Effect.NONE),
        (200, said("oauth", "Who?"), JSON, SignedOut, "Who?", Effect.NONE),
        (200, said("system", "Oh"), JSON, ServerFailed, "Oh", Effect.FAILED),
        (403, said("system", CLOSED), JSON, AccountClosed, CLOSED, Effect.NONE),
        (500, said("system", f"{CLOSED}."), JSON, AccountClosed, f"{CLOSED}.", Effect.NONE),
        (200, said("system", CLOSED), JSON, AccountClosed, CLOSED, Effect.NONE),
    ],
)  # fmt: skip
def test_each_failure_is_its_own_exception_with_kantatas_words(
    status: int, body: bytes, headers: dict[str, str], kind: type[KantataError], words: str, effect: Effect
) -> None:
    error = failure(status, body, headers)
    assert type(error) is kind
    assert error.message == words
    assert error.effect is effect
    assert error.status == status
    assert error.request_id == headers.get("x-request-id")


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (
            {
                "errors": [
                    {"type": "validation", "message": "A", "field": "notes", "index": 2},
                    {"message": "B"},
                ]
            },
            (Fault("A", "notes", 2), Fault("B")),
        ),
        ({"errors": ["A", "B"]}, (Fault("A"), Fault("B"))),
        ({"errors": "A"}, (Fault("A"),)),
        ({"errors": {"message": "A", "field": "base"}}, (Fault("A", "base"),)),
        ({"errors": [{"type": "validation", "field": 3, "index": "x"}]}, (Fault("Kantata gave no reason."),)),
        ({"error_message": "A"}, (Fault("A"),)),
        ({"error": "invalid", "error_description": "A"}, (Fault("A"),)),
        ({"error": "A"}, (Fault("A"),)),
        ({"message": "A"}, (Fault("A"),)),
        ({"errors": [], "error": ""}, (Fault("Kantata answered 422 and gave no reason."),)),
        (["A"], (Fault("Kantata answered 422 and gave no reason."),)),
    ],
)
def test_every_shape_of_error_is_read(content: Any, faults: tuple[Fault, ...]) -> None:
    error = failure(422, json.dumps(content).encode())
    assert isinstance(error, Invalid)
    assert error.faults == faults


def test_words_said_twice_are_passed_on_once() -> None:
    body = json.dumps({"errors": ["Too long", "Too long", "Locked"]}).encode()
    assert failure(422, body).message == "Too long Locked"


def test_an_endless_text_is_cut() -> None:
    assert len(failure(409, b"x" * 10_000, {}).message) == 500


def test_a_success_that_holds_errors_and_results_may_have_been_done_in_part() -> None:
    content = {
        **envelope("time_entries", ENTRY),
        "errors": [{"type": "validation", "message": "Second is bad"}],
    }
    error = failure(200, json.dumps(content).encode())
    assert isinstance(error, Unreadable)
    assert error.message == "Second is bad"
    assert error.effect is Effect.UNKNOWN


def test_an_exceptions_text_holds_nobodys_words() -> None:
    error = failure(422, said("validation", "tay.forth@example.com is taken"))
    assert str(error) == "status 422, request req-7"
    assert "tay" not in repr(error)
    assert str(failure(429, b"", {})) == "status 429, request unknown"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Wed, 04 Mar 2026 12:00:30 GMT", 30.0),
        ("Wed, 04 Mar 2026 11:00:00 GMT", 0.0),
        ("Wed, 04 Mar 2026 12:00:30 -0000", 30.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert failure(429, b"", {"retry-after": header}).retry_after == seconds
    assert failure(503, said("system", "x"), {**JSON, "retry-after": header}).retry_after == seconds


@pytest.mark.parametrize("body", [b"", b" ", b"[]", b'{"resolutions":{"1":{}},"more":{}}', b'{"errors":[]}'])
def test_where_the_shape_does_not_matter_any_success_is_one(body: bytes) -> None:
    assert list(read(200, JSON, body, NOW, loose=True).rows()) == []


@pytest.mark.parametrize(("body", "headers"), [(PAGE, HTML), (PAGE, JSON), (b"12", JSON)])
def test_where_the_shape_does_not_matter_a_page_is_still_no_success(
    body: bytes, headers: dict[str, str]
) -> None:
    with pytest.raises(Unreadable):
        read(200, headers, body, NOW, loose=True)


def test_where_the_shape_does_not_matter_errors_still_do() -> None:
    with pytest.raises(Invalid):
        read(200, JSON, said("validation", "No"), NOW, loose=True)


def test_rows_come_in_the_order_of_the_results_and_without_the_included() -> None:
    manager = {**TAY, "id": "102"}
    content = envelope("users", {**TAY, "id": "103"}, {**TAY, "id": "101"})
    content["users"]["102"] = manager
    found = read(200, JSON, json.dumps(content).encode(), NOW)
    assert [row.id for row in found.rows()] == ["103", "101"]
    assert found.find("users", "102") is not None
    assert found.find("users", "104") is None
    assert found.find("stories", "1") is None


def test_an_answer_without_meta_is_counted_by_its_count() -> None:
    content = {"count": 41, "results": [{"key": "users", "id": 101}], "users": {"101": TAY}}
    found = read(200, {**JSON, "date": "Wed, 04 Mar 2026 12:00:00 GMT"}, json.dumps(content).encode(), NOW)
    assert (found.count, found.page_size) == (41, None)
    assert found.answered_at == NOW
    assert found.one().id == "101"


def test_an_array_without_results_is_read_like_a_map() -> None:
    content = {"resolutions": [{"id": 8102, "type": "approval"}, {"id": 8103}]}
    found = read(200, JSON, json.dumps(content).encode(), NOW)
    assert [row.id for row in found.rows()] == ["8102", "8103"]


def test_odd_members_beside_the_maps_do_no_harm() -> None:
    content = {**envelope("users", TAY), "note": "hello", "nothing": None, "users_more": {"1": 2}}
    assert read(200, JSON, json.dumps(content).encode(), NOW).one().id == "101"


def test_a_result_without_its_row_is_unreadable() -> None:
    content = {"count": 1, "results": [{"key": "users", "id": "1"}], "users": {}}
    found = read(200, JSON, json.dumps(content).encode(), NOW)
    with pytest.raises(Unreadable, match="req-7"):
        list(found.rows())


def test_one_is_exactly_one() -> None:
    found = read(200, JSON, json.dumps(envelope("users")).encode(), NOW)
    with pytest.raises(Unreadable) as caught:
        found.one()
    assert caught.value.message == "Kantata answered 0 rows for one."


def test_the_content_type_may_be_missing() -> None:
    assert read(200, {}, json.dumps(envelope("users", TAY)).encode(), NOW).one().id == "101"
