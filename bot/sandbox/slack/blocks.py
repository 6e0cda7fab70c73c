"""Which blocks may stand where, and within which limits (docs.slack.dev, Blocks)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.elements import ELEMENTS, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION, element
from bot.sandbox.slack.inputs import Json
from bot.sandbox.slack.models import model_faults
from bot.sandbox.slack.newer_blocks import NEWER_BLOCKS
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.rules import At, Rule, Surface, anything, array, boolean, fields, plain, string, text
from bot.sandbox.slack.workspace import new_id

__all__ = ["Surface", "check_blocks", "rule_faults", "with_block_ids"]

MOST_BLOCKS = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
MARKDOWN_LIMIT = 12_000

EVERYWHERE = frozenset(Surface)
MESSAGES = frozenset({Surface.MESSAGE})
NOT_MODALS = frozenset({Surface.MESSAGE, Surface.HOME})
ALLOWED: dict[str, frozenset[Surface]] = {
    **dict.fromkeys(
        ("actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"),
        EVERYWHERE,
    ),
    "alert": frozenset({Surface.MODAL}),
    **dict.fromkeys(("card", "carousel", "data_table", "table"), NOT_MODALS),
    **dict.fromkeys(("markdown", "plan", "task_card", "context_actions"), MESSAGES),
    **dict.fromkeys(("container", "data_visualization"), MESSAGES),
    "file": frozenset(),  # Slack shows it, apps cannot send it
}

BLOCK: dict[str, Rule] = {"type": anything, "block_id": string(255)}


def _context_element(at: At, value: Any) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    (element({"image"}) if kind == "image" else text(3000))(at, value)


BLOCKS: dict[str, Rule] = {
    "section": fields(
        BLOCK
        | {
            "text": text(3000),
            "fields": array(text(2000), 10),
            "accessory": element(IN_SECTION),
            "expand": boolean,
        }
    ),
    "actions": fields(BLOCK | {"elements": array(element(IN_ACTIONS), 25)}, "elements"),
    "context": fields(BLOCK | {"elements": array(_context_element, 10)}, "elements"),
    "context_actions": fields(BLOCK | {"elements": array(element(IN_CONTEXT_ACTIONS), 5)}, "elements"),
    "divider": fields(BLOCK),
    "header": fields(BLOCK | {"text": plain(150)}, "text"),
    "image": fields(
        BLOCK
        | {"image_url": string(3000), "slack_file": anything, "alt_text": string(2000), "title": plain(2000)},
        "alt_text",
    ),
    "input": fields(
        BLOCK
        | {
            "label": plain(2000),
            "element": element(IN_INPUT),
            "dispatch_action": boolean,
            "hint": plain(2000),
            "optional": boolean,
        },
        "label",
        "element",
    ),
    "rich_text": fields(BLOCK | {"elements": array(anything, 1000)}, "elements"),
    "markdown": fields(BLOCK | {"text": string(MARKDOWN_LIMIT)}, "text"),
    "video": fields(
        BLOCK
        | {
            "title": plain(200),
            "title_url": string(3000),
            "video_url": string(3000),
            "thumbnail_url": string(3000),
            "alt_text": string(2000),
            "description": plain(200),
            "author_name": string(50),
            "provider_name": string(50),
            "provider_icon_url": string(3000),
        },
        "title",
        "video_url",
        "thumbnail_url",
        "alt_text",
    ),
    **NEWER_BLOCKS,
}


def check_blocks(blocks: Any, surface: Surface) -> None:
    """Refused("invalid_blocks") naming everything that Slack would not show on that surface."""
    if faults := rule_faults(blocks, surface) or model_faults(blocks):
        raise Refused("invalid_blocks", messages=faults)


def rule_faults(blocks: Any, surface: Surface) -> list[str]:
    """Every documented rule these blocks break there, with the place."""
    at = At([], surface).step("blocks")
    array(_block, MOST_BLOCKS[surface], least=0)(at, blocks)
    if not at.faults:
        _check_together(at, blocks)
    return at.faults


def _block(at: At, value: Any) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in ALLOWED:
        at.fail(f"unsupported type: {kind}")
    elif at.surface not in ALLOWED[kind]:
        at.fail(f"unsupported type: {kind} is not for a {at.surface.value}")
    else:
        BLOCKS[kind](at, value)
        if kind == "section" and not value.get("text") and not value.get("fields"):
            at.fail("either text or fields must be specified")
        if kind == "image" and ("image_url" in value) == ("slack_file" in value):
            at.fail("either image_url or slack_file must be specified, not both")


def _check_together(at: At, blocks: list[Json]) -> None:
    """What blocks say together: ids used once, one focus, the whole of the markdown."""
    for block_id in _twice(block.get("block_id") for block in blocks):
        at.fail(f"block_id {block_id} already exists")
    focused = 0
    for number, block in enumerate(blocks):
        elements = list(_elements(block))
        for action_id in _twice(each.get("action_id") for each in elements):
            at.step(number).fail(f"action_id {action_id} already exists")
        focused += sum(bool(each.get("focus_on_load")) for each in elements)
    if focused > 1:
        at.fail("only one element can have focus_on_load")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_LIMIT:
        at.fail(f"markdown blocks must be less than {MARKDOWN_LIMIT + 1} characters together")
    _check_visualizations(at, blocks)


def _check_visualizations(at: At, blocks: list[Json]) -> None:
    if sum(block["type"] == "data_visualization" for block in blocks) > 2:
        at.fail("no more than 2 data_visualization blocks allowed")


def _elements(block: Json) -> Iterator[Json]:
    for each in (*block.get("elements", ()), block.get("element"), block.get("accessory")):
        if isinstance(each, dict) and each.get("type") in ELEMENTS:
            yield each


def _twice(ids: Iterator[str | None]) -> list[str]:
    return [each for each, times in Counter(ids).items() if each is not None and times > 1]


def with_block_ids(blocks: list[Json]) -> list[Json]:
    """The blocks as Slack keeps them: each with a block_id, each element with an action_id."""
    kept = []
    for block in blocks:
        whole = {**block, "block_id": block.get("block_id") or new_id("b")}
        for name in ("element", "accessory"):
            if name in whole:
                whole[name] = _with_action_id(whole[name])
        if block["type"] in {"actions", "context_actions"}:
            whole["elements"] = [_with_action_id(each) for each in block["elements"]]
        kept.append(whole)
    return kept


def _with_action_id(given: Json) -> Json:
    if given["type"] == "image":
        return given
    return {**given, "action_id": given.get("action_id") or new_id("a")}
