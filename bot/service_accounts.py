"""A workspace's own Kantata account: connected once by an administrator, gone when Kantata refuses it.

Where the settings name one workspace's tokens there is nothing of this.
"""

import structlog

from bot.connection_notices import account_lost
from bot.deps import Deps, SignIn
from bot.kantata.records import User
from storage import people, policies, writes
from storage import service_accounts as accounts
from storage.encryption import Sealed, SealedForAnother, Undecipherable

log = structlog.get_logger()


def token_of(sign_in: SignIn, workspace: str, sealed: Sealed | None) -> str | None:
    """The workspace's token; None where there is none, or, with an error in the log, none of
    ENCRYPTION_KEYS opens it."""
    if sealed is None:
        return None
    try:
        return sign_in.cipher.unseal(sealed, accounts.token_binding(workspace))
    except (Undecipherable, SealedForAnother) as failed:
        log.error("service token unreadable", workspace=workspace, error=type(failed).__name__)
        return None


async def keep(deps: Deps, sign_in: SignIn, user: User, token: str, by: str) -> None:
    """Serve the workspace by the account of that Kantata user from now on; ``by`` is a Slack id."""
    sealed = sign_in.cipher.seal(token, accounts.token_binding(deps.workspace))
    async with deps.database.transaction() as session:
        await accounts.replace(session, user.id, sealed, by, await deps.database.now(session))
    log.info("service account connected", workspace=deps.workspace, person=by)


async def lose(deps: Deps, sealed: Sealed) -> None:
    """Kantata does not take that token any more: forget it, and tell the administrators, once."""
    async with deps.database.transaction() as session:
        by = await accounts.end(session, sealed)
        if by is None:
            return
        firm = await policies.firm(session, deps.workspace)
        told = {by, *firm.administrators, *await people.admins(session, deps.workspace)}
        now = await deps.database.now(session)
        for slack_id in sorted(told):
            await writes.add(session, account_lost(deps.workspace, slack_id, now), now)
    log.info("service account lost", workspace=deps.workspace)


async def renew_encryption(deps: Deps) -> None:
    """Seal the workspace's token by the newest key."""
    if deps.sign_in is None:
        return
    async with deps.database.transaction() as session:
        sealed = await accounts.find(session)
        if sealed is None:
            return
        try:
            renewed = deps.sign_in.cipher.renewed(sealed)
        except Undecipherable:
            log.error("service token unreadable", workspace=deps.workspace, error="Undecipherable")
            return
        if renewed is not None:
            await accounts.reseal(session, renewed)
