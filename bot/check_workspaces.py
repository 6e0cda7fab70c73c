"""``kantata-bot check`` where many workspaces install the app: its own credentials, then each workspace."""

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import service_accounts, sign_in
from bot.check_findings import Finding, account, bot
from bot.deps import SignIn
from bot.settings import Settings
from storage import migrations
from storage.database import Database, DatabaseDown
from storage.encryption import SealedForAnother, Undecipherable
from storage.slack_installations import Installed, installed


async def app(settings: Settings) -> list[Finding]:
    """A code that never was one: Slack refuses it, unless it refuses the app first."""
    assert settings.slack_client_id, "the settings were checked"
    assert settings.slack_client_secret, "the settings were checked"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
        try:
            await client.oauth_v2_access(
                code="check",
                client_id=settings.slack_client_id,
                client_secret=settings.slack_client_secret.get_secret_value(),
            )
        except SlackApiError as refused:
            return [_app(str(refused.response["error"]), settings)]
        except (aiohttp.ClientError, TimeoutError):
            pass
    return [Finding(False, "SLACK_API_URL", f"no answer from {settings.slack_api_url}")]


def _app(error: str, settings: Settings) -> Finding:
    if error == "invalid_code":
        where = f"{settings.public_url}/slack/install"
        return Finding(True, "SLACK_CLIENT_ID", f"Slack knows the app; workspaces install it at {where}")
    text = f"Slack says {error}; copy id and secret anew from Basic Information"
    return Finding(False, "SLACK_CLIENT_ID", text)


async def workspaces(settings: Settings) -> list[Finding]:
    """Each workspace the app is installed in: its bot's token, and its Kantata account."""
    shared = sign_in.set_up(settings)
    assert shared, "the settings were checked"
    found: list[Finding] = []
    for each in await _installed(settings):
        found += await _workspace(settings, shared, each)
    return found


async def _installed(settings: Settings) -> list[Installed]:
    """Those there are; none while the database is not there, which is found wrong elsewhere."""
    try:
        if await migrations.pending(settings.database_url):
            return []
        database = Database(settings.database_url)
        try:
            async with database.reading() as session:
                return await installed(session)
        finally:
            await database.close()
    except DatabaseDown:
        return []


async def _workspace(settings: Settings, shared: SignIn, each: Installed) -> list[Finding]:
    try:
        token = shared.cipher.unseal(each.token, each.binding)
    except (Undecipherable, SealedForAnother):
        text = "ENCRYPTION_KEYS do not open its token; put the old key back, behind the new one"
        return [Finding(False, each.name, text)]
    found = [_of(each, finding) for finding in await bot(settings, token, each.name)]
    service = service_accounts.token_of(shared, each.workspace, each.account)
    if service is None:
        text = "not connected to Kantata: an administrator of it types /kantata admin"
        return [*found, Finding(False, each.name, text)]
    return [*found, *(_of(each, finding) for finding in await account(settings, service, "Kantata account"))]


def _of(each: Installed, finding: Finding) -> Finding:
    """The finding, by the workspace's name."""
    if finding.name == each.name:
        return finding
    return Finding(finding.good, f"{each.name}, {finding.name}", finding.text)
