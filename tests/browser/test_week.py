"""A week in the browser with the real bot: looked at, filled from the last one, submitted, withdrawn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.actions import send
from tests.browser.stage import PATIENCE, PHONE, WIDE, real_bot


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """The first person of the sandbox looks at #acme-website."""
    expect.set_options(timeout=PATIENCE)
    async with real_bot(tmp_path) as url:
        page = await chromium.new_page(viewport={"width": WIDE["width"], "height": WIDE["height"]})
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{url}/#channel=C0ACMEWEB")
        yield page
        await page.close()
    expect.set_options(timeout=5000)


def said(page: Page, words: str) -> Locator:
    """The last message with these words."""
    return page.get_by_role("article").filter(has_text=words).last


async def test_last_week_is_looked_at_submitted_and_withdrawn(page: Page) -> None:
    await send(page, "/timesheet last")
    week = said(page, "Your week")
    await expect(week.get_by_role("row", name="Total –")).to_be_visible()
    await expect(week).to_contain_text("not submitted")

    await week.get_by_role("button", name="Submit week").click()
    form = page.get_by_role("dialog", name="Submit week")
    await expect(form).to_contain_text("To be submitted, one timesheet for each project")
    await form.get_by_label("Notes").fill("All of it")
    await form.get_by_role("button", name="Submit week").click()
    await expect(said(page, "Submitted, Sun")).to_contain_text("waiting for Oder Neisse")

    await send(page, "/timesheet last")
    await expect(said(page, "Your week")).to_contain_text("waiting for Oder Neisse since")
    await said(page, "Your week").get_by_role("button", name="Withdraw").click()
    await page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    await expect(said(page, "Taken back, Sun")).to_contain_text("not submitted any more")


async def test_the_next_week_is_filled_from_this_one_and_emptied_at_a_press(page: Page) -> None:
    await send(page, "/timesheet")
    await said(page, "Your week").get_by_role("button", name="Next week").click()
    await expect(said(page, "Your week")).to_contain_text("Nothing is logged in this week.")
    await said(page, "Your week").get_by_role("button", name="Copy last week").click()
    form = page.get_by_role("dialog", name="Copy last week")
    await form.get_by_label("Rows only").click()
    await expect(form.get_by_role("checkbox").first).to_be_checked()
    await form.get_by_role("textbox").first.fill("1:15")
    await form.get_by_role("button", name="Log time").click()
    logged = said(page, "1h 15m")
    await expect(logged).to_be_visible()

    await logged.get_by_role("button", name="Undo").click()
    await expect(said(page, "1h 15m").get_by_role("button", name="Undo")).to_be_visible()


async def test_on_a_phone_nothing_is_wider_than_the_screen_but_the_table_that_scrolls(page: Page) -> None:
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await send(page, "/timesheet")
    await expect(said(page, "Your week").get_by_role("button", name="Submit week")).to_be_visible()

    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    table = said(page, "Your week").get_by_role("region", name="Table")
    box = await table.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE["width"]
