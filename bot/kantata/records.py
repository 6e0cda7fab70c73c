"""What Kantata holds, as frozen values in people's words: Kantata's workspace is a project, its story a task.

Ids are strings. Minutes are whole, days civil dates, instants aware. What Kantata did not tell is None.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Final


class Unset(Enum):
    """The mark of a field that a change leaves alone, as against one that it empties (None)."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True)
class Reference:
    """What of ours an object at Kantata belongs to: the key by which a lost answer is looked for.

    ``ref`` is digits only and below 2147483648, for one of Kantata's filters takes nothing else.
    """

    service: str
    model: str
    ref: str

    def __post_init__(self) -> None:
        if not (self.ref.isdecimal() and int(self.ref) < 2**31):
            raise ValueError(f"An external reference is a number below 2147483648, not {self.ref!r}.")


class SyncStatus(StrEnum):
    """How an integration says it fared, in an external reference."""

    SUCCESSFUL = "successful"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True)
class ReferenceDetails:
    """What may be said beside a Reference when it is written."""

    status: SyncStatus | None = None
    external_message: str | None = None
    external_link: str | None = None
    external_status: str | None = None
    locked: bool | None = None


@dataclass(frozen=True)
class ExternalReference:
    """A reference as it stands in Kantata. ``ref`` may be anybody's, and anything."""

    id: str
    service: str | None
    model: str | None
    ref: str | None
    subject_type: str | None = None
    subject_id: str | None = None
    status: str | None = None
    external_message: str | None = None
    external_link: str | None = None
    external_status: str | None = None
    locked: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_synced_at: datetime | None = None


def has_reference(
    references: Collection[ExternalReference], service: str, refs: Collection[str], model: str | None
) -> bool:
    """Whether one of the references is of that service, one of ``refs``, and of ``model`` unless None."""
    return any(
        each.service == service and each.ref in refs and model in (None, each.model) for each in references
    )


@dataclass(frozen=True)
class User:
    """A person at Kantata. ``email`` is None where the caller may not see it."""

    id: str
    name: str
    email: str | None = None
    headline: str | None = None
    account_id: str | None = None
    account_membership_id: str | None = None
    manager_id: str | None = None
    role_id: str | None = None
    time_zone: str | None = None
    classification: str | None = None
    last_active_at: datetime | None = None
    references: tuple[ExternalReference, ...] = ()


@dataclass(frozen=True)
class ProjectPermissions:
    """What the calling token's user is and may do in a project; None where Kantata does not tell."""

    is_participant: bool | None = None
    access_level: str | None = None
    is_team_lead: bool | None = None
    is_client: bool | None = None
    can_see_financials: bool | None = None
    restricted: bool | None = None


@dataclass(frozen=True)
class Project:
    """A project. ``client_name`` is the firm's own word for the client, else the name of its company.

    ``lock_date`` is the last day no time can be changed on. Flags about the caller
    (``can_create_line_items``, ``permissions``) are those of the calling token.
    """

    id: str
    title: str
    client_name: str | None = None
    archived: bool = False
    time_trackable: bool = True
    can_create_line_items: bool | None = None
    require_time_approvals: bool = False
    require_notes: bool = False
    tasks_default_non_billable: bool = False
    has_active_timesheet_submissions: bool | None = None
    lock_date: date | None = None
    currency: str | None = None
    status_key: str | None = None
    status_message: str | None = None
    start_date: date | None = None
    due_date: date | None = None
    account_id: str | None = None
    primary_lead_id: str | None = None
    approver_ids: tuple[str, ...] = ()
    possible_approver_ids: tuple[str, ...] = ()
    participant_ids: tuple[str, ...] = ()
    financial_viewer_ids: tuple[str, ...] = ()
    timesheet_submission_ids: tuple[str, ...] = ()
    permissions: ProjectPermissions = field(default_factory=ProjectPermissions)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    references: tuple[ExternalReference, ...] = ()


class TaskType(StrEnum):
    """The kinds of tasks."""

    TASK = "task"
    MILESTONE = "milestone"
    DELIVERABLE = "deliverable"
    ISSUE = "issue"


@dataclass(frozen=True)
class Task:
    """A task of one project. ``ancestor_ids`` leads from the top down to its parent."""

    id: str
    title: str
    project_id: str
    billable: bool = True
    time_trackable: bool = True
    archived: bool = False
    deleted: bool = False
    type: str | None = None
    state: str | None = None
    parent_id: str | None = None
    root_id: str | None = None
    ancestor_ids: tuple[str, ...] = ()
    assignee_ids: tuple[str, ...] = ()
    sub_task_count: int = 0
    due_date: date | None = None
    estimate_minutes: int | None = None
    updated_at: datetime | None = None
    references: tuple[ExternalReference, ...] = ()


