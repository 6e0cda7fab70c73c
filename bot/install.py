"""Installing the app in a workspace by OAuth: from the link through Slack's consent to a kept bot token."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import structlog
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.check_findings import wanted_scopes
from bot.domain.languages import later, tr
from bot.settings import Settings
from bot.views import pages
from storage.slack_installations import Installations, InstallStates

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
LIFE = timedelta(minutes=10)

log = structlog.get_logger()

UNKNOWN = later("Something went wrong; it has been noted.")
REASONS = {
    "access_denied": later("Slack says that you did not allow it."),
    "invalid_browser": later("This was not begun in this browser, or it took more than ten minutes."),
    "invalid_state": later("This link has been used already, or it took more than ten minutes."),
    "missing_code": later("Slack sent you back without an answer."),
    "invalid_code": later("Slack did not accept the installation, perhaps because it took too long."),
}


def flow(
    settings: Settings, session: aiohttp.ClientSession, installations: Installations, states: InstallStates
) -> AsyncOAuthFlow:
    """The way of a browser that installs the app; ``settings`` are those of many workspaces."""
    assert settings.slack_client_id, "the settings were checked"
    assert settings.slack_client_secret, "the settings were checked"
    client = AsyncWebClient(base_url=settings.slack_api_url, session=session, retry_handlers=[])
    return AsyncOAuthFlow(
        client=client,
        settings=AsyncOAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            scopes=sorted(wanted_scopes()),
            user_scopes=[],
            redirect_uri=f"{settings.public_url}{REDIRECT}",
            install_path=INSTALL,
            install_page_rendering_enabled=False,
            redirect_uri_path=REDIRECT,
            authorization_url=_consent(settings.slack_api_url),
            callback_options=AsyncCallbackOptions(success=_installed, failure=_not_installed),
            installation_store=installations,
            installation_store_bot_only=True,
            state_store=states,
            state_expiration_seconds=int(LIFE.total_seconds()),
        ),
    )


def _consent(api_url: str) -> str:
    """Slack's page of consent, which lies beside its API."""
    parts = urlsplit(api_url)
    path = parts.path.rstrip("/").removesuffix("/api")
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/oauth/v2/authorize", "", ""))


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    installation = args.installation
    name = installation.team_name or installation.enterprise_name or tr("your workspace")
    workspace = installation.enterprise_id or installation.team_id
    log.info("installed", workspace=workspace, person=installation.user_id)
    return _page(200, pages.installed(name), forget=args.settings.state_utils.build_set_cookie_for_deletion())


async def _not_installed(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("not installed", reason=args.reason)
    why = tr(REASONS.get(args.reason, UNKNOWN))
    return _page(
        400, pages.not_installed(why), forget=args.settings.state_utils.build_set_cookie_for_deletion()
    )


def _page(status: int, html: str, *, forget: str) -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {
        **pages.HEADERS,
        "content-type": "text/html; charset=utf-8",
        "set-cookie": forget,
    }
    return BoltResponse(status=status, body=html, headers=headers)
