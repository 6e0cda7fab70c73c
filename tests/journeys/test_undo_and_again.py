"""``undo`` and ``again``, by command and by button, once, twice and at the same time."""

import asyncio
from datetime import date

from bot.sandbox.slack.delivery import COMMAND
from tests.journeys.conftest import Town

THURSDAY = date(2026, 3, 5)
FRIDAY = date(2026, 2, 27)


def days(town: Town, notes: str) -> list[str]:
    return [each["date"] for each in town.noted(notes)]


async def test_again_repeats_the_last_entry_today_with_what_is_said_anew(town: Town) -> None:
    await town.type("/logtime 2h acme design yesterday: wireframes")
    await town.type("/logtime again")
    assert town.last().startswith("Logged 2h 00m · Acme / Website relaunch / Design · Thu 5 Mar 2026")

    await town.type("/logtime again 1h fri")
    assert town.last().startswith("Logged 1h 00m · Acme / Website relaunch / Design · Fri 27 Feb 2026")
    assert days(town, "wireframes") == ["2026-02-27", "2026-03-04", "2026-03-05"]


async def test_again_for_a_range_leaves_out_the_days_off(town: Town) -> None:
    await town.type("/logtime 2h acme design: daily")
    await town.type("/logtime again 30m last week")

    assert days(town, "daily") == [*(f"2026-02-{day}" for day in (23, 24, 25, 26, 27)), "2026-03-05"]
    assert "Sun 22 Feb 2026 (not a working day)" in town.last()


async def test_again_repeats_the_entry_as_it_was_changed(town: Town) -> None:
    await town.type("/logtime 2h acme design: wireframes")
    await town.press("Edit")
    await town.send(duration="3h", notes="prototypes")
    await town.type("/logtime again")

    assert [each["minutes"] for each in town.noted("prototypes")] == [180, 180]


async def test_with_nothing_logged_yet_undo_and_again_say_so(town: Town) -> None:
    before = len(town.world.kantata.store.table("time_entries"))
    for command in ("undo", "again"):
        await town.type(f"/logtime {command}")
        assert "not logged anything for you yet" in town.last()
    assert len(town.world.kantata.store.table("time_entries")) == before


async def test_undo_twice_takes_back_the_last_entry_and_then_the_one_before(town: Town) -> None:
    await town.type("/logtime 2h acme design: first")
    await town.type("/logtime 1h acme design: second")

    await town.type("/logtime undo")
    assert (town.noted("second"), len(town.noted("first"))) == ([], 1)
    assert town.last().startswith("Deleted 1h 00m")
    await town.type("/logtime undo")
    assert town.noted("first") == []
    await town.type("/logtime undo")
    assert "not logged anything for you yet that is still there" in town.last()


async def test_undo_of_a_bulk_deletes_all_of_it_and_its_undo_brings_it_all_back(town: Town) -> None:
    await town.type("/logtime 2h acme design last week: daily")
    assert len(town.noted("daily")) == 5

    await town.type("/logtime undo")
    assert town.noted("daily") == []
    await town.press("Undo")
    assert len(town.noted("daily")) == 5


async def test_two_presses_of_undo_at_once_delete_once_and_are_both_answered(town: Town) -> None:
    await town.type("/logtime 2h acme design: wireframes")
    town.world.slack.faults.deliver_twice = True
    await town.press("Undo")

    deletions = [each for each in town.world.kantata.requests if each.method == "DELETE"]
    assert [each.status for each in deletions] == [204]
    assert town.last().startswith("Deleted 2h 00m")
    assert len(town.heard()) == 1


async def test_undo_under_an_entry_that_is_undone_already_says_so(town: Town) -> None:
    await town.type("/logtime 2h acme design: wireframes")
    logged = town.heard()[-1]
    await town.type("/logtime undo")

    await town.press("Undo", under=logged)
    assert town.heard()[0]["text"].startswith("Deleted 2h 00m")
    assert town.noted("wireframes") == []


async def test_the_same_undo_delivered_twice_takes_back_one_entry(town: Town) -> None:
    await town.type("/logtime 2h acme design: first")
    await town.type("/logtime 1h acme design: second")
    town.world.slack.faults.deliver_twice = True
    await town.type("/logtime undo")
    await town.settle()

    assert (len(town.noted("first")), len(town.noted("second"))) == (1, 0)


async def test_the_same_undo_delivered_late_takes_back_one_entry(town: Town) -> None:
    await town.type("/logtime 2h acme design: first")
    await town.type("/logtime 1h acme design: second")
    await town.type("/logtime undo")
    sent = town.world.slack.deliveries[-1]
    assert sent.kind == COMMAND
    await town.world.slack.platform.courier.deliver(COMMAND, sent.payload)
    await town.settle()

    assert (len(town.noted("first")), len(town.noted("second"))) == (1, 0)


async def test_what_cannot_be_deleted_says_why_and_can_be_undone_later(town: Town) -> None:
    await town.type("/logtime 2h acme design yesterday: wireframes")
    logged = town.heard()[-1]
    (entry,) = town.noted("wireframes")
    town.change_in_kantata(entry["id"], invoice_id="1501")

    await town.press("Undo", under=logged)
    assert "Not deleted" in town.last()
    assert "invoice" in town.last()
    assert len(town.noted("wireframes")) == 1

    town.change_in_kantata(entry["id"], invoice_id=None)
    await town.press("Undo", under=logged)
    assert town.noted("wireframes") == []


async def test_a_refused_undo_is_not_taken_for_one_of_the_entry_before(town: Town) -> None:
    await town.type("/logtime 2h acme design yesterday: first")
    await town.type("/logtime 1h acme design yesterday: second")
    town.change_in_kantata(town.noted("second")[0]["id"], invoice_id="1501")

    for _ in range(2):
        await town.type("/logtime undo")
        assert "Not deleted" in town.last()
    assert (len(town.noted("first")), len(town.noted("second"))) == (1, 1)


async def test_undo_of_a_deletion_brings_back_what_stood_in_kantata_last(town: Town) -> None:
    await town.type("/logtime 2h acme design: wireframes")
    town.change_in_kantata(town.noted("wireframes")[0]["id"], time_in_minutes=45)

    await town.press("Undo")
    assert town.last().startswith("Deleted 0h 45m")
    await town.press("Undo")
    assert [each["minutes"] for each in town.noted("wireframes")] == [45]


async def test_undo_pressed_twice_while_kantata_hangs_deletes_once(town: Town) -> None:
    await town.type("/logtime 2h acme design: wireframes")
    town.hang()
    logged = town.heard()[-1]
    pressed = [asyncio.create_task(town.hit("Undo", under=logged)) for _ in range(2)]
    outcomes = await asyncio.gather(*pressed)
    assert all(outcome.ok for outcome in outcomes)

    town.release()
    await town.settle()
    assert town.noted("wireframes") == []
