"""Kantata's side of the page: everybody's timesheets, and deciding about them in Kantata itself."""

from typing import Any

import httpx

from bot.sandbox.kantata import Kind
from bot.sandbox.world import World
from tests.sandbox.test_world import browser, clock, world

__all__ = ["browser", "clock", "world"]  # fixtures
ODER, HUDSON, CLYDE = "102", "103", "107"


async def shown(browser: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = (await browser.get("/kantata/page/timesheets")).json()
    found: list[dict[str, Any]] = answer["timesheets"]
    assert answer["pending"] == sum(each["status"] == "pending" for each in found)
    return found


async def of(browser: httpx.AsyncClient, timesheet_id: str) -> dict[str, Any]:
    return next(each for each in await shown(browser) if each["id"] == timesheet_id)


async def test_everybodys_timesheets_are_shown_with_what_waits_first(browser: httpx.AsyncClient) -> None:
    sheets = await shown(browser)
    statuses = [each["status"] for each in sheets]

    assert set(statuses) == {"pending", "approved", "rejected"}
    assert statuses == sorted(statuses, key=lambda status: status != "pending")
    assert len({each["person"] for each in sheets}) > 3
    assert all(each["minutes"] > 0 and each["project"] and each["start"] < each["end"] for each in sheets)


async def test_whoever_kantata_lets_decide_is_offered_and_nobody_else(
    world: World, browser: httpx.AsyncClient
) -> None:
    isar = next(each for each in await shown(browser) if each["person"] == "Isar Lech")
    names = [each["name"] for each in isar["deciders"]]

    assert names[0] == "Oder Neisse"
    assert "Hudson Reed" in names
    assert "Isar Lech" not in names
    assert world.kantata.firm.service_account.full_name not in names
    assert all(each["deciders"] == [] for each in await shown(browser) if each["status"] != "pending")


async def test_a_timesheet_is_approved_and_another_rejected_in_kantata_itself(
    browser: httpx.AsyncClient,
) -> None:
    first, second, *_ = [each["id"] for each in await shown(browser) if each["status"] == "pending"]
    approved = {"id": first, "verdict": "approve", "by": HUDSON, "reason": ""}
    rejected = {"id": second, "verdict": "reject", "by": HUDSON, "reason": "Friday is missing"}
    assert (await browser.post("/kantata/page/decide", json=approved)).json() == {"ok": True}
    assert (await browser.post("/kantata/page/decide", json=rejected)).json() == {"ok": True}

    now = await of(browser, first)
    assert (now["status"], now["by"], now["why"]) == ("approved", "Hudson Reed", None)
    now = await of(browser, second)
    assert (now["status"], now["by"], now["why"]) == ("rejected", "Hudson Reed", "Friday is missing")


async def test_kantatas_refusal_and_its_troubles_are_passed_on(
    world: World, browser: httpx.AsyncClient
) -> None:
    pending = next(each["id"] for each in await shown(browser) if each["status"] == "pending")

    async def decide(**changed: str) -> httpx.Response:
        return await browser.post(
            "/kantata/page/decide", json={"id": pending, "verdict": "approve", "by": ODER, **changed}
        )

    assert (await decide(by=CLYDE)).status_code in {403, 404}
    assert (await decide(by="4711")).status_code == 404
    assert (await decide(verdict="burn")).status_code == 400
    world.kantata.faults.always("*", "*", Kind.UNAVAILABLE)
    assert (await decide()).json() == {"error": "Service is unavailable"}
    world.kantata.faults.clear()
    world.kantata.faults.always("*", "*", Kind.DROPPED)
    assert (await decide(by=HUDSON)).json() == {"error": "Kantata did not answer."}
