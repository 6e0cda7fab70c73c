"""The bodies and queries of single operations, after the checklists of Kantata's API reference."""

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest

from bot.kantata.client import Kantata
from bot.kantata.records import (
    NewSubmission,
    NewTimeEntry,
    NewTimeOffEntry,
    Reference,
    ReferenceDetails,
    SyncStatus,
    TimeEntryChanges,
)
from bot.kantata.submissions import SubmissionInclude
from bot.kantata.time_entries import TimeEntryField, TimeEntryInclude
from tests.kantata.conftest import Connect
from tests.kantata.samples import ENTRY, PROJECT, TIME_OFF, TIMESHEET, answer, asked, envelope

DAY = date(2026, 3, 1)
WEEK = (DAY, date(2026, 3, 7))
DETAILS = ReferenceDetails(SyncStatus.FAILED, "said", "https://x.test", "open", locked=True)
REFERENCE = Reference("bot", "Write", "7")
REFERENCE_BODY = {
    "service_name": "bot",
    "service_model": "Write",
    "service_model_ref": "7",
    "status": "failed",
    "external_message": "said",
    "external_link": "https://x.test",
    "external_status": "open",
    "locked": True,
}
ENTRY_BODY = {
    "workspace_id": 3001,
    "date_performed": "2026-03-01",
    "time_in_minutes": 90,
    "story_id": 4001,
    "user_id": 101,
    "notes": "Shore line",
    "billable": True,
    "rate_in_cents": 5,
    "role_id": 12,
    "location": "Harbour",
    "external_reference": REFERENCE_BODY,
}

BODIES: list[tuple[str, Callable[[Kantata], Any], dict[str, Any], dict[str, Any]]] = [
    (
        "POST /time_entries",
        lambda kantata: kantata.create_time_entry(
            NewTimeEntry(
                "3001", DAY, 90, "4001", "101", "Shore line", True, 5, "12", "Harbour", REFERENCE, DETAILS
            )
        ),
        {"time_entry": ENTRY_BODY},
        envelope("time_entries", ENTRY),
    ),
    (
        "PUT /time_entries/9001",
        lambda kantata: kantata.update_time_entry(
            "9001",
            TimeEntryChanges(
                "3001", DAY, 90, "4001", "101", "Shore line", True, 5, "12", "Harbour", REFERENCE, DETAILS
            ),
        ),
        {"time_entry": ENTRY_BODY},
        envelope("time_entries", ENTRY),
    ),
    (
        "POST /timesheet_submissions",
        lambda kantata: kantata.create_submission(
            NewSubmission("3001", "Week", ("9001", "9002"), "101", "Complete", REFERENCE, DETAILS)
        ),
        {
            "timesheet_submission": {
                "workspace_id": 3001,
                "title": "Week",
                "line_item_ids": [9001, 9002],
                "user_id": 101,
                "comment": "Complete",
                "external_reference": REFERENCE_BODY,
            }
        },
        envelope("timesheet_submissions", TIMESHEET),
    ),
    (
        "POST /time_off_entries",
        lambda kantata: kantata.create_time_off_entry(NewTimeOffEntry("101", DAY, 6.5, REFERENCE, DETAILS)),
        {
            "time_off_entry": {
                "user_id": 101,
                "hours": 6.5,
                "requested_date": "2026-03-01",
                "external_reference": REFERENCE_BODY,
            }
        },
        envelope("time_off_entries", TIME_OFF),
    ),
    (
        "POST /time_off_entries",
        lambda kantata: kantata.create_time_off([NewTimeOffEntry("101", DAY, 6.5)]),
        {"time_off_entries": [{"user_id": 101, "hours": 6.5, "requested_date": "2026-03-01"}]},
        envelope("time_off_entries", TIME_OFF),
    ),
    (
        "PUT /time_off_entries/6001",
        lambda kantata: kantata.update_time_off("6001", 8, reference=REFERENCE, reference_details=DETAILS),
        {"time_off_entry": {"hours": 8, "external_reference": REFERENCE_BODY}},
        envelope("time_off_entries", TIME_OFF),
    ),
    (
        "PUT /workspaces/3001",
        lambda kantata: kantata.set_approvers("3001", ["102", "104"]),
        {"workspace": {"approver_ids": [102, 104]}},
        envelope("workspaces", PROJECT),
    ),
    (
        "POST /line_item_locks",
        lambda kantata: kantata.create_line_item_lock(date(2026, 2, 28)),
        {"line_item_lock": {"locked_to": "2026-02-28"}},
        envelope("line_item_locks", {"id": "77", "account_id": 500, "locked_to": "2026-02-28"}),
    ),
    (
        "POST /backup_approver_associations",
        lambda kantata: kantata.create_backup_approver("102", "104", *WEEK),
        {
            "backup_approver_association": {
                "approver_id": 102,
                "backup_approver_id": 104,
                "start_date": "2026-03-01",
                "end_date": "2026-03-07",
            }
        },
        envelope(
            "backup_approver_associations",
            {
                "id": "55",
                "approver_id": "102",
                "backup_approver_id": "104",
                "start_date": "2026-03-01",
                "end_date": "2026-03-07",
            },
        ),
    ),
    (
        "PUT /backup_approver_associations/55",
        lambda kantata: kantata.update_backup_approver("55", end_date=DAY),
        {"backup_approver_association": {"end_date": "2026-03-01"}},
        envelope(
            "backup_approver_associations",
            {
                "id": "55",
                "approver_id": "102",
                "backup_approver_id": "104",
                "start_date": "2026-03-01T00:00:00Z",
                "end_date": "2026-03-01T00:00:00Z",
            },
        ),
    ),
]


