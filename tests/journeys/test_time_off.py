"""Time off as people live it: asked for, decided once, written once, changed and taken back."""

from datetime import date
from typing import Any

import pytest

from bot.domain.policies import FirmPolicy, TimeOffDecider
from bot.sandbox.kantata import Kind
from bot.views import time_off as views
from bot.views import time_off_previews
from storage import policies
from tests.journeys.conftest import TAY, Town

ODER, ISAR = "Oder Neisse", "Isar Lech"
TAY_ID = "101"
FRIDAY, MONDAY, TUESDAY = date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 10)
SEEDED = date(2026, 3, 20)

Shown = dict[str, Any]


def off(town: Town, user_id: str = TAY_ID) -> dict[str, float]:
    """The hours somebody has off in Kantata by day, but for what was there from the beginning."""
    rows = town.world.kantata.store.table("time_off_entries").where("user_id", user_id)
    return {
        row["requested_date"]: row["hours"] for row in rows if row["requested_date"] != SEEDED.isoformat()
    }


def about(town: Town, who: str, words: str) -> list[Shown]:
    """What somebody was told that speaks of these words, oldest first."""
    return [each for each in town.heard(who) if words in each["text"]]


def asked(town: Town, who: str = ODER) -> Shown:
    """The request somebody is asked about, in whatever state it is."""
    words = ("Tay Forth asks for time off", "Tay Forth, time off")
    return [each for each in town.heard(who) if any(said in each["text"] for said in words)][-1]


def labels(message: Shown) -> list[str]:
    """The buttons under a message."""
    return [
        element["text"]["text"]
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("type") == "button"
    ]


async def later(town: Town, **time: float) -> None:
    """Let time pass, writes be taken up, and messages go out."""
    town.clock.forward(**(time or {"seconds": 3}))
    await town.run("sweep-writes", "deliver-messages", "expire-time-off", "deliver-messages")


async def ask(town: Town, text: str = "fri") -> None:
    """Tay types what to ask for and presses Request."""
    await town.type(f"/timeoff {text}")
    await town.press("Request")
    await later(town)


async def settle(town: Town, policy: FirmPolicy) -> None:
    """The firm settles its policy."""
    async with town.deps.database.transaction() as session:
        await policies.save_firm(session, town.workspace.team_id, policy, "U0", town.clock())


async def carried(town: Town, who: str, value: str, action_id: str) -> None:
    """Press a button that may not be there any more, or never was."""
    action = {"type": "button", "block_id": "b", "action_id": action_id, "value": value, "action_ts": "1"}
    await town.interact(who, type="block_actions", actions=[action], container={"type": "message"})
    await later(town)


def value(message: Shown, action_id: str = views.APPROVE) -> str:
    """What the button of that action carries."""
    (found,) = [
        element["value"]
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == action_id
    ]
    return str(found)


async def test_days_and_hours_are_shown_before_anything_is_asked_for(town: Town) -> None:
    await town.type("/timeoff fri-tue: family")

    said = town.heard()[-1]
    assert said["ephemeral"]
    assert said["text"].startswith("Time off: Fri 6 Mar 2026 – Tue 10 Mar 2026 · 3 days · 24h 00m.")
    assert "Left out: Sat 7 Mar 2026, Sun 8 Mar 2026 (not a working day)" in said["text"]
    assert "Oder Neisse will be asked" in str(said["blocks"])
    assert labels(said) == ["Request"]
    await later(town)
    assert about(town, ODER, "Tay Forth asks") == []
    assert off(town) == {}


