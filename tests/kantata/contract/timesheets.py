"""The contract about timesheets."""

from typing import Any

from bot.kantata.errors import Invalid, NotAllowed, NotFound
from bot.kantata.records import NewSubmission, SubmissionStatus, TimeEntryChanges
from tests.kantata.contract.cases import (
    APPROVER,
    BESIDE,
    CONSULTANT,
    CREATED,
    INTERNAL,
    READ,
    RESOLVED,
    SATURDAY,
    SHEET,
    SUBMITTED,
    SUNDAY,
    WEBSITE,
    Answer,
    Case,
    Refusal,
    Side,
    entry_answer,
    new,
    refused,
    sheet,
    submitted,
)
from tests.kantata.samples import TIMESHEET, Row, envelope


async def handed_in(side: Side) -> Any:
    entry_id, sheet_id = await submitted(side)
    shown = await side.kantata(CONSULTANT).submission(sheet_id)
    in_sheet = [each.id == entry_id and each.minutes == 90 for each in shown.entries]
    return shown.status, shown.start_date, shown.end_date, in_sheet, shown.permissions.can_cancel


async def approved(side: Side) -> Any:
    _, sheet_id = await submitted(side)
    after = await side.kantata(APPROVER).approve_submission(sheet_id, "Seen")
    return after.status, after.decided_by, after.decision


async def rejected(side: Side) -> Any:
    _, sheet_id = await submitted(side)
    after = await side.kantata(APPROVER).reject_submission(sheet_id, "Seen")
    return after.status, after.decided_by, after.decision


async def cancelled(side: Side) -> Any:
    _, sheet_id = await submitted(side)
    return (await side.kantata(CONSULTANT).cancel_submission(sheet_id)).status


async def approved_twice(side: Side) -> Any:
    _, sheet_id = await submitted(side)
    await side.kantata(APPROVER).approve_submission(sheet_id)
    await side.kantata(APPROVER).approve_submission(sheet_id)


async def approved_by_its_owner(side: Side) -> Any:
    _, sheet_id = await submitted(side)
    await side.kantata(CONSULTANT).approve_submission(sheet_id)


async def changed_while_pending(side: Side) -> Any:
    entry_id, _ = await submitted(side)
    await side.kantata(CONSULTANT).update_time_entry(entry_id, TimeEntryChanges(minutes=5))


async def deleted_while_pending(side: Side) -> Any:
    entry_id, _ = await submitted(side)
    await side.kantata(CONSULTANT).delete_time_entry(entry_id)


async def handed_in_twice(side: Side) -> Any:
    entry_id, _ = await submitted(side)
    await side.kantata(CONSULTANT).create_submission(NewSubmission(WEBSITE, "Again", (entry_id,)))


async def handed_in_where_none_is_needed(side: Side) -> Any:
    tay = side.kantata(CONSULTANT)
    entry = await tay.create_time_entry(new(project_id=INTERNAL, task_id=None))
    await tay.create_submission(NewSubmission(INTERNAL, "Week", (entry.id,)))


async def handed_in_after_rejection(side: Side) -> Any:
    entry_id, first = await submitted(side)
    await side.kantata(APPROVER).reject_submission(first)
    again = await side.kantata(CONSULTANT).create_submission(NewSubmission(WEBSITE, "Again", (entry_id,)))
    return again.id != first, again.status


async def approved_many(side: Side) -> Any:
    ids = [(await submitted(side))[1] for _ in range(2)]
    after = await side.kantata(APPROVER).approve_submissions(ids, "Thanks")
    return [each.id for each in after] == ids, [each.status for each in after]


async def waiting(side: Side) -> Any:
    _, sheet_id = await submitted(side)
    found = side.kantata(APPROVER).submissions(
        statuses=[SubmissionStatus.PENDING], user_ids=[CONSULTANT], start_date_after=SUNDAY
    )
    return sheet_id in [each.id async for each in found]


SUBMITTING = [CREATED, SUBMITTED]
PENDING_FAULT = refused("validation", field="base")
SECOND_ENTRY = entry_answer("POST /time_entries", id="9002")
SECOND_SHEET: Row = {**TIMESHEET, "id": "7002", "time_entry_ids": ["9002"]}

