"""What people see of approvals: the request and what became of it, the queue, and the form of a rejection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.domain.approvals import Decision, Hearing, RequestState, Sheet, changes, standouts
from bot.domain.dates import Week, format_day, week_of
from bot.domain.durations import format_duration
from bot.domain.problems import Field, Problem
from bot.views.messages import (
    OUTDATED,
    Message,
    context,
    escape,
    joined,
    lines,
    plain,
    row_number,
    section,
    shortened,
)
from bot.views.time_entries import project_label

APPROVE = "approval.approve.v1"
REJECT = "approval.reject.v1"
REJECT_QUEUED = "approval.reject_queued.v1"
FIX = "approval.fix.v1"
OPEN = "approval.open.v1"
REASON = "approval.reason.v1"
SAID = "approval.said"
PICK = "approval.pick.v1"
APPROVE_SELECTED = "approval.approve_selected.v1"
PAGE = "approval.page.v1"
HEARING = "approval.hearing.v1"

PAGE_SIZE = 10  # Slack's most for check boxes
REASON_LIMIT = 1000
_LINES_SHOWN = 15
_NOTES_SHOWN = 120

NOTHING_WAITS = "Nothing waits for your decision."
NOBODY_KNOWS = "I do not know that timesheet; the button may be older than what I remember."
NOT_YOURS = "Kantata does not let you decide about this timesheet (any more), so nothing was written."
GONE = "This timesheet, or its project, is no longer there in Kantata, so nothing was written."
CHANGED = (
    "This timesheet was changed after you were shown it, so nothing was written. "
    "The message and `/approvals` show what it holds now."
)
NOTHING_CHOSEN = "Tick at least one timesheet first."


@dataclass(frozen=True)
class RequestRef:
    """The timesheet a button is about, and which of its contents was shown. Looked up, never trusted."""

    request_id: int
    revision: int


def encode_ref(ref: RequestRef) -> str:
    """The reference as a button's value."""
    return f"{ref.request_id}.{ref.revision}"


def decode_ref(value: str) -> RequestRef:
    """The reference of a button's value; raises Problem for anything we never made."""
    request_id, _, revision = value.partition(".")
    return RequestRef(row_number(request_id), row_number(revision))


@dataclass(frozen=True)
class Queued:
    """A timesheet in the queue, and the reference of its buttons."""

    ref: RequestRef
    sheet: Sheet


@dataclass(frozen=True)
class Outcome:
    """What became of one timesheet that somebody decided about; ``text`` says it."""

    sheet: Sheet
    done: bool
    text: str


def kantata_url(app_url: str, sheet: Sheet) -> str:
    """The project's own page in Kantata, on which its time is approved."""
    return f"{app_url.rstrip('/')}/workspaces/{quote(sheet.project.id, safe='')}"


def week_of_sheet(sheet: Sheet) -> str:
    """The week in words."""
    return f"{format_day(sheet.week_start)} – {format_day(sheet.week_end)}"


def spelled(sheet: Sheet) -> str:
    """The timesheet in one line, not escaped: whose, on what, which week, how much."""
    return joined(
        [sheet.person, project_label(sheet.project), week_of_sheet(sheet), format_duration(sheet.minutes)]
    )


@dataclass(frozen=True)
class Again:
    """That the same week was rejected before: what it held, and the decision."""

    sheet: Sheet
    decision: Decision


def request(request_ref: RequestRef, sheet: Sheet, url: str, again: Again | None = None) -> Message:
    """What an approver is asked, with everything needed to answer; ``again``: what was rejected before."""
    ref = encode_ref(request_ref)
    buttons = [
        _button("Approve", APPROVE, ref, sheet, style="primary"),
        _button("Reject…", REJECT, ref, sheet),
        _open_button(url, sheet),
    ]
    blocks: list[Block] = [section(f":memo: {_headline(sheet)}"), section(_hours(sheet))]
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
    mark = _MARKS[decision.state]
    return Message(
        shortened(escape(text), 3900),
        (section(f"{mark} {escape(said)}{_when(decision)}"), context(escape(spelled(sheet)))),
    )


def withdrawn(sheet: Sheet) -> Message:
    """That somebody else decides now."""
    text = f"You are no longer asked about this one; somebody else decides. {spelled(sheet)}"
    return plain(escape(text))


