"""Hand-written answers of Kantata, after the samples of its API reference. All data is invented."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

Row = dict[str, Any]

TAY: Row = {
    "id": "101",
    "full_name": "Tay Forth",
    "email_address": "tay.forth@example.com",
    "headline": "Surveyor",
    "photo_path": None,
    "account_id": "500",
}
ODER: Row = {**TAY, "id": "102", "full_name": "Oder Neisse", "email_address": "oder@example.com"}

PROJECT: Row = {
    "id": "3001",
    "title": "Lighthouse Survey",
    "client_role_name": "Northern Lights",
    "archived": False,
    "time_trackable": True,
    "can_create_line_items": True,
    "require_time_approvals": True,
    "require_notes_on_time_entries": False,
    "lock_date": "2026-02-28",
    "currency": "USD",
    "status": {"color": "green", "key": "300", "message": "In Progress"},
    "account_id": 500,
    "approver_ids": ["102"],
    "start_date": "",
    "due_date": "",
    "permissions": {"is_participant": True, "access_level": "financial", "team_lead": False},
    "updated_at": "2026-03-01T08:00:00Z",
}

TASK: Row = {
    "id": "4001",
    "title": "Field notes",
    "story_type": "task",
    "state": "started",
    "time_trackable": True,
    "billable": True,
    "archived": False,
    "deleted_at": None,
    "workspace_id": "3001",
    "parent_id": None,
    "root_id": None,
}

REFERENCE: Row = {
    "id": "5501",
    "service_name": "slack_timebot",
    "service_model": "TimeDraft",
    "service_model_ref": "70450012",
    "subject_type": "TimeEntry",
    "subject_id": 9001,
}

ENTRY: Row = {
    "id": "9001",
    "date_performed": "2026-03-04",
    "time_in_minutes": 90,
    "billable": True,
    "notes": "Shore line",
    "rate_in_cents": 0,
    "cost_rate_in_cents": 0,
    "currency": "USD",
    "currency_symbol": "$",
    "currency_base_unit": 100,
    "approved": False,
    "is_invoiced": False,
    "taxable": False,
    "location": None,
    "user_can_edit": True,
    "user_id": "101",
    "workspace_id": "3001",
    "story_id": "4001",
    "active_submission_id": None,
    "recent_submission_id": None,
    "external_reference_ids": ["5501"],
    "created_at": "2026-03-04T17:45:10+01:00",
    "updated_at": "2026-03-04T17:45:10+01:00",
}

TIMESHEET: Row = {
    "id": "7001",
    "title": "Mar 1 - Mar 7, 2026",
    "comment": "Complete week",
    "status": "pending",
    "type": "TimesheetSubmission",
    "start_date": "2026-03-01",
    "end_date": "2026-03-07",
    "user_id": "101",
    "workspace_id": "3001",
    "time_entry_ids": ["9001"],
    "permissions": {
        "can_cancel_submission": True,
        "can_approve_submission": False,
        "can_reject_submission": False,
        "can_resubmit_submission": False,
    },
    "current_resolution_creator_id": None,
    "current_resolution_created_at_date": None,
    "current_resolution_description": None,
    "resolution_description": None,
    "line_item_total_in_cents": 0,
    "line_item_total_formatted": "$0.00",
    "created_at": "2026-03-06T16:00:00+01:00",
    "updated_at": "2026-03-06T16:00:00+01:00",
}

TIME_OFF: Row = {
    "id": "6001",
    "hours": 6.5,
    "requested_date": "2026-03-12",
    "submission_date": "2026-03-04",
    "user_id": "101",
}


def envelope(key: str, *rows: Row, meta: Mapping[str, int] | None = None, **others: Sequence[Row]) -> Row:
    """Kantata's envelope of the rows of one page (the only one unless ``meta`` says otherwise)."""
    meta = meta or {
        "count": len(rows),
        "page_count": min(1, len(rows)),
        "page_number": min(1, len(rows)),
        "page_size": 200,
    }
    maps: dict[str, dict[str, Row]] = {key: {row["id"]: row for row in rows}}
    for name, included in others.items():
        maps.setdefault(name, {}).update({row["id"]: row for row in included})
    results = [{"key": key, "id": row["id"]} for row in rows]
    return {"count": meta["count"], "meta": meta, "results": results, **maps}


def answer(content: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer with Kantata's request id."""
    head = {"content-type": "application/json", "x-request-id": "req-1", **headers}
    return httpx.Response(status, content=json.dumps(content).encode(), headers=head)


def asked(request: httpx.Request) -> Any:
    """The JSON body of a request."""
    return json.loads(request.content)
