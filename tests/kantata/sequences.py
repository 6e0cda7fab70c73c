"""Random sequences of what people do with their time, against the simulator, through the client, beside a
simple model: all three always agree, and nothing that the rules lock ever changes."""

import asyncio
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from bot.kantata.client import Kantata
from bot.kantata.errors import Invalid, KantataError, NotAllowed, NotFound
from bot.kantata.records import NewSubmission, NewTimeEntry, Submission, SubmissionStatus, TimeEntryChanges
from bot.kantata.time_entries import TimeEntryField
from tests.kantata.contract.cases import APPROVER, CONSULTANT
from tests.kantata.sides import Simulated, simulated

T = TypeVar("T")

PROJECTS = {
    "3001": "4001",
    "3004": "4020",
}  # projects of the consultant that need approval, and a task of each
FIRST, LAST = date(2026, 3, 8), date(2026, 3, 21)  # two weeks in which nothing is logged yet
LOCKED_DAY = date(2026, 2, 13)
ACTIVE = (SubmissionStatus.PENDING, SubmissionStatus.APPROVED)


@dataclass(frozen=True)
class Entry:
    """What the model knows of an entry. ``sheet``: the timesheet it was last handed in with."""

    project_id: str
    day: date
    minutes: int
    notes: str
    task_id: str | None
    sheet: str | None = None


def week(day: date) -> date:
    return day - timedelta(days=day.isoweekday() % 7)


