"""What is said of timesheets that wait for a decision, everywhere: what they are and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from slack_sdk.models.blocks import ButtonElement

from bot.domain.approvals import Decision, RequestState, Sheet
from bot.domain.dates import week_of
from bot.domain.durations import format_duration
from bot.domain.languages import later, tr
from bot.domain.timesheets import format_week
from bot.views.messages import (
    Message,
    drawn_by_slack,
    escape,
    joined,
    lines,
    plain,
    row_number,
    section,
    shortened,
)
from bot.views.time_entries import project_label

NOBODY_KNOWS = later("I do not know that timesheet; the button may be older than what I remember.")
NOT_YOURS = later("Kantata does not let you decide about this timesheet (any more), so nothing was written.")
GONE = later("This timesheet, or its project, is no longer there in Kantata, so nothing was written.")
CHANGED = later(
    "This timesheet was changed after you were shown it, so nothing was written. The message "
    "and `/approvals` show what it holds now."
)


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
    return format_week(week_of(sheet.week_start))


def spelled(sheet: Sheet) -> str:
    """The timesheet in one line, not escaped: whose, on what, which week, how much."""
    return joined(
        [sheet.person, project_label(sheet.project), week_of_sheet(sheet), format_duration(sheet.minutes)]
    )


def headline(sheet: Sheet) -> str:
    """Whose it is, on what, which week, how much; in bold."""
    return lines(
        f"*{escape(sheet.person)}* · *{escape(project_label(sheet.project))}*",
        f"{week_of_sheet(sheet)} · *{format_duration(sheet.minutes)}*",
    )


def split(sheet: Sheet) -> str:
    """How much of it is billable."""
    rest = sheet.minutes - sheet.billable_minutes
    if not rest:
        return tr("all billable")
    if not sheet.billable_minutes:
        return tr("nothing billable")
    return tr("billable {billable} · not billable {rest}").format(
        billable=format_duration(sheet.billable_minutes), rest=format_duration(rest)
    )


def verdict_line(decision: Decision) -> str:
    """Who decided what and why, not escaped."""
    match decision.state:
        case RequestState.APPROVED:
            approved = tr("Approved by {name}.") if decision.by else tr("Approved in Kantata.")
            said = approved.format(name=decision.by)
            return f"{said} “{decision.why}”" if decision.why else said
        case RequestState.REJECTED if decision.why:
            rejected = tr("Rejected by {name}: {why}") if decision.by else tr("Rejected in Kantata: {why}")
            return rejected.format(name=decision.by, why=decision.why)
        case RequestState.REJECTED:
            rejected = (
                tr("Rejected by {name}, without a reason.")
                if decision.by
                else tr("Rejected in Kantata, without a reason.")
            )
            return rejected.format(name=decision.by)
        case RequestState.CANCELLED:
            return tr("Taken back before it was decided.")
        case RequestState.GONE:
            return tr("It is no longer there in Kantata.")
        case RequestState.PENDING:
            return tr("It waits for a decision.")


MARKS = {
    RequestState.APPROVED: ":white_check_mark:",
    RequestState.REJECTED: ":no_entry:",
    RequestState.CANCELLED: ":leftwards_arrow_with_hook:",
    RequestState.GONE: ":ghost:",
    RequestState.PENDING: ":hourglass_flowing_sand:",
}


def when(decision: Decision) -> str:
    """When it was decided, on the reader's own clock; "" where that is not known."""
    if decision.at is None:
        return ""
    spoken = decision.at.strftime("%Y-%m-%d %H:%M %Z")
    return f" ({drawn_by_slack(decision.at, spoken)})"


def already(sheet: Sheet, decision: Decision) -> Message:
    """The answer to a press that came after the decision."""
    return plain(f"{MARKS[decision.state]} {escape(verdict_line(decision))} {escape(spelled(sheet))}")


def kept() -> Message:
    """That a decision is kept, while Kantata does not answer."""
    return plain(
        tr(
            ":hourglass_flowing_sand: Kantata is slow to answer. Your decision is kept; I am making "
            "sure that it is recorded, once, and will tell you."
        )
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
        blocks.append(section(tr("… and {number} more.").format(number=len(shown) - 48)))
    return Message(shortened(escape("\n".join(said)), 3900), tuple(blocks))


def decision_button(
    label: str, action_id: str, value: str, sheet: Sheet, style: str | None = None
) -> ButtonElement:
    """A button that decides about the timesheet, which is named to screen readers."""
    spoken = shortened(f"{label.rstrip('…')} {spelled(sheet)}", 75)
    return ButtonElement(
        text=label, action_id=action_id, value=value, style=style, accessibility_label=spoken
    )
