"""Private messages, each posted once, paced below Slack's limits, and rewritten as things change.

Before anything is posted the row says so; after an uncertain end the direct message's history is looked at,
and again after half a minute, before anything is sent again. A rewrite can be sent twice without harm.
"""

from collections.abc import Awaitable, Collection, Mapping, Sequence
from datetime import timedelta
from gettext import NullTranslations
from typing import Protocol

import structlog

from bot import people
from bot.deps import Deps
from bot.domain.languages import speaking
from bot.domain.people import Person
from bot.kantata.errors import KantataError
from bot.languages import spoken_in
from bot.people import NotConnected
from bot.slack import Posted, SlackFailed
from bot.views.messages import Message
from storage import deliveries as rows
from storage import members
from storage import people as known_people
from storage.deliveries import POST, REWRITE, Held
from storage.people import KnownPerson

LEASE = timedelta(seconds=25)
LOOK_AGAIN = timedelta(seconds=30)
TRY_AGAIN = timedelta(seconds=10)
MISSING_AGAIN = timedelta(hours=24)
REMEMBERED = timedelta(days=90)
AT_ONCE = 10  # messages one process works on between two looks at the rows
# Tokens a second and at most: several hundred posts a minute are allowed, and about 50 rewrites
# (docs.slack.dev, Rate limits).
PACE = {POST: (3.0, 20), REWRITE: (0.7, 20)}

log = structlog.get_logger()


class Kind(Protocol):
    """One kind of message: what it shows, drawn anew each time it is sent, and who wants it."""

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """What it ought to show now; None where there is nothing to say, or nothing more.

        Where it raises KantataError it is drawn again in a moment.
        """

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """Whether the person wants to be sent it at all; asked before each post."""


async def deliver(deps: Deps, kinds: Mapping[str, Kind], last: Collection[str] = ()) -> None:
    """Post and rewrite all of these kinds that is due, as far as Slack's limits allow now.

    Those of the kinds in ``last``, which come by the thousand, wait while any other is due.
    """
    for lane in (REWRITE, POST):
        async with deps.database.reading() as session:
            now = await deps.database.now(session)
            workspaces = await rows.workspaces_due(session, now, lane, kinds)
        for workspace in workspaces:
            await _deliver_lane(deps, kinds, last, workspace, lane)


async def forget(deps: Deps) -> None:
    """Forget digests and reminders of long ago."""
    async with deps.database.transaction() as session:
        await rows.forget_settled_before(session, await deps.database.now(session) - REMEMBERED)


async def _deliver_lane(
    deps: Deps, kinds: Mapping[str, Kind], last: Collection[str], workspace: str, lane: str
) -> None:
    while claimed := await _claim(deps, kinds, last, workspace, lane):
        used, settled = 0, []
        async with deps.database.reading() as session:
            known = await known_people.by_kantata_ids(session, {held.kantata_id for held in claimed})
        for held in claimed:
            try:
                took = await _work(deps, kinds[held.kind], held, lane, known.get(held.kantata_id, ()))
                used += took or 0
                settled += [held] if took is None else []
            except SlackFailed as failed:
                used += 1
                await _failed(deps, held, lane, failed, sent=held.sent_at is not None)
            except KantataError as failed:
                log.warning("message not drawn", message=held.id, error=type(failed).__name__)
                await _postpone(deps, held, TRY_AGAIN)
        async with deps.database.transaction() as session:
            for held in settled:
                await rows.settle(session, held)
            await rows.return_tokens(session, workspace, lane, len(claimed) - used)


async def _claim(
    deps: Deps, kinds: Mapping[str, Kind], last: Collection[str], workspace: str, lane: str
) -> list[Held]:
    rate, burst = PACE[lane]
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        tokens = await rows.take_tokens(session, workspace, lane, now, rate=rate, burst=burst)
        limit = min(tokens, AT_ONCE)
        taken = await rows.claim(session, workspace, lane, kinds, now, LEASE, limit, last)
        await rows.return_tokens(session, workspace, lane, tokens - len(taken))
    return taken


async def _work(deps: Deps, kind: Kind, held: Held, lane: str, known: Sequence[KnownPerson]) -> int | None:
    """Bring the message to what it ought to show; how many messages that took, None where there is nothing
    more to show. ``known`` are the Slack users whom it is for."""
    language = spoken_in(next((each.locale for each in known if each.person), None))
    message = await _draw(deps, kind, held, language)
    if held.channel and held.ts:
        return await _rewrite(deps, held, Posted(held.channel, held.ts), message)
    if message is None and held.sent_at is None:
        return None
    person = await _person(deps, held, known)
    if held.sent_at is not None and not await _is_lost(deps, held, person):
        return 1
    if message is None or (person and not await kind.wants(deps, held, person)):
        return None
    if person is None:
        await _postpone(deps, held, MISSING_AGAIN)
        return 0
    if spoken_in(person.locale) is not language:  # it was not known before
        message = await _draw(deps, kind, held, spoken_in(person.locale)) or message
    async with deps.database.transaction() as session:
        if not await rows.mark_sent(session, held, await deps.database.now(session), LEASE):
            return 0  # somebody else holds it
    await _post(deps, held, lane, person, message)
    return 1


async def _draw(deps: Deps, kind: Kind, held: Held, language: NullTranslations) -> Message | None:
    with speaking(language):
        return await kind.draw(deps, held)


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
    return f"delivery:{held.id}:{held.posts}"


async def _person(deps: Deps, held: Held, known: Sequence[KnownPerson]) -> Person | None:
    """The Slack user the message is for: known, else found by e-mail, and asked about when that is old."""
    for each in known:
        if person := await _matched(held, people.current(deps, held.workspace, each.slack_user_id, each)):
            return person
    return await _found_by_email(deps, held)


async def _matched(held: Held, asked: Awaitable[Person]) -> Person | None:
    try:
        person = await asked
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
    person = await _matched(held, people.find(deps, held.workspace, slack_id)) if slack_id else None
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


async def _rewrite(deps: Deps, held: Held, where: Posted, message: Message | None) -> int | None:
    if message is None:
        return None
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


async def _postpone(deps: Deps, held: Held, wait: timedelta) -> None:
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        await rows.postpone(session, held, now + wait, sent_at=held.sent_at)


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