async def test_asked_approved_and_written_once_and_both_are_told(town: Town) -> None:
    await ask(town, "fri-mon: family")
    assert "Asked for: Fri 6 Mar 2026 – Mon 9 Mar 2026 · 2 days · 16h 00m. It waits" in town.last()
    request = asked(town)
    assert request["text"].startswith(
        "Tay Forth asks for time off: Fri 6 Mar 2026 – Mon 9 Mar 2026 · 2 days · 16h 00m"
    )
    assert "Reason: family" in request["text"]
    assert labels(request) == ["Approve", "Reject…"]
    assert off(town) == {}

    await town.press("Approve", ODER, under=request)
    await later(town)
    await later(town)

    assert off(town) == {"2026-03-06": 8.0, "2026-03-09": 8.0}
    assert asked(town)["text"].startswith("Approved by Oder Neisse. · Tay Forth, time off: Fri 6 Mar 2026")
    assert labels(asked(town)) == []
    assert "family" not in str(asked(town))
    told = about(town, TAY, "Your time off")
    assert len(told) == 1
    assert "Approved by Oder Neisse. · It is in Kantata." in told[0]["text"]
    await later(town, minutes=10)
    assert off(town) == {"2026-03-06": 8.0, "2026-03-09": 8.0}


async def test_the_form_asks_for_the_same_and_says_what_is_wrong_at_its_field(town: Town) -> None:
    await town.type("/timeoff")
    for fields, errors in (
        ({"days": "someday"}, ["days"]),
        ({"days": "fri", "hours": "lots"}, ["hours"]),
        ({"days": "sat", "hours": ""}, ["days"]),
        ({"days": "fri", "hours": "9h"}, ["hours"]),
        ({"days": "20 mar", "hours": ""}, ["days"]),
        ({"days": "2026-01-05"}, ["days"]),
    ):
        outcome = await town.send(**fields)
        assert list(outcome.errors or {}) == errors, fields

    await town.send(days="fri, mon", hours="half a day", reason="moving house")
    assert "Fri 6 Mar 2026 – Mon 9 Mar 2026 · 2 days · 8h 00m" in str(town.front())
    assert town.front()["submit"]["text"] == "Request"
    await town.send()
    await later(town)

    assert "It waits for Oder Neisse" in str(town.front())
    assert "Reason: moving house" in asked(town)["text"]
    await town.press("Approve", ODER, under=asked(town))
    await later(town)
    assert off(town) == {"2026-03-06": 4.0, "2026-03-09": 4.0}


async def test_while_kantata_is_slow_the_form_waits_and_then_shows_what_it_comes_to(town: Town) -> None:
    await town.type("/timeoff")
    town.hang("GET", "/time_off_entries")
    user = town.user()
    block = town.field("days")
    assert block is not None
    values = {block["block_id"]: {"value": {"type": "plain_text_input", "value": "fri"}}}
    await town.world.slack.submit(user, town.front()["id"], values)
    assert "Asking Kantata" in str(town.front())

    town.release()
    await town.settle()
    assert town.front()["submit"]["text"] == "Request"


async def test_what_turns_out_to_be_wrong_after_a_wait_is_said_above_the_form_as_it_was_filled(
    town: Town,
) -> None:
    await town.type("/timeoff")
    town.hang("GET", "/time_off_entries")
    typed = {"days": "fri", "hours": "9h", "reason": "moving house"}
    values = {name: {"value": {"type": "plain_text_input", "value": text}} for name, text in typed.items()}
    await town.world.slack.submit(town.user(), town.front()["id"], values)
    town.release()
    await town.settle()

    assert "9h 00m is more than your working day of 8h 00m" in town.hint()
    assert [block["element"]["initial_value"] for block in town.front()["blocks"][1:]] == [*typed.values()]
    await town.send(hours="8h")
    assert town.front()["submit"]["text"] == "Request"


async def test_rejected_with_a_reason_that_whoever_asked_is_told(town: Town) -> None:
    await ask(town)
    await town.press("Reject…", ODER, under=asked(town))
    refused = await town.send(ODER, reason=" ")
    assert refused.errors == {"reason": "Say why, so that they know."}
    await town.send(ODER, reason="Go-live week")
    await later(town)

    assert town.form(ODER) is None
    assert "Rejected by Oder Neisse: Go-live week" in about(town, TAY, "Your time off")[0]["text"]
    assert asked(town)["text"].startswith("Rejected by Oder Neisse: Go-live week")
    assert off(town) == {}


