"""The Home tab: drawn at once from what is known here, then from what Kantata tells; and drawn anew after
every act of the person, and when others have decided something that it shows.

Publishing twice does no harm, and of drawings that overtake one another only the latest is published.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog
from slack_sdk.models.views import View

from bot import administration, languages, people, sign_in, weeks, work_calendars
from bot.approval_messages import queued
from bot.deps import Deps
from bot.domain.dates import week_of
from bot.domain.homes import AHEAD, Glance, glance_of, next_holiday
from bot.domain.languages import later, speaking, tr
from bot.domain.people import Person
from bot.domain.writes import Write
from bot.first_contact import greet
from bot.kantata.errors import KantataError
from bot.languages import spoken_in
from bot.people import NOT_CONNECTED, UNKNOWN, NotConnected
from bot.slack import SlackFailed
from bot.time_off_people import absences_of
from bot.views import home as views
from storage import deliveries, homes, time_off
from storage import work_calendars as calendars
from storage.homes import READ, DueHome

# Tokens a second and at most, of the hundred a minute that Slack allows (docs.slack.dev, views.publish).
LANE, RATE, BURST = "home", 1.0, 20
OR_CONNECT = later("Or press Connect and sign in to Kantata yourself: then I know who you are.")
NO_TABLES = frozenset({"invalid_arguments", "invalid_blocks"})

log = structlog.get_logger()


async def show(deps: Deps, workspace: str, slack_id: str) -> None:
    """Somebody looks at their Home tab: draw it now, and again when Kantata has told the week."""
    async with deps.database.transaction() as session:
        await homes.note_opened(session, workspace, slack_id)
    person = await _recognise(deps, workspace, slack_id)
    if person:
        await greet(deps, person)
        await _draw(deps, person, read=True, at_once=True)


async def turn_to(deps: Deps, person: Person, page: int) -> None:
    """Show that page of the queue."""
    async with deps.database.transaction() as session:
        await homes.turn_to(session, person.workspace, person.slack_id, page)
    await _draw(deps, person, read=False)


async def acted(deps: Deps, write: Write) -> None:
    """What somebody asked for is settled: their Home tab shows it, if they have ever opened it."""
    async with deps.database.reading() as session:
        if not await homes.is_opened(session, write.workspace, write.slack_id):
            return
    if person := await _recognise(deps, write.workspace, write.slack_id):
        await _draw(deps, person, read=True)


async def refresh(deps: Deps) -> None:
    """Draw the Home tabs that others have changed, as far as Slack's limits allow now."""
    async with deps.database.reading() as session:
        workspaces = await homes.workspaces_due(session)
    for workspace in workspaces:
        for due in await _take_due(deps, workspace):
            await _refresh(deps, workspace, due)


async def _take_due(deps: Deps, workspace: str) -> list[DueHome]:
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        tokens = await deliveries.take_tokens(session, workspace, LANE, now, rate=RATE, burst=BURST)
        taken = await homes.take_due(session, workspace, tokens)
        await deliveries.return_tokens(session, workspace, LANE, tokens - len(taken))
    return taken


async def _refresh(deps: Deps, workspace: str, due: DueHome) -> None:
    if person := await _recognise(deps, workspace, due.slack_id):
        await _draw(deps, person, read=due.what == READ)


async def _recognise(deps: Deps, workspace: str, slack_id: str) -> Person | None:
    """Whose Home tab it is; to whom Kantata does not know it says so."""
    try:
        person = await people.find(deps, workspace, slack_id)
    except NotConnected as unknown:
        async with deps.database.transaction() as session:
            await homes.recognise(session, workspace, slack_id, None)
        with speaking(await languages.of_person(deps.database, workspace, slack_id)):
            await _draw_unknown(deps, workspace, slack_id, unknown)
        return None
    async with deps.database.transaction() as session:
        await homes.recognise(session, workspace, slack_id, person.kantata_id)
    return person


async def _draw_unknown(deps: Deps, workspace: str, slack_id: str, unknown: NotConnected) -> None:
    state = unknown.state
    administers = await administration.is_administrator(deps, workspace, slack_id)
    if state is not None and state not in UNKNOWN:
        view = views.refused(unknown.text)
    elif unknown.may_connect and state is not None:
        why = f"{tr(NOT_CONNECTED[state])} {tr(OR_CONNECT)}"
        url = await sign_in.link(deps, workspace, slack_id)
        view = views.not_connected(why, url, administers=administers)
    else:
        url = None
        if administers and not deps.has_account:
            url = await sign_in.workspace_link(deps, workspace, slack_id)
        view = views.not_connected(unknown.text, url, administers=administers)
    drawing = await _begin(deps, workspace, slack_id)
    await _publish(deps, workspace, slack_id, drawing, lambda _: view)


