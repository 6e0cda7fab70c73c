"""The picture and the table that follow the report of who is missing, each sent once.

A file carries no key, but it has a name: after an uncertain end it is looked for by that, and again after
half a minute, before it is sent once more.
"""

import asyncio
from datetime import timedelta

import structlog

from bot.deliveries import LOOK_AGAIN, TRY_AGAIN
from bot.deps import Deps
from bot.domain.languages import speaking, tr
from bot.domain.people import Person
from bot.domain.reminders import Due, TeamWeek, Why
from bot.kantata.errors import KantataError
from bot.languages import spoken_in
from bot.reminders import Checked
from bot.slack import SlackFailed
from bot.views import charts
from bot.views.reminders import report_title
from storage import deliveries as rows
from storage import people, policies, reminders
from storage.deliveries import POST, Held

LEASE = timedelta(seconds=90)

log = structlog.get_logger()


async def send(deps: Deps, teams: Checked[TeamWeek]) -> None:
    """Send what follows the reports that were posted, a report at a time."""
    workspace = deps.workspace
    while held := await _claim(deps, workspace):
        try:
            await _follow(deps, held, teams)
        except (SlackFailed, KantataError) as failed:
            log.warning("files of a report not sent", message=held.id, error=type(failed).__name__)
            await _again(deps, held, sent=isinstance(failed, SlackFailed))


async def _claim(deps: Deps, workspace: str) -> Held | None:
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        taken = await rows.claim(session, workspace, POST, (reminders.FILES,), now, LEASE, 1)
    return taken[0] if taken else None


async def _follow(deps: Deps, held: Held, teams: Checked[TeamWeek]) -> None:
    due = reminders.read_due(held.kind, held.payload)
    async with deps.database.reading() as session:
        now = await deps.database.now(session)
        firm = await policies.firm(session, held.workspace)
        posted, may_be = await reminders.stands(session, held.workspace, held.key)
        person = (await people.matched(session, held.workspace, [held.kantata_id])).get(held.kantata_id)
    if person is None or person.today(now) > due.day or not (posted or may_be):
        await _end(deps, held)
    elif not posted:
        await _again(deps, held, sent=False)
    else:
        team = await teams.of(deps, held)
        if isinstance(team, Why) or await _send_in_their_words(
            deps, held, person, due, team, firm.tolerated_minutes
        ):
            await _end(deps, held)


async def _send_in_their_words(
    deps: Deps, held: Held, person: Person, due: Due, team: TeamWeek, tolerated: int
) -> bool:
    with speaking(spoken_in(person.locale)):
        return await _send_files(deps, held, person, due, team, tolerated)


async def _send_files(
    deps: Deps, held: Held, person: Person, due: Due, team: TeamWeek, tolerated: int
) -> bool:
    """Whether both have been sent, now or before; raises SlackFailed."""
    week = due.week.start.isoformat()
    png, table = f"team-week-{week}.png", f"team-week-{week}.csv"
    there = {name for name in (png, table) if await _is_there(deps, held, person, name)}
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        if held.sent_at and len(there) < 2 and now - held.sent_at < LEASE + LOOK_AGAIN:
            await rows.postpone(session, held, held.sent_at + LEASE + LOOK_AGAIN, sent_at=held.sent_at)
            return False
        if not await rows.mark_sent(session, held, now, LEASE):
            return False  # somebody else holds it
    title = report_title(due.week)
    if png not in there:
        await deps.slack.upload(
            held.workspace,
            person.slack_id,
            name=png,
            # Drawing takes a second, in which others are waiting.
            content=await asyncio.to_thread(charts.picture, team, tolerated),
            title=title,
            alt_text=charts.alt_text(team, tolerated),
            comment=title,
        )
    if table not in there:
        await deps.slack.upload(
            held.workspace,
            person.slack_id,
            name=table,
            content=charts.table(team),
            title=title,
            comment=tr("{title}, everybody, as a table").format(title=title),
        )
    return True


async def _is_there(deps: Deps, held: Held, person: Person, name: str) -> bool:
    if held.sent_at is None:
        return False
    since = held.sent_at - timedelta(minutes=5)  # Slack's clock is another one
    return await deps.slack.find_file(held.workspace, person.slack_id, name, since)


async def _end(deps: Deps, held: Held) -> None:
    async with deps.database.transaction() as session:
        await rows.settle(session, held)


async def _again(deps: Deps, held: Held, *, sent: bool) -> None:
    """Give it back for a moment; ``sent``: a file may have come, so it is looked for first."""
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        await rows.postpone(session, held, now + TRY_AGAIN, sent_at=(held.sent_at or now) if sent else None)
