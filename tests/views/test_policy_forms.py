"""The forms of the firm's settings: within Slack's limits, read back as drawn, every fault at its field."""

from datetime import date, time
from typing import Any

import pytest

from bot.domain.policies import FirmPolicy, Reminder, TimeOffDecider
from bot.domain.problems import Field, Problem, Problems
from bot.domain.writes import WriteNumbers
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.sandbox.slack.inputs import Inputs
from bot.views import administration, policy_forms
from bot.views.administration import Overview
from bot.views.policy_forms import PolicyForm

SETTLED = FirmPolicy(
    reminders=frozenset({Reminder.AGAIN}),
    incomplete_at=time(16, 30),
    again_at=time(11),
    missing_at=time(17, 15),
    decisions_at=time(8),
    tolerated_minutes=15,
    time_off_decider=TimeOffDecider.NOBODY,
    time_off_fallbacks=("101", "99"),
    time_off_granted_minutes=450,
    time_off_past_days=7,
    absences_channel="C1",
    administrators=("U2", "U1"),
)
FORMS = [PolicyForm(FirmPolicy(), {}), PolicyForm(SETTLED, {"101": "Tay " + "x" * 200, "99": ""})]
TODAY = date(2026, 3, 5)
NONE = FirmPolicy(reminders=frozenset())


def sent(drawn: Any) -> dict[str, Any]:
    """The form as it comes back when nothing in it was touched."""
    view = drawn.to_dict()
    return {**view, "state": {"values": Inputs.of(view["blocks"]).values()}}


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_stay_within_slack_s_limits(form: PolicyForm) -> None:
    for drawn in (policy_forms.reminders_modal(form), policy_forms.time_off_modal(form)):
        check_blocks(drawn.to_dict()["blocks"], Surface.MODAL)


@pytest.mark.parametrize("policy", [FirmPolicy(), SETTLED, NONE])
def test_the_overview_stays_within_slack_s_limits(policy: FirmPolicy) -> None:
    check_blocks(
        administration.overview(Overview(policy, TODAY, WriteNumbers(3, 1, 2), 1, 0)).to_dict()["blocks"],
        Surface.MODAL,
    )


@pytest.mark.parametrize("form", FORMS)
def test_what_the_firm_settled_survives_the_round_trip(form: PolicyForm) -> None:
    of_reminders = policy_forms.read_reminders(sent(policy_forms.reminders_modal(form)), FirmPolicy())
    whole = policy_forms.read_time_off(sent(policy_forms.time_off_modal(form)), of_reminders)
    assert whole == form.policy


def test_a_form_changes_only_what_stands_in_it() -> None:
    untouched = FORMS[0]
    assert policy_forms.read_reminders(
        sent(policy_forms.reminders_modal(untouched)), SETTLED
    ).administrators == ("U2", "U1")
    assert policy_forms.read_time_off(sent(policy_forms.time_off_modal(untouched)), SETTLED).again_at == time(
        11
    )


@pytest.mark.parametrize(
    ("field", "state"),
    [
        (Field.INCOMPLETE_AT, {"selected_time": None}),
        (Field.DECISIONS_AT, {"selected_time": "soon"}),
        (Field.TOLERATED, {"value": None}),
        (Field.TOLERATED, {"value": "2401"}),
        (Field.TOLERATED, {"value": "1.5"}),
        (Field.TOLERATED, {"value": "-1"}),
        (Field.TOLERATED, {"value": "²"}),
    ],
)
def test_a_faulty_reminder_setting_is_named_at_its_field(field: Field, state: dict[str, Any]) -> None:
    view = sent(policy_forms.reminders_modal(FORMS[0]))
    view["state"]["values"][field.value] = {"value": state}
    with pytest.raises(Problems) as raised:
        policy_forms.read_reminders(view, FirmPolicy())
    assert [each.field for each in raised.value.problems] == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field.GRANTED, "a day"),
        (Field.GRANTED, "41"),
        (Field.GRANTED, "-0.5"),
        (Field.GRANTED, "nan"),
        (Field.PAST_DAYS, "367"),
        (Field.PAST_DAYS, ""),
    ],
)
def test_a_faulty_time_off_setting_is_named_at_its_field(field: Field, value: str) -> None:
    view = sent(policy_forms.time_off_modal(FORMS[0]))
    view["state"]["values"][field.value] = {"value": {"value": value}}
    with pytest.raises(Problems) as raised:
        policy_forms.read_time_off(view, FirmPolicy())
    assert [each.field for each in raised.value.problems] == [field]


def test_several_faults_are_named_at_once() -> None:
    view = sent(policy_forms.time_off_modal(FORMS[0]))
    for field in (Field.GRANTED, Field.PAST_DAYS):
        view["state"]["values"][field.value] = {"value": {"value": "many"}}
    with pytest.raises(Problems) as raised:
        policy_forms.read_time_off(view, FirmPolicy())
    assert [each.field for each in raised.value.problems] == [Field.GRANTED, Field.PAST_DAYS]


def test_what_was_never_offered_is_refused() -> None:
    reminders = sent(policy_forms.reminders_modal(FORMS[0]))
    reminders["state"]["values"]["reminders"] = {"value": {"selected_options": [{"value": "loudly"}]}}
    time_off = sent(policy_forms.time_off_modal(FORMS[0]))
    time_off["state"]["values"]["decider"] = {"value": {"selected_option": None}}
    with pytest.raises(Problem, match="older version"):
        policy_forms.read_reminders(reminders, FirmPolicy())
    with pytest.raises(Problem, match="older version"):
        policy_forms.read_time_off(time_off, FirmPolicy())


def test_the_overview_says_what_counts() -> None:
    shown = str(administration.overview(Overview(SETTLED, TODAY, WriteNumbers(0, 0, 0), 2, 2)).to_dict())
    for words in ("still not complete 11:00", "up to 15 minutes", "<#C1>", "<@U2>, <@U1>"):
        assert words in shown
    assert "All turned off." in str(
        administration.overview(Overview(NONE, TODAY, WriteNumbers(1, 1, 0), 0, 0)).to_dict()
    )


def test_years_and_weeks_of_the_tables_are_read_back() -> None:
    blocks = administration.overview(Overview(NONE, TODAY, WriteNumbers(0, 0, 0), 0, 0)).to_dict()["blocks"]
    years, weeks = [
        [option["value"] for option in block["accessory"]["options"]]
        for block in blocks
        if block["accessory"]["type"] == "static_select"
    ]
    assert [administration.read_year(each) for each in years] == [2026, 2025, 2024, 2023, 2022]
    assert administration.read_week(weeks[0]).start == date(2026, 3, 1)
    assert administration.read_week(weeks[-1]).end == date(2025, 12, 20)


@pytest.mark.parametrize("value", ["", "20", "0000", "9999", "２０２６", "next"])
def test_a_year_or_week_that_was_never_offered_is_refused(value: str) -> None:
    with pytest.raises(Problem, match="older version"):
        administration.read_year(value)
    with pytest.raises(Problem, match="older version"):
        administration.read_week(value)
