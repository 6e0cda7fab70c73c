"""Installing the app: consent, a code that lives ten minutes, and its exchange for a token (OAuth v2)."""

import base64
import binascii
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.sandbox.slack.payloads import APP_ID
from bot.sandbox.slack.platform import Installation, Platform
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import Workspace

CODE_LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class Consent:
    """What somebody allowed the app to do, in one workspace or (``whole``) in those of an organisation."""

    workspaces: list[Workspace]
    whole: bool
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    given: datetime


class OAuth:
    """Consents and codes. ``credentials`` are the app's client id and secret, None where it has none."""

    def __init__(
        self, platform: Platform, credentials: tuple[str, str] | None, clock: Callable[[], datetime]
    ) -> None:
        self._platform = platform
        self._credentials = credentials
        self._clock = clock
        self._codes: dict[str, Consent] = {}
        self.open_to: list[Workspace] = []
        self.organisations: dict[str, list[Workspace]] = {}

    async def authorize(self, request: Request) -> Response:
        """The consent page; the first admin of the team or organisation asked for allows at once, and
        ``deny=1`` refuses."""
        asked = request.query_params
        if self._credentials is None or asked.get("client_id") != self._credentials[0]:
            return PlainTextResponse("invalid_client_id", 400)
        redirect_uri = asked.get("redirect_uri") or next(iter(self._platform.manifest.redirect_urls), "")
        if not redirect_uri.startswith(self._platform.manifest.redirect_urls or ("\0",)):
            return PlainTextResponse("bad_redirect_uri", 400)
        scopes = frozenset(asked.get("scope", "").split(","))
        if not scopes <= self._platform.manifest.scopes:
            return PlainTextResponse("invalid_scope", 400)
        answer = {"state": asked.get("state", "")}
        workspaces = self._workspaces(asked.get("team"))
        if asked.get("deny") or not workspaces:
            answer["error"] = "access_denied"
        else:
            whole = asked.get("team") in self.organisations
            answer["code"] = self._consent(workspaces, scopes, redirect_uri, whole=whole)
        return RedirectResponse(f"{redirect_uri}?{urlencode(answer)}", 302)

    def access(self, request: Request, given: Json) -> Json:
        """oauth.v2.access: a token for a code that was not used before."""
        client = _client(request) or (str(given.get("client_id", "")), str(given.get("client_secret", "")))
        if self._credentials is None or client[0] != self._credentials[0]:
            raise Refused("invalid_client_id")
        if not secrets.compare_digest(client[1], self._credentials[1]):
            raise Refused("bad_client_secret")
        consent = self._codes.pop(str(given.get("code", "")), None)
        if consent is None:
            raise Refused("invalid_code")
        if self._clock() - consent.given > CODE_LIFE:
            raise Refused("code_expired")
        if str(given.get("redirect_uri") or consent.redirect_uri) != consent.redirect_uri:
            raise Refused("bad_redirect_uri")
        return self._install(consent)

    def _workspaces(self, asked: str | None) -> list[Workspace]:
        """Those that are asked for by a team's or an organisation's id; the first one there is for none."""
        if asked in self.organisations:
            return self.organisations[asked]
        return [each for each in self.open_to if asked in (None, "", each.team_id)][:1]

    def _consent(
        self, workspaces: list[Workspace], scopes: frozenset[str], redirect_uri: str, *, whole: bool
    ) -> str:
        installer = next(user.id for user in workspaces[0].users.values() if user.is_admin)
        code = secrets.token_hex(16)
        self._codes[code] = Consent(workspaces, whole, installer, scopes, redirect_uri, self._clock())
        return code

    def _install(self, consent: Consent) -> Json:
        token = f"xoxb-{secrets.token_hex(16)}"
        installation = Installation(consent.workspaces, token, consent.scopes, consent.whole)
        self._platform.installations.append(installation)
        workspace = consent.workspaces[0]
        for each in consent.workspaces:
            each.org_install = consent.whole
        return {
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(consent.scopes)),
            "bot_user_id": workspace.bot_user,
            "app_id": APP_ID,
            "team": None if consent.whole else {"id": workspace.team_id, "name": workspace.name},
            "enterprise": workspace.enterprise,
            "is_enterprise_install": consent.whole,
            "authed_user": {"id": consent.user},
        }


def _client(request: Request) -> tuple[str, str] | None:
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret
