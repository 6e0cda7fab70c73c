"""Deciding about timesheets as approvers do it: asked privately, decided once, every copy kept true."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.approvals import Decision, RequestState
from bot.sandbox.kantata import Kind
from bot.views import approval_queue, approval_requests
from bot.views import approvals as views
from storage import approvals
from tests.journeys.conftest import Town

ODER, AVON, LOIRE, HUDSON, ISAR = (
    "Oder Neisse",
    "Avon Severn",
    "Loire Allier",
    "Hudson Reed",
    "Isar Lech",
)
WEBSITE, NEWS = "7068", "7081"  # Isar's, whom Oder manages; Vistula's, whom three people may decide about
WEEK = "Sun 22 – Sat 28 Feb 2026"

Shown = dict[str, Any]


def submission(town: Town, submission_id: str = WEBSITE) -> dict[str, Any]:
    """The timesheet as Kantata has it."""
    found = town.world.kantata.store.table("timesheet_submissions").get(submission_id)
    assert found is not None
    return found


def resolutions(town: Town, submission_id: str = WEBSITE) -> list[dict[str, Any]]:
    """Every decision Kantata ever took about it."""
    return list(town.world.kantata.store.table("resolutions").where("target_id", submission_id))


def about(town: Town, who: str, words: str) -> Shown:
    """The one message to that person that speaks of those words."""
    (found,) = [each for each in town.heard(who) if words in each["text"]]
    return found


def website(town: Town, who: str = ODER) -> Shown:
    return about(town, who, "Isar Lech · Acme / Website relaunch")


def website_copies(town: Town) -> list[str]:
    return [each["text"] for each in town.heard(ODER) if "Isar Lech · Acme" in each["text"]]


def news(town: Town, who: str) -> Shown:
    return about(town, who, "News archive")


def labels(message: Shown) -> list[str]:
    """The buttons under a message."""
    return [
        element["text"]["text"]
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("type") == "button"
    ]


def value(message: Shown) -> str:
    """What the Approve button under a message carries."""
    (found,) = [
        element["value"]
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == approval_requests.APPROVE
    ]
    return str(found)


async def press(town: Town, who: str, carried: str, action_id: str = approval_requests.APPROVE) -> None:
    """Press a button that may not be there any more, or never was."""
    action = {"type": "button", "block_id": "b", "action_id": action_id, "value": carried, "action_ts": "1"}
    await town.interact(who, type="block_actions", actions=[action], container={"type": "message"})


async def poll(town: Town, **later: float) -> None:
    """Let time pass, and the bot look at Kantata."""
    town.clock.forward(**(later or {"seconds": 61}))
    await town.run("poll-decisions")


async def in_kantata(town: Town, who_id: str, verb: str, submission_id: str = WEBSITE, why: str = "") -> None:
    """Somebody decides in Kantata itself, with an account of their own."""
    kantata = town.deps.kantata.acting_as(town.world.kantata.token_for(who_id))
    act = {
        "approve": kantata.approve_submission,
        "reject": kantata.reject_submission,
        "cancel": kantata.cancel_submission,
    }[verb]
    await act(submission_id, why or None)


def change(town: Town, table: str, row_id: str, **fields: Any) -> None:
    store = town.world.kantata.store
    with store.transaction():
        store.update(table, row_id, fields)


def submit_anew(town: Town, **fields: Any) -> str:
    """Another timesheet of Isar's, submitted in Kantata itself; its id."""
    store = town.world.kantata.store
    now = town.clock().isoformat()
    new = {**submission(town), "created_at": now, "updated_at": now, **fields}
    del new["id"]
    with store.transaction():
        return str(store.insert("timesheet_submissions", new)["id"])


async def test_everybody_who_may_decide_is_asked_once_about_each_timesheet_that_waits(town: Town) -> None:
    await poll(town)
    await poll(town, hours=2)

    assert [len(town.heard(who)) for who in (ODER, AVON, LOIRE, HUDSON, ISAR)] == [7, 4, 2, 0, 0]
    asked = website(town)
    assert asked["text"].startswith(f"Please decide: Isar Lech · Acme / Website relaunch · {WEEK} · 20h 00m")
    assert labels(asked) == ["Approve", "Reject…", "Open in Kantata"]
    shown = str(asked["blocks"])
    assert "Tue 24 Feb 2026: 8h 00m" in shown
    assert "billable 16h 00m · not billable 4h 00m" in shown
    assert "Review with the client" in shown


