"""The Web API: every method at /api/NAME, by GET or POST (docs.slack.dev, Web API)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.sandbox.slack import chat, conversations, files, people, view_methods
from bot.sandbox.slack.calls import METHODS, Call, Method
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.oauth import OAuth
from bot.sandbox.slack.platform import Installation, Platform
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.records import Json
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.socket_mode import SocketMode
from bot.sandbox.slack.wire import EFFECTIVE, NotUnderstood, arguments, as_fault, as_json, finish

# Importing them registers their methods.
REGISTERED = (chat, conversations, files, people, view_methods)


class WebApi:
    """An ASGI endpoint that answers one method's call."""

    def __init__(self, platform: Platform, events: Events, socket: SocketMode, oauth: OAuth) -> None:
        self._platform = platform
        self._events = events
        self._socket = socket
        self._oauth = oauth
        self._rates = Rates()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if self._platform.url is None:
            # base_url would be that of the outermost application, without what this one is mounted under.
            self._platform.url = f"{request.url.scheme}://{request.url.netloc}{scope.get('root_path', '')}"
        name = request.path_params["method"]
        installation = self._platform.installation(_bearer(request))
        team = installation.workspaces[0].team_id if installation else None
        fault = self._platform.faults.take(name, team)
        if fault is None or fault.kind in EFFECTIVE:
            response = await self._answer(request, name)
        else:
            response = as_fault(fault)
        await finish(fault, response)(scope, receive, send)

    async def _answer(self, request: Request, name: str) -> Response:
        try:
            given = await arguments(request)
            return await self._call(request, name, given)
        except NotUnderstood as problem:
            return as_json({"ok": False, "error": str(problem)})
        except Refused as refused:
            return as_json(refused.as_json())

    async def _call(self, request: Request, name: str, given: Json) -> Response:
        if name == "api.test":
            return _test(given)
        if name == "oauth.v2.access":
            return as_json({"ok": True, **self._oauth.access(request, given)})
        token = _bearer(request) or str(given.pop("token", ""))
        if name == "apps.connections.open":
            return as_json({"ok": True, "url": await self._socket.address(token)})
        installation = self._installation(token)
        if name not in METHODS:
            raise Refused("unknown_method", req_method=name)
        return await self._limited(METHODS[name], Call(self._platform, self._events, installation, given))

    async def _limited(self, method: Method, call: Call) -> Response:
        if self._platform.faults.limit_rates:
            channel = str(call.arguments.get("channel", ""))
            now, team = self._platform.clock(), call.installation.workspaces[0].team_id
            if (seconds := self._rates.wait(method.name, team, channel, now)) is not None:
                return as_json({"ok": False, "error": "ratelimited"}, 429, {"retry-after": str(seconds)})
        if method.scope is not None:
            call.need(method.scope)
        headers = {"x-oauth-scopes": ",".join(sorted(call.installation.scopes))}
        return as_json({"ok": True, **await method.handler(call)}, headers=headers)

    def _installation(self, token: str) -> Installation:
        if not token:
            raise Refused("not_authed")
        installation = self._platform.installation(token)
        if installation is None:
            raise Refused("not_allowed_token_type" if token == self._platform.app_token else "invalid_auth")
        if installation.revoked:
            raise Refused(installation.revoked)
        return installation


def _test(given: Json) -> Response:
    error = given.pop("error", None)
    body = {"ok": error is None, "args": given}
    return as_json(body | ({"error": error} if error else {}))


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
