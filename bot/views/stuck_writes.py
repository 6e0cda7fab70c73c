"""The writes that wait for Kantata, as an administrator sees them: whose, since when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject
from slack_sdk.models.views import View

from bot.domain.languages import later, tr, trn
from bot.domain.writes import WaitingWrite
from bot.views.messages import context, escape, instant, lines, section, shortened

VIEW = "admin.writes"
RETRY = "writes.retry.v1"
DROP = "writes.drop.v1"

MOST_SHOWN = 20  # each takes two blocks of Slack's hundred

_KINDS = {
    "log_entries": later("Log time"),
    "change_entry": later("Change an entry"),
    "delete_entries": later("Delete entries"),
    "submit_timesheet": later("Submit a week"),
    "cancel_timesheet": later("Take a submission back"),
    "decide": later("Decide about timesheets"),
    "decide_time_off": later("Decide about time off"),
    "grant_time_off": later("Write time off"),
    "change_time_off": later("Change time off"),
    "cancel_time_off": later("Take time off back"),
    "disconnect": later("Disconnect an account"),
}
_TROUBLES = {
    "AccountClosed": later("Kantata says that the firm's account is closed"),
    "GatewayFailed": later("a machine before Kantata failed"),
    "NoAnswer": later("Kantata's answer did not come; it is being looked for"),
    "NotAllowed": later("Kantata does not allow it"),
    "NotFoundYet": later("it was sent and is not in Kantata yet; it is being looked for"),
    "RateLimited": later("Kantata asked to wait"),
    "ServerFailed": later("Kantata failed"),
    "SignedOut": later("Kantata does not take the service account's token"),
    "TooSlow": later("Kantata is too slow; it is being looked for"),
    "Unavailable": later("Kantata is not available"),
    "Unreachable": later("Kantata cannot be reached"),
    "Unreadable": later("Kantata's answer could not be read; it is being looked for"),
}


@dataclass(frozen=True)
class Queue:
    """The first writes that wait, how many wait in all, and which of them may be dropped (by number)."""

    shown: Sequence[WaitingWrite]
    waiting: int
    droppable: frozenset[int]


def queue(found: Queue, said: str | None = None) -> View:
    """All that waits, oldest first; ``said`` is what a press has just done."""
    blocks: list[Block] = [section(f":information_source: {said}")] if said else []
    if not found.shown:
        blocks.append(section(tr("Nothing waits for Kantata.")))
    for each in found.shown:
        blocks += [section(_told(each)), _buttons(each, droppable=each.id in found.droppable)]
    if (more := found.waiting - len(found.shown)) > 0:
        blocks.append(context(tr("… and {number} more.").format(number=more)))
    return View(
        type="modal", callback_id=VIEW, title=tr("Writes to Kantata"), close=tr("Back"), blocks=blocks
    )


def _told(write: WaitingWrite) -> str:
    tried = (
        trn("tried {number} time", "tried {number} times", write.attempts).format(number=write.attempts)
        if write.attempts
        else None
    )
    again = tr("again {when}").format(when=instant(write.not_before)) if write.not_before else None
    facts = [tr("since {when}").format(when=instant(write.created_at)), tried, again]
    return lines(
        tr("*{what}* · {person} · number {number}").format(
            what=named(write.kind), person=f"<@{write.slack_id}>", number=write.id
        ),
        " · ".join(fact for fact in facts if fact),
        tr("Why: {why}.").format(why=why(write)),
    )


def why(write: WaitingWrite) -> str:
    """Why it waits, in words."""
    if write.trouble is None:
        return tr("it has not failed; it is under way, or behind another one on the same object")
    known = _TROUBLES.get(write.trouble)
    return tr(known) if known else escape(write.trouble)


def named(kind: str) -> str:
    """What the write does, in words."""
    known = _KINDS.get(kind)
    return tr(known) if known else escape(kind.replace("_", " "))


def _buttons(write: WaitingWrite, *, droppable: bool) -> ActionsBlock:
    spoken = tr("{what}, number {number}").format(what=named(write.kind), number=write.id)
    retry = ButtonElement(
        text=tr("Retry"),
        action_id=RETRY,
        value=str(write.id),
        accessibility_label=shortened(tr("Retry {what}").format(what=spoken), 75),
    )
    drop = ButtonElement(
        text=tr("Drop"),
        action_id=DROP,
        value=str(write.id),
        style="danger",
        accessibility_label=shortened(tr("Drop {what}").format(what=spoken), 75),
        confirm=ConfirmObject(
            title=tr("Drop it?"),
            text=tr("It is not tried any more, and the person who asked for it is told."),
            confirm=tr("Drop"),
            deny=tr("Keep"),
            style="danger",
        ),
    )
    return ActionsBlock(elements=[retry, drop] if droppable else [retry])


DROPPED = later(
    "An administrator dropped this before Kantata had taken it, so nothing was written. Ask "
    "for it again if it is still wanted."
)
DROPPED_UNCERTAIN = later(
    "An administrator dropped this while it was not certain whether Kantata had taken it. "
    "Look there before you ask for it again."
)
GONE = later("That one waits no more.")
HELD = later("That one is being worked on just now; look again in half a minute.")


def retried(write: WaitingWrite) -> str:
    """That it is tried at once."""
    return tr("{what}, number {number}, is tried again now.").format(what=named(write.kind), number=write.id)


def dropped(write: WaitingWrite) -> str:
    """That it ended."""
    return tr("{what}, number {number}, was dropped; {person} is told.").format(
        what=named(write.kind), number=write.id, person=f"<@{write.slack_id}>"
    )
