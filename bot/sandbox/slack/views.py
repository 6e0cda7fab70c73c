"""A view as an app may define it (docs.slack.dev, Views), and the views methods' common refusals."""

import json
from typing import Any

from bot.sandbox.slack.blocks import Surface, check_blocks, with_block_ids
from bot.sandbox.slack.inputs import Json
from bot.sandbox.slack.records import View
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.rules import At, Rule, anything, boolean, fields, one_of, plain, string
from bot.sandbox.slack.workspace import Workspace

STACK_LIMIT = 3
SIZE_LIMIT = 250_000

SHARED: dict[str, Rule] = {
    "blocks": anything,  # check_blocks
    "private_metadata": string(3000, shortest=0),
    "callback_id": string(255, shortest=0),
    "external_id": string(255, shortest=0),
}
MODAL = fields(
    SHARED
    | {
        "type": one_of("modal"),
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    "title",
    "blocks",
)
HOME = fields(SHARED | {"type": one_of("home")}, "blocks")


def definition_of(given: Any, workspace: Workspace, *, replacing: View | None = None) -> Json:
    """The view as Slack keeps it; Refused where it breaks a rule. ``replacing`` may keep its external_id."""
    if not isinstance(given, dict):
        raise Refused("invalid_arguments", messages=["[ERROR] must be a valid view [json-pointer:/view]"])
    if len(json.dumps(given)) > SIZE_LIMIT:
        raise Refused("view_too_large")
    surface = Surface.HOME if given.get("type") == "home" else Surface.MODAL
    at = At([], surface).step("view")
    (HOME if surface is Surface.HOME else MODAL)(at, given)
    _check_submit(at, given)
    try:
        check_blocks(given.get("blocks", []), surface)
    except Refused as refused:
        at.faults.extend(refused.messages)
    if at.faults:
        raise Refused("invalid_arguments", messages=at.faults)
    _check_external_id(given.get("external_id"), workspace, replacing)
    defaults: Json = {
        "title": None,
        "submit": None,
        "close": None,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
    }
    return defaults | given | {"blocks": with_block_ids(given["blocks"])}


def _check_submit(at: At, given: Json) -> None:
    blocks = given.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(each, dict) and each.get("type") == "input" for each in blocks
    )
    if at.surface is Surface.MODAL and has_input and "submit" not in given:
        at.fail("submit is required when an input block is present")


def _check_external_id(external_id: str | None, workspace: Workspace, replacing: View | None) -> None:
    if not external_id:
        return
    for view in (*workspace.views.values(), *workspace.homes.values()):
        if view is not replacing and view.definition["external_id"] == external_id:
            raise Refused("duplicate_external_id")
