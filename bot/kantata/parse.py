"""Kantata's rows as our records, pure. What an answer leaves out becomes None or the plain default.

By its documentation Kantata tells foreign keys only with their includes, and expands no object that is itself
included. So an object beside another takes from that one what it does not tell itself.
"""

from dataclasses import replace
from typing import Final

from bot.kantata.envelope import Row
from bot.kantata.errors import Unreadable
from bot.kantata.records import (
    ExternalReference,
    Project,
    ProjectPermissions,
    Submission,
    SubmissionPermissions,
    SubmissionStatus,
    Task,
    TimeEntry,
    TimeOffEntry,
    User,
)

_NO_CLIENT: Final = {"", "client", "clients"}  # what the field holds where the firm has set nothing


def parse_external_reference(row: Row) -> ExternalReference:
    return ExternalReference(
        id=row.id,
        service=row.text("service_name"),
        model=row.text("service_model"),
        ref=row.key("service_model_ref"),
        subject_type=row.text("subject_type"),
        subject_id=row.key("subject_id"),
        status=row.text("status"),
        external_message=row.text("external_message"),
        external_link=row.text("external_link"),
        external_status=row.text("external_status"),
        locked=row.flag("locked"),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
        last_synced_at=row.instant("last_synced_at"),
    )


def parse_user(row: Row) -> User:
    return User(
        id=row.id,
        name=row.text("full_name") or "",
        email=row.text("email_address") or None,
        headline=row.text("headline"),
        account_id=row.key("account_id"),
        account_membership_id=row.key("account_membership_id"),
        manager_id=row.key("manager_id"),
        role_id=row.key("role_id"),
        time_zone=row.text("abbreviated_timezone"),
        classification=row.text("classification"),
        last_active_at=row.instant("last_site_activity"),
        references=_references(row),
    )


def parse_project(row: Row) -> Project:
    status = row.part("status")
    return Project(
        id=row.id,
        title=row.text("title") or "",
        client_name=_client_name(row),
        archived=row.flag("archived") or False,
        time_trackable=_time_trackable(row),
        can_create_line_items=row.flag("can_create_line_items"),
        require_time_approvals=row.flag("require_time_approvals") or False,
        require_notes=row.flag("require_notes_on_time_entries") or False,
        tasks_default_non_billable=row.flag("tasks_default_non_billable") or False,
        has_active_timesheet_submissions=row.flag("has_active_timesheet_submissions"),
        lock_date=row.day("lock_date"),
        currency=row.text("currency"),
        status_key=status.key("key"),
        status_message=status.text("message"),
        start_date=row.day("start_date"),
        due_date=row.day("due_date"),
        account_id=row.key("account_id"),
        primary_lead_id=row.key("primary_maven_id"),
        approver_ids=row.keys("approver_ids"),
        possible_approver_ids=row.keys("possible_approver_ids"),
        participant_ids=row.keys("participant_ids"),
        financial_viewer_ids=row.keys("financial_viewer_ids"),
        timesheet_submission_ids=row.keys("timesheet_submission_ids"),
        permissions=_project_permissions(row.part("permissions")),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
        references=_references(row),
    )


def _time_trackable(row: Row) -> bool:
    """On the project itself, or, in old answers, among the account's features."""
    told = row.flag("time_trackable")
    if told is None:
        told = row.part("account_features").flag("time_trackable")
    return told is not False


def _client_name(row: Row) -> str | None:
    told = row.text("client_role_name") or ""
    if told.strip().lower() not in _NO_CLIENT:
        return told
    primary = row.other("workspace_groups", "primary_workspace_group_id")
    groups = row.others("workspace_groups", "workspace_group_ids")
    companies = [group for group in groups if group.flag("company")]
    names = (group.text("name") for group in ((primary,) if primary else companies))
    return next((name for name in names if name), None)


def _project_permissions(row: Row) -> ProjectPermissions:
    return ProjectPermissions(
        is_participant=row.flag("is_participant"),
        access_level=row.text("access_level"),
        is_team_lead=row.flag("team_lead"),
        is_client=row.flag("user_is_client"),
        can_see_financials=row.flag("can_see_financials"),
        restricted=row.flag("restricted"),
    )


def parse_task(row: Row, *, project_id: str | None = None) -> Task:
    """The task, of ``project_id`` unless it says otherwise."""
    return Task(
        id=row.id,
        title=row.text("title") or "",
        project_id=row.needed_key("workspace_id", project_id),
        billable=row.flag("billable") is not False,
        time_trackable=row.flag("time_trackable") is not False,
        archived=row.flag("archived") or False,
        deleted=row.instant("deleted_at") is not None,
        type=row.text("story_type"),
        state=row.text("state"),
        parent_id=row.key("parent_id"),
        root_id=row.key("root_id"),
        ancestor_ids=row.keys("ancestor_ids"),
        assignee_ids=row.keys("assignee_ids"),
        sub_task_count=row.whole("sub_story_count") or 0,
        due_date=row.day("due_date"),
        estimate_minutes=row.whole("time_estimate_in_minutes"),
        updated_at=row.instant("updated_at"),
        references=_references(row),
    )


