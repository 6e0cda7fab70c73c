"""The writes of timesheets: how a week is submitted and taken back, and looked for after an uncertain end.

Kantata's rules are those of its API reference, pages Timesheet Submissions and External References.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot import connections
from bot.deps import Deps
from bot.domain.dates import week_of
from bot.domain.languages import tr
from bot.domain.writes import Write
from bot.kantata.errors import (
    Answered,
    Effect,
    KantataError,
    NotAllowed,
    NotFound,
    Unreachable,
)
from bot.kantata.records import NewSubmission, Reference, Submission, SubmissionStatus
from bot.outbox import Kind, NotSent, refused_for_good
from bot.references import service_name
from bot.timesheet_payloads import (
    Order,
    Sheet,
    Submitted,
    decode_order,
    decode_submitted,
    decode_withdrawal,
    encode_submitted,
)
from bot.views import submissions as views
from bot.views.messages import Message

SUBMIT = "submit_timesheet"
CANCEL = "cancel_timesheet"


_DECIDED = {
    SubmissionStatus.APPROVED: views.APPROVED_MEANWHILE,
    SubmissionStatus.REJECTED: views.REJECTED_MEANWHILE,
}


class SubmitTimesheets:
    """Submit a week: one timesheet for each project, each with a reference of its own."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Submit what is not there yet; what Kantata refuses is said, and the others stand."""
        order = decode_order(write.payload)
        service = await service_name(deps)
        there: dict[str, str] = {}
        if write.attempts > 1:
            try:
                there = await self._find(deps, write, service, order)
            except KantataError as failed:
                raise NotSent(failed) from failed  # only read so far
        refused: dict[str, str] = {}
        began = deps.clock()
        for sheet in order.sheets:
            if sheet.project.id in there:
                continue
            # Long before anybody else may take the write up and send what is on its way here.
            if deps.clock() - began > deps.kantata_timeout / 3:
                raise NotSent(Unreachable("The rest is submitted at the next attempt."))
            try:
                created = await _create(deps, write, _new(write, service, order, sheet))
            except Answered as error:
                refused[sheet.project.id] = _for_good(error)
            else:
                there[sheet.project.id] = created.id
        return encode_submitted(Submitted(there, refused))

    async def look(self, deps: Deps, write: Write) -> str | None:
        """Find all of them by their references, or by the timesheet their entries are on."""
        order = decode_order(write.payload)
        there = await self._find(deps, write, await service_name(deps), order)
        if len(there) < len(order.sheets):
            return None
        return encode_submitted(Submitted(there, {}))

    async def _find(self, deps: Deps, write: Write, service: str, order: Order) -> dict[str, str]:
        found = await connections.look(
            deps, write, lambda kantata: kantata.find_submissions_by_reference(service, [str(write.id)])
        )
        there = {each.project_id: each.id for each in found if each.user_id == write.kantata_id}
        missing = [sheet for sheet in order.sheets if sheet.project.id not in there]
        return there | await _active(deps, missing)

    def refusal(self, write: Write, error: KantataError) -> str:
        """Kantata's words."""
        return error.message

    async def answer(self, deps: Deps, write: Write) -> Message:
        """What was submitted and waits for whom, and what was not and why."""
        order = decode_order(write.payload)
        submitted = (
            decode_submitted(write.result)
            if write.result
            else Submitted({}, {sheet.project.id: write.refusal or "" for sheet in order.sheets})
        )
        lines = [_submitted_line(sheet, submitted) for sheet in order.sheets]
        return views.submitted(write.id, week_of(order.week_start), lines)

    def kept(self, write: Write) -> Message:
        """That the submission is kept."""
        return views.kept_submission(week_of(decode_order(write.payload).week_start))


async def _create(deps: Deps, write: Write, new: NewSubmission) -> Submission:
    """In the person's own name where they are connected."""
    return await connections.act(deps, write, lambda kantata: kantata.create_submission(new))


def _submitted_line(sheet: Sheet, submitted: Submitted) -> views.Outcome:
    taken = sheet.project.id in submitted.submissions
    return views.Outcome(
        sheet.project,
        sheet.minutes,
        sheet.approvers if taken else (),
        None if taken else submitted.refused.get(sheet.project.id, ""),
    )