def told(sheet: Sheet, decision: Decision, url: str) -> Message:
    """What the submitter hears: who decided, why, and the entries."""
    said = f"Your timesheet: {verdict_line(decision)} {joined(_what(sheet))}"
    mark = _MARKS[decision.state]
    blocks: list[Block] = [
        section(f"{mark} *Your timesheet:* {escape(verdict_line(decision))}{_when(decision)}"),
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


def verdict_line(decision: Decision) -> str:
    """Who decided what and why, not escaped."""
    by = f" by {decision.by}" if decision.by else " in Kantata"
    match decision.state:
        case RequestState.APPROVED:
            return f"Approved{by}." + (f" “{decision.why}”" if decision.why else "")
        case RequestState.REJECTED:
            return f"Rejected{by}: {decision.why}" if decision.why else f"Rejected{by}, without a reason."
        case RequestState.CANCELLED:
            return "Taken back before it was decided."
        case RequestState.GONE:
            return "It is no longer there in Kantata."
        case RequestState.PENDING:
            return "It waits for a decision."


_MARKS = {
    RequestState.APPROVED: ":white_check_mark:",
    RequestState.REJECTED: ":no_entry:",
    RequestState.CANCELLED: ":leftwards_arrow_with_hook:",
    RequestState.GONE: ":ghost:",
    RequestState.PENDING: ":hourglass_flowing_sand:",
}


def already(sheet: Sheet, decision: Decision) -> Message:
    """The answer to a press that came after the decision."""
    return plain(f"{_MARKS[decision.state]} {escape(verdict_line(decision))} {escape(spelled(sheet))}")


def kept() -> Message:
    """That a decision is kept, while Kantata does not answer."""
    return plain(
        ":hourglass_flowing_sand: Kantata is slow to answer. Your decision is kept; I am making sure that it "
        "is recorded, once, and will tell you."
    )


def outcomes(results: Sequence[Outcome]) -> Message:
    """What became of each timesheet that was decided about."""
    said = [f"{'✓' if each.done else '✗'} {spelled(each.sheet)}: {each.text}" for each in results]
    marks = [":white_check_mark:" if each.done else ":warning:" for each in results]
    shown = [
        f"{mark} *{escape(spelled(each.sheet))}*\n{escape(each.text)}"
        for mark, each in zip(marks, results, strict=True)
    ]
    blocks = [section(text) for text in shown[:48]]
    if len(shown) > 48:
        blocks.append(section(f"… and {len(shown) - 48} more."))
    return Message(shortened(escape("\n".join(said)), 3900), tuple(blocks))


def queue(waiting: Sequence[Queued], page: int) -> Message:
    """What waits for the approver, ten at a time, with check boxes; ``page`` counts from 0."""
    if not waiting:
        return plain(f":sparkles: {NOTHING_WAITS}", ActionsBlock(elements=[_hearing_button()]))
    pages = (len(waiting) + PAGE_SIZE - 1) // PAGE_SIZE
    page = min(page, pages - 1)
    shown = waiting[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    number = f"{len(waiting)} timesheet{'' if len(waiting) == 1 else 's'}"
    head = f"*{number} wait{'s' if len(waiting) == 1 else ''} for your decision*"
    if pages > 1:
        head += f" · page {page + 1} of {pages}"
    blocks: list[Block] = [section(head)]
    for each in shown:
        block = section(_queued(each.sheet))
        block.accessory = _button("Reject…", REJECT_QUEUED, encode_ref(each.ref), each.sheet)
        blocks.append(block)
    boxes = CheckboxesElement(
        action_id=PICK,
        options=[
            Option(value=encode_ref(each.ref), label=shortened(_short(each.sheet), 75)) for each in shown
        ],
    )
    blocks.append(ActionsBlock(block_id=PICK, elements=[boxes]))
    blocks.append(ActionsBlock(elements=_queue_buttons(page, pages)))
    text = [f"{number} for your decision:", *(spelled(each.sheet) for each in shown)]
    return Message(shortened(escape("\n".join(text)), 3900), tuple(blocks))


def _queue_buttons(page: int, pages: int) -> list[ButtonElement]:
    found = [
        ButtonElement(text="Approve selected", action_id=APPROVE_SELECTED, value=str(page), style="primary")
    ]
    if page > 0:
        found.append(ButtonElement(text="Previous", action_id=f"{PAGE}.previous", value=str(page - 1)))
    if page < pages - 1:
        found.append(ButtonElement(text="Next", action_id=f"{PAGE}.next", value=str(page + 1)))
    return [*found, _hearing_button()]


def _hearing_button() -> ButtonElement:
    spoken = "How I hear of timesheets that wait"
    return ButtonElement(text="How I hear…", action_id=HEARING, value="choose", accessibility_label=spoken)


def page_of(value: str) -> int:
    """The page of a button's value; raises Problem for anything we never made."""
    return row_number(value)


def picked(state: Mapping[str, Any]) -> list[RequestRef]:
    """The ticked timesheets of the queue's state."""
    chosen: list[RequestRef] = []
    for elements in state.get("values", {}).values():
        options = elements.get(PICK, {}).get("selected_options") or []
        chosen += [decode_ref(option["value"]) for option in options]
    return chosen


_HEARINGS = {
    Hearing.AT_ONCE: (
        "At once",
        "A message for each timesheet, and a reminder after 1, 3 and 5 working days",
    ),
    Hearing.DIGEST: ("Once a day", "One message at 9:30 on my working days, with all that waits"),
    Hearing.QUEUE: ("Not at all", "I look at /approvals myself"),
}


def hearing_form(hearing: Hearing) -> View:
    """How the approver wants to hear of what waits."""
    return View(
        type="modal",
        callback_id=HEARING,
        title="Approvals",
        submit="Save",
        close="Cancel",
        blocks=[hearing_input(hearing)],
    )


def hearing_input(hearing: Hearing) -> InputBlock:
    """The question itself, for any form that asks it; ``read_hearing`` reads it back."""
    options = {
        each: Option(value=each.value, label=label, description=shortened(means, 75))
        for each, (label, means) in _HEARINGS.items()
    }
    element = RadioButtonsElement(
        action_id="hearing", options=list(options.values()), initial_option=options[hearing]
    )
    label = "How do you want to hear of timesheets that wait?"
    return InputBlock(block_id="hearing", label=label, element=element)


def read_hearing(view: Mapping[str, Any]) -> Hearing:
    """The form as it was sent; raises Problem for anything we never offered."""
    picked_one = view["state"]["values"].get("hearing", {}).get("hearing", {}).get("selected_option") or {}
    try:
        return Hearing(str(picked_one.get("value")))
    except ValueError:
        raise Problem(OUTDATED) from None


def reason_form(ref: RequestRef, sheet: Sheet, *, beside_request: bool) -> View:
    """The form of a rejection; ``beside_request``: the pressed message itself will show the decision."""
    element = PlainTextInputElement(action_id="reason", multiline=True, max_length=REASON_LIMIT)
    element.focus_on_load = True
    said = InputBlock(
        block_id=Field.REASON.value,
        label="Reason",
        element=element,
        hint="The submitter reads it, and so does everybody who was asked.",
    )
    return View(
        type="modal",
        callback_id=REASON,
        title="Reject a timesheet",
        submit="Reject",
        close="Cancel",
        private_metadata=f"{encode_ref(ref)}.{int(beside_request)}",
        blocks=[section(_headline(sheet)), said],
    )


def said(message: Message) -> View:
    """What stands in the form's place where there is nothing to reject any more."""
    return View(
        type="modal",
        callback_id=SAID,
        title="Reject a timesheet",
        close="Close",
        blocks=list(message.blocks),
    )


@dataclass(frozen=True)
class Rejection:
    """A filled form: what to reject and why."""

    ref: RequestRef
    reason: str
    beside_request: bool


def read_reason(view: Mapping[str, Any]) -> Rejection:
    """The form as it was sent; raises Problem with Field.REASON where nothing was said."""
    value, _, beside = str(view.get("private_metadata") or "").rpartition(".")
    if beside not in {"0", "1"}:
        raise Problem(OUTDATED)
    said = view["state"]["values"].get(Field.REASON.value, {}).get("reason", {}).get("value") or ""
    if not said.strip():
        raise Problem("Say why, so that it can be mended.", Field.REASON)
    return Rejection(decode_ref(value), said.strip(), beside == "1")


def _what(sheet: Sheet) -> list[str]:
    return [project_label(sheet.project), week_of_sheet(sheet), format_duration(sheet.minutes)]


def _headline(sheet: Sheet) -> str:
    return lines(
        f"*{escape(sheet.person)}* · *{escape(project_label(sheet.project))}*",
        f"{week_of_sheet(sheet)} · *{format_duration(sheet.minutes)}*",
    )


def _hours(sheet: Sheet) -> str:
    days = [f"{format_day(day)}: {format_duration(minutes)}" for day, minutes in sheet.by_day().items()]
    return "\n".join([*days, _split(sheet)])


def _split(sheet: Sheet) -> str:
    rest = sheet.minutes - sheet.billable_minutes
    if not rest:
        return "all billable"
    if not sheet.billable_minutes:
        return "nothing billable"
    return f"billable {format_duration(sheet.billable_minutes)} · not billable {format_duration(rest)}"


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


def _queued(sheet: Sheet) -> str:
    seen = standouts(sheet)
    return lines(
        _headline(sheet),
        " · ".join(
            f"{format_day(day)[:3]} {format_duration(minutes)}" for day, minutes in sheet.by_day().items()
        ),
        _split(sheet),
        f":eyes: {escape('; '.join(seen))}" if seen else None,
    )


def _short(sheet: Sheet) -> str:
    week = format_day(sheet.week_start).rpartition(" ")[0]
    return f"{sheet.person} · {format_duration(sheet.minutes)} · {week} · {project_label(sheet.project)}"


def _when(decision: Decision) -> str:
    if decision.at is None:
        return ""
    spoken = decision.at.strftime("%Y-%m-%d %H:%M %Z")
    return f" (<!date^{int(decision.at.timestamp())}^{{date_short_pretty}} at {{time}}|{spoken}>)"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in escape(shortened(text, 500)).splitlines())


def _button(label: str, action_id: str, value: str, sheet: Sheet, style: str | None = None) -> ButtonElement:
    spoken = shortened(f"{label.rstrip('…')} {spelled(sheet)}", 75)
    return ButtonElement(
        text=label, action_id=action_id, value=value, style=style, accessibility_label=spoken
    )


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
