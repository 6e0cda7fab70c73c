"""``kantata-bot check``: what is wrong is named with what to do, and nothing secret is printed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.check import findings
from bot.sandbox.world import World, build_world
from bot.settings import Settings
from tests.served import Late, served


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        late = Late()
        url = await stack.enter_async_context(served(late))
        world = build_world(bot_url="http://127.0.0.1:1", url=url, app_token="xapp-1-good")
        stack.push_async_callback(world.close)
        late.app = world.app
        yield world


def settings_for(world: World, folder: Path, **changes: str) -> Settings:
    values: dict[str, object] = {
        "slack_bot_token": world.bot_token,
        "slack_signing_secret": world.signing_secret,
        "slack_api_url": f"{world.url}/slack/api/",
        "kantata_api_url": f"{world.url}/kantata/api/v1",
        "kantata_token": world.kantata.service_token,
        "database_url": f"sqlite:///{folder / 'bot.db'}",
    }
    return Settings.model_validate({**values, **changes})


async def wrong(settings: Settings) -> dict[str, str]:
    """What is wrong, by name."""
    return {each.name: each.text for each in await findings(settings) if not each.good}


async def test_everything_is_tried_and_right(world: World, tmp_path: Path) -> None:
    found = await findings(settings_for(world, tmp_path))

    assert [each.name for each in found if not each.good] == []
    assert {each.name for each in found} >= {"SLACK_BOT_TOKEN", "scopes", "KANTATA_TOKEN", "DATABASE_URL"}


async def test_a_wrong_slack_token_is_named_and_not_printed(world: World, tmp_path: Path) -> None:
    found = await wrong(settings_for(world, tmp_path, slack_bot_token="xoxb-wrong-secret"))

    assert "invalid_auth" in found["SLACK_BOT_TOKEN"]
    assert "wrong-secret" not in str(found)


async def test_a_wrong_app_token_is_named(world: World, tmp_path: Path) -> None:
    assert "SLACK_APP_TOKEN" in await wrong(settings_for(world, tmp_path, slack_app_token="xapp-wrong"))
    assert await wrong(settings_for(world, tmp_path, slack_app_token="xapp-1-good")) == {}


async def test_a_missing_scope_is_named(world: World, tmp_path: Path) -> None:
    (installation,) = world.slack.platform.installations
    installation.scopes = installation.scopes - {"users:read.email"}

    assert "users:read.email" in (await wrong(settings_for(world, tmp_path)))["scopes"]


async def test_a_kantata_token_that_is_dead_or_has_too_few_rights_is_named(
    world: World, tmp_path: Path
) -> None:
    assert "KANTATA_TOKEN" in await wrong(settings_for(world, tmp_path, kantata_token="dead"))

    tay = world.kantata.token_for(world.kantata.firm.consultant.id)
    assert "service account" in await wrong(settings_for(world, tmp_path, kantata_token=tay))


def sign_in_settings(world: World) -> dict[str, str]:
    url = "http://127.0.0.1:3000"
    application = world.kantata.register("Kantata bot", [f"{url}/kantata/callback"])
    return {
        "kantata_app_url": f"{world.url}/kantata",
        "kantata_client_id": application.client_id,
        "kantata_client_secret": application.client_secret,
        "encryption_keys": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
        "public_url": url,
    }


async def test_signing_in_is_tried_where_it_is_set_up(world: World, tmp_path: Path) -> None:
    found = {each.name: each for each in await findings(settings_for(world, tmp_path))}
    assert found["sign-in"].good
    assert "not set up" in found["sign-in"].text

    settings = settings_for(world, tmp_path, **sign_in_settings(world))
    found = {each.name: each for each in await findings(settings)}
    assert found["KANTATA_CLIENT_ID"].good
    assert "http://127.0.0.1:3000/kantata/callback" in found["PUBLIC_URL"].text


async def test_a_wrong_application_is_named_and_its_secret_not_printed(world: World, tmp_path: Path) -> None:
    wrong_secret = {**sign_in_settings(world), "kantata_client_secret": "wrong-secret"}
    found = await wrong(settings_for(world, tmp_path, **wrong_secret))
    assert "invalid_client" in found["KANTATA_CLIENT_ID"]
    assert "wrong-secret" not in str(found)

    nobody = {**sign_in_settings(world), "kantata_app_url": "http://127.0.0.1:1"}
    assert "KANTATA_APP_URL" in await wrong(settings_for(world, tmp_path, **nobody))


async def test_addresses_where_nobody_answers_are_named(world: World, tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:1"
    found = await wrong(
        settings_for(
            world,
            tmp_path,
            slack_api_url=f"{nobody}/",
            kantata_api_url=nobody,
            database_url="postgresql://nobody@127.0.0.1:1/none",
        )
    )

    assert set(found) == {"SLACK_API_URL", "KANTATA_API_URL", "DATABASE_URL"}
