"""Block Kit's elements and composition objects, with their limits (docs.slack.dev, Block elements)."""

from typing import Any

from bot.sandbox.slack.inputs import Json, options_of
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.rules import (
    At,
    Rule,
    Surface,
    anything,
    array,
    boolean,
    dated,
    fields,
    matching,
    one_of,
    plain,
    string,
    text,
    whole,
)

MOST_OPTIONS = 100
ACTION_ID = string(255)
NUMBER = matching(r"-?\d+(\.\d+)?", "a number in a string")
DATE = dated("%Y-%m-%d", "a date as YYYY-MM-DD")
TIME = dated("%H:%M", "a time as HH:mm")

CONFIRM = fields(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    "title",
    "text",
    "confirm",
    "deny",
)


def option(words: Rule) -> Rule:
    """One option of a menu or list."""
    allowed = {"text": words, "value": string(150), "description": text(75), "url": string(3000)}
    return fields(allowed, "text", "value")


MENU_OPTION = option(plain(75))
LIST_OPTION = option(text(75))
GROUP = fields(
    {"label": plain(75), "options": array(MENU_OPTION, MOST_OPTIONS)},
    "label",
    "options",
)

COMMON: dict[str, Rule] = {"type": anything, "action_id": ACTION_ID}
ASKED = COMMON | {"confirm": CONFIRM, "focus_on_load": boolean}
MENU = ASKED | {"placeholder": plain(150)}
SEVERAL: dict[str, Rule] = {"max_selected_items": whole(1, 10_000)}
WRITTEN_OPTIONS: dict[str, Rule] = {
    "options": array(MENU_OPTION, MOST_OPTIONS),
    "option_groups": array(GROUP, MOST_OPTIONS),
}
QUERY: dict[str, Rule] = {"min_query_length": whole(0, 10_000)}
DISPATCH = fields(
    {
        "trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2),
    }
)
TYPED = COMMON | {
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}
FILTER = fields(
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
CHOSEN = array(MENU_OPTION, MOST_OPTIONS)

ELEMENTS: dict[str, Rule] = {
    "button": fields(
        COMMON
        | {
            "text": plain(75),
            "value": string(2000),
            "url": string(3000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
        "text",
    ),
    "checkboxes": fields(
        ASKED | {"options": array(LIST_OPTION, 10), "initial_options": array(LIST_OPTION, 10)}, "options"
    ),
    "radio_buttons": fields(
        ASKED | {"options": array(LIST_OPTION, 10), "initial_option": LIST_OPTION}, "options"
    ),
    "overflow": fields(COMMON | {"options": array(MENU_OPTION, 5), "confirm": CONFIRM}, "options"),
    "datepicker": fields(MENU | {"initial_date": DATE}),
    "timepicker": fields(MENU | {"initial_time": TIME, "timezone": string(255)}),
    "datetimepicker": fields(ASKED | {"initial_date_time": whole(10**9, 10**10 - 1)}),
    "static_select": fields(MENU | WRITTEN_OPTIONS | {"initial_option": MENU_OPTION}),
    "external_select": fields(MENU | QUERY | {"initial_option": MENU_OPTION}),
    "users_select": fields(MENU | {"initial_user": string(255)}),
    "conversations_select": fields(
        MENU
        | {
            "initial_conversation": string(255),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": FILTER,
        }
    ),
    "channels_select": fields(MENU | {"initial_channel": string(255), "response_url_enabled": boolean}),
    "multi_static_select": fields(MENU | SEVERAL | WRITTEN_OPTIONS | {"initial_options": CHOSEN}),
    "multi_external_select": fields(MENU | SEVERAL | QUERY | {"initial_options": CHOSEN}),
    "multi_users_select": fields(MENU | SEVERAL | {"initial_users": array(string(255), 100)}),
    "multi_conversations_select": fields(
        MENU
        | SEVERAL
        | {
            "initial_conversations": array(string(255), 100),
            "default_to_current_conversation": boolean,
            "filter": FILTER,
        }
    ),
    "multi_channels_select": fields(MENU | SEVERAL | {"initial_channels": array(string(255), 100)}),
    "plain_text_input": fields(
        TYPED
        | {
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
            "initial_value": string(3000),
        }
    ),
    "number_input": fields(
        TYPED
        | {
            "is_decimal_allowed": boolean,
            "min_value": NUMBER,
            "max_value": NUMBER,
            "initial_value": NUMBER,
        },
        "is_decimal_allowed",
    ),
    "email_text_input": fields(TYPED | {"initial_value": string(3000)}),
    "url_text_input": fields(TYPED | {"initial_value": string(3000)}),
    "rich_text_input": fields(
        TYPED | {"initial_value": anything, "min_lines": whole(1, 100), "max_lines": whole(1, 100)}
    ),
    "file_input": fields(
        COMMON | {"filetypes": array(string(50), 100), "max_files": whole(1, 10)},
    ),
    "image": fields(
        {"type": anything, "image_url": string(3000), "slack_file": anything, "alt_text": string(2000)},
        "alt_text",
    ),
    "workflow_button": fields(
        COMMON
        | {
            "text": plain(75),
            "workflow": anything,
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
        "text",
        "workflow",
    ),
    "icon_button": fields(COMMON, "icon", open_ended=True),
    "feedback_buttons": fields(COMMON, "positive_button", "negative_button", open_ended=True),
}

MENUS = {
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
}
MULTI_MENUS = {f"multi_{menu}" for menu in MENUS}
PICKERS = {"checkboxes", "radio_buttons", "datepicker", "timepicker"} | MENUS | MULTI_MENUS
TYPED_INPUTS = {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"}
IN_ACTIONS = PICKERS | {"button", "overflow", "datetimepicker", "rich_text_input", "workflow_button"}
IN_SECTION = PICKERS | {"button", "overflow", "image", "workflow_button"}
IN_INPUT = PICKERS | TYPED_INPUTS | {"datetimepicker", "file_input"}
IN_CONTEXT_ACTIONS = {"icon_button", "feedback_buttons"}


def element(allowed: set[str]) -> Rule:
    """One of these kinds of element."""

    def check(at: At, value: Any) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in allowed:
            at.fail(f"unsupported element: {kind}")
            return
        before = len(at.faults)
        ELEMENTS[kind](at, value)
        if len(at.faults) == before:
            _check_whole(at, value)

    return check


def _check_whole(at: At, value: Json) -> None:
    """What the fields of one element say together."""
    kind = value["type"]
    if kind in {"static_select", "multi_static_select"} and ("options" in value) == (
        "option_groups" in value
    ):
        at.fail("either options or option_groups must be specified, not both")
    if kind in {"static_select", "radio_buttons", "checkboxes", "multi_static_select"}:
        _check_initial(at, value)
    if kind == "plain_text_input":
        _check_lengths(at, value)
    if kind == "file_input" and at.surface is not Surface.MODAL:
        at.fail("file_input is for modals only")
    if value.get("response_url_enabled") and at.surface is not Surface.MODAL:
        at.fail("response_url_enabled is for modals only")
    if kind == "image" and ("image_url" in value) == ("slack_file" in value):
        at.fail("either image_url or slack_file must be specified, not both")


def _check_initial(at: At, value: Json) -> None:
    options = options_of(value)
    initial = [value["initial_option"]] if "initial_option" in value else value.get("initial_options", [])
    for each in initial:
        if each not in options:
            at.fail("initial_option must match one of the options exactly")
    values = [each["value"] for each in options]
    if len(set(values)) != len(values):
        at.fail("option values must be unique")


def _check_lengths(at: At, value: Json) -> None:
    longest = value.get("max_length", 3000)
    if value.get("min_length", 0) > longest:
        at.fail("min_length must not exceed max_length")
    if len(value.get("initial_value", "")) > longest:
        at.fail("initial_value is longer than max_length")


def check_options_answer(answer: Any) -> list[Json]:
    """The options or groups of a type-ahead's answer; Refused where they break a limit."""
    at = At([], Surface.MODAL)
    rules = {
        "options": array(MENU_OPTION, MOST_OPTIONS, least=0),
        "option_groups": array(GROUP, MOST_OPTIONS),
    }
    fields(rules)(at, answer)
    if not at.faults and len(answer) != 1:
        at.fail("either options or option_groups must be specified, not both")
    if at.faults:
        raise Refused("invalid_arguments", messages=at.faults)
    offered: list[Json] = next(iter(answer.values()))
    return offered