async def test_approve_is_recorded_with_who_decided_and_every_copy_and_the_submitter_are_told(
    town: Town,
) -> None:
    await town.press("Approve", AVON, under=news(town, AVON))

    sheet = submission(town, NEWS)
    assert sheet["status"] == "approved"
    assert sheet["current_resolution_description"] == "Approved in Slack by Avon Severn (Kantata user 106)."
    for who in (ODER, AVON, LOIRE):
        copy = news(town, who)
        assert copy["text"].startswith("Approved by Avon Severn. Vistula Bug · Lumen Media / News archive"), (
            who
        )
        assert labels(copy) == []
        assert "<!date^" in str(copy["blocks"])
    assert town.last("Vistula Bug").startswith(
        "Your timesheet: Approved by Avon Severn. Lumen Media / News archive"
    )


async def test_reject_asks_for_a_reason_which_kantata_and_the_submitter_get(town: Town) -> None:
    await town.press("Reject…", ODER, under=website(town))
    assert town.field("reason", ODER) is not None

    refused = await town.send(ODER, reason="  ")
    assert refused.errors == {"reason": "Say why, so that it can be mended."}
    assert submission(town)["status"] == "pending"

    await town.send(ODER, reason="Thursday is missing")

    assert town.form(ODER) is None
    why = submission(town)["current_resolution_description"]
    assert why == "Thursday is missing\n\nRejected in Slack by Oder Neisse (Kantata user 102)."
    assert website(town)["text"].startswith("Rejected by Oder Neisse: Thursday is missing Isar Lech")
    told = town.heard(ISAR)[-1]
    assert told["text"].startswith("Your timesheet: Rejected by Oder Neisse: Thursday is missing Acme")
    assert "Mon 23 Feb 2026 · 4h 00m · " in str(told["blocks"])
    assert len(town.heard(ODER)) == 7


async def test_a_rejected_week_is_mended_and_submitted_again_and_the_approver_sees_what_changed(
    town: Town,
) -> None:
    await town.type("/timesheet last")
    await town.press("Submit week")
    await town.send()
    asked = [each for each in town.heard(ODER) if each["text"].startswith("Please decide: Tay Forth · ")]
    await town.press("Reject…", ODER, under=asked[0])
    await town.send(ODER, reason="Which page?")
    rejected = town.heard()[-1]
    assert labels(rejected) == ["Fix and resubmit", "Open in Kantata"]
    sheet = next(row for row in town.world.kantata.store.table("timesheet_submissions")
                 if row["user_id"] == "101" and row["status"] == "rejected")  # fmt: skip

    await town.press("Fix and resubmit", under=rejected)
    assert "Which page?" in str(town.heard()[-1]["blocks"])
    entry = next(
        iter(town.world.kantata.store.table("time_entries").where("recent_submission_id", sheet["id"]))
    )
    town.change_in_kantata(entry["id"], notes="The landing page")
    await town.press("Submit week")
    await town.send()

    again = [each for each in town.heard(ODER) if "Submitted again" in str(each["blocks"])]
    assert len(again) == 1
    assert "Rejected by Oder Neisse: Which page?" in str(again[0]["blocks"])
    assert "other notes" in str(again[0]["blocks"])
    assert labels(again[0]) == ["Approve", "Reject…", "Open in Kantata"]


async def test_a_garbled_week_to_fix_is_said_to_be_outdated(town: Town) -> None:
    for carried in ("", "yesterday", "9999-12-31T25"):
        await press(town, ISAR, carried, approval_requests.FIX)
        assert "from an older version" in town.last(ISAR)


async def test_a_late_press_is_answered_with_the_decision(town: Town) -> None:
    old = value(news(town, LOIRE))
    await town.press("Approve", AVON, under=news(town, AVON))

    for action_id in (approval_requests.APPROVE, approval_requests.REJECT):
        await press(town, LOIRE, old, action_id)
        assert "Approved by Avon Severn." in town.last(LOIRE)
    assert town.form(LOIRE) is None
    assert len(resolutions(town, NEWS)) == 1


@pytest.mark.parametrize("second", ["Approve", "Reject…"])
async def test_two_who_press_at_the_same_instant_take_one_decision(town: Town, second: str) -> None:
    if second == "Reject…":
        await town.press(second, LOIRE, under=news(town, LOIRE))
        other = town.send(LOIRE, reason="Too much")
    else:
        other = town.hit(second, LOIRE, under=news(town, LOIRE))
    await asyncio.gather(town.hit("Approve", AVON, under=news(town, AVON)), other)
    await town.settle()
    await town.later(seconds=5)

    (taken,) = resolutions(town, NEWS)
    winner, loser = (AVON, LOIRE) if "Avon" in taken["description"] else (LOIRE, AVON)
    did = "Rejected" if taken["type"] == "rejection" else "Approved"
    for who in (ODER, AVON, LOIRE):
        copies = [each["text"] for each in town.heard(who) if "News archive" in each["text"]]
        assert copies[0].startswith(f"{did} by {winner}"), who
    assert f"{did} by {winner}" in town.last(loser)
    assert ":hourglass" not in str(town.heard(loser))


