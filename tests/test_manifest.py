"""manifest.yml says what the app registers and calls, within Slack's limits (docs.slack.dev, manifests)."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_bolt.listener.async_listener import AsyncCustomListener
from slack_bolt.middleware.async_custom_middleware import AsyncCustomMiddleware

from tests.registered import Registered, registered

ROOT = Path(__file__).parents[1]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
FEATURES = MANIFEST["features"]
SETTINGS = MANIFEST["settings"]

# What each method of the Web API asks for (docs.slack.dev, the page of each method).
SCOPES = {
    "auth_test": set[str](),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_open": {"im:write"},
    "conversations_history": {"im:history", "channels:history", "groups:history"},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "users_info": {"users:read", "users:read.email"},
    "users_lookupByEmail": {"users:read.email"},
    "views_open": set[str](),
    "views_publish": set[str](),
    "views_push": set[str](),
    "views_update": set[str](),
}
METHOD = re.compile(r"\b(?:auth|chat|conversations|files|reactions|team|users|usergroups|views)_[a-z]\w+")


@pytest.fixture
async def app() -> Registered:
    return await registered()


def listeners(app: Registered) -> list[AsyncCustomListener]:
    """All of them: Bolt itself tells their parameters only in an attribute of its own."""
    return [each for each in app._async_listeners if isinstance(each, AsyncCustomListener)]


def test_commands_are_the_registered_ones(app: Registered) -> None:
    assert {each["command"] for each in FEATURES["slash_commands"]} == app.waits["command"]


def test_shortcuts_are_the_registered_ones(app: Registered) -> None:
    assert {each["callback_id"] for each in FEATURES["shortcuts"]} == app.waits["shortcut"]


def test_events_are_the_registered_ones(app: Registered) -> None:
    assert set(SETTINGS["event_subscriptions"]["bot_events"]) == app.waits["event"]


def test_scopes_are_those_of_the_methods_that_are_called() -> None:
    called: set[str] = set()
    for path in (ROOT / "bot" / "slack.py", *(ROOT / "handlers").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        called |= {name for name in METHOD.findall(text) if name in SCOPES or f".{name}(" in text}
    assert called <= set(SCOPES), "say here which scopes these methods need"

    needed = {"commands"}.union(*(SCOPES[name] for name in called))
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_every_scope_has_its_reason_beside_it() -> None:
    lines = (ROOT / "manifest.yml").read_text(encoding="utf-8").splitlines()
    for scope in MANIFEST["oauth_config"]["scopes"]["bot"]:
        (line,) = [
            each for each in lines if each.strip().startswith(f"- {scope} ") or each.endswith(f"- {scope}")
        ]
        assert re.search(r"#\s*\w+", line), scope


def test_every_listener_asks_only_for_what_is_there(app: Registered) -> None:
    known = set(AsyncArgs.__annotations__) | {"administrator", "deps", "outbox", "person"}
    for listener in listeners(app):
        unknown = set(listener.arg_names) - known
        assert not unknown, f"{listener.ack_function.__name__}: {unknown} would be None"
        for middleware in listener.middleware:
            assert set(getattr(middleware, "arg_names", ())) <= known


def test_whoever_asks_for_the_person_has_one_found(app: Registered) -> None:
    for listener in listeners(app):
        if "person" in listener.arg_names:
            names = [
                each.func.__name__ for each in listener.middleware if isinstance(each, AsyncCustomMiddleware)
            ]
            assert "connected_person" in names, listener.ack_function.__name__


def test_texts_are_within_slacks_limits() -> None:
    display = MANIFEST["display_information"]
    assert 1 <= len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 175 <= len(display["long_description"]) <= 4000
    assert re.fullmatch("#[0-9a-f]{6}", display["background_color"])
    assert len(FEATURES["bot_user"]["display_name"]) <= 80
    assert len(FEATURES["shortcuts"]) <= 10
    for shortcut in FEATURES["shortcuts"]:
        assert shortcut["name"] == "Log time"
        assert shortcut["type"] in {"message", "global"}
        assert len(shortcut["callback_id"]) <= 255
        assert len(shortcut["description"]) <= 150
    assert len(FEATURES["slash_commands"]) <= 50
    for command in FEATURES["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert len(command["description"]) <= 2000
        assert len(command.get("usage_hint", "")) <= 1000
        assert command["should_escape"] is True


def test_slack_sends_everything_to_one_address_type_ahead_too() -> None:
    interactivity = SETTINGS["interactivity"]
    urls = {
        SETTINGS["event_subscriptions"]["request_url"],
        interactivity["request_url"],
        interactivity["message_menu_options_url"],
        *(each["url"] for each in FEATURES["slash_commands"]),
    }
    assert len(urls) == 1
    assert urls.pop().endswith("/slack/events")
    assert interactivity["is_enabled"]


def test_direct_messages_reach_people_and_typed_ones_are_not_promised_an_answer() -> None:
    home = FEATURES["app_home"]
    assert home["messages_tab_enabled"]
    assert home["messages_tab_read_only_enabled"] == (
        "message.im" not in SETTINGS["event_subscriptions"]["bot_events"]
    )


def test_it_can_be_installed_in_an_organisation_and_tokens_do_not_rotate() -> None:
    assert SETTINGS["org_deploy_enabled"]
    assert not SETTINGS["token_rotation_enabled"]
    assert MANIFEST["_metadata"]["major_version"] in {1, 2}