TIMESHEETS = [
    Case(
        "a timesheet is handed in with its entries and its week",
        handed_in,
        ("pending", SUNDAY, SATURDAY, [True], True),
        [*SUBMITTING, Answer(READ, SHEET)],
    ),
    Case(
        "an approver approves",
        approved,
        ("approved", APPROVER, "Seen"),
        [
            *SUBMITTING,
            Answer("PUT /timesheet_submissions/*/approve", RESOLVED),
            Answer(READ, sheet("approved")),
        ],
    ),
    Case(
        "an approver rejects and says why",
        rejected,
        ("rejected", APPROVER, "Seen"),
        [
            *SUBMITTING,
            Answer("PUT /timesheet_submissions/*/reject", RESOLVED),
            Answer(READ, sheet("rejected")),
        ],
    ),
    Case(
        "who handed in cancels",
        cancelled,
        "cancelled",
        [
            *SUBMITTING,
            Answer("PUT /timesheet_submissions/*/cancel", RESOLVED),
            Answer(READ, sheet("cancelled")),
        ],
    ),
    Case(
        "what is approved is not approved again",
        approved_twice,
        Refusal(Invalid, frozenset({"base"})),
        [
            *SUBMITTING,
            Answer("PUT /timesheet_submissions/*/approve", RESOLVED),
            Answer(READ, sheet("approved")),
            Answer("PUT /timesheet_submissions/*/approve", PENDING_FAULT, 422),
        ],
    ),
    Case(
        "nobody approves their own",
        approved_by_its_owner,
        Refusal(NotAllowed),
        [*SUBMITTING, Answer("PUT /timesheet_submissions/*/approve", refused("system"), 403)],
    ),
    Case(
        "an entry in a timesheet is not changed",
        changed_while_pending,
        Refusal((Invalid, NotFound), frozenset({"base"})),
        [*SUBMITTING, Answer("PUT /time_entries/*", PENDING_FAULT, 422)],
    ),
    Case(
        "an entry in a timesheet is not deleted",
        deleted_while_pending,
        Refusal(Invalid, frozenset({"base"})),
        [*SUBMITTING, Answer("DELETE /time_entries/*", PENDING_FAULT, 422)],
    ),
    Case(
        "an entry is in one active timesheet",
        handed_in_twice,
        Refusal(Invalid, frozenset({"line_item_ids"})),
        [
            *SUBMITTING,
            Answer("POST /timesheet_submissions", refused("validation", field="line_item_ids"), 422),
        ],
    ),
    Case(
        "a project without approvals takes no timesheet",
        handed_in_where_none_is_needed,
        Refusal(Invalid, frozenset({"workspace_id"})),
        [CREATED, Answer("POST /timesheet_submissions", refused("validation", field="workspace_id"), 422)],
    ),
    Case(
        "what was rejected is handed in as a new timesheet",
        handed_in_after_rejection,
        (True, "pending"),
        [
            *SUBMITTING,
            Answer("PUT /timesheet_submissions/*/reject", RESOLVED),
            Answer(READ, sheet("rejected")),
            Answer(
                "POST /timesheet_submissions",
                envelope("timesheet_submissions", {**TIMESHEET, "id": "7002"}, time_entries=[BESIDE]),
            ),
        ],
    ),
    Case(
        "many are approved in one request",
        approved_many,
        (True, ["approved", "approved"]),
        [
            *SUBMITTING,
            SECOND_ENTRY,
            Answer("POST /timesheet_submissions", envelope("timesheet_submissions", SECOND_SHEET)),
            Answer(
                "POST /timesheet_approvals",
                {"resolutions": [{"id": 8102, "type": "approval", "target_id": 7001}]},
            ),
            Answer(
                "GET /timesheet_submissions",
                envelope(
                    "timesheet_submissions",
                    {**SECOND_SHEET, "status": "approved"},
                    {**TIMESHEET, "status": "approved"},
                ),
            ),
        ],
    ),
    Case(
        "what waits is listed",
        waiting,
        True,
        [*SUBMITTING, Answer("GET /timesheet_submissions", SHEET)],
    ),
]