@pytest.mark.parametrize(("operation", "act", "body", "answered"), BODIES, ids=[row[0] for row in BODIES])
async def test_each_field_of_a_body_is_sent_by_its_name(
    kantata_over: Connect,
    operation: str,
    act: Callable[[Kantata], Any],
    body: dict[str, Any],
    answered: dict[str, Any],
) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(answered)

    async with kantata_over(handler) as kantata:
        await act(kantata)
    [request] = seen
    assert f"{request.method} {request.url.path}" == operation.replace(" ", " /api/v1")
    assert asked(request) == body


USUAL_ENTRY = {
    "include": "active_submission,recent_submission,external_references,role,story,user,workspace",
    "optional_fields": "location_id,user_can_edit",
}
USUAL_SHEET = {"include": "external_references,time_entries,user,workspace"}
USUAL_DAY_OFF = {"include": "user,external_references"}
NEW_ENTRY = NewTimeEntry("3001", DAY, 90)
ENTRY_ANSWER = envelope("time_entries", ENTRY)
SHEET_ANSWER = envelope("timesheet_submissions", TIMESHEET)
DAY_OFF_ANSWER = envelope("time_off_entries", TIME_OFF)

QUERIES: list[tuple[str, Callable[[Kantata], Any], dict[str, str], dict[str, Any]]] = [
    ("GET /time_entries/9001", lambda kantata: kantata.time_entry("9001"), USUAL_ENTRY, ENTRY_ANSWER),
    (
        "GET /time_entries/9001",
        lambda kantata: kantata.time_entry(
            "9001",
            include=[TimeEntryInclude.INVOICE, TimeEntryInclude.ROLE],
            fields=[TimeEntryField.LOCATION_ID],
        ),
        {"include": "invoice,role", "optional_fields": "location_id"},
        ENTRY_ANSWER,
    ),
    ("POST /time_entries", lambda kantata: kantata.create_time_entry(NEW_ENTRY), USUAL_ENTRY, ENTRY_ANSWER),
    (
        "POST /time_entries",
        lambda kantata: kantata.create_time_entries([NEW_ENTRY]),
        USUAL_ENTRY,
        ENTRY_ANSWER,
    ),
    (
        "PUT /time_entries/9001",
        lambda kantata: kantata.update_time_entry("9001", TimeEntryChanges(minutes=5)),
        USUAL_ENTRY,
        ENTRY_ANSWER,
    ),
    (
        "DELETE /time_entries",
        lambda kantata: kantata.delete_time_entries(["9001", "9002"]),
        {"ids": "9001,9002"},
        {},
    ),
    ("DELETE /time_entries/9001", lambda kantata: kantata.delete_time_entry("9001"), {}, {}),
    (
        "GET /timesheet_submissions/7001",
        lambda kantata: kantata.submission("7001"),
        USUAL_SHEET,
        SHEET_ANSWER,
    ),
    (
        "GET /timesheet_submissions/7001",
        lambda kantata: kantata.submission("7001", include=[SubmissionInclude.USER]),
        {"include": "user"},
        SHEET_ANSWER,
    ),
    (
        "POST /timesheet_submissions",
        lambda kantata: kantata.create_submission(NewSubmission("3001", "Week", ("9001",))),
        USUAL_SHEET,
        SHEET_ANSWER,
    ),
    (
        "POST /time_off_entries",
        lambda kantata: kantata.create_time_off_entry(NewTimeOffEntry("101", DAY, 1)),
        USUAL_DAY_OFF,
        DAY_OFF_ANSWER,
    ),
    (
        "POST /time_off_entries",
        lambda kantata: kantata.create_time_off([NewTimeOffEntry("101", DAY, 1)]),
        USUAL_DAY_OFF,
        DAY_OFF_ANSWER,
    ),
    (
        "PUT /time_off_entries/6001",
        lambda kantata: kantata.update_time_off("6001", 2),
        USUAL_DAY_OFF,
        DAY_OFF_ANSWER,
    ),
    (
        "DELETE /time_off_entries",
        lambda kantata: kantata.delete_time_off(["6001", "6002"]),
        {"ids": "6001,6002"},
        {},
    ),
    ("DELETE /time_off_entries/6001", lambda kantata: kantata.delete_time_off_entry("6001"), {}, {}),
    (
        "GET /line_item_locks/77",
        lambda kantata: kantata.line_item_lock("77"),
        {"include": "creator"},
        envelope("line_item_locks", {"id": "77", "locked_to": "2026-02-28"}),
    ),
]


@pytest.mark.parametrize(
    ("operation", "act", "query", "answered"), QUERIES, ids=[f"{row[0]} {row[2]}" for row in QUERIES]
)
async def test_each_query_of_a_single_object_is_sent(
    kantata_over: Connect,
    operation: str,
    act: Callable[[Kantata], Any],
    query: dict[str, str],
    answered: dict[str, Any],
) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(answered) if answered else httpx.Response(204)

    async with kantata_over(handler) as kantata:
        await act(kantata)
    [request] = seen
    assert f"{request.method} {request.url.path}" == operation.replace(" ", " /api/v1")
    assert dict(request.url.params) == query
