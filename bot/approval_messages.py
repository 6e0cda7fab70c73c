"""Private messages about approvals: each posted once, paced below Slack's limits, rewritten as things change.

Before anything is posted the row says so; after an uncertain end the direct message's history is looked at,
and again after half a minute, before anything is sent again. A rewrite can be sent twice without harm.
"""

from datetime import timedelta

import structlog

from bot import people
from bot.deps import Deps
from bot.domain.approvals import Hearing
from bot.domain.people import Person
from bot.people import NotConnected
from bot.slack import Posted, SlackFailed
from bot.views import approvals as views
from bot.views.approvals import Again, Queued, RequestRef
from bot.views.messages import Message
from storage import approval_messages as rows
from storage import approvals, members, policies
from storage import people as known_people
from storage.approval_messages import POST, REWRITE, Held
from storage.approvals import APPROVER, Waiting

LEASE = timedelta(seconds=25)
LOOK_AGAIN = timedelta(seconds=30)
TRY_AGAIN = timedelta(seconds=10)
MISSING_AGAIN = timedelta(hours=24)
AT_ONCE = 10  # messages one process works on between two looks at the rows
# Tokens a second and at most: several hundred posts a minute are allowed, and about 50 rewrites
# (docs.slack.dev, Rate limits).
PACE = {POST: (3.0, 20), REWRITE: (0.7, 20)}

log = structlog.get_logger()


async def deliver(deps: Deps) -> None:
    """Post and rewrite all that is due, as far as Slack's limits allow now."""
    for lane in (REWRITE, POST):
        async with deps.database.reading() as session:
            now = await deps.database.now(session)
            workspaces = await rows.workspaces_due(session, now, lane)
        for workspace in workspaces:
            await _deliver_lane(deps, workspace, lane)


async def _deliver_lane(deps: Deps, workspace: str, lane: str) -> None:
    while claimed := await _claim(deps, workspace, lane):
        used = 0
        for held in claimed:
            try:
                used += await _work(deps, held, lane)
            except SlackFailed as failed:
                used += 1
                await _failed(deps, held, lane, failed, sent=held.sent_at is not None)
        async with deps.database.transaction() as session:
            await rows.return_tokens(session, workspace, lane, len(claimed) - used)


async def _claim(deps: Deps, workspace: str, lane: str) -> list[Held]:
    rate, burst = PACE[lane]
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        tokens = await rows.take_tokens(session, workspace, lane, now, rate=rate, burst=burst)
        taken = await rows.claim(session, workspace, lane, now, LEASE, min(tokens, AT_ONCE))
        await rows.return_tokens(session, workspace, lane, tokens - len(taken))
    return taken


async def _work(deps: Deps, held: Held, lane: str) -> int:
    """Bring the message to what it ought to show; how many messages that took."""
    message = await _message(deps, held)
    if held.channel and held.ts:
        return await _rewrite(deps, held, Posted(held.channel, held.ts), message)
    person = await _person(deps, held)
    if held.sent_at is not None and not await _is_lost(deps, held, person):
        return 1
    if message is None or not await _wants(deps, held, person):
        await _settle(deps, held)
        return 0
    if person is None:
        await _postpone(deps, held, MISSING_AGAIN)
        return 0
    async with deps.database.transaction() as session:
        if not await rows.mark_sent(session, held, await deps.database.now(session), LEASE):
            return 0  # somebody else holds it
    await _post(deps, held, lane, person, message)
    return 1


async def _post(deps: Deps, held: Held, lane: str, person: Person, message: Message) -> None:
    key, after = _key(held), held.thread_ts
    try:
        posted = await deps.slack.post(held.workspace, person.slack_id, message, key=key, after=after)
    except SlackFailed as failed:
        await _failed(deps, held, lane, failed, sent=failed.uncertain)
        return
    async with deps.database.transaction() as session:
        await rows.posted(session, held, person.slack_id, posted.channel, posted.ts)


def _key(held: Held) -> str:
    return f"approval:{held.id}:{held.posts}"


async def _message(deps: Deps, held: Held) -> Message | None:
    """What the message ought to show now; None where there is nothing to say any more."""
    if held.request_id is None:
        return await _digest(deps, held)
    async with deps.database.reading() as session:
        waiting = await approvals.get(session, held.request_id)
        if waiting is None:
            return None
        before = await approvals.rejected_before(session, waiting)
    return _drawn(deps, held, waiting, before)


async def _digest(deps: Deps, held: Held) -> Message | None:
    """All that waits for the approver; nothing where that has been decided meanwhile."""
    async with deps.database.reading() as session:
        waiting = await approvals.queue(session, held.kantata_id)
    if not waiting:
        return None
    return views.queue([Queued(RequestRef(each.id, each.revision), each.sheet) for each in waiting], 0)


