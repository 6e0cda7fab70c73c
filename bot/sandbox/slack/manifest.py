"""The app's manifest: its commands, shortcuts, scopes and events (docs.slack.dev, App manifest)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Command:
    """A slash command as people see it."""

    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A shortcut; ``type`` is global or message."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """What the app is allowed and subscribed to."""

    name: str
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    home_tab: bool = True
    messages_tab: bool = True
    messages_read_only: bool = False
    interactive: bool = True
    type_ahead: bool = True
    redirect_urls: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Manifest":
        """From manifest.yml."""
        return cls.parse(yaml.safe_load(path.read_text(encoding="utf-8")))

    @classmethod
    def parse(cls, data: dict[str, Any]) -> "Manifest":
        """From the manifest as a document."""
        features = data.get("features") or {}
        oauth = data.get("oauth_config") or {}
        settings = data.get("settings") or {}
        home = features.get("app_home") or {}
        interactivity = settings.get("interactivity") or {}
        socket_mode = bool(settings.get("socket_mode_enabled"))
        return cls(
            name=data["display_information"]["name"],
            commands=tuple(_command(each) for each in features.get("slash_commands") or ()),
            shortcuts=tuple(_shortcut(each) for each in features.get("shortcuts") or ()),
            scopes=frozenset((oauth.get("scopes") or {}).get("bot") or ()),
            events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or ()),
            home_tab=bool(home.get("home_tab_enabled")),
            messages_tab=bool(home.get("messages_tab_enabled")),
            messages_read_only=bool(home.get("messages_tab_read_only_enabled")),
            interactive=bool(interactivity.get("is_enabled")),
            type_ahead=socket_mode or bool(interactivity.get("message_menu_options_url")),
            redirect_urls=tuple(oauth.get("redirect_urls") or ()),
        )

    def command(self, name: str) -> Command | None:
        """The command of that name, slash included; None where there is none."""
        return next((each for each in self.commands if each.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        """The shortcut with that callback_id; None where there is none."""
        return next((each for each in self.shortcuts if each.callback_id == callback_id), None)


def _command(data: dict[str, Any]) -> Command:
    return Command(
        command=data["command"],
        description=data.get("description", ""),
        usage_hint=data.get("usage_hint", ""),
        should_escape=bool(data.get("should_escape")),
    )


def _shortcut(data: dict[str, Any]) -> Shortcut:
    return Shortcut(data["name"], data["type"], data["callback_id"], data.get("description", ""))
