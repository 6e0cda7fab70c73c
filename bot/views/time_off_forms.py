"""The forms of time off: what is asked for, what it comes to, other hours, and the reason of a rejection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from bot.domain.durations import format_duration
from bot.domain.languages import ENGLISH, later, speaking, tr
from bot.domain.leave_lines import DAYS_EXAMPLES, HOURS_EXAMPLES, LONGEST_REASON, Wish, parse_wish
from bot.domain.problems import Field, Problem
from bot.domain.time_off import LeaveDay, Preview, TimeOff, format_days, format_leave
from bot.views.messages import Message, escape, row_number, section
from bot.views.time_off import TimeOffRef, decode_ref, encode_ref
from bot.views.time_off_previews import preview_blocks

ASK = "time_off.ask.v1"
CONFIRM = "time_off.confirm.v1"
SAID = "time_off.said.v1"
WHY = "time_off.why.v1"
VALUE = "value"
_LONGEST_WHY = 500
_TITLE = later("Time off")

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]


def ask_form(of: TimeOff | None = None, days_off: Sequence[date] = ()) -> View:
    """What is to be off: a form with these days, or that of a request to be changed.

    Of what was granted only the hours can change, and its reason is settled.
    """
    standing = of.standing_days() if of else ()
    days = [each.day for each in standing] or list(days_off)
    texts = {Field.DAYS: _typed(days), Field.HOURS: _hours(standing)}
    if of is None or of.is_waiting:
        texts[Field.REASON] = of.reason if of else ""
    return _form(texts, encode_ref(of) if of else "")


def ask_again(view: Mapping[str, Any], problem: str) -> View:
    """The form as it was filled, with what is wrong above it."""
    values: Values = view["state"]["values"]
    texts = {each: _text(values, each) for each in _FIELDS if each.value in values}
    return _form(texts, str(view.get("private_metadata") or ""), section(f":warning: {escape(problem)}"))


def _form(texts: Mapping[Field, str], metadata: str, *above: Block) -> View:
    return View(
        type="modal",
        callback_id=ASK,
        title=tr(_TITLE),
        submit=tr("Next"),
        close=tr("Cancel"),
        private_metadata=metadata,
        blocks=[*above, *(_field(field, text) for field, text in texts.items())],
    )


def _typed(days: Sequence[date]) -> str:
    """The days as they can be typed: they are read back, and what is typed is English."""
    with speaking(ENGLISH):
        return format_days(days)


def _hours(days: Sequence[LeaveDay]) -> str:
    """The hours, where each day has the same."""
    minutes = {each.minutes for each in days}
    return format_duration(minutes.pop()) if len(minutes) == 1 else ""


# The hint of each field, and the most characters it takes: days may be a hundred, each by itself.
_FIELDS = {
    Field.DAYS: (DAYS_EXAMPLES, 3000),
    Field.HOURS: (HOURS_EXAMPLES, 50),
    Field.REASON: (later("Only whoever decides reads it. It is never written to Kantata."), LONGEST_REASON),
}


_LABELS = {Field.DAYS: later("Days"), Field.HOURS: later("Hours"), Field.REASON: later("Reason")}


def _field(field: Field, text: str) -> InputBlock:
    hint, longest = _FIELDS[field]
    element = PlainTextInputElement(
        action_id=VALUE,
        initial_value=text or None,
        max_length=longest,
        multiline=field is Field.REASON,
        focus_on_load=field is Field.DAYS,
    )
    return InputBlock(
        block_id=field.value,
        label=tr(_LABELS[field]),
        element=element,
        hint=tr(hint),
        optional=field is not Field.DAYS,
    )


@dataclass(frozen=True)
class AskForm:
    """A filled form: the wish, and the request it changes, if any."""

    wish: Wish
    ref: TimeOffRef | None


def read_ask(view: Mapping[str, Any], *, today: date, locale: str) -> AskForm:
    """The form as it was sent; raises Problem at the field to mend."""
    values: Values = view["state"]["values"]
    days, hours, reason = (_text(values, each) for each in (Field.DAYS, Field.HOURS, Field.REASON))
    metadata = str(view.get("private_metadata") or "")
    ref = decode_ref(metadata) if metadata else None
    return AskForm(parse_wish(days, hours, reason, today=today, locale=locale), ref)


def _text(values: Values, field: Field) -> str:
    return str(values.get(field.value, {}).get(VALUE, {}).get("value") or "")


def confirm_form(form_id: int, shown: Preview, asked: Sequence[str]) -> View:
    """What it comes to; nothing is asked for before Request says so."""
    return View(
        type="modal",
        callback_id=CONFIRM,
        title=tr(_TITLE),
        submit=tr("Request"),
        close=tr("Back"),
        private_metadata=str(form_id),
        blocks=preview_blocks(shown, asked),
    )


def read_confirm(view: Mapping[str, Any]) -> int:
    """The number of the form; raises Problem for anything we never made."""
    return row_number(str(view.get("private_metadata") or ""))


def said(message: Message) -> View:
    """What stands in the form's place when there is nothing more to fill in; its buttons are left out."""
    blocks: list[Block] = [block for block in message.blocks if block.type != "actions"]
    return View(
        type="modal",
        callback_id=SAID,
        title=tr(_TITLE),
        close=tr("Close"),
        clear_on_close=True,
        blocks=blocks,
    )


def waiting(text: str) -> View:
    """What stands in the form's place until Kantata has answered, or when it cannot be told."""
    return View(
        type="modal", callback_id=SAID, title=tr(_TITLE), close=tr("Close"), blocks=[section(escape(text))]
    )


def why_form(of: TimeOff) -> View:
    """The form of a rejection."""
    element = PlainTextInputElement(
        action_id=VALUE, multiline=True, max_length=_LONGEST_WHY, focus_on_load=True
    )
    said = InputBlock(
        block_id=Field.REASON.value,
        label=tr("Reason"),
        element=element,
        hint=tr("{name} will read it.").format(name=of.name),
    )
    return View(
        type="modal",
        callback_id=WHY,
        title=tr("Reject time off"),
        submit=tr("Reject"),
        close=tr("Cancel"),
        private_metadata=encode_ref(of),
        blocks=[section(escape(f"{of.name} · {format_leave(of.days)}")), said],
    )


def read_why(view: Mapping[str, Any]) -> tuple[TimeOffRef, str]:
    """What is rejected and why; raises Problem with Field.REASON where nothing was said."""
    ref = decode_ref(str(view.get("private_metadata") or ""))
    why = _text(view["state"]["values"], Field.REASON).strip()
    if not why:
        raise Problem(tr("Say why, so that they know."), Field.REASON)
    return ref, why
