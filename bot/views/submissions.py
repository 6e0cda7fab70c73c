"""What people hear of a week they submitted: what waits for whom, what was refused, what was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.dates import Week
from bot.domain.durations import format_duration
from bot.domain.languages import either, later, tr
from bot.domain.time_entries import Project
from bot.domain.timesheets import format_week
from bot.views.messages import Message, escape, joined, plain, section, shortened
from bot.views.time_entries import project_label
from bot.views.timesheets import submit_button

UNDO = "week.undo.v1"
AGAIN = "week.submit_again.v1"

MOST_LINES = 40  # of a message of at most 50 blocks

APPROVED_MEANWHILE = later(
    "It was approved meanwhile. Ask whoever approved it to reject it; then you can change it."
)
REJECTED_MEANWHILE = later("It was rejected meanwhile, so there is nothing to take back.")
NOT_YOURS = later("That timesheet is somebody else's.")
NOT_ALLOWED = later(
    "Kantata did not let me do that in your name. Ask your Kantata administrator for the right."
)


@dataclass(frozen=True)
class Outcome:
    """What became of a project's timesheet: who decides about it, or why it was not taken."""

    project: Project
    minutes: int
    approvers: tuple[str, ...] = ()
    refused: str | None = None


def submitted(write_id: int, week: Week, outcomes: Sequence[Outcome]) -> Message:
    """What became of each project; with Undo for what was taken and another try for what was not."""
    taken = [each for each in outcomes if each.refused is None]
    refused = [each for each in outcomes if each.refused is not None]
    head = (
        tr("Submitted, {week}").format(week=format_week(week))
        if taken
        else tr("Not submitted, {week}").format(week=format_week(week))
    )
    texts = [_outcome(each, _waits(each)) for each in taken]
    failed = [_outcome(each, tr("not submitted. {why}").format(why=each.refused)) for each in refused]
    blocks: list[Block] = [section(f"*{head}*")]
    blocks += _lines([f":hourglass_flowing_sand: {escape(text)}" for text in texts])
    blocks += _lines([f":warning: {escape(text)}" for text in failed])
    buttons = []
    if taken:
        label = tr("Undo: take back {number} of {week}").format(number=len(taken), week=format_week(week))
        buttons.append(_of_write(tr("Undo"), UNDO, write_id, label))
    if refused:
        label = tr("Submit again what was not taken: {number}").format(number=len(refused))
        buttons.append(_of_write(tr("Submit week"), AGAIN, write_id, label))
    blocks.append(ActionsBlock(elements=buttons))
    return Message(text=shortened(escape("\n".join([head, *texts, *failed])), 3900), blocks=tuple(blocks))


def _waits(outcome: Outcome) -> str:
    if not outcome.approvers:
        return tr("waiting for approval")
    return tr("waiting for {names}").format(names=either(outcome.approvers))


def _outcome(outcome: Outcome, said: str) -> str:
    return joined([project_label(outcome.project), format_duration(outcome.minutes), said])


def _lines(texts: Sequence[str]) -> list[Block]:
    lines = [shortened(text, 290) for text in texts[:MOST_LINES]]
    return [section("\n".join(lines[at : at + 10])) for at in range(0, len(lines), 10)]


def _of_write(text: str, action: str, write_id: int, label: str) -> ButtonElement:
    return ButtonElement(
        text=text, action_id=action, value=str(write_id), accessibility_label=shortened(label, 75)
    )


def kept_submission(week: Week) -> Message:
    """That a submission is kept, while Kantata does not answer."""
    return plain(
        tr(
            ":hourglass_flowing_sand: Kept: your week, {week}.\n"
            "Kantata is slow to answer. I am making sure that it is submitted, once, and will tell "
            "you."
        ).format(week=format_week(week))
    )


def kept_withdrawal() -> Message:
    """That a withdrawal is kept, while Kantata does not answer."""
    return plain(
        tr(
            ":hourglass_flowing_sand: Kantata is slow to answer. I am making sure that it is taken "
            "back, and will tell you."
        )
    )


def taken_back(week: Week, outcomes: Sequence[Outcome]) -> Message:
    """What waits no more and what does; the week can be submitted again."""
    back = [_outcome(each, tr("not submitted any more")) for each in outcomes if each.refused is None]
    left = [
        _outcome(each, tr("not taken back. {why}").format(why=each.refused))
        for each in outcomes
        if each.refused is not None
    ]
    head = (
        tr("Taken back, {week}").format(week=format_week(week))
        if back
        else tr("Not taken back, {week}").format(week=format_week(week))
    )
    blocks = [section(f"*{head}*"), *_lines([f":pencil: {escape(text)}" for text in back])]
    blocks += _lines([f":warning: {escape(text)}" for text in left])
    if back:
        blocks.append(ActionsBlock(elements=[submit_button(week)]))
    return Message(text=shortened(escape("\n".join([head, *back, *left])), 3900), blocks=tuple(blocks))
