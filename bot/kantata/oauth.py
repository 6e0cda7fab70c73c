"""Signing in to Kantata: the authorization code flow, in the browser and behind it.

Access tokens do not expire; they die when their owner or Kantata revokes them (Kantata's API reference,
OAuth). A code lives five minutes and is good once.
"""

import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
import structlog

from bot.kantata.connection import transport_failure
from bot.kantata.errors import KantataError

log = structlog.get_logger()


class SignInFailed(Exception):
    """Kantata refused to sign somebody in. ``error`` is its code (``invalid_grant``, ``access_denied``, …),
    ``description`` its words; the exception's text holds the code alone."""

    def __init__(self, error: str, description: str = "", *, status: int | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True)
class Tokens:
    """What a code was exchanged for. ``refresh`` is kept if one comes, though none is promised."""

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class OAuthApplication:
    """The application registered at Kantata. ``app_url`` is where people sign in (not the API's address)."""

    app_url: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str

    def authorize_url(self, state: str, challenge: str | None = None) -> str:
        """Where to send a person's browser; it comes back to ``redirect_uri`` with a code and ``state``.

        ``challenge`` is the S256 of the verifier that ``exchange_code`` will be given (RFC 7636).
        """
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": state,
        }
        if challenge is not None:
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return f"{self.app_url.rstrip('/')}/oauth/authorize?{urlencode(query)}"


async def exchange_code(
    application: OAuthApplication,
    code: str,
    *,
    verifier: str | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Tokens:
    """The tokens a code is good for; ``verifier`` where its challenge was sent. POST /oauth/token

    Raises SignInFailed, and Unreachable or NoAnswer where nothing came back: the code may be used up then,
    and the person signs in once more.
    """
    fields = {
        "grant_type": "authorization_code",
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "code": code,
        "redirect_uri": application.redirect_uri,
    }
    if verifier is not None:
        fields["code_verifier"] = verifier
    response = await _post(application, "/oauth/token", fields, transport)
    content = _content(response)
    access, refresh = content.get("access_token"), content.get("refresh_token")
    if not response.is_success or not isinstance(access, str) or not access:
        raise _refusal(response, content)
    return Tokens(access, refresh if isinstance(refresh, str) else None)


async def revoke(
    application: OAuthApplication, token: str, *, transport: httpx.AsyncBaseTransport | None = None
) -> None:
    """End a token at Kantata; one that is dead already is no failure. POST /oauth/revoke"""
    fields = {
        "token": token,
        "client_id": application.client_id,
        "client_secret": application.client_secret,
    }
    response = await _post(application, "/oauth/revoke", fields, transport)
    if not response.is_success:
        raise _refusal(response, _content(response))


async def _post(
    application: OAuthApplication,
    path: str,
    fields: dict[str, str],
    transport: httpx.AsyncBaseTransport | None,
) -> httpx.Response:
    async with httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(10, connect=5)) as http:
        try:
            return await http.post(application.app_url.rstrip("/") + path, data=fields)
        except httpx.RequestError as error:
            failure: KantataError = transport_failure(error)
            log.warning("kantata sign-in failed", path=path, error=type(failure).__name__)
            raise failure from None


def _content(response: httpx.Response) -> dict[str, object]:
    try:
        content = json.loads(response.content)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _refusal(response: httpx.Response, content: dict[str, object]) -> SignInFailed:
    """Kantata's sign-in has an error shape of its own, not the envelope."""
    error, description = content.get("error"), content.get("error_description")
    log.warning(
        "kantata refused sign-in",
        path=response.request.url.path,
        status=response.status_code,
        error=error if isinstance(error, str) else None,
        request_id=response.headers.get("x-request-id"),
    )
    return SignInFailed(
        error if isinstance(error, str) and error else "unreadable_answer",
        description if isinstance(description, str) else "",
        status=response.status_code,
    )