async def _active(deps: Deps, sheets: Sequence[Sheet]) -> dict[str, str]:
    """The timesheets that hold all the entries of a project already, whoever submitted them."""
    ids = [entry_id for sheet in sheets for entry_id in sheet.entry_ids]
    if not ids:
        return {}
    entries = {each.id: each async for each in deps.kantata.time_entries(only=ids)}
    there = {}
    for sheet in sheets:
        on = {entries[each].active_submission_id if each in entries else None for each in sheet.entry_ids}
        if len(on) == 1 and (submission_id := on.pop()) is not None:
            there[sheet.project.id] = submission_id
    return there


def _new(write: Write, service: str, order: Order, sheet: Sheet) -> NewSubmission:
    return NewSubmission(
        project_id=sheet.project.id,
        title=_title(order.week_start),
        time_entry_ids=sheet.entry_ids,
        user_id=write.kantata_id,
        comment=order.comment or None,
        reference=Reference(service, f"timesheet_{sheet.project.id}", str(write.id)),
    )


def _title(start: date) -> str:
    """The title that Kantata's own page gives a week: ``Mar 1 - Mar 7, 2026``."""
    end = start + timedelta(days=6)
    return f"{start:%b} {start.day} - {end:%b} {end.day}, {end.year}"


def _for_good(error: Answered) -> str:
    """Kantata's words for a refusal that will not change; anything else is raised again."""
    if error.effect is not Effect.NONE or not refused_for_good(error):
        raise error
    return tr(views.NOT_ALLOWED) if isinstance(error, NotAllowed) else error.message


class CancelTimesheets:
    """Take timesheets back, as long as nobody decided about them."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Cancel each that still waits; what is decided stays as it is, and is said."""
        withdrawal = decode_withdrawal(write.payload)
        refused: dict[str, str] = {}
        for submission_id in withdrawal.sheets:
            status, why = await _standing(deps, write, submission_id)
            if why is not None:
                refused[submission_id] = why
            elif status is SubmissionStatus.PENDING:
                try:
                    await _cancel(deps, write, submission_id)
                except Answered as error:
                    refused[submission_id] = _for_good(error)
        return _cancelled(withdrawal.sheets, refused)

    async def look(self, deps: Deps, write: Write) -> str | None:
        """Whether none of them waits any more."""
        withdrawal = decode_withdrawal(write.payload)
        refused: dict[str, str] = {}
        for submission_id in withdrawal.sheets:
            status, why = await _standing(deps, write, submission_id)
            if why is not None:
                refused[submission_id] = why
            elif status is SubmissionStatus.PENDING:
                return None
        return _cancelled(withdrawal.sheets, refused)

    def refusal(self, write: Write, error: KantataError) -> str:
        """Kantata's words."""
        return error.message

    async def answer(self, deps: Deps, write: Write) -> Message:
        """What was taken back, and what was not and why."""
        withdrawal = decode_withdrawal(write.payload)
        refused = decode_submitted(write.result).refused if write.result else {}
        lines = [
            views.Outcome(
                sheet.project, sheet.minutes, refused=refused.get(submission_id, write.refusal or None)
            )
            for submission_id, sheet in withdrawal.sheets.items()
        ]
        return views.taken_back(week_of(withdrawal.week_start), lines)

    def kept(self, write: Write) -> Message:
        """That the withdrawal is kept."""
        return views.kept_withdrawal()


def _cancelled(sheets: Iterable[str], refused: Mapping[str, str]) -> str:
    done = {submission_id: submission_id for submission_id in sheets if submission_id not in refused}
    return encode_submitted(Submitted(done, refused))


async def _cancel(deps: Deps, write: Write, submission_id: str) -> Submission:
    """In the person's own name where they are connected."""
    return await connections.act(deps, write, lambda kantata: kantata.cancel_submission(submission_id))


async def _standing(
    deps: Deps, write: Write, submission_id: str
) -> tuple[SubmissionStatus | None, str | None]:
    """How it stands, None where it is gone; and why it cannot be taken back, where it cannot."""
    try:
        current = await deps.kantata.submission(submission_id)
    except NotFound:
        return None, None
    if current.user_id != write.kantata_id:
        return current.status, tr(views.NOT_YOURS)
    decided = _DECIDED.get(current.status)
    return current.status, tr(decided) if decided else None


def again(order: Order, submitted: Submitted) -> Order:
    """The part of the order that Kantata refused."""
    return replace(
        order, sheets=tuple(each for each in order.sheets if each.project.id not in submitted.submissions)
    )


KINDS: dict[str, Kind] = {SUBMIT: SubmitTimesheets(), CANCEL: CancelTimesheets()}
