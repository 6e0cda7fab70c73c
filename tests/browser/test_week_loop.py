"""The whole loop of a week, with the real bot, by one person who plays them all."""

from pathlib import Path

from playwright.async_api import Browser, Locator, expect

from tests.browser.stage import PATIENCE, WIDE, real_bot
from tests.browser.week_loop import Loop


async def test_a_week_goes_from_its_first_line_to_the_last_approval(
    chromium: Browser, tmp_path: Path
) -> None:
    steps: list[str] = []

    async def note(step: str, shown: Locator) -> None:
        await expect(shown).to_be_visible()
        steps.append(step)

    expect.set_options(timeout=PATIENCE)
    async with real_bot(tmp_path) as url:
        page = await chromium.new_page(viewport={"width": WIDE["width"], "height": WIDE["height"]})
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{url}/#channel=C0ACMEWEB")
        await Loop(page, note).play()
        await page.close()
    expect.set_options(timeout=5000)
    assert len(steps) == 11
