"""Reminders: deserved, in time, once; and the ways to close the gap, to snooze and to stop."""

from datetime import UTC, date, datetime
from datetime import time as at
from typing import Any

import pytest

from bot.domain.policies import FirmPolicy, PersonSettings, Reminder
from bot.sandbox.kantata import Kind
from storage import policies
from tests.journeys.conftest import TAY, Town

JOBS = ("remind-incomplete-week", "remind-again", "report-missing")


@pytest.fixture
async def firm(town: Town) -> Town:
    """The town, with everybody in it known to the bot."""
    await town.run("poll-decisions", "refresh-roster")
    return town


async def go(town: Town, day: int, hour: int, minute: int = 0, *, month: int = 3) -> None:
    """Go to that moment (UTC, which is Tay's time in winter), and let the bot look who is to be reminded."""
    then = datetime(2026, month, day, hour, minute, tzinfo=UTC)
    town.clock.forward(seconds=(then - town.clock()).total_seconds())
    await look(town)


async def look(town: Town) -> None:
    await town.run(*JOBS, "deliver-messages")


def reminders(town: Town, who: str = TAY) -> list[dict[str, Any]]:
    return [each for each in town.heard(who) if each["text"].startswith("Your week,")]


async def test_friday_at_three_names_what_is_missing_once(firm: Town) -> None:
    await go(firm, 6, 14, 59)
    assert reminders(firm) == []

    await go(firm, 6, 15)
    (said,) = reminders(firm)
    assert said["text"].startswith("Your week, Sun 1 – Sat 7 Mar 2026, is not complete:")
    assert "Missing:" in said["text"]

    for hour in (15, 16, 23):
        await go(firm, 6, hour, 30)
    assert len(reminders(firm)) == 1


async def test_whoever_has_logged_and_submitted_everything_hears_nothing(firm: Town) -> None:
    async with firm.deps.database.transaction() as session:
        tolerant = FirmPolicy(tolerated_minutes=10_000)
        await policies.save_firm(session, await home(firm), tolerant, "U1", firm.clock())
    submit_everything(firm)
    await go(firm, 6, 15)
    assert reminders(firm) == []


async def test_time_not_submitted_is_reminded_of_by_name(firm: Town) -> None:
    async with firm.deps.database.transaction() as session:
        tolerant = FirmPolicy(tolerated_minutes=10_000)
        await policies.save_firm(session, await home(firm), tolerant, "U1", firm.clock())
    await go(firm, 6, 15)
    (said,) = reminders(firm)
    assert "Not submitted: " in said["text"]


async def home(town: Town) -> str:
    return town.deps.workspace


def submit_everything(town: Town, kantata_id: str = "101") -> None:
    store = town.world.kantata.store
    with store.transaction():
        for each in store.table("time_entries").where("user_id", kantata_id):
            store.update("time_entries", each["id"], {"active_submission_id": "7001"})


async def test_a_day_off_moves_it_to_the_day_before_and_half_a_day_halves_the_target(firm: Town) -> None:
    book(firm, "101", date(2026, 3, 6), 8.0)
    book(firm, "101", date(2026, 3, 5), 4.0)
    await go(firm, 5, 15)
    (said,) = reminders(firm)
    assert "of 28h 00m" in said["text"]
    assert "Thu 5 Mar 2026 4h 00m" in said["text"]
    assert "Fri 6" not in said["text"]
    await go(firm, 6, 15)
    assert len(reminders(firm)) == 1


def book(town: Town, kantata_id: str, day: date, hours: float) -> None:
    """Time off of that person, as Kantata has it."""
    store = town.world.kantata.store
    with store.transaction():
        new = {**next(iter(store.table("time_off_entries"))), "user_id": kantata_id}
        new.pop("id")
        store.insert("time_off_entries", {**new, "requested_date": day.isoformat(), "hours": hours})


async def test_after_downtime_it_comes_late_within_its_day(firm: Town) -> None:
    await go(firm, 6, 14)
    await go(firm, 6, 23, 50)
    assert len(reminders(firm)) == 1


async def test_and_never_once_its_day_is_over(firm: Town) -> None:
    await go(firm, 6, 14)
    await go(firm, 7, 0, 1)
    assert reminders(firm) == []


