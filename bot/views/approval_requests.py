"""The request for a decision, what takes its place when that is made, and what the submitter hears."""

from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.approvals import Decision, RequestState, Sheet, changes, standouts
from bot.domain.dates import Week, format_day, week_of
from bot.domain.durations import format_duration
from bot.domain.languages import tr
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
        decision_button(tr("Approve"), APPROVE, ref, sheet, style="primary"),
        decision_button(tr("Reject…"), REJECT, ref, sheet),
        _open_button(url, sheet),
    ]
    blocks: list[Block] = [section(f":memo: {headline(sheet)}"), section(_hours(sheet))]
    if notes := _notes(sheet):
        blocks.append(section(notes))
    if sheet.comment:
        said = tr("*{person} says:*").format(person=escape(sheet.person))
        blocks.append(section(f"{said}\n{_quoted(sheet.comment)}"))
    if seen := standouts(sheet):
        blocks.append(context(tr(":eyes: *Stands out:* {names}").format(names=escape("; ".join(seen)))))
    if again:
        blocks.append(section(_since(again, sheet)))
    blocks.append(ActionsBlock(elements=buttons))
    text = tr("Please decide: {entry}").format(entry=spelled(sheet))
    if seen:
        text += ". " + tr("Stands out: {names}").format(names="; ".join(seen))
    return Message(shortened(escape(text), 3900), tuple(blocks))


def _since(again: Again, sheet: Sheet) -> str:
    found = [escape(each) for each in changes(again.sheet, sheet)]
    shown = found[:_LINES_SHOWN] or [tr("nothing")]
    if len(found) > _LINES_SHOWN:
        shown.append(tr("… and {number} more.").format(number=len(found) - _LINES_SHOWN))
    head = tr(":arrows_counterclockwise: *Submitted again.* {verdict}").format(
        verdict=escape(verdict_line(again.decision))
    )
    return "\n".join([head, tr("*Changed since:*"), *(f"• {each}" for each in shown)])


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
    text = tr("You are no longer asked about this one; somebody else decides. {entry}").format(
        entry=spelled(sheet)
    )
    return plain(escape(text))


def told(sheet: Sheet, decision: Decision, url: str) -> Message:
    """What the submitter hears: who decided, why, and the entries."""
    said = tr("Your timesheet: {verdict} {what}").format(
        verdict=verdict_line(decision), what=joined(_what(sheet))
    )
    mark = MARKS[decision.state]
    blocks: list[Block] = [
        section(
            tr("{mark} *Your timesheet:* {verdict}{when}").format(
                mark=mark, verdict=escape(verdict_line(decision)), when=when(decision)
            )
        ),
        context(escape(joined(_what(sheet)))),
    ]
    if decision.state is RequestState.REJECTED:
        if sheet.lines:
            blocks.insert(1, section(_entries(sheet)))
        blocks.append(
            context(tr("*Fix and resubmit* shows that week: edit what is wrong there, then submit it again."))
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
        shown.append(tr("… and {number} more notes.").format(number=len(noted) - _LINES_SHOWN))
    return "\n".join(shown)


def _entries(sheet: Sheet) -> str:
    shown = [
        "• "
        + joined(
            [
                format_day(line.day),
                format_duration(line.minutes),
                tr("billable") if line.billable else tr("not billable"),
                escape(shortened(" ".join(line.notes.split()), _NOTES_SHOWN)) or tr("no notes"),
            ]
        )
        for line in sheet.lines[:_LINES_SHOWN]
    ]
    if len(sheet.lines) > _LINES_SHOWN:
        shown.append(tr("… and {number} more entries.").format(number=len(sheet.lines) - _LINES_SHOWN))
    return "\n".join(shown)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in escape(shortened(text, 500)).splitlines())


def _fix_button(sheet: Sheet) -> ButtonElement:
    spoken = shortened(tr("Fix and resubmit {what}").format(what=joined(_what(sheet))), 75)
    return ButtonElement(
        text=tr("Fix and resubmit"),
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
        raise Problem(tr(OUTDATED)) from None


def _open_button(url: str, sheet: Sheet) -> ButtonElement:
    spoken = shortened(tr("Open {entry} in Kantata").format(entry=spelled(sheet)), 75)
    return ButtonElement(text=tr("Open in Kantata"), action_id=OPEN, url=url, accessibility_label=spoken)
