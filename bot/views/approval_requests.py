"""The request for a decision, what takes its place when that is made, and what the submitter hears."""

from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.approvals import Decision, RequestState, Sheet, changes, standouts
from bot.domain.dates import Week, format_day, week_of
from bot.domain.durations import format_duration
from bot.domain.problems import Problem
from bot.views.approvals import (
    MARKS,
    RequestRef,
    decision_button,
    encode_ref,
    headline,
    spelled,
    split,
    verdict_line,
    week_of_sheet,
    when,
)
from bot.views.messages import OUTDATED, Message, context, escape, joined, plain, section, shortened
from bot.views.time_entries import project_label

APPROVE = "approval.approve.v1"
REJECT = "approval.reject.v1"
FIX = "approval.fix.v1"
OPEN = "approval.open.v1"
_LINES_SHOWN = 15
_NOTES_SHOWN = 120


@dataclass(frozen=True)
class Again:
    """That the same week was rejected before: what it held, and the decision."""

    sheet: Sheet
    decision: Decision


def request(request_ref: RequestRef, sheet: Sheet, url: str, again: Again | None = None) -> Message:
    """What an approver is asked, with everything needed to answer; ``again``: what was rejected before."""
    ref = encode_ref(request_ref)
    buttons = [
        decision_button("Approve", APPROVE, ref, sheet, style="primary"),
        decision_button("Reject…", REJECT, ref, sheet),
        _open_button(url, sheet),
    ]
    blocks: list[Block] = [section(f":memo: {headline(sheet)}"), section(_hours(sheet))]
    if notes := _notes(sheet):
        blocks.append(section(notes))
    if sheet.comment:
        blocks.append(section(f"*{escape(sheet.person)} says:*\n{_quoted(sheet.comment)}"))
    if seen := standouts(sheet):
        blocks.append(context(f":eyes: *Stands out:* {escape('; '.join(seen))}"))
    if again:
        blocks.append(section(_since(again, sheet)))
    blocks.append(ActionsBlock(elements=buttons))
    text = f"Please decide: {spelled(sheet)}"
    if seen:
        text += f". Stands out: {'; '.join(seen)}"
    return Message(shortened(escape(text), 3900), tuple(blocks))


def _since(again: Again, sheet: Sheet) -> str:
    found = [escape(each) for each in changes(again.sheet, sheet)]
    shown = found[:_LINES_SHOWN] or ["nothing"]
    if len(found) > _LINES_SHOWN:
        shown.append(f"… and {len(found) - _LINES_SHOWN} more.")
    head = f":arrows_counterclockwise: *Submitted again.* {escape(verdict_line(again.decision))}"
    return "\n".join([head, "*Changed since:*", *(f"• {each}" for each in shown)])


def decided(sheet: Sheet, decision: Decision) -> Message:
    """What became of it, in the place of the request and without buttons."""
    said = verdict_line(decision)
    text = f"{said} {spelled(sheet)}"
    mark = MARKS[decision.state]
    return Message(
        shortened(escape(text), 3900),
        (section(f"{mark} {escape(said)}{when(decision)}"), context(escape(spelled(sheet)))),
    )


def withdrawn(sheet: Sheet) -> Message:
    """That somebody else decides now."""
    text = f"You are no longer asked about this one; somebody else decides. {spelled(sheet)}"
    return plain(escape(text))


def told(sheet: Sheet, decision: Decision, url: str) -> Message:
    """What the submitter hears: who decided, why, and the entries."""
    said = f"Your timesheet: {verdict_line(decision)} {joined(_what(sheet))}"
    mark = MARKS[decision.state]
    blocks: list[Block] = [
        section(f"{mark} *Your timesheet:* {escape(verdict_line(decision))}{when(decision)}"),
        context(escape(joined(_what(sheet)))),
    ]
    if decision.state is RequestState.REJECTED:
        if sheet.lines:
            blocks.insert(1, section(_entries(sheet)))
        blocks.append(
            context("*Fix and resubmit* shows that week: edit what is wrong there, then submit it again.")
        )
        blocks.append(ActionsBlock(elements=[_fix_button(sheet), _open_button(url, sheet)]))
    return Message(shortened(escape(said), 3900), tuple(blocks))


def _what(sheet: Sheet) -> list[str]:
    return [project_label(sheet.project), week_of_sheet(sheet), format_duration(sheet.minutes)]


def _hours(sheet: Sheet) -> str:
    days = [f"{format_day(day)}: {format_duration(minutes)}" for day, minutes in sheet.by_day().items()]
    return "\n".join([*days, split(sheet)])


def _notes(sheet: Sheet) -> str:
    noted = [line for line in sheet.lines if line.notes.strip()]
    shown = [
        f"• {format_day(line.day)}, {format_duration(line.minutes)}: "
        f"{escape(shortened(' '.join(line.notes.split()), _NOTES_SHOWN))}"
        for line in noted[:_LINES_SHOWN]
    ]
    if len(noted) > _LINES_SHOWN:
        shown.append(f"… and {len(noted) - _LINES_SHOWN} more notes.")
    return "\n".join(shown)


def _entries(sheet: Sheet) -> str:
    shown = [
        "• "
        + joined(
            [
                format_day(line.day),
                format_duration(line.minutes),
                "billable" if line.billable else "not billable",
                escape(shortened(" ".join(line.notes.split()), _NOTES_SHOWN)) or "no notes",
            ]
        )
        for line in sheet.lines[:_LINES_SHOWN]
    ]
    if len(sheet.lines) > _LINES_SHOWN:
        shown.append(f"… and {len(sheet.lines) - _LINES_SHOWN} more entries.")
    return "\n".join(shown)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in escape(shortened(text, 500)).splitlines())


def _fix_button(sheet: Sheet) -> ButtonElement:
    spoken = shortened(f"Fix and resubmit {joined(_what(sheet))}", 75)
    return ButtonElement(
        text="Fix and resubmit",
        action_id=FIX,
        value=sheet.week_start.isoformat(),
        style="primary",
        accessibility_label=spoken,
    )


def read_week(value: str) -> Week:
    """The week of a button's value; raises Problem for anything we never made."""
    try:
        return week_of(date.fromisoformat(value))
    except (ValueError, OverflowError):
        raise Problem(OUTDATED) from None


def _open_button(url: str, sheet: Sheet) -> ButtonElement:
    spoken = shortened(f"Open {spelled(sheet)} in Kantata", 75)
    return ButtonElement(text="Open in Kantata", action_id=OPEN, url=url, accessibility_label=spoken)
