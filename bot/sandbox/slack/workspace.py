"""One workspace: who is in it, what was said, and what stands open on whose screen. Kept in memory."""

import asyncio
import secrets
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.sandbox.slack.inputs import Inputs
from bot.sandbox.slack.records import Channel, Json, Message, Upload, User, View
from bot.sandbox.slack.seeding import seed

ALPHABET = string.ascii_uppercase + string.digits


def utc_now() -> datetime:
    """The instant now."""
    return datetime.now(UTC)


def new_id(prefix: str) -> str:
    """An id nothing ever had, not before a restart either: apps remember ids for years."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(10))


@dataclass
class Workspace:
    """A team with its users, channels, messages and views.

    ``enterprise`` ({"id", "name"}) is the organisation it belongs to, where there is one; ``org_install``
    says that the app was installed there and not here. ``edit_window`` is how long messages may be edited,
    None for ever.
    """

    team_id: str = "T0SANDBOX"
    name: str = "Sandbox"
    domain: str = "sandbox"
    bot_name: str = "Kantata"
    enterprise: Json | None = None
    org_install: bool = False
    edit_window: timedelta | None = None
    clock: Callable[[], datetime] = utc_now
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    # People that seed() adds to every workspace (see seeding.py).
    GUEST = "U0GUEST"
    DEACTIVATED = "U0DEACTIVATED"
    STRANGER = "U0STRANGER"
    UNMATCHED = "U0UNMATCHED"

    def __post_init__(self) -> None:
        self._last_tick = 0
        self._watchers: dict[str, list[asyncio.Queue[Json | None]]] = {}
        self.bot_user = f"U0BOT{self.team_id[1:]}"
        self.bot_id = f"B0BOT{self.team_id[1:]}"
        bot = User(self.bot_user, self.bot_name.lower(), self.bot_name, None, self.team_id, is_bot=True)
        self.users[bot.id] = bot

    @classmethod
    def seed(
        cls,
        people: Iterable[tuple[str, str, str, str, str]],
        *,
        clock: Callable[[], datetime] = utc_now,
        team_id: str = "T0SANDBOX",
        name: str = "Sandbox",
        first: int = 1,
    ) -> "Workspace":
        """A lived-in workspace of (name, e-mail, IANA zone, locale, title) each; the first is admin.

        People's ids are numbered from ``first`` on.
        """
        return seed(cls(team_id=team_id, name=name, clock=clock), people, first)

    # People and channels

    def person(self, email: str) -> User:
        """The user with that e-mail address; KeyError where there is none."""
        for user in self.users.values():
            if user.email == email:
                return user
        raise KeyError(email)

    def channel(self, name: str) -> Channel:
        """The channel of that name, with or without #; KeyError where there is none."""
        for channel in self.channels.values():
            if channel.name == name.removeprefix("#") and not channel.is_im:
                return channel
        raise KeyError(name)

    def direct(self, user: str) -> Channel:
        """The direct messages between that user and the bot, made where they are not there yet."""
        channel_id = "D" + user[1:]
        if channel_id not in self.channels:
            found = Channel(channel_id, channel_id, [user, self.bot_user], user=user)
            self.channels[channel_id] = found
        return self.channels[channel_id]

    # Messages

    def tick(self) -> str:
        """A timestamp as Slack gives messages, later than every one before."""
        self._last_tick = max(self._last_tick + 1, int(self.clock().timestamp() * 1_000_000))
        return f"{self._last_tick // 1_000_000}.{self._last_tick % 1_000_000:06}"

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: list[Json] | None = None,
        *,
        ephemeral_to: str | None = None,
        metadata: Json | None = None,
        thread_ts: str | None = None,
        files: list[Json] | None = None,
        at: datetime | None = None,
    ) -> Message:
        """Says something in a channel, and shows it to whoever may see it."""
        ts = f"{at.timestamp():.6f}" if at else self.tick()
        bot_id = self.bot_id if user == self.bot_user else None
        message = Message(
            id=new_id("M"),
            ts=ts,
            channel=channel,
            user=user,
            text=text,
            blocks=blocks or [],
            bot_id=bot_id,
            ephemeral_to=ephemeral_to,
            metadata=metadata,
            thread_ts=thread_ts,
            files=files or [],
        )
        self.messages.setdefault(channel, []).append(message)
        self.show(message, "message")
        return message

    def message(self, channel: str, ts: str) -> Message | None:
        """The message everybody sees at that timestamp, None where there is none."""
        return next((m for m in self.messages.get(channel, ()) if m.ts == ts and not m.ephemeral), None)

    def ephemeral(self, message_id: str) -> Message | None:
        """The ephemeral message of that id, None where there is none."""
        every = (m for messages in self.messages.values() for m in messages)
        return next((m for m in every if m.id == message_id and m.ephemeral), None)

    def redraw(self, message: Message, text: str, blocks: list[Json]) -> None:
        """Puts other words in the place of a message."""
        message.redraw(text, blocks)
        message.edited = {"user": message.user, "ts": self.tick()}
        self.show(message, "message_changed")

    def delete(self, message: Message) -> None:
        """Takes a message away, for whoever saw it."""
        self.messages[message.channel].remove(message)
        self.show(message, "message_deleted")

    def sees(self, user: str, message: Message) -> bool:
        """Whether that person has the message on screen."""
        if message.ephemeral_to is not None:
            return message.ephemeral_to == user
        return user in self.channels[message.channel].members

    # Views

    def stack(self, user: str) -> list[View]:
        """The person's open modals, the one in front last."""
        return self.stacks.setdefault(user, [])

    def new_view(self, user: str, definition: Json, *, under: View | None = None) -> View:
        """A view with an id of its own; ``under`` is the one it is pushed upon."""
        view_id = new_id("V")
        root, previous = (under.root_view_id, under.id) if under else (view_id, None)
        inputs = Inputs.of(definition["blocks"])
        view = View(view_id, user, definition, self.new_hash(), root, previous, inputs)
        self.views[view_id] = view
        return view

    def new_hash(self) -> str:
        """The hash of a view's next version."""
        return f"{self.tick().split('.')[0]}.{secrets.token_hex(4)}"

    def put(self, view: View) -> None:
        """Shows a modal in front of the person's others."""
        self.stack(view.user).append(view)
        self.tell([view.user], "view_opened", view=self.view_json(view))

    def redraw_view(self, view: View, definition: Json) -> None:
        """Puts another version in a view's place; id and what was entered stay."""
        view.redraw(definition, self.new_hash())
        if view.is_home:
            self.tell([view.user], "home", view=self.view_json(view), blocks=view.blocks)
        else:
            self.tell([view.user], "view_updated", view=self.view_json(view))

    def take_away(self, view: View) -> None:
        """Closes one modal."""
        self.views.pop(view.id, None)
        stack = self.stack(view.user)
        if view in stack:
            stack.remove(view)
            self.tell([view.user], "view_closed", view_id=view.id, id=view.id)

    def clear(self, user: str) -> None:
        """Closes all of the person's modals."""
        for view in list(reversed(self.stack(user))):
            self.take_away(view)

    @property
    def installed_in(self) -> str:
        """The id of what the app is installed in: this team, or its organisation."""
        return str(self.enterprise["id"]) if self.enterprise and self.org_install else self.team_id

    def view_json(self, view: View) -> Json:
        """The view object with the team's and the app's ids."""
        ids = {"team_id": self.team_id, "app_installed_team_id": self.installed_in, "bot_id": self.bot_id}
        return view.as_api() | ids

    # Screens

    def show(self, message: Message, change: str) -> None:
        """Tells the screens of whoever sees it that a message came, changed or went."""
        viewers = [message.ephemeral_to] if message.ephemeral_to else self.channels[message.channel].members
        shown = message_json(message)
        self.tell(viewers, change, message=shown, **shown)

    def tell(self, users: Iterable[str], change: str, **what: object) -> None:
        """Sends one event to every screen of these people."""
        for user in users:
            for queue in self._watchers.get(user, ()):
                queue.put_nowait({"type": change, **what})

    def watch(self, user: str) -> "asyncio.Queue[Json | None]":
        """What happens on that person's screen from now on; None ends it."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._watchers.setdefault(user, []).append(queue)
        return queue

    def unwatch(self, user: str, queue: "asyncio.Queue[Json | None]") -> None:
        """The screen is gone."""
        self._watchers[user].remove(queue)

    def close_screens(self) -> None:
        """Ends what every screen is told."""
        for queues in self._watchers.values():
            for queue in queues:
                queue.put_nowait(None)


def message_json(message: Message) -> Json:
    """The message as the page draws it."""
    found: Json = {
        "id": message.id,
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "ephemeral": message.ephemeral,
        "bot": message.bot_id is not None,
    }
    optional: Json = {"metadata": message.metadata, "edited": message.edited, "thread_ts": message.thread_ts}
    optional["files"] = message.files or None
    return found | {name: value for name, value in optional.items() if value is not None}
