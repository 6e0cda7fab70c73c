"""Several firms' accounts at one address, as Kantata has them: whose token or code it is decides which."""

from collections.abc import Sequence
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.kantata.simulator import Kantata

ACCOUNT = b"x-sandbox-account"  # on the pages for signing in, the place of the account; else the first


class Accounts:
    """An app that hands each request to the account it is for; what is nobody's goes to the first one."""

    def __init__(self, accounts: Sequence[Kantata]) -> None:
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        body = await _whole(receive)
        account = self._of(dict(scope["headers"]), body)
        await account(scope, _again(body), send)

    def _of(self, headers: dict[bytes, bytes], body: bytes) -> ASGIApp:
        if ACCOUNT in headers:
            return self._accounts[int(headers[ACCOUNT])].app
        form = parse_qs(body.decode(errors="replace"))
        code = form.get("code", [""])[0]
        token = headers.get(b"authorization", b"").decode().removeprefix("Bearer ")
        for each in self._accounts:
            tokens = each.store.table("tokens")
            named = {token, *form.get("token", ())} - {""}
            if each.oauth.gave(code) or any(tokens.where("token", name) for name in named):
                return each.app
        return self._accounts[0].app


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