async def test_what_is_decided_in_kantata_itself_is_treated_the_same(town: Town) -> None:
    await in_kantata(town, "106", "reject", NEWS, "Wrong project")
    await poll(town)

    for who in (ODER, AVON, LOIRE):
        assert news(town, who)["text"].startswith("Rejected by Avon Severn: Wrong project Vistula Bug")
        assert labels(news(town, who)) == []
    assert town.last("Vistula Bug").startswith("Your timesheet: Rejected by Avon Severn: Wrong project")
    await poll(town)
    assert len(town.heard("Vistula Bug")) == 1


async def test_an_approval_that_kantata_turns_into_a_rejection_is_noticed(town: Town) -> None:
    await town.press("Approve", AVON, under=news(town, AVON))
    town.clock.forward(seconds=5)
    await in_kantata(town, "106", "reject", NEWS, "After all not")
    await poll(town)

    assert news(town, ODER)["text"].startswith("Rejected by Avon Severn: After all not")
    assert town.last("Vistula Bug").startswith("Your timesheet: Rejected by Avon Severn")


async def test_what_was_submitted_and_decided_between_two_polls_is_told_to_the_submitter(town: Town) -> None:
    before = {who: len(town.heard(who)) for who in (ODER, AVON, LOIRE)}
    town.clock.forward(seconds=5)
    now = town.clock().isoformat()
    submit_anew(
        town,
        status="rejected",
        current_resolution_creator_id="106",
        current_resolution_created_at_date=now,
        current_resolution_description="No",
    )
    await poll(town)

    assert town.last(ISAR).startswith("Your timesheet: Rejected by Avon Severn: No")
    assert {who: len(town.heard(who)) for who in before} == before


async def test_a_timesheet_taken_back_meanwhile_cannot_be_decided(town: Town) -> None:
    old = value(website(town))
    await in_kantata(town, "104", "cancel")
    await town.press("Approve", ODER, under=website(town))

    assert "Taken back before it was decided." in town.last(ODER)
    assert submission(town)["status"] == "cancelled"
    assert website_copies(town)[0].startswith("Taken back")
    await press(town, ODER, old)
    assert submission(town)["status"] == "cancelled"


async def test_a_timesheet_that_is_gone_is_said_to_be_gone(town: Town) -> None:
    store = town.world.kantata.store
    with store.transaction():
        store.delete("timesheet_submissions", WEBSITE)
    await town.press("Approve", ODER, under=website(town))

    assert "no longer there in Kantata" in town.last(ODER)
    assert resolutions(town) == []
    assert labels(town.heard(ODER)[0]) == []


async def test_a_timesheet_that_kantata_shows_again_is_asked_about_again(town: Town) -> None:
    async with town.deps.database.transaction() as session:
        await approvals.decide(session, WEBSITE, Decision(RequestState.GONE), town.clock())
    await town.run("deliver-messages")
    assert "no longer there in Kantata" in website(town)["text"]

    await poll(town, hours=1, minutes=1)
    assert website(town)["text"].startswith("Please decide")
    assert "Approve" in labels(website(town))


async def test_what_was_decided_long_ago_is_forgotten_and_what_waits_is_not(town: Town) -> None:
    old = value(news(town, LOIRE))
    await town.press("Approve", AVON, under=news(town, AVON))
    town.clock.forward(days=91)
    await town.run("forget-approvals")
    await press(town, LOIRE, old)

    assert town.last(LOIRE) == views.NOBODY_KNOWS
    await town.press("Approve", ODER, under=website(town))
    assert submission(town)["status"] == "approved"


async def test_a_former_approver_is_told_so_and_no_longer_asked(town: Town) -> None:
    change(town, "workspaces", "3034", approver_ids=["103"])
    await town.press("Approve", AVON, under=news(town, AVON))

    assert views.NOT_YOURS in town.last(AVON)
    assert submission(town, NEWS)["status"] == "pending"

    await poll(town, hours=1, minutes=1)
    copies = [each for each in town.heard(AVON) if "News archive" in each["text"]]
    assert copies[0]["text"].startswith("You are no longer asked")
    assert labels(copies[0]) == []
    assert news(town, HUDSON)["text"].startswith("Please decide")


