"""The writes that wait for Kantata, as an administrator sees them: whose, since when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject
from slack_sdk.models.views import View

from bot.domain.writes import WaitingWrite
from bot.views.messages import context, escape, instant, lines, section, shortened

VIEW = "admin.writes"
RETRY = "writes.retry.v1"
DROP = "writes.drop.v1"

MOST_SHOWN = 20  # each takes two blocks of Slack's hundred

_KINDS = {
    "log_entries": "Log time",
    "change_entry": "Change an entry",
    "delete_entries": "Delete entries",
    "submit_timesheet": "Submit a week",
    "cancel_timesheet": "Take a submission back",
    "decide": "Decide about timesheets",
    "decide_time_off": "Decide about time off",
    "grant_time_off": "Write time off",
    "change_time_off": "Change time off",
    "cancel_time_off": "Take time off back",
    "disconnect": "Disconnect an account",
}
_TROUBLES = {
    "AccountClosed": "Kantata says that the firm's account is closed",
    "GatewayFailed": "a machine before Kantata failed",
    "NoAnswer": "Kantata's answer did not come; it is being looked for",
    "NotAllowed": "Kantata does not allow it",
    "NotFoundYet": "it was sent and is not in Kantata yet; it is being looked for",
    "RateLimited": "Kantata asked to wait",
    "ServerFailed": "Kantata failed",
    "SignedOut": "Kantata does not take the service account's token",
    "TooSlow": "Kantata is too slow; it is being looked for",
    "Unavailable": "Kantata is not available",
    "Unreachable": "Kantata cannot be reached",
    "Unreadable": "Kantata's answer could not be read; it is being looked for",
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
        blocks.append(section("Nothing waits for Kantata."))
    for each in found.shown:
        blocks += [section(_told(each)), _buttons(each, droppable=each.id in found.droppable)]
    if (more := found.waiting - len(found.shown)) > 0:
        blocks.append(context(f"… and {more} more."))
    return View(type="modal", callback_id=VIEW, title="Writes to Kantata", close="Back", blocks=blocks)


def _told(write: WaitingWrite) -> str:
    tried = f"tried {write.attempts} time{'' if write.attempts == 1 else 's'}" if write.attempts else None
    again = f"again {instant(write.not_before)}" if write.not_before else None
    facts = [f"since {instant(write.created_at)}", tried, again]
    return lines(
        f"*{named(write.kind)}* · <@{write.slack_id}> · number {write.id}",
        " · ".join(fact for fact in facts if fact),
        f"Why: {why(write)}.",
    )


def why(write: WaitingWrite) -> str:
    """Why it waits, in words."""
    if write.trouble is None:
        return "it has not failed; it is under way, or behind another one on the same object"
    return _TROUBLES.get(write.trouble, escape(write.trouble))


def named(kind: str) -> str:
    """What the write does, in words."""
    return _KINDS.get(kind, escape(kind.replace("_", " ")))


def _buttons(write: WaitingWrite, *, droppable: bool) -> ActionsBlock:
    spoken = f"{named(write.kind)}, number {write.id}"
    retry = ButtonElement(
        text="Retry",
        action_id=RETRY,
        value=str(write.id),
        accessibility_label=shortened(f"Retry {spoken}", 75),
    )
    drop = ButtonElement(
        text="Drop",
        action_id=DROP,
        value=str(write.id),
        style="danger",
        accessibility_label=shortened(f"Drop {spoken}", 75),
        confirm=ConfirmObject(
            title="Drop it?",
            text="It is not tried any more, and the person who asked for it is told.",
            confirm="Drop",
            deny="Keep",
            style="danger",
        ),
    )
    return ActionsBlock(elements=[retry, drop] if droppable else [retry])


DROPPED = (
    "An administrator dropped this before Kantata had taken it, so nothing was written. "
    "Ask for it again if it is still wanted."
)
DROPPED_UNCERTAIN = (
    "An administrator dropped this while it was not certain whether Kantata had taken it. "
    "Look there before you ask for it again."
)
GONE = "That one waits no more."
HELD = "That one is being worked on just now; look again in half a minute."


def retried(write: WaitingWrite) -> str:
    """That it is tried at once."""
    return f"{named(write.kind)}, number {write.id}, is tried again now."


def dropped(write: WaitingWrite) -> str:
    """That it ended."""
    return f"{named(write.kind)}, number {write.id}, was dropped; <@{write.slack_id}> is told."
