"""Timesheets: read, submitted and decided, one by one and many at once."""

from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from enum import StrEnum
from typing import Unpack

from bot.kantata.bodies import submission_body
from bot.kantata.connection import (
    BULK_LIMIT,
    REFERENCES_LIMIT,
    Connection,
    associations,
    halfway,
    object_path,
    split,
)
from bot.kantata.envelope import Json
from bot.kantata.errors import KantataError, Unreadable
from bot.kantata.filters import SubmissionFilters
from bot.kantata.parse import parse_submission
from bot.kantata.records import NewSubmission, Submission, SubmissionStatus, has_reference

_PATH = "/timesheet_submissions"
_ACTIVE = (SubmissionStatus.PENDING, SubmissionStatus.APPROVED)


class SubmissionInclude(StrEnum):
    """What can come with a timesheet."""

    EXTERNAL_REFERENCES = "external_references"
    TIME_ENTRIES = "time_entries"
    USER = "user"
    PROJECT = "workspace"


class SubmissionOrder(StrEnum):
    """How timesheets can be ordered: by their week."""

    WEEK = "date:asc"
    WEEK_LAST = "date:desc"


_EVERYTHING = tuple(SubmissionInclude)


class Submissions(Connection):
    """The timesheets the calling token's user can see."""

    def submissions(
        self,
        *,
        include: Collection[SubmissionInclude] = _EVERYTHING,
        order: SubmissionOrder = SubmissionOrder.WEEK,
        **filters: Unpack[SubmissionFilters],
    ) -> AsyncIterator[Submission]:
        """Timesheets; whose, which week, where and how they stand is checked. GET /timesheet_submissions"""
        asked: SubmissionFilters = {**filters}
        if "start_date_after" in asked:  # by some accounts it leaves out the day itself
            asked["start_date_after"] -= timedelta(days=1)
        return self._list(
            _PATH,
            parse_submission,
            SubmissionFilters,
            asked,
            query=associations(include, (), order),
            keep=lambda submission: _fits(submission, filters),
        )

    async def submission(
        self, submission_id: str, *, include: Collection[SubmissionInclude] = _EVERYTHING
    ) -> Submission:
        """GET /timesheet_submissions/{id}"""
        return await self._show(parse_submission, object_path(_PATH, submission_id), associations(include))

    async def find_submissions_by_reference(
        self, service: str, refs: Collection[str], *, model: str | None = None
    ) -> list[Submission]:
        """The timesheets submitted with references of that service; 200 refs a request.

        ``model`` None: of any model. The reference itself is compared. GET /timesheet_submissions
        """
        asked: SubmissionFilters = {"external_reference_service_name": service}
        if model is not None:
            asked["external_reference_service_model"] = model
        found = []
        for part in split(list(refs), REFERENCES_LIMIT):
            asked["external_reference_service_model_refs"] = part
            submissions = self.submissions(**asked)
            found += [
                submission
                async for submission in submissions
                if has_reference(submission.references, service, part, model)
            ]
        return found

    async def create_submission(self, new: NewSubmission) -> Submission:
        """Submit one person's entries of one week on one project. POST /timesheet_submissions"""
        body = {"timesheet_submission": submission_body(new)}
        return await self._save(parse_submission, "POST", _PATH, body, associations(_EVERYTHING))

    async def approve_submission(self, submission_id: str, description: str | None = None) -> Submission:
        """The timesheet as it stands approved. PUT /timesheet_submissions/{id}/approve

        The token's user signs. Unreadable when Kantata took it and the timesheet does not show it.
        """
        return await self._decide(submission_id, "approve", SubmissionStatus.APPROVED, description)

    async def reject_submission(self, submission_id: str, description: str | None = None) -> Submission:
        """The timesheet as it stands rejected. PUT /timesheet_submissions/{id}/reject; as for approval."""
        return await self._decide(submission_id, "reject", SubmissionStatus.REJECTED, description)

    async def cancel_submission(self, submission_id: str, description: str | None = None) -> Submission:
        """The timesheet as it stands cancelled. PUT /timesheet_submissions/{id}/cancel; as for approval."""
        return await self._decide(submission_id, "cancel", SubmissionStatus.CANCELLED, description)

    async def approve_submissions(
        self, submission_ids: Collection[str], description: str | None = None
    ) -> list[Submission]:
        """All of them as they stand afterwards, whatever became of each. POST /timesheet_approvals

        100 a request; StoppedHalfway holds the ids that earlier requests decided.
        """
        return await self._decide_many("/timesheet_approvals", submission_ids, description)

    async def reject_submissions(
        self, submission_ids: Collection[str], description: str | None = None
    ) -> list[Submission]:
        """All of them as they stand afterwards. POST /timesheet_rejections; as for approvals."""
        return await self._decide_many("/timesheet_rejections", submission_ids, description)

    async def cancel_submissions(
        self, submission_ids: Collection[str], description: str | None = None
    ) -> list[Submission]:
        """All of them as they stand afterwards. POST /timesheet_cancellations; as for approvals."""
        return await self._decide_many("/timesheet_cancellations", submission_ids, description)

    async def _decide(
        self, submission_id: str, verb: str, wanted: SubmissionStatus, description: str | None
    ) -> Submission:
        """Editions differ in what they answer, so the timesheet is read again and its status looked at."""
        body: dict[str, Json] = {"resolution": {"description": description}}
        await self._act("PUT", f"{object_path(_PATH, submission_id)}/{verb}", body)
        try:
            after = await self.submission(submission_id)
        except KantataError as error:
            raise _unread(error) from error
        if after.status is not wanted:
            raise Unreadable(
                f"Kantata took the decision, and the timesheet is still {after.status}.", status=200
            )
        return after

    async def _decide_many(
        self, path: str, submission_ids: Collection[str], description: str | None
    ) -> list[Submission]:
        wanted = list(dict.fromkeys(submission_ids))
        decided: list[str] = []
        for part in split(wanted, BULK_LIMIT):
            ids = [int(submission_id) for submission_id in part]
            try:
                await self._act(
                    "POST", path, {"resolution": {"submission_ids": ids, "description": description}}
                )
            except KantataError as error:
                raise halfway(error, tuple(decided)) from None
            decided += part
        try:
            after = {each.id: each async for each in self.submissions(only=wanted)}
        except KantataError as error:
            raise _unread(error) from error
        return [after[submission_id] for submission_id in wanted if submission_id in after]


def _unread(error: KantataError) -> KantataError:
    """The decision was taken and what came of it could not be read: never the certainty of ``error``."""
    message = "Kantata took the decision, and what came of it could not be read."
    return Unreadable(message, status=error.status, request_id=error.request_id)


def _fits(submission: Submission, asked: SubmissionFilters) -> bool:
    users, statuses = asked.get("user_ids"), asked.get("statuses")
    project, projects = asked.get("project_id"), asked.get("project_ids")
    return (
        (users is None or submission.user_id in users)
        and (statuses is None or submission.status in statuses)
        and (project is None or submission.project_id == project)
        and (projects is None or submission.project_id in projects)
        and (not asked.get("active") or submission.status in _ACTIVE)
        and (not asked.get("not_cancelled") or submission.status is not SubmissionStatus.CANCELLED)
        and _fits_week(submission, asked)
    )


def _fits_week(submission: Submission, asked: SubmissionFilters) -> bool:
    start, after, end = asked.get("start_date"), asked.get("start_date_after"), asked.get("end_date")
    return (
        (start is None or submission.start_date == start)
        and (end is None or submission.end_date == end)
        and (after is None or (submission.start_date is not None and submission.start_date >= after))
    )
