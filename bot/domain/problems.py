"""A Problem is a mistake a person can mend, and its text is the help."""

from collections.abc import Sequence
from enum import StrEnum


class Field(StrEnum):
    """The part of a request that a problem belongs to; a form shows the problem at this field."""

    PROJECT = "project"
    TASK = "task"
    DATE = "date"
    DURATION = "duration"
    NOTES = "notes"
    BILLABLE = "billable"
    ROLE = "role"
    LOCATION = "location"
    REASON = "reason"
    DAYS = "days"
    HOURS = "hours"
    INCOMPLETE_AT = "incomplete_at"
    AGAIN_AT = "again_at"
    MISSING_AT = "missing_at"
    DECISIONS_AT = "decisions_at"
    TOLERATED = "tolerated"
    FALLBACKS = "fallbacks"
    GRANTED = "granted"
    PAST_DAYS = "past_days"
    ADMINISTRATORS = "administrators"
    PERSON = "person"
    SLACK_USER = "slack_user"


class Problem(Exception):
    """What a person asked for cannot be done as it stands; ``text`` says why and what to do instead.

    ``field`` names the part to mend, or is None where it is the whole request.
    """

    def __init__(self, text: str, field: Field | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.field = field


class Problems(Exception):
    """Several problems of one form, so that a person hears of all of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = tuple(problems)
