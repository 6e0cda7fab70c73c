"""The parameter checklists of lists in Kantata's API reference, row by row: each is sent, by that name."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import httpx
import pytest

from bot.kantata import filters
from bot.kantata.account import (
    AccountMembershipInclude,
    ParticipationField,
    ParticipationInclude,
    SubjectType,
)
from bot.kantata.client import Kantata
from bot.kantata.directory import (
    ProjectField,
    ProjectInclude,
    ProjectOrder,
    TaskInclude,
    TaskOrder,
    UserField,
    UserInclude,
    UserOrder,
)
from bot.kantata.filters import ArchivedFilter
from bot.kantata.records import (
    SubmissionStatus,
    TaskType,
)
from bot.kantata.submissions import SubmissionInclude, SubmissionOrder
from bot.kantata.time_entries import TimeEntryField, TimeEntryInclude, TimeEntryOrder
from bot.kantata.time_off import TimeOffInclude
from tests.kantata.conftest import Connect
from tests.kantata.samples import answer, envelope

Row = tuple[dict[str, Any], str, str]
List = Callable[..., AsyncIterator[Any]]

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
NOON_TEXT = "2026-03-04T12:00:00+00:00"
DAY = date(2026, 3, 1)
WEEK = (DAY, date(2026, 3, 7))
WEEK_TEXT = "2026-03-01:2026-03-07"
SEMICOLON = "2026-03-01;2026-03-07"
MISSING = ("3001", *WEEK)
TWO = ["t@example.com", "u@example.com"]

TIMES: list[Row] = [
    ({"created_after": NOON}, "created_after", NOON_TEXT),
    ({"created_before": NOON}, "created_before", NOON_TEXT),
    ({"updated_after": NOON}, "updated_after", NOON_TEXT),
    ({"updated_before": NOON}, "updated_before", NOON_TEXT),
]
ONLY: list[Row] = [({"only": ["5", "6"]}, "only", "5,6")]
XREF: list[Row] = [
    ({"external_reference_service_name": "bot"}, "external_reference_service_name", "bot"),
    ({"external_reference_service_model": "Write"}, "external_reference_service_model", "Write"),
    ({"external_reference_service_model_ref": "7"}, "external_reference_service_model_ref", "7"),
    ({"external_reference_service_model_refs": ["7", "8"]}, "external_reference_service_model_refs", "7,8"),
    ({"external_reference_status": "successful"}, "external_reference_status", "successful"),
    ({"external_reference_external_status": "open"}, "external_reference_external_status", "open"),
    ({"external_reference_external_message": "Hi, you"}, "external_reference_external_message", "Hi, you"),
    ({"has_external_references": False}, "has_external_references", "false"),
    ({"without_external_reference_service_name": "bot"}, "without_external_reference_service_name", "bot"),
]
GROUPS = [*TIMES, *XREF, *ONLY]


def every(name: str, key: str, values: type) -> list[Row]:
    """One row for each member of an enumeration: of includes and fields as a collection, of orders itself."""
    return [({name: each if name == "order" else [each]}, key, str(each)) for each in values]  # type: ignore[attr-defined]  # StrEnum classes are iterable


LISTS: Mapping[str, tuple[Callable[[Kantata], List], type, list[Row]]] = {
    "/time_entries": (
        lambda kantata: kantata.time_entries,
        filters.TimeEntryFilters,
        [
            *GROUPS,
            ({"approved": True}, "approved", "true"),
            ({"created_by": "101"}, "created_by", "101"),
            ({"date_performed_between": WEEK}, "date_performed_between", "2026-02-28:2026-03-08"),
            ({}, "from_archived_workspaces", "true"),
            ({"from_archived_projects": False}, "from_archived_workspaces", "false"),
            ({"in_active_invoice_id": True}, "in_active_invoice_id", "true"),
            ({"in_active_invoice_id": "81"}, "in_active_invoice_id", "81"),
            ({"in_active_submission": False}, "in_active_submission", "false"),
            ({"invoiced": True}, "invoiced", "true"),
            ({"uninvoiced": True}, "uninvoiced", "true"),
            ({}, "on_my_account", "false"),
            ({"on_my_account": True}, "on_my_account", "true"),
            ({"with_recent_timesheet_ids": ["7001", "7002"]}, "with_recent_timesheet_ids", "7001,7002"),
            ({"with_timesheet_id": "7001"}, "with_timesheet_id", "7001"),
            ({"with_user_ids": ["101", "102"]}, "with_user_ids", "101,102"),
            ({"project_id": "3001"}, "workspace_id", "3001"),
            ({"project_ids": ["3001", "3002"]}, "workspace_ids", "3001,3002"),
            *every("include", "include", TimeEntryInclude),
            *every("fields", "optional_fields", TimeEntryField),
            *every("order", "order", TimeEntryOrder),
            ({}, "order", "created_at:asc"),
            ({}, "page", "1"),
            ({}, "per_page", "200"),
        ],
    ),
    "/timesheet_submissions": (
        lambda kantata: kantata.submissions,
        filters.SubmissionFilters,
        [
            *GROUPS,
            ({"active": True}, "active", "true"),
            ({"not_cancelled": True}, "not_cancelled", "true"),
            ({"statuses": list(SubmissionStatus)}, "statuses", "new,approved,rejected,cancelled"),
            ({"start_date": DAY}, "start_date", "2026-03-01"),
            ({"end_date": DAY}, "end_date", "2026-03-01"),
            ({"start_date_after": DAY}, "start_date_after", "2026-02-28"),
            ({"user_ids": ["101", "102"]}, "user_ids", "101,102"),
            ({"project_id": "3001"}, "workspace_id", "3001"),
            ({"project_ids": ["3001", "3002"]}, "workspace_ids", "3001,3002"),
            *every("include", "include", SubmissionInclude),
            *every("order", "order", SubmissionOrder),
        ],
    ),
    "/time_off_entries": (
        lambda kantata: kantata.time_off,
        filters.TimeOffFilters,
        [
            *GROUPS,
            ({"start_date": DAY}, "start_date", "2026-02-28"),
            ({"end_date": DAY}, "end_date", "2026-03-02"),
            ({"user_id": "101"}, "user_id", "101"),
            ({"user_ids": ["101", "102"]}, "user_ids", "101,102"),
            ({"project_id": "3001"}, "workspace_id", "3001"),
            *every("include", "include", TimeOffInclude),
        ],
    ),
    "/users": (
        lambda kantata: kantata.users,
        filters.UserFilters,
        [
            *GROUPS,
            ({"on_my_account": True}, "on_my_account", "true"),
            ({"by_email_address": "t@example.com"}, "by_email_address", "t@example.com"),
            ({"by_email_addresses": TWO}, "by_email_addresses", ",".join(TWO)),
            ({"by_full_name": "Tay Forth"}, "by_full_name", "Tay Forth"),
            ({"matching": "ta"}, "matching", "ta"),
            ({"search": "tay"}, "search", "tay"),
            ({"participant_in": "3001"}, "participant_in", "3001"),
            ({"can_be_approver_in_project": "3001"}, "can_be_approver_in_workspace", "3001"),
            ({"with_users": ["101", "102"]}, "with_users", "101,102"),
            ({"show_disabled": True}, "show_disabled", "true"),
            ({"without_timesheet_submission": MISSING}, "without_timesheet_submission", f"3001:{WEEK_TEXT}"),
            *every("include", "include", UserInclude),
            *every("fields", "optional_fields", UserField),
            *every("order", "order", UserOrder),
        ],
    ),
    "/workspaces": (
        lambda kantata: kantata.projects,
        filters.ProjectFilters,
        [
            *GROUPS,
            ({"include_archived": True}, "include_archived", "true"),
            *[({"archived": each}, "archived", str(each)) for each in ArchivedFilter],
            ({"can_create_line_items": True}, "can_create_line_items", "true"),
            ({"has_participation": True}, "has_participation", "true"),
            ({"has_participant": "101"}, "has_participant", "101"),
            ({"matching": "light"}, "matching", "light"),
            ({"search": "light"}, "search", "light"),
            ({"excluding": ["3002"]}, "except", "3002"),
            ({"require_time_approvals": True}, "require_time_approvals", "true"),
            ({"for_approver": "102"}, "for_approver", "102"),
            ({"viewable_for_time_administration": True}, "viewable_for_time_administration", "true"),
            ({"has_approvers": False}, "has_approvers", "false"),
            ({"pending_timesheet_submissions": WEEK}, "pending_timesheet_submissions", SEMICOLON),
            ({"on_my_account": True}, "on_my_account", "true"),
            *every("include", "include", ProjectInclude),
            *every("fields", "optional_fields", ProjectField),
            *every("order", "order", ProjectOrder),
        ],
    ),
    "/stories": (
        lambda kantata: kantata.tasks,
        filters.TaskFilters,
        [
            *GROUPS,
            ({"project_id": "3001"}, "workspace_id", "3001"),
            ({"with_projects": ["3001", "3002"]}, "with_projects", "3001,3002"),
            ({"time_trackable_on_project_id": "3001"}, "time_trackable_on_workspace_id", "3001"),
            ({"assigned_to_current_user": True}, "assigned_to_current_user", "true"),
            ({"with_assignees": ["101", "unassigned"]}, "with_assignees", "101,unassigned"),
            ({"uncompleted": True}, "uncompleted", "true"),
            ({"parents_only": True}, "parents_only", "true"),
            ({"with_parent_id": "4001"}, "with_parent_id", "4001"),
            ({"with_root_id": "4001"}, "with_root_id", "4001"),
            ({"search": "notes"}, "search", "notes"),
            ({"task_types": list(TaskType)}, "story_types", "task,milestone,deliverable,issue"),
            ({"by_status": ["started"]}, "by_status", "started"),
            *[({"archived": each}, "archived", str(each)) for each in ArchivedFilter],
            ({"show_archived": True}, "show_archived", "true"),
            ({"show_deleted": True}, "show_deleted", "true"),
            ({"show_from_archived_projects": True}, "show_from_archived_workspaces", "true"),
            ({"show_todos": True}, "show_todos", "true"),
            *every("include", "include", TaskInclude),
            *every("order", "order", TaskOrder),
        ],
    ),
    "/account_memberships": (
        lambda kantata: kantata.account_memberships,
        filters.AccountMembershipFilters,
        [
            *TIMES,
            *ONLY,
            ({"by_user_id": "101"}, "by_user_id", "101"),
            ({"with_user_ids": ["101", "102"]}, "with_user_ids", "101,102"),
            ({"only_active": True}, "only_active", "true"),
            ({"only_inactive": True}, "only_inactive", "true"),
            ({"can_log_in": True}, "can_log_in", "true"),
            ({"by_full_name": "Tay Forth"}, "by_full_name", "Tay Forth"),
            ({"search": "tay"}, "search", "tay"),
            *every("include", "include", AccountMembershipInclude),
        ],
    ),
    "/participations": (
        lambda kantata: lambda **asked: kantata.participations("3001", **asked),
        filters.ParticipationFilters,
        [
            *GROUPS,
            ({}, "workspace_id", "3001"),
            ({"by_user": "101"}, "by_user", "101"),
            ({"by_user_full_name": "Tay Forth"}, "by_user_full_name", "Tay Forth"),
            ({"mavens_only": True}, "mavens_only", "true"),
            *every("include", "include", ParticipationInclude),
            *every("fields", "optional_fields", ParticipationField),
        ],
    ),
    "/workweeks": (
        lambda kantata: kantata.workweeks,
        filters.WorkweekFilters,
        [
            *TIMES,
            *ONLY,
            ({"effective_date": DAY}, "effective_date", "2026-03-01"),
            ({}, "include", "workweek_memberships"),
            ({}, "order", "start_date:asc"),
        ],
    ),
    "/workweek_memberships": (
        lambda kantata: kantata.workweek_memberships,
        filters.WorkweekMembershipFilters,
        [
            *TIMES,
            *ONLY,
            ({"user_ids": ["101", "102"]}, "user_ids", "101,102"),
            ({"effective_date": DAY}, "effective_date", "2026-03-01"),
            ({"participants_for_project_id": "3001"}, "participants_for_workspace_id", "3001"),
            ({}, "include", "user,workweek"),
        ],
    ),
    "/holidays": (
        lambda kantata: kantata.holidays,
        filters.HolidayFilters,
        [
            *ONLY,
            ({"matching": "spring"}, "matching", "spring"),
            ({}, "include", "holiday_calendar_associations"),
            ({}, "optional_fields", "calendar_names_list"),
            ({}, "order", "start_date:asc"),
        ],
    ),
    "/holiday_calendars": (lambda kantata: kantata.holiday_calendars, filters.Only, [*ONLY]),
    "/holiday_calendar_associations": (
        lambda kantata: kantata.holiday_calendar_associations,
        filters.Only,
        [*ONLY, ({}, "include", "holiday,holiday_calendar")],
    ),
    "/holiday_calendar_memberships": (
        lambda kantata: kantata.holiday_calendar_memberships,
        filters.HolidayCalendarMembershipFilters,
        [
            *TIMES,
            *ONLY,
            ({"by_user_id": "101"}, "by_user_id", "101"),
            ({"by_holiday_calendar_id": "20"}, "by_holiday_calendar_id", "20"),
            ({}, "include", "user,holiday_calendar"),
        ],
    ),
    "/external_references": (
        lambda kantata: lambda **asked: kantata.external_references(SubjectType.SUBMISSION, **asked),
        filters.ExternalReferenceFilters,
        [
            *TIMES,
            *ONLY,
            ({}, "subject_type", "Submission"),
            ({"service_name": "bot"}, "service_name", "bot"),
            ({"service_model": "Write"}, "service_model", "Write"),
            ({"service_model_ref": "7"}, "service_model_ref", "7"),
            ({"subject_id": "9001"}, "subject_id", "9001"),
            ({"status": "failed"}, "status", "failed"),
        ],
    ),
    "/account_locations": (
        lambda kantata: kantata.locations,
        filters.LocationFilters,
        [
            *ONLY,
            ({"name": "Harbour"}, "name", "Harbour"),
            ({"archived": False}, "archived", "false"),
            ({"in_use": True}, "in_use", "true"),
        ],
    ),
    "/roles": (lambda kantata: kantata.roles, filters.Only, [*ONLY]),
    "/subscribed_events": (
        lambda kantata: kantata.subscribed_events,
        filters.SubscribedEventFilters,
        [
            *TIMES,
            *ONLY,
            ({"event_types": ["time_entry:created"]}, "event_types", "time_entry:created"),
        ],
    ),
}  # fmt: skip

ROWS = [(path, *row) for path, (_, _, rows) in LISTS.items() for row in rows]


@pytest.mark.parametrize(
    ("path", "given", "name", "text"), ROWS, ids=[f"{path}?{name}={text}" for path, _, name, text in ROWS]
)
async def test_each_parameter_is_sent_by_its_name(
    kantata_over: Connect, path: str, given: dict[str, Any], name: str, text: str
) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(envelope(path.strip("/")))

    async with kantata_over(handler) as kantata:
        listing = LISTS[path][0](kantata)
        assert [row async for row in listing(**given)] == []
    [request] = seen
    assert request.url.path == f"/api/v1{path}"
    assert request.url.params[name] == text


@pytest.mark.parametrize("path", LISTS)
def test_no_filter_is_left_out_of_the_table(path: str) -> None:
    _, allowed, rows = LISTS[path]
    exercised = {name for given, _, _ in rows for name in given} - {"include", "fields", "order"}
    assert exercised == set(get_type_hints(allowed))