@dataclass(frozen=True)
class TimeEntry:
    """Time worked by one person on one project and day. ``project`` and ``task`` are there when included.

    ``active_submission_id`` is the timesheet it waits in or was approved with; ``recent_submission_id`` the
    last one of any state. ``can_edit`` is the calling token's right. Rates are in ``currency``'s cents.
    """

    id: str
    user_id: str
    project_id: str
    day: date
    minutes: int
    task_id: str | None = None
    notes: str = ""
    billable: bool = True
    approved: bool = False
    invoiced: bool = False
    taxable: bool | None = None
    active_submission_id: str | None = None
    recent_submission_id: str | None = None
    invoice_id: str | None = None
    role_id: str | None = None
    location: str | None = None
    location_id: str | None = None
    can_edit: bool | None = None
    rate_in_cents: int | None = None
    cost_rate_in_cents: int | None = None
    currency: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    user: User | None = None
    project: Project | None = None
    task: Task | None = None
    active_submission: "Submission | None" = None
    recent_submission: "Submission | None" = None
    references: tuple[ExternalReference, ...] = ()

    def has(self, reference: Reference) -> bool:
        """Whether it was created with that reference of ours."""
        key = (reference.service, reference.model, reference.ref)
        return any((each.service, each.model, each.ref) == key for each in self.references)


@dataclass(frozen=True)
class NewTimeEntry:
    """A time entry to create. ``user_id`` None: the calling token's own user.

    ``minutes`` is whole, 1 to 1439; ``billable`` None leaves the choice to Kantata (the task's flag).
    ``location`` is the name of one of the firm's locations.
    """

    project_id: str
    day: date
    minutes: int
    task_id: str | None = None
    user_id: str | None = None
    notes: str | None = None
    billable: bool | None = None
    rate_in_cents: int | None = None
    role_id: str | None = None
    location: str | None = None
    reference: Reference | None = None
    reference_details: ReferenceDetails = field(default_factory=ReferenceDetails)


@dataclass(frozen=True)
class TimeEntryChanges:
    """What to change of a time entry; what stays UNSET is left alone, None empties the field."""

    project_id: str | Unset = UNSET
    day: date | Unset = UNSET
    minutes: int | Unset = UNSET
    task_id: str | Unset | None = UNSET
    user_id: str | Unset = UNSET
    notes: str | Unset | None = UNSET
    billable: bool | Unset = UNSET
    rate_in_cents: int | Unset = UNSET
    role_id: str | Unset | None = UNSET
    location: str | Unset | None = UNSET
    reference: Reference | Unset = UNSET
    reference_details: ReferenceDetails = field(default_factory=ReferenceDetails)


class SubmissionStatus(StrEnum):
    """How a timesheet stands. Rejected and cancelled are final: what is sent again is a new one."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class SubmissionPermissions:
    """What the calling token's user may do with a timesheet: the right gate for buttons."""

    can_cancel: bool = False
    can_approve: bool = False
    can_reject: bool = False
    can_resubmit: bool = False


@dataclass(frozen=True)
class Submission:
    """A timesheet: one person's entries of one week (``start_date``, a Sunday, to ``end_date``) on a project.

    ``decided_by`` (a user id), ``decided_at`` and ``decision`` tell the last decision. ``entries`` are there
    when included; the money total is not kept, for it says nothing about hours.
    """

    id: str
    title: str
    status: SubmissionStatus
    user_id: str
    project_id: str
    start_date: date | None = None
    end_date: date | None = None
    comment: str = ""
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision: str | None = None
    permissions: SubmissionPermissions = field(default_factory=SubmissionPermissions)
    time_entry_ids: tuple[str, ...] = ()
    entries: tuple[TimeEntry, ...] = ()
    user: User | None = None
    project: Project | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    references: tuple[ExternalReference, ...] = ()


@dataclass(frozen=True)
class NewSubmission:
    """A timesheet to submit. ``user_id`` None: the calling token's own user."""

    project_id: str
    title: str
    time_entry_ids: tuple[str, ...]
    user_id: str | None = None
    comment: str | None = None
    reference: Reference | None = None
    reference_details: ReferenceDetails = field(default_factory=ReferenceDetails)


@dataclass(frozen=True)
class TimeOffEntry:
    """A day, or part of one, somebody is off. Entries of one person and day are merged by Kantata."""

    id: str
    user_id: str
    day: date
    hours: float
    submitted_on: date | None = None
    user: User | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    references: tuple[ExternalReference, ...] = ()


@dataclass(frozen=True)
class NewTimeOffEntry:
    """A day off to book. ``hours`` above 0, best in quarters, at most the person's hours of that day."""

    user_id: str
    day: date
    hours: float
    reference: Reference | None = None
    reference_details: ReferenceDetails = field(default_factory=ReferenceDetails)
