"""What a person acts on: a message, a modal or the Home tab, and what can be pressed and chosen there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.inputs import VALUE_KEYS, Inputs, Json, empty, options_of, placed
from bot.sandbox.slack.outcome import NotOnScreen
from bot.sandbox.slack.records import Message, User, View
from bot.sandbox.slack.workspace import Workspace

MIN_QUERY_LENGTH = 3
CHOOSING = {"static_select", "external_select", "radio_buttons", "overflow"}
CHOOSING_SEVERAL = {"checkboxes", "multi_static_select", "multi_external_select"}
SUGGESTING = {"external_select", "multi_external_select"}


@dataclass(frozen=True)
class Screen:
    """A message or a view in front of ``user``."""

    workspace: Workspace
    user: User
    message: Message | None
    view: View | None

    @property
    def blocks(self) -> list[Json]:
        """What is drawn."""
        drawn = self.message or self.view
        assert drawn is not None
        return drawn.blocks

    @property
    def inputs(self) -> Inputs:
        """What the person entered there."""
        if self.message is not None:
            return self.message.inputs_of(self.user.id)
        assert self.view is not None
        return self.view.inputs

    def find(self, action_id: str, block_id: str | None) -> tuple[Json, Json]:
        """The (block, element) of that id; NotOnScreen where it is not there or not one alone."""
        found = [
            (block, element)
            for block, element in placed(self.blocks)
            if element["action_id"] == action_id and block_id in (None, block["block_id"])
        ]
        if len(found) != 1:
            raise NotOnScreen(f"{len(found)} elements {action_id!r} in block {block_id!r}")
        return found[0]

    def enter(self, values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """The person filled these fields, given in the shape of ``state.values``."""
        for block_id, elements in values.items():
            for action_id, given in elements.items():
                block, element = self.find(action_id, block_id)
                if element["type"] in VALUE_KEYS:
                    key = (block["block_id"], action_id)
                    self.inputs.enter(key, state_of(element, given, self.inputs.offered(key)))


def screen_of(
    workspace: Workspace,
    user: User,
    *,
    message: tuple[str, str] | None = None,
    ephemeral: str | None = None,
    view_id: str | None = None,
    home: bool = False,
) -> Screen:
    """The one thing named, if that person has it on screen; NotOnScreen otherwise."""
    if message is not None or ephemeral is not None:
        found = workspace.message(*message) if message else workspace.ephemeral(ephemeral or "")
        if found is None or not workspace.sees(user.id, found):
            raise NotOnScreen(f"no message {message or ephemeral}")
        return Screen(workspace, user, found, None)
    if home:
        view = workspace.homes.get(user.id)
        if view is None:
            raise NotOnScreen("no Home tab yet")
        return Screen(workspace, user, None, view)
    stack = workspace.stack(user.id)
    if not stack or stack[-1].id != view_id:
        raise NotOnScreen(f"view {view_id} is not in front")
    return Screen(workspace, user, None, stack[-1])


def state_of(element: Json, given: Mapping[str, Any], offered: list[Json]) -> Json:
    """The element's state after the person entered ``given``; options are named whole or by their value."""
    kind = element["type"]
    if given.get("type", kind) != kind:
        raise NotOnScreen(f"{element['action_id']} is a {kind}")
    value_key = VALUE_KEYS[kind][0]
    if kind in CHOOSING:
        return {"type": kind, value_key: chosen(element, given, offered)}
    if kind in CHOOSING_SEVERAL:
        several = given.get(value_key) or given.get("value") or []
        return {"type": kind, value_key: [_option(element, each, offered) for each in several]}
    value = given.get(value_key, given.get("value"))
    if value in (None, ""):
        value = empty(kind)
    return {"type": kind, value_key: value}


def chosen(element: Json, given: Mapping[str, Any], offered: list[Json]) -> Json | None:
    """The one option chosen, None where none is; NotOnScreen where it was never offered."""
    wanted = given.get("selected_option", given.get("value"))
    return None if wanted is None else _option(element, wanted, offered)


def _option(element: Json, wanted: Json | str, offered: list[Json]) -> Json:
    value = wanted if isinstance(wanted, str) else wanted.get("value")
    initial = [element.get("initial_option"), *(element.get("initial_options") or [])]
    for option in [*options_of(element), *reversed(offered), *initial]:
        if option is not None and option["value"] == value:
            if (
                isinstance(wanted, dict)
                and "text" in wanted
                and wanted["text"].get("text") != option["text"]["text"]
            ):
                continue
            return dict(option)
    raise NotOnScreen(f"option {value!r} was never offered in {element['action_id']}")
