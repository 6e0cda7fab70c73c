"""The client at the simulator where one answer is not enough: long lists that change, and signing in."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.kantata.client import connect
from bot.kantata.errors import SignedOut
from bot.kantata.oauth import OAuthApplication, SignInFailed, exchange_code, revoke
from bot.sandbox.kantata import Kantata as Simulator
from tests.kantata.contract.cases import CONSULTANT, SERVICE
from tests.kantata.sides import API_URL, simulator

REDIRECT = "https://bot.test/kantata/callback"


class Meddling(httpx.AsyncBaseTransport):
    """Lets something happen at Kantata after the first page of a list was read."""

    def __init__(self, kantata: Simulator, happen: Callable[[Simulator], None]) -> None:
        self._inner = httpx.ASGITransport(kantata.app)
        self._kantata = kantata
        self._happen = happen
        self.pages: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        await response.aread()
        self.pages.append(request.url.params["page"])
        if len(self.pages) == 1:
            with self._kantata.store.transaction():
                self._happen(self._kantata)
        return response


def lose_the_first(kantata: Simulator) -> None:
    first = min((row["id"] for row in kantata.store.table("time_entries")), key=int)
    kantata.store.delete("time_entries", first)


def gain_one(kantata: Simulator) -> None:
    row = next(iter(kantata.store.table("time_entries")))
    kantata.store.insert("time_entries", {**row, "created_at": "2026-03-05T12:00:30Z"})


@pytest.mark.parametrize("happen", [lose_the_first, gain_one])
async def test_a_long_list_is_whole_although_it_changes(happen: Callable[[Simulator], None]) -> None:
    kantata = simulator()
    transport = Meddling(kantata, happen)
    before = {row["id"] for row in kantata.store.table("time_entries")}
    assert len(before) > 200
    async with connect(API_URL, kantata.token_for(SERVICE), transport=transport, rate=10_000) as client:
        got = [entry.id async for entry in client.time_entries()]
    after = {row["id"] for row in kantata.store.table("time_entries")}
    assert len(got) == len(set(got))
    assert before & after <= set(got)
    assert transport.pages[:2] == ["1", "2"]


async def code_of(kantata: Simulator, application: OAuthApplication) -> str:
    """The code a browser brings back when the consultant says yes."""
    asked = {
        name: each[0] for name, each in parse_qs(urlsplit(application.authorize_url("st4te")).query).items()
    }
    transport = httpx.ASGITransport(kantata.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kantata.test") as browser:
        form = {**asked, "user_id": CONSULTANT, "decision": "allow"}
        response = await browser.post("/oauth/authorize", data=form)
    back = parse_qs(urlsplit(response.headers["location"]).query)
    assert back["state"] == ["st4te"]
    return back["code"][0]


async def test_a_person_signs_in_acts_and_is_signed_out() -> None:
    kantata = simulator()
    kantata.register("Time bot", [REDIRECT], client_id="bot", client_secret="secret")
    application = OAuthApplication("http://kantata.test", "bot", "secret", REDIRECT)
    transport = httpx.ASGITransport(kantata.app)
    code = await code_of(kantata, application)
    tokens = await exchange_code(application, code, transport=transport)
    async with connect(API_URL, tokens.access, transport=transport) as client:
        assert (await client.me()).id == CONSULTANT
        with pytest.raises(SignInFailed, match="invalid_grant"):
            await exchange_code(application, code, transport=transport)
        await revoke(application, tokens.access, transport=transport)
        with pytest.raises(SignedOut):
            await client.me()


async def test_a_wrong_secret_signs_nobody_in() -> None:
    kantata = simulator()
    kantata.register("Time bot", [REDIRECT], client_id="bot", client_secret="secret")
    application = OAuthApplication("http://kantata.test", "bot", "wrong", REDIRECT)
    code = await code_of(kantata, application)
    with pytest.raises(SignInFailed, match="invalid_client"):
        await exchange_code(application, code, transport=httpx.ASGITransport(kantata.app))
