"""Time off: read, booked, changed and deleted. Kantata knows no approval of it."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Unpack

from bot.kantata.bodies import time_off_entry_body, time_off_hours_body
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
from bot.kantata.errors import Invalid, KantataError, NotFound
from bot.kantata.filters import TimeOffFilters
from bot.kantata.parse import parse_time_off_entry
from bot.kantata.records import NewTimeOffEntry, Reference, ReferenceDetails, TimeOffEntry, has_reference

_PATH = "/time_off_entries"
_NO_DETAILS = ReferenceDetails()


class TimeOffInclude(StrEnum):
    """What can come with a day off; the role in later editions only."""

    USER = "user"
    EXTERNAL_REFERENCES = "external_references"
    ROLE = "role"


USUAL = (TimeOffInclude.USER, TimeOffInclude.EXTERNAL_REFERENCES)


class TimeOff(Connection):
    """The time off of everybody on the calling token's account."""

    def time_off(
        self, *, include: Collection[TimeOffInclude] = USUAL, **filters: Unpack[TimeOffFilters]
    ) -> AsyncIterator[TimeOffEntry]:
        """Days off, the days asked for included. GET /time_off_entries

        Kantata may leave out the first and the last day, so one more is asked for on both sides, and whose
        and when is checked again.
        """
        asked: TimeOffFilters = {**filters}
        if "start_date" in asked:
            asked["start_date"] -= timedelta(days=1)
        if "end_date" in asked:
            asked["end_date"] += timedelta(days=1)
        return self._list(
            _PATH,
            parse_time_off_entry,
            TimeOffFilters,
            asked,
            query=associations(include),
            keep=lambda entry: _fits(entry, filters),
        )

    async def time_off_entry(self, entry_id: str) -> TimeOffEntry:
        """One day off; Kantata shows it only in a list. Raises NotFound. GET /time_off_entries?only="""
        object_path(_PATH, entry_id)
        async for entry in self.time_off(only=[entry_id]):
            return entry
        raise NotFound("Kantata has no such time off.")

    async def find_time_off_by_reference(
        self, service: str, refs: Collection[str], *, model: str | None = None
    ) -> list[TimeOffEntry]:
        """The days off booked with references of that service; 200 refs a request.

        Booking a day twice merges it, and the second reference may be the one that stays, or none. ``model``
        None: of any model. The reference itself is compared. GET /time_off_entries
        """
        asked: TimeOffFilters = {"external_reference_service_name": service}
        if model is not None:
            asked["external_reference_service_model"] = model
        found = []
        for part in split(list(refs), REFERENCES_LIMIT):
            asked["external_reference_service_model_refs"] = part
            entries = self.time_off(**asked)
            found += [
                entry async for entry in entries if has_reference(entry.references, service, part, model)
            ]
        return found

    async def create_time_off_entry(self, new: NewTimeOffEntry) -> TimeOffEntry:
        """The day as it stands, earlier hours of it included. POST /time_off_entries"""
        body = {"time_off_entry": time_off_entry_body(new)}
        return await self._save(parse_time_off_entry, "POST", _PATH, body, associations(USUAL))

    async def create_time_off(self, new: Sequence[NewTimeOffEntry]) -> list[TimeOffEntry]:
        """The days as they stand, fewer than sent where some are of one person and day.

        POST /time_off_entries; 100 a request, each request all or nothing. Invalid tells each one's own
        faults by its index here; StoppedHalfway holds what earlier requests booked.
        """
        done: dict[str, TimeOffEntry] = {}
        sent = 0
        for part in split(list(new), BULK_LIMIT):
            body = {"time_off_entries": [time_off_entry_body(one) for one in part]}
            try:
                booked = await self._save_all(parse_time_off_entry, _PATH, body, associations(USUAL))
            except Invalid as invalid:
                raise halfway(moved_invalid(invalid, sent), tuple(done.values())) from None
            except KantataError as error:
                raise halfway(error, tuple(done.values())) from None
            done |= {entry.id: entry for entry in booked}
            sent += len(part)
        return list(done.values())

    async def update_time_off(
        self,
        entry_id: str,
        hours: float,
        *,
        reference: Reference | None = None,
        reference_details: ReferenceDetails = _NO_DETAILS,
    ) -> TimeOffEntry:
        """Other hours for the day; nothing else of it can change. PUT /time_off_entries/{id}"""
        body = {"time_off_entry": time_off_hours_body(hours, reference, reference_details)}
        path = object_path(_PATH, entry_id)
        return await self._save(parse_time_off_entry, "PUT", path, body, associations(USUAL))

    async def delete_time_off_entry(self, entry_id: str) -> None:
        """DELETE /time_off_entries/{id}. NotFound where it is gone already."""
        await self._act("DELETE", object_path(_PATH, entry_id))

    async def delete_time_off(self, entry_ids: Collection[str]) -> None:
        """As many as wanted, 100 a request, each request all or nothing. DELETE /time_off_entries

        StoppedHalfway holds the ids that earlier requests deleted.
        """
        await self._delete_many(_PATH, entry_ids)


def _fits(entry: TimeOffEntry, asked: TimeOffFilters) -> bool:
    user, users = asked.get("user_id"), asked.get("user_ids")
    start, end = asked.get("start_date"), asked.get("end_date")
    return (
        (user is None or entry.user_id == user)
        and (users is None or entry.user_id in users)
        and (start is None or entry.day >= start)
        and (end is None or entry.day <= end)
    )
