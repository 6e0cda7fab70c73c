"""Everybody in Slack, read in bulk, and who each one is in Kantata: for what the bot says by itself.

Twice a day, ``PAGE`` people a request of Slack's and none of Kantata's: the firm's members are known already.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.approval_polls import ALL_MEMBERS
from bot.deps import Deps
from bot.domain.approvals import Member
from bot.reminder_plans import ROSTER
from bot.slack import SlackFailed, SlackPerson
from storage import connections, matches, members, people, project_copy
from storage.people import KnownPerson
from storage.tables import PersonState

AGAIN = timedelta(hours=12)  # sooner than what is known of people is too old to count
LEASE = timedelta(minutes=10)
LONGEST_PAUSE = 90.0  # seconds

log = structlog.get_logger()


async def refresh(deps: Deps) -> None:
    """Read everybody, unless that was done or the firm's members are not known yet. Raises SlackFailed."""
    async with deps.database.transaction() as session:
        now = await deps.database.now(session)
        last = await project_copy.read_until(session, ROSTER)
        if last is not None and now - last < AGAIN:
            return
        if await project_copy.read_until(session, ALL_MEMBERS) is None:
            return
        turn = await project_copy.lease(session, ROSTER, now, LEASE)
    if turn is None:
        return
    number = await _read(deps, deps.workspace)
    async with deps.database.transaction() as session:
        await project_copy.extend(session, turn, now)
        await project_copy.note_read(session, ROSTER, now)
    log.info("everybody in Slack was read", people=number)


@dataclass(frozen=True)
class Proved:
    """Who somebody is whatever the e-mail address: by Slack id the Kantata id that was signed in with or
    chosen by an administrator; ``given``: by Kantata id for whom it was chosen."""

    kantata_ids: Mapping[str, str]
    given: Mapping[str, str]

    def left_for(self, slack: SlackPerson, members: Sequence[Member]) -> list[Member]:
        """Those of these members who were not chosen for somebody else."""
        return [each for each in members if self.given.get(each.id, slack.id) == slack.id]


async def _read(deps: Deps, workspace: str) -> int:
    async with deps.database.reading() as session:
        chosen = {each.slack_id: each.kantata_id for each in await matches.every(session, workspace)}
        signed_in = {each.slack_id: each.kantata_id for each in await connections.every(session)}
    proved = Proved(chosen | signed_in, {kantata_id: slack_id for slack_id, kantata_id in chosen.items()})
    number, cursor, more = 0, "", True
    while more:
        there, cursor = await _page(deps, workspace, cursor)
        await _save(deps, workspace, there, proved)
        number += len(there)
        more = bool(cursor)
    return number


async def _page(deps: Deps, workspace: str, cursor: str) -> tuple[list[SlackPerson], str]:
    """The next people; where Slack asks for a pause it gets one."""
    while True:
        try:
            return await deps.slack.everybody(workspace, cursor)
        except SlackFailed as failed:
            if failed.pause is None or failed.pause > LONGEST_PAUSE:
                raise
            await asyncio.sleep(failed.pause)


async def _save(deps: Deps, workspace: str, there: Sequence[SlackPerson], proved: Proved) -> None:
    async with deps.database.transaction() as session:
        by_email = await members.by_email(session, [each.email for each in there if each.email])
        ids = {each.id: proved.kantata_ids[each.id] for each in there if each.id in proved.kantata_ids}
        own = await members.find(session, ids.values())
        known = [
            _known(
                deps,
                workspace,
                each,
                own.get(ids.get(each.id, "")),
                proved.left_for(each, by_email.get((each.email or "").casefold(), ())),
            )
            for each in there
        ]
        await people.save_all(session, known)


def _known(
    deps: Deps,
    workspace: str,
    slack: SlackPerson,
    own: Member | None,
    by_email: Sequence[Member],
) -> KnownPerson:
    found = [own] if own else by_email
    state = _state(slack, len(found))
    member = found[0] if state is PersonState.MATCHED else None
    return KnownPerson(
        workspace=workspace,
        slack_user_id=slack.id,
        kantata_user_id=member.id if member else None,
        email=slack.email,
        name=slack.name,
        time_zone=slack.time_zone or deps.time_zone,
        locale=slack.locale or "en-US",
        workday_minutes=max(member.week) if member and any(member.week) else 480,
        state=state,
        checked_at=deps.clock(),
        is_admin=slack.is_admin,
    )


def _state(slack: SlackPerson, number: int) -> PersonState:
    if slack.deleted or slack.is_bot:
        return PersonState.DEACTIVATED
    if slack.is_stranger:
        return PersonState.STRANGER
    if slack.is_guest:
        return PersonState.GUEST
    if number == 1:
        return PersonState.MATCHED
    return PersonState.AMBIGUOUS if number else PersonState.UNMATCHED
