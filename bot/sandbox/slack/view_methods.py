"""The views methods: open, push, update, publish (docs.slack.dev, views.open and its siblings)."""

from bot.sandbox.slack.calls import Call, method
from bot.sandbox.slack.payloads import view_part
from bot.sandbox.slack.records import Json, View
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.views import STACK_LIMIT, definition_of


@method("views.open")
async def open_view(call: Call) -> Json:
    """Opens a modal in place of whatever the person has open."""
    definition = _modal(call)
    trigger = call.platform.handles.exchange(_trigger_id(call), call.workspace)
    view = call.workspace.new_view(trigger.user, definition)
    if not trigger.submitted:  # Slack's desktop client shows no modal opened out of a submission
        call.workspace.clear(trigger.user)
        call.workspace.put(view)
    return _answer(call, view)


@method("views.push")
async def push_view(call: Call) -> Json:
    """Opens a modal on top of the one in which the person acted, three deep at most."""
    definition = _modal(call)
    trigger = call.platform.handles.exchange(_trigger_id(call), call.workspace)
    stack = call.workspace.stack(trigger.user)
    if trigger.view is None:
        raise Refused("invalid_trigger_id")
    if trigger.view not in stack:
        raise Refused("not_found")
    if len(stack) >= STACK_LIMIT:
        raise Refused("push_limit_reached")
    view = call.workspace.new_view(trigger.user, definition, under=stack[-1])
    call.workspace.put(view)
    return _answer(call, view)


@method("views.update")
async def update_view(call: Call) -> Json:
    """Another version of a view that is still there; what was entered stays where the ids stay."""
    if call.given("view_id") == call.given("external_id"):
        raise Refused("invalid_arguments", messages=["[ERROR] exactly one of view_id and external_id"])
    view = _known_view(call)
    definition = definition_of(call.json("view"), call.workspace, replacing=view)
    if definition["type"] != view.definition["type"]:
        raise Refused("invalid_arguments", messages=["[ERROR] the type of a view cannot change"])
    _check_hash(call, view)
    call.workspace.redraw_view(view, definition)
    return _answer(call, view)


@method("views.publish")
async def publish(call: Call) -> Json:
    """The Home tab of one person."""
    user = call.text("user_id")
    if not call.platform.manifest.home_tab:
        raise Refused("not_enabled")
    person = call.workspace.users.get(user)
    if person is None or person.is_bot or person.deleted or person.is_stranger:
        raise Refused("invalid_arguments", messages=["[ERROR] user_id: no such user [json-pointer:/user_id]"])
    view = call.workspace.homes.get(user)
    definition = definition_of(call.json("view"), call.workspace, replacing=view)
    if definition["type"] != "home":
        raise Refused("invalid_arguments", messages=["[ERROR] must be a home view [json-pointer:/view/type]"])
    if view is None:
        view = call.workspace.new_view(user, definition)
        call.workspace.homes[user] = view
    else:
        _check_hash(call, view)
    call.workspace.redraw_view(view, definition)
    return _answer(call, view)


def _modal(call: Call) -> Json:
    definition = definition_of(call.json("view"), call.workspace)
    if definition["type"] != "modal":
        raise Refused("invalid_arguments", messages=["[ERROR] must be a modal [json-pointer:/view/type]"])
    return definition


def _trigger_id(call: Call) -> str:
    if call.given("interactivity_pointer"):
        return call.text("interactivity_pointer")
    return call.text("trigger_id")


def _known_view(call: Call) -> View:
    if call.given("view_id"):
        view = call.workspace.views.get(call.text("view_id"))
    else:
        external_id = call.text("external_id")
        known = call.workspace.views.values()
        view = next((each for each in known if each.definition["external_id"] == external_id), None)
    if view is None:
        raise Refused("not_found")
    return view


def _check_hash(call: Call, view: View) -> None:
    if call.given("hash") and call.text("hash") != view.hash:
        raise Refused("hash_conflict")


def _answer(call: Call, view: View) -> Json:
    return {"view": view_part(call.workspace, view)}
