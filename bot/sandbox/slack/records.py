"""What a workspace is made of: people, channels, messages and views, as plain records."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.slack.inputs import Inputs

Json = dict[str, Any]


@dataclass
class User:
    """Somebody the workspace knows. ``tz`` is an IANA zone, ``team_id`` the organisation's own workspace."""

    id: str
    name: str
    real_name: str
    email: str | None
    team_id: str
    tz: str = "UTC"
    locale: str = "en-US"
    title: str = ""
    color: str = "4a154b"
    is_admin: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    deleted: bool = False

    def as_api(self, at: datetime, *, with_email: bool, with_locale: bool = True) -> Json:
        """The user object of users.info and of user_change (docs.slack.dev, User object)."""
        profile: Json = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "title": self.title,
            "team": self.team_id,
        }
        if with_email and self.email:
            profile["email"] = self.email
        user: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(at.timestamp()),
        }
        if self.deleted:
            return user
        user |= self._alive(at)
        if with_locale:
            user["locale"] = self.locale
        return user

    def _alive(self, at: datetime) -> Json:
        offset = at.astimezone(ZoneInfo(self.tz)).utcoffset()
        return {
            "color": self.color,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": False,
            "is_stranger": self.is_stranger,
            "is_email_confirmed": self.email is not None,
        }


@dataclass
class Channel:
    """A channel, or the direct messages between the bot and ``user``."""

    id: str
    name: str
    members: list[str]
    topic: str = ""
    user: str | None = None
    is_private: bool = False
    is_archived: bool = False
    is_shared: bool = False

    @property
    def is_im(self) -> bool:
        """Whether these are direct messages."""
        return self.user is not None

    @property
    def kind(self) -> str:
        """How scopes and event names call it: im, groups or channels."""
        if self.is_im:
            return "im"
        return "groups" if self.is_private else "channels"

    @property
    def payload_name(self) -> str:
        """Its name in commands and interactions."""
        if self.is_im:
            return "directmessage"
        return "privategroup" if self.is_private else self.name

    def as_api(self, *, with_members: bool = False) -> Json:
        """The conversation object of conversations.info."""
        found: Json = {
            "id": self.id,
            "is_im": self.is_im,
            "is_archived": self.is_archived,
            "is_org_shared": False,
            "is_ext_shared": self.is_shared,
        }
        if self.is_im:
            return found | {"user": self.user}
        found |= {
            "name": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_private": self.is_private,
            "is_member": True,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
        }
        if with_members:
            found["num_members"] = len(self.members)
        return found


@dataclass
class Message:
    """A message; ``ephemeral_to`` is the only person who sees it, where there is one."""

    id: str
    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json]
    bot_id: str | None = None
    ephemeral_to: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    thread_ts: str | None = None
    files: list[Json] = field(default_factory=list)
    inputs: dict[str, Inputs] = field(default_factory=dict)

    @property
    def ephemeral(self) -> bool:
        """Whether one person alone sees it."""
        return self.ephemeral_to is not None

    def inputs_of(self, user: str) -> Inputs:
        """What that person entered into the message's elements."""
        return self.inputs.setdefault(user, Inputs.of(self.blocks))

    def redraw(self, text: str, blocks: list[Json]) -> None:
        """Other words and blocks in its place; what was entered stays where the fields stay."""
        self.text = text
        self.blocks = blocks
        for inputs in self.inputs.values():
            inputs.adopt(blocks)

    def as_api(self, *, with_metadata: bool = False) -> Json:
        """The message object of conversations.history and of interactions."""
        found: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        found["blocks"] = self.blocks
        if self.bot_id:
            found |= {"bot_id": self.bot_id}
        if self.edited:
            found["edited"] = self.edited
        if self.thread_ts:
            found["thread_ts"] = self.thread_ts
        if self.files:
            found["files"] = self.files
        if with_metadata and self.metadata:
            found["metadata"] = self.metadata
        return found


@dataclass
class View:
    """A modal or Home tab as one person sees it; ``definition`` is what the app sent, defaults filled in."""

    id: str
    user: str
    definition: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None
    inputs: Inputs

    @property
    def blocks(self) -> list[Json]:
        """Its blocks, every one with its block_id."""
        blocks: list[Json] = self.definition["blocks"]
        return blocks

    @property
    def is_home(self) -> bool:
        """Whether it is a Home tab."""
        return bool(self.definition["type"] == "home")

    def redraw(self, definition: Json, new_hash: str) -> None:
        """The app's new version of it; what was entered stays where block_id and action_id stay."""
        self.definition = definition
        self.hash = new_hash
        self.inputs.adopt(self.blocks)

    def as_api(self) -> Json:
        """The view object of payloads and of the views methods' answers, without the app's ids."""
        return self.definition | {
            "id": self.id,
            "state": {"values": self.inputs.values()},
            "hash": self.hash,
            "root_view_id": self.root_view_id,
            "previous_view_id": self.previous_view_id,
        }


@dataclass
class Upload:
    """A file on its way: announced with its ``length`` in bytes, then sent, then shared.

    ``alt_text`` says in words what a picture shows.
    """

    name: str
    length: int
    alt_text: str | None = None
    content: bytes | None = None
