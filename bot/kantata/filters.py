"""What can be asked of each list: typed filters, and how they are written in a query.

Kantata silently ignores a filter it does not know and answers with everything, so a name that is not here
must not get out: ``encode`` refuses it. The names are Kantata's, with project for workspace and task for
story; lists are collections of ids, ranges pairs of dates (first, last).
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypedDict, get_type_hints

from bot.kantata.records import SubmissionStatus, TaskType

Between = tuple[date, date]

_AT_MOST_200 = ("by_email_addresses", "external_reference_service_model_refs")


class Times(TypedDict, total=False):
    """When the object was created or last changed, as aware instants."""

    created_after: datetime
    created_before: datetime
    updated_after: datetime
    updated_before: datetime


class Only(TypedDict, total=False):
    """Named objects; unknown or invisible ones are absent. Any number: they are asked for in parts."""

    only: Collection[str]


class References(TypedDict, total=False):
    """What the object's external references say; up to 200 ``external_reference_service_model_refs``."""

    external_reference_service_name: str
    external_reference_service_model: str
    external_reference_service_model_ref: str
    external_reference_service_model_refs: Collection[str]
    external_reference_status: str
    external_reference_external_status: str
    external_reference_external_message: str
    has_external_references: bool
    without_external_reference_service_name: str


class UserFilters(Times, References, Only, total=False):
    """GET /users. ``without_timesheet_submission``: nothing submitted on that project between the days."""

    on_my_account: bool
    by_email_address: str
    by_email_addresses: Collection[str]
    by_full_name: str
    matching: str
    search: str
    participant_in: str
    can_be_approver_in_project: Annotated[str, "can_be_approver_in_workspace"]
    with_users: Collection[str]
    show_disabled: bool
    without_timesheet_submission: tuple[str, date, date]


class ArchivedFilter(StrEnum):
    """Whether archived ones are among the answers."""

    INCLUDE = "include"
    ONLY = "only"
    EXCLUDE = "exclude"


class ProjectFilters(Times, References, Only, total=False):
    """GET /workspaces. ``pending_timesheet_submissions`` is a range of days (first, last)."""

    include_archived: bool
    archived: ArchivedFilter
    can_create_line_items: bool
    has_participation: bool
    has_participant: str
    matching: str
    search: str
    excluding: Annotated[Collection[str], "except"]
    require_time_approvals: bool
    for_approver: str
    viewable_for_time_administration: bool
    has_approvers: bool
    pending_timesheet_submissions: Annotated[Between, "pending_timesheet_submissions", ";"]
    on_my_account: bool


class TaskFilters(Times, References, Only, total=False):
    """GET /stories. ``with_assignees`` takes ids, ``unassigned`` and ``unnamed``."""

    project_id: Annotated[str, "workspace_id"]
    with_projects: Collection[str]
    time_trackable_on_project_id: Annotated[str, "time_trackable_on_workspace_id"]
    assigned_to_current_user: bool
    with_assignees: Collection[str]
    uncompleted: bool
    parents_only: bool
    with_parent_id: str
    with_root_id: str
    search: str
    task_types: Annotated[Collection[TaskType], "story_types"]
    by_status: Collection[str]
    archived: ArchivedFilter
    show_archived: bool
    show_deleted: bool
    show_from_archived_projects: Annotated[bool, "show_from_archived_workspaces"]
    show_todos: bool


class TimeEntryFilters(Times, References, Only, total=False):
    """GET /time_entries. ``invoiced`` and ``uninvoiced`` can only be asked for, not denied."""

    approved: bool
    created_by: str
    date_performed_between: Between
    from_archived_projects: Annotated[bool, "from_archived_workspaces"]
    in_active_invoice_id: str | bool
    in_active_submission: bool
    invoiced: bool
    uninvoiced: bool
    on_my_account: bool
    with_recent_timesheet_ids: Collection[str]
    with_timesheet_id: str
    with_user_ids: Collection[str]
    project_id: Annotated[str, "workspace_id"]
    project_ids: Annotated[Collection[str], "workspace_ids"]


