"""What a person entered into the elements of a view or message, kept by block_id and action_id.

docs.slack.dev, View submissions: ``state.values[block_id][action_id]``; a value survives views.update as long
as both ids and the element's type stay the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Key = tuple[str, str]

# For each element that keeps a value: the key of the value, and of its initial value.
VALUE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", "initial_files"),
}


def placed(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every (block, element) of these blocks that a person can act on."""
    for block in blocks:
        for element in _elements(block):
            if "action_id" in element:
                yield block, element


def _elements(block: Json) -> list[Json]:
    if block["type"] in {"actions", "context_actions"}:
        return list(block["elements"])
    found = block.get("element" if block["type"] == "input" else "accessory")
    return [found] if found else []


def empty(element_type: str) -> Any:
    """The value of an untouched element: [] where several can be chosen, else None."""
    plural = element_type.startswith("multi_") or element_type in {"checkboxes", "file_input"}
    return [] if plural else None


def options_of(element: Json) -> list[Json]:
    """The options written into the element itself, those of groups too."""
    groups = element.get("option_groups") or []
    return list(element.get("options") or []) + [option for group in groups for option in group["options"]]


@dataclass
class Inputs:
    """The values of the elements on one screen, and the type-ahead options that were offered there."""

    _values: dict[Key, Json] = field(default_factory=dict)
    _offered: dict[Key, list[Json]] = field(default_factory=dict)

    @classmethod
    def of(cls, blocks: list[Json]) -> "Inputs":
        """Untouched: every element with its initial value."""
        inputs = cls()
        inputs.adopt(blocks)
        return inputs

    def adopt(self, blocks: list[Json]) -> None:
        """Go on with other blocks: the same element keeps its value, a new one starts afresh."""
        before, self._values = self._values, {}
        for block, element in placed(blocks):
            if element["type"] not in VALUE_KEYS:
                continue
            key = (block["block_id"], element["action_id"])
            kept = before.get(key)
            self._values[key] = kept if kept and _fits(kept, element) else initial(element)
        self._offered = {key: offered for key, offered in self._offered.items() if key in self._values}

    def values(self) -> Json:
        """All of it in the shape of ``state.values``."""
        found: Json = {}
        for (block_id, action_id), value in self._values.items():
            found.setdefault(block_id, {})[action_id] = dict(value)
        return found

    def value(self, key: Key) -> Json | None:
        """The state of one element; None where that element keeps none."""
        return self._values.get(key)

    def enter(self, key: Key, value: Json) -> None:
        """The person changed that element."""
        self._values[key] = value

    def offer(self, key: Key, options: list[Json]) -> None:
        """The type-ahead showed these options there."""
        self._offered.setdefault(key, []).extend(options)

    def offered(self, key: Key) -> list[Json]:
        """Every option the type-ahead ever showed there."""
        return self._offered.get(key, [])


def initial(element: Json) -> Json:
    """The state of the element as it is drawn."""
    value_key, initial_key = VALUE_KEYS[element["type"]]
    given = element.get(initial_key)
    value = empty(element["type"]) if given is None else given
    return {"type": element["type"], value_key: value}


def _fits(kept: Json, element: Json) -> bool:
    if kept["type"] != element["type"]:
        return False
    if element["type"] not in {"static_select", "radio_buttons", "checkboxes", "multi_static_select"}:
        return True
    chosen = kept.get("selected_options", [kept.get("selected_option")])
    known = [option["value"] for option in options_of(element)]
    return all(option is None or option["value"] in known for option in chosen)
