"""A second judge of blocks: slack_sdk's own models must take them, and give them back unchanged."""

from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from bot.sandbox.slack.inputs import Json


def model_faults(blocks: list[Json]) -> list[str]:
    """What slack_sdk refuses in these blocks, or would silently drop."""
    return [fault for number, block in enumerate(blocks) for fault in _faults(f"/blocks/{number}", block)]


def _faults(path: str, block: Json) -> list[str]:
    try:
        model = Block.parse(block)
        if model is None:
            return []  # newer than slack_sdk
        given_back = model.to_dict()
    except (SlackObjectFormationError, TypeError) as refused:
        return [f"[ERROR] {refused} [json-pointer:{path}]"]
    return [f"[ERROR] not understood [json-pointer:{path}{where}]" for where in _lost(block, given_back)]


def _lost(given: Any, back: Any, path: str = "") -> list[str]:
    """Where something given is missing or different in what came back."""
    if isinstance(given, dict) and isinstance(back, dict):
        return [
            where
            for name, value in given.items()
            for where in (_lost(value, back[name], f"{path}/{name}") if name in back else [f"{path}/{name}"])
        ]
    if isinstance(given, list) and isinstance(back, list) and len(given) == len(back):
        return [
            where
            for number, (one, other) in enumerate(zip(given, back, strict=True))
            for where in _lost(one, other, f"{path}/{number}")
        ]
    return [] if given == back else [path]
