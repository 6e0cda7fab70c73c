"""A first hour with the real bot: quick entries, the form, Edit, Undo, and a process that is killed.

All tests share one bot and one person; each knows its own entries by their notes.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.actions import choose, send
from tests.browser.stage import PATIENCE, WIDE, real_bot


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    data: Path = tmp_path_factory.mktemp("sandbox")
    async with real_bot(data) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, url: str) -> AsyncIterator[Page]:
    """The first person of the sandbox looks at #acme-website."""
    expect.set_options(timeout=PATIENCE)
    page = await chromium.new_page(viewport={"width": WIDE["width"], "height": WIDE["height"]})
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{url}/#channel=C0ACMEWEB")
    yield page
    await page.close()
    expect.set_options(timeout=5000)


def answer(page: Page, notes: str) -> Locator:
    """What the bot said of the entry with these notes."""
    return page.get_by_role("article").filter(has_text="Only visible to you").filter(has_text=notes)


def in_kantata(page: Page, notes: str) -> Locator:
    """The entry with these notes on Kantata's side."""
    return (
        page.get_by_role("complementary", name="Kantata").get_by_role("listitem").filter(has_text=notes).last
    )


async def test_a_quick_entry_is_in_kantata_until_it_is_undone(page: Page) -> None:
    await send(page, "/logtime 2h acme website design: undo me")
    await expect(answer(page, "undo me")).to_contain_text("2h 00m · Acme / Website relaunch / Design")
    await expect(in_kantata(page, "undo me")).to_contain_text("2h 00m")
    await answer(page, "undo me").get_by_role("button", name="Undo").click()
    await expect(in_kantata(page, "undo me")).to_have_count(0)


async def test_an_entry_is_edited_where_it_was_answered(page: Page) -> None:
    await send(page, "/logtime 2h acme website design: edit me")
    await answer(page, "edit me").get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Edit time entry")
    await expect(form.get_by_role("combobox", name="Project")).to_have_value("Acme / Website relaunch")
    await form.get_by_label("Duration").fill("1:15")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_be_hidden()
    await expect(in_kantata(page, "edit me")).to_contain_text("1h 15m")
    await expect(answer(page, "edit me")).to_contain_text("1h 15m")


async def test_the_form_asks_for_the_task_of_the_project_and_says_what_is_wrong(page: Page) -> None:
    await send(page, "/logtime")
    form = page.get_by_role("dialog", name="Log time")
    await choose(form, "Project", "acme", "Acme / Website relaunch")
    await choose(form, "Task", "des", "Design")
    await form.get_by_label("Duration").fill("25h")
    await form.get_by_label("Notes").fill("by the form")
    await form.get_by_role("button", name="Log time").click()
    await expect(form.get_by_label("Duration")).to_have_attribute("aria-invalid", "true")
    await form.get_by_label("Duration").fill("45m")
    await form.get_by_role("button", name="Log time").click()
    await expect(form).to_be_hidden()
    await expect(in_kantata(page, "by the form")).to_contain_text("0h 45m")


async def test_what_is_not_certain_opens_the_form_filled_in(page: Page) -> None:
    await send(page, "/logtime 2h zzz: half understood")
    form = page.get_by_role("dialog", name="Log time")
    await expect(form.get_by_label("Duration")).to_have_value("2h 00m")
    await expect(form.get_by_label("Notes")).to_have_value("half understood")
    await expect(form.get_by_role("combobox", name="Project")).to_have_value("")
    await expect(in_kantata(page, "half understood")).to_have_count(0)
    await form.get_by_role("button", name="Cancel").click()
    await expect(form).to_be_hidden()


async def test_a_killed_bot_is_back_and_goes_on(page: Page) -> None:
    await expect(page.get_by_text("Bot: running")).to_be_visible()
    await page.get_by_role("button", name="Kill").click()
    await expect(page.get_by_text("The bot was restarted")).to_be_visible()
    await expect(page.get_by_text("Bot: running")).to_be_visible()
    await send(page, "/logtime 2h acme website design: after the kill")
    await expect(in_kantata(page, "after the kill")).to_contain_text("2h 00m")
