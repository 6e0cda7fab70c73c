"""Timesheets through the client, over hand-written answers."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from bot.kantata.client import Kantata
from bot.kantata.errors import Effect, Invalid, NoAnswer, StoppedHalfway, Unreadable
from bot.kantata.records import NewSubmission, Submission, SubmissionPermissions, SubmissionStatus
from tests.kantata.conftest import Connect
from tests.kantata.samples import (
    ENTRY,
    ODER,
    PROJECT,
    REFERENCE,
    TAY,
    TIMESHEET,
    Row,
    answer,
    asked,
    envelope,
)

RESOLUTION = {
    "id": "8101",
    "type": "rejection",
    "description": "Thursday is missing",
    "target_type": "TimesheetSubmission",
    "target_id": 7001,
    "user_id": 102,
    "created_at": "2026-03-09T09:00:00+01:00",
}
DECIDED = {
    "approved": {**TIMESHEET, "status": "approved"},
    "rejected": {
        **TIMESHEET,
        "status": "rejected",
        "current_resolution_creator_id": 102,
        "current_resolution_created_at_date": "2026-03-09T09:00:00+01:00",
        "current_resolution_description": "Thursday is missing",
    },
    "cancelled": {**TIMESHEET, "status": "cancelled"},
}
Act = Callable[[Kantata], Any]
DECISIONS: list[tuple[str, Act, str]] = [
    ("approve", lambda kantata: kantata.approve_submission("7001", "Fine"), "approved"),
    ("reject", lambda kantata: kantata.reject_submission("7001", "Fine"), "rejected"),
    ("cancel", lambda kantata: kantata.cancel_submission("7001", "Fine"), "cancelled"),
]
SHAPES: list[Any] = [
    envelope("resolutions", RESOLUTION),
    envelope("timesheet_submissions", TIMESHEET),
    {"resolutions": [{**RESOLUTION, "id": 8101}]},
    {"resolutions": {"8101": RESOLUTION}},
    {},
]


async def test_a_timesheet_comes_with_its_entries_and_its_last_decision(kantata_over: Connect) -> None:
    shown = envelope(
        "timesheet_submissions",
        DECIDED["rejected"],
        time_entries=[{**ENTRY, "recent_submission_id": "7001"}],
        users=[TAY, ODER],
        workspaces=[PROJECT],
    )
    async with kantata_over(lambda _: answer(shown)) as kantata:
        got = await kantata.submission("7001")
    assert got.status is SubmissionStatus.REJECTED
    assert (got.decided_by, got.decision) == ("102", "Thursday is missing")
    assert got.decided_at == datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
    assert [(entry.id, entry.minutes) for entry in got.entries] == [("9001", 90)]
    assert got.user is not None
    assert got.project is not None
    assert (got.start_date, got.end_date) == (date(2026, 3, 1), date(2026, 3, 7))
    assert got.permissions == SubmissionPermissions(can_cancel=True)
    assert got.comment == "Complete week"


@pytest.mark.parametrize(
    ("told", "meant"), [("new", "pending"), ("canceled", "cancelled"), ("approved", "approved")]
)
async def test_a_status_is_known_by_all_its_names(kantata_over: Connect, told: str, meant: str) -> None:
    shown = envelope("timesheet_submissions", {**TIMESHEET, "status": told})
    async with kantata_over(lambda _: answer(shown)) as kantata:
        assert (await kantata.submission("7001")).status == meant


async def test_an_unknown_status_is_not_guessed(kantata_over: Connect) -> None:
    shown = envelope("timesheet_submissions", {**TIMESHEET, "status": "asleep"})
    async with kantata_over(lambda _: answer(shown)) as kantata:
        with pytest.raises(Unreadable):
            await kantata.submission("7001")


async def test_a_timesheet_is_submitted_with_what_is_given(kantata_over: Connect) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(envelope("timesheet_submissions", TIMESHEET, time_entries=[ENTRY]))

    async with kantata_over(handler) as kantata:
        got = await kantata.create_submission(NewSubmission("3001", "Mar 1 - Mar 7, 2026", ("9001",)))
    assert got.id == "7001"
    assert asked(seen[0]) == {
        "timesheet_submission": {
            "title": "Mar 1 - Mar 7, 2026",
            "workspace_id": 3001,
            "line_item_ids": [9001],
        }
    }


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
@pytest.mark.parametrize(("verb", "act", "status"), DECISIONS, ids=[row[0] for row in DECISIONS])
async def test_a_decision_is_believed_when_the_timesheet_shows_it(
    kantata_over: Connect, verb: str, act: Act, status: str, shape: Any
) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(
            shape if request.method == "PUT" else envelope("timesheet_submissions", DECIDED[status])
        )

    async with kantata_over(handler) as kantata:
        got: Submission = await act(kantata)
    assert got.status == status
    assert seen[0].url.path == f"/api/v1/timesheet_submissions/7001/{verb}"
    assert asked(seen[0]) == {"resolution": {"description": "Fine"}}
    assert [request.method for request in seen] == ["PUT", "GET"]


async def test_a_decision_the_timesheet_does_not_show_is_uncertain(kantata_over: Connect) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return answer({} if request.method == "PUT" else envelope("timesheet_submissions", TIMESHEET))

    async with kantata_over(handler) as kantata:
        with pytest.raises(Unreadable, match="status 200") as caught:
            await kantata.approve_submission("7001")
    assert caught.value.effect is Effect.UNKNOWN
    assert "still pending" in caught.value.message


@pytest.mark.parametrize(
    "trouble", [httpx.ConnectError("refused"), answer({"errors": ["Not found"]}, 404)], ids=repr
)
@pytest.mark.parametrize(
    "act",
    [
        lambda kantata: kantata.approve_submission("7001"),
        lambda kantata: kantata.reject_submissions(["7001"]),
    ],
    ids=["one", "many"],
)
async def test_a_decision_that_cannot_be_read_again_is_never_called_undone(
    kantata_over: Connect, act: Act, trouble: httpx.Response | Exception
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            return answer({})
        if isinstance(trouble, Exception):
            raise trouble
        return trouble

    async with kantata_over(handler) as kantata:
        with pytest.raises(Unreadable) as caught:
            await act(kantata)
    assert caught.value.effect is Effect.UNKNOWN


@pytest.mark.parametrize(
    ("act", "path"),
    [
        (
            lambda kantata: kantata.approve_submissions(["7001", "7002", "7003"], "Thanks"),
            "timesheet_approvals",
        ),
        (
            lambda kantata: kantata.reject_submissions(["7001", "7002", "7003"], "Thanks"),
            "timesheet_rejections",
        ),
        (
            lambda kantata: kantata.cancel_submissions(["7001", "7002", "7003"], "Thanks"),
            "timesheet_cancellations",
        ),
    ],
)
@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
async def test_many_decisions_tell_how_each_timesheet_stands(
    kantata_over: Connect, act: Act, path: str, shape: Any
) -> None:
    seen: list[httpx.Request] = []
    rows: list[Row] = [TIMESHEET, {**TIMESHEET, "id": "7002", "status": "approved"}]

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(
            shape if request.method == "POST" else envelope("timesheet_submissions", *reversed(rows))
        )

    async with kantata_over(handler) as kantata:
        got: list[Submission] = await act(kantata)
    assert [(each.id, each.status) for each in got] == [("7001", "pending"), ("7002", "approved")]
    assert seen[0].url.path == f"/api/v1/{path}"
    assert asked(seen[0]) == {"resolution": {"submission_ids": [7001, 7002, 7003], "description": "Thanks"}}
    assert seen[1].url.params["only"] == "7001,7002,7003"


async def test_many_decisions_are_taken_a_hundred_at_a_time(kantata_over: Connect) -> None:
    sizes: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            sizes.append(len(asked(request)["resolution"]["submission_ids"]))
            return answer({"resolutions": []})
        return answer(envelope("timesheet_submissions"))

    async with kantata_over(handler) as kantata:
        assert await kantata.approve_submissions([str(number) for number in range(1, 151)]) == []
    assert sizes == [100, 50]


async def test_many_decisions_that_stop_halfway_tell_which_were_taken(kantata_over: Connect) -> None:
    posts = iter(
        (answer({"resolutions": []}), answer({"errors": [{"type": "validation", "message": "No"}]}, 422))
    )
    async with kantata_over(lambda _: next(posts)) as kantata:
        with pytest.raises(StoppedHalfway) as caught:
            await kantata.approve_submissions([str(number) for number in range(1, 151)])
    assert len(caught.value.done) == 100
    assert isinstance(caught.value.cause, Invalid)


async def test_a_lost_decision_is_not_sent_twice(kantata_over: Connect) -> None:
    sent: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        raise httpx.ReadTimeout("slow")

    async with kantata_over(handler) as kantata:
        with pytest.raises(NoAnswer):
            await kantata.approve_submission("7001")
    assert sent == ["PUT"]


async def test_timesheets_that_were_not_asked_for_are_dropped(kantata_over: Connect) -> None:
    rows = [
        TIMESHEET,
        {**TIMESHEET, "id": "7002", "user_id": "999"},
        {**TIMESHEET, "id": "7003", "status": "cancelled"},
        {**TIMESHEET, "id": "7004", "workspace_id": "3002"},
        {**TIMESHEET, "id": "7005", "start_date": "2026-03-08", "end_date": "2026-03-14"},
        {**TIMESHEET, "id": "7006", "start_date": None, "end_date": None},
        {**TIMESHEET, "id": "7007", "status": "rejected"},
    ]
    async with kantata_over(lambda _: answer(envelope("timesheet_submissions", *rows))) as kantata:

        async def ids(**filters: Any) -> list[str]:
            return [each.id[-1] async for each in kantata.submissions(**filters)]

        assert await ids() == ["1", "2", "3", "4", "5", "6", "7"]
        assert await ids(user_ids=["999"]) == ["2"]
        assert await ids(statuses=[SubmissionStatus.CANCELLED]) == ["3"]
        assert await ids(project_id="3002") == ["4"]
        assert await ids(project_ids=["3002"]) == ["4"]
        assert await ids(start_date=date(2026, 3, 8)) == ["5"]
        assert await ids(end_date=date(2026, 3, 14)) == ["5"]
        assert await ids(start_date_after=date(2026, 3, 2)) == ["5"]
        assert await ids(active=True) == ["1", "2", "4", "5", "6"]
        assert await ids(not_cancelled=True) == ["1", "2", "4", "5", "6", "7"]


@pytest.mark.parametrize(("model", "found"), [(None, ["7001"]), ("TimeDraft", ["7001"]), ("Other", [])])
async def test_a_timesheet_is_found_by_its_reference(
    kantata_over: Connect, model: str | None, found: list[str]
) -> None:
    rows = [{**TIMESHEET, "external_reference_ids": ["5501"]}, {**TIMESHEET, "id": "7002"}]
    shown = envelope("timesheet_submissions", *rows, external_references=[REFERENCE])
    async with kantata_over(lambda _: answer(shown)) as kantata:
        got = await kantata.find_submissions_by_reference("slack_timebot", ["70450012"], model=model)
        none = await kantata.find_submissions_by_reference("slack_timebot", ["1"])
    assert [each.id for each in got] == found
    assert none == []