async def test_pressed_twice_it_is_asked_for_once(town: Town) -> None:
    await town.type("/timeoff fri")
    shown = town.heard()[-1]
    form_id = value(shown, time_off_previews.REQUEST)
    await town.press("Request", under=shown)
    await carried(town, TAY, form_id, time_off_previews.REQUEST)

    assert len(about(town, ODER, "Tay Forth asks")) == 1
    await town.press("Approve", ODER, under=asked(town))
    await later(town)
    assert off(town) == {"2026-03-06": 8.0}


async def test_a_late_press_is_answered_with_the_decision(town: Town) -> None:
    await ask(town)
    pressed = value(asked(town))
    await town.press("Approve", ODER, under=asked(town))
    await later(town)
    await carried(town, ODER, pressed, views.APPROVE)
    assert "Approved by Oder Neisse." in town.last(ODER)

    await carried(town, ODER, pressed, views.REJECT)
    assert town.form(ODER) is None
    assert off(town) == {"2026-03-06": 8.0}


async def test_of_two_who_decide_the_second_is_told_what_the_first_said(town: Town) -> None:
    _manager(town, None)
    await settle(town, FirmPolicy(time_off_fallbacks=("102", "106")))
    await ask(town)
    theirs = [asked(town, who) for who in (ODER, "Avon Severn")]

    await town.press("Approve", ODER, under=theirs[0])
    await carried(town, "Avon Severn", value(theirs[1]), views.APPROVE)
    await later(town)

    assert any("Approved by Oder Neisse." in each["text"] for each in town.heard("Avon Severn"))
    assert off(town) == {"2026-03-06": 8.0}


def _manager(town: Town, manager_id: str | None, user_id: str = TAY_ID) -> None:
    store = town.world.kantata.store
    row = next(iter(store.table("account_memberships").where("user_id", user_id)))
    with store.transaction():
        store.update("account_memberships", row["id"], {"manager_id": manager_id})


@pytest.mark.parametrize("forged", ["", "x", "1", "1.1.1", "999999.1", "-1.1", "9" * 30 + ".1", "1.99"])
async def test_forged_buttons_decide_nothing(town: Town, forged: str) -> None:
    await ask(town)
    for action_id in (views.APPROVE, views.REJECT, views.WITHDRAW, views.EDIT, time_off_previews.REQUEST):
        await carried(town, ISAR, forged, action_id)
        await carried(town, ODER, forged, action_id)
    assert town.form(ISAR) is None
    assert labels(asked(town)) == ["Approve", "Reject…"]
    assert off(town) == {}


async def test_whoever_is_not_asked_cannot_decide_and_nobody_decides_about_their_own(town: Town) -> None:
    await ask(town)
    genuine = value(asked(town))
    for who in (ISAR, TAY, "Hudson Reed"):
        await carried(town, who, genuine, views.APPROVE)
        assert "not asked" in town.last(who), who
    await carried(town, ISAR, genuine, views.WITHDRAW)
    assert labels(asked(town)) == ["Approve", "Reject…"]


async def test_who_was_asked_and_is_no_longer_the_manager_cannot_decide(town: Town) -> None:
    await ask(town)
    _manager(town, "106")
    await town.press("Approve", ODER, under=asked(town))
    await later(town)

    assert off(town) == {}
    assert "You are not asked about this time off (any more)" in town.last(ODER)


async def test_withdrawn_while_it_waits_the_approver_sees_it(town: Town) -> None:
    await ask(town, "fri: secret plans")
    await town.type("/timeoff list")
    await town.press("Withdraw")
    await later(town)

    assert town.last().startswith(":leftwards_arrow_with_hook: Withdrawn: Fri 6 Mar 2026")
    assert asked(town)["text"].startswith("Withdrawn by Tay Forth before it was decided.")
    assert labels(asked(town)) == []
    await town.type("/timeoff cancel fri")
    assert "You have not asked me for time off on Fri 6 Mar 2026" in town.last()


async def test_part_of_what_waits_can_be_taken_back(town: Town) -> None:
    await ask(town, "fri-tue")
    await town.type("/timeoff cancel mon")
    await later(town)

    assert "Still asked for: Fri 6 Mar 2026, Tue 10 Mar 2026" in town.last()
    assert "(changed): Fri 6 Mar 2026, Tue 10 Mar 2026 · 2 days · 16h 00m" in asked(town)["text"]
    await town.press("Approve", ODER, under=asked(town))
    await later(town)
    assert off(town) == {"2026-03-06": 8.0, "2026-03-10": 8.0}