@pytest.mark.parametrize("carried", ["", "7", "x.y", "1.-1", "9" * 300 + ".1", "1.1; DROP TABLE"])
async def test_a_garbled_button_writes_nothing(town: Town, carried: str) -> None:
    for action_id in (approval_requests.APPROVE, approval_requests.REJECT, f"{approval_queue.PAGE}.next"):
        if action_id.startswith(approval_queue.PAGE) and carried == "7":
            continue
        await press(town, ODER, carried, action_id)
        assert "from an older version" in town.last(ODER)
    assert submission(town)["status"] == "pending"


async def test_a_forged_button_writes_nothing_and_tells_nothing(town: Town) -> None:
    mine = value(website(town))
    await press(town, ISAR, mine)
    assert views.NOT_YOURS in town.last(ISAR)
    await press(town, "Seine Marne", mine)
    assert views.NOT_YOURS in town.last("Seine Marne")
    assert submission(town)["status"] == "pending"

    await town.press("Approve", ODER, under=website(town))
    await press(town, "Seine Marne", mine)
    assert town.last("Seine Marne") == views.NOT_YOURS
    await press(town, ODER, "99999.1")
    assert town.last(ODER) == views.NOBODY_KNOWS


def asked_again(town: Town) -> Shown:
    return about(town, ODER, "Please decide: Isar Lech · Acme")


async def test_a_timesheet_changed_after_it_was_shown_is_shown_again_before_it_is_decided(town: Town) -> None:
    entry = next(iter(town.world.kantata.store.table("time_entries").where("recent_submission_id", WEBSITE)))
    town.change_in_kantata(entry["id"], time_in_minutes=600)
    old = value(website(town))
    await town.press("Approve", ODER, under=website(town))

    assert "was changed after you were shown it" in town.last(ODER)
    assert submission(town)["status"] == "pending"
    assert "26h 00m" in asked_again(town)["text"]

    await press(town, ODER, old)
    assert "was changed after you were shown it" in town.last(ODER)
    await town.press("Approve", ODER, under=asked_again(town))
    assert submission(town)["status"] == "approved"


async def test_the_queue_approves_what_is_ticked_and_shows_each_result(town: Town) -> None:
    await town.type("/approvals", AVON)
    listed = town.heard(AVON)[-1]
    assert listed["text"].startswith("4 timesheets for your decision:")
    before = len(town.world.kantata.requests)

    await select(town, AVON, listed, boxes(listed)[:3])
    await town.settle()

    results = town.heard(AVON)[-1]
    assert results["text"].count("✓") == 3
    assert results["text"].count("Approved by Avon Severn.") == 3
    asked = list(town.world.kantata.requests)[before:]
    assert [each.path for each in asked if each.method == "POST"] == ["/api/v1/timesheet_approvals"]
    await town.type("/approvals", AVON)
    assert town.last(AVON).startswith("1 timesheet for your decision:")


def boxes(listed: Shown) -> list[dict[str, Any]]:
    """The check boxes of the queue."""
    (found,) = [
        block["elements"][0] for block in listed["blocks"] if block["block_id"] == approval_queue.PICK
    ]
    return list(found["options"])


async def select(town: Town, who: str, listed: Shown, options: list[dict[str, Any]]) -> None:
    """Tick these boxes of the queue and press Approve selected."""
    state = {approval_queue.PICK: {approval_queue.PICK: {"type": "checkboxes", "selected_options": options}}}
    await town.world.slack.press(
        town.user(who), ephemeral=listed["id"], action_id=approval_queue.APPROVE_SELECTED, state=state
    )


async def test_of_several_that_kantata_does_not_take_together_each_is_tried_alone(town: Town) -> None:
    await town.type("/approvals", AVON)
    listed = town.heard(AVON)[-1]
    faults = town.world.kantata.faults
    faults.next("POST", "/timesheet_approvals", Kind.HANG)
    await select(town, AVON, listed, boxes(listed))
    await faults.hung(1)
    await in_kantata(town, "110", "reject", NEWS, "Wrong project")
    faults.release()
    await town.settle()

    said = town.last(AVON)
    assert said.count("✓") == 3
    assert "Rejected by Loire Allier: Wrong project" in said


async def test_several_decisions_whose_answer_was_lost_are_taken_once(town: Town) -> None:
    await town.type("/approvals", AVON)
    listed = town.heard(AVON)[-1]
    town.world.kantata.faults.next("POST", "/timesheet_approvals", Kind.DROPPED)
    await select(town, AVON, listed, boxes(listed))
    await town.settle()
    await town.later(seconds=5)

    assert len(resolutions(town, NEWS)) == 1
    assert town.last(AVON).count("✓") == 4


