"""Our new objects and changes as Kantata's JSON, pure."""

from collections.abc import Mapping

from bot.kantata.envelope import Json
from bot.kantata.records import (
    UNSET,
    NewSubmission,
    NewTimeEntry,
    NewTimeOffEntry,
    Reference,
    ReferenceDetails,
    TimeEntryChanges,
    Unset,
)


def time_entry_body(new: NewTimeEntry) -> dict[str, Json]:
    return _given(
        workspace_id=int(new.project_id),
        date_performed=new.day.isoformat(),
        time_in_minutes=new.minutes,
        story_id=_number(new.task_id),
        user_id=_number(new.user_id),
        notes=new.notes,
        billable=new.billable,
        rate_in_cents=new.rate_in_cents,
        role_id=_number(new.role_id),
        location=new.location,
        external_reference=_reference(new.reference, new.reference_details),
    )


def time_entry_changes_body(changes: TimeEntryChanges) -> dict[str, Json]:
    """What is changed and nothing else; an emptied field is sent as "", as Kantata wants it."""
    body: dict[str, Json] = {}
    numbers = {
        "workspace_id": changes.project_id,
        "story_id": changes.task_id,
        "user_id": changes.user_id,
        "role_id": changes.role_id,
    }
    body.update({name: int(value) if value else "" for name, value in numbers.items() if value is not UNSET})
    plain = {
        "time_in_minutes": changes.minutes,
        "notes": changes.notes,
        "billable": changes.billable,
        "rate_in_cents": changes.rate_in_cents,
        "location": changes.location,
    }
    for name, value in plain.items():
        if not isinstance(value, Unset):
            body[name] = "" if value is None else value
    if not isinstance(changes.day, Unset):
        body["date_performed"] = changes.day.isoformat()
    if not isinstance(changes.reference, Unset):
        body["external_reference"] = _reference(changes.reference, changes.reference_details)
    return body


def submission_body(new: NewSubmission) -> dict[str, Json]:
    return _given(
        title=new.title,
        workspace_id=int(new.project_id),
        line_item_ids=[int(entry_id) for entry_id in new.time_entry_ids],
        user_id=_number(new.user_id),
        comment=new.comment,
        external_reference=_reference(new.reference, new.reference_details),
    )


def time_off_entry_body(new: NewTimeOffEntry) -> dict[str, Json]:
    return _given(
        user_id=int(new.user_id),
        hours=new.hours,
        requested_date=new.day.isoformat(),
        external_reference=_reference(new.reference, new.reference_details),
    )


def time_off_hours_body(
    hours: float, reference: Reference | None, details: ReferenceDetails
) -> dict[str, Json]:
    return _given(hours=hours, external_reference=_reference(reference, details))


def _reference(reference: Reference | None, details: ReferenceDetails) -> Mapping[str, Json] | None:
    if reference is None:
        return None
    return _given(
        service_name=reference.service,
        service_model=reference.model,
        service_model_ref=reference.ref,
        status=details.status,
        external_message=details.external_message,
        external_link=details.external_link,
        external_status=details.external_status,
        locked=details.locked,
    )


def _number(object_id: str | None) -> int | None:
    return None if object_id is None else int(object_id)


def _given(**fields: Json) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}
