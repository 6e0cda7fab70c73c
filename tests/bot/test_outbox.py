"""The outbox against a strict Kantata: whatever goes wrong, one entry, and one answer."""

import asyncio
import json
from datetime import date

import pytest

from bot.domain.writes import State
from bot.outbox import AT_ONCE, LEASE
from bot.sandbox.kantata import Kantata, Kind
from bot.time_entry_payloads import Deletion, decode_logged, encode_change, encode_deletion, encode_drafts
from bot.time_entry_writes import CHANGE, DELETE, LOG
from storage import writes
from tests.bot.bench import ACME, KINDS, TAY, WEDNESDAY, Bench, draft


async def test_an_entry_is_written_in_the_persons_name_and_the_answer_says_what_was_written(
    bench: Bench,
) -> None:
    write = await bench.submit()

    assert bench.entries() == [97]
    assert (await bench.stored(write)).state is State.DONE
    assert bench.ears.heard[0].startswith(
        "Logged 1h 37m · Acme / Website relaunch / Design · Wed 4 Mar 2026 · billable"
    )


async def test_a_second_delivery_of_the_same_cause_writes_nothing(bench: Bench) -> None:
    first = await bench.submit()
    second = await bench.submit()

    assert second.id == first.id
    assert bench.entries() == [97]
    assert len(bench.ears.heard) == 1


async def test_a_lost_answer_is_looked_for_and_not_sent_again(bench: Bench) -> None:
    bench.faults.next("POST", "/time_entries", Kind.DROPPED)
    await bench.submit()
    assert bench.entries() == [97]

    await bench.sweep(seconds=2)

    assert bench.posts() == 1
    assert [text[:6] for text in bench.ears.heard] == [":hourg", "Logged"]


async def test_a_request_that_vanished_is_sent_again_only_after_kantatas_own_time(bench: Bench) -> None:
    bench.faults.next("POST", "/time_entries", Kind.DROPPED, done=False)
    await bench.submit()

    for _ in range(5):
        await bench.sweep(seconds=30)
    assert bench.posts() == 1

    await bench.sweep(seconds=60)
    await bench.sweep(seconds=60)

    assert bench.posts() == 2
    assert bench.entries() == [97]


@pytest.mark.parametrize("kind", [Kind.BAD_GATEWAY, Kind.HTML, Kind.EMPTY, Kind.TRUNCATED])
async def test_an_answer_that_says_nothing_is_not_believed(bench: Bench, kind: Kind) -> None:
    bench.faults.next("POST", "/time_entries", kind)
    await bench.submit()

    for _ in range(8):
        await bench.sweep(seconds=60)

    assert bench.entries() == [97]
    assert sum(text.startswith("Logged") for text in bench.ears.heard) == 1


@pytest.mark.parametrize("done", [True, False])
async def test_kantatas_own_failure_is_looked_at_and_sent_again_at_once(bench: Bench, done: bool) -> None:
    bench.faults.next("POST", "/time_entries", Kind.ERROR, done=done)
    await bench.submit()

    await bench.sweep(seconds=2)

    assert bench.entries() == [97]
    assert bench.posts() == (1 if done else 2)


async def test_too_many_requests_waits_as_long_as_kantata_asks(bench: Bench) -> None:
    bench.faults.next("POST", "/time_entries", Kind.RATE_LIMITED, seconds=40)
    await bench.submit()

    await bench.sweep(seconds=39)
    assert bench.entries() == []

    await bench.sweep(seconds=2)
    assert bench.entries() == [97]


async def test_too_many_requests_is_no_refusal_of_a_deletion(bench: Bench) -> None:
    created = await bench.submit()
    bench.faults.next("DELETE", "/time_entries/*", Kind.RATE_LIMITED)
    await bench.submit(bench.write(DELETE, encode_deletion(Deletion(())), "undo:1", after=created.id))

    await bench.sweep(seconds=2)

    assert bench.entries() == []
    assert bench.ears.heard[-1].startswith("Deleted 1h 37m")


async def test_a_refusal_is_told_in_kantatas_words_and_ends_the_write(bench: Bench) -> None:
    write = await bench.submit(bench.new(draft(day=date(2025, 12, 1))))
    await bench.sweep(seconds=60)

    stored = await bench.stored(write)
    assert stored.state is State.REFUSED
    assert stored.refusal
    assert stored.refusal in bench.ears.heard[0]
    assert bench.posts() == 1


async def test_while_kantata_hangs_the_person_is_told_once_that_it_is_kept(bench: Bench) -> None:
    bench.faults.hang()
    bench.deps.patience.slow = 0.05
    write, _ = await bench.outbox.submit(bench.new())
    await bench.ears.spoken.wait()

    bench.faults.release()
    await bench.settle()

    assert (await bench.stored(write)).state is State.DONE
    assert bench.entries() == [97]
    assert [text[:6] for text in bench.ears.heard] == [":hourg", "Logged"]


