"""One call of the Web API: who calls, with which arguments, read as leniently as Slack reads them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.events import Events
from bot.sandbox.slack.platform import Installation, Platform
from bot.sandbox.slack.records import Channel, Json
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import Workspace


@dataclass(frozen=True)
class Call:
    """The arguments of one method's call in the name of one installation."""

    platform: Platform
    events: Events
    installation: Installation
    arguments: Json

    @property
    def workspace(self) -> Workspace:
        """The workspace it is about; with an organisation's token ``team_id`` or one of the ids tells."""
        first, *others = self.installation.workspaces
        if not others:
            return first
        if self.given("team_id"):
            found = self.installation.team(self.text("team_id"))
            if found is None:
                raise Refused("team_access_not_granted")
            return found
        if not self.given("trigger_id") and not IDS & self.arguments.keys():
            raise Refused("missing_argument", messages=["[ERROR] missing required field: team_id"])
        return next((each for each in (first, *others) if self._names_something_of(each)), first)

    def _names_something_of(self, workspace: Workspace) -> bool:
        named = {str(self.arguments[name]) for name in IDS & self.arguments.keys()}
        known = (workspace.users, workspace.channels, workspace.views)
        trigger = str(self.arguments.get("trigger_id", ""))
        if self.platform.handles.issued_by(trigger) is workspace:
            return True
        return any(named & ids.keys() for ids in known)

    def given(self, name: str) -> bool:
        """Whether that argument is there and not empty."""
        return self.arguments.get(name) not in (None, "")

    def text(self, name: str, missing: str = "invalid_arguments") -> str:
        """A required argument; Refused with ``missing`` where it is not there."""
        if not self.given(name):
            raise Refused(missing, messages=[f"[ERROR] missing required field: {name}"])
        return str(self.arguments[name])

    def flag(self, name: str) -> bool:
        """A yes or no, as JSON, 1 or "true"."""
        return str(self.arguments.get(name, "")).lower() in {"true", "1"}

    def number(self, name: str, default: int, *, most: int) -> int:
        """A whole number of at least 1, at most ``most``."""
        try:
            return max(1, min(int(self.arguments.get(name) or default), most))
        except ValueError:
            raise Refused("invalid_limit") from None

    def json(self, name: str, refusal: str = "invalid_arguments") -> Any:
        """A structure, given as such or as JSON text; None where it is not there."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(refusal, messages=[f"[ERROR] {name} is not JSON"]) from None

    def need(self, scope: str) -> None:
        """Refused where the app does not have that scope."""
        if scope not in self.installation.scopes:
            provided = ",".join(sorted(self.installation.scopes))
            raise Refused("missing_scope", needed=scope, provided=provided)

    def channel(self, name: str = "channel") -> Channel:
        """A conversation the app can know of; Refused where there is none of that id."""
        found = self.workspace.channels.get(self.text(name, "channel_not_found"))
        if found is None or (found.is_private and self.workspace.bot_user not in found.members):
            raise Refused("channel_not_found")
        return found


# The arguments that name a user, channel or view.
IDS = frozenset({"user", "users", "user_id", "channel", "channel_id", "view_id"})

Handler = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """A method of the Web API and the scope it needs, None where any token will do."""

    name: str
    scope: str | None
    handler: Handler


METHODS: dict[str, Method] = {}


def method(name: str, scope: str | None = None) -> Callable[[Handler], Handler]:
    """Registers the function as that method."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = Method(name, scope, handler)
        return handler

    return register


def paged(items: list[Any], call: Call, *, default: int, most: int) -> tuple[list[Any], str]:
    """(the page asked for, the cursor of the next one or "")."""
    start = 0
    if call.given("cursor"):
        cursor = call.text("cursor")
        if not cursor.startswith("next:") or not cursor[5:].isdigit():
            raise Refused("invalid_cursor")
        start = int(cursor[5:])
    size = call.number("limit", default, most=most)
    following = start + size
    return items[start:following], f"next:{following}" if following < len(items) else ""
