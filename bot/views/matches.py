"""Who is not matched, or matched twice, as an administrator sees it, and the form that mends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ExternalDataSelectElement,
    InputBlock,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.languages import and_more, later, tr
from bot.domain.problems import Field, Problem, Problems
from bot.views.messages import context, escape, instant, section, shortened
from bot.views.policy_forms import PICK_MEMBER

VIEW = "admin.people"
FORM = "admin.match.v1"
CHOOSE = "match.choose.v1"
INVITE = "match.invite.v1"
END = "match.end.v1"
VALUE = "value"
NEW = "new"

MOST_SHOWN = 15  # of each kind: two blocks each of Slack's hundred
_NAMES_SHOWN = 30

INVITATION = later(
    "An administrator asks you to sign in to Kantata: your Slack e-mail address does not "
    "tell me who you are there. After that you can log time here, in your own name."
)


@dataclass(frozen=True)
class Unmatched:
    """A Slack user whom Kantata does not know; ``several``: more than one Kantata user has the address."""

    slack_id: str
    name: str
    several: bool


@dataclass(frozen=True)
class Chosen:
    """A match that an administrator (``by``, a Slack id) made; ``kantata_name`` is None for nobody active."""

    slack_id: str
    kantata_name: str | None
    by: str
    at: datetime


@dataclass(frozen=True)
class PeopleFound:
    """Everybody whose match needs a look. ``shared``: Slack users by the name of the one Kantata user they
    share; ``not_in_slack``: the names of members nobody in Slack was found for."""

    unmatched: Sequence[Unmatched]
    shared: Mapping[str, Sequence[str]]
    chosen: Sequence[Chosen]
    not_in_slack: Sequence[str]
    may_invite: bool


def people(found: PeopleFound, said: str | None = None) -> View:
    """Who is to be mended, and how; ``said`` is what a press has just done."""
    blocks: list[Block] = [section(f":information_source: {said}")] if said else []
    blocks += _unmatched(found)
    blocks += _shared(found.shared)
    blocks += _chosen(found.chosen)
    if found.not_in_slack:
        names = shortened(", ".join(escape(each) for each in found.not_in_slack[:_NAMES_SHOWN]), 2000)
        more = len(found.not_in_slack) - _NAMES_SHOWN
        blocks.append(section(tr("*In Kantata, with an e-mail address that nobody in Slack has*")))
        blocks.append(context(and_more(names, more)))
    blocks.append(
        ActionsBlock(elements=[_button(tr("Choose for somebody…"), CHOOSE, NEW, tr("Choose a match"))])
    )
    return View(type="modal", callback_id=VIEW, title=tr("People"), close=tr("Back"), blocks=blocks)


def _unmatched(found: PeopleFound) -> list[Block]:
    if not found.unmatched:
        return [section(tr("Everybody I know of in Slack is known in Kantata."))]
    blocks: list[Block] = [section(tr("*Nobody in Kantata*"))]
    for each in found.unmatched[:MOST_SHOWN]:
        why = (
            tr("several active Kantata users have this e-mail address")
            if each.several
            else tr("no active Kantata user has this e-mail address")
        )
        buttons = [
            _button(tr("Choose…"), CHOOSE, each.slack_id, tr("Choose who {name} is").format(name=each.name))
        ]
        if found.may_invite:
            buttons.append(
                _button(
                    tr("Ask to connect"),
                    INVITE,
                    each.slack_id,
                    tr("Ask {name} to connect").format(name=each.name),
                )
            )
        blocks += [section(f"<@{each.slack_id}>: {why}."), ActionsBlock(elements=buttons)]
    return [*blocks, *_rest(len(found.unmatched))]


def _shared(shared: Mapping[str, Sequence[str]]) -> list[Block]:
    if not shared:
        return []
    blocks: list[Block] = [section(tr("*One Kantata user for several in Slack*"))]
    for name, slack_ids in list(shared.items())[:MOST_SHOWN]:
        named = ", ".join(f"<@{each}>" for each in slack_ids)
        block = section(
            tr("*{name}*: {people}. Choose whose it is; the others then are nobody's.").format(
                name=escape(name), people=named
            )
        )
        block.accessory = _button(
            tr("Choose…"), CHOOSE, slack_ids[0], tr("Choose whose {name} is").format(name=name)
        )
        blocks.append(block)
    return [*blocks, *_rest(len(shared))]


def _chosen(chosen: Sequence[Chosen]) -> list[Block]:
    if not chosen:
        return []
    blocks: list[Block] = [section(tr("*Chosen by an administrator*"))]
    for each in chosen[:MOST_SHOWN]:
        name = escape(each.kantata_name) if each.kantata_name else tr("nobody active in Kantata any more")
        block = section(
            tr("{person} is *{name}*: {administrator}, {when}").format(
                person=f"<@{each.slack_id}>",
                name=name,
                administrator=f"<@{each.by}>",
                when=instant(each.at),
            )
        )
        block.accessory = _button(
            tr("End"),
            END,
            each.slack_id,
            tr("End the match with {name}").format(name=each.kantata_name),
        )
        blocks.append(block)
    return [*blocks, *_rest(len(chosen))]


def _rest(number: int) -> list[Block]:
    return (
        [context(tr("… and {number} more.").format(number=number - MOST_SHOWN))]
        if number > MOST_SHOWN
        else []
    )


def _button(label: str, action_id: str, value: str, spoken: str) -> ButtonElement:
    return ButtonElement(
        text=label, action_id=action_id, value=value, accessibility_label=shortened(spoken, 75)
    )


def form(slack_id: str | None) -> View:
    """Which Kantata user a Slack user is."""
    who = UserSelectElement(action_id=VALUE, initial_user=slack_id, placeholder=tr("Somebody in Slack"))
    person = ExternalDataSelectElement(
        action_id=PICK_MEMBER, placeholder=tr("A name in Kantata"), min_query_length=0
    )
    return View(
        type="modal",
        callback_id=FORM,
        title=tr("Who is it?"),
        submit=tr("Save"),
        close=tr("Cancel"),
        blocks=[
            InputBlock(block_id=Field.SLACK_USER.value, label=tr("In Slack"), element=who),
            InputBlock(
                block_id=Field.PERSON.value,
                label=tr("In Kantata"),
                element=person,
                hint=tr("Whatever they log from now on is theirs. It is kept until you end it, and audited."),
            ),
        ],
    )


def picked(value: str) -> str | None:
    """The Slack user a button's value is about; None for a new choice."""
    return None if value == NEW else value


def read(view: Mapping[str, Any]) -> tuple[str, str]:
    """The Slack id and the Kantata id that were chosen; raises Problems where one is missing."""
    values = view["state"]["values"]
    slack_id = values.get(Field.SLACK_USER.value, {}).get(VALUE, {}).get("selected_user")
    option = values.get(Field.PERSON.value, {}).get(PICK_MEMBER, {}).get("selected_option")
    problems = []
    if not slack_id:
        problems.append(Problem(tr("Choose somebody in Slack."), Field.SLACK_USER))
    if not option:
        problems.append(Problem(tr("Choose who that is in Kantata."), Field.PERSON))
    if problems:
        raise Problems(problems)
    return str(slack_id), str(option["value"])
