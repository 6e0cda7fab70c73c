"""How an approver hears of what waits: the button and its form."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import ButtonElement, InputBlock, Option, RadioButtonsElement
from slack_sdk.models.views import View

from bot.domain.approvals import Hearing
from bot.domain.languages import later, tr
from bot.domain.problems import Problem
from bot.views.messages import OUTDATED, shortened

HEARING = "approval.hearing.v1"


_HEARINGS = {
    Hearing.AT_ONCE: (
        later("At once"),
        later("A message for each timesheet, and a reminder after 1, 3 and 5 working days"),
    ),
    Hearing.DIGEST: (
        later("Once a day"),
        later("One message on each of my working days, with all that waits"),
    ),
    Hearing.QUEUE: (later("Only in Home"), later("I look at my Home tab, or at /approvals, myself")),
}


def hearing_button() -> ButtonElement:
    """Opens the form."""
    spoken = tr("How I hear of timesheets that wait")
    return ButtonElement(
        text=tr("How I hear…"), action_id=HEARING, value="choose", accessibility_label=spoken
    )


def hearing_form(hearing: Hearing) -> View:
    """How the approver wants to hear of what waits."""
    return View(
        type="modal",
        callback_id=HEARING,
        title=tr("Approvals"),
        submit=tr("Save"),
        close=tr("Cancel"),
        blocks=[hearing_input(hearing)],
    )


def hearing_input(hearing: Hearing) -> InputBlock:
    """The question itself, for any form that asks it; ``read_hearing`` reads it back."""
    options = {
        each: Option(value=each.value, label=tr(label), description=shortened(tr(means), 75))
        for each, (label, means) in _HEARINGS.items()
    }
    element = RadioButtonsElement(
        action_id="hearing", options=list(options.values()), initial_option=options[hearing]
    )
    label = tr("How do you want to hear of timesheets that wait?")
    return InputBlock(block_id="hearing", label=label, element=element)


def read_hearing(view: Mapping[str, Any]) -> Hearing:
    """The form as it was sent; raises Problem for anything we never offered."""
    picked_one = view["state"]["values"].get("hearing", {}).get("hearing", {}).get("selected_option") or {}
    try:
        return Hearing(str(picked_one.get("value")))
    except ValueError:
        raise Problem(tr(OUTDATED)) from None
