"""The conversations methods (docs.slack.dev, conversations.open and its siblings)."""

from decimal import Decimal, InvalidOperation

from bot.sandbox.slack.calls import Call, method, paged
from bot.sandbox.slack.chat import reachable
from bot.sandbox.slack.records import Channel, Json, Message
from bot.sandbox.slack.refusals import Refused

TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im"}


@method("conversations.open", "im:write")
async def open_direct(call: Call) -> Json:
    """Opens the direct messages with one person."""
    if call.given("channel"):
        channel = call.channel()
    else:
        users = call.text("users", "users_list_not_supplied").split(",")
        if len(users) != 1:
            raise Refused("method_not_supported_for_channel_type")
        if users[0] not in call.workspace.users:
            raise Refused("user_not_found")
        channel = call.workspace.direct(reachable(call, users[0]).id)
    return {"channel": channel.as_api() if call.flag("return_im") else {"id": channel.id}}


@method("conversations.info")
async def info(call: Call) -> Json:
    """What is known of one conversation."""
    channel = call.channel()
    call.need(f"{channel.kind}:read")
    found = channel.as_api(with_members=call.flag("include_num_members"))
    if not channel.is_im:
        found["is_member"] = call.workspace.bot_user in channel.members
    return {"channel": found}


@method("conversations.history")
async def history(call: Call) -> Json:
    """Messages, newest first; ephemeral ones are in nobody's history."""
    channel = call.channel()
    call.need(f"{channel.kind}:history")
    if call.workspace.bot_user not in channel.members:
        raise Refused("not_in_channel")
    said = [message for message in call.workspace.messages.get(channel.id, []) if _within(call, message)]
    said.sort(key=lambda message: Decimal(message.ts), reverse=True)
    page, cursor = paged(said, call, default=100, most=999)
    with_metadata = call.flag("include_all_metadata")
    found: Json = {
        "messages": [message.as_api(with_metadata=with_metadata) for message in page],
        "has_more": bool(cursor),
        "pin_count": 0,
    }
    return found | {"response_metadata": {"next_cursor": cursor}} if cursor else found


@method("conversations.members")
async def members(call: Call) -> Json:
    """Who is in a conversation."""
    channel = call.channel()
    call.need(f"{channel.kind}:read")
    page, cursor = paged(channel.members, call, default=100, most=1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


@method("conversations.list")
async def list_all(call: Call) -> Json:
    """The conversations of the kinds asked for."""
    page, cursor = paged(_of_types(call), call, default=100, most=1000)
    return {"channels": [_listed(call, each) for each in page], "response_metadata": {"next_cursor": cursor}}


@method("users.conversations")
async def of_user(call: Call) -> Json:
    """The conversations a person (or the app itself) is in."""
    user = str(call.arguments.get("user") or call.workspace.bot_user)
    if user not in call.workspace.users:
        raise Refused("user_not_found")
    joined = [channel for channel in _of_types(call) if user in channel.members]
    page, cursor = paged(joined, call, default=100, most=999)
    return {"channels": [_listed(call, each) for each in page], "response_metadata": {"next_cursor": cursor}}


def _of_types(call: Call) -> list[Channel]:
    wanted = set()
    for name in str(call.arguments.get("types") or "public_channel").split(","):
        if name.strip() not in TYPES:
            raise Refused("invalid_types")
        kind = TYPES[name.strip()]
        call.need(f"{kind}:read")
        wanted.add(kind)
    without_archived = call.flag("exclude_archived")
    return [
        channel
        for channel in call.workspace.channels.values()
        if channel.kind in wanted
        and not (without_archived and channel.is_archived)
        and not (channel.is_private and call.workspace.bot_user not in channel.members)
    ]


def _listed(call: Call, channel: Channel) -> Json:
    found = channel.as_api(with_members=not channel.is_im)
    if not channel.is_im:
        found["is_member"] = call.workspace.bot_user in channel.members
    return found


def _within(call: Call, message: Message) -> bool:
    if message.ephemeral:
        return False
    at = Decimal(message.ts)
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    if call.flag("inclusive"):
        return (oldest is None or at >= oldest) and (latest is None or at <= latest)
    return (oldest is None or at > oldest) and (latest is None or at < latest)


def _bound(call: Call, name: str) -> Decimal | None:
    if not call.given(name):
        return None
    try:
        return Decimal(call.text(name))
    except InvalidOperation:
        raise Refused(f"invalid_ts_{name}") from None