async def test_what_was_planned_but_not_sent_in_time_is_not_sent_any_more(firm: Town) -> None:
    firm.world.kantata.faults.always("GET", "/time_entries", Kind.UNAVAILABLE)
    await go(firm, 6, 23, 55)
    assert reminders(firm) == []
    firm.world.kantata.faults.clear()
    await go(firm, 7, 0, 1)
    assert reminders(firm) == []


async def test_while_kantata_does_not_answer_it_waits_and_other_messages_do_not(firm: Town) -> None:
    firm.world.kantata.faults.always("GET", "/time_entries", Kind.UNAVAILABLE)
    await go(firm, 6, 15)
    assert reminders(firm) == []
    firm.world.kantata.faults.clear()
    await go(firm, 6, 15, 1)
    assert len(reminders(firm)) == 1


async def test_whoever_has_finished_meanwhile_is_not_reminded(firm: Town) -> None:
    firm.world.slack.faults.rate_limit("chat.postMessage", retry_after=60, times=None)
    await go(firm, 6, 15)
    firm.world.slack.faults.clear()
    fill(firm)
    submit_everything(firm)
    await go(firm, 6, 15, 5)
    assert reminders(firm) == []


def fill(town: Town, kantata_id: str = "101") -> None:
    """Log what is missing in the week, in Kantata itself."""
    store = town.world.kantata.store
    with store.transaction():
        for day in range(2, 7):
            new = {**next(iter(store.table("time_entries").where("user_id", kantata_id)))}
            new.pop("id")
            logged = sum(each["minutes"] for each in town.entries(date(2026, 3, day), kantata_id))
            if logged < 480:
                new |= {"date_performed": f"2026-03-0{day}", "time_in_minutes": 480 - logged}
                store.insert("time_entries", new)


async def test_monday_at_ten_reminds_once_more_and_then_no_more(firm: Town) -> None:
    await go(firm, 6, 15)
    await go(firm, 9, 9, 59)
    assert len(reminders(firm)) == 1
    await go(firm, 9, 10)
    assert "Sun 1 – Sat 7 Mar 2026, is still not complete" in reminders(firm)[-1]["text"]
    for day in (10, 11):
        await go(firm, day, 10)
    assert len(reminders(firm)) == 2


async def test_log_time_beside_a_day_opens_the_form_for_that_day(firm: Town) -> None:
    await go(firm, 6, 15)
    (said,) = reminders(firm)
    await firm.press("Log time", under=said, which=0)
    day = firm.field("date")
    assert day is not None
    assert day["element"]["initial_date"] == "2026-03-02"


async def test_i_was_off_opens_the_form_for_time_off_with_the_days_of_the_gap(firm: Town) -> None:
    await go(firm, 6, 15)
    (said,) = reminders(firm)
    await firm.press("I was off", under=said)
    days = firm.field("days")
    assert days is not None
    assert days["element"]["initial_value"] == "Mon 2 Mar 2026 – Fri 6 Mar 2026"
    await firm.send(days="5 mar")
    assert "Thu 5 Mar 2026" in str(firm.front()["blocks"])


async def test_copy_last_week_and_submit_week_open_their_forms(firm: Town) -> None:
    await go(firm, 6, 15)
    (said,) = reminders(firm)
    await firm.press("Copy last week", under=said)
    assert firm.front()["title"]["text"] == "Copy last week"
    await firm.world.slack.close(firm.user(TAY), firm.front()["id"], cleared=True)
    await firm.press("Submit week", under=said)
    assert firm.front()["title"]["text"] == "Submit week"


async def choose_snooze(town: Town, how: str, under: dict[str, Any]) -> None:
    await town.press("Snooze", under=under)
    state = {"snooze": {"snooze": {"type": "radio_buttons", "selected_option": {"value": how}}}}
    outcome = await town.world.slack.submit(town.user(TAY), town.front()["id"], state)
    assert outcome.ok, outcome
    await town.settle()


