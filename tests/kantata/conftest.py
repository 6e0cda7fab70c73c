"""A client over hand-written answers, and what it wrote to the log."""

from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest
import stamina
import structlog

from bot.kantata.client import Kantata, connect

Handler = Callable[[httpx.Request], httpx.Response]
Connect = Callable[[Handler], AbstractAsyncContextManager[Kantata]]


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    """Reads are tried again as often as ever, but at once."""
    with stamina.set_testing(True, attempts=4):
        yield


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
def kantata_over() -> Connect:
    """A client whose requests are answered by a function."""

    @asynccontextmanager
    async def over(handler: Handler) -> AsyncIterator[Kantata]:
        transport = httpx.MockTransport(handler)
        async with connect(
            "https://kantata.test/api/v1", "t0ken", transport=transport, rate=10_000
        ) as kantata:
            yield kantata

    return over
