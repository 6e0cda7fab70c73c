"""The sandbox's clock: moved in the footer, and everything goes by it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.stage import PATIENCE, WIDE, real_bot, thursday


def friday() -> str:
    """The Friday after the day on which the stage begins, at three, as a field for date and time takes it."""
    return f"{thursday(datetime.now(UTC)) + timedelta(days=1):%Y-%m-%d}T15:00"


async def test_on_friday_at_three_whoever_lacks_time_is_reminded(chromium: Browser, tmp_path: Path) -> None:
    async with real_bot(tmp_path) as url:
        page = await chromium.new_page(viewport={"width": WIDE["width"], "height": WIDE["height"]})
        await page.goto(url)
        await page.get_by_role("navigation").get_by_role("button", name="Kantata").click()
        await page.get_by_role("tab", name="Messages").click()
        controls = page.get_by_role("contentinfo", name="Sandbox")
        await controls.get_by_label("Clock").fill(friday())
        await controls.get_by_role("button", name="Go there").click()
        stop = page.get_by_role("log").get_by_role("button", name="Stop these reminders").first
        await expect(stop).to_be_visible(timeout=PATIENCE)

        await controls.get_by_label("Clock").fill("2026-01-01T00:00")
        await controls.get_by_role("button", name="Go there").click()
        await expect(page.get_by_text("The clock only goes ahead.")).to_be_visible()
        await page.close()
