"""``kantata-bot check``: every setting, token, scope, table and connection tried, a line each."""

from dataclasses import dataclass

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import sign_in
from bot.kantata.client import connect
from bot.kantata.errors import KantataError, SignedOut
from bot.kantata.oauth import SignInFailed, exchange_code
from bot.manifest import MANIFEST
from bot.settings import Settings
from storage import migrations
from storage.database import DatabaseDown


@dataclass(frozen=True)
class Finding:
    """One thing that was tried; ``text`` says what came of it and, where it is wrong, what to do."""

    good: bool
    name: str
    text: str

    def __str__(self) -> str:
        return f"{'ok   ' if self.good else 'WRONG'}  {self.name}: {self.text}"


async def findings(settings: Settings) -> list[Finding]:
    """Try everything; the lines in the order of the settings."""
    found = [Finding(True, "settings", "all there and well-formed")]
    for probe in (_slack, _socket, _kantata, _sign_in, _database):
        found += await probe(settings)
    return found


async def _slack(settings: Settings) -> list[Finding]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        client = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=session,
        )
        try:
            answer = await client.auth_test()
        except SlackApiError as refused:
            text = f"Slack says {refused.response['error']}; copy the token anew from OAuth & Permissions"
            return [Finding(False, "SLACK_BOT_TOKEN", text)]
        except (aiohttp.ClientError, TimeoutError):
            return [Finding(False, "SLACK_API_URL", f"no answer from {settings.slack_api_url}")]
        team = Finding(True, "SLACK_BOT_TOKEN", f"the bot {answer['user']} of {answer['team']}")
        return [team, _scopes(str(answer.headers.get("x-oauth-scopes", "")))]


def _scopes(granted: str) -> Finding:
    missing = sorted(wanted_scopes() - {scope.strip() for scope in granted.split(",")})
    if missing:
        text = f"missing {', '.join(missing)}: update the app from manifest.yml and install it anew"
        return Finding(False, "scopes", text)
    return Finding(True, "scopes", "all that manifest.yml asks for")


def wanted_scopes() -> set[str]:
    """The scopes that manifest.yml asks for."""
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return set(manifest["oauth_config"]["scopes"]["bot"])


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
    try:
        async with connect(settings.kantata_api_url, settings.kantata_token.get_secret_value()) as client:
            me = await client.me()
            memberships = [each async for each in client.account_memberships(by_user_id=me.id)]
    except SignedOut:
        return [
            Finding(False, "KANTATA_TOKEN", "Kantata does not know it; make a new one as the service account")
        ]
    except KantataError as failed:
        return [Finding(False, "KANTATA_API_URL", f"{type(failed).__name__}: {failed.message}")]
    found = [Finding(True, "KANTATA_TOKEN", f"acts as {me.name}")]
    administrator = any(each.is_administrator for each in memberships)
    rights = "an administrator: may log time for others"
    advice = "not an administrator: it could log time for nobody but itself; give it that permission"
    return [*found, Finding(administrator, "service account", rights if administrator else advice)]


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
