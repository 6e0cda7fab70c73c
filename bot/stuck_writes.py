"""What waits for Kantata, which an administrator may have tried at once or dropped; both are audited."""

import json

from bot.administration import Administrator
from bot.connection_notices import NOTICES
from bot.deps import Deps
from bot.disconnect import DISCONNECT
from bot.domain.audit import AuditLine
from bot.domain.languages import tr
from bot.domain.writes import WaitingWrite
from bot.outbox import Outbox
from bot.views import stuck_writes as views
from bot.views.stuck_writes import Queue
from storage import audit, stuck_writes
from storage.database import Session

RETRY, DROP = "write.retry", "write.drop"  # the audit's words
# They end somebody's connection, or say so: to drop them would leave a token behind, or somebody untold.
KEPT = {DISCONNECT, *NOTICES}


async def queue(deps: Deps, administrator: Administrator) -> Queue:
    """The first writes that wait in the administrator's workspace."""
    async with deps.database.reading() as session:
        shown = await stuck_writes.waiting(session, administrator.workspace, views.MOST_SHOWN)
        counted = await stuck_writes.numbers(session, administrator.workspace)
    return Queue(shown, counted.waiting, frozenset(each.id for each in shown if each.kind not in KEPT))


async def retry(deps: Deps, outbox: Outbox, administrator: Administrator, write_id: int) -> str:
    """Have it tried at once, with the same look before anything is sent again; what to say of that."""
    async with deps.database.transaction() as session:
        write = await stuck_writes.find(session, administrator.workspace, write_id)
        if write is None:
            return tr(views.GONE)
        await stuck_writes.retry(session, write_id)
        await _audit(deps, session, administrator, RETRY, write)
    deps.background.spawn(outbox.sweep(), name="retry")
    return views.retried(write)


async def drop(deps: Deps, outbox: Outbox, administrator: Administrator, write_id: int) -> str:
    """End it unwritten, and have its person told; what to say of that."""
    async with deps.database.transaction() as session:
        write = await stuck_writes.find(session, administrator.workspace, write_id)
        if write is None or write.kind in KEPT:
            return tr(views.GONE)
        # Kept in English, and said in the language of whoever asked for it.
        refusal = views.DROPPED_UNCERTAIN if write.uncertain else views.DROPPED
        now = await deps.database.now(session)
        if not await stuck_writes.drop(session, write_id, refusal, now):
            return tr(views.HELD)
        await _audit(deps, session, administrator, DROP, write)
    deps.background.spawn(outbox.sweep(), name="tell of the drop")
    return views.dropped(write)


async def _audit(
    deps: Deps, session: Session, administrator: Administrator, what: str, write: WaitingWrite
) -> None:
    detail = {"write": write.id, "kind": write.kind, "of": write.slack_id, "trouble": write.trouble}
    line = AuditLine(await deps.database.now(session), administrator.slack_id, what, json.dumps(detail))
    await audit.add(session, administrator.workspace, line)