async def test_a_process_that_died_before_sending_leaves_a_write_that_is_sent_at_once(bench: Bench) -> None:
    async with bench.deps.database.transaction() as session:
        await writes.add(session, bench.new(), bench.clock())

    await bench.sweep()

    assert bench.entries() == [97]
    assert bench.ears.heard[0].startswith("Logged")


async def test_a_process_that_died_while_sending_leaves_a_write_that_is_looked_for(bench: Bench) -> None:
    async with bench.deps.database.transaction() as session:
        write, _ = await writes.add(session, bench.new(), bench.clock())
        claim = await writes.claim(session, write.id, bench.clock(), LEASE)
        assert claim is not None
        await writes.mark_sent(session, claim, bench.clock(), LEASE)
    await KINDS[LOG].send(bench.deps, write)

    await bench.sweep(seconds=10)
    assert not bench.ears.heard
    await bench.sweep(seconds=16)

    assert bench.posts() == 1
    assert bench.entries() == [97]
    assert bench.ears.heard[-1].startswith("Logged")


async def test_what_a_dead_process_may_have_sent_as_its_lease_ended_is_not_sent_again_too_soon(
    bench: Bench,
) -> None:
    async with bench.deps.database.transaction() as session:
        write, _ = await writes.add(session, bench.new(), bench.clock())
        claim = await writes.claim(session, write.id, bench.clock(), LEASE)
        assert claim is not None
        await writes.mark_sent(session, claim, bench.clock(), LEASE)

    for _ in range(4):
        await bench.sweep(seconds=50)
    assert bench.posts() == 0

    await bench.sweep(seconds=50)
    assert bench.entries() == [97]


async def test_no_more_writes_are_taken_up_than_can_be_worked_on(bench: Bench) -> None:
    bench.faults.hang()
    for number in range(AT_ONCE + 5):
        async with bench.deps.database.transaction() as session:
            await writes.add(session, bench.new(draft(number + 1), cause=f"command:{number}"), bench.clock())
    for _ in range(3):
        await bench.outbox.sweep()
    await bench.faults.hung(AT_ONCE)
    async with bench.deps.database.transaction() as session:
        left = await writes.claim_due(session, bench.clock(), LEASE, 100)

    assert len(left) == 5


async def test_an_answer_that_was_not_said_is_said_after_a_restart(bench: Bench) -> None:
    bench.ears.statuses = [500]
    await bench.submit()
    assert not bench.ears.heard

    bench.outbox = bench.restarted()
    await bench.sweep(seconds=30)

    assert bench.ears.heard[0].startswith("Logged")
    assert bench.posts() == 1


@pytest.mark.parametrize("days", [1, 2])
async def test_an_answer_is_tried_for_a_day_however_often_that_fails(bench: Bench, days: int) -> None:
    bench.ears.deaf = True
    write = await bench.submit()
    for _ in range(48):
        await bench.sweep(minutes=29 * days)
    assert (await bench.stored(write)).told == (days == 2)

    bench.ears.deaf = False
    await bench.sweep(minutes=2)
    assert [text[:14] for text in bench.ears.heard] == (["DM to U1: Logg"] if days == 1 else [])


async def test_an_answer_that_slack_takes_no_more_by_response_url_comes_as_a_direct_message(
    bench: Bench,
) -> None:
    bench.ears.statuses = [404]
    await bench.submit()

    assert bench.ears.heard[0].startswith("DM to U1: Logged")


async def test_what_kantata_booked_on_somebody_else_is_deleted_and_reported(bench: Bench) -> None:
    _take_rights(bench.kantata)

    write = await bench.submit()
    await bench.sweep(seconds=1)

    assert (await bench.stored(write)).state is State.REFUSED
    assert "Kantata did not let me log time in your name" in bench.ears.heard[0]
    service = bench.kantata.firm.service_account.id
    assert bench.kantata.entries_of(service, WEDNESDAY, WEDNESDAY) == []
    assert bench.entries() == []


def _take_rights(kantata: Kantata) -> None:
    """The service account is an ordinary member of the project, and no administrator."""
    service = kantata.firm.service_account.id
    with kantata.store.transaction():
        for row in kantata.store.table("account_memberships").where("user_id", service):
            kantata.store.update("account_memberships", row["id"], {"permission": "collaborator"})
        theirs = kantata.store.table("participations").where("user_id", TAY)
        mine = next(row for row in theirs if row["workspace_id"] == ACME.id)
        kantata.store.insert("participations", {**mine, "user_id": service})


