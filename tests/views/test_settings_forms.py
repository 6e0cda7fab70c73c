"""The form of a person's own settings: within Slack's limits, and read back as it was drawn."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from bot.domain.approvals import Hearing
from bot.domain.policies import FirmPolicy, PersonSettings, Reminder
from bot.domain.problems import Problem
from bot.domain.time_entries import Project
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.sandbox.slack.inputs import Inputs
from bot.views import settings_forms as views
from bot.views.settings_forms import SettingsForm, SettingsInput

ACME = Project("401", "Website relaunch", "Acme")
CHOSEN = PersonSettings(
    stopped=frozenset({Reminder.AGAIN}),
    incomplete_at=time(16, 30),
    hearing=Hearing.DIGEST,
    default_project_id="401",
    copy_hours=False,
)
FORMS = {
    "untouched": SettingsForm(PersonSettings(), FirmPolicy()),
    "chosen": SettingsForm(CHOSEN, FirmPolicy(), ACME),
    "every reminder stopped": SettingsForm(PersonSettings(stopped=frozenset(Reminder)), FirmPolicy()),
    "no reminders in the firm": SettingsForm(PersonSettings(), FirmPolicy(reminders=frozenset())),
    "a long name": SettingsForm(CHOSEN, FirmPolicy(), Project("401", "p" * 300, "<!channel> & " + "c" * 300)),
}


def sent(form: SettingsForm) -> dict[str, Any]:
    """The form as it comes back when nothing in it was touched."""
    view = views.modal(form).to_dict()
    return {**view, "state": {"values": Inputs.of(view["blocks"]).values()}}


@pytest.mark.parametrize("name", FORMS)
def test_the_form_stays_within_slack_s_limits(name: str) -> None:
    check_blocks(views.modal(FORMS[name]).to_dict()["blocks"], Surface.MODAL)


def test_what_was_chosen_survives_the_round_trip() -> None:
    assert views.read(sent(FORMS["chosen"])) == SettingsInput(
        offered=frozenset(Reminder),
        wanted=frozenset(Reminder) - {Reminder.AGAIN},
        incomplete_at=time(16, 30),
        hearing=Hearing.DIGEST,
        default_project_id="401",
        copy_hours=False,
    )


def test_who_chose_nothing_has_no_own_hour_and_no_project() -> None:
    found = views.read(sent(FORMS["untouched"]))
    assert (found.incomplete_at, found.default_project_id, found.wanted) == (None, None, frozenset(Reminder))


def test_reminders_that_the_firm_has_turned_off_are_not_offered() -> None:
    firm = FirmPolicy(reminders=frozenset({Reminder.MISSING}))
    found = views.read(sent(replace(FORMS["untouched"], firm=firm)))
    assert found.offered == found.wanted == {Reminder.MISSING}
    assert views.read(sent(FORMS["no reminders in the firm"])).offered == frozenset()


@pytest.mark.parametrize(
    ("block_id", "state"),
    [
        ("hour", {"selected_option": {"value": "16:31"}}),
        ("hour", {"selected_option": None}),
        ("copy", {"selected_option": {"value": "twice"}}),
        ("reminders", {"selected_options": [{"value": "loudly"}]}),
    ],
)
def test_what_was_never_offered_is_refused(block_id: str, state: dict[str, Any]) -> None:
    view = sent(FORMS["untouched"])
    view["state"]["values"][block_id] = {"value": state}
    with pytest.raises(Problem, match="older version"):
        views.read(view)


def test_having_no_default_project_is_offered_before_anything_is_typed() -> None:
    assert [each["value"] for each in views.project_choices([ACME], with_none=True)["options"]] == [
        "none",
        "401",
    ]
    assert views.project_choices([], with_none=False) == {"options": []}
