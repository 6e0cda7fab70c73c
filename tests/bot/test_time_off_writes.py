"""Time off granted, changed and given back against a strict Kantata: each day ends with exactly its hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.people import Person
from bot.domain.time_off import LeaveDay, TimeOff, TimeOffState, Written
from bot.domain.writes import State, Write
from bot.sandbox.kantata import Kind
from bot.time_off_payloads import Order, encode_order, time_off_object
from bot.time_off_writes import CANCEL, CHANGE, GRANT
from storage import time_off
from storage.time_off import NewTimeOff
from tests.bot.bench import TAY, Bench

ENTRIES = "/time_off_entries"
PERSON = Person("T1", "U1", TAY, "Tay Forth", "Europe/London", "en-GB")
TUESDAY, WEDNESDAY = date(2026, 3, 17), date(2026, 3, 18)
SATURDAY = date(2026, 3, 21)
WANTED = {TUESDAY: 480, WEDNESDAY: 240}

# Everything that can go wrong with a request that writes, and whether it is done all the same.
FAULTS = [
    (Kind.RATE_LIMITED, False),
    (Kind.ERROR, True),
    (Kind.ERROR, False),
    (Kind.UNAVAILABLE, True),
    (Kind.UNAVAILABLE, False),
    (Kind.BAD_GATEWAY, True),
    (Kind.BAD_GATEWAY, False),
    (Kind.HTML, True),
    (Kind.HTML, False),
    (Kind.ERRORS, False),
    (Kind.PLAIN, True),
    (Kind.EMPTY, True),
    (Kind.TRUNCATED, True),
    (Kind.SLOW, True),
    (Kind.DROPPED, True),
    (Kind.DROPPED, False),
]


def off(bench: Bench) -> dict[date, int]:
    """The minutes Tay has off on the days of these tests, as Kantata has them."""
    rows = bench.kantata.store.table("time_off_entries").where("user_id", TAY)
    found = [(date.fromisoformat(row["requested_date"]), round(row["hours"] * 60)) for row in rows]
    assert len({day for day, _ in found}) == len(found)
    return {day: minutes for day, minutes in found if day in (TUESDAY, WEDNESDAY, SATURDAY)}


def book(bench: Bench, day: date, hours: float) -> str:
    """Somebody books hours in Kantata itself."""
    now = "2026-03-01T00:00:00Z"
    row: dict[str, Any] = {"user_id": TAY, "hours": hours, "requested_date": day.isoformat()}
    row |= {"submission_date": "2026-03-01", "created_at": now, "updated_at": now}
    with bench.kantata.store.transaction():
        return str(bench.kantata.store.insert("time_off_entries", row)["id"])


async def asked(bench: Bench, wanted: dict[date, int] | None = None) -> TimeOff:
    """A request of Tay's that has been granted and is not written yet."""
    days = tuple(LeaveDay(day, minutes) for day, minutes in (wanted or WANTED).items())
    new = NewTimeOff(PERSON, "test", days, "", datetime(2026, 4, 1, tzinfo=UTC), TimeOffState.GRANTED)
    async with bench.deps.database.transaction() as session:
        request, _ = await time_off.add(session, new, bench.clock())
    return request


async def stored(bench: Bench, request: TimeOff) -> TimeOff:
    async with bench.deps.database.reading() as session:
        found = await time_off.get(session, request.id)
    assert found is not None
    return found


async def write(bench: Bench, kind: str, request: TimeOff, days: dict[date, int]) -> Write:
    payload = encode_order(Order(request.id, days))
    new = bench.write(kind, payload, f"{kind}:{len(bench.ears.heard)}", (time_off_object(TAY),))
    return await bench.submit(new)


async def granted(bench: Bench, wanted: dict[date, int] | None = None) -> TimeOff:
    """A request of Tay's that Kantata has."""
    request = await asked(bench, wanted)
    await write(bench, GRANT, request, wanted or WANTED)
    bench.kantata.requests.clear()
    return await stored(bench, request)


def sent(bench: Bench, method: str) -> int:
    return sum(each.method == method for each in bench.kantata.requests)


async def settled(bench: Bench, write: Write) -> Write:
    """Let time pass until the write is settled."""
    for _ in range(10):
        await bench.sweep(seconds=61)
    found = await bench.stored(write)
    assert found.state is not State.OPEN
    return found


async def test_a_grant_is_one_bulk_create_and_is_noted_day_by_day(bench: Bench) -> None:
    request = await asked(bench)
    await write(bench, GRANT, request, WANTED)

    assert off(bench) == WANTED
    assert sent(bench, "POST") == 1
    noted = (await stored(bench, request)).days
    assert [(each.day, each.taken, each.found) for each in noted] == [
        (TUESDAY, 480, 480),
        (WEDNESDAY, 240, 240),
    ]
    assert bench.ears.heard == []


