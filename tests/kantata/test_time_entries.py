"""Time entries through the client, over hand-written answers."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from bot.kantata.errors import BookedForAnother, Effect, Fault, Invalid, StoppedHalfway, Unreadable
from bot.kantata.records import (
    NewTimeEntry,
    Reference,
    ReferenceDetails,
    SyncStatus,
    TimeEntryChanges,
)
from tests.kantata.conftest import Connect
from tests.kantata.samples import ENTRY, PROJECT, REFERENCE, TASK, TAY, TIMESHEET, answer, asked, envelope

OURS = Reference("slack_timebot", "TimeDraft", "70450012")
NEW = NewTimeEntry(project_id="3001", day=date(2026, 3, 4), minutes=90)


def created(*rows: dict[str, Any]) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: answer(envelope("time_entries", *rows, external_references=[REFERENCE]))


async def test_entries_of_a_page_share_what_stands_beside_them(kantata_over: Connect) -> None:
    entries = [{**ENTRY, "id": str(number), "active_submission_id": "7001"} for number in (9001, 9002)]
    other = {**entries[1], "id": "9003", "user_id": "102"}
    bare = {name: value for name, value in TIMESHEET.items() if name != "user_id"}
    shown = envelope("time_entries", *entries, other, workspaces=[PROJECT], timesheet_submissions=[bare])
    async with kantata_over(lambda _: answer(shown)) as kantata:
        first, second, third = [each async for each in kantata.time_entries()]
    assert first.project is second.project is third.project
    assert first.active_submission is second.active_submission
    # What the timesheet does not tell itself is each entry's own.
    owners = [each.active_submission.user_id for each in (first, third) if each.active_submission]
    assert owners == [ENTRY["user_id"], "102"]


async def test_an_entry_comes_with_what_was_included(kantata_over: Connect) -> None:
    entry = {
        **ENTRY,
        "active_submission_id": "7001",
        "recent_submission_id": 7001,
        "role_id": "12",
        "location_id": 3,
    }
    shown = envelope(
        "time_entries",
        entry,
        users=[TAY],
        workspaces=[PROJECT],
        stories=[TASK],
        timesheet_submissions=[TIMESHEET],
        external_references=[REFERENCE],
    )
    async with kantata_over(lambda _: answer(shown)) as kantata:
        got = await kantata.time_entry("9001")
    assert (got.id, got.day, got.minutes, got.notes) == ("9001", date(2026, 3, 4), 90, "Shore line")
    assert got.user is not None
    assert got.user.name == "Tay Forth"
    assert got.project is not None
    assert (got.project.title, got.project.client_name) == ("Lighthouse Survey", "Northern Lights")
    assert got.task is not None
    assert got.task.title == "Field notes"
    assert got.active_submission is not None
    assert got.active_submission.entries == ()
    assert got.recent_submission_id == "7001"
    assert got.location_id == "3"
    assert got.has(OURS)
    assert not got.has(Reference("slack_timebot", "TimeDraft", "1"))
    assert got.created_at == datetime(2026, 3, 4, 16, 45, 10, tzinfo=UTC)


async def test_creating_sends_every_field_given_and_no_other(kantata_over: Connect) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return created(ENTRY)(request)

    full = NewTimeEntry(
        project_id="3001",
        day=date(2026, 3, 4),
        minutes=90,
        task_id="4001",
        user_id="101",
        notes="Shore\nline",
        billable=False,
        rate_in_cents=12_000,
        role_id="12",
        location="Harbour",
        reference=OURS,
        reference_details=ReferenceDetails(
            SyncStatus.PENDING, "said", "https://x.test", "open", locked=False
        ),
    )
    async with kantata_over(handler) as kantata:
        await kantata.create_time_entry(NEW)
        await kantata.create_time_entry(full)
    assert asked(seen[0]) == {
        "time_entry": {"workspace_id": 3001, "date_performed": "2026-03-04", "time_in_minutes": 90}
    }
    assert asked(seen[1]) == {
        "time_entry": {
            "workspace_id": 3001,
            "date_performed": "2026-03-04",
            "time_in_minutes": 90,
            "story_id": 4001,
            "user_id": 101,
            "notes": "Shore\nline",
            "billable": False,
            "rate_in_cents": 12_000,
            "role_id": 12,
            "location": "Harbour",
            "external_reference": {
                "service_name": "slack_timebot",
                "service_model": "TimeDraft",
                "service_model_ref": "70450012",
                "status": "pending",
                "external_message": "said",
                "external_link": "https://x.test",
                "external_status": "open",
                "locked": False,
            },
        }
    }
    assert seen[0].headers["authorization"] == "Bearer t0ken"


async def test_an_entry_booked_on_somebody_else_is_handed_over_to_be_deleted(kantata_over: Connect) -> None:
    async with kantata_over(created({**ENTRY, "user_id": "999"})) as kantata:
        with pytest.raises(BookedForAnother) as caught:
            await kantata.create_time_entry(NewTimeEntry("3001", date(2026, 3, 4), 90, user_id="101"))
    assert [entry.id for entry in caught.value.entries] == ["9001"]
    assert caught.value.effect is Effect.UNKNOWN


async def test_many_are_created_a_hundred_at_a_time_and_answered_in_order(kantata_over: Connect) -> None:
    sizes: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies = asked(request)["time_entries"]
        sizes.append(len(bodies))
        references = [
            {**REFERENCE, "id": f"5{b['time_in_minutes']}", **b["external_reference"]} for b in bodies
        ]
        rows = [
            {**ENTRY, **body, "id": f"9{body['time_in_minutes']}", "workspace_id": "3001"}
            | {"external_reference_ids": [reference["id"]]}
            for body, reference in zip(bodies, references, strict=True)
        ]
        return answer(envelope("time_entries", *reversed(rows), external_references=references))

    new = [
        NewTimeEntry("3001", date(2026, 3, 4), minutes, reference=Reference("bot", "Write", str(minutes)))
        for minutes in range(1, 251)
    ]
    async with kantata_over(handler) as kantata:
        entries = await kantata.create_time_entries(new)
    assert sizes == [100, 100, 50]
    assert [entry.minutes for entry in entries] == list(range(1, 251))


async def test_without_references_many_come_in_the_order_of_the_answer(kantata_over: Connect) -> None:
    rows = [{**ENTRY, "id": "9003"}, {**ENTRY, "id": "9002"}]
    async with kantata_over(created(*rows)) as kantata:
        entries = await kantata.create_time_entries([NEW, NEW])
    assert [entry.id for entry in entries] == ["9003", "9002"]


async def test_of_many_only_those_booked_on_somebody_else_are_handed_over(kantata_over: Connect) -> None:
    new = NewTimeEntry("3001", date(2026, 3, 4), 90, user_id="101")
    rows = [{**ENTRY, "id": "9002"}, {**ENTRY, "id": "9003", "user_id": "999"}]
    async with kantata_over(created(*rows)) as kantata:
        with pytest.raises(BookedForAnother) as caught:
            await kantata.create_time_entries([new, new])
    assert [entry.id for entry in caught.value.entries] == ["9003"]
    assert [entry.id for entry in caught.value.right] == ["9002"]


async def test_an_answer_with_fewer_entries_than_sent_is_no_success(kantata_over: Connect) -> None:
    async with kantata_over(created(ENTRY)) as kantata:
        with pytest.raises(Unreadable):
            await kantata.create_time_entries([NEW, NEW])


def refuse_the_second_request() -> Callable[[httpx.Request], httpx.Response]:
    requests = iter((1, 2))
    fault = {"type": "validation", "message": "Story is gone", "field": "story_id", "index": 3}

    def handler(request: httpx.Request) -> httpx.Response:
        if next(requests) == 2:
            return answer({"errors": [fault, {"type": "validation", "message": "No"}]}, 422)
        if request.method == "DELETE":
            return httpx.Response(204)
        rows = [{**ENTRY, "id": str(9000 + place)} for place in range(len(asked(request)["time_entries"]))]
        return created(*rows)(request)

    return handler


async def test_a_refusal_halfway_tells_what_was_created_and_whose_fault_it_is(kantata_over: Connect) -> None:
    async with kantata_over(refuse_the_second_request()) as kantata:
        with pytest.raises(StoppedHalfway) as caught:
            await kantata.create_time_entries([NEW] * 150)
    assert len(caught.value.done) == 100
    assert isinstance(caught.value.cause, Invalid)
    assert caught.value.cause.faults == (Fault("Story is gone", "story_id", 103), Fault("No"))
    assert caught.value.effect is Effect.UNKNOWN


async def test_many_are_deleted_a_hundred_at_a_time(kantata_over: Connect) -> None:
    queries: list[httpx.QueryParams] = []

    def handler(request: httpx.Request) -> httpx.Response:
        queries.append(request.url.params)
        assert request.content == b""
        return httpx.Response(204)

    async with kantata_over(handler) as kantata:
        await kantata.delete_time_entries([str(number) for number in range(1, 151)])
        await kantata.delete_time_entries([])
    assert [len(query["ids"].split(",")) for query in queries] == [100, 50]


async def test_a_deletion_that_stops_halfway_tells_what_is_gone(kantata_over: Connect) -> None:
    async with kantata_over(refuse_the_second_request()) as kantata:
        with pytest.raises(StoppedHalfway) as caught:
            await kantata.delete_time_entries([str(number) for number in range(1, 151)])
    assert caught.value.done == tuple(str(number) for number in range(1, 101))


async def test_a_change_sends_what_is_set_and_empties_what_is_none(kantata_over: Connect) -> None:
    bodies: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        assert (request.method, request.url.path) == ("PUT", "/api/v1/time_entries/9001")
        bodies.append(asked(request)["time_entry"])
        return created(ENTRY)(request)

    async with kantata_over(handler) as kantata:
        await kantata.update_time_entry("9001", TimeEntryChanges())
        await kantata.update_time_entry("9001", TimeEntryChanges(minutes=120, billable=False))
        await kantata.update_time_entry(
            "9001", TimeEntryChanges(task_id=None, notes=None, role_id=None, location=None)
        )
        await kantata.update_time_entry(
            "9001",
            TimeEntryChanges(
                project_id="3002",
                day=date(2026, 3, 5),
                task_id="4002",
                user_id="102",
                notes="",
                reference=OURS,
            ),
        )
    assert bodies == [
        {},
        {"time_in_minutes": 120, "billable": False},
        {"story_id": "", "notes": "", "role_id": "", "location": ""},
        {
            "workspace_id": 3002,
            "date_performed": "2026-03-05",
            "story_id": 4002,
            "user_id": 102,
            "notes": "",
            "external_reference": {
                "service_name": "slack_timebot",
                "service_model": "TimeDraft",
                "service_model_ref": "70450012",
            },
        },
    ]


async def test_a_reference_is_compared_itself_for_filters_may_be_ignored(kantata_over: Connect) -> None:
    queries: list[httpx.QueryParams] = []
    theirs = {**REFERENCE, "id": "5502", "service_model_ref": "1"}
    rows = [ENTRY, {**ENTRY, "id": "9002", "external_reference_ids": ["5502"]}]
    rows.append({**ENTRY, "id": "9003", "external_reference_ids": []})

    def handler(request: httpx.Request) -> httpx.Response:
        queries.append(request.url.params)
        return answer(envelope("time_entries", *rows, external_references=[REFERENCE, theirs]))

    async with kantata_over(handler) as kantata:
        found = await kantata.find_time_entries_by_reference("slack_timebot", ["70450012"], model="TimeDraft")
    assert [entry.id for entry in found] == ["9001"]
    assert queries[0]["external_reference_service_name"] == "slack_timebot"
    assert queries[0]["external_reference_service_model"] == "TimeDraft"
    assert queries[0]["external_reference_service_model_refs"] == "70450012"
    assert "external_references" in queries[0]["include"]
    assert queries[0]["on_my_account"] == "false"
    assert queries[0]["from_archived_workspaces"] == "true"


async def test_references_are_asked_for_two_hundred_at_a_time(kantata_over: Connect) -> None:
    sizes: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sizes.append(len(request.url.params["external_reference_service_model_refs"].split(",")))
        return answer(envelope("time_entries"))

    async with kantata_over(handler) as kantata:
        await kantata.find_time_entries_by_reference("a", [str(ref) for ref in range(450)])
    assert sizes == [200, 200, 50]


async def test_rows_that_were_not_asked_for_are_dropped(kantata_over: Connect) -> None:
    rows = [
        ENTRY,
        {**ENTRY, "id": "9002", "user_id": "999"},
        {**ENTRY, "id": "9003", "date_performed": "2026-03-08"},
        {**ENTRY, "id": "9004", "workspace_id": "3002"},
    ]
    async with kantata_over(created(*rows)) as kantata:
        entries = kantata.time_entries(
            with_user_ids=["101"],
            date_performed_between=(date(2026, 3, 1), date(2026, 3, 7)),
            project_id="3001",
            project_ids=["3001"],
        )
        assert [entry.id async for entry in entries] == ["9001"]


@pytest.mark.parametrize("ref", ["", "12a", "2147483648", "-1", "1.5"])
def test_a_reference_that_kantata_could_not_look_for_cannot_be_made(ref: str) -> None:
    with pytest.raises(ValueError, match="external reference"):
        Reference("slack_timebot", "TimeDraft", ref)
