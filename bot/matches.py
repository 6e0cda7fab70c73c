"""Mending who is who: an administrator chooses the Kantata user of a Slack user, or asks to connect."""

import json
from collections import defaultdict

from bot import people, sign_in
from bot.administration import SERVED, Administrator
from bot.deps import Deps
from bot.domain.audit import AuditLine
from bot.domain.languages import speaking, tr
from bot.domain.problems import Field, Problem
from bot.languages import spoken_in
from bot.slack import SlackFailed
from bot.views import matches as views
from bot.views.matches import Chosen, PeopleFound, Unmatched
from storage import audit, connections, matches, members
from storage import people as known_people
from storage.database import Session
from storage.matches import Match
from storage.tables import PersonState

CHOOSE, END, INVITE = "match.choose", "match.end", "match.invite"  # the audit's words


async def found(deps: Deps, administrator: Administrator) -> PeopleFound:
    """Everybody in the workspace whose match needs a look, from what the bot knows itself."""
    workspace = administrator.workspace
    async with deps.database.reading() as session:
        unmatched = await known_people.unmatched(session, workspace)
        sharing = await known_people.sharing(session, workspace)
        chosen = await matches.every(session, workspace)
        ids = [each.kantata_id for each in chosen]
        ids += [each.kantata_user_id for each in sharing if each.kantata_user_id]
        named = await members.find(session, ids)
        missing = await members.missing_in_slack(session)
        held = [await matches.holder(session, workspace, each.id) for each in missing]
    shared = defaultdict(list)
    for each in sharing:
        kantata_id = each.kantata_user_id or ""
        shared[named[kantata_id].name if kantata_id in named else kantata_id].append(each.slack_user_id)
    return PeopleFound(
        unmatched=[
            Unmatched(each.slack_user_id, each.name, each.state is PersonState.AMBIGUOUS)
            for each in unmatched
        ],
        shared=shared,
        chosen=[
            Chosen(
                each.slack_id,
                named[each.kantata_id].name if each.kantata_id in named else None,
                each.by,
                each.at,
            )
            for each in chosen
        ],
        not_in_slack=[each.name for each, holder in zip(missing, held, strict=True) if holder is None],
        may_invite=deps.sign_in is not None,
    )


async def choose(deps: Deps, administrator: Administrator, slack_id: str, kantata_id: str) -> None:
    """Let the Slack user be that Kantata user from now on; raises Problem at the field to mend."""
    workspace = administrator.workspace
    known = await people.look_up(deps, workspace, slack_id)
    if known.state not in SERVED:
        text = tr("Guests, apps, people who left and people of other organisations are not served.")
        raise Problem(text, Field.SLACK_USER)
    async with deps.database.transaction() as session:
        member = (await members.find(session, [kantata_id])).get(kantata_id)
        if member is None:
            raise Problem(tr("Nobody active in Kantata any more."), Field.PERSON)
        signed_in = await connections.find(session, workspace, slack_id)
        if signed_in is not None and signed_in.kantata_id != kantata_id:
            text = tr(
                "They have signed in to Kantata as somebody else; they can end that: /kantata disconnect."
            )
            raise Problem(text, Field.SLACK_USER)
        owner = await connections.owner(session, workspace, kantata_id)
        now = await deps.database.now(session)
        match = Match(slack_id, kantata_id, administrator.slack_id, now)
        if owner not in (None, slack_id) or not await matches.choose(session, workspace, match):
            raise Problem(tr("Somebody else is that Kantata user; end that match first."), Field.PERSON)
        await known_people.mark_kantata_stale(session, [kantata_id])
        await known_people.set_match(session, workspace, slack_id, kantata_id)
        await _audit(session, administrator, CHOOSE, match, member.name)


async def end(deps: Deps, administrator: Administrator, slack_id: str) -> str:
    """End what was chosen for the Slack user, who is matched by e-mail again; what to say of that."""
    workspace = administrator.workspace
    async with deps.database.transaction() as session:
        kantata_id = await matches.end(session, workspace, slack_id)
        if kantata_id is None:
            return tr("That match was ended before.")
        await known_people.unmatch(session, workspace, slack_id)
        await known_people.mark_kantata_stale(session, [kantata_id])
        now = await deps.database.now(session)
        match = Match(slack_id, kantata_id, administrator.slack_id, now)
        named = await members.find(session, [kantata_id])
        name = named[kantata_id].name if kantata_id in named else kantata_id
        await _audit(session, administrator, END, match, name)
    return tr("The match of {person} was ended; the e-mail address decides again.").format(
        person=f"<@{slack_id}>"
    )


async def invite(deps: Deps, administrator: Administrator, slack_id: str) -> str:
    """Ask the Slack user, by direct message, to sign in to Kantata; what to say of that."""
    workspace = administrator.workspace
    known = await people.look_up(deps, workspace, slack_id)
    if known.state not in SERVED or deps.sign_in is None:
        return tr("They cannot sign in.")
    with speaking(spoken_in(known.locale)):
        message = await sign_in.offer(deps, workspace, slack_id, tr(views.INVITATION))
    now = deps.clock()
    try:
        await deps.slack.post(workspace, slack_id, message, key=f"invite:{slack_id}:{now.isoformat()}")
    except SlackFailed:
        return tr("Slack did not take the message; please try again in a minute.")
    async with deps.database.transaction() as session:
        line = AuditLine(now, administrator.slack_id, INVITE, json.dumps({"of": slack_id}))
        await audit.add(session, workspace, line)
    return tr("{person} was asked to sign in to Kantata.").format(person=f"<@{slack_id}>")


async def _audit(session: Session, administrator: Administrator, what: str, match: Match, name: str) -> None:
    detail = {"of": match.slack_id, "kantata": match.kantata_id, "name": name}
    line = AuditLine(match.at, administrator.slack_id, what, json.dumps(detail, ensure_ascii=False))
    await audit.add(session, administrator.workspace, line)
