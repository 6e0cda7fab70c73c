"""``kantata-bot check``: every setting, token, scope, table and connection tried, a line each."""

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import check_workspaces, sign_in
from bot.check_findings import Finding, account, bot
from bot.kantata.errors import KantataError
from bot.kantata.oauth import SignInFailed, exchange_code
from bot.settings import Settings
from storage import migrations
from storage.database import DatabaseDown


async def findings(settings: Settings) -> list[Finding]:
    """Try everything; the lines in the order of the settings."""
    found = [Finding(True, "settings", "all there and well-formed")]
    for probe in (_slack, _socket, _kantata, _sign_in, _database):
        found += await probe(settings)
    return found


async def _slack(settings: Settings) -> list[Finding]:
    if settings.slack_bot_token is None:
        return await check_workspaces.app(settings)
    return await bot(settings, settings.slack_bot_token.get_secret_value(), "SLACK_BOT_TOKEN")


async def _socket(settings: Settings) -> list[Finding]:
    if settings.slack_app_token is None:
        return [Finding(True, "requests", f"over HTTP, on {settings.host}:{settings.port}/slack/events")]
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
        try:
            await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
        except SlackApiError as refused:
            text = f"Slack says {refused.response['error']}; it needs the scope connections:write"
            return [Finding(False, "SLACK_APP_TOKEN", text)]
        except (aiohttp.ClientError, TimeoutError):
            return [Finding(False, "SLACK_APP_TOKEN", "no answer from Slack")]
    return [Finding(True, "SLACK_APP_TOKEN", "Socket Mode works")]


async def _kantata(settings: Settings) -> list[Finding]:
    if settings.kantata_token is None:
        return await check_workspaces.workspaces(settings)
    return await account(settings, settings.kantata_token.get_secret_value(), "KANTATA_TOKEN")


async def _sign_in(settings: Settings) -> list[Finding]:
    """A code that never was one: Kantata refuses it, unless it refuses the application first."""
    set_up = sign_in.set_up(settings)
    if set_up is None:
        return [Finding(True, "sign-in", "not set up: everything is done by the service account")]
    here = Finding(True, "PUBLIC_URL", f"the application's redirect URI is {set_up.application.redirect_uri}")
    try:
        await exchange_code(set_up.application, "check")
    except SignInFailed as refused:
        return [here, _application(refused.error, settings)]
    except KantataError:
        return [here, Finding(False, "KANTATA_APP_URL", f"no answer from {settings.kantata_app_url}")]
    return [here, Finding(False, "KANTATA_APP_URL", "answers as Kantata never would; is the address right?")]


def _application(error: str, settings: Settings) -> Finding:
    if error == "invalid_grant":
        return Finding(True, "KANTATA_CLIENT_ID", "Kantata knows the application and its secret")
    text = f"Kantata says {error}: copy id and secret from {settings.kantata_app_url}/oauth/applications"
    return Finding(False, "KANTATA_CLIENT_ID", text)


async def _database(settings: Settings) -> list[Finding]:
    try:
        pending = await migrations.pending(settings.database_url)
    except DatabaseDown:
        return [Finding(False, "DATABASE_URL", "the database does not answer; is the address right?")]
    if pending:
        return [Finding(True, "DATABASE_URL", "answers; its tables are made or renewed at the next start")]
    return [Finding(True, "DATABASE_URL", "answers and is up to date")]
