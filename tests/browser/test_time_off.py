"""Time off with the real bot: asked for on one screen, approved on another, and there on Kantata's side."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.domain.calendars import format_day
from tests.browser.actions import send
from tests.browser.stage import PATIENCE, WIDE, real_bot


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """The first person of the sandbox looks at #general."""
    expect.set_options(timeout=PATIENCE)
    async with real_bot(tmp_path) as url:
        page = await chromium.new_page(viewport={"width": WIDE["width"], "height": WIDE["height"]})
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{url}/#channel=C0GENERAL")
        yield page
        await page.close()
    expect.set_options(timeout=5000)


async def become(page: Page, name: str) -> None:
    """Look as somebody else."""
    await page.get_by_role("combobox", name="You are").fill(name)
    await page.get_by_role("option", name=name).click()
    await expect(page.get_by_text(f"Time entries of {name}")).to_be_visible()


async def read_app(page: Page) -> None:
    """Turn to what the bot said privately."""
    await page.get_by_role("navigation").get_by_role("button", name="Kantata").click()
    await page.get_by_role("tab", name="Messages").click()


def wednesday() -> date:
    """A working day far enough ahead that nobody has anything on it."""
    ahead = datetime.now(UTC).date() + timedelta(days=28)
    return ahead + timedelta(days=(2 - ahead.weekday()) % 7)


def off(page: Page) -> Locator:
    """The days off on Kantata's side."""
    side = page.get_by_role("complementary", name="Kantata")
    return side.get_by_role("region", name="Time off").get_by_role("listitem")


async def test_it_is_asked_for_approved_by_somebody_else_and_shown_on_kantatas_side(page: Page) -> None:
    day = wednesday()
    await send(page, f"/timeoff {day.isoformat()} 3h: dentist")
    preview = page.get_by_role("article").filter(has_text=f"{format_day(day)} · 1 day · 3h 00m")
    await preview.get_by_role("button", name="Request").click()
    await expect(page.get_by_text("It waits for Oder Neisse")).to_be_visible()
    await expect(off(page).filter(has_text="3h 00m")).to_have_count(0)

    await become(page, "Oder Neisse")
    await read_app(page)
    request = page.get_by_role("article").filter(has_text="Tay Forth asks for time off")
    await expect(request).to_contain_text("dentist")
    await request.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("article").filter(has_text="Approved by Oder Neisse")).to_be_visible()

    await become(page, "Tay Forth")
    await expect(off(page).filter(has_text="3h 00m")).to_have_count(1)
    await read_app(page)
    await expect(page.get_by_role("article").filter(has_text="It is in Kantata")).to_be_visible()