@pytest.mark.parametrize(("kind", "done"), FAULTS)
async def test_whatever_goes_wrong_with_a_grant_it_is_there_once(
    bench: Bench, kind: Kind, done: bool
) -> None:
    request = await asked(bench)
    bench.faults.next("POST", ENTRIES, kind, done=done, seconds=0)
    found = await settled(bench, await write(bench, GRANT, request, WANTED))

    assert (found.state, off(bench)) == (State.DONE, WANTED)
    assert sent(bench, "POST") == (1 if done else 2)


@pytest.mark.parametrize(("kind", "done"), FAULTS)
async def test_whatever_goes_wrong_with_other_hours_they_are_there(
    bench: Bench, kind: Kind, done: bool
) -> None:
    request = await granted(bench)
    bench.faults.next("PUT", f"{ENTRIES}/*", kind, done=done, seconds=0)
    found = await settled(bench, await write(bench, CHANGE, request, {TUESDAY: 120}))

    assert (found.state, off(bench)) == (State.DONE, WANTED | {TUESDAY: 120})
    assert bench.ears.heard[-1].endswith("Tue 17 Mar 2026: 2h 00m off.")


@pytest.mark.parametrize(("kind", "done"), FAULTS)
async def test_whatever_goes_wrong_when_it_is_given_back_nothing_is_left(
    bench: Bench, kind: Kind, done: bool
) -> None:
    request = await granted(bench)
    bench.faults.next("DELETE", f"{ENTRIES}/*", kind, done=done, seconds=0)
    found = await settled(bench, await write(bench, CANCEL, request, dict.fromkeys(WANTED, 0)))

    assert (found.state, off(bench)) == (State.DONE, {})
    assert (await stored(bench, request)).state is TimeOffState.CANCELLED


@pytest.mark.parametrize("kind", [Kind.ERROR, Kind.DROPPED, Kind.RATE_LIMITED, Kind.TRUNCATED])
async def test_a_failed_look_is_made_again_before_anything_is_sent(bench: Bench, kind: Kind) -> None:
    request = await asked(bench)
    bench.faults.next("POST", ENTRIES, Kind.DROPPED)
    bench.faults.next("GET", ENTRIES, Kind.SLOW, seconds=0)  # the first one is before anything is sent
    bench.faults.next("GET", ENTRIES, kind, times=2)
    await settled(bench, await write(bench, GRANT, request, WANTED))

    assert off(bench) == WANTED
    assert sent(bench, "POST") == 1


async def test_a_request_that_vanished_is_sent_again_only_after_kantatas_own_time(bench: Bench) -> None:
    request = await asked(bench)
    bench.faults.next("POST", ENTRIES, Kind.DROPPED, done=False)
    await write(bench, GRANT, request, WANTED)
    for _ in range(5):
        await bench.sweep(seconds=30)
    assert (off(bench), sent(bench, "POST")) == ({}, 1)

    await bench.sweep(seconds=60)
    await bench.sweep(seconds=60)
    assert (off(bench), sent(bench, "POST")) == (WANTED, 2)


@pytest.mark.parametrize("same_day", ["add", "replace"])
@pytest.mark.parametrize("merged", ["replaced", "kept", "lost"])
async def test_hours_that_were_off_before_are_never_counted_and_stay_when_it_is_given_back(
    bench: Bench, same_day: Any, merged: Any
) -> None:
    bench.kantata.assumptions = replace(bench.kantata.assumptions, same_day=same_day, merged_reference=merged)
    book(bench, TUESDAY, 3)
    request = await asked(bench, {TUESDAY: 180, WEDNESDAY: 480})
    bench.faults.next("POST", ENTRIES, Kind.DROPPED)
    bench.faults.next("PUT", f"{ENTRIES}/*", Kind.DROPPED)
    await settled(bench, await write(bench, GRANT, request, {TUESDAY: 180, WEDNESDAY: 480}))
    assert off(bench) == {TUESDAY: 360, WEDNESDAY: 480}

    await write(bench, CHANGE, request, {TUESDAY: 300})
    assert off(bench) == {TUESDAY: 480, WEDNESDAY: 480}

    bench.faults.next("PUT", f"{ENTRIES}/*", Kind.DROPPED)
    await settled(bench, await write(bench, CANCEL, request, {TUESDAY: 0, WEDNESDAY: 0}))
    assert off(bench) == {TUESDAY: 180}


async def test_two_requests_on_one_day_are_given_back_one_by_one(bench: Bench) -> None:
    morning = await granted(bench, {TUESDAY: 240})
    days = (LeaveDay(TUESDAY, 120),)
    new = NewTimeOff(PERSON, "second", days, "", datetime(2026, 4, 1, tzinfo=UTC), TimeOffState.GRANTED)
    async with bench.deps.database.transaction() as session:
        later, _ = await time_off.add(session, new, bench.clock())
    await bench.submit(bench.write(GRANT, encode_order(Order(later.id, {TUESDAY: 120})), "second"))
    assert off(bench) == {TUESDAY: 360}

    await write(bench, CANCEL, morning, {TUESDAY: 0})
    assert off(bench) == {TUESDAY: 120}


