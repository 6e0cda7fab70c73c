"""What nobody outside knows about Kantata, and what its pages contradict: one switch each.

The defaults are the likelier side. A client is right when it works in every position.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Assumptions:
    """Each field names the question; its values are the positions."""

    # Shape of answers
    belongs_to_keys: Literal["always", "with_include"] = "always"
    action_answer: Literal["resolutions", "timesheet_submissions"] = "resolutions"
    bulk_answer: Literal["array", "map"] = "array"
    resolution_ids: Literal["integer", "string"] = "integer"
    meta: bool = True
    datetimes: Literal["offset", "z"] = "offset"
    user_can_edit: Literal["optional", "always"] = "optional"
    time_trackable: Literal["workspace", "account_features"] = "workspace"
    workspace_status_key: Literal["string", "integer"] = "string"
    workspace_account_id: Literal["integer", "string"] = "integer"
    backup_dates: Literal["date", "datetime"] = "date"
    rates_hidden: bool = True

    # Filters
    pending_filter_word: Literal["new", "pending"] = "new"
    between_includes_ends: bool = True
    start_date_after_includes: bool = True
    time_off_range: Literal["exclusive", "inclusive"] = "exclusive"
    without_membership: Literal["default_calendar", "no_holidays"] = "default_calendar"

    # Time entries
    billable_without_story: bool = True
    least_minutes: int = 1
    most_minutes: int = 1439
    lock_includes_its_day: bool = True
    pending_entries_are_fixed: bool = True
    uneditable_put: Literal["validation", "not_found"] = "validation"
    worker_must_participate: bool = True
    foreign_story: Literal["refused", "taken"] = "refused"
    reference_again: Literal["refused", "updated"] = "refused"

    # Timesheets
    one_week: bool = True
    one_user: bool = True
    approved_can_be_rejected: bool = True
    cancelled_by: Literal["both", "approver", "submitter"] = "both"
    own_approval: Literal["administrators", "nobody"] = "administrators"
    bulk_resolution: Literal["all_or_nothing", "what_can_be"] = "all_or_nothing"

    # Time off
    same_day: Literal["add", "replace"] = "add"
    merged_reference: Literal["replaced", "kept", "lost"] = "replaced"
    own_time_off: bool = True
    managed_time_off: bool = True

    # Words and statuses by the name of the refusal (refusals.WORDINGS)
    texts: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