def _drawn(deps: Deps, held: Held, waiting: Waiting, before: Waiting | None) -> Message | None:
    first = held.ts is None and held.thread_ts is None
    sheet, decision = waiting.sheet, waiting.decision
    url = views.kantata_url(deps.kantata_app_url, sheet)
    if held.role != APPROVER:
        return views.told(sheet, decision, url)
    if not waiting.is_pending:
        return None if first else views.decided(sheet, decision)
    if held.withdrawn:
        return None if first else views.withdrawn(sheet)
    again = Again(before.sheet, before.decision) if before else None
    return views.request(RequestRef(waiting.id, waiting.revision), sheet, url, again)


async def _wants(deps: Deps, held: Held, person: Person | None) -> bool:
    """Whether the approver hears of each timesheet by itself; what follows an old message always comes."""
    if person is None or held.role != APPROVER or held.thread_ts is not None:
        return True
    async with deps.database.reading() as session:
        chosen = await policies.personal(session, held.workspace, person.slack_id)
    return chosen.hearing is Hearing.AT_ONCE


async def _person(deps: Deps, held: Held) -> Person | None:
    """The Slack user the message is for: known, else found by e-mail, and asked about when that is old."""
    async with deps.database.reading() as session:
        known = await known_people.by_kantata_id(session, held.kantata_id)
    for each in known:
        if each.workspace == held.workspace and (person := await _matched(deps, held, each.slack_user_id)):
            return person
    return await _found_by_email(deps, held)


async def _matched(deps: Deps, held: Held, slack_id: str) -> Person | None:
    try:
        person = await people.find(deps, held.workspace, slack_id)
    except NotConnected:
        return None
    return person if person.kantata_id == held.kantata_id else None


async def _found_by_email(deps: Deps, held: Held) -> Person | None:
    async with deps.database.reading() as session:
        now = await deps.database.now(session)
        member = (await members.find(session, [held.kantata_id])).get(held.kantata_id)
        missing_at = await members.slack_missing_at(session, held.kantata_id)
    if member is None or not member.email or (missing_at and now - missing_at < MISSING_AGAIN):
        return None
    slack_id = await deps.slack.holder_of(held.workspace, member.email)
    person = await _matched(deps, held, slack_id) if slack_id else None
    if person is None:
        async with deps.database.transaction() as session:
            await members.note_slack_missing(session, held.kantata_id, now)
    return person


async def _is_lost(deps: Deps, held: Held, person: Person | None) -> bool:
    """Whether a post whose end is not known has certainly not landed; where it has, it is adopted."""
    assert held.sent_at is not None, "there is a post to look for"
    slack_id = person.slack_id if person else held.slack_id
    async with deps.database.reading() as session:
        began = await deps.database.now(session)
    found = None
    if slack_id:
        since = held.sent_at - timedelta(minutes=5)  # Slack's clock is another one
        found = await deps.slack.find_posted(held.workspace, slack_id, _key(held), since)
    async with deps.database.transaction() as session:
        if found:
            await rows.adopt(session, held, found.channel, found.ts)
            return False
        if began - held.sent_at >= LEASE + LOOK_AGAIN:
            return True
        until = held.sent_at + LEASE + LOOK_AGAIN
        await rows.postpone(session, held, until, sent_at=held.sent_at)
        return False


async def _rewrite(deps: Deps, held: Held, where: Posted, message: Message | None) -> int:
    if message is None:
        await _settle(deps, held)
        return 0
    try:
        await deps.slack.rewrite(held.workspace, where, message)
    except SlackFailed as failed:
        if not failed.fixed:
            raise
        async with deps.database.transaction() as session:
            await rows.begin_anew(session, held)
        return 1
    async with deps.database.transaction() as session:
        await rows.settle(session, held)
    return 1


async def _settle(deps: Deps, held: Held) -> None:
    async with deps.database.transaction() as session:
        await rows.settle(session, held)


async def _postpone(deps: Deps, held: Held, wait: timedelta) -> None:
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        await rows.postpone(session, held, now + wait, sent_at=None)


async def _failed(deps: Deps, held: Held, lane: str, failed: SlackFailed, *, sent: bool) -> None:
    """Give the message back; ``sent``: a post may have landed, so it is looked for first.

    Slack's wish for a pause counts for the whole workspace.
    """
    log.warning("message not delivered", message=held.id, error=failed.error)
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        if failed.for_good:
            await rows.settle(session, held)
            return
        if failed.pause is not None:
            await rows.park(session, held.workspace, lane, now + timedelta(seconds=failed.pause))
        wait = timedelta(seconds=failed.pause) if failed.pause is not None else TRY_AGAIN
        sent_at = (held.sent_at or now) if sent else None
        await rows.postpone(session, held, now + wait, sent_at=sent_at)
