"""How an approver hears of what waits: the button and its form."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import ButtonElement, InputBlock, Option, RadioButtonsElement
from slack_sdk.models.views import View

from bot.domain.approvals import Hearing
from bot.domain.problems import Problem
from bot.views.messages import OUTDATED, shortened

HEARING = "approval.hearing.v1"


_HEARINGS = {
    Hearing.AT_ONCE: (
        "At once",
        "A message for each timesheet, and a reminder after 1, 3 and 5 working days",
    ),
    Hearing.DIGEST: ("Once a day", "One message on each of my working days, with all that waits"),
    Hearing.QUEUE: ("Only in Home", "I look at my Home tab, or at /approvals, myself"),
}


def hearing_button() -> ButtonElement:
    """Opens the form."""
    spoken = "How I hear of timesheets that wait"
    return ButtonElement(text="How I hear…", action_id=HEARING, value="choose", accessibility_label=spoken)


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
