"""Who is off, as Kantata has it: for whoever asks, and once a week for a channel that the firm has chosen.

The post names people and dates and nothing else. It is posted once: a row says so before anything is sent,
and after an uncertain end the channel's history is looked at. It is edited while its week lasts.
"""

from datetime import datetime, time, timedelta

import structlog

from bot import time_off_people
from bot.deps import Deps
from bot.domain.calendars import Week, week_of
from bot.domain.languages import ENGLISH, later, speaking, tr
from bot.domain.problems import Problem
from bot.domain.zones import zone_of
from bot.kantata.errors import KantataError
from bot.slack import Posted, SlackFailed
from bot.views import absences as views
from bot.views.messages import Message
from storage import absence_posts as rows
from storage import policies
from storage.absence_posts import HeldPost

NO_ANSWER = later("Kantata does not answer at the moment. Please try again in a minute.")
POSTED_FROM = time(9)  # on Monday, in the firm's zone
LEASE = timedelta(seconds=60)
LOOK_AGAIN = timedelta(seconds=30)

log = structlog.get_logger()


async def show(deps: Deps, week: Week) -> Message:
    """Who of the firm is off in that week. Raises Problem where Kantata does not tell."""
    try:
        return views.who(week, await time_off_people.absences_of(deps, week))
    except KantataError:
        raise Problem(tr(NO_ANSWER)) from None


async def post(deps: Deps) -> None:
    """Let the chosen channel show who is off this week, from Monday morning on."""
    week = _week_to_post(deps)
    if week is None:
        return
    workspace = deps.workspace
    async with deps.database.reading() as session:
        channel = (await policies.firm(session, workspace)).absences_channel
    if channel is None:
        return
    try:
        off = await time_off_people.absences_of(deps, week)
    except KantataError as failed:
        log.warning("absences not known", error=type(failed).__name__)
        return
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        held = await rows.claim(session, workspace, week.start, channel, now, LEASE)
    if held is not None:
        with speaking(ENGLISH):  # a channel has no one language of its own
            message = views.who(week, off)
        await _bring_up_to_date(deps, held, message, is_worth_posting=bool(off), now=now)


def _week_to_post(deps: Deps) -> Week | None:
    """This week, unless it has not come so far yet."""
    local = deps.clock().astimezone(zone_of(deps.time_zone))
    week = week_of(local.date())
    begins = datetime.combine(week.start + timedelta(days=1), POSTED_FROM, local.tzinfo)
    return week if local >= begins else None


async def _bring_up_to_date(
    deps: Deps, held: HeldPost, message: Message, *, is_worth_posting: bool, now: datetime
) -> None:
    sent_at = held.sent_at
    try:
        if held.ts is not None:
            await _edit(deps, held, held.ts, message)
            return
        if sent_at is not None and not await _is_lost(deps, held, sent_at, now):
            return
        sent_at = None
        if is_worth_posting:
            await _post(deps, held, message)
            return
    except SlackFailed as failed:
        log.warning("absences not posted", error=failed.error)
        if failed.uncertain and held.ts is None:
            sent_at = sent_at or now
    async with deps.database.transaction() as session:
        await rows.release(session, held, sent_at=sent_at)


async def _edit(deps: Deps, held: HeldPost, ts: str, message: Message) -> None:
    if held.shown != message.text:
        try:
            await deps.slack.rewrite(held.workspace, Posted(held.channel, ts), message)
        except SlackFailed as failed:
            if not failed.fixed:  # somebody may have deleted it: then it stays so
                raise
    async with deps.database.transaction() as session:
        await rows.shows(session, held, ts, message.text)


async def _post(deps: Deps, held: HeldPost, message: Message) -> None:
    async with deps.database.transaction() as session:
        if not await rows.mark_sent(session, held, await deps.database.now(session), LEASE):
            return  # somebody else holds it
    posted = await deps.slack.post(held.workspace, held.channel, message, key=held.key)
    async with deps.database.transaction() as session:
        await rows.shows(session, held, posted.ts, message.text)


async def _is_lost(deps: Deps, held: HeldPost, sent_at: datetime, now: datetime) -> bool:
    """Whether a post whose end is not known has certainly not landed; where it has, it is adopted."""
    since = sent_at - timedelta(minutes=5)  # Slack's clock is another one
    found = await deps.slack.find_in_channel(held.workspace, held.channel, held.key, since)
    async with deps.database.transaction() as session:
        if found:
            await rows.shows(session, held, found.ts, None)
            return False
        if now - sent_at >= LEASE + LOOK_AGAIN:
            return True
        await rows.release(session, held, sent_at=sent_at)
        return False
