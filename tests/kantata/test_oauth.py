"""Signing in to Kantata: where people are sent, what their code is good for, and how it ends."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.kantata.errors import NoAnswer, Unreachable
from bot.kantata.oauth import OAuthApplication, SignInFailed, exchange_code, revoke

APPLICATION = OAuthApplication(
    "https://app.kantata.test/", "our id", "s3cret", "https://bot.test/kantata/callback"
)
Log = list[MutableMapping[str, Any]]


def given(
    response: httpx.Response | Exception, seen: list[httpx.Request] | None = None
) -> httpx.MockTransport:
    def handler(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(response, Exception):
            raise response
        return response

    return httpx.MockTransport(handler)


def fields(request: httpx.Request) -> dict[str, list[str]]:
    return parse_qs(request.content.decode())


def test_a_person_is_sent_to_kantatas_own_page_with_the_state() -> None:
    address = urlsplit(APPLICATION.authorize_url("st&te"))
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://app.kantata.test/oauth/authorize"
    assert parse_qs(address.query) == {
        "response_type": ["code"],
        "client_id": ["our id"],
        "redirect_uri": ["https://bot.test/kantata/callback"],
        "state": ["st&te"],
    }


async def test_the_challenge_goes_first_and_its_verifier_with_the_code() -> None:
    query = parse_qs(urlsplit(APPLICATION.authorize_url("state", "ch4llenge")).query)
    assert (query["code_challenge"], query["code_challenge_method"]) == (["ch4llenge"], ["S256"])

    seen: list[httpx.Request] = []
    answer = httpx.Response(200, json={"access_token": "t0ken"})
    await exchange_code(APPLICATION, "c0de", verifier="v3rifier", transport=given(answer, seen))
    assert fields(seen[0])["code_verifier"] == ["v3rifier"]


async def test_a_code_is_exchanged_for_tokens() -> None:
    seen: list[httpx.Request] = []
    answer = httpx.Response(200, json={"access_token": "t0ken", "token_type": "bearer"})
    tokens = await exchange_code(APPLICATION, "c0de", transport=given(answer, seen))
    assert (tokens.access, tokens.refresh) == ("t0ken", None)
    assert str(seen[0].url) == "https://app.kantata.test/oauth/token"
    assert fields(seen[0]) == {
        "grant_type": ["authorization_code"],
        "client_id": ["our id"],
        "client_secret": ["s3cret"],
        "code": ["c0de"],
        "redirect_uri": ["https://bot.test/kantata/callback"],
    }


async def test_a_refresh_token_is_kept_when_one_comes() -> None:
    answer = httpx.Response(200, json={"access_token": "a", "refresh_token": "r"})
    assert (await exchange_code(APPLICATION, "c", transport=given(answer))).refresh == "r"


def test_secrets_do_not_show() -> None:
    assert "s3cret" not in repr(APPLICATION)


@pytest.mark.parametrize(
    ("response", "error", "description"),
    [
        (
            httpx.Response(400, json={"error": "invalid_grant", "error_description": "The code is spent."}),
            "invalid_grant",
            "The code is spent.",
        ),
        (httpx.Response(401, json={"error": "invalid_client"}), "invalid_client", ""),
        (httpx.Response(502, html="<h1>Bad Gateway</h1>"), "unreadable_answer", ""),
        (httpx.Response(200, json={"token_type": "bearer"}), "unreadable_answer", ""),
        (httpx.Response(200, json=["t0ken"]), "unreadable_answer", ""),
        (httpx.Response(200, json={"access_token": ""}), "unreadable_answer", ""),
        (httpx.Response(200, json={"error": 5, "error_description": 6}), "unreadable_answer", ""),
    ],
)
async def test_a_refused_code_is_told_by_kantatas_own_error(
    response: httpx.Response, error: str, description: str, logged: Log
) -> None:
    with pytest.raises(SignInFailed) as caught:
        await exchange_code(APPLICATION, "c0de", transport=given(response))
    assert (caught.value.error, caught.value.description) == (error, description)
    assert caught.value.status == response.status_code
    assert str(caught.value) == error
    for secret in ("c0de", "s3cret", "The code"):
        assert secret not in repr(logged)


@pytest.mark.parametrize(
    ("failure", "kind"), [(httpx.ConnectError("x"), Unreachable), (httpx.ReadTimeout("x"), NoAnswer)]
)
async def test_no_answer_to_a_code_is_told_as_such(failure: Exception, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await exchange_code(APPLICATION, "c0de", transport=given(failure))


async def test_a_token_is_revoked() -> None:
    seen: list[httpx.Request] = []
    await revoke(APPLICATION, "t0ken", transport=given(httpx.Response(200, json={}), seen))
    assert str(seen[0].url) == "https://app.kantata.test/oauth/revoke"
    assert fields(seen[0])["token"] == ["t0ken"]


async def test_a_token_that_cannot_be_revoked_is_told() -> None:
    with pytest.raises(SignInFailed, match="invalid_client"):
        await revoke(
            APPLICATION, "t0ken", transport=given(httpx.Response(403, json={"error": "invalid_client"}))
        )
