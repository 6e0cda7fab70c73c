"""Events, sent up to three times more where the app does not take them (docs.slack.dev, Events API)."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.slack import payloads
from bot.sandbox.slack.delivery import EVENT, Delivery
from bot.sandbox.slack.escaping import escape
from bot.sandbox.slack.interactions import outcome
from bot.sandbox.slack.outcome import NotOnScreen, Outcome
from bot.sandbox.slack.platform import Platform
from bot.sandbox.slack.records import Channel, Json, Message, User
from bot.sandbox.slack.workspace import Workspace

RETRY_DELAYS = (0.0, 60.0, 300.0)
MESSAGES_OFF = "Sending messages to this app has been turned off."
CHANGEABLE = frozenset(
    {"real_name", "name", "email", "tz", "locale", "title", "is_admin", "is_restricted", "deleted"}
)


class Events:
    """Sends the events the app is subscribed to. ``sleep`` waits between the retries, in seconds."""

    def __init__(self, platform: Platform, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._platform = platform
        self._sleep = sleep
        self._held: list[tuple[Workspace, Json]] | None = None

    async def emit(self, workspace: Workspace, kind: str, event: Json) -> Outcome:
        """Sends one event, if the app is subscribed to ``kind``; failed ones are tried again beside."""
        if not self._platform.installed(workspace):
            return Outcome(True)
        return await self._tell(workspace, kind, event)

    async def _tell(self, workspace: Workspace, kind: str, event: Json) -> Outcome:
        if kind not in self._platform.manifest.events:
            return Outcome(True)
        at = self._platform.clock().timestamp()
        envelope = payloads.event_envelope(workspace, event, at=at)
        if self._held is not None:
            self._held.append((workspace, envelope))
            return Outcome(True)
        return await self._send(envelope)

    def hold(self) -> None:
        """Keeps events back until release()."""
        self._held = []

    async def release(self, *, backwards: bool = False) -> None:
        """Sends what was held, in its order or the other way round: Slack promises none."""
        held, self._held = self._held or [], None
        for _, envelope in reversed(held) if backwards else held:
            await self._send(envelope)

    async def _send(self, envelope: Json) -> Outcome:
        delivery = await self._platform.courier.deliver(EVENT, envelope)
        if delivery.reason and not _unwanted(delivery):
            self._platform.courier.spawn(self._again(envelope, delivery))
        return outcome(delivery, delivery.reason is None)

    async def _again(self, envelope: Json, failed: Delivery) -> None:
        for number, delay in enumerate(RETRY_DELAYS, start=1):
            await self._sleep(delay)
            reason = failed.reason if failed.answer is None else "http_error"
            headers = {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason or "unknown_error"}
            failed = await self._platform.courier.deliver(EVENT, envelope, headers)
            if not failed.reason or _unwanted(failed):
                return

    async def say(self, user: str, channel: str, text: str) -> Outcome:
        """A message typed in a channel or to the app."""
        workspace, person = self._platform.home_of(user)
        where = self._platform.channel_of(workspace, user, channel)
        manifest = self._platform.manifest
        if where.is_im and (manifest.messages_read_only or not manifest.messages_tab):
            return Outcome(False, error=MESSAGES_OFF)
        message = workspace.post(where.id, person.id, escape(text))
        return await self.said(workspace, where, message)

    async def said(self, workspace: Workspace, channel: Channel, message: Message) -> Outcome:
        """Somebody, possibly the app itself, said something in a channel."""
        event = payloads.message_event(message, channel, workspace)
        sent = await self.in_channel(workspace, channel, event)
        if f"<@{workspace.bot_user}>" in message.text and workspace.bot_user in channel.members:
            await self.emit(workspace, "app_mention", event | {"type": "app_mention"})
        return sent

    async def in_channel(self, workspace: Workspace, channel: Channel, event: Json) -> Outcome:
        """A message event, where the app can read that channel."""
        if workspace.bot_user not in channel.members:
            return Outcome(True)
        return await self.emit(workspace, f"message.{channel.kind}", event)

    async def verify_url(self) -> bool:
        """Whether the app answers Slack's challenge to its request URL, as it must when that is set."""
        challenge = secrets.token_urlsafe(24)
        asked = {"type": "url_verification", "challenge": challenge, "token": payloads.VERIFICATION_TOKEN}
        answer = (await self._platform.courier.deliver(EVENT, asked)).answer
        return answer is not None and answer.ok and challenge in answer.body

    async def open_home(self, user: str, tab: str = "home") -> Outcome:
        """The person looks at the app's Home (or Messages) tab."""
        workspace, person = self._platform.home_of(user)
        if tab == "home" and not self._platform.manifest.home_tab:
            raise NotOnScreen("the app has no Home tab")
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": workspace.direct(person.id).id,
            "tab": tab,
            "event_ts": workspace.tick(),
        }
        if tab == "home" and (view := workspace.homes.get(person.id)):
            event["view"] = payloads.view_part(workspace, view)
        return await self.emit(workspace, "app_home_opened", event)

    async def user_changed(self, user: str, **changes: Any) -> Outcome:
        """Something about a person changes: name, e-mail, zone, or that they left."""
        workspace, person = self._somebody(user)
        for name, value in changes.items():
            if name not in CHANGEABLE:
                raise AttributeError(name)
            setattr(person, name, value)
        return await self.emit(workspace, "user_change", self._user_event("user_change", workspace, person))

    async def joined(self, workspace: Workspace, person: User) -> Outcome:
        """Somebody new is in the workspace."""
        workspace.users[person.id] = person
        return await self.emit(workspace, "team_join", self._user_event("team_join", workspace, person))

    async def uninstalled(self, workspace: Workspace) -> None:
        """The app is thrown out: its tokens are dead before it hears of it."""
        for each in self._platform.installations:
            if workspace in each.workspaces:
                each.revoked = "account_inactive"
        revoked: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.bot_user]}}
        await self._tell(workspace, "tokens_revoked", revoked | {"event_ts": workspace.tick()})
        uninstalled: Json = {"type": "app_uninstalled", "event_ts": workspace.tick()}
        await self._tell(workspace, "app_uninstalled", uninstalled)

    def _somebody(self, user: str) -> tuple[Workspace, User]:
        for workspace in self._platform.workspaces:
            if user in workspace.users:
                return workspace, workspace.users[user]
        raise NotOnScreen(f"no user {user}")

    def _user_event(self, kind: str, workspace: Workspace, person: User) -> Json:
        now = self._platform.clock()
        with_email = "users:read.email" in self._platform.manifest.scopes
        user = person.as_api(now, with_email=with_email)
        return {"type": kind, "user": user, "cache_ts": int(now.timestamp()), "event_ts": workspace.tick()}


def _unwanted(delivery: Delivery) -> bool:
    """Whether the app asked for no retries."""
    return delivery.answer is not None and delivery.answer.headers.get("x-slack-no-retry") == "1"
