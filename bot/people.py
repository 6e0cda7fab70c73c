"""Who a Slack user is in Kantata: whoever they signed in as there, else whom an administrator chose, else
matched by the e-mail address Slack has verified; asked again on change."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot import connections, work_calendars
from bot.deps import Deps
from bot.domain.languages import later, speaking, tr
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.work_calendars import USUAL_WEEK
from bot.domain.zones import zone_of
from bot.kantata.errors import KantataError
from bot.kantata.records import User
from bot.languages import spoken_in
from bot.slack import SlackFailed, SlackPerson
from storage import matches, people, project_copy
from storage.people import KnownPerson
from storage.tables import PersonState

FRESH = timedelta(hours=24)
OVERLAP = timedelta(minutes=1)  # the clocks of two machines differ
PEOPLE = "people"

log = structlog.get_logger()

NOT_CONNECTED = {
    PersonState.UNMATCHED: (
        later(
            "I could not find you in Kantata: no active Kantata user has the e-mail address of your "
            "Slack profile. Ask your Kantata administrator to give both the same address, then try "
            "again."
        )
    ),
    PersonState.AMBIGUOUS: (
        later(
            "More than one active Kantata user has the e-mail address of your Slack profile, so I "
            "cannot tell which one you are. Ask your Kantata administrator to mend that, then try "
            "again."
        )
    ),
    PersonState.GUEST: later("Guests of this workspace cannot use this app."),
    PersonState.STRANGER: later(
        "This app serves its own organisation only; yours may have installed its own."
    ),
    PersonState.DEACTIVATED: later("Your Slack account is deactivated."),
}
UNKNOWN = (PersonState.UNMATCHED, PersonState.AMBIGUOUS)
OR_CONNECT = later("Or type /kantata connect and sign in to Kantata yourself: then I know who you are.")
NOT_NOW = later(
    "I am still finding out who you are in Kantata, which does not answer at the moment. "
    "Nothing was written; please try again in a minute."
)


NO_ACCOUNT = later(
    "This workspace is not connected to Kantata yet. An administrator of it has to type /kantata admin and "
    "connect Kantata first; then all of this works."
)


class NotConnected(Problem):
    """This Slack user is nobody in Kantata that the bot could act for; the text says why and what to do.

    ``may_connect``: signing in to Kantata would mend it. ``state`` is None where that is not known yet.
    """

    def __init__(self, text: str, *, may_connect: bool = False, state: PersonState | None = None) -> None:
        super().__init__(text)
        self.may_connect = may_connect
        self.state = state


async def find(deps: Deps, workspace: str, slack_id: str) -> Person:
    """The person, asked of Slack and Kantata again when that is a day old or something has changed.

    Raises NotConnected. When Slack or Kantata does not answer, what was known before still counts.
    """
    return await current(deps, workspace, slack_id, await _read(deps, workspace, slack_id))


async def current(deps: Deps, workspace: str, slack_id: str, known: KnownPerson | None) -> Person:
    """The same of whom ``known`` was just read."""
    if not deps.has_account:
        raise NotConnected(tr(NO_ACCOUNT))
    known = await _renewed(deps, workspace, slack_id, known)
    if (person := known.person) is None:
        raise _not_connected(deps, known)
    return person


async def look_up(deps: Deps, workspace: str, slack_id: str) -> KnownPerson:
    """The same of anybody in Slack, whether Kantata knows them or not; raises NotConnected only where
    neither Slack nor Kantata has answered yet."""
    return await _renewed(deps, workspace, slack_id, await _read(deps, workspace, slack_id))


async def _read(deps: Deps, workspace: str, slack_id: str) -> KnownPerson | None:
    async with deps.database.reading() as session:
        return await people.find(session, workspace, slack_id)


async def _renewed(deps: Deps, workspace: str, slack_id: str, known: KnownPerson | None) -> KnownPerson:
    if known is None or not _fresh(known, deps.clock()):
        return await _ask_again(deps, workspace, slack_id)
    return known


def _not_connected(deps: Deps, known: KnownPerson) -> NotConnected:
    state = known.state
    may_connect = deps.sign_in is not None and state in UNKNOWN
    with speaking(spoken_in(known.locale)):
        text = tr(NOT_CONNECTED[state]) + (f" {tr(OR_CONNECT)}" if may_connect else "")
    return NotConnected(text, may_connect=may_connect, state=state)


def _fresh(known: KnownPerson, now: datetime) -> bool:
    # Somebody who is not matched is asked about each time: that is how the mending is noticed.
    return known.person is not None and known.checked_at is not None and now - known.checked_at < FRESH


async def _ask_again(deps: Deps, workspace: str, slack_id: str) -> KnownPerson:
    """What is known once Slack and Kantata have answered, or when that takes too long; it then goes on."""
    asking = deps.background.spawn(_refresh(deps, workspace, slack_id), name="person")
    await asyncio.wait({asking}, timeout=deps.patience.known)
    found = await _read(deps, workspace, slack_id)
    if found is None:
        raise NotConnected(tr(NOT_NOW))
    return found


async def _refresh(deps: Deps, workspace: str, slack_id: str) -> None:
    try:
        asked = await _ask(deps, workspace, slack_id)
    except (SlackFailed, KantataError) as failed:
        log.warning("person not refreshed", workspace=workspace, person=slack_id, error=type(failed).__name__)
        return
    async with deps.database.transaction() as session:
        await people.save(session, asked)


async def _ask(deps: Deps, workspace: str, slack_id: str) -> KnownPerson:
    slack = await deps.slack.person(workspace, slack_id)
    state, kantata_id = await _match(deps, workspace, slack)
    zone = slack.time_zone or deps.time_zone
    return KnownPerson(
        workspace=workspace,
        slack_user_id=slack_id,
        kantata_user_id=kantata_id,
        email=slack.email,
        name=slack.name,
        time_zone=zone,
        locale=slack.locale or "en-US",
        workday_minutes=await _workday(deps, kantata_id, zone),
        state=state,
        checked_at=deps.clock(),
        is_admin=slack.is_admin,
    )


async def _match(deps: Deps, workspace: str, slack: SlackPerson) -> tuple[PersonState, str | None]:
    if slack.deleted or slack.is_bot:
        return PersonState.DEACTIVATED, None
    if slack.is_stranger:
        return PersonState.STRANGER, None
    if slack.is_guest:
        return PersonState.GUEST, None
    if not deps.has_account:
        return PersonState.UNMATCHED, None
    connection = await connections.find(deps, workspace, slack.id)
    if connection and await connections.is_active(deps, connection.kantata_id):
        return PersonState.MATCHED, connection.kantata_id
    async with deps.database.reading() as session:
        chosen = await matches.kantata_id(session, workspace, slack.id)
    if chosen and await connections.is_active(deps, chosen):
        return PersonState.MATCHED, chosen
    if not slack.email:
        return PersonState.UNMATCHED, None
    state, kantata_id = _only(await _kantata_users(deps, slack.email))
    if kantata_id is None:
        return state, None
    async with deps.database.reading() as session:
        holder = await matches.holder(session, workspace, kantata_id)
    # Whom an administrator has given that Kantata user, and nobody else, is that user.
    return (PersonState.UNMATCHED, None) if holder not in (None, slack.id) else (state, kantata_id)


async def _workday(deps: Deps, kantata_id: str | None, zone: str) -> int:
    if kantata_id is None:
        return USUAL_WEEK.workday
    today = deps.clock().astimezone(zone_of(zone)).date()
    return (await work_calendars.load(deps, kantata_id, today, today)).workday(today)


def _only(users: list[User]) -> tuple[PersonState, str | None]:
    if len(users) == 1:
        return PersonState.MATCHED, users[0].id
    return (PersonState.AMBIGUOUS if users else PersonState.UNMATCHED), None


async def _kantata_users(deps: Deps, email: str) -> list[User]:
    """The active users of that address; each row is checked, for Kantata ignores filters it does not know."""
    found = deps.kantata.users(on_my_account=True, by_email_address=email)
    return [user async for user in found if user.email and user.email.casefold() == email.casefold()]


async def is_chosen(deps: Deps, person: Person) -> bool:
    """Whether an administrator chose which Kantata user the person is."""
    async with deps.database.reading() as session:
        chosen = await matches.kantata_id(session, person.workspace, person.slack_id)
    return chosen == person.kantata_id


async def slack_changed(deps: Deps, workspace: str, slack_id: str) -> None:
    """Slack says that this user changed or joined: ask again before the next use."""
    async with deps.database.transaction() as session:
        await people.mark_stale(session, workspace, slack_id)


async def refresh_from_kantata(deps: Deps) -> None:
    """Ask again, before the next use, about everybody whom Kantata has changed or disabled meanwhile."""
    async with deps.database.reading() as session:
        now = await deps.database.now(session)
        since = await project_copy.read_until(session, PEOPLE) or now - FRESH
    changed = deps.kantata.users(on_my_account=True, show_disabled=True, updated_after=since - OVERLAP)
    ids = [user.id async for user in changed]
    async with deps.database.transaction() as session:
        await people.mark_kantata_stale(session, ids)
        await project_copy.note_read(session, PEOPLE, now)
