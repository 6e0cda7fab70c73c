"""The world as one app: the page's files, Kantata's side of it, and the controls."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.manifest import MANIFEST
from bot.sandbox.clock import SandboxClock
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.world import PAGE, World, build_world

THURSDAY = datetime(2026, 3, 5, 12, tzinfo=UTC)


class Bot:
    """Notes what the page asks of the bot's process."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def restart(self) -> None:
        self.asked.append("restart")

    def kill(self) -> None:
        self.asked.append("kill")

    def as_json(self) -> dict[str, Any]:
        return {"status": "running", "restarts": 0}


class Clock:
    """A clock that only moves when told."""

    now = THURSDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def world(clock: Clock) -> AsyncIterator[World]:
    built = build_world(bot_url="http://bot", url="http://world", clock=clock)
    yield built
    await built.close()


@pytest.fixture
async def browser(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://world") as client:
        yield client


def slack_id(world: World, email: str) -> str:
    return world.slack.workspace.person(email).id


async def test_the_page_and_its_files_are_never_kept(browser: httpx.AsyncClient) -> None:
    for path in ["/", "/app.js", "/style.css"]:
        answer = await browser.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
    assert (await browser.get("/absent.js")).status_code == 404


async def test_every_file_of_the_page_is_asked_for_by_another_one() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in PAGE.iterdir()}
    asked = {name for name in texts for other, text in texts.items() if other != name and f'{name}"' in text}
    assert asked == texts.keys() - {"index.html"}


async def test_people_have_the_same_email_in_slack_and_in_kantata(world: World) -> None:
    workspace, firm = world.slack.workspace, world.kantata.firm
    tay = workspace.person(firm.consultant.email)
    assert (tay.real_name, tay.tz, tay.title) == ("Tay Forth", "Europe/London", "Designer")
    assert firm.service_account.email not in {user.email for user in workspace.users.values()}
    assert "mosel.saar@example.com" not in {user.email for user in workspace.users.values()}  # has left


async def test_the_entries_of_this_and_last_week_are_kantatas(
    world: World, browser: httpx.AsyncClient
) -> None:
    tay = world.kantata.firm.consultant
    answer = (await browser.get("/kantata/page", params={"user": slack_id(world, tay.email)})).json()
    assert answer["person"] == {"name": "Tay Forth", "email": tay.email, "kantata_id": tay.id}
    this, last = answer["weeks"]
    assert (this["start"], last["start"]) == ("2026-03-01", "2026-02-22")
    assert all("2026-02-22" <= entry["date"] <= "2026-02-28" for entry in last["entries"])
    assert last["total_minutes"] == sum(entry["minutes"] for entry in last["entries"]) > 0
    assert {"id", "date", "minutes", "project", "client", "task", "notes", "billable", "status"} == set(
        last["entries"][0]
    )


async def test_the_days_off_from_last_week_on_are_kantatas(world: World, browser: httpx.AsyncClient) -> None:
    tay = world.kantata.firm.consultant
    rows = world.kantata.store.table("time_off_entries").where("user_id", tay.id)
    answer = (await browser.get("/kantata/page", params={"user": slack_id(world, tay.email)})).json()
    assert answer["time_off"] == [
        {"id": row["id"], "date": row["requested_date"], "minutes": row["hours"] * 60} for row in rows
    ]
    assert answer["time_off"]


async def test_the_week_is_that_of_the_persons_own_day(
    world: World, clock: Clock, browser: httpx.AsyncClient
) -> None:
    clock.now = datetime(2026, 3, 8, 3, tzinfo=UTC)  # Sunday in London, still Saturday in New York
    starts = {}
    for email in ["tay.forth@example.com", "hudson.reed@example.com"]:
        answer = (await browser.get("/kantata/page", params={"user": slack_id(world, email)})).json()
        starts[email] = answer["weeks"][0]["start"]
    assert starts == {"tay.forth@example.com": "2026-03-08", "hudson.reed@example.com": "2026-03-01"}