async def test_snoozed_for_an_hour_it_comes_again_after_an_hour_once(firm: Town) -> None:
    await go(firm, 6, 15)
    for _ in range(2):
        await choose_snooze(firm, "hour", reminders(firm)[0])
        assert "Fri 6 Mar 2026 at 16:00" in firm.front()["blocks"][0]["text"]["text"]
        await firm.world.slack.close(firm.user(TAY), firm.front()["id"], cleared=True)
    await go(firm, 6, 15, 59)
    assert len(reminders(firm)) == 1
    await go(firm, 6, 16)
    await go(firm, 6, 18)
    assert len(reminders(firm)) == 2


async def test_tomorrow_morning_is_that_of_the_next_working_day(firm: Town) -> None:
    await go(firm, 6, 15)
    await choose_snooze(firm, "morning", reminders(firm)[0])
    for day, hour in ((7, 9), (8, 9), (9, 8)):
        await go(firm, day, hour)
    assert len(reminders(firm)) == 1
    await go(firm, 9, 9)
    assert len(reminders(firm)) == 2


async def test_a_snooze_says_nothing_once_the_week_is_complete(firm: Town) -> None:
    await go(firm, 6, 15)
    await choose_snooze(firm, "hour", reminders(firm)[0])
    fill(firm)
    submit_everything(firm)
    await go(firm, 6, 16)
    assert len(reminders(firm)) == 1


async def test_stop_works_at_once_and_can_be_taken_back(firm: Town) -> None:
    await go(firm, 6, 15)
    await firm.press("Stop these reminders", under=reminders(firm)[0])
    stop = firm.heard()[-1]
    assert "I no longer remind you when your week is not complete" in stop["text"]
    await go(firm, 9, 10)
    assert len(reminders(firm)) == 1

    await firm.press("Undo", under=stop)
    async with firm.deps.database.reading() as session:
        own = await policies.personal(session, await home(firm), firm.user(TAY))
    assert own == PersonSettings()
    await go(firm, 13, 15)
    assert len(reminders(firm)) == 2


async def test_a_snoozed_reminder_that_was_stopped_does_not_come(firm: Town) -> None:
    await go(firm, 6, 15)
    (said,) = reminders(firm)
    await choose_snooze(firm, "hour", said)
    await firm.world.slack.close(firm.user(TAY), firm.front()["id"], cleared=True)
    await firm.press("Stop these reminders", under=said)
    await go(firm, 6, 16)
    assert len(reminders(firm)) == 1


async def test_the_firm_and_the_person_can_each_say_what_comes_and_when(firm: Town) -> None:
    user, workspace = firm.user(TAY), await home(firm)
    async with firm.deps.database.transaction() as session:
        await policies.save_personal(
            session, workspace, user, PersonSettings(incomplete_at=at(12, 30)), firm.clock()
        )
        only = FirmPolicy(reminders=frozenset({Reminder.INCOMPLETE}))
        await policies.save_firm(session, workspace, only, "U1", firm.clock())
    await go(firm, 6, 12, 30)
    assert len(reminders(firm)) == 1
    await go(firm, 9, 10)
    assert len(reminders(firm)) == 1


async def test_guests_strangers_and_whoever_left_hear_nothing(firm: Town) -> None:
    workspace = firm.workspace
    await go(firm, 6, 23, 59)
    for user in (workspace.GUEST, workspace.DEACTIVATED, workspace.STRANGER, workspace.UNMATCHED):
        assert [each for each in workspace.messages.get(workspace.direct(user).id, []) if each.bot_id] == []


async def test_somebody_elses_reminder_cannot_be_snoozed(firm: Town) -> None:
    await go(firm, 6, 15)
    (said,) = reminders(firm)
    await firm.interact(
        "Oder Neisse",
        type="block_actions",
        container={"type": "message", "channel_id": said["channel"], "message_ts": said["ts"]},
        actions=[{"type": "button", "action_id": "reminder.snooze.v1", "block_id": "b", "value": row(said)}],
    )
    assert firm.form("Oder Neisse") is None
    assert "I do not know that reminder" in firm.last("Oder Neisse")


def row(said: dict[str, Any]) -> str:
    return next(
        str(element["value"])
        for block in said["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == "reminder.snooze.v1"
    )
