"""``/kantata``: help, who one is, and the project of the channel."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot import channels, connections, disconnect, people, sign_in
from bot.deps import Deps
from bot.domain.kantata_commands import Act, KantataCommand, parse_kantata_command
from bot.domain.people import Person
from bot.intents import Request
from bot.outbox import Outbox
from bot.views import connections as connection_views
from bot.views import kantata as views
from bot.views.messages import Message
from handlers.context import connected_person, workspace_of
from handlers.replies import reply_to


def register(app: AsyncApp) -> None:
    """Listen to ``/kantata``; whom Kantata does not know can still connect."""
    app.command("/kantata", [asks_to_connect])(ask_to_connect)
    app.command("/kantata", [asks_to_disconnect])(ask_to_disconnect)
    app.command("/kantata", middleware=[connected_person])(ask_kantata)
    app.action(connection_views.CONNECT)(follow_connect)
    app.event("app_uninstalled")(leave)
    app.event("tokens_revoked")(note_revoked)


async def asks_to_connect(command: Mapping[str, Any]) -> bool:
    """Whether it is ``/kantata connect``."""
    return _asked(command).act is Act.CONNECT


async def asks_to_disconnect(command: Mapping[str, Any]) -> bool:
    """Whether it is ``/kantata disconnect``."""
    return _asked(command).act is Act.DISCONNECT


def _asked(command: Mapping[str, Any]) -> KantataCommand:
    return parse_kantata_command(command.get("text") or "")


async def ask_to_connect(
    ack: AsyncAck, command: Mapping[str, Any], context: AsyncBoltContext, deps: Deps
) -> None:
    """``/kantata connect``: the button that leads to Kantata's own page."""
    message = await sign_in.invite(deps, workspace_of(context), command["user_id"])
    await ack(response_type="ephemeral", **message.payload())


async def ask_to_disconnect(
    ack: AsyncAck, command: Mapping[str, Any], context: AsyncBoltContext, deps: Deps, outbox: Outbox
) -> None:
    """``/kantata disconnect``: the answer follows when it is done."""
    request = Request(f"command:{command['trigger_id']}", reply_to(command))
    outcome = await disconnect.disconnect(deps, outbox, workspace_of(context), command["user_id"], request)
    if isinstance(outcome, Message):
        await ack(response_type="ephemeral", **outcome.payload())
    else:
        await ack()


async def follow_connect(ack: AsyncAck) -> None:
    """Connect was pressed: the browser is on its way, and Slack wants to hear that we know."""
    await ack()


async def leave(context: AsyncBoltContext, deps: Deps) -> None:
    """The app was uninstalled: nobody's token is kept."""
    await disconnect.leave(deps, _team(context))


async def note_revoked(event: Mapping[str, Any], context: AsyncBoltContext, deps: Deps) -> None:
    """Tokens were revoked: without the bot's the app is as good as uninstalled."""
    if event.get("tokens", {}).get("bot"):
        await disconnect.leave(deps, _team(context))


def _team(context: AsyncBoltContext) -> str:
    """The team that the event is of; "" for a whole organisation."""
    return "" if context.is_enterprise_install else context.team_id or ""


async def ask_kantata(ack: AsyncAck, command: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """Answer what was asked, privately."""
    message = await _answer(deps, person, _asked(command), command["channel_id"])
    await ack(response_type="ephemeral", **message.payload())


async def _answer(deps: Deps, person: Person, asked: KantataCommand, channel: str) -> Message:
    if asked.act is Act.WHOAMI:
        connected = await connections.is_connected(deps, person)
        return views.who(person, connected=connected, chosen=await people.is_chosen(deps, person))
    if asked.act is Act.PROJECT:
        return await _project(deps, person, asked.words, channel)
    return views.usage(asked.unknown)


async def _project(deps: Deps, person: Person, words: str, channel: str) -> Message:
    if not words:
        return views.channel_project(await channels.project_of(deps, person, channel))
    if words.casefold() == "none":
        return views.project_cleared(await channels.clear_project(deps, person, channel))
    return views.channel_project(await channels.set_project(deps, person, channel, words))
