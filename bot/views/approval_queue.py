"""All that waits for an approver, with check boxes: a message of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, CheckboxesElement, Option

from bot.domain.approvals import Sheet, standouts
from bot.domain.calendars import format_day_of_year, format_weekday
from bot.domain.durations import format_duration
from bot.domain.languages import later, tr, trn
from bot.views.approval_hearing import hearing_button
from bot.views.approvals import RequestRef, decision_button, decode_ref, encode_ref, headline, spelled, split
from bot.views.messages import Message, escape, lines, plain, row_number, section, shortened
from bot.views.time_entries import project_label

REJECT = "approval.reject_queued.v1"
PICK = "approval.pick.v1"
APPROVE_SELECTED = "approval.approve_selected.v1"
PAGE = "approval.page.v1"
PAGE_SIZE = 10  # Slack's most for check boxes
NOTHING_WAITS = later("Nothing waits for your decision.")
NOTHING_CHOSEN = later("Tick at least one timesheet first.")


@dataclass(frozen=True)
class Queued:
    """A timesheet in the queue, and the reference of its buttons."""

    ref: RequestRef
    sheet: Sheet


@dataclass(frozen=True)
class Acts:
    """What the queue's buttons are called where it stands: a message answers otherwise than the Home tab."""

    approve: str
    reject: str
    page: str


IN_MESSAGE = Acts(APPROVE_SELECTED, REJECT, PAGE)


def queue(waiting: Sequence[Queued], page: int) -> Message:
    """What waits for the approver, ten at a time, with check boxes; ``page`` counts from 0."""
    if not waiting:
        return plain(f":sparkles: {tr(NOTHING_WAITS)}", ActionsBlock(elements=[hearing_button()]))
    shown = _on_page(waiting, page)
    text = [
        trn(
            "{number} timesheet for your decision:", "{number} timesheets for your decision:", len(waiting)
        ).format(number=len(waiting)),
        *(spelled(each.sheet) for each in shown),
    ]
    drawn = [section(f"*{head(waiting, page)}*"), *blocks(waiting, page, IN_MESSAGE, hearing_button())]
    return Message(shortened(escape("\n".join(text)), 3900), tuple(drawn))


def head(waiting: Sequence[Queued], page: int) -> str:
    """How much waits, and which page of it is shown."""
    said = trn(
        "{number} timesheet waits for your decision",
        "{number} timesheets wait for your decision",
        len(waiting),
    ).format(number=len(waiting))
    pages = _pages(waiting)
    return (
        said
        if pages == 1
        else tr("{said} · page {number} of {pages}").format(
            said=said, number=min(page, pages - 1) + 1, pages=pages
        )
    )


def blocks(waiting: Sequence[Queued], page: int, acts: Acts, *more: ButtonElement) -> list[Block]:
    """The page of the queue, at most 12 blocks, with ``more`` buttons after its own."""
    pages = _pages(waiting)
    page = min(page, pages - 1)
    drawn: list[Block] = []
    for each in _on_page(waiting, page):
        block = section(_queued(each.sheet))
        block.accessory = decision_button(tr("Reject…"), acts.reject, encode_ref(each.ref), each.sheet)
        drawn.append(block)
    options = [
        Option(value=encode_ref(each.ref), label=shortened(_short(each.sheet), 75))
        for each in _on_page(waiting, page)
    ]
    drawn.append(ActionsBlock(block_id=PICK, elements=[CheckboxesElement(action_id=PICK, options=options)]))
    drawn.append(ActionsBlock(elements=[*_buttons(page, pages, acts), *more]))
    return drawn


def _pages(waiting: Sequence[Queued]) -> int:
    return (len(waiting) + PAGE_SIZE - 1) // PAGE_SIZE


def _on_page(waiting: Sequence[Queued], page: int) -> Sequence[Queued]:
    page = min(page, _pages(waiting) - 1)
    return waiting[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]


def _buttons(page: int, pages: int, acts: Acts) -> list[ButtonElement]:
    found = [
        ButtonElement(text=tr("Approve selected"), action_id=acts.approve, value=str(page), style="primary")
    ]
    if page > 0:
        found.append(
            ButtonElement(text=tr("Previous"), action_id=f"{acts.page}.previous", value=str(page - 1))
        )
    if page < pages - 1:
        found.append(ButtonElement(text=tr("Next"), action_id=f"{acts.page}.next", value=str(page + 1)))
    return found


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


def _queued(sheet: Sheet) -> str:
    seen = standouts(sheet)
    return lines(
        headline(sheet),
        " · ".join(
            f"{format_weekday(day)} {format_duration(minutes)}" for day, minutes in sheet.by_day().items()
        ),
        split(sheet),
        f":eyes: {escape('; '.join(seen))}" if seen else None,
    )


def _short(sheet: Sheet) -> str:
    week = format_day_of_year(sheet.week_start)
    return f"{sheet.person} · {format_duration(sheet.minutes)} · {week} · {project_label(sheet.project)}"
