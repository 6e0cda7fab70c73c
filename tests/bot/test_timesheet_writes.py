"""Weeks submitted and taken back against a strict Kantata: whatever goes wrong, one timesheet a project."""

import asyncio
import json
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from bot import timesheets, weeks
from bot.domain.dates import Week
from bot.domain.people import Person
from bot.domain.time_entries import Project
from bot.domain.timesheets import Status
from bot.domain.writes import Reply, State, Write
from bot.sandbox.kantata import Kind
from bot.timesheet_payloads import (
    Order,
    Sheet,
    Submitted,
    Withdrawal,
    decode_order,
    decode_submitted,
    decode_withdrawal,
    encode_order,
    encode_submitted,
    encode_withdrawal,
)
from bot.timesheet_writes import CANCEL, SUBMIT
from storage import writes
from storage.writes import NewWrite
from tests.bot.bench import KINDS, TAY, Bench

SUNDAY = date(2026, 3, 1)
SUBMISSIONS = "/timesheet_submissions"
PERSON = Person("T1", "U1", TAY, "Tay Forth", "Europe/London", "en-GB")


def order(bench: Bench, comment: str = "") -> Order:
    """All of Tay's week that can be submitted, a sheet for each project."""
    store = bench.kantata.store
    by_project: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in store.table("time_entries").where("user_id", TAY):
        project = store.table("workspaces").get(entry["workspace_id"])
        if entry["date_performed"] >= SUNDAY.isoformat() and project and project["require_time_approvals"]:
            by_project[entry["workspace_id"]].append(entry)
    sheets = [
        Sheet(
            Project(project_id, f"Project {project_id}"),
            tuple(each["id"] for each in entries),
            sum(each["time_in_minutes"] for each in entries),
            ("Oder Neisse",),
        )
        for project_id, entries in sorted(by_project.items())
    ]
    assert len(sheets) > 1
    return Order(SUNDAY, tuple(sheets), comment)


def new(bench: Bench, comment: str = "", cause: str = "view:1") -> NewWrite:
    return bench.write(SUBMIT, encode_order(order(bench, comment)), cause)


def sheets(bench: Bench, *statuses: str) -> list[dict[str, Any]]:
    """Tay's timesheets of the week as Kantata has them."""
    table = bench.kantata.store.table("timesheet_submissions")
    rows = [row for row in table if row["user_id"] == TAY and row["start_date"] == SUNDAY.isoformat()]
    return [row for row in rows if not statuses or row["status"] in statuses]