async def test_a_day_kantata_refuses_is_set_aside_and_the_others_stand(bench: Bench) -> None:
    wanted = {WEDNESDAY: 480, SATURDAY: 480}
    request = await asked(bench, wanted)
    found = await settled(bench, await write(bench, GRANT, request, wanted))

    assert (found.state, off(bench)) == (State.DONE, {WEDNESDAY: 480})
    refused = {each.day: each.refused for each in (await stored(bench, request)).days}
    assert refused[WEDNESDAY] == ""
    assert "capacity" in refused[SATURDAY].lower() or refused[SATURDAY]


async def test_a_bulk_create_that_stopped_halfway_is_finished_and_never_doubled(bench: Bench) -> None:
    request = await asked(bench)
    bench.faults.next("POST", ENTRIES, Kind.DROPPED, done=False)
    open_write = await write(bench, GRANT, request, WANTED)
    book(bench, WEDNESDAY, 4)  # what landed of it
    # The rest is refused for now: what has landed must not be taken for hours of before.
    bench.clock.forward(seconds=200)
    bench.faults.next("POST", ENTRIES, Kind.RATE_LIMITED, seconds=5)
    await settled(bench, open_write)

    assert off(bench) == WANTED


async def test_when_kantata_takes_none_of_it_the_days_say_why(bench: Bench) -> None:
    request = await asked(bench, {SATURDAY: 480})
    found = await settled(bench, await write(bench, GRANT, request, {SATURDAY: 480}))

    assert (found.state, off(bench)) == (State.REFUSED, {})
    (day,) = (await stored(bench, request)).days
    assert (day.taken, day.refused) == (0, found.refusal)


async def test_without_the_right_it_is_said_what_is_missing(bench: Bench) -> None:
    request = await granted(bench)
    store = bench.kantata.store
    service = next(
        row
        for row in store.table("account_memberships")
        if row["user_id"] == bench.kantata.firm.service_account.id
    )
    with store.transaction():
        store.update(
            "account_memberships", service["id"], {"permission": "collaborator", "is_administrator": False}
        )
    await write(bench, CANCEL, request, dict.fromkeys(WANTED, 0))

    assert off(bench) == WANTED
    assert "does not let me write time off" in bench.ears.heard[-1]
    assert (await stored(bench, request)).state is TimeOffState.GRANTED


async def test_a_day_that_was_deleted_in_kantata_is_not_brought_back_by_other_hours(bench: Bench) -> None:
    request = await granted(bench)
    for row in list(bench.kantata.store.table("time_off_entries").where("user_id", TAY)):
        if row["requested_date"] == TUESDAY.isoformat():
            with bench.kantata.store.transaction():
                bench.kantata.store.delete("time_off_entries", row["id"])
    await write(bench, CHANGE, request, {TUESDAY: 120})

    assert off(bench) == {WEDNESDAY: 240}
    assert "no longer there" in bench.ears.heard[-1]


async def test_other_hours_that_come_after_the_day_was_given_back_do_not_bring_it_back(bench: Bench) -> None:
    request = await granted(bench)
    await write(bench, CANCEL, request, {TUESDAY: 0})
    await write(bench, CHANGE, request, {TUESDAY: 120})

    assert off(bench) == {WEDNESDAY: 240}
    assert "no longer there" in bench.ears.heard[-1]


async def test_what_differs_from_what_was_granted_is_noted(bench: Bench) -> None:
    request = await asked(bench, {TUESDAY: 240})
    bench.faults.next("POST", ENTRIES, Kind.DROPPED)
    await write(bench, GRANT, request, {TUESDAY: 240})
    row = next(each for each in bench.kantata.store.table("time_off_entries").where("user_id", TAY)
               if each["requested_date"] == TUESDAY.isoformat())  # fmt: skip
    with bench.kantata.store.transaction():
        bench.kantata.store.update("time_off_entries", row["id"], {"hours": 6.0})
    for _ in range(3):
        await bench.sweep(seconds=61)

    (day,) = (await stored(bench, request)).days
    assert (day.taken, day.found) == (240, 360)
    assert off(bench) == {TUESDAY: 360}


async def test_while_kantata_hangs_a_change_is_said_to_be_kept_and_is_done_once(bench: Bench) -> None:
    request = await granted(bench)
    bench.faults.hang()
    bench.deps.patience.slow = 0.05
    payload = encode_order(Order(request.id, {TUESDAY: 60}))
    await bench.outbox.submit(bench.write(CHANGE, payload, "change:1"))
    await bench.ears.spoken.wait()
    assert "Your change is kept" in bench.ears.heard[0]

    bench.faults.release()
    await bench.settle()
    assert off(bench) == WANTED | {TUESDAY: 60}
    assert len(bench.ears.heard) == 2


async def test_an_earlier_write_that_is_noted_late_changes_nothing(bench: Bench) -> None:
    request = await granted(bench)
    first = (await stored(bench, request)).days[0].write_id
    await write(bench, CHANGE, request, {TUESDAY: 60})
    async with bench.deps.database.transaction() as session:
        stale = {TUESDAY: Written(480, 480)}
        await time_off.note_written(session, request.id, first, stale, bench.clock() + timedelta(days=1))

    assert (await stored(bench, request)).days[0].taken == 60