async def _draw(deps: Deps, person: Person, *, read: bool, at_once: bool = False) -> None:
    """Draw it from what is known, if ``at_once`` or nothing is to be read; then from what Kantata tells."""
    with speaking(spoken_in(person.locale)):
        await _draw_home(deps, person, read=read, at_once=at_once)


async def _draw_home(deps: Deps, person: Person, *, read: bool, at_once: bool) -> None:
    drawing = await _begin(deps, person.workspace, person.slack_id)
    if at_once or not read:
        known = replace(await _known(deps, person), asking=read)
        await _publish_home(deps, drawing, known)
    if read:
        told = await _read(deps, person)
        await _publish_home(deps, drawing, replace(await _known(deps, person), failed=not told))


async def _begin(deps: Deps, workspace: str, slack_id: str) -> int | None:
    async with deps.database.transaction() as session:
        return await homes.begin(session, workspace, slack_id)


async def _known(deps: Deps, person: Person) -> views.Home:
    today = person.today(deps.clock())
    async with deps.database.reading() as session:
        kept = await homes.kept(session, person.workspace, person.slack_id)
        calendar = await calendars.find(session, person.kantata_id)
        asked = await time_off.open_requests(session, person.workspace, person.kantata_id)
        leaves = await time_off.queue(session, person.workspace, person.kantata_id)
    glance = kept.glance if kept.glance and kept.glance.week == week_of(today) else None
    holiday = next_holiday(calendar.calendar.holidays, today) if calendar else None
    waiting = await queued(deps, person.kantata_id)
    return views.Home(
        person,
        today,
        glance,
        waiting,
        kept.page,
        holiday,
        asked=[each for each in asked if each.is_waiting],
        leaves=leaves,
        administers=await administration.is_administrator(deps, person.workspace, person.slack_id),
    )


async def _read(deps: Deps, person: Person) -> bool:
    """Ask Kantata for the week and the days off, and keep them; False where it does not tell them."""
    try:
        async with asyncio.timeout(deps.patience.give_up):
            glance = await _ask(deps, person)
    except (KantataError, TimeoutError) as failed:
        log.warning("no week for the home tab", error=type(failed).__name__)
        return False
    async with deps.database.transaction() as session:
        await homes.keep(session, person.workspace, person.slack_id, person.kantata_id, glance)
    return True


async def _ask(deps: Deps, person: Person) -> Glance:
    began = deps.clock()
    today = person.today(began)
    time, calendar, away = await asyncio.gather(
        weeks.read_week(deps, person, week_of(today)),
        work_calendars.load(deps, person.kantata_id, today, today + AHEAD),
        absences_of(deps, week_of(today + timedelta(weeks=1))),
    )
    return glance_of(time, calendar, away, today, began)


async def _publish_home(deps: Deps, drawing: int | None, shown: views.Home) -> None:
    person = shown.person

    def drawn(table: bool) -> View:
        return views.home(shown, table=table)

    await _publish(deps, person.workspace, person.slack_id, drawing, drawn)


async def _publish(
    deps: Deps, workspace: str, slack_id: str, drawing: int | None, drawn: Callable[[bool], View]
) -> None:
    """Show it, with tables where Slack takes them, unless a later drawing has begun.

    It is drawn once more a little later where Slack did not take it for now, and where another drawing began
    while this one was under way: nobody can tell which of the two came last.
    """
    if drawing is None or not await _is_latest(deps, workspace, slack_id, drawing):
        return
    try:
        try:
            await deps.slack.publish(workspace, slack_id, drawn(True))
        except SlackFailed as failed:
            if failed.error not in NO_TABLES:
                raise
            await deps.slack.publish(workspace, slack_id, drawn(False))
    except SlackFailed as failed:
        log.warning("home tab not drawn", error=failed.error)
        stands = not failed.transient
    else:
        stands = await _is_latest(deps, workspace, slack_id, drawing)
    if not stands:
        async with deps.database.transaction() as session:
            await homes.draw_again(session, workspace, slack_id)


async def _is_latest(deps: Deps, workspace: str, slack_id: str, drawing: int) -> bool:
    async with deps.database.reading() as session:
        return await homes.is_latest(session, workspace, slack_id, drawing)
