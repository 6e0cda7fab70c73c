"""A Slack of its own for every test."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.slack.standin import World, world


@pytest.fixture
async def there() -> AsyncIterator[World]:
    """Slack with an app that answers as it is told."""
    made = world()
    yield made
    await made.slack.aclose()
    await made.web.aclose()
