"""The chat methods (docs.slack.dev, chat.postMessage and its siblings)."""

from datetime import UTC, datetime
from typing import Any

from bot.sandbox.slack.blocks import Surface, check_blocks, with_block_ids
from bot.sandbox.slack.calls import Call, method
from bot.sandbox.slack.payloads import message_changed_event, message_deleted_event, message_part
from bot.sandbox.slack.records import Channel, Json, Message, User
from bot.sandbox.slack.refusals import Refused

TEXT_CUT = 40_000
UPDATE_LIMIT = 4_000
ATTACHMENTS_LIMIT = 100


@method("chat.postMessage", "chat:write")
async def post_message(call: Call) -> Json:
    """Says something in a channel, or to a person by user id."""
    channel = _writable(call)
    text, blocks = _content(call)
    message = call.workspace.post(
        channel.id,
        call.workspace.bot_user,
        text,
        blocks,
        metadata=_metadata(call),
        thread_ts=call.arguments.get("thread_ts"),
    )
    call.platform.courier.spawn(call.events.said(call.workspace, channel, message))
    shown = message.as_api(with_metadata=True) | {"team": call.workspace.team_id}
    return {"channel": channel.id, "ts": message.ts, "message": shown}


@method("chat.postEphemeral", "chat:write")
async def post_ephemeral(call: Call) -> Json:
    """Says something that one member of a channel sees."""
    user = call.text("user", "user_not_found")
    if user not in call.workspace.users:
        raise Refused("user_not_found")
    channel = call.channel()
    _check_member(call, channel)
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    text, blocks = _content(call)
    message = call.workspace.post(channel.id, call.workspace.bot_user, text, blocks, ephemeral_to=user)
    return {"message_ts": message.ts}


@method("chat.update", "chat:write")
async def update(call: Call) -> Json:
    """Puts other words in the place of an own message; with text and no blocks, the blocks go."""
    channel, message = _own_message(call, "cant_update_message")
    window = call.workspace.edit_window
    if window is not None and call.platform.clock() - _said(message) > window:
        raise Refused("edit_window_closed")
    if call.given("text") and len(call.text("text")) > UPDATE_LIMIT:
        raise Refused("msg_too_long")
    text, blocks = _content(call)
    _check_same_kinds(message.blocks, blocks)
    if call.json("metadata", "invalid_metadata_format") is not None:
        message.metadata = _metadata(call)
    before = message_part(call.workspace, message)
    call.workspace.redraw(message, text, blocks)
    _announce(call, channel, message_changed_event(message, before, channel, call.workspace))
    shown = message.as_api(with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


@method("chat.delete", "chat:write")
async def delete(call: Call) -> Json:
    """Takes an own message away."""
    channel, message = _own_message(call, "cant_delete_message")
    before = message_part(call.workspace, message)
    call.workspace.delete(message)
    _announce(call, channel, message_deleted_event(before, channel, call.workspace))
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink")
async def get_permalink(call: Call) -> Json:
    """The address of a message."""
    channel = call.channel()
    ts = call.text("message_ts", "message_not_found")
    if call.workspace.message(channel.id, ts) is None:
        raise Refused("message_not_found")
    address = f"https://{call.workspace.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


def reachable(call: Call, user: str) -> User:
    """A person the app can write to; Refused where it cannot."""
    found = call.workspace.users.get(user)
    if found is None or found.is_bot:
        raise Refused("channel_not_found")
    if found.deleted:
        raise Refused("user_disabled")
    if found.is_stranger:
        raise Refused("channel_not_found")
    if not call.platform.manifest.messages_tab:
        raise Refused("messages_tab_disabled")
    return found


def content_of(text: Any, blocks: Any) -> tuple[str, list[Json]]:
    """(text as posted, blocks as kept); Refused where there is nothing, or where blocks break a rule."""
    if blocks is not None:
        check_blocks(blocks, Surface.MESSAGE)
    words = str(text or "")
    if not words.strip() and not blocks:
        raise Refused("no_text")
    return words[:TEXT_CUT], with_block_ids(blocks or [])


def _content(call: Call) -> tuple[str, list[Json]]:
    attachments = call.json("attachments", "invalid_attachments") or []
    if len(attachments) > ATTACHMENTS_LIMIT:
        raise Refused("too_many_attachments")
    blocks = call.json("blocks", "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    return content_of(call.arguments.get("text"), blocks)


def _writable(call: Call) -> Channel:
    named = call.text("channel", "channel_not_found")
    if named in call.workspace.users:
        return call.workspace.direct(reachable(call, named).id)
    channel = call.channel()
    if channel.is_im:
        reachable(call, channel.user or "")
    _check_member(call, channel)
    return channel


def _check_member(call: Call, channel: Channel) -> None:
    if channel.is_archived:
        raise Refused("is_archived")
    joined = call.workspace.bot_user in channel.members
    if not joined and (channel.is_private or "chat:write.public" not in call.installation.scopes):
        raise Refused("not_in_channel")


def _own_message(call: Call, otherwise: str) -> tuple[Channel, Message]:
    channel = call.channel()
    message = call.workspace.message(channel.id, call.text("ts", "message_not_found"))
    if message is None:
        raise Refused("message_not_found")
    if message.bot_id is None:
        raise Refused(otherwise)
    return channel, message


def _check_same_kinds(before: list[Json], after: list[Json]) -> None:
    """A rich_text block must stay one."""
    kinds = {block["block_id"]: block["type"] for block in after}
    for block in before:
        if block["type"] == "rich_text" and kinds.get(block["block_id"], "rich_text") != "rich_text":
            raise Refused("block_mismatch")


def _metadata(call: Call) -> Json | None:
    metadata = call.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    well_formed = isinstance(metadata, dict) and isinstance(metadata.get("event_payload"), dict)
    if not well_formed or not isinstance(metadata.get("event_type"), str):
        raise Refused("invalid_metadata_format")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def _said(message: Message) -> datetime:
    return datetime.fromtimestamp(float(message.ts), UTC)


def _announce(call: Call, channel: Channel, event: Json) -> None:
    """The app hears of what it does itself, too."""
    call.platform.courier.spawn(call.events.in_channel(call.workspace, channel, event))
