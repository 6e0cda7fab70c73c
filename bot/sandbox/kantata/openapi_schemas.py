"""What the rows of the API look like, as JSON schemas: written from Kantata's API reference."""

from typing import Any

Schema = dict[str, Any]

# How the tables below are read: a name and its type; "?" after the type: may be null.
_TYPES: dict[str, Schema] = {
    "text": {"type": "string"},
    "id": {"type": "string", "pattern": r"^\d+$"},
    "ids": {"type": "array", "items": {"type": "string", "pattern": r"^\d+$"}},
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
    "texts": {"type": "array", "items": {"type": "string"}},
}

# Fields that are there without being asked for, then (after the bar) those of includes and optional fields.
ROWS: dict[str, str] = {
    "users": """full_name text, email_address text, headline text?, photo_path text?, account_id text,
        state text?, city text?, country text?, bio text?, website text?
        | account_membership_id id?, manager_id id?, role_id id?, external_reference_ids ids,
        abbreviated_timezone text?, classification text, last_site_activity time?""",
    "account_memberships": """permission text, is_administrator bool, is_owner bool, is_backup_approver bool,
        manager_can_approve bool, disabled_at time?, enforce_workweek_minimum_on_timesheet_submission bool,
        enforce_workweek_maximum_on_timesheet_submission bool, require_time_entry_location bool, user_id id,
        manager_id id?, created_at time, updated_at time
        | managee_ids ids, default_role_id id?, effective_workweek_id id,
        backup_approver_association_ids ids""",
    "workspaces": """title text, archived bool, time_trackable bool, can_create_line_items bool,
        require_time_approvals bool, require_expense_approvals bool, require_notes_on_time_entries bool,
        has_active_timesheet_submissions bool, tasks_default_non_billable bool, currency text,
        currency_symbol text, currency_base_unit int, client_role_name text?, consultant_role_name text?,
        description text?, start_date text?, due_date text?, stage text, budgeted bool, status object,
        account_id int, access_level text?, permissions object, creator_id id, primary_maven_id id?,
        created_at time, updated_at time
        | approver_ids ids, possible_approver_ids ids, participant_ids ids, participation_ids ids,
        current_user_participation_id id?, financial_viewer_ids ids, primary_workspace_group_id id?,
        workspace_group_ids ids, timesheet_submission_ids ids, external_reference_ids ids, lock_date date?""",
    "workspace_groups": "name text, company bool, created_at time, updated_at time",
    "participations": """role text, is_team_lead bool, can_edit_time bool, can_post bool, user_id id,
        workspace_id id, created_at time, updated_at time | access_level text?""",
    "stories": """title text, story_type text, state text, time_trackable bool, is_time_trackable_type bool,
        billable bool, archived bool, deleted_at time?, due_date date?, start_date date?, position int,
        sub_story_count int, time_estimate_in_minutes int?, percentage_complete int, description text?,
        fixed_fee bool, priority text, ancestry_depth int, workspace_id id, parent_id id?, root_id id?,
        creator_id id, created_at time, updated_at time
        | ancestor_ids ids, assignee_ids ids, external_reference_ids ids""",
    "time_entries": """date_performed date, time_in_minutes int, billable bool, notes text?, currency text,
        currency_symbol text, currency_base_unit int, approved bool, is_invoiced bool, taxable bool,
        user_id id, workspace_id id, story_id id?, active_submission_id id?, recent_submission_id id?,
        created_at time, updated_at time
        | rate_in_cents int, cost_rate_in_cents int, location text?, location_id int?, user_can_edit bool,
        external_reference_ids ids, invoice_id id?, role_id id?""",
    "invoices": """title text, status text, draft bool, currency text, invoice_date date?, workspace_ids ids,
        created_at time, updated_at time""",
    "timesheet_submissions": """title text, comment text?, status text, type text, start_date date,
        end_date date, user_id id, workspace_id id, permissions object, current_resolution_creator_id int?,
        current_resolution_created_at_date time?, current_resolution_description text?,
        resolution_description text?, line_item_total_in_cents int, line_item_total_formatted text,
        currency text, currency_symbol text, currency_base_unit int, created_at time, updated_at time
        | time_entry_ids ids, external_reference_ids ids""",
    "resolutions": """type text, description text?, target_type text, target_id int, user_id int,
        created_at time, updated_at time""",
    "time_off_entries": """hours number, requested_date date, submission_date date, user_id id,
        created_at time, updated_at time | external_reference_ids ids, role_id id?""",
    "workweeks": """default bool, start_date date, end_date date?, sunday_minutes int, monday_minutes int,
        tuesday_minutes int, wednesday_minutes int, thursday_minutes int, friday_minutes int,
        saturday_minutes int, total_minutes int, created_at time, updated_at time
        | workweek_membership_ids ids""",
    "workweek_memberships": """user_id id, workweek_id id, start_date date, end_date date?, created_at time,
        updated_at time""",
    "holidays": """name text, start_date date, end_date date, paid bool, total_hours number, created_at time,
        updated_at time | holiday_calendar_association_ids ids, calendar_names_list texts""",
    "holiday_calendars": "name text, default bool, created_at time, updated_at time",
    "holiday_calendar_associations": """holiday_id id, holiday_calendar_id id, created_at time,
        updated_at time""",
    "holiday_calendar_memberships": """user_id id, holiday_calendar_id id, start_date date, end_date date?,
        created_at time, updated_at time""",
    "line_item_locks": "account_id int, locked_to date, created_at time, updated_at time | creator_id id",
    "backup_approver_associations": """approver_id id, backup_approver_id id, start_date date, end_date date,
        created_at time, updated_at time""",
    "external_references": """service_name text, service_model text, service_model_ref text, status text?,
        external_message text?, external_link text?, external_status text?, locked bool, subject_type text,
        subject_id int, subject_ref object, last_synced_at time?, created_at time, updated_at time""",
    "account_locations": "name text, archived bool, in_use bool, created_at time, updated_at time",
    "roles": """name text, deleted_at time?, created_at time, updated_at time | external_reference_ids ids""",
    "subscribed_events": """event_type text, user_id id, subject_ref object, previous_payload object,
        current_payload object, payload_changes object, subject_changed_at time, created_at time""",
}

