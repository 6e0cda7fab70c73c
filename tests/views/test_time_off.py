"""What people see of time off stays within Slack's limits, says all in its text, and reads back as drawn."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.calendars import week_of
from bot.domain.leave_lines import Wish
from bot.domain.problems import Field, Problem
from bot.domain.time_off import Absence, LeaveDay, Preview, TimeOff, TimeOffState, Written, format_days
from bot.domain.work_calendars import DayOut
from bot.views import absences, time_off_forms, time_off_previews
from bot.views import time_off as views
from bot.views.messages import Message

TODAY = date(2026, 3, 5)
LONG = "<!channel> & " + "x" * 480


def days(number: int, **fields: Any) -> tuple[LeaveDay, ...]:
    return tuple(LeaveDay(TODAY + timedelta(days=2 * at), 480, **fields) for at in range(number))


def request(state: TimeOffState = TimeOffState.WAITING, **fields: Any) -> TimeOff:
    now = datetime(2026, 3, 5, 12, tzinfo=UTC)
    given: dict[str, Any] = {"days": days(2), "reason": "", "asked_at": now, "expires_at": now} | fields
    return TimeOff(7, "T1", "U1", "101", "Tay Forth", state, 3, **given)


def largest() -> list[Message]:
    """Every message at its longest."""
    hundred = days(100)
    of = request(days=hundred, reason=LONG)
    outs = tuple(DayOut(day.day, f"reason {at}") for at, day in enumerate(hundred))
    shown = Preview(Wish(tuple(day.day for day in hundred), reason=LONG), hundred, outs, {TODAY: 60})
    off = tuple(Absence(f"Somebody {at} {'y' * 60}", (TODAY, TODAY + timedelta(days=3))) for at in range(200))
    around = views.Surroundings(off, {day.day: 60 for day in hundred})
    refused = request(TimeOffState.GRANTED, days=days(100, taken=0, found=0, refused=LONG), decided_by="Oder")
    written = {day.day: Written(0, 60, LONG) for day in hundred}
    return [
        time_off_previews.preview(1, shown, ("Oder Neisse",) * 20),
        views.asked(of, ("Oder Neisse",) * 20),
        views.request(of, around, again=True),
        views.decided(refused),
        views.told(refused),
        views.listing([of] * 40, {7: ("Oder Neisse",)}, hundred),
        views.written(written),
        views.withdrawn(hundred, left=hundred),
        views.not_written(LONG * 10),
        absences.who(week_of(TODAY), off),
    ]


@pytest.mark.parametrize("message", largest(), ids=lambda message: message.text[:20])
def test_the_longest_messages_are_within_slacks_limits(message: Message) -> None:
    payload = message.payload()
    assert 0 < len(payload["text"]) <= 4000
    assert len(payload["blocks"]) <= 50
    for block in payload["blocks"]:
        assert len(block.get("text", {}).get("text", "")) <= 3000
        for element in block.get("elements", []):
            assert len(element.get("accessibility_label", "")) <= 75
            assert len(element.get("value", "")) <= 2000
    assert "<!channel>" not in str(payload)


@pytest.mark.parametrize("state", TimeOffState)
def test_every_state_is_said_to_both_sides_in_the_text_itself(state: TimeOffState) -> None:
    of = request(state, decided_by="Oder Neisse", why="Go-live", reason="private")
    for message in (views.decided(of), views.told(of), views.already(of)):
        assert views.verdict(of) in message.text
        assert "private" not in str(message.payload())


def test_a_button_finds_its_request_again() -> None:
    assert views.decode_ref(views.encode_ref(request())) == views.TimeOffRef(7, 3)
    for forged in ("", "7", "7.", ".3", "7.3.1", "x.y", "-7.3", "7.٣"):
        with pytest.raises(Problem):
            views.decode_ref(forged)


def test_what_kantata_has_is_said_where_it_differs() -> None:
    first, second, third = days(3)
    granted = request(
        TimeOffState.GRANTED,
        days=(
            LeaveDay(first.day, 480, taken=480, found=480),
            LeaveDay(second.day, 240, taken=240, found=360),
            LeaveDay(third.day, 480, taken=0, found=0, refused="Over capacity."),
        ),
    )
    assert views.in_kantata(granted) == (
        "It is in Kantata. Kantata did not take Mon 9 Mar 2026: Over capacity. "
        "On Sat 7 Mar 2026 Kantata has 6h 00m off in all."
    )
    assert views.in_kantata(request(TimeOffState.GRANTED)) == "It is being written to Kantata."


def form_state(view: dict[str, Any], **texts: str) -> dict[str, Any]:
    """The form as Slack sends it, with what was in it unless something else was typed."""
    values = {}
    for block in view["blocks"]:
        text = texts.get(block["block_id"], block["element"].get("initial_value"))
        values[block["block_id"]] = {time_off_forms.VALUE: {"type": "plain_text_input", "value": text}}
    return {"private_metadata": view.get("private_metadata"), "state": {"values": values}}


def test_the_form_of_a_request_reads_back_as_the_request() -> None:
    of = request(reason="moving", days=(LeaveDay(date(2026, 3, 6), 240), LeaveDay(date(2026, 3, 9), 240)))
    view = time_off_forms.ask_form(of).to_dict()
    read = time_off_forms.read_ask(form_state(view), today=TODAY, locale="en-GB")

    assert read.ref == views.TimeOffRef(7, 3)
    assert read.wish.reason == "moving"
    assert read.wish.amount.minutes == 240
    assert set(read.wish.days) >= {each.day for each in of.days}


@pytest.mark.parametrize("number", [1, 2, 5, 100])
def test_days_as_they_are_spelled_can_be_typed(number: int) -> None:
    spelled = [each.day for each in days(number * 2) if each.day.weekday() in (1, 3)][:number]
    view = time_off_forms.ask_form().to_dict()
    read = time_off_forms.read_ask(form_state(view, days=format_days(spelled)), today=TODAY, locale="en-GB")
    assert list(read.wish.days) == spelled
    assert read.ref is None


def test_the_form_of_granted_days_asks_for_no_reason() -> None:
    of = request(TimeOffState.GRANTED, days=days(1, taken=480, found=480))
    blocks = [each["block_id"] for each in time_off_forms.ask_form(of).to_dict()["blocks"]]
    assert blocks == ["days", "hours"]


def test_a_rejection_needs_its_reason() -> None:
    view = time_off_forms.why_form(request()).to_dict()
    values = {"reason": {time_off_forms.VALUE: {"value": " Go-live "}}}
    sent = {"private_metadata": view["private_metadata"], "state": {"values": values}}
    assert time_off_forms.read_why(sent) == (views.TimeOffRef(7, 3), "Go-live")

    values["reason"][time_off_forms.VALUE]["value"] = "  "
    with pytest.raises(Problem) as wrong:
        time_off_forms.read_why(sent)
    assert wrong.value.field is Field.REASON
    with pytest.raises(Problem):
        time_off_forms.read_why({"private_metadata": "", "state": {"values": {}}})
