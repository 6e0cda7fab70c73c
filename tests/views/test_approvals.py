"""Approvals as people see them: all of it in words, harmless, and within what Slack takes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.approvals import Decision, Hearing, Line, RequestState, Sheet, WholeWeek
from bot.domain.problems import Problem
from bot.domain.time_entries import Project
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.views import approval_hearing, approval_queue, approval_rejections, approval_requests
from bot.views import approvals as views
from bot.views.approval_queue import Queued
from bot.views.approval_requests import Again
from bot.views.approvals import Outcome, RequestRef
from bot.views.messages import Message

SUNDAY = date(2026, 3, 1)
REF = RequestRef(17, 3)
URL = "https://app.mavenlink.com/workspaces/3001"
AT = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def sheet(
    lines: int = 2,
    notes: str = "Wireframes",
    name: str = "Tay Forth",
    title: str = "Website",
    comment: str = "",
) -> Sheet:
    week = WholeWeek(600, (0, 480, 480, 480, 480, 480, 0))
    days = [
        Line(str(at), SUNDAY + timedelta(days=at % 7), 90 + at, at % 2 == 0, notes) for at in range(lines)
    ]
    return Sheet("7001", "101", name, Project("3001", title, "Acme"), SUNDAY, tuple(days), comment, week)


EMPTY = sheet(lines=0)
CROWDED = sheet(200, "<!channel> & *all*\n" * 200, "N" * 300, "<@U1> " * 60, "c" * 5000)
DECISIONS = [Decision(state, "<Oder> & co", AT, "why " * 900) for state in RequestState]
DECISIONS += [Decision(state) for state in RequestState]
SHEETS = {"usual": sheet(), "empty": EMPTY, "crowded": CROWDED}


def drawn(each: Sheet) -> list[Message]:
    again = Again(EMPTY, DECISIONS[2])
    messages = [
        approval_requests.request(REF, each, URL),
        approval_requests.request(REF, each, URL, again),
        approval_requests.withdrawn(each),
        views.kept(),
        views.outcomes([Outcome(each, True, "Approved."), Outcome(each, False, "w" * 4000)] * 50),
        approval_queue.queue([], 0),
        *(
            approval_queue.queue([Queued(RequestRef(at, 1), each) for at in range(number)], 0)
            for number in (1, 10)
        ),
    ]
    for decision in DECISIONS:
        messages += [
            approval_requests.decided(each, decision),
            approval_requests.told(each, decision, URL),
            views.already(each, decision),
        ]
    return messages


@pytest.mark.parametrize("each", SHEETS.values(), ids=SHEETS)
def test_every_message_is_within_slacks_limits_and_says_all_in_its_text(each: Sheet) -> None:
    for message in drawn(each):
        payload = message.payload()
        check_blocks(payload["blocks"], Surface.MESSAGE)
        assert 0 < len(payload["text"]) <= 3900
        assert "<!channel>" not in str(payload)
        assert "<@U1>" not in payload["text"]


@pytest.mark.parametrize("each", SHEETS.values(), ids=SHEETS)
def test_every_form_is_within_slacks_limits(each: Sheet) -> None:
    forms = [approval_rejections.reason_form(REF, each, beside_request=beside) for beside in (True, False)]
    forms += [approval_hearing.hearing_form(hearing) for hearing in Hearing]
    forms.append(approval_rejections.said(views.already(each, DECISIONS[1])))
    for form in forms:
        check_blocks(form.to_dict()["blocks"], Surface.MODAL)


@pytest.mark.parametrize("number", [1, 9, 10, 11, 35])
def test_the_queue_shows_everything_on_one_page_or_another(number: int) -> None:
    waiting = [Queued(RequestRef(at, 1), sheet()) for at in range(number)]
    pages = -(-number // approval_queue.PAGE_SIZE)
    shown = []
    for page in range(pages):
        message = approval_queue.queue(waiting, page)
        check_blocks(message.payload()["blocks"], Surface.MESSAGE)
        (boxes,) = [
            block["elements"][0]
            for block in message.payload()["blocks"]
            if block.get("block_id") == approval_queue.PICK
        ]
        shown += [views.decode_ref(option["value"]) for option in boxes["options"]]
    assert shown == [each.ref for each in waiting]
    assert approval_queue.queue(waiting, 99).text == approval_queue.queue(waiting, pages - 1).text


def test_references_survive_the_round_trip_and_nothing_else_is_taken_for_one() -> None:
    assert views.decode_ref(views.encode_ref(REF)) == REF
    for garbled in ("", "1", "1.", ".1", "1.x", "-1.1", "1.1.1"):
        with pytest.raises(Problem):
            views.decode_ref(garbled)


def test_what_is_ticked_is_read_from_the_state() -> None:
    options = [{"value": "1.1"}, {"value": "2.4"}]
    state = {"values": {"pick": {approval_queue.PICK: {"selected_options": options}}, "other": {"x": {}}}}
    assert approval_queue.picked(state) == [RequestRef(1, 1), RequestRef(2, 4)]
    assert approval_queue.picked({}) == []


@pytest.mark.parametrize("beside", [True, False])
def test_a_rejections_form_survives_the_round_trip(beside: bool) -> None:
    form = approval_rejections.reason_form(REF, sheet(), beside_request=beside).to_dict()
    filled = {**form, "state": {"values": {"reason": {"reason": {"value": " Too much "}}}}}
    assert approval_rejections.read_reason(filled) == approval_rejections.Rejection(REF, "Too much", beside)


def test_a_form_that_was_never_ours_is_refused() -> None:
    for metadata in ("", "17.3", "17.3.2", "x.1"):
        with pytest.raises(Problem):
            approval_rejections.read_reason(
                {"private_metadata": metadata, "state": {"values": {"reason": {"reason": {"value": "no"}}}}}
            )


@pytest.mark.parametrize("hearing", list(Hearing))
def test_how_somebody_hears_survives_the_round_trip(hearing: Hearing) -> None:
    (block,) = approval_hearing.hearing_form(hearing).to_dict()["blocks"]
    chosen = {"selected_option": block["element"]["initial_option"]}
    assert approval_hearing.read_hearing({"state": {"values": {"hearing": {"hearing": chosen}}}}) is hearing
