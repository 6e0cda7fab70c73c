"""Time entries: read, created, changed, deleted, and found again by what they were created for."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Unpack

from bot.kantata.bodies import time_entry_body, time_entry_changes_body
from bot.kantata.connection import (
    BULK_LIMIT,
    REFERENCES_LIMIT,
    Connection,
    associations,
    halfway,
    moved_invalid,
    object_path,
    split,
)
from bot.kantata.errors import BookedForAnother, Invalid, KantataError, Unreadable
from bot.kantata.filters import TimeEntryFilters
from bot.kantata.parse import parse_time_entry
from bot.kantata.records import NewTimeEntry, TimeEntry, TimeEntryChanges, has_reference


class TimeEntryInclude(StrEnum):
    """What can come with a time entry."""

    ACTIVE_SUBMISSION = "active_submission"
    RECENT_SUBMISSION = "recent_submission"
    EXTERNAL_REFERENCES = "external_references"
    INVOICE = "invoice"
    ROLE = "role"
    TASK = "story"
    USER = "user"
    PROJECT = "workspace"


class TimeEntryField(StrEnum):
    """What of a time entry comes only on demand."""

    LOCATION_ID = "location_id"
    USER_CAN_EDIT = "user_can_edit"


class TimeEntryOrder(StrEnum):
    """How time entries can be ordered. Lists are read oldest first: nothing moves then."""

    CREATED = "created_at:asc"
    CREATED_LAST = "created_at:desc"
    DAY = "date_performed:asc"
    DAY_LAST = "date_performed:desc"
    UPDATED = "updated_at:asc"
    UPDATED_LAST = "updated_at:desc"


# Foreign keys are documented as coming only with these, so they are always asked for.
USUAL = (
    TimeEntryInclude.ACTIVE_SUBMISSION,
    TimeEntryInclude.RECENT_SUBMISSION,
    TimeEntryInclude.EXTERNAL_REFERENCES,
    TimeEntryInclude.ROLE,
    TimeEntryInclude.TASK,
    TimeEntryInclude.USER,
    TimeEntryInclude.PROJECT,
)
_ALL_FIELDS = tuple(TimeEntryField)


class TimeEntries(Connection):
    """The time entries the calling token's user can see."""

    def time_entries(
        self,
        *,
        include: Collection[TimeEntryInclude] = USUAL,
        fields: Collection[TimeEntryField] = _ALL_FIELDS,
        order: TimeEntryOrder = TimeEntryOrder.CREATED,
        **filters: Unpack[TimeEntryFilters],
    ) -> AsyncIterator[TimeEntry]:
        """Entries, also of archived and of other firms' projects unless asked otherwise. GET /time_entries

        Kantata may leave out the first and the last day, so one more is asked for on both sides; whose, when
        and where is checked again on every row.
        """
        asked: TimeEntryFilters = {"on_my_account": False, "from_archived_projects": True, **filters}
        if "date_performed_between" in asked:
            first, last = asked["date_performed_between"]
            asked["date_performed_between"] = (first - timedelta(days=1), last + timedelta(days=1))
        return self._list(
            "/time_entries",
            parse_time_entry,
            TimeEntryFilters,
            asked,
            query=associations(include, fields, order),
            keep=lambda entry: _fits(entry, filters),
        )

    async def time_entry(
        self,
        entry_id: str,
        *,
        include: Collection[TimeEntryInclude] = USUAL,
        fields: Collection[TimeEntryField] = _ALL_FIELDS,
    ) -> TimeEntry:
        """GET /time_entries/{id}"""
        return await self._show(
            parse_time_entry, object_path("/time_entries", entry_id), associations(include, fields)
        )

    async def create_time_entry(self, new: NewTimeEntry) -> TimeEntry:
        """POST /time_entries. Raises BookedForAnother where Kantata ignored ``user_id``."""
        query = associations(USUAL, _ALL_FIELDS)
        body = {"time_entry": time_entry_body(new)}
        entry = await self._save(parse_time_entry, "POST", "/time_entries", body, query)
        if new.user_id not in (None, entry.user_id):
            raise BookedForAnother((entry,))
        return entry

    async def create_time_entries(self, new: Sequence[NewTimeEntry]) -> list[TimeEntry]:
        """As many as wanted, 100 a request, each request all or nothing. POST /time_entries

        Answered in the order asked for, as far as each has a reference. Invalid tells each one's own faults
        by its index here; StoppedHalfway holds what earlier requests created. Raises BookedForAnother.
        """
        done: list[TimeEntry] = []
        for part in split(list(new), BULK_LIMIT):
            try:
                done += await self._create_part(part)
            except BookedForAnother as booked:
                raise BookedForAnother(booked.entries, (*done, *booked.right)) from None
            except Invalid as invalid:
                raise halfway(moved_invalid(invalid, len(done)), tuple(done)) from None
            except KantataError as error:
                raise halfway(error, tuple(done)) from None
        return done

    async def _create_part(self, new: list[NewTimeEntry]) -> list[TimeEntry]:
        body = {"time_entries": [time_entry_body(one) for one in new]}
        query = associations(USUAL, _ALL_FIELDS)
        saved = await self._save_all(parse_time_entry, "/time_entries", body, query)
        if len(saved) != len(new):
            raise Unreadable(f"Kantata answered {len(saved)} time entries for {len(new)}.", status=200)
        entries = _in_order(new, saved)
        wrong = [
            entry for one, entry in zip(new, entries, strict=True) if one.user_id not in (None, entry.user_id)
        ]
        if wrong:
            raise BookedForAnother(tuple(wrong), tuple(entry for entry in entries if entry not in wrong))
        return entries

    async def update_time_entry(self, entry_id: str, changes: TimeEntryChanges) -> TimeEntry:
        """PUT /time_entries/{id}. NotFound also where the entry can be seen but not changed."""
        path = object_path("/time_entries", entry_id)
        query = associations(USUAL, _ALL_FIELDS)
        body = {"time_entry": time_entry_changes_body(changes)}
        return await self._save(parse_time_entry, "PUT", path, body, query)

    async def delete_time_entry(self, entry_id: str) -> None:
        """DELETE /time_entries/{id}. NotFound where it is gone already."""
        await self._act("DELETE", object_path("/time_entries", entry_id))

    async def delete_time_entries(self, entry_ids: Collection[str]) -> None:
        """As many as wanted, 100 a request, each request all or nothing. DELETE /time_entries

        StoppedHalfway holds the ids that earlier requests deleted.
        """
        await self._delete_many("/time_entries", entry_ids)

    async def find_time_entries_by_reference(
        self, service: str, refs: Collection[str], *, model: str | None = None
    ) -> list[TimeEntry]:
        """The entries created with references of that service, wherever they are; 200 refs a request.

        ``model`` None: of any model. The reference itself is compared, for Kantata answers a filter it
        ignores with everything. GET /time_entries
        """
        asked: TimeEntryFilters = {"external_reference_service_name": service}
        if model is not None:
            asked["external_reference_service_model"] = model
        found = []
        for part in split(list(refs), REFERENCES_LIMIT):
            asked["external_reference_service_model_refs"] = part
            entries = self.time_entries(**asked)
            found += [
                entry async for entry in entries if has_reference(entry.references, service, part, model)
            ]
        return found


def _fits(entry: TimeEntry, asked: TimeEntryFilters) -> bool:
    users, days = asked.get("with_user_ids"), asked.get("date_performed_between")
    project, projects = asked.get("project_id"), asked.get("project_ids")
    return (
        (users is None or entry.user_id in users)
        and (days is None or days[0] <= entry.day <= days[1])
        and (project is None or entry.project_id == project)
        and (projects is None or entry.project_id in projects)
    )


def _in_order(new: list[NewTimeEntry], entries: list[TimeEntry]) -> list[TimeEntry]:
    """The created entries in the order asked for, if all can be told by their references."""
    places = {}
    for entry in entries:
        for reference in entry.references:
            places[reference.service, reference.model, reference.ref] = entry
    keys = [one.reference and (one.reference.service, one.reference.model, one.reference.ref) for one in new]
    if not all(key in places for key in keys):
        return entries
    return [places[key] for key in keys if key]
