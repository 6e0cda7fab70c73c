"""What people are told of their connections whatever they do just then: once, and after a restart too.

A notice is a row of the outbox that writes nothing to Kantata: it is there to be answered.
"""

import json
from collections.abc import Callable
from datetime import datetime

from bot.deps import Deps
from bot.domain.writes import Reply, Write
from bot.kantata.errors import KantataError
from bot.views import connections as views
from bot.views.messages import Message
from storage.connections import Connection
from storage.writes import NewWrite

CONNECTED = "connected"
SIGNED_OUT = "signed_out"
ACCOUNT_LOST = "account_lost"


class Notice:
    """A kind of write that only says something."""

    def __init__(self, draw: Callable[[str], Message]) -> None:
        self._draw = draw

    async def send(self, deps: Deps, write: Write) -> str:
        """There is nothing to send."""
        return write.payload

    async def look(self, deps: Deps, write: Write) -> str | None:
        """There is nothing to look for."""
        return write.payload

    def refusal(self, write: Write, error: KantataError) -> str:
        """Kantata's words, though it is not asked."""
        return error.message

    async def answer(self, deps: Deps, write: Write) -> Message:
        """What is to be said."""
        return self._draw(str(json.loads(write.payload)))

    def kept(self, write: Write) -> Message | None:
        """Nothing is said before it."""
        return None


def connected(workspace: str, slack_id: str, kantata_id: str, name: str, sign_in_id: int) -> NewWrite:
    """That the person is connected now, as the Kantata user of that name."""
    cause = f"connected:{sign_in_id}"
    return NewWrite(workspace, slack_id, kantata_id, CONNECTED, cause, json.dumps(name), Reply())


def signed_out(connection: Connection) -> NewWrite:
    """That the connection has ended."""
    return NewWrite(
        connection.workspace,
        connection.slack_id,
        connection.kantata_id,
        SIGNED_OUT,
        f"signed-out:{connection.id}",
        json.dumps(""),
        Reply(),
    )


def account_lost(workspace: str, slack_id: str, now: datetime) -> NewWrite:
    """That the workspace's own account is no longer good, to an administrator."""
    cause = f"account-lost:{slack_id}:{now.timestamp():.6f}"
    return NewWrite(workspace, slack_id, "", ACCOUNT_LOST, cause, json.dumps(""), Reply())


NOTICES = {
    CONNECTED: Notice(views.connected),
    SIGNED_OUT: Notice(lambda _: views.signed_out()),
    ACCOUNT_LOST: Notice(lambda _: views.account_lost()),
}
