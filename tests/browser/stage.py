"""The page on a real port with a bot behind it, and a headless Chromium in front."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from bot.sandbox.bot_process import free_port
from bot.sandbox.clock import SandboxClock
from bot.sandbox.serve import bot_process
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.world import World, build_world
from tests.browser.fake_bot import MANIFEST, FakeBot
from tests.browser.showcase import Json

# Where the bot is a process of its own, neither Slack nor the test gives up while a busy machine stalls.
SLACK_PATIENCE = 20.0  # seconds
PATIENCE = 90_000  # milliseconds
NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def chromium() -> str:
    """The browser's path; skips loudly where there is none, fails where REQUIRE_BROWSER is set."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("REQUIRE_BROWSER"):
        pytest.fail("REQUIRE_BROWSER is set and no Chromium was found: apt install chromium")
    if found is None:
        pytest.skip("NO BROWSER: the page is not tested here. apt install chromium")
    return found


@asynccontextmanager
async def headless() -> AsyncIterator[Browser]:
    """A Chromium nobody sees."""
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@dataclass
class Stage:
    """The world at ``url`` with its fake bot. ``complaints``: the errors on the browsers' consoles."""

    url: str
    world: World
    bot: FakeBot
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    def user(self, name: str) -> str:
        """The Slack id of somebody by full name."""
        users = self.world.slack.workspace.users.values()
        return next(user.id for user in users if user.real_name == name)

    async def open(
        self, name: str = "Tay Forth", *, place: str = "channel=C0GENERAL", size: dict[str, int] = WIDE
    ) -> Page:
        """A new page on which that person looks at that place."""
        page = await self.browser.new_page(viewport={"width": size["width"], "height": size["height"]})
        page.set_default_timeout(5000)
        page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(f"{self.url}/#user={self.user(name)}&{place}")
        await page.get_by_role("main").get_by_role("heading").first.wait_for()
        return page


@asynccontextmanager
async def stage(browser: Browser, manifest: Json = MANIFEST) -> AsyncIterator[Stage]:
    """A stage of its own, ended when done with."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        bot = FakeBot(f"{url}/slack/api/")
        async with httpx.AsyncClient(transport=httpx.ASGITransport(bot.app)) as http:
            world = build_world(bot_url="http://bot", url=url, manifest=Manifest.parse(manifest), http=http)
            bot.token = world.bot_token
            async with served(world, listener):
                yield Stage(url, world, bot, browser)
            await bot.close()


def thursday(now: datetime) -> datetime:
    """The next Thursday at eleven UTC: what a week holds must not hang on the day of the test."""
    ahead = timedelta(days=(3 - now.weekday()) % 7 or 7)
    return (now + ahead).replace(hour=11, minute=0, second=0, microsecond=0)


@asynccontextmanager
async def real_bot(data: Path) -> AsyncIterator[str]:
    """The address of a world in which the bot itself runs, as a process that keeps its state in ``data``."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        port, bot_port = listener.getsockname()[1], free_port()
        clock = SandboxClock(data / "clock")
        clock.move_to(thursday(clock()))
        world = build_world(
            bot_url=f"http://127.0.0.1:{bot_port}", url=f"http://127.0.0.1:{port}", moved=clock
        )
        bot = bot_process(world, clock, port, bot_port, data)
        world.bot = bot
        world.slack.platform.courier.timeout = SLACK_PATIENCE
        async with served(world, listener):
            await bot.start()
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                await bot.stop()


class Quiet(uvicorn.Server):
    """uvicorn that leaves the test runner's signals alone."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


@asynccontextmanager
async def served(world: World, listener: socket.socket) -> AsyncIterator[None]:
    """The world answers on that socket."""
    config = uvicorn.Config(world.app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = Quiet(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        world.kantata.faults.release()
        world.slack.workspace.close_screens()
        server.should_exit = True
        await serving
        await world.close()