async def test_somebody_without_a_kantata_user_has_no_weeks(world: World, browser: httpx.AsyncClient) -> None:
    unmatched = world.slack.workspace.UNMATCHED
    answer = await browser.get("/kantata/page", params={"user": unmatched})
    assert answer.json() == {"person": None, "weeks": [], "time_off": []}
    assert (await browser.get("/kantata/page", params={"user": "U0NOBODY"})).status_code == 404


async def test_kantatas_troubles_come_and_go(world: World, browser: httpx.AsyncClient) -> None:
    async def set_trouble(mode: str) -> int:
        return (await browser.post("/sandbox/kantata/faults", json={"mode": mode})).status_code

    token = {"Authorization": f"Bearer {world.kantata.service_token}"}
    assert await set_trouble("failing") == 200
    assert (await browser.get("/kantata/api/v1/users/me", headers=token)).status_code == 503
    assert (await browser.get("/sandbox/state")).json()["faults"] == "failing"
    assert await set_trouble("hanging") == 200
    assert await set_trouble("off") == 200
    assert (await browser.get("/kantata/api/v1/users/me", headers=token)).status_code == 200
    assert await set_trouble("on fire") == 400


async def test_the_bot_is_restarted_and_killed_from_the_page(
    world: World, browser: httpx.AsyncClient
) -> None:
    assert (await browser.post("/sandbox/bot/restart")).status_code == 404
    bot = Bot()
    world.bot = bot
    assert (await browser.get("/sandbox/state")).json()["bot"] == {"status": "running", "restarts": 0}
    await browser.post("/sandbox/bot/restart")
    await browser.post("/sandbox/bot/kill")
    assert bot.asked == ["restart", "kill"]


async def test_the_page_knows_who_to_be_first(world: World, browser: httpx.AsyncClient) -> None:
    you = (await browser.get("/sandbox/state")).json()["you"]
    assert you == slack_id(world, world.kantata.firm.consultant.email)
    assert (await browser.get("/slack/page/state", params={"user": you})).status_code == 200


async def test_commands_are_those_of_the_manifest(world: World, browser: httpx.AsyncClient) -> None:
    user = slack_id(world, world.kantata.firm.consultant.email)
    offered = (await browser.get("/slack/page/state", params={"user": user})).json()["commands"]
    assert [each["command"] for each in offered] == [
        each.command for each in Manifest.load(MANIFEST).commands
    ]


async def test_the_clock_can_be_moved_ahead_on_the_clock_of_whoever_looks(tmp_path: Path) -> None:
    moved = SandboxClock(tmp_path / "clock")
    world = build_world(bot_url="http://bot", url="http://world", moved=moved)
    you = next(user for user in world.slack.workspace.users.values() if user.tz == "Europe/London")
    friday = (datetime.now(UTC) + timedelta(days=30)).replace(microsecond=0, tzinfo=None)
    transport = httpx.ASGITransport(world.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://world") as client:
        answer = await client.post("/sandbox/clock", json={"user": you.id, "to": friday.isoformat()})
        assert answer.json() == {"ok": True}
        local = friday.replace(tzinfo=ZoneInfo("Europe/London"))
        for clock in (moved, world.kantata.clock, world.slack.workspace.clock, SandboxClock(moved.path)):
            assert timedelta() <= clock() - local < timedelta(seconds=10)
        state = (await client.get("/sandbox/state")).json()
        assert state["moved"] == pytest.approx(moved.moved.total_seconds())

        back = await client.post("/sandbox/clock", json={"user": you.id, "to": "2026-01-01T00:00"})
        assert back.json() == {"error": "The clock only goes ahead."}
        none = await client.post("/sandbox/clock", json={"user": you.id, "to": "tomorrow"})
        assert none.json() == {"error": "That is no time."}
    assert float(moved.path.read_text()) == pytest.approx(moved.moved.total_seconds())
    await world.close()


async def test_a_world_whose_clock_stands_cannot_be_moved(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/sandbox/clock", json={"user": "U0000000001", "to": "2026-03-06T15:00"})
    assert answer.status_code == 404
