"""Administration: who may do it, and the firm's settings."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from bot import people
from bot.deps import Deps
from bot.domain.approvals import Member
from bot.domain.languages import tr
from bot.domain.policies import FirmPolicy
from bot.domain.problems import Field, Problem, Problems
from bot.domain.words import begins, fold, searched_words, split_words
from bot.domain.zones import zone_of
from bot.people import NotConnected
from bot.views.administration import NOT_ADMINISTRATOR, Overview
from bot.views.policy_forms import PolicyForm
from storage import members, policies, stuck_writes
from storage import people as known_people
from storage.people import KnownPerson
from storage.tables import PersonState

SERVED = (PersonState.MATCHED, PersonState.UNMATCHED, PersonState.AMBIGUOUS)


@dataclass(frozen=True)
class Administrator:
    """Somebody who may administer: an admin or owner of the workspace, or on the firm's list. Kantata need
    not know them."""

    workspace: str
    slack_id: str
    time_zone: str

    def today(self, now: datetime) -> date:
        """The administrator's own civil date at the aware instant ``now``."""
        return now.astimezone(zone_of(self.time_zone)).date()


async def find(deps: Deps, workspace: str, slack_id: str) -> Administrator:
    """The administrator of that Slack id; what Slack says of roles is a day old at most.

    Raises Problem for everybody else, and NotConnected while Slack does not tell.
    """
    known = await people.look_up(deps, workspace, slack_id)
    async with deps.database.reading() as session:
        policy = await policies.firm(session, workspace)
    if known.state not in SERVED or not (known.is_admin or slack_id in policy.administrators):
        raise Problem(tr(NOT_ADMINISTRATOR))
    return Administrator(workspace, slack_id, known.time_zone)


async def is_administrator(deps: Deps, workspace: str, slack_id: str) -> bool:
    """Whether that is an administrator; no while Slack does not tell."""
    try:
        await find(deps, workspace, slack_id)
    except Problem:
        return False
    return True


async def overview(deps: Deps, administrator: Administrator) -> Overview:
    """The first view, from what the bot knows itself."""
    workspace = administrator.workspace
    async with deps.database.reading() as session:
        policy = await policies.firm(session, workspace)
        return Overview(
            policy,
            administrator.today(deps.clock()),
            writes=await stuck_writes.numbers(session, workspace),
            unmatched=len(await known_people.unmatched(session, workspace)),
            shared=len(await known_people.sharing(session, workspace)),
        )


async def policy_form(deps: Deps, administrator: Administrator) -> PolicyForm:
    """The firm's settings as they are."""
    async with deps.database.reading() as session:
        policy = await policies.firm(session, administrator.workspace)
        named = await members.find(session, policy.time_off_fallbacks)
    return PolicyForm(policy, {each.id: each.name for each in named.values()})


async def change_policy(
    deps: Deps, administrator: Administrator, change: Callable[[FirmPolicy], FirmPolicy]
) -> None:
    """Keep the firm's settings as ``change`` makes them of those there are, and who changed what.

    Raises what ``change`` raises, and Problems for people who cannot do what they are named for.
    """
    workspace = administrator.workspace
    async with deps.database.reading() as session:
        before = await policies.firm(session, workspace)
    after = change(before)
    problems = [
        *await _unfit_fallbacks(deps, after.time_off_fallbacks),
        *await _unfit_administrators(deps, workspace, set(after.administrators) - set(before.administrators)),
    ]
    if problems:
        raise Problems(problems)
    async with deps.database.transaction() as session:
        # Anew of what counts now: somebody else may have changed the other settings meanwhile.
        wanted = change(await policies.firm(session, workspace))
        now = await deps.database.now(session)
        await policies.save_firm(session, workspace, wanted, administrator.slack_id, now)


async def _unfit_fallbacks(deps: Deps, kantata_ids: Collection[str]) -> list[Problem]:
    async with deps.database.reading() as session:
        active = await members.find(session, kantata_ids)
    if set(kantata_ids) <= active.keys():
        return []
    return [
        Problem(tr("Somebody you chose is not active in Kantata any more. Take them out."), Field.FALLBACKS)
    ]


async def _unfit_administrators(deps: Deps, workspace: str, slack_ids: Collection[str]) -> list[Problem]:
    try:
        asked = [people.look_up(deps, workspace, each) for each in sorted(slack_ids)]
        found: list[KnownPerson] = await asyncio.gather(*asked)
    except NotConnected:
        text = tr("Slack does not tell me at the moment who they are. Try again in a minute.")
        return [Problem(text, Field.ADMINISTRATORS)]
    unfit = [each.name for each in found if each.state not in SERVED]
    if not unfit:
        return []
    text = tr("{names}: guests, apps and people of other organisations cannot administer.").format(
        names=", ".join(unfit)
    )
    return [Problem(text, Field.ADMINISTRATORS)]


async def member_offers(deps: Deps, text: str) -> dict[str, str]:
    """The names of active members, by Kantata id, that every word of ``text`` begins a word of; by name."""
    async with deps.database.reading() as session:
        everybody = await members.everybody(session)
    typed = split_words(text)
    fitting = [each for each in everybody.values() if _fits(each, typed)]
    return {each.id: each.name for each in sorted(fitting, key=lambda each: (fold(each.name), each.id))}


def _fits(member: Member, typed: Collection[str]) -> bool:
    words = searched_words(member.name)
    return all(any(begins(word, each) for word in words) for each in typed)
