"""What a person does with the app: commands, presses, type-ahead, forms, shortcuts, and what comes of it."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import payloads
from bot.sandbox.slack.answers import CommandAnswer, Malformed, apply_submission, read_command, read_options
from bot.sandbox.slack.delivery import COMMAND, INTERACTIVE, Delivery
from bot.sandbox.slack.escaping import escape_command
from bot.sandbox.slack.filling import faults_of
from bot.sandbox.slack.inputs import VALUE_KEYS, Json
from bot.sandbox.slack.outcome import DISPATCH_FAILED, OPERATION_TIMEOUT, TROUBLE, NotOnScreen, Outcome
from bot.sandbox.slack.platform import Platform
from bot.sandbox.slack.records import Channel, User
from bot.sandbox.slack.screens import MIN_QUERY_LENGTH, SUGGESTING, Screen, chosen, screen_of, state_of
from bot.sandbox.slack.workspace import Workspace

# Slack draws a warning sign beside the button; these are its words here.
WARNING = "⚠ The app did not take that. Try again."
NOT_CONFIGURED = "This app is not configured to handle interactive responses."


class Interactions:
    """The acts of people that go to the app at once and are answered within its patience."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._courier = platform.courier

    async def command(self, user: str, channel: str, typed: str) -> Outcome:
        """``/logtime 2h acme`` typed in a channel."""
        workspace, person = self._platform.home_of(user)
        where = self._platform.channel_of(workspace, user, channel)
        name, _, text = typed.strip().partition(" ")
        known = self._platform.manifest.command(name)
        if known is None or not self._platform.installed(workspace):
            return Outcome(False, error=f"{name} is not a valid command.")
        text = escape_command(text.strip(), workspace) if known.should_escape else text.strip()
        payload = payloads.command(workspace, person, where, name, text) | {
            "response_url": self._platform.response_url(workspace, user, channel, None),
            "trigger_id": self._platform.handles.trigger(workspace, user),
        }
        delivery = await self._courier.deliver(COMMAND, payload)
        if (failed := dispatch_outcome(delivery)) is not None:
            return failed
        try:
            answer = read_command(delivery)
        except Malformed as malformed:
            return outcome(delivery, False, DISPATCH_FAILED, reason=str(malformed))
        self._say_answer(workspace, person, where, answer)
        return outcome(delivery, True)

    async def press(
        self,
        user: str,
        *,
        action_id: str,
        block_id: str | None,
        target: Mapping[str, Any],
        element: Mapping[str, Any],
        state: Mapping[str, Any] | None,
    ) -> Outcome:
        """A button pressed, an option chosen, a field changed that tells the app at once."""
        workspace, person = self._platform.home_of(user)
        screen = screen_of(workspace, person, **target)
        if state:
            screen.enter(state)
        block, drawn = screen.find(action_id, block_id)
        changed = self._change(screen, block, drawn, element)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Outcome(True)
        if not self._platform.manifest.interactive:
            return Outcome(False, error=NOT_CONFIGURED)
        action = {"block_id": block["block_id"], "action_id": action_id, **changed}
        action["action_ts"] = workspace.tick()
        payload = {"type": "block_actions", **self._interaction(screen), "actions": [action]}
        payload["state"] = {"values": screen.inputs.values()}
        delivery = await self._courier.deliver(INTERACTIVE, payload)
        if delivery.reason:
            return outcome(delivery, False, WARNING)
        return outcome(delivery, True)

    async def options(
        self, user: str, *, block_id: str | None, action_id: str, target: Mapping[str, Any], value: str
    ) -> list[Json]:
        """What the type-ahead offers for these letters: options or groups, nothing where the app fails."""
        workspace, person = self._platform.home_of(user)
        screen = screen_of(workspace, person, **target)
        block, drawn = screen.find(action_id, block_id)
        if drawn["type"] not in SUGGESTING:
            raise NotOnScreen(f"{action_id} has no type-ahead")
        if len(value) < drawn.get("min_query_length", MIN_QUERY_LENGTH):
            return []
        if not self._platform.manifest.type_ahead:
            return []
        payload = {
            "type": "block_suggestion",
            **self._interaction(screen, handles=False),
            "block_id": block["block_id"],
            "action_id": action_id,
            "value": value,
        }
        delivery = await self._courier.deliver(INTERACTIVE, payload)
        offered, options = read_options(delivery, drawn)
        screen.inputs.offer((block["block_id"], action_id), options)
        return offered

    async def submit(self, user: str, view_id: str, values: Mapping[str, Any]) -> Outcome:
        """A form's submit button; what Slack's own client refuses never reaches the app."""
        workspace, person = self._platform.home_of(user)
        screen = screen_of(workspace, person, view_id=view_id)
        view = screen.view
        assert view is not None
        if not view.definition.get("submit"):
            raise NotOnScreen("this view has no submit button")
        screen.enter(values)
        if errors := faults_of(view.blocks, view.inputs):
            return Outcome(False, errors=errors)
        payload = {
            "type": "view_submission",
            **payloads.actor(workspace, person),
            "trigger_id": self._platform.handles.trigger(workspace, user, view=view, submitted=True),
            "view": payloads.view_part(workspace, view),
            "response_urls": self._response_urls(screen),
        }
        delivery = await self._courier.deliver(INTERACTIVE, payload)
        if delivery.reason:
            return outcome(delivery, False, TROUBLE)
        try:
            errors = apply_submission(workspace, view, delivery)
        except Malformed as malformed:
            return outcome(delivery, False, TROUBLE, reason=str(malformed))
        return outcome(delivery, not errors, errors=errors)

    async def close(self, user: str, view_id: str, *, cleared: bool) -> Outcome:
        """Cancel closes the view in front; the X (``cleared``) closes them all."""
        workspace, person = self._platform.home_of(user)
        view = screen_of(workspace, person, view_id=view_id).view
        assert view is not None
        cleared = cleared or bool(view.definition["clear_on_close"])
        payload = {
            "type": "view_closed",
            **payloads.actor(workspace, person),
            "view": payloads.view_part(workspace, view),
            "is_cleared": cleared,
        }
        if cleared:
            workspace.clear(user)
        else:
            workspace.take_away(view)
        if not view.definition["notify_on_close"]:
            return Outcome(True)
        return outcome(await self._courier.deliver(INTERACTIVE, payload), True)

    async def shortcut(self, user: str, callback_id: str, message: tuple[str, str] | None) -> Outcome:
        """A shortcut, of the whole workspace or of one message."""
        workspace, person = self._platform.home_of(user)
        known = self._platform.manifest.shortcut(callback_id)
        if known is None or known.type != ("message" if message else "global"):
            raise NotOnScreen(f"no such shortcut: {callback_id}")
        payload = {
            "type": "message_action" if message else "shortcut",
            **payloads.actor(workspace, person),
            "callback_id": callback_id,
            "action_ts": workspace.tick(),
            "trigger_id": self._platform.handles.trigger(workspace, user),
        }
        if message:
            payload |= self._message_part(screen_of(workspace, person, message=message))
        delivery = await self._courier.deliver(INTERACTIVE, payload)
        return dispatch_outcome(delivery) or outcome(delivery, True)

    def _change(self, screen: Screen, block: Json, drawn: Json, given: Mapping[str, Any]) -> Json:
        """What the action says of the element after the person's change."""
        key = (block["block_id"], drawn["action_id"])
        kind = drawn["type"]
        if kind in VALUE_KEYS:
            state = state_of(drawn, given, screen.inputs.offered(key))
            screen.inputs.enter(key, state)
            return state
        if kind == "overflow":
            return {"type": kind, "selected_option": chosen(drawn, given, [])}
        if given.get("value", drawn.get("value")) != drawn.get("value"):
            raise NotOnScreen(f"{drawn['action_id']} has another value")
        shown: Json = {name: drawn[name] for name in ("text", "value", "style") if name in drawn}
        return {"type": kind, **shown}

    def _interaction(self, screen: Screen, *, handles: bool = True) -> Json:
        """The part that block_actions and block_suggestion share."""
        workspace, user = screen.workspace, screen.user
        found = payloads.actor(workspace, user)
        if screen.view is not None:
            found["container"] = payloads.view_container(screen.view)
            found["view"] = payloads.view_part(workspace, screen.view)
        elif screen.message is not None:
            message = screen.message
            found["container"] = payloads.message_container(message)
            found["channel"] = payloads.channel_part(workspace.channels[message.channel])
            if not message.ephemeral:
                found["message"] = payloads.message_part(workspace, message)
            if handles:
                found["response_url"] = self._platform.response_url(
                    workspace, user.id, message.channel, message
                )
        if handles:
            view = screen.view if screen.view and not screen.view.is_home else None
            found["trigger_id"] = self._platform.handles.trigger(workspace, user.id, view=view)
        return found

    def _message_part(self, screen: Screen) -> Json:
        message = screen.message
        assert message is not None
        workspace = screen.workspace
        url = self._platform.response_url(workspace, screen.user.id, message.channel, message)
        return {
            "message_ts": message.ts,
            "message": payloads.message_part(workspace, message),
            "channel": payloads.channel_part(workspace.channels[message.channel]),
            "response_url": url,
        }

    def _response_urls(self, screen: Screen) -> list[Json]:
        """Addresses for the conversations chosen in inputs with response_url_enabled."""
        found = []
        for block in screen.blocks:
            element = block.get("element") or {}
            if not element.get("response_url_enabled"):
                continue
            state = screen.inputs.value((block["block_id"], element["action_id"])) or {}
            channel = state.get("selected_conversation") or state.get("selected_channel")
            if channel:
                url = self._platform.response_url(screen.workspace, screen.user.id, channel, None)
                ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                found.append({**ids, "channel_id": channel, "response_url": url})
        return found

    def _say_answer(self, workspace: Workspace, user: User, channel: Channel, answer: CommandAnswer) -> None:
        if answer.text or answer.blocks:
            workspace.post(
                channel.id,
                workspace.bot_user,
                answer.text,
                answer.blocks,
                ephemeral_to=None if answer.in_channel else user.id,
            )


def outcome(
    delivery: Delivery,
    ok: bool,
    error: str | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    reason: str | None = None,
) -> Outcome:
    """What the person sees of a delivery."""
    status = delivery.answer.status if delivery.answer else None
    return Outcome(ok, error, errors or {}, status, reason or delivery.reason, delivery.seconds)


def dispatch_outcome(delivery: Delivery) -> Outcome | None:
    """What the person sees where a command or shortcut was not acknowledged; None where it was."""
    if delivery.reason is None:
        return None
    return outcome(
        delivery, False, OPERATION_TIMEOUT if delivery.reason == "http_timeout" else DISPATCH_FAILED
    )