async def test_several_entries_are_one_request_and_what_kantata_refuses_leaves_the_rest_standing(
    bench: Bench,
) -> None:
    locked = draft(50, day=date(2025, 12, 1))
    write = await bench.submit(bench.new(draft(61), locked, draft(62)))

    assert bench.entries() == [61, 62]
    stored = await bench.stored(write)
    assert stored.result is not None
    assert sorted(decode_logged(stored.result).refused) == [1]
    assert "Not logged: 0h 50m" in bench.ears.heard[0]


async def test_several_entries_whose_answer_was_lost_are_all_found(bench: Bench) -> None:
    bench.faults.next("POST", "/time_entries", Kind.DROPPED)
    await bench.submit(bench.new(draft(61), draft(62), draft(63)))
    await bench.sweep(seconds=2)

    assert bench.entries() == [61, 62, 63]
    assert bench.posts() == 1


async def test_an_undo_waits_for_the_write_it_undoes(bench: Bench) -> None:
    bench.faults.next("POST", "/time_entries", Kind.DROPPED)
    write = await bench.submit()
    await bench.submit(bench.write(DELETE, encode_deletion(Deletion(())), "undo:1", after=write.id))
    assert bench.entries() == [97]

    await bench.sweep(seconds=2)
    await bench.sweep(seconds=2)

    assert bench.entries() == []
    assert bench.ears.heard[-1].startswith("Deleted 1h 37m")


async def test_writes_on_one_entry_keep_their_order_and_others_do_not_wait(bench: Bench) -> None:
    created = await bench.submit()
    (entry,) = decode_logged((await bench.stored(created)).result or "").entries.values()
    name = (f"time_entry:{entry.id}",)
    change = encode_change(entry, draft(120))
    bench.faults.next("PUT", "/time_entries/*", Kind.RATE_LIMITED, seconds=30)
    await bench.submit(bench.write(CHANGE, change, "view:1", name))
    await bench.submit(bench.write(DELETE, encode_deletion(Deletion((entry.id,), (entry,))), "undo:1", name))
    await bench.submit(bench.new(draft(45), cause="command:2"))
    assert bench.entries() == [97, 45]

    await bench.sweep(seconds=31)
    assert bench.entries() == [120, 45]
    await bench.sweep(seconds=2)
    assert bench.entries() == [45]


async def test_a_change_whose_answer_was_lost_is_looked_for(bench: Bench) -> None:
    created = await bench.submit()
    (entry,) = decode_logged((await bench.stored(created)).result or "").entries.values()
    bench.faults.next("PUT", "/time_entries/*", Kind.DROPPED)
    await bench.submit(bench.write(CHANGE, encode_change(entry, draft(120)), "view:1"))
    await bench.sweep(seconds=2)

    assert bench.entries() == [120]
    assert sum(each.method == "PUT" for each in bench.kantata.requests) == 1
    assert bench.ears.heard[-1].startswith("Changed: 2h 00m")


async def test_a_change_never_overwrites_what_somebody_else_changed(bench: Bench) -> None:
    created = await bench.submit()
    (entry,) = decode_logged((await bench.stored(created)).result or "").entries.values()
    with bench.kantata.store.transaction():
        bench.kantata.store.update("time_entries", entry.id, {"time_in_minutes": 30})

    await bench.submit(bench.write(CHANGE, encode_change(entry, draft(120)), "view:1"))

    assert bench.entries() == [30]
    assert "is now: 0h 30m" in bench.ears.heard[-1]


async def test_a_deletion_whose_answer_was_lost_is_looked_for(bench: Bench) -> None:
    created = await bench.submit()
    (entry,) = decode_logged((await bench.stored(created)).result or "").entries.values()
    bench.faults.next("DELETE", "/time_entries/*", Kind.DROPPED)
    deletion = encode_deletion(Deletion((entry.id,), (entry,)))
    await bench.submit(bench.write(DELETE, deletion, "undo:1"))
    await bench.sweep(seconds=2)

    assert bench.entries() == []
    assert bench.ears.heard[-1].startswith("Deleted")


async def test_two_processes_that_sweep_at_once_write_once(bench: Bench) -> None:
    other = bench.restarted()
    async with bench.deps.database.transaction() as session:
        for number in range(20):
            await writes.add(session, bench.new(draft(60 + number), cause=f"command:{number}"), bench.clock())

    await asyncio.gather(bench.outbox.sweep(), other.sweep())
    await bench.settle()
    await asyncio.gather(bench.outbox.sweep(), other.sweep())
    await bench.settle()

    assert sorted(bench.entries()) == [60 + number for number in range(20)]
    assert len(bench.ears.heard) == 20


def test_payloads_survive_the_round_trip() -> None:
    assert json.loads(encode_drafts([draft()]))["drafts"][0]["minutes"] == 97
