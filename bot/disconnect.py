"""Ending connections: the token revoked at Kantata and deleted here, whatever crashes meanwhile."""

import json
from collections.abc import Sequence

import structlog

from bot import connections
from bot.deps import Deps, SignIn
from bot.domain.writes import Write
from bot.intents import Accepted, Request
from bot.kantata.errors import KantataError
from bot.kantata.oauth import SignInFailed, revoke
from bot.outbox import Outbox
from bot.service_accounts import token_of as account_token
from bot.views import connections as views
from bot.views.messages import Message
from storage import connections as stored
from storage import people, service_accounts, slack_installations
from storage.connections import Connection
from storage.purge import forget_workspace
from storage.writes import NewWrite

DISCONNECT = "disconnect"

log = structlog.get_logger()


async def disconnect(
    deps: Deps, outbox: Outbox, workspace: str, slack_id: str, request: Request
) -> Accepted | Message:
    """``/kantata disconnect``: end the person's connection; a Message where there is none."""
    if deps.sign_in is None:
        return views.not_set_up()
    connection = await connections.find(deps, workspace, slack_id)
    if connection is None:
        return views.nothing_to_disconnect()
    payload = json.dumps(connection.id)
    new = NewWrite(
        workspace, slack_id, connection.kantata_id, DISCONNECT, request.cause, payload, request.reply
    )
    write, _ = await outbox.submit(new)
    return Accepted(write)


async def leave(deps: Deps, team: str) -> None:
    """The app left that team, or the whole organisation (""): delete all there is of a workspace that it is
    not in any more, and revoke the Kantata tokens that can be revoked.

    The firm's settings and its audit stay; what waited to be written or said never is.
    """
    async with deps.database.transaction() as session:
        if not await slack_installations.remove(session, deps.workspace, team):
            return
        ended = await stored.every(session)
        service = await service_accounts.find(session)
        await forget_workspace(session)
    log.info("workspace forgotten", workspace=deps.workspace, connections=len(ended))
    if deps.sign_in:
        tokens = [connections.token_of(deps.sign_in, each) for each in ended]
        tokens.append(account_token(deps.sign_in, deps.workspace, service))
        deps.background.spawn(_revoke_all(deps.sign_in, tokens), name="revoke tokens")


async def _revoke_all(sign_in: SignIn, tokens: Sequence[str | None]) -> None:
    for token in tokens:
        if token is not None:
            await _revoked(sign_in, token)


class Disconnect:
    """Revoke at Kantata what can be revoked, once; delete the token in any case."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Whether Kantata confirmed that the token is revoked."""
        connection = await _connection(deps, write)
        if connection is None or deps.sign_in is None:
            return json.dumps(False)
        token = connections.token_of(deps.sign_in, connection)
        revoked = token is not None and await _revoked(deps.sign_in, token)
        async with deps.database.transaction() as session:
            await stored.end(session, connection.id)
            await people.mark_stale(session, write.workspace, write.slack_id)
        return json.dumps(revoked)

    async def look(self, deps: Deps, write: Write) -> str | None:
        """Done where the token is gone; whether Kantata confirmed it is not known any more."""
        return json.dumps(False) if await _connection(deps, write) is None else None

    def refusal(self, write: Write, error: KantataError) -> str:
        """Kantata's words; a refusal is part of the result instead."""
        return error.message

    async def answer(self, deps: Deps, write: Write) -> Message:
        """That it is ended, and whether Kantata confirmed it."""
        revoked = write.result is not None and bool(json.loads(write.result))
        return views.disconnected(revoked=revoked, kantata_url=deps.kantata_app_url)

    def kept(self, write: Write) -> Message:
        """That it takes a moment."""
        return views.still_disconnecting()


async def _connection(deps: Deps, write: Write) -> Connection | None:
    """The connection that was to be ended, unless it is gone, or another has taken its place."""
    connection = await connections.find(deps, write.workspace, write.slack_id)
    return connection if connection and connection.id == json.loads(write.payload) else None


async def _revoked(sign_in: SignIn, token: str) -> bool:
    try:
        await revoke(sign_in.application, token)
    except (SignInFailed, KantataError) as failed:
        log.warning("token not revoked", error=type(failed).__name__)
        return False
    return True
