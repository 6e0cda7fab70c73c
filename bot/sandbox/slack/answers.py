"""What the app may answer to commands, type-ahead and submissions, read strictly (docs.slack.dev, Modals)."""

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.blocks import Surface, check_blocks, with_block_ids
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.elements import check_options_answer
from bot.sandbox.slack.inputs import Json
from bot.sandbox.slack.records import View
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.views import STACK_LIMIT, definition_of
from bot.sandbox.slack.workspace import Workspace


class Malformed(Exception):
    """The app was heard, but what it said is not allowed there."""


@dataclass(frozen=True)
class CommandAnswer:
    """What a command's acknowledgement says, possibly nothing."""

    text: str
    blocks: list[Json]
    in_channel: bool


def read_command(delivery: Delivery) -> CommandAnswer:
    """Text, a message in JSON, or nothing; Malformed where the blocks would be refused."""
    assert delivery.answer is not None
    body = delivery.answer.body
    if not body.strip() or not _is_json(delivery):
        return CommandAnswer(body, [], in_channel=False)
    message = _parsed(body)
    if not isinstance(message, dict):
        raise Malformed("not a message")
    blocks = message.get("blocks") or []
    try:
        check_blocks(blocks, Surface.MESSAGE)
    except Refused as refused:
        raise Malformed(f"{refused.code}: {refused.messages}") from None
    in_channel = message.get("response_type") == "in_channel"
    return CommandAnswer(message.get("text") or "", with_block_ids(blocks), in_channel)


def read_options(delivery: Delivery, element: Json) -> tuple[list[Json], list[Json]]:
    """(options or groups as offered, every option in them); nothing where the answer is late or malformed."""
    if delivery.answer is None or delivery.reason:
        return [], []
    try:
        answer = _parsed(delivery.answer.body)
        offered = check_options_answer(answer)
    except (Malformed, Refused):
        return [], []
    options = [each for group in offered for each in group.get("options", [group])]
    if _contradicts_initial(options, element):
        return [], []
    return offered, options


def apply_submission(workspace: Workspace, view: View, delivery: Delivery) -> dict[str, str]:
    """Does what the app answered to a submission; returns the errors to show. Malformed where it may not."""
    assert delivery.answer is not None
    body = delivery.answer.body.strip()
    answer = _parsed(body) if body else {}
    if not isinstance(answer, dict):
        raise Malformed("not an object")
    action = answer.get("response_action")
    if action == "errors":
        return _errors(view, answer.get("errors"))
    if action in {"update", "push"}:
        _draw(workspace, view, str(action), answer.get("view"))
    elif action == "clear":
        workspace.clear(view.user)
    elif action is None and not answer:
        workspace.take_away(view)
    else:
        raise Malformed(f"response_action {action!r}")
    return {}


def _errors(view: View, errors: Any) -> dict[str, str]:
    if not isinstance(errors, dict) or not errors:
        raise Malformed("no errors")
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    for block_id, text in errors.items():
        if block_id not in inputs:
            raise Malformed(f"{block_id!r} is not an input block of this view")
        if not isinstance(text, str) or not text:
            raise Malformed(f"no text for {block_id!r}")
    return errors


def _draw(workspace: Workspace, view: View, action: str, given: Any) -> None:
    stack = workspace.stack(view.user)
    try:
        definition = definition_of(given, workspace, replacing=view if action == "update" else None)
    except Refused as refused:
        raise Malformed(f"{refused.code}: {refused.messages}") from None
    if definition["type"] != "modal":
        raise Malformed("not a modal")
    if view not in stack:
        return
    if action == "update":
        workspace.redraw_view(view, definition)
        return
    if len(stack) >= STACK_LIMIT:
        raise Malformed("push_limit_reached")
    workspace.put(workspace.new_view(view.user, definition, under=view))


def _contradicts_initial(options: list[Json], element: Json) -> bool:
    """Whether a loaded option has the value of the initial one but other words: Slack wants them equal."""
    initials = [element.get("initial_option"), *(element.get("initial_options") or [])]
    return any(
        initial is not None
        and initial["value"] == option["value"]
        and initial["text"]["text"] != option["text"]["text"]
        for initial in initials
        for option in options
    )


def _is_json(delivery: Delivery) -> bool:
    assert delivery.answer is not None
    return "json" in delivery.answer.headers.get("content-type", "")


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise Malformed("not JSON") from None
