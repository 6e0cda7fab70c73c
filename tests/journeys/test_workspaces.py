"""Workspaces install the app, connect Kantata, and leave."""

from collections.abc import AsyncIterator

import pytest

from bot.people import NO_ACCOUNT
from tests.journeys.two_firms import TwoFirms, at_work, two_firms


@pytest.fixture
async def fresh(database_url: str) -> AsyncIterator[TwoFirms]:
    async with two_firms(database_url) as firms:
        yield firms


@pytest.fixture
async def firms(database_url: str) -> AsyncIterator[TwoFirms]:
    async with at_work(database_url) as firms:
        yield firms


async def test_from_the_link_to_the_first_hour(fresh: TwoFirms) -> None:
    side = fresh.north
    installed = await fresh.install(side)
    assert "Northwind Consulting" in installed.text

    await side.town.type("/logtime 1h acme design", "Hudson Reed")
    assert side.town.last("Hudson Reed") == NO_ACCOUNT

    assert "Kantata is connected" in await fresh.connect_kantata(side)
    await fresh.run_jobs()
    await side.town.type("/logtime 1h website design: first")
    assert side.town.noted("first")
