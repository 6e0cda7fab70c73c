"""The form that asks why a timesheet is rejected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from bot.domain.approvals import Sheet
from bot.domain.languages import tr
from bot.domain.problems import Field, Problem
from bot.views.approvals import RequestRef, decode_ref, encode_ref, headline
from bot.views.messages import OUTDATED, Message, section

REASON = "approval.reason.v1"
SAID = "approval.said"
REASON_LIMIT = 1000


@dataclass(frozen=True)
class Rejection:
    """A filled form: what to reject and why."""

    ref: RequestRef
    reason: str
    beside_request: bool


def reason_form(ref: RequestRef, sheet: Sheet, *, beside_request: bool) -> View:
    """The form of a rejection; ``beside_request``: the pressed message itself will show the decision."""
    element = PlainTextInputElement(action_id="reason", multiline=True, max_length=REASON_LIMIT)
    element.focus_on_load = True
    said = InputBlock(
        block_id=Field.REASON.value,
        label=tr("Reason"),
        element=element,
        hint=tr("The submitter reads it, and so does everybody who was asked."),
    )
    return View(
        type="modal",
        callback_id=REASON,
        title=tr("Reject a timesheet"),
        submit=tr("Reject"),
        close=tr("Cancel"),
        private_metadata=f"{encode_ref(ref)}.{int(beside_request)}",
        blocks=[section(headline(sheet)), said],
    )


def read_reason(view: Mapping[str, Any]) -> Rejection:
    """The form as it was sent; raises Problem with Field.REASON where nothing was said."""
    value, _, beside = str(view.get("private_metadata") or "").rpartition(".")
    if beside not in {"0", "1"}:
        raise Problem(tr(OUTDATED))
    said = view["state"]["values"].get(Field.REASON.value, {}).get("reason", {}).get("value") or ""
    if not said.strip():
        raise Problem(tr("Say why, so that it can be mended."), Field.REASON)
    return Rejection(decode_ref(value), said.strip(), beside == "1")


def said(message: Message) -> View:
    """What stands in the form's place where there is nothing to reject any more."""
    return View(
        type="modal",
        callback_id=SAID,
        title=tr("Reject a timesheet"),
        close=tr("Close"),
        blocks=list(message.blocks),
    )
