"""Slack, whole: the server the app talks to, and the acts of the people in it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from bot.sandbox.slack.delivery import Courier, Delivery, Signer
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.faults import SlackFaults
from bot.sandbox.slack.files import Files
from bot.sandbox.slack.handles import Handles
from bot.sandbox.slack.inputs import Json
from bot.sandbox.slack.interactions import Interactions
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.oauth import OAuth
from bot.sandbox.slack.outcome import Outcome
from bot.sandbox.slack.page_api import PageApi
from bot.sandbox.slack.platform import Installation, Platform
from bot.sandbox.slack.response_urls import ResponseUrls
from bot.sandbox.slack.socket_mode import SocketMode
from bot.sandbox.slack.web_api import WebApi
from bot.sandbox.slack.workspace import Workspace, utc_now

PATIENCE_SECONDS = 3.0
EVENTS_PATH = "/slack/events"


class Slack:
    """A pretend Slack with one app installed in one workspace; add() installs it in more.

    ``bot_url`` is the app's address without a path, ``url`` Slack's own, where the caller mounts ``app``
    (learnt from the first API call where not given). ``timeout`` is Slack's patience in seconds. ``http``
    reaches the app; an ASGITransport runs it in process. ``sleep`` waits between the retries of events.
    ``signing_clock`` dates signatures where ``clock`` is moved: apps hold them against their machine's own.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        bot_url: str,
        signing_secret: str,
        bot_token: str,
        manifest: Manifest,
        clock: Callable[[], datetime] = utc_now,
        http: httpx.AsyncClient | None = None,
        faults: SlackFaults | None = None,
        app_token: str | None = None,
        credentials: tuple[str, str] | None = None,
        url: str | None = None,
        timeout: float = PATIENCE_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        signing_clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.workspace = workspace
        self.faults = faults or SlackFaults()
        self._http = http or httpx.AsyncClient(trust_env=False)
        self._http_is_own = http is None
        courier = Courier(
            bot_url.rstrip("/") + EVENTS_PATH,
            Signer(signing_secret, signing_clock or clock),
            self._http,
            self.faults,
            timeout,
        )
        self.socket = SocketMode(app_token)
        courier.socket = self.socket
        self.platform = Platform(manifest, self.faults, clock, courier, Handles(clock), app_token, url)
        self.oauth = OAuth(self.platform, credentials, clock)
        self.events = Events(self.platform, sleep)
        self._interactions = Interactions(self.platform)
        self.add(workspace, bot_token)
        self.app = self._routes()

    def add(self, workspace: Workspace, bot_token: str) -> None:
        """Installs the app in a workspace with the scopes its manifest asks for."""
        self._install([workspace], bot_token, org_wide=False)
        self.oauth.open_to.append(workspace)

    def add_organisation(self, workspaces: list[Workspace], bot_token: str) -> None:
        """Installs the app in an organisation: one token for all its workspaces, each with ``enterprise``."""
        for workspace in workspaces:
            workspace.org_install = True
        self._install(workspaces, bot_token, org_wide=True)

    def _install(self, workspaces: list[Workspace], bot_token: str, *, org_wide: bool) -> None:
        for workspace in workspaces:
            workspace.clock = self.platform.clock
        scopes = self.platform.manifest.scopes
        self.platform.installations.append(Installation(workspaces, bot_token, scopes, org_wide))

    def _routes(self) -> Starlette:
        files = Files(self.platform)
        web_api = WebApi(self.platform, self.events, self.socket, self.oauth)
        routes = [
            Route("/api/{method}", web_api),
            Route("/response/{response_id}", ResponseUrls(self.platform)),
            Route("/upload/{file_id}", files.take, methods=["POST"]),
            Route("/files/{file_id}", files.give),
            Route("/oauth/v2/authorize", self.oauth.authorize),
            *PageApi(self.platform, self).routes(),
        ]
        return Starlette(routes=routes)

    @property
    def deliveries(self) -> list[Delivery]:
        """What was sent to the app, and what came of it; the last thousand."""
        return list(self.platform.courier.deliveries)

    # The acts of people. Each raises NotOnScreen where that person cannot do that.

    async def command(self, user: str, channel: str, text: str) -> Outcome:
        """``/logtime 2h acme`` typed in a channel."""
        return await self._interactions.command(user, channel, text)

    async def press(
        self,
        user: str,
        *,
        action_id: str,
        block_id: str | None = None,
        message: tuple[str, str] | None = None,
        ephemeral: str | None = None,
        view_id: str | None = None,
        home: bool = False,
        element: Mapping[str, Any] | None = None,
        state: Mapping[str, Any] | None = None,
        **changed: Any,
    ) -> Outcome:
        """A button or another element of a message (channel, ts), an ephemeral, a view or the Home tab.

        What changed is given as ``element`` or by name: ``selected_date="2026-03-03"``, or ``value="42"``,
        which for a menu names the option. ``state`` is what was filled in beside it.
        """
        target = {"message": message, "ephemeral": ephemeral, "view_id": view_id, "home": home}
        return await self._interactions.press(
            user,
            action_id=action_id,
            block_id=block_id,
            target=target,
            element={**(element or {}), **changed},
            state=state,
        )

    async def options(
        self,
        user: str,
        *,
        block_id: str | None = None,
        action_id: str,
        value: str,
        message: tuple[str, str] | None = None,
        ephemeral: str | None = None,
        view_id: str | None = None,
        home: bool = False,
    ) -> list[Json]:
        """What the type-ahead shows for these letters: options, or groups ({"label", "options"})."""
        target = {"message": message, "ephemeral": ephemeral, "view_id": view_id, "home": home}
        return await self._interactions.options(
            user, block_id=block_id, action_id=action_id, target=target, value=value
        )

    async def submit(self, user: str, view_id: str, values: Mapping[str, Any]) -> Outcome:
        """The form in front, sent with these values over what is already in it."""
        return await self._interactions.submit(user, view_id, values)

    async def close(self, user: str, view_id: str, *, cleared: bool = False) -> Outcome:
        """Cancel, or the X (``cleared``)."""
        return await self._interactions.close(user, view_id, cleared=cleared)

    async def shortcut(
        self, user: str, callback_id: str, *, message: tuple[str, str] | None = None
    ) -> Outcome:
        """A global shortcut, or one of a message (channel, ts)."""
        return await self._interactions.shortcut(user, callback_id, message)

    async def say(self, user: str, channel: str, text: str) -> Outcome:
        """A message in a channel, or to the app."""
        return await self.events.say(user, channel, text)

    async def open_home(self, user: str) -> Outcome:
        """The app's Home tab."""
        return await self.events.open_home(user)

    async def user_changed(self, user: str, **changes: Any) -> Outcome:
        """Somebody's name, e-mail, zone or standing changes."""
        return await self.events.user_changed(user, **changes)

    async def settle(self) -> None:
        """Waits until nothing is on its way to the app any more."""
        await self.platform.courier.settle()

    async def aclose(self) -> None:
        """Ends everything: screens, connections, what is on its way."""
        for workspace in self.platform.workspaces:
            workspace.close_screens()
        await self.platform.courier.close()
        await self.socket.close()
        if self._http_is_own:
            await self._http.aclose()
