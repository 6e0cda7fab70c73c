"""Rate limits, errors, resets and garbled answers, on demand."""

import httpx
import pytest

from tests.sandbox.slack.standin import ANA, GENERAL, TOKEN, World

BEARER = {"authorization": f"Bearer {TOKEN}"}


async def test_429_says_how_long_to_wait_and_does_nothing(there: World) -> None:
    there.slack.faults.rate_limit("chat.postMessage", retry_after=7)
    sent = {"channel": GENERAL, "text": "x"}
    limited = await there.web.post("/api/chat.postMessage", json=sent, headers=BEARER)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    assert there.texts(GENERAL) == []
    assert (await there.api("chat.postMessage", **sent))["ok"]


async def test_a_fault_strikes_its_own_method_only(there: World) -> None:
    there.slack.faults.fail("chat.postMessage", status=503)
    assert (await there.api("auth.test"))["ok"]
    failed = await there.web.post("/api/chat.postMessage", headers=BEARER)
    assert failed.status_code == 503


async def test_a_fault_strikes_its_own_workspace_only(there: World) -> None:
    there.slack.faults.fail("auth.test", team="T0ELSEWHERE", times=None)
    assert (await there.api("auth.test"))["ok"]
    there.slack.faults.fail("auth.test", team="T0SANDBOX", times=None)
    assert (await there.web.post("/api/auth.test", headers=BEARER)).status_code == 500
    there.slack.faults.clear()
    assert (await there.api("auth.test"))["ok"]


async def test_a_fault_may_last(there: World) -> None:
    there.slack.faults.fail(times=2)
    statuses = [(await there.web.post("/api/auth.test", headers=BEARER)).status_code for _ in range(3)]
    assert statuses == [500, 500, 200]


async def test_a_refusal_on_demand(there: World) -> None:
    there.slack.faults.refuse("auth.test", "fatal_error")
    assert (await there.api("auth.test"))["error"] == "fatal_error"


async def test_a_reset_before_does_nothing(there: World) -> None:
    there.slack.faults.reset_before("chat.postMessage")
    with pytest.raises(ConnectionResetError):
        await there.api("chat.postMessage", channel=GENERAL, text="x")
    assert there.texts(GENERAL) == []


async def test_a_reset_after_loses_the_answer_only(there: World) -> None:
    there.slack.faults.reset_after("chat.postMessage")
    with pytest.raises(ConnectionResetError):
        await there.api("chat.postMessage", channel=GENERAL, text="x")
    assert there.texts(GENERAL) == ["x"]


async def test_a_garbled_answer_is_no_json_but_it_is_done(there: World) -> None:
    there.slack.faults.garble("chat.postMessage")
    answered = await there.web.post(
        "/api/chat.postMessage", json={"channel": GENERAL, "text": "x"}, headers=BEARER
    )
    assert answered.text.startswith("<html>")
    assert there.texts(GENERAL) == ["x"]


async def test_faults_strike_response_urls_too(there: World) -> None:
    await there.slack.command(ANA, GENERAL, "/logtime")
    url = httpx.URL(there.app.last["response_url"]).path
    there.slack.faults.fail("response_url", status=500)
    assert (await there.web.post(url, json={"text": "x"})).status_code == 500
    there.slack.faults.reset_after("response_url")
    with pytest.raises(ConnectionResetError):
        await there.web.post(url, json={"text": "x"})
    assert there.texts(GENERAL) == ["x"]


async def test_slacks_own_limits_hold_where_asked_for(there: World) -> None:
    there.slack.faults.limit_rates = True
    statuses = {(await there.web.get("/api/users.list", headers=BEARER)).status_code for _ in range(20)}
    assert statuses == {200}
    limited = await there.web.get("/api/users.list", headers=BEARER)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "60")
    assert (await there.web.get("/api/team.info", headers=BEARER)).status_code == 200
    there.clock.move(seconds=60)
    assert (await there.web.get("/api/users.list", headers=BEARER)).status_code == 200


async def test_posts_are_limited_per_channel(there: World) -> None:
    there.slack.faults.limit_rates = True

    async def post(channel: str) -> int:
        sent = {"channel": channel, "text": "x"}
        return (await there.web.post("/api/chat.postMessage", json=sent, headers=BEARER)).status_code

    assert [await post(GENERAL) for _ in range(6)] == [200] * 5 + [429]
    assert await post("C0RANDOM") == 200
    there.clock.move(seconds=5)
    assert await post(GENERAL) == 200
