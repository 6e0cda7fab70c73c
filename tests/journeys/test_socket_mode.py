"""The same bot by Socket Mode: requests come through a connection that it opened itself."""

from datetime import date

from tests.journeys.conftest import built


async def test_a_command_comes_by_the_socket_and_is_written(database_url: str) -> None:
    async with built(database_url, app_token="xapp-1-test") as town:
        outcome = await town.type("/logtime 2h acme design: by socket")

        assert outcome.ok
        (entry,) = [each for each in town.entries(date(2026, 3, 5)) if each["notes"] == "by socket"]
        assert entry["minutes"] == 120
        assert town.last().startswith("Logged 2h 00m")


async def test_a_form_comes_by_the_socket_too(database_url: str) -> None:
    async with built(database_url, app_token="xapp-1-test") as town:
        await town.type("/logtime")

        assert town.form() is not None


async def test_it_is_ready_while_the_socket_is_connected(database_url: str) -> None:
    async with built(database_url, app_token="xapp-1-test") as town:
        assert town.bot.socket is not None
        assert await town.bot.socket.connected()