async def test_changed_while_it_waits_only_what_is_shown_now_can_be_approved(town: Town) -> None:
    await ask(town)
    before = value(asked(town))
    await town.type("/timeoff change fri 2h")
    await later(town)
    await carried(town, ODER, before, views.APPROVE)
    assert "changed after you were shown it" in town.last(ODER)
    assert off(town) == {}

    await town.press("Approve", ODER, under=asked(town))
    await later(town)
    assert off(town) == {"2026-03-06": 2.0}


async def test_edit_fills_the_form_with_what_was_asked_for(town: Town) -> None:
    await ask(town, "fri 2h: dentist")
    await town.type("/timeoff list")
    await town.press("Edit")
    days = town.field("days")
    assert days is not None
    assert days["element"]["initial_value"] == "Fri 6 Mar 2026"
    await town.send(days="mon-tue", hours="", reason="dentist, twice")
    await town.send()
    await later(town)

    assert "Changed: you now ask for Mon 9 Mar 2026 – Tue 10 Mar 2026 · 2 days · 16h 00m" in str(town.front())
    assert len(about(town, ODER, "Tay Forth")) == 1
    assert "dentist, twice" in asked(town)["text"]
    await town.press("Approve", ODER, under=asked(town))
    await later(town)
    assert off(town) == {"2026-03-09": 8.0, "2026-03-10": 8.0}


async def granted(town: Town, text: str = "fri-mon") -> None:
    """Time off that Kantata has."""
    await ask(town, text)
    await town.press("Approve", ODER, under=asked(town))
    await later(town)
    assert off(town)


async def test_granted_days_are_given_back_and_deleted_and_whoever_decided_hears(town: Town) -> None:
    await granted(town)
    await town.type("/timeoff cancel fri")
    await later(town)
    assert off(town) == {"2026-03-09": 8.0}
    assert about(town, TAY, "Fri 6 Mar 2026: given back")
    assert about(town, ODER, "gave back time off that was granted: Fri 6 Mar 2026")

    await town.press("Withdraw", under=about(town, TAY, "Your time off")[-1])
    await later(town)
    assert off(town) == {}
    assert asked(town)["text"].startswith("Cancelled by Tay Forth")
    assert about(town, TAY, "Cancelled by Tay Forth")


async def test_granted_days_are_given_other_hours(town: Town) -> None:
    await granted(town)
    await town.type("/timeoff change mon half a day")
    await later(town)
    assert off(town) == {"2026-03-06": 8.0, "2026-03-09": 4.0}
    assert about(town, ODER, "changed time off that was granted: Mon 9 Mar 2026 · 1 day · 4h 00m")

    await town.type("/timeoff change mon 9h")
    assert "9h 00m is more than your working day of 8h 00m" in town.last()
    assert off(town)["2026-03-09"] == 4.0


async def test_the_edit_form_of_granted_days_changes_their_hours(town: Town) -> None:
    await granted(town)
    await town.press("Edit", under=about(town, TAY, "Your time off")[-1])
    assert town.field("reason") is None
    outcome = await town.send(days="10 mar", hours="2h")
    assert list(outcome.errors or {}) == ["days"]
    await town.send(days="fri", hours="2h")
    await later(town)

    assert off(town) == {"2026-03-06": 2.0, "2026-03-09": 8.0}


async def test_what_is_off_or_asked_for_already_is_left_out(town: Town) -> None:
    await ask(town)
    await town.type("/timeoff fri-mon")
    assert "Left out: Fri 6 Mar 2026 (asked for already)" in town.last()
    await town.type("/timeoff fri")
    assert "There is nothing to ask for. Fri 6 Mar 2026: asked for already." in town.last()


