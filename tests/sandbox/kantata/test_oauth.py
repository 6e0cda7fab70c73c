"""Signing in at the simulated Kantata: allowed, denied, too late, twice, revoked."""

import base64
import hashlib
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.kantata.conftest import ODER, TAY, World

REDIRECT = "https://bot.example.com/kantata/callback"
ASKED = {"response_type": "code", "client_id": "bot", "redirect_uri": REDIRECT, "state": "s1 &x"}
CREDENTIALS = {"client_id": "bot", "client_secret": "secret"}


@pytest.fixture
async def browser(world: World) -> AsyncIterator[httpx.AsyncClient]:
    world.kantata.register("Time bot", [REDIRECT], client_id="bot", client_secret="secret")
    transport = httpx.ASGITransport(world.kantata.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kantata") as client:
        yield client


async def decide(browser: httpx.AsyncClient, decision: str = "allow", **asked: str) -> dict[str, str]:
    """The query of the redirect that follows a decision on the page, made as Oder."""
    form = {**ASKED, **asked, "user_id": ODER, "decision": decision}
    response = await browser.post("/oauth/authorize", data=form)
    assert response.status_code == 302, response.text
    assert response.headers["location"].startswith(REDIRECT + "?")
    return {
        name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()
    }


async def redeem(browser: httpx.AsyncClient, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        **CREDENTIALS,
        **changes,
    }
    return await browser.post("/oauth/token", data=form)


async def test_the_page_offers_people_and_both_answers(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/oauth/authorize", params={**ASKED, "state": '"><script>'})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "Time bot" in page.text
    assert "tay.forth@example.com" in page.text
    assert "mosel.saar@example.com" not in page.text  # disabled
    assert 'value="allow"' in page.text
    assert 'value="deny"' in page.text
    assert "<script>" not in page.text


async def test_a_grant_becomes_a_token_of_the_chosen_user(browser: httpx.AsyncClient) -> None:
    granted = await decide(browser)
    assert granted["state"] == "s1 &x"
    response = await redeem(browser, granted["code"])
    assert response.status_code == 200
    assert response.json()["token_type"] == "bearer"
    headers = {"authorization": f"Bearer {response.json()['access_token']}"}
    me = await browser.get("/api/v1/users/me", headers=headers)
    assert me.json()["results"] == [{"key": "users", "id": ODER}]


async def test_client_and_secret_may_be_a_basic_header(browser: httpx.AsyncClient) -> None:
    granted = await decide(browser)
    form = {"grant_type": "authorization_code", "code": granted["code"], "redirect_uri": REDIRECT}
    response = await browser.post("/oauth/token", data=form, auth=("bot", "secret"))
    assert response.status_code == 200


async def test_an_exchange_may_be_json(browser: httpx.AsyncClient) -> None:
    granted = await decide(browser)
    body = {
        "grant_type": "authorization_code",
        "code": granted["code"],
        "redirect_uri": REDIRECT,
        **CREDENTIALS,
    }
    assert (await browser.post("/oauth/token", json=body)).status_code == 200
    for content in (b"{", b"[]"):
        headers = {"content-type": "application/json", "authorization": "Basic ?"}
        response = await browser.post("/oauth/token", content=content, headers=headers)
        assert response.json()["error"] == "invalid_client"


async def test_a_denial_is_told_to_the_application(browser: httpx.AsyncClient) -> None:
    denied = await decide(browser, "deny")
    assert (denied["error"], denied["state"]) == ("access_denied", "s1 &x")
    assert denied["error_description"]
    assert "code" not in denied


async def test_a_code_serves_once(browser: httpx.AsyncClient) -> None:
    granted = await decide(browser)
    assert (await redeem(browser, granted["code"])).status_code == 200
    again = await redeem(browser, granted["code"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert "errors" not in again.json()


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 400)])
async def test_a_code_lives_five_minutes(
    world: World, browser: httpx.AsyncClient, seconds: float, status: int
) -> None:
    granted = await decide(browser)
    world.clock.forward(seconds=seconds)
    assert (await redeem(browser, granted["code"])).status_code == status


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"code": "made up"}, 400, "invalid_grant"),
        ({"redirect_uri": "https://bot.example.com/other"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_exchange_is_refused_in_oauths_shape(
    browser: httpx.AsyncClient, changes: dict[str, str], status: int, error: str
) -> None:
    granted = await decide(browser)
    response = await redeem(browser, **{"code": granted["code"], **changes})
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.json()["error_description"]


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"redirect_uri": "https://evil.example.com/"}, 400, "invalid_redirect_uri"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, 400, "invalid_request"),
    ],
)
async def test_a_wrong_authorization_is_not_redirected(
    browser: httpx.AsyncClient, changes: dict[str, str], status: int, error: str
) -> None:
    for response in (
        await browser.get("/oauth/authorize", params={**ASKED, **changes}),
        await browser.post(
            "/oauth/authorize", data={**ASKED, **changes, "user_id": TAY, "decision": "allow"}
        ),
    ):
        assert (response.status_code, response.json()["error"]) == (status, error)


@pytest.mark.parametrize(("verifier", "status"), [("right", 200), ("wrong", 400)])
async def test_a_code_challenge_wants_its_verifier(
    browser: httpx.AsyncClient, verifier: str, status: int
) -> None:
    digest = hashlib.sha256(b"right").digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    granted = await decide(browser, code_challenge=challenge, code_challenge_method="S256")
    assert (await redeem(browser, granted["code"], code_verifier=verifier)).status_code == status


async def test_a_revoked_token_is_dead(browser: httpx.AsyncClient) -> None:
    granted = await decide(browser)
    token = (await redeem(browser, granted["code"])).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    wrong = await browser.post("/oauth/revoke", data={**CREDENTIALS, "client_secret": "x", "token": token})
    assert wrong.status_code == 401
    assert (await browser.get("/api/v1/users/me", headers=headers)).status_code == 200
    assert (await browser.post("/oauth/revoke", data={**CREDENTIALS, "token": token})).status_code == 200
    assert (await browser.get("/api/v1/users/me", headers=headers)).status_code == 401