def parse_time_entry(row: Row, *, user_id: str | None = None, project_id: str | None = None) -> TimeEntry:
    """The entry with what was included beside it; of that user and project unless it says otherwise."""
    user_id = row.needed_key("user_id", user_id)
    project_id = row.needed_key("workspace_id", project_id)
    beside = row.envelope.beside
    active = row.other("timesheet_submissions", "active_submission_id")
    recent = row.other("timesheet_submissions", "recent_submission_id")
    return TimeEntry(
        id=row.id,
        user_id=user_id,
        project_id=project_id,
        day=row.needed_day("date_performed"),
        minutes=row.needed_whole("time_in_minutes"),
        task_id=row.key("story_id"),
        notes=row.text("notes") or "",
        billable=row.flag("billable") is not False,
        approved=row.flag("approved") or False,
        invoiced=row.flag("is_invoiced") or False,
        taxable=row.flag("taxable"),
        active_submission_id=row.key("active_submission_id"),
        recent_submission_id=row.key("recent_submission_id"),
        invoice_id=row.key("invoice_id"),
        role_id=row.key("role_id"),
        location=row.text("location") or None,
        location_id=row.key("location_id"),
        can_edit=row.flag("user_can_edit"),
        rate_in_cents=row.whole("rate_in_cents"),
        cost_rate_in_cents=row.whole("cost_rate_in_cents"),
        currency=row.text("currency"),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
        user=beside(row.other("users", "user_id"), parse_user),
        project=beside(row.other("workspaces", "workspace_id"), parse_project),
        task=beside(row.other("stories", "story_id"), parse_task, project_id=project_id),
        active_submission=beside(active, _parse_beside, user_id=user_id, project_id=project_id),
        recent_submission=beside(recent, _parse_beside, user_id=user_id, project_id=project_id),
        references=_references(row),
    )


def parse_submission(row: Row) -> Submission:
    """The timesheet with its entries and what else was included beside it."""
    plain = _parse_beside(row, None, None)
    entries = row.others("time_entries", "time_entry_ids")
    return replace(
        plain,
        entries=tuple(
            parse_time_entry(entry, user_id=plain.user_id, project_id=plain.project_id) for entry in entries
        ),
    )


def _parse_beside(row: Row, user_id: str | None, project_id: str | None) -> Submission:
    """A timesheet without its entries, for it may stand beside one of them."""
    beside = row.envelope.beside
    return Submission(
        id=row.id,
        title=row.text("title") or "",
        status=_status(row),
        user_id=row.needed_key("user_id", user_id),
        project_id=row.needed_key("workspace_id", project_id),
        start_date=row.day("start_date"),
        end_date=row.day("end_date"),
        comment=row.text("comment") or "",
        decided_by=row.key("current_resolution_creator_id"),
        decided_at=row.instant("current_resolution_created_at_date"),
        decision=row.text("current_resolution_description") or row.text("resolution_description"),
        permissions=_submission_permissions(row.part("permissions")),
        time_entry_ids=row.keys("time_entry_ids"),
        user=beside(row.other("users", "user_id"), parse_user),
        project=beside(row.other("workspaces", "workspace_id"), parse_project),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
        references=_references(row),
    )


def _status(row: Row) -> SubmissionStatus:
    """The object says pending where the filter says new; prose also writes canceled."""
    told = row.text("status")
    aliases = {"new": SubmissionStatus.PENDING, "canceled": SubmissionStatus.CANCELLED}
    if told in aliases:
        return aliases[told]
    try:
        return SubmissionStatus(told or "")
    except ValueError:
        message = "Kantata's answer holds a timesheet of an unknown status."
        raise Unreadable(message, status=row.envelope.status, request_id=row.envelope.request_id) from None


def _submission_permissions(row: Row) -> SubmissionPermissions:
    return SubmissionPermissions(
        can_cancel=row.flag("can_cancel_submission") or False,
        can_approve=row.flag("can_approve_submission") or False,
        can_reject=row.flag("can_reject_submission") or False,
        can_resubmit=row.flag("can_resubmit_submission") or False,
    )


def parse_time_off_entry(row: Row) -> TimeOffEntry:
    return TimeOffEntry(
        id=row.id,
        user_id=row.needed_key("user_id"),
        day=row.needed_day("requested_date"),
        hours=row.needed_number("hours"),
        submitted_on=row.day("submission_date"),
        user=row.envelope.beside(row.other("users", "user_id"), parse_user),
        created_at=row.instant("created_at"),
        updated_at=row.instant("updated_at"),
        references=_references(row),
    )


def _references(row: Row) -> tuple[ExternalReference, ...]:
    found = row.others("external_references", "external_reference_ids")
    return tuple(parse_external_reference(reference) for reference in found)
