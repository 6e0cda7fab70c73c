"""Draws docs/sandbox.png anew, the README's picture: ./run python -m tests.browser.picture"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page

from tests.browser.actions import composer, send
from tests.browser.stage import WIDE, headless, real_bot

PICTURE = Path(__file__).parents[2] / "docs" / "sandbox.png"
TYPED = (
    "/logtime 3h30m iris reminders yesterday: reminder texts, second round",
    "/logtime 2h acme website design yesterday: wireframes for the checkout",
)


async def draw(data: Path) -> None:
    """The world and the real bot are started, time is logged, the screen is kept."""
    async with real_bot(data) as url, headless() as browser:
        page = await browser.new_page(viewport={"width": WIDE["width"], "height": WIDE["height"]})
        await page.goto(f"{url}/#channel=C0ACMEWEB")
        await log_time(page)
        await page.screenshot(path=PICTURE)


async def log_time(page: Page) -> None:
    """Quick entries, each answered and in Kantata; and the next one half typed."""
    await page.get_by_text("Wireframes for the checkout").wait_for()
    for typed in TYPED:
        await send(page, typed)
        notes = typed.partition(": ")[2]
        await page.get_by_role("log").get_by_text(notes, exact=True).wait_for()
        await page.get_by_role("complementary", name="Kantata").get_by_text(notes, exact=True).wait_for()
    await composer(page).fill("/logtime 1h30m ")
    await page.mouse.move(0, 0)


if __name__ == "__main__":
    with TemporaryDirectory() as directory:
        PICTURE.parent.mkdir(exist_ok=True)
        asyncio.run(draw(Path(directory)))
