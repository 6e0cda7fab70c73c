"""People's own Kantata accounts: whose token acts for whom, and what happens when it dies.

A person's token is used for that person's own acts and for nobody else's; where there is none, the service
account acts.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import structlog

from bot.connection_notices import signed_out
from bot.deps import Deps, SignIn
from bot.kantata.client import Kantata
from bot.kantata.errors import NotAllowed, SignedOut
from storage import connections, people, writes
from storage.connections import Connection
from storage.encryption import SealedForAnother, Undecipherable

T = TypeVar("T")
log = structlog.get_logger()


class Actor(Protocol):
    """Somebody who acts, by both ids: a person, or the write that a person brought about."""

    @property
    def workspace(self) -> str:
        """Slack's."""

    @property
    def slack_id(self) -> str:
        """The Slack user."""

    @property
    def kantata_id(self) -> str:
        """The Kantata user."""


class PersonNotAllowed(NotAllowed):
    """403: the person's own Kantata account may not do this."""


async def act(deps: Deps, actor: Actor, request: Callable[[Kantata], Awaitable[T]]) -> T:
    """Send one request to Kantata in the person's own name where they are connected, else by the service
    account.

    A token that Kantata does not take any more has certainly done nothing (401): it is forgotten, its owner
    told, and the service account sends the request instead.
    """
    own = await _own(deps, actor)
    if own is None:
        return await request(deps.kantata)
    connection, kantata = own
    try:
        return await request(kantata)
    except SignedOut:
        await lose(deps, connection)
    except NotAllowed as refused:
        raise PersonNotAllowed(
            refused.message, status=refused.status, request_id=refused.request_id
        ) from None
    return await request(deps.kantata)


async def look(deps: Deps, actor: Actor, request: Callable[[Kantata], Awaitable[list[T]]]) -> list[T]:
    """All that the person's own account and the service account see: what is hidden from one is no proof."""
    seen = await request(deps.kantata)
    if (own := await _own(deps, actor)) is None:
        return seen
    connection, kantata = own
    try:
        return [*seen, *await request(kantata)]
    except SignedOut:
        await lose(deps, connection)
    return seen


async def _own(deps: Deps, actor: Actor) -> tuple[Connection, Kantata] | None:
    if deps.sign_in is None:
        return None
    connection = await find(deps, actor.workspace, actor.slack_id)
    if connection is None or connection.kantata_id != actor.kantata_id:
        return None
    token = token_of(deps.sign_in, connection)
    return (connection, deps.kantata.acting_as(token)) if token else None


async def find(deps: Deps, workspace: str, slack_id: str) -> Connection | None:
    """The person's connection, if there is one and people can sign in here."""
    if deps.sign_in is None:
        return None
    async with deps.database.reading() as session:
        return await connections.find(session, workspace, slack_id)


async def is_connected(deps: Deps, actor: Actor) -> bool:
    """Whether the person acts with their own account."""
    connection = await find(deps, actor.workspace, actor.slack_id)
    return connection is not None and connection.kantata_id == actor.kantata_id


async def is_active(deps: Deps, kantata_id: str) -> bool:
    """Whether that Kantata user is an active one of the firm."""
    found = deps.kantata.users(on_my_account=True, only=[kantata_id])
    return bool([user async for user in found])


def token_of(sign_in: SignIn, connection: Connection) -> str | None:
    """The connection's token; None, with an error in the log, where ENCRYPTION_KEYS do not open it."""
    try:
        return sign_in.cipher.unseal(connection.token, connection.binding)
    except (Undecipherable, SealedForAnother) as failed:
        log.error("token unreadable", person=connection.slack_id, error=type(failed).__name__)
        return None


async def lose(deps: Deps, connection: Connection) -> None:
    """Kantata does not take the token any more: forget it, and tell its owner, once."""
    async with deps.database.transaction() as session:
        if not await connections.end(session, connection.id):
            return
        await people.mark_stale(session, connection.workspace, connection.slack_id)
        await writes.add(session, signed_out(connection), await deps.database.now(session))
    log.info("connection lost", workspace=connection.workspace, person=connection.slack_id)


async def renew_encryption(deps: Deps) -> None:
    """Seal every token by the newest key, so that older keys can be taken out of ENCRYPTION_KEYS."""
    if deps.sign_in is None:
        return
    async with deps.database.transaction() as session:
        for connection in await connections.every(session):
            try:
                renewed = deps.sign_in.cipher.renewed(connection.token)
            except Undecipherable:
                log.error("token unreadable", person=connection.slack_id, error="Undecipherable")
                continue
            if renewed is not None:
                await connections.reseal(session, connection.id, renewed)