class Sequences(RuleBasedStateMachine):
    """The consultant logs and hands in, the approver decides; what is refused is tried all the same."""

    entry_ids: Bundle[str] = Bundle("entry_ids")
    sheet_ids: Bundle[str] = Bundle("sheet_ids")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.entries: dict[str, Entry] = {}
        self.logged = False  # whether anything ever was
        self.sheets: dict[str, SubmissionStatus] = {}

    @initialize()
    def open(self) -> None:
        side: Simulated = self.run(self.stack.enter_async_context(simulated()))
        self.tay: Kantata = side.kantata(CONSULTANT)
        self.approver: Kantata = side.kantata(APPROVER)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()

    def run(self, work: Awaitable[T]) -> T:
        async def waited() -> T:
            return await work

        return self.runner.run(waited())

    def refused(self, work: Awaitable[object], kind: type[KantataError]) -> None:
        with pytest.raises(kind) as caught:
            self.run(work)
        assert type(caught.value) is kind

    def is_locked(self, entry_id: str) -> bool:
        sheet = self.entries[entry_id].sheet
        return sheet is not None and self.sheets[sheet] in ACTIVE

    @rule(
        target=entry_ids,
        project_id=st.sampled_from(list(PROJECTS)),
        day=st.dates(FIRST, LAST),
        minutes=st.integers(1, 1439),
        notes=st.sampled_from(["", "Shore line", "Zwölf\nMeter"]),
    )
    def log(self, project_id: str, day: date, minutes: int, notes: str) -> str:
        task_id = PROJECTS[project_id]
        created = self.run(
            self.tay.create_time_entry(
                NewTimeEntry(project_id, day, minutes, task_id, user_id=CONSULTANT, notes=notes)
            )
        )
        self.entries[created.id] = Entry(project_id, day, minutes, notes, task_id)
        self.logged = True
        return created.id

    @rule(
        target=entry_ids,
        days=st.lists(st.dates(FIRST, LAST), min_size=1, max_size=3),
        minutes=st.integers(1, 600),
    )
    def log_many(self, days: list[date], minutes: int) -> MultipleResults[str]:
        created = self.run(
            self.tay.create_time_entries([NewTimeEntry("3001", day, minutes, notes="") for day in days])
        )
        for entry, day in zip(created, days, strict=True):
            self.entries[entry.id] = Entry("3001", day, minutes, "", None)
        self.logged = True
        return multiple(*(entry.id for entry in created))

    @rule(minutes=st.sampled_from([0, 1440, 90]))
    def log_what_cannot_be(self, minutes: int) -> None:
        day = LOCKED_DAY if minutes == 90 else FIRST
        self.refused(self.tay.create_time_entry(NewTimeEntry("3001", day, minutes)), Invalid)

    @rule(entry_id=entry_ids, minutes=st.integers(1, 1439), empty=st.booleans())
    def edit(self, entry_id: str, minutes: int, empty: bool) -> None:
        changes = TimeEntryChanges(minutes=minutes, notes="Edited")
        if empty:
            changes = TimeEntryChanges(minutes=minutes, notes=None, task_id=None)
        work = self.tay.update_time_entry(entry_id, changes)
        if entry_id not in self.entries:
            self.refused(work, NotFound)
        elif self.is_locked(entry_id):
            self.refused(work, Invalid)
        else:
            self.run(work)
            before = self.entries[entry_id]
            after = replace(before, minutes=minutes, notes="" if empty else "Edited")
            self.entries[entry_id] = replace(after, task_id=None) if empty else after

    @rule(entry_id=entry_ids)
    def delete(self, entry_id: str) -> None:
        work = self.tay.delete_time_entry(entry_id)
        if entry_id not in self.entries:
            self.refused(work, NotFound)
        elif self.is_locked(entry_id):
            self.refused(work, Invalid)
        else:
            self.run(work)
            del self.entries[entry_id]

    @precondition(lambda self: self.logged)
    @rule(ids=st.lists(entry_ids, min_size=1, max_size=3))
    def delete_many(self, ids: list[str]) -> None:
        ids = list(dict.fromkeys(ids))
        work = self.tay.delete_time_entries(ids)
        if all(each in self.entries and not self.is_locked(each) for each in ids):
            self.run(work)
            for each in ids:
                del self.entries[each]
        else:
            self.refused(work, Invalid)

    @precondition(lambda self: self.logged)
    @rule(target=sheet_ids, ids=st.lists(entry_ids, min_size=1, max_size=4))
    def submit(self, ids: list[str]) -> MultipleResults[str]:
        ids = list(dict.fromkeys(ids))
        known = [self.entries[each] for each in ids if each in self.entries]
        project_id = known[0].project_id if known else "3001"
        work = self.tay.create_submission(NewSubmission(project_id, "Week", tuple(ids)))
        fits = (
            len(known) == len(ids)
            and len({(entry.project_id, week(entry.day)) for entry in known}) == 1
            and not any(self.is_locked(each) for each in ids)
        )
        if not fits:
            self.refused(work, Invalid)
            nothing: MultipleResults[str] = multiple()
            return nothing
        made = self.run(work)
        self.sheets[made.id] = SubmissionStatus.PENDING
        for each in ids:
            self.entries[each] = replace(self.entries[each], sheet=made.id)
        return multiple(made.id)

    @rule(sheet_id=sheet_ids)
    def approve(self, sheet_id: str) -> None:
        may = self.sheets[sheet_id] is SubmissionStatus.PENDING
        self.decide(self.approver.approve_submission(sheet_id), sheet_id, SubmissionStatus.APPROVED, may)

    @rule(sheet_id=sheet_ids)
    def reject(self, sheet_id: str) -> None:
        may = self.sheets[sheet_id] in ACTIVE
        work = self.approver.reject_submission(sheet_id, "Thursday is missing")
        self.decide(work, sheet_id, SubmissionStatus.REJECTED, may)

    @rule(sheet_id=sheet_ids)
    def cancel(self, sheet_id: str) -> None:
        may = self.sheets[sheet_id] is SubmissionStatus.PENDING
        self.decide(self.tay.cancel_submission(sheet_id), sheet_id, SubmissionStatus.CANCELLED, may)

    def decide(self, work: Awaitable[Submission], sheet_id: str, status: SubmissionStatus, may: bool) -> None:
        if not may:
            self.refused(work, Invalid)
            return
        assert self.run(work).status is status
        self.sheets[sheet_id] = status

    @precondition(lambda self: self.sheets)
    @rule(ids=st.lists(sheet_ids, min_size=1, max_size=3))
    def approve_many(self, ids: list[str]) -> None:
        ids = list(dict.fromkeys(ids))
        work = self.approver.approve_submissions(ids)
        if not all(self.sheets[each] is SubmissionStatus.PENDING for each in ids):
            self.refused(work, Invalid)
            return
        assert {each.status for each in self.run(work)} == {SubmissionStatus.APPROVED}
        self.sheets.update(dict.fromkeys(ids, SubmissionStatus.APPROVED))

    @rule(sheet_id=sheet_ids)
    def approve_ones_own(self, sheet_id: str) -> None:
        self.refused(self.tay.approve_submission(sheet_id), NotAllowed)

    @invariant()
    def all_agree(self) -> None:
        if hasattr(self, "tay"):
            self.run(self.compare())

    async def compare(self) -> None:
        listed = self.tay.time_entries(
            include=(),  # told all the same, and much faster
            fields=[TimeEntryField.USER_CAN_EDIT],
            with_user_ids=[CONSULTANT],
            date_performed_between=(FIRST, LAST),
        )
        found = {}
        async for entry in listed:
            notes, sheet = entry.notes, entry.recent_submission_id
            found[entry.id] = Entry(entry.project_id, entry.day, entry.minutes, notes, entry.task_id, sheet)
            active = sheet if sheet is not None and self.sheets[sheet] in ACTIVE else None
            assert entry.active_submission_id == active
            assert entry.approved == (active is not None and self.sheets[active] is SubmissionStatus.APPROVED)
            assert entry.can_edit is (active is None)
        assert found == self.entries
        sheets = self.tay.submissions(include=(), user_ids=[CONSULTANT], start_date_after=FIRST)
        assert {sheet.id: sheet.status async for sheet in sheets} == self.sheets
