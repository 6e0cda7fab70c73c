"""Signing in: the page to allow or deny on, codes, tokens, revocation (Kantata's API reference, OAuth)."""

import base64
import binascii
import hashlib
import html
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.kantata.store import Row

CODE_LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class Application:
    """A registered OAuth application with its redirect addresses."""

    client_id: str
    client_secret: str
    name: str
    redirect_uris: tuple[str, ...]


@dataclass(frozen=True)
class _Grant:
    client_id: str
    redirect_uri: str
    user_id: str
    until: datetime
    challenge: str | None


class OAuth:
    """The pages and endpoints below /oauth."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        people: Callable[[], list[Row]],
        issue: Callable[[str, str], str],
        revoke: Callable[[str, str], None],
    ) -> None:
        self.applications: dict[str, Application] = {}
        self._clock = clock
        self._people = people
        self._issue = issue
        self._revoke = revoke
        self._grants: dict[str, _Grant] = {}
        self.routes = [
            Route("/oauth/authorize", self._page, methods=["GET"]),
            Route("/oauth/authorize", self._decide, methods=["POST"]),
            Route("/oauth/token", self._token, methods=["POST"]),
            Route("/oauth/revoke", self._end, methods=["POST"]),
        ]

    def register(self, application: Application) -> None:
        """Makes the application known, or changes it."""
        self.applications[application.client_id] = application

    def gave(self, code: str) -> bool:
        """Whether that code was given here, and was not used yet."""
        return code in self._grants

    async def _page(self, request: Request) -> Response:
        asked = dict(request.query_params)
        return self._fault(asked) or HTMLResponse(
            _page(self.applications[asked["client_id"]], asked, self._people())
        )

    async def _decide(self, request: Request) -> Response:
        asked = {**request.query_params, **await _form(request)}
        fault = self._fault(asked)
        if fault is not None:
            return fault
        person = next((row for row in self._people() if row["id"] == asked.get("user_id")), None)
        if asked.get("decision") != "allow" or person is None:
            return _redirect(asked, error="access_denied", error_description="The user denied access")
        code = secrets.token_hex(32)
        self._grants[code] = _Grant(
            asked["client_id"],
            asked["redirect_uri"],
            person["id"],
            self._clock() + CODE_LIFE,
            asked.get("code_challenge") or None,
        )
        return _redirect(asked, code=code)

    def _fault(self, asked: dict[str, str]) -> Response | None:
        application = self.applications.get(asked.get("client_id", ""))
        if application is None:
            return _error(401, "invalid_client", "Client authentication failed")
        if asked.get("redirect_uri") not in application.redirect_uris:
            return _error(400, "invalid_redirect_uri", "The redirect uri is not one of the application's")
        if asked.get("response_type") != "code":
            return _error(400, "unsupported_response_type", "The response type must be code")
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            return _error(400, "invalid_request", "The code challenge method must be S256")
        return None

    async def _token(self, request: Request) -> Response:
        asked = await _form(request)
        application = self._authenticated(request, asked)
        if application is None:
            return _error(401, "invalid_client", "Client authentication failed")
        if asked.get("grant_type") != "authorization_code":
            return _error(400, "unsupported_grant_type", "The grant type must be authorization_code")
        grant = self._grants.pop(asked.get("code", ""), None)
        if grant is None or grant.client_id != application.client_id or self._clock() >= grant.until:
            return _error(400, "invalid_grant", "The code is unknown, used or expired")
        if asked.get("redirect_uri") != grant.redirect_uri:
            return _error(400, "invalid_grant", "The redirect uri is not the one of the authorization")
        if grant.challenge is not None and _challenge(asked.get("code_verifier", "")) != grant.challenge:
            return _error(400, "invalid_grant", "The code verifier does not match")
        token = self._issue(grant.user_id, application.client_id)
        return JSONResponse(
            {"access_token": token, "token_type": "bearer"}, headers={"cache-control": "no-store"}
        )

    async def _end(self, request: Request) -> Response:
        asked = await _form(request)
        application = self._authenticated(request, asked)
        if application is None:
            return _error(401, "invalid_client", "Client authentication failed")
        self._revoke(asked.get("token", ""), application.client_id)
        return JSONResponse({})

    def _authenticated(self, request: Request, asked: dict[str, str]) -> Application | None:
        client_id, secret = _basic(request) or (asked.get("client_id", ""), asked.get("client_secret", ""))
        application = self.applications.get(client_id)
        if application is None or not secrets.compare_digest(
            application.client_secret.encode(), secret.encode()
        ):
            return None
        return application


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote(name), unquote(secret)


async def _form(request: Request) -> dict[str, str]:
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            content: Any = await request.json()
        except ValueError:
            content = {}
        return {name: str(value) for name, value in content.items()} if isinstance(content, dict) else {}
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def _redirect(asked: dict[str, str], **answer: str) -> Response:
    if "state" in asked:
        answer["state"] = asked["state"]
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    return RedirectResponse(asked["redirect_uri"] + joint + urlencode(answer), 302)


def _error(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)


def _page(application: Application, asked: dict[str, str], people: list[Row]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in asked.items()
        if name != "user_id"
    )
    options = "".join(
        f'<option value="{row["id"]}"{" selected" if row["id"] == asked.get("user_id") else ""}>'
        f"{html.escape(row['full_name'])} – {html.escape(row['email_address'])}</option>"
        for row in people
    )
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Kantata: allow access</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; background: #f3f4f7; color: #1d2433; }}
main {{ max-width: 26rem; margin: 12vh auto; background: #fff; padding: 2rem; border-radius: 12px;
  box-shadow: 0 2px 16px #0002; }}
h1 {{ font-size: 1.25rem; margin-top: 0; }}
select, button {{ font: inherit; padding: .5rem .75rem; border-radius: 8px; border: 1px solid #c4c9d4; }}
select {{ width: 100%; margin: .25rem 0 1.25rem; background: #fff; }}
button[value=allow] {{ background: #2456c7; color: #fff; border-color: #2456c7; }}
small {{ color: #5b6475; }}
</style></head><body><main>
<h1>Allow <b>{html.escape(application.name)}</b> to use your Kantata account?</h1>
<form method="post">{hidden}
<label>You are <select name="user_id">{options}</select></label>
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button>
</form><p><small>A pretend Kantata: choose who signs in.</small></p>
</main></body></html>"""
