"""Signing in to Kantata: from the link in Slack through the browser, and all the ways it ends."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.sandbox.kantata import Kind
from tests.journeys.conftest import Town, built
from tests.journeys.signing_in import (
    HUDSON,
    ISAR,
    ISARS,
    TAYS,
    UNA,
    Browser,
    connect,
    connection,
    link,
    link_said,
    move_address,
    tokens,
)


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    async with built(database_url, sign_in=True) as town:
        yield town


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with httpx.AsyncClient() as http:
        yield Browser(http)


@pytest.fixture
async def other_browser() -> AsyncIterator[Browser]:
    async with httpx.AsyncClient() as http:
        yield Browser(http)


async def test_a_connect_button_needs_no_answer_from_slack(town: Town) -> None:
    await link(town)
    blocks = town.heard()[-1]["blocks"]
    (action,) = [each for block in blocks for each in block.get("elements", []) if each["type"] == "button"]
    before = len(town.heard())

    delivery = await town.interact(type="block_actions", actions=[{**action, "block_id": "b"}])

    assert delivery.answer is not None
    assert delivery.answer.ok
    assert len(town.heard()) == before


async def test_denied_at_kantata_nothing_is_connected(town: Town, browser: Browser) -> None:
    url = await link(town)

    await browser.open(await browser.decide(url, TAYS, "deny"))

    assert (browser.status, "you did not allow access" in browser.text) == (400, True)
    assert "Type /kantata connect in Slack" in browser.text
    assert await connection(town) is None
    await browser.open(url)
    assert "It has been used already" in browser.text


async def test_a_code_older_than_five_minutes_is_refused(town: Town, browser: Browser) -> None:
    callback = await browser.decide(await link(town), TAYS)
    town.clock.forward(minutes=6)

    await browser.open(callback)

    assert "took more than five minutes" in browser.text
    assert await connection(town) is None


async def test_a_link_works_once(town: Town, browser: Browser) -> None:
    callback = await browser.decide(await link(town), TAYS)
    await browser.open(callback)
    first = await connection(town)

    await browser.open(callback)

    assert "It has been used already" in browser.text
    assert await connection(town) == first
    assert len(tokens(town)) == 1


async def test_a_link_works_for_ten_minutes(town: Town, browser: Browser) -> None:
    url = await link(town)
    callback = await browser.decide(url, TAYS)
    town.clock.forward(minutes=10)

    for late in (url, callback):
        await browser.open(late)
        assert (browser.status, "ten minutes, and they are over" in browser.text) == (400, True)
    assert await connection(town) is None


async def test_the_sign_in_of_another_browser_is_not_taken_over(
    town: Town, browser: Browser, other_browser: Browser
) -> None:
    tays, hudsons = await link(town), await link(town, HUDSON)
    await other_browser.decide(hudsons, "103")
    callback = await browser.decide(tays, TAYS)

    await other_browser.open(callback)

    assert "not begun in this browser" in other_browser.text
    assert await connection(town) is None
    assert await connection(town, HUDSON) is None
    await browser.open(callback)
    assert "You are connected" in browser.text


async def test_a_state_made_up_or_changed_is_refused_and_not_shown(town: Town, browser: Browser) -> None:
    callback = await browser.decide(await link(town), TAYS)
    parts = urlsplit(callback)
    code, state = parse_qs(parts.query)["code"][0], parse_qs(parts.query)["state"][0]
    base = callback.partition("?")[0]

    for wrong in ("", "<script>alert(1)</script>", f"{state}x", state[1:], "ü.ü", f"{state.split('.')[0]}."):
        answer = await browser.http.get(base, params={"code": code, "state": wrong})
        assert (answer.status_code, "It is not one of mine" in answer.text) == (400, True)
        assert "<script>" not in answer.text
    assert await connection(town) is None


async def test_kantatas_own_words_are_not_put_on_the_page(town: Town, browser: Browser) -> None:
    callback = await browser.decide(await link(town), TAYS, "deny")
    wrong = callback.replace("access_denied", "<b>bold</b>")

    await browser.open(wrong)

    assert "sent you back without an answer" in browser.text
    assert "bold" not in browser.text


async def test_the_page_keeps_its_address_to_itself(town: Town, browser: Browser) -> None:
    answer = await browser.http.get(await browser.decide(await link(town), TAYS))

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_while_kantata_fails_it_says_so(town: Town, browser: Browser) -> None:
    callback = await browser.decide(await link(town), TAYS)
    town.world.kantata.faults.next("POST", "/oauth/token", Kind.BAD_GATEWAY)

    await browser.open(callback)

    assert "does not answer at the moment. Nothing was connected." in browser.text
    assert await connection(town) is None


async def test_somebody_elses_account_is_not_connected(town: Town, browser: Browser) -> None:
    page = await browser.sign_in(await link(town, UNA), ISARS)

    assert "belongs to somebody else in this Slack workspace" in page
    assert await connection(town, UNA) is None


async def test_an_account_is_connected_to_one_person(
    town: Town, browser: Browser, other_browser: Browser
) -> None:
    move_address(town, ISARS, "isar@private.example")
    await connect(town, browser, ISAR, ISARS)

    page = await other_browser.sign_in(await link(town, UNA), ISARS)

    assert "belongs to somebody else in this Slack workspace" in page
    assert await connection(town, UNA) is None
    assert await connection(town, ISAR) is not None


async def test_an_account_that_is_not_active_is_not_connected(town: Town, browser: Browser) -> None:
    callback = await browser.decide(await link(town), TAYS)
    store = town.world.kantata.store
    (membership,) = store.table("account_memberships").where("user_id", TAYS)
    with store.transaction():
        store.update("account_memberships", membership["id"], {"disabled_at": "2026-03-05T12:00:00Z"})

    await browser.open(callback)

    assert "not an active one of this firm" in browser.text
    assert await connection(town) is None
    assert tokens(town) == []


async def test_whom_no_address_matches_signs_in(town: Town, browser: Browser) -> None:
    move_address(town, ISARS, "isar@private.example")
    await town.type("/logtime 1h acme website", ISAR)
    assert "I could not find you in Kantata" in town.last(ISAR)

    assert "You are connected" in await browser.sign_in(link_said(town, ISAR), ISARS)

    await town.later(seconds=2)
    await town.type("/kantata whoami", ISAR)
    assert "Kantata user 104, connected with your own account" in town.last(ISAR)
    await town.type("/kantata disconnect", ISAR)
    await town.type("/kantata whoami", ISAR)
    assert "I could not find you in Kantata" in town.last(ISAR)


async def test_whom_one_address_matches_twice_signs_in(town: Town, browser: Browser) -> None:
    await town.type("/kantata whoami", "Jordan Rivers")
    assert "More than one active Kantata user" in town.last("Jordan Rivers")

    await connect(town, browser, "Jordan Rivers", "124")

    await town.type("/kantata whoami", "Jordan Rivers")
    assert "Kantata user 124, connected" in town.last("Jordan Rivers")


async def test_guests_get_no_link(town: Town) -> None:
    await town.type("/kantata connect", "Gil Guest")

    assert "Guests of this workspace cannot use this app." in town.last("Gil Guest")
    assert not any("elements" in block for block in town.heard("Gil Guest")[-1]["blocks"])


async def test_links_are_forgotten_after_a_day(town: Town, browser: Browser) -> None:
    url = await link(town)
    town.clock.forward(hours=25)

    await town.run("forget-sign-ins")

    await browser.open(url)
    assert "ten minutes, and they are over" in browser.text


async def test_without_the_settings_nobody_connects(database_url: str, browser: Browser) -> None:
    async with built(database_url) as town:
        for words in ("connect", "disconnect"):
            await town.type(f"/kantata {words}")
            assert "is not set up here" in town.last()
        await town.type("/logtime 1h acme", UNA)
        assert "I could not find you in Kantata" in town.last(UNA)
        assert "/kantata connect" not in town.last(UNA)

        events = town.world.slack.platform.courier.url
        await browser.open(events.replace("/slack/events", "/kantata/connect?state=x"))
        assert (browser.status, "is not set up here" in browser.text) == (400, True)