async def test_a_preview_that_is_overtaken_is_not_asked_for(town: Town) -> None:
    await town.type("/timeoff fri 6h")
    first = town.heard()[-1]
    await town.type("/timeoff fri 6h")
    await town.press("Request")
    await town.press("Request", under=first)
    await later(town)

    assert any("Your time off has changed" in each["text"] for each in town.heard())
    assert len(about(town, ODER, "Tay Forth asks")) == 1


async def test_requests_are_granted_without_asking_where_the_firm_wants_it(town: Town) -> None:
    await settle(town, FirmPolicy(time_off_granted_minutes=120))
    await ask(town, "fri 2h: dentist")
    await later(town)
    assert off(town) == {"2026-03-06": 2.0}
    assert about(town, ODER, "Tay Forth") == []
    assert "Granted without asking. · It is in Kantata." in about(town, TAY, "Your time off")[0]["text"]

    await ask(town, "mon 3h")
    assert about(town, ODER, "Tay Forth asks")

    await settle(town, FirmPolicy(time_off_decider=TimeOffDecider.NOBODY))
    await ask(town, "tue")
    await later(town)
    assert off(town) == {"2026-03-06": 2.0, "2026-03-10": 8.0}


async def test_without_a_manager_the_fallbacks_are_asked_then_the_administrators(town: Town) -> None:
    _manager(town, None)
    await settle(town, FirmPolicy(time_off_fallbacks=("106",)))
    await ask(town)
    assert about(town, "Avon Severn", "Tay Forth asks")
    assert about(town, ODER, "Tay Forth asks") == []

    await settle(town, FirmPolicy())
    await ask(town, "mon")
    assert about(town, "Hudson Reed", "Tay Forth asks for time off: Mon 9 Mar 2026")


async def test_a_manager_who_is_not_in_slack_cannot_be_asked(town: Town) -> None:
    _manager(town, "100")  # the service account
    await settle(town, FirmPolicy(time_off_fallbacks=("106",)))
    await town.run("refresh-roster")
    await ask(town)
    assert about(town, "Avon Severn", "Tay Forth asks")


async def test_whoever_decides_sees_what_is_logged_and_who_else_is_off(town: Town) -> None:
    await town.type("/logtime 2h today acme design: early")
    store = town.world.kantata.store
    now = "2026-03-01T00:00:00Z"
    with store.transaction():
        row = {"user_id": "107", "hours": 8.0, "requested_date": "2026-03-05"}
        row |= {"submission_date": "2026-03-01", "created_at": now, "updated_at": now}
        store.insert("time_off_entries", row)
    await ask(town, "today 4h")

    said = asked(town)["text"]
    assert "Time is logged on these days already: Thu 5 Mar 2026 " in said
    assert "Clyde Tweed (Thu 5 Mar 2026)" in said


async def test_nobody_decides_and_it_expires_and_both_are_told(town: Town) -> None:
    await ask(town)
    await later(town, days=13)
    assert labels(asked(town)) == ["Approve", "Reject…"]
    await later(town, days=3)

    assert "Expired: nobody decided in time." in about(town, TAY, "Your time off")[0]["text"]
    assert asked(town)["text"].startswith("Expired: nobody decided in time.")
    assert labels(asked(town)) == []
    await later(town, days=3)
    assert len(about(town, TAY, "Your time off")) == 1


async def test_reminders_come_after_one_three_and_five_working_days(town: Town) -> None:
    await ask(town, "24 dec")
    reminded: list[int] = []
    for day in range(1, 12):
        town.clock.forward(days=1)
        for _ in range(2):
            await town.run("remind-time-off")
            await later(town)
        if len(about(town, ODER, "Still waiting for you")) > len(reminded):
            reminded.append(day)
    # Asked on a Thursday: Friday, Tuesday and Thursday are the first, third and fifth.
    assert reminded == [1, 5, 7]

    await town.press("Approve", ODER, under=about(town, ODER, "Still waiting for you")[-1])
    await later(town)
    assert about(town, ODER, "Still waiting for you") == []
    assert off(town) == {"2026-12-24": 8.0}