async def test_nothing_ticked_is_said(town: Town) -> None:
    await town.type("/approvals", AVON)
    await select(town, AVON, town.heard(AVON)[-1], [])
    await town.settle()
    assert town.last(AVON) == approval_queue.NOTHING_CHOSEN


async def test_who_has_nothing_waiting_hears_nothing_and_sees_an_empty_queue(town: Town) -> None:
    assert town.heard(HUDSON) == []
    await town.type("/approvals", HUDSON)
    assert approval_queue.NOTHING_WAITS in town.last(HUDSON)


async def test_a_long_queue_is_paged(town: Town) -> None:
    for _ in range(8):
        submit_anew(town)
    await poll(town)
    await town.type("/approvals", ODER)

    assert town.last(ODER).startswith("15 timesheets for your decision:")
    assert labels(town.heard(ODER)[-1]) == ["Approve selected", "Next", "How I hear…"]
    await town.press("Next", ODER)
    assert "page 2 of 2" in str(town.heard(ODER)[-1]["blocks"])
    await town.press("Previous", ODER)
    assert "page 1 of 2" in str(town.heard(ODER)[-1]["blocks"])


async def test_a_message_that_cannot_be_rewritten_any_more_is_followed_in_its_thread(town: Town) -> None:
    old = website(town)
    town.workspace.edit_window = timedelta(0)
    town.clock.forward(seconds=30)
    await town.press("Approve", ODER, under=old)
    await town.later(seconds=5)
    await town.run("deliver-messages")

    first, second = [each for each in town.heard(ODER) if "Isar Lech · Acme" in each["text"]]
    assert first["text"].startswith("Please decide")
    assert second["text"].startswith("Approved by Oder Neisse.")
    said = town.workspace.message(second["channel"], second["ts"])
    assert said is not None
    assert said.thread_ts == old["ts"]


async def test_a_request_whose_posting_was_interrupted_is_looked_for_and_not_sent_again(town: Town) -> None:
    submit_anew(town)
    town.world.slack.faults.reset_after("chat.postMessage")
    await poll(town)
    for _ in range(8):
        await town.later(seconds=15)
        await town.run("deliver-messages")

    assert len(town.heard(ODER)) == 8
    await town.press("Approve", ODER, under=town.heard(ODER)[-1])
    assert town.heard(ODER)[-1]["text"].startswith("Approved by Oder Neisse.")


async def test_a_request_that_never_arrived_is_sent_again_after_two_looks(town: Town) -> None:
    submit_anew(town)
    town.world.slack.faults.reset_before("chat.postMessage")
    await poll(town)
    assert len(town.heard(ODER)) == 7

    for _ in range(8):
        await town.later(seconds=15)
        await town.run("deliver-messages")
    assert len(town.heard(ODER)) == 8


async def test_slacks_wish_for_a_pause_is_granted(town: Town) -> None:
    submit_anew(town)
    town.world.slack.faults.rate_limit("chat.postMessage", retry_after=40)
    await poll(town)
    town.clock.forward(seconds=30)
    await town.run("deliver-messages")
    assert len(town.heard(ODER)) == 7

    town.clock.forward(seconds=11)
    await town.run("deliver-messages")
    assert len(town.heard(ODER)) == 8


@pytest.mark.parametrize("done", [True, False])
async def test_a_decision_whose_answer_was_lost_is_taken_once(town: Town, done: bool) -> None:
    town.world.kantata.faults.next("PUT", "/timesheet_submissions/*/approve", Kind.DROPPED, done=done)
    await town.press("Approve", ODER, under=website(town))
    for _ in range(10):
        await town.later(seconds=60)

    (taken,) = resolutions(town)
    assert taken["type"] == "approval"
    assert website(town)["text"].startswith("Approved by Oder Neisse.")


async def test_what_is_submitted_here_is_asked_about_at_once(town: Town) -> None:
    before = len(town.heard(ODER))
    await town.type("/timesheet last")
    await town.press("Submit week")
    await town.send()

    asked = [each["text"] for each in town.heard(ODER)[before:]]
    assert asked
    assert all(text.startswith("Please decide: Tay Forth · ") for text in asked)


async def test_what_waited_before_the_bot_was_there_is_asked_about_even_if_it_is_years_old(
    town: Town,
) -> None:
    long_ago = datetime(2024, 1, 5, tzinfo=UTC).isoformat()
    submit_anew(town, updated_at=long_ago, created_at=long_ago)
    await poll(town, hours=1, minutes=1)
    assert len(town.heard(ODER)) == 8