def projects(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(row["workspace_id"] for row in rows)


async def submitted(bench: Bench) -> tuple[Write, dict[str, str]]:
    """A week that is submitted, and its timesheets by project."""
    write = await bench.submit(new(bench))
    stored = await bench.stored(write)
    assert stored.result is not None
    return stored, dict(decode_submitted(stored.result).submissions)


def withdrawal(bench: Bench, taken: dict[str, str]) -> NewWrite:
    by_project = {sheet.project.id: sheet for sheet in order(bench).sheets}
    each = {submission_id: by_project[project] for project, submission_id in taken.items()}
    return bench.write(CANCEL, encode_withdrawal(Withdrawal(SUNDAY, each)), "undo:1")


async def test_a_week_is_one_timesheet_for_each_project_and_one_answer(bench: Bench) -> None:
    wanted = [sheet.project.id for sheet in order(bench).sheets]
    write = await bench.submit(new(bench, comment="Short week"))

    assert projects(sheets(bench, "pending")) == wanted
    assert {row["comment"] for row in sheets(bench)} == {"Short week"}
    assert (await bench.stored(write)).state is State.DONE
    (said,) = bench.ears.heard
    assert said.startswith("Submitted, Sun 1 – Sat 7 Mar 2026\n")
    assert said.count("waiting for Oder Neisse") == len(wanted)


async def test_a_second_delivery_submits_nothing(bench: Bench) -> None:
    await bench.submit(new(bench))
    before = bench.posts()
    await bench.submit(new(bench))

    assert bench.posts() == before
    assert len(bench.ears.heard) == 1


@pytest.mark.parametrize("nth", [0, 1])
async def test_a_lost_answer_is_looked_for_and_the_rest_is_submitted_once(bench: Bench, nth: int) -> None:
    wanted = [sheet.project.id for sheet in order(bench).sheets]
    if nth:  # the first one goes well
        bench.faults.next("POST", SUBMISSIONS, Kind.SLOW, seconds=0)
    bench.faults.next("POST", SUBMISSIONS, Kind.DROPPED)
    await bench.submit(new(bench))

    for _ in range(6):
        await bench.sweep(seconds=60)

    assert projects(sheets(bench, "pending")) == wanted
    assert bench.posts() == len(wanted)
    assert [text[:6] for text in bench.ears.heard] == [":hourg", "Submit"]


async def test_a_request_that_vanished_is_sent_again_only_after_kantatas_own_time(bench: Bench) -> None:
    count = len(order(bench).sheets)
    bench.faults.next("POST", SUBMISSIONS, Kind.DROPPED, done=False)
    await bench.submit(new(bench))
    for _ in range(5):
        await bench.sweep(seconds=30)
    assert (sheets(bench), bench.posts()) == ([], 1)

    await bench.sweep(seconds=60)
    await bench.sweep(seconds=60)

    assert len(sheets(bench, "pending")) == count
    assert bench.posts() == 1 + count


async def test_while_kantata_hangs_the_person_is_told_once_that_the_week_is_kept(bench: Bench) -> None:
    bench.faults.hang()
    bench.deps.patience.slow = 0.05
    write, _ = await bench.outbox.submit(new(bench))
    await bench.ears.spoken.wait()
    assert bench.ears.heard[0].startswith(":hourglass_flowing_sand: Kept: your week, Sun 1 – Sat 7 Mar 2026")

    bench.faults.release()
    await bench.settle()

    assert (await bench.stored(write)).state is State.DONE
    assert len(sheets(bench, "pending")) == len(order(bench).sheets)
    assert len(bench.ears.heard) == 2


async def test_too_many_requests_between_two_projects_submits_the_rest_later(bench: Bench) -> None:
    count = len(order(bench).sheets)
    bench.faults.next("POST", SUBMISSIONS, Kind.SLOW, seconds=0)
    bench.faults.next("POST", SUBMISSIONS, Kind.RATE_LIMITED, seconds=40)
    await bench.submit(new(bench))
    assert len(sheets(bench)) == 1

    await bench.sweep(seconds=41)

    assert len(sheets(bench, "pending")) == count
    assert len(projects(sheets(bench))) == len(set(projects(sheets(bench))))


async def test_a_refusal_of_one_project_is_told_and_the_others_stand(bench: Bench) -> None:
    first, *others = order(bench).sheets
    payload = encode_order(order(bench))
    _change_project(bench, first.project.id, require_time_approvals=False)
    write = await bench.submit(bench.write(SUBMIT, payload, "view:1"))
    await bench.sweep(seconds=60)

    assert projects(sheets(bench, "pending")) == [each.project.id for each in others]
    stored = await bench.stored(write)
    assert list(decode_submitted(stored.result or "").refused) == [first.project.id]
    assert "not submitted." in bench.ears.heard[0]
    assert len(bench.ears.heard) == 1


def _change_project(bench: Bench, project_id: str, **fields: Any) -> None:
    with bench.kantata.store.transaction():
        bench.kantata.store.update("workspaces", project_id, fields)


async def test_when_all_is_refused_it_is_said_of_each(bench: Bench) -> None:
    week = order(bench)
    for sheet in week.sheets:
        _change_project(bench, sheet.project.id, require_time_approvals=False)
    await bench.submit(bench.write(SUBMIT, encode_order(week), "view:1"))

    assert sheets(bench) == []
    assert bench.ears.heard[0].startswith("Not submitted, Sun 1 – Sat 7 Mar 2026")


async def test_what_was_submitted_in_kantata_meanwhile_is_taken_as_done_after_a_lost_answer(
    bench: Bench,
) -> None:
    """No reference of ours, but every entry is on a timesheet."""
    week = order(bench)
    bench.faults.next("POST", SUBMISSIONS, Kind.DROPPED)
    for _ in week.sheets[1:]:
        bench.faults.next("POST", SUBMISSIONS, Kind.DROPPED, done=False)
    await bench.submit(bench.write(SUBMIT, encode_order(week), "view:1"))
    with bench.kantata.store.transaction():
        for row in list(bench.kantata.store.table("external_references")):
            bench.kantata.store.delete("external_references", row["id"])

    for _ in range(12):
        await bench.sweep(seconds=60)

    assert projects(sheets(bench, "pending")) == [sheet.project.id for sheet in week.sheets]


async def test_a_process_that_died_between_two_projects_leaves_no_second_timesheet(bench: Bench) -> None:
    count = len(order(bench).sheets)
    async with bench.deps.database.transaction() as session:
        write, _ = await writes.add(session, new(bench), bench.clock())
        claim = await writes.claim(session, write.id, bench.clock(), timedelta(seconds=25))
        assert claim is not None
        await writes.mark_sent(session, claim, bench.clock(), timedelta(seconds=25))
    bench.faults.next("POST", SUBMISSIONS, Kind.SLOW, seconds=0)
    bench.faults.next("POST", SUBMISSIONS, Kind.RATE_LIMITED)
    with pytest.raises(Exception, match="429"):
        await KINDS[SUBMIT].send(bench.deps, write)

    for _ in range(6):
        await bench.sweep(seconds=60)

    assert len(sheets(bench, "pending")) == count
    assert bench.ears.heard[-1].startswith("Submitted")


async def test_two_processes_that_sweep_at_once_submit_once(bench: Bench) -> None:
    count = len(order(bench).sheets)
    other = bench.restarted()
    async with bench.deps.database.transaction() as session:
        await writes.add(session, new(bench), bench.clock())

    await asyncio.gather(bench.outbox.sweep(), other.sweep())
    await bench.settle()

    assert len(sheets(bench)) == count
    assert len(bench.ears.heard) == 1


async def test_a_week_is_taken_back_whole(bench: Bench) -> None:
    _, taken = await submitted(bench)
    await bench.submit(withdrawal(bench, taken))

    assert len(sheets(bench, "cancelled")) == len(taken)
    assert bench.ears.heard[-1].startswith("Taken back, Sun 1 – Sat 7 Mar 2026")


async def test_what_is_decided_stays_and_the_rest_is_taken_back(bench: Bench) -> None:
    _, taken = await submitted(bench)
    approved, rejected, *rest = [*taken.values(), ""]
    _decide(bench, approved, "approved")
    if rejected:
        _decide(bench, rejected, "rejected")
    await bench.submit(withdrawal(bench, taken))

    assert len(sheets(bench, "cancelled")) == len([each for each in rest if each])
    assert "It was approved meanwhile" in bench.ears.heard[-1]
    assert "It was rejected meanwhile" in bench.ears.heard[-1]


def _decide(bench: Bench, submission_id: str, status: str) -> None:
    with bench.kantata.store.transaction():
        bench.kantata.store.update("timesheet_submissions", submission_id, {"status": status})


async def test_taking_back_waits_as_long_as_kantata_asks(bench: Bench) -> None:
    _, taken = await submitted(bench)
    bench.faults.next("PUT", f"{SUBMISSIONS}/*/cancel", Kind.RATE_LIMITED, seconds=1)
    await bench.submit(withdrawal(bench, taken))
    assert sheets(bench, "cancelled") == []

    await bench.sweep(seconds=2)
    assert len(sheets(bench, "cancelled")) == len(taken)


async def test_somebody_elses_timesheet_cannot_be_taken_back(bench: Bench) -> None:
    _, taken = await submitted(bench)
    first = next(iter(taken.values()))
    with bench.kantata.store.transaction():
        bench.kantata.store.update("timesheet_submissions", first, {"user_id": "104"})
    await bench.submit(withdrawal(bench, taken))

    theirs = bench.kantata.store.table("timesheet_submissions").get(first)
    assert theirs is not None
    assert theirs["status"] == "pending"
    assert "somebody else" in bench.ears.heard[-1]


@pytest.mark.parametrize("done", [True, False])
async def test_a_lost_answer_to_taking_back_is_looked_for(bench: Bench, done: bool) -> None:
    _, taken = await submitted(bench)
    bench.faults.next("PUT", f"{SUBMISSIONS}/*/cancel", Kind.DROPPED, done=done)
    await bench.submit(withdrawal(bench, taken))
    for _ in range(6):
        await bench.sweep(seconds=60)

    assert len(sheets(bench, "cancelled")) == len(taken)
    assert sum(text.startswith("Taken back") for text in bench.ears.heard) == 1


async def test_a_timesheet_that_is_gone_needs_no_taking_back(bench: Bench) -> None:
    _, taken = await submitted(bench)
    first = next(iter(taken.values()))
    with bench.kantata.store.transaction():
        bench.kantata.store.delete("timesheet_submissions", first)
    await bench.submit(withdrawal(bench, taken))

    assert sheets(bench, "pending") == []
    assert bench.ears.heard[-1].startswith("Taken back")


async def test_a_slow_week_is_announced_and_still_shown(bench: Bench) -> None:
    bench.faults.hang()
    reply = Reply(f"{bench.url}/respond", bench.clock() + timedelta(minutes=30))
    bench.deps.patience.slow = 0.05
    showing = asyncio.create_task(timesheets.show(bench.deps, PERSON, Week(SUNDAY), reply))
    await bench.ears.spoken.wait()
    bench.faults.release()
    await showing

    assert bench.ears.heard[0].startswith(":hourglass_flowing_sand: Kantata is slow to answer.")
    assert bench.ears.heard[1].startswith("Your week, Sun 1 – Sat 7 Mar 2026")


async def test_a_week_that_never_comes_is_given_up_and_said(bench: Bench) -> None:
    bench.faults.hang()
    reply = Reply(f"{bench.url}/respond", bench.clock() + timedelta(minutes=30))
    bench.deps.patience.slow, bench.deps.patience.give_up = 0.01, 0.02
    await timesheets.show(bench.deps, PERSON, Week(SUNDAY), reply)
    bench.faults.release()

    assert bench.ears.heard[-1].startswith(":warning: Kantata does not answer")


async def test_where_slack_takes_no_table_the_week_is_said_in_text(bench: Bench) -> None:
    bench.ears.statuses = [400]
    reply = Reply(f"{bench.url}/respond", bench.clock() + timedelta(minutes=30))
    await timesheets.show(bench.deps, PERSON, Week(SUNDAY), reply)

    (said,) = bench.ears.heard
    assert said.startswith("Your week")


async def test_an_answer_that_comes_too_late_for_its_address_is_a_direct_message(bench: Bench) -> None:
    late = Reply(f"{bench.url}/respond", bench.clock())
    await timesheets.show(bench.deps, PERSON, Week(SUNDAY), late)

    assert bench.ears.heard[0].startswith("DM to U1: Your week")


async def test_the_week_tells_who_decided_and_why(bench: Bench) -> None:
    _, taken = await submitted(bench)
    first, second = list(taken.values())[:2]
    told = {
        "current_resolution_creator_id": "102",
        "current_resolution_created_at_date": "2026-03-05T10:00:00Z",
        "current_resolution_description": "Wednesday is missing",
    }
    with bench.kantata.store.transaction():
        store = bench.kantata.store
        store.update("timesheet_submissions", first, {"status": "rejected", **told})
        for entry in store.table("time_entries").where("active_submission_id", first):
            store.update("time_entries", entry["id"], {"active_submission_id": None})
        store.update("timesheet_submissions", second, {"status": "approved", **told})

    time = await weeks.read_week(bench.deps, PERSON, Week(SUNDAY))

    standings = {
        part.standing.submission_id: part.standing for sheet in time.timesheets for part in sheet.parts
    }
    assert standings[first].status is Status.REJECTED
    assert standings[second].status is Status.APPROVED
    assert {standings[each].by for each in (first, second)} == {("Oder Neisse",)}
    assert standings[first].why == "Wednesday is missing"


async def test_a_week_costs_the_same_few_requests_however_much_is_logged(bench: Bench) -> None:
    await weeks.read_week(bench.deps, PERSON, Week(SUNDAY))  # the work calendar is kept from here on
    bench.kantata.requests.clear()
    await weeks.read_week(bench.deps, PERSON, Week(SUNDAY))

    # Its entries, the time off, their projects, and the names of those who decide.
    assert sorted(each.path.rpartition("/")[2] for each in bench.kantata.requests) == [
        "time_entries",
        "time_off_entries",
        "users",
        "workspaces",
    ]


def test_payloads_survive_the_round_trip() -> None:
    sheet = Sheet(Project("3001", "Website relaunch", "Acme"), ("9001", "9002"), 90, ("Oder Neisse",))
    week = Order(SUNDAY, (sheet,), "Short week")
    outcome = Submitted({"3001": "7001"}, {"3007": "No."})
    back = Withdrawal(SUNDAY, {"7001": sheet})

    assert decode_order(encode_order(week)) == week
    assert decode_submitted(encode_submitted(outcome)) == outcome
    assert decode_withdrawal(encode_withdrawal(back)) == back
    assert json.loads(encode_order(week))["week"] == "2026-03-01"