class SubmissionFilters(Times, References, Only, total=False):
    """GET /timesheet_submissions. ``start_date`` and ``end_date`` are exactly a week's own.

    ``active``: pending or approved. ``start_date_after`` includes its day.
    """

    active: bool
    not_cancelled: bool
    statuses: Collection[SubmissionStatus]
    start_date: date
    end_date: date
    start_date_after: date
    user_ids: Collection[str]
    project_id: Annotated[str, "workspace_id"]
    project_ids: Annotated[Collection[str], "workspace_ids"]


class TimeOffFilters(Times, References, Only, total=False):
    """GET /time_off_entries. ``start_date`` and ``end_date`` include their days.

    ``project_id`` (its participants) is known to later editions only and cannot be checked again.
    """

    start_date: date
    end_date: date
    user_id: str
    user_ids: Collection[str]
    project_id: Annotated[str, "workspace_id"]


class AccountMembershipFilters(Times, Only, total=False):
    """GET /account_memberships. Inactive ones are hidden unless ``only_inactive`` asks for them."""

    by_user_id: str
    with_user_ids: Collection[str]
    only_active: bool
    only_inactive: bool
    can_log_in: bool
    by_full_name: str
    search: str


class ParticipationFilters(Times, References, Only, total=False):
    """GET /participations, beside the project that has to be named. ``mavens_only``: the provider's side."""

    by_user: str
    by_user_full_name: str
    mavens_only: bool


class WorkweekFilters(Times, Only, total=False):
    """GET /workweeks: the firm's default ones. ``effective_date``: in force on that civil date."""

    effective_date: date


class WorkweekMembershipFilters(Times, Only, total=False):
    """GET /workweek_memberships. ``participants_for_project_id``: of everybody in the project."""

    user_ids: Collection[str]
    effective_date: date
    participants_for_project_id: Annotated[str, "participants_for_workspace_id"]


class HolidayFilters(Only, total=False):
    """GET /holidays. There is no filter for dates."""

    matching: str


class HolidayCalendarMembershipFilters(Times, Only, total=False):
    """GET /holiday_calendar_memberships."""

    by_user_id: str
    by_holiday_calendar_id: str


class ExternalReferenceFilters(Times, Only, total=False):
    """GET /external_references, beside the type of object that has to be named."""

    service_name: str
    service_model: str
    service_model_ref: str
    subject_id: str
    status: str


class LocationFilters(Only, total=False):
    """GET /account_locations."""

    name: str
    archived: bool
    in_use: bool


class SubscribedEventFilters(Times, Only, total=False):
    """GET /subscribed_events. ``event_types`` such as ``time_entry:created``."""

    event_types: Collection[str]


def encode(allowed: type, filters: Mapping[str, Any]) -> dict[str, str]:
    """The query of ``filters``, of those that the TypedDict ``allowed`` names; TypeError for any other.

    None is not given. ValueError for an empty text or collection, which Kantata would take as not given
    and answer with everything, and for a filter that cannot be denied.
    """
    known = _known(allowed)
    query = {}
    for name, value in filters.items():
        if name not in known:
            raise TypeError(f"{allowed.__name__} has no {name!r}")
        if value is None:
            continue
        if name in ("invoiced", "uninvoiced") and value is not True:
            raise ValueError(f"Kantata takes {name}={value} as {name}=True.")
        if name in _AT_MOST_200 and len(value) > 200:
            raise ValueError(f"{name} takes at most 200, not {len(value)}.")
        marks: tuple[str, ...] = getattr(known[name], "__metadata__", ())
        text = encode_value(_in_filter_words(name, value), between=marks[1] if len(marks) > 1 else ":")
        if not text:
            raise ValueError(f"{name} is empty, which Kantata takes as not given.")
        query[marks[0] if marks else name] = text
    return query


@cache
def _known(allowed: type) -> dict[str, Any]:
    return get_type_hints(allowed, include_extras=True)


def _in_filter_words(name: str, value: Any) -> Any:
    """What the object calls pending, the filter calls new."""
    if name != "statuses":
        return value
    return ["new" if status == SubmissionStatus.PENDING else status for status in value]


def encode_value(value: Any, between: str = ":") -> str:
    """A value as Kantata reads it in a query: ISO dates and instants, lists with commas and no spaces."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, tuple) and any(isinstance(part, date) for part in value):
        return between.join(encode_value(part) for part in value)
    parts = [encode_value(part) for part in value]
    if any(not part or "," in part for part in parts):
        raise ValueError("A list for a query cannot hold an empty text or one with a comma.")
    return ",".join(parts)