_REFERENCE = """service_name text, service_model text, service_model_ref text
    | status text, external_message text, external_link text, external_status text, locked bool"""

# Bodies of requests: required fields, then (after the bar) the others.
BODIES: dict[str, str] = {
    "time_entry": """workspace_id int, date_performed date, time_in_minutes int
        | billable bool, rate_in_cents int, notes text, role_id int, story_id int, user_id int,
        external_reference reference, location text""",
    "time_entry_change": """| workspace_id int, date_performed date, time_in_minutes int, billable bool,
        rate_in_cents int, notes text, role_id int, story_id int, user_id int,
        external_reference reference, location text""",
    "timesheet_submission": """line_item_ids ints, title text, workspace_id int
        | user_id int, comment text, external_reference reference""",
    "resolution": "| description text?",
    "bulk_resolution": "submission_ids ints | description text?",
    "time_off_entry": "user_id int, hours number, requested_date date | external_reference reference",
    "time_off_change": "hours number | external_reference reference",
    "workspace": "| approver_ids ints",
    "line_item_lock": "locked_to date |",
    "backup": "approver_id int, backup_approver_id int, start_date date, end_date date |",
    "backup_change": "| approver_id int, backup_approver_id int, start_date date, end_date date",
}


def row_schema(key: str) -> Schema:
    """The schema of one row of that kind: nothing but what is documented."""
    present, _, asked = ROWS[key].partition("|")
    always = {"id": _TYPES["id"], **_fields(present)}
    return {
        "type": "object",
        "properties": {**always, **_fields(asked)},
        "required": list(always),
        "additionalProperties": False,
    }


def body_schema(name: str) -> Schema:
    """The schema of what stands under a request's root key."""
    required, _, others = BODIES[name].partition("|")
    return _object(required, others)


def _object(required: str, others: str) -> Schema:
    needed = _fields(required)
    schema: Schema = {"type": "object", "properties": {**needed, **_fields(others)}}
    # An empty list of required fields is not a valid schema.
    return {**schema, "required": list(needed)} if needed else schema


def _fields(table: str) -> dict[str, Schema]:
    pairs = (item.split() for item in table.split(",") if item.strip())
    return {name: _typed(kind) for name, kind in pairs}


def _typed(kind: str) -> Schema:
    if kind == "reference":
        required, _, others = _REFERENCE.partition("|")
        return _object(required, others)
    if kind == "ints":
        return {"type": "array", "items": {"type": "integer"}}
    plain = _TYPES[kind.removesuffix("?")]
    return {**plain, "nullable": True} if kind.endswith("?") else plain


ERRORS: Schema = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["type", "message"],
                "properties": {
                    "type": {"enum": ["oauth", "system", "validation"]},
                    "message": {"type": "string"},
                    "field": {"type": "string"},
                    "index": {"type": "integer"},
                },
                "additionalProperties": False,
            },
        }
    },
}
MALFORMED: Schema = {
    "type": "object",
    "required": ["status", "error"],
    "properties": {"status": {"type": "integer"}, "error": {"type": "string"}},
}
