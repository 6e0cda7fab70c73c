"""Draws the README's pictures in docs/ anew: ./run python -m tests.browser.picture"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.async_api import Locator, Page, expect

from tests.browser.actions import composer, send
from tests.browser.stage import PATIENCE, WIDE, headless, real_bot
from tests.browser.week_loop import Loop

DOCS = Path(__file__).parents[2] / "docs"
PICTURE = DOCS / "sandbox.png"
TALL = {"width": 1440, "height": 1180}  # so that a whole week fits
COLOURS = 96  # are enough for flat surfaces and smooth letters
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


async def draw_week(data: Path) -> None:
    """A week is played from the first line to the last approval; every step is kept."""
    expect.set_options(timeout=PATIENCE)
    async with real_bot(data) as url, headless() as browser:
        page = await browser.new_page(viewport={"width": TALL["width"], "height": TALL["height"]})
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{url}/#channel=C0ACMEWEB")
        await Loop(page, keep).play()


async def keep(name: str, shown: Locator) -> None:
    """What is shown there, as a small picture."""
    path = DOCS / f"{name}.png"
    await shown.page.mouse.move(0, 0)
    await shown.screenshot(path=path, animations="disabled")
    Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


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


async def draw_all() -> None:
    """Each in a world of its own."""
    DOCS.mkdir(exist_ok=True)
    for each in (draw, draw_week):
        with TemporaryDirectory() as directory:
            await each(Path(directory))


if __name__ == "__main__":
    asyncio.run(draw_all())
