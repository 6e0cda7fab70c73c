"""Trigger ids and response addresses, good for a short time (docs.slack.dev, Handling user interaction)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.slack.records import Message, View
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import Workspace

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5


@dataclass
class Trigger:
    """The right to open one modal for ``user``; ``view`` is the modal in which the person acted."""

    workspace: Workspace
    user: str
    issued: datetime
    view: View | None
    submitted: bool
    used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer in ``channel``; ``original`` is the message in which the person acted."""

    workspace: Workspace
    user: str
    channel: str
    issued: datetime
    original: Message | None
    uses: int = 0


class Handles:
    """The trigger ids and response addresses that are out."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._triggers: dict[str, Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}

    def trigger(
        self, workspace: Workspace, user: str, *, view: View | None = None, submitted: bool = False
    ) -> str:
        """A new trigger id."""
        now = self._clock()
        trigger_id = f"{int(now.timestamp() * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(workspace, user, now, view, submitted)
        return trigger_id

    def issued_by(self, trigger_id: str) -> Workspace | None:
        """The workspace that gave this trigger id, None where none did."""
        trigger = self._triggers.get(trigger_id)
        return trigger.workspace if trigger else None

    def exchange(self, trigger_id: str, workspace: Workspace) -> Trigger:
        """Uses a trigger id up; Refused where it is unknown, used, or older than 3 seconds."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None or trigger.workspace is not workspace:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._clock() - trigger.issued > TRIGGER_LIFE:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def response(self, workspace: Workspace, user: str, channel: str, original: Message | None) -> str:
        """The id of a new response address."""
        response_id = secrets.token_urlsafe(24)
        self._urls[response_id] = ResponseUrl(workspace, user, channel, self._clock(), original)
        return response_id

    def spend(self, response_id: str) -> ResponseUrl:
        """A response address that still takes an answer; Refused where it does not. Counts no use."""
        url = self._urls.get(response_id)
        if url is None:
            raise Refused("invalid_url")
        if self._clock() - url.issued > RESPONSE_LIFE:
            raise Refused("expired_url")
        if url.uses >= RESPONSE_USES:
            raise Refused("used_url")
        return url
