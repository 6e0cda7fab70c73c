"""What a token is good for, tried now, a line each."""

from dataclasses import dataclass

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.kantata.client import connect
from bot.kantata.errors import KantataError, SignedOut
from bot.manifest import MANIFEST
from bot.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One thing that was tried; ``text`` says what came of it and, where it is wrong, what to do."""

    good: bool
    name: str
    text: str

    def __str__(self) -> str:
        return f"{'ok   ' if self.good else 'WRONG'}  {self.name}: {self.text}"


async def bot(settings: Settings, token: str, name: str) -> list[Finding]:
    """What Slack says of a bot's token, called ``name``, and of its scopes."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        client = AsyncWebClient(
            token=token,
            base_url=settings.slack_api_url,
            session=session,
        )
        try:
            answer = await client.auth_test()
        except SlackApiError as refused:
            text = f"Slack says {refused.response['error']}; copy the token anew from OAuth & Permissions"
            return [Finding(False, name, text)]
        except (aiohttp.ClientError, TimeoutError):
            return [Finding(False, "SLACK_API_URL", f"no answer from {settings.slack_api_url}")]
        team = Finding(True, name, f"the bot {answer['user']} of {answer['team']}")
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


async def account(settings: Settings, token: str, name: str) -> list[Finding]:
    """What Kantata says of a service account's token, called ``name``, and of its rights."""
    try:
        async with connect(settings.kantata_api_url, token) as client:
            me = await client.me()
            memberships = [each async for each in client.account_memberships(by_user_id=me.id)]
    except SignedOut:
        return [Finding(False, name, "Kantata does not know it; make a new one as the service account")]
    except KantataError as failed:
        return [Finding(False, "KANTATA_API_URL", f"{type(failed).__name__}: {failed.message}")]
    found = [Finding(True, name, f"acts as {me.name}")]
    administrator = any(each.is_administrator for each in memberships)
    rights = "an administrator: may log time for others"
    advice = "not an administrator: it could log time for nobody but itself; give it that permission"
    return [*found, Finding(administrator, "service account", rights if administrator else advice)]
