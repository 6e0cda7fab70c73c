"""The API keeps to its own description, which names what Kantata's API reference names."""

from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.sandbox.kantata import Kantata, build_firm
from tests.sandbox.kantata.conftest import SERVICE, TODAY, World, refused

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

kantata = Kantata(build_firm("small", TODAY), clock=lambda: datetime(2026, 3, 5, 12, tzinfo=UTC))
api = schemathesis.openapi.from_asgi("/api/v1/openapi.json", kantata.app)
PATHS: dict[str, dict[str, Any]] = api.raw_schema["paths"]


@api.parametrize()
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_a_described_one(case: schemathesis.Case[Any]) -> None:
    token = kantata.token_for(SERVICE)
    case.call_and_validate(checks=CHECKS, headers={"authorization": f"Bearer {token}"})


@pytest.mark.parametrize("path", sorted(PATHS))
async def test_nothing_is_answered_without_a_token(world: World, path: str) -> None:
    for method in PATHS[path]:
        response = await world.ask(method.upper(), path.replace("{id}", "1"), by=None)
        assert refused(response) == (401, {"oauth"})


TIMES = {"created_after", "created_before", "updated_after", "updated_before"}
PAGE = {"only", "page", "per_page"}
XREF = {
    "external_reference_service_name",
    "external_reference_service_model",
    "external_reference_service_model_ref",
    "external_reference_service_model_refs",
    "external_reference_status",
    "external_reference_external_status",
    "external_reference_external_message",
    "has_external_references",
    "without_external_reference_service_name",
}
SHAPE = {"include", "optional_fields"}

# The parameter checklists of Kantata's API reference, by operation.
CHECKLISTS: dict[tuple[str, str], set[str]] = {
    ("get", "/time_entries"): {
        "approved", "created_by", "date_performed_between", "from_archived_workspaces",
        "in_active_invoice_id", "in_active_submission", "invoiced", "uninvoiced", "on_my_account",
        "with_recent_timesheet_ids", "with_timesheet_id", "with_user_ids", "workspace_id", "workspace_ids",
        "order", *SHAPE, *TIMES, *XREF, *PAGE,
    },
    ("post", "/time_entries"): SHAPE,
    ("delete", "/time_entries"): {"ids"},
    ("get", "/time_entries/{id}"): {"id", *SHAPE},
    ("put", "/time_entries/{id}"): {"id", *SHAPE},
    ("delete", "/time_entries/{id}"): {"id"},
    ("get", "/timesheet_submissions"): {
        "active", "not_cancelled", "statuses", "start_date", "end_date", "start_date_after", "user_ids",
        "workspace_id", "workspace_ids", "include", "order", *TIMES, *XREF, *PAGE,
    },
    ("post", "/timesheet_submissions"): {"include"},
    ("get", "/timesheet_submissions/{id}"): {"id", "include"},
    ("get", "/time_off_entries"): {
        "start_date", "end_date", "user_id", "user_ids", "workspace_id", "include", *TIMES, *XREF, *PAGE,
    },
    ("post", "/time_off_entries"): {"include"},
    ("delete", "/time_off_entries"): {"ids"},
    ("put", "/time_off_entries/{id}"): {"id", "include"},
    ("delete", "/time_off_entries/{id}"): {"id"},
    ("get", "/users"): {
        "on_my_account", "by_email_address", "by_email_addresses", "by_full_name", "matching", "search",
        "participant_in", "can_be_approver_in_workspace", "with_users", "show_disabled",
        "without_timesheet_submission", "order", *SHAPE, *TIMES, *XREF, *PAGE,
    },
    ("get", "/account_memberships"): {
        "by_user_id", "with_user_ids", "only_active", "only_inactive", "can_log_in", "by_full_name", "search",
        "include", *TIMES, *PAGE,
    },
    ("get", "/workspaces"): {
        "can_create_line_items", "has_participation", "has_participant", "matching", "search", "except",
        "require_time_approvals", "for_approver", "viewable_for_time_administration", "has_approvers",
        "pending_timesheet_submissions", "on_my_account", "include_archived", "archived", "order",
        *SHAPE, *TIMES, *XREF, *PAGE,
    },
    ("get", "/participations"): {
        "workspace_id", "by_user", "by_user_full_name", "mavens_only", *SHAPE, *TIMES, *XREF, *PAGE,
    },
    ("get", "/stories"): {
        "workspace_id", "with_projects", "time_trackable_on_workspace_id", "assigned_to_current_user",
        "with_assignees", "uncompleted", "parents_only", "with_parent_id", "with_root_id", "search",
        "story_types", "by_status", "archived", "show_archived", "show_deleted",
        "show_from_archived_workspaces", "show_todos", "order", "include", *TIMES, *XREF, *PAGE,
    },
    ("get", "/workweeks"): {"effective_date", "order", "include", *TIMES, *PAGE},
    ("get", "/workweek_memberships"): {
        "user_ids", "effective_date", "participants_for_workspace_id", "include", *TIMES, *PAGE,
    },
    ("get", "/holidays"): {"matching", "order", *SHAPE, *PAGE},
    ("get", "/holiday_calendar_memberships"): {
        "by_user_id", "by_holiday_calendar_id", "include", *TIMES, *PAGE,
    },
    ("get", "/line_item_locks"): {"include", *PAGE},
    ("get", "/backup_approver_associations"): {"include", *PAGE},
    ("get", "/external_references"): {
        "subject_type", "service_name", "service_model", "service_model_ref", "subject_id", "status",
        "include", *TIMES, *PAGE,
    },
}  # fmt: skip


@pytest.mark.parametrize("operation", CHECKLISTS)
def test_every_parameter_of_the_reference_is_described_and_no_other(operation: tuple[str, str]) -> None:
    method, path = operation
    described = {parameter["name"] for parameter in PATHS[path][method]["parameters"]}
    assert described == CHECKLISTS[operation]