async def test_what_kantata_does_not_take_is_told_to_both(town: Town) -> None:
    await ask(town, "fri-mon")
    _workweek_without_mondays(town)
    await town.press("Approve", ODER, under=asked(town))
    await later(town)
    await later(town, seconds=200)

    assert off(town) == {"2026-03-06": 8.0}
    for who in (TAY, ODER):
        assert "Kantata did not take Mon 9 Mar 2026" in town.heard(who)[-1]["text"], who


def _workweek_without_mondays(town: Town) -> None:
    store = town.world.kantata.store
    with store.transaction():
        for week in list(store.table("workweeks")):
            store.update("workweeks", week["id"], {"monday_minutes": 0})


async def test_a_decision_made_while_kantata_is_down_is_kept_and_done_once(town: Town) -> None:
    await ask(town)
    town.world.kantata.faults.next("GET", "*", Kind.UNAVAILABLE, times=3)
    await town.press("Approve", ODER, under=asked(town))
    await later(town, seconds=10)
    await later(town, seconds=60)
    await later(town, seconds=60)

    assert off(town) == {"2026-03-06": 8.0}
    assert asked(town)["text"].startswith("Approved by Oder Neisse.")


async def test_after_a_restart_what_was_decided_is_written(town: Town) -> None:
    await ask(town)
    town.world.kantata.faults.next("POST", "/time_off_entries", Kind.UNAVAILABLE, times=2)
    await town.press("Approve", ODER, under=asked(town))
    await town.restart()
    for _ in range(4):
        await later(town, seconds=200)
    assert off(town) == {"2026-03-06": 8.0}


async def test_the_list_shows_what_kantata_has_from_elsewhere(town: Town) -> None:
    await granted(town, "fri")
    store = town.world.kantata.store
    (booked,) = store.table("time_off_entries").where("user_id", TAY_ID)[:1]
    with store.transaction():
        store.insert("time_off_entries", {**booked, "requested_date": "2026-03-16", "hours": 4.0})
    await town.type("/timeoff list")
    assert "Off in Kantata without a request here: " in town.last()
    assert "Mon 16 Mar 2026" in town.last().split("Off in Kantata")[1]
    assert "Fri 6 Mar 2026" not in town.last().split("Off in Kantata")[1], "that was asked for here"

    town.world.kantata.faults.always("GET", "/time_off_entries", Kind.ERROR)
    await town.type("/timeoff list")
    assert "Fri 6 Mar 2026 · 1 day · 8h 00m · Approved by Oder Neisse." in town.last()
    assert "days that were booked there itself are not shown" in town.last()


async def test_the_list_shows_how_each_stands(town: Town) -> None:
    await town.type("/timeoff list")
    assert "You have asked for no time off" in town.last()
    await granted(town, "fri")
    await ask(town, "mon 2h")
    await town.type("/timeoff list")

    said = town.last()
    assert "Mon 9 Mar 2026 · 1 day · 2h 00m · Waits for Oder Neisse." in said
    assert "Fri 6 Mar 2026 · 1 day · 8h 00m · Approved by Oder Neisse. It is in Kantata." in said
    for text in ("/timeoff cancel", "/timeoff change"):
        await town.type(text)
        assert town.last() == said


async def test_who_is_off_is_told_by_name_and_date_and_nothing_else(town: Town) -> None:
    await granted(town, "tue 2h: dentist")
    await town.type("/timeoff who next week", ISAR)

    said = town.last(ISAR)
    assert "Tay Forth: Tue 10 Mar 2026" in said
    assert "2h" not in said
    assert "dentist" not in str(town.heard(ISAR))
    await town.type("/timeoff who 4 jul")
    assert "Nobody." in town.last()


async def test_help_and_what_is_not_understood_say_how_to_write_it(town: Town) -> None:
    await town.type("/timeoff help")
    assert "/timeoff 24 dec - 2 jan" in town.last()
    await town.type("/timeoff soonish")
    assert "I do not understand “soonish”" in town.last()


async def test_without_kantata_nothing_is_asked_for(town: Town) -> None:
    await town.type("/kantata whoami")
    town.world.kantata.faults.always("GET", "*", Kind.UNAVAILABLE)
    await town.type("/timeoff fri")
    assert "Kantata does not answer" in town.last()
    town.world.kantata.faults.clear()
