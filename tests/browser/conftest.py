"""One Chromium for a module's tests, and for each test a world of its own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.stage import Stage, headless, stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with headless() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def on_stage(chromium: Browser) -> AsyncIterator[Stage]:
    """A stage; the test fails where a browser complained on its console."""
    async with stage(chromium) as each:
        yield each
        for page in [page for context in chromium.contexts for page in context.pages]:
            await page.close()
    assert each.complaints == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(on_stage: Stage) -> Page:
    """Tay Forth looks at #general."""
    return await on_stage.open()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs the browser, and shares its module's loop with it."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)
