"""Everything the simulated Kantata refuses: status, kind, field and words, by one name each.

Section names of Kantata's API reference stand behind the documented ones; the texts of the others are not
public, so texts and statuses can be changed in ``Assumptions``.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple


class Wording(NamedTuple):
    """How a refusal reads. ``field`` None: the one who refuses names it, or there is none."""

    status: int
    type: str
    message: str
    field: str | None = None


def _invalid(message: str, name: str | None = None) -> Wording:
    return Wording(422, "validation", message, name)


WORDINGS: Mapping[str, Wording] = {
    "token": Wording(401, "oauth", "Invalid OAuth 2 Request"),
    "malformed": Wording(400, "system", "malformed JSON detected, please lint your request params"),
    "root_key": Wording(400, "system", "The request body needs the key {key}"),
    "not_found": Wording(404, "system", "Not found"),
    "route": Wording(404, "system", "Not found"),
    "forbidden": Wording(403, "system", "You do not have permission to do this"),
    "blank": _invalid("{label} can't be blank"),
    "filter_required": _invalid("{label} is required"),
    "date": _invalid("{label} is not a valid date"),
    "number": _invalid("{label} is not a number"),
    "boolean": _invalid("{label} is not true or false"),
    "too_many": _invalid("No more than {limit} at once", "base"),
    "minutes": _invalid("Time in minutes must be a whole number from {least} to {most}", "time_in_minutes"),
    "unknown": _invalid("{label} does not exist"),
    "workspace_archived": _invalid("Project is archived", "workspace_id"),
    "workspace_untracked": _invalid("Project does not track time", "workspace_id"),
    "workspace_closed": _invalid("You may not log time on this project", "workspace_id"),
    "worker": _invalid("User is not a participant of this project", "user_id"),
    "story_unknown": _invalid("Task does not exist", "story_id"),
    "story_deleted": _invalid("Task has been deleted", "story_id"),
    "story_untracked": _invalid("Task does not take time", "story_id"),
    "story_foreign": _invalid("Task belongs to another project", "story_id"),
    "location_unknown": _invalid("Location is not one of the account's locations", "location"),
    "location_blank": _invalid("Location can't be blank", "location"),
    "notes_blank": _invalid("Notes can't be blank", "notes"),
    "locked": _invalid("Time on or before {locked_to} is locked", "date_performed"),
    "submitted": _invalid("Time entry {id} is part of a submitted or approved timesheet", "base"),
    "invoiced": _invalid("Time entry {id} has been invoiced", "base"),
    "adjusted": _invalid("Time entry {id} is linked to a time adjustment", "base"),
    "undeletable": _invalid("{label} {id} does not exist or may not be deleted", "base"),
    "reference": _invalid(
        "External reference needs service_name, service_model and service_model_ref", "external_reference"
    ),
    "reference_taken": _invalid("External reference already has one of this service", "external_reference"),
    "submission_empty": _invalid("Line items can't be blank", "line_item_ids"),
    "submission_unknown": _invalid("Time entry {id} does not exist", "line_item_ids"),
    "submission_foreign": _invalid("Time entry {id} belongs to another project", "line_item_ids"),
    "submission_user": _invalid("Time entry {id} belongs to somebody else", "line_item_ids"),
    "submission_week": _invalid("Time entries are of more than one week", "line_item_ids"),
    "submission_active": _invalid("Time entry {id} is already on a timesheet", "line_item_ids"),
    "no_approvals": _invalid("Project does not require time approvals", "workspace_id"),
    "week_under": _invalid("The week has less than {minutes} minutes", "base"),
    "week_over": _invalid("The week has more than {minutes} minutes", "base"),
    "state": _invalid("Timesheet {id} is {status} and can't be {verb}", "base"),
    "resolved_locked": _invalid("Timesheet {id} is approved and locked", "base"),
    "hours": _invalid("Hours must be greater than 0", "hours"),
    "capacity": _invalid("Hours exceed the workday of {hours} hours", "hours"),
    "lock_saturday": _invalid("Locked to must be a Saturday", "locked_to"),
    "lock_earlier": _invalid("Locked to must be later than {locked_to}", "locked_to"),
    "lock_unapproved": _invalid("There is unapproved time on or before this date", "locked_to"),
    "date_order": _invalid("End date is before start date", "end_date"),
}


@dataclasses.dataclass
class Refusal(Exception):
    """One refusal, still without words: they are chosen when it is answered."""

    name: str
    field: str | None = None
    words: Mapping[str, object] = dataclasses.field(default_factory=dict)
    index: int | None = None

    def at(self, index: int | None) -> "Refusal":
        """The same, of row ``index`` of a bulk request."""
        return Refusal(self.name, self.field, self.words, index)


class Refused(Exception):
    """Several refusals of one request."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(", ".join(refusal.name for refusal in refusals))
        self.refusals = refusals


def refuse(name: str, field: str | None = None, **words: object) -> Refusal:
    """A refusal by its name in WORDINGS; ``field`` where the name stands for several fields."""
    if field is not None:
        words.setdefault("label", label(field))
    return Refusal(name, field, words)


def label(field: str) -> str:
    """A field's name as Kantata's messages spell it: ``time_in_minutes`` -> ``Time in minutes``."""
    return field.removesuffix("_id").replace("_", " ").capitalize()


def raise_all(refusals: list[Refusal]) -> None:
    """Raises Refused unless the list is empty."""
    if refusals:
        raise Refused(refusals)


def answer(
    refusals: list[Refusal], texts: Mapping[str, str], statuses: Mapping[str, int]
) -> tuple[int, dict[str, Any]]:
    """Status and body for the refusals; ``texts`` and ``statuses`` replace the usual ones by name."""
    first = refusals[0].name
    status = statuses.get(first, WORDINGS[first].status)
    if first == "malformed":
        return status, {"status": status, "error": texts.get(first, WORDINGS[first].message)}
    return status, {"errors": [_error(refusal, texts) for refusal in refusals]}


def _error(refusal: Refusal, texts: Mapping[str, str]) -> dict[str, Any]:
    wording = WORDINGS[refusal.name]
    message = texts.get(refusal.name, wording.message).format(**refusal.words)
    error: dict[str, Any] = {"type": wording.type, "message": message}
    if wording.type == "validation":
        error["field"] = refusal.field or wording.field or "base"
    if refusal.index is not None:
        error["index"] = refusal.index
    return error
