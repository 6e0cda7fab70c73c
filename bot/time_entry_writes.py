"""The writes of time entries: how each is sent, looked for after an uncertain end, and spoken of.

Kantata's rules are those of its API reference, pages Time Entries and External References.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot import connections
from bot.connections import PersonNotAllowed
from bot.deps import Deps
from bot.domain.languages import later, tr
from bot.domain.time_entries import Draft, Entry, same_content
from bot.domain.writes import Reply, State, Write
from bot.kantata.client import Kantata
from bot.kantata.errors import (
    Answered,
    BookedForAnother,
    Effect,
    Invalid,
    KantataError,
    NotAllowed,
    NotFound,
    StoppedHalfway,
)
from bot.kantata.records import NewTimeEntry, Reference, TimeEntry, TimeEntryChanges
from bot.outbox import Kind, NotSent, Refused, refused_for_good
from bot.project_copy import freshen_soon
from bot.references import service_name
from bot.time_entry_payloads import (
    Deletion,
    Logged,
    as_it_stands,
    decode_change,
    decode_deletion,
    decode_drafts,
    decode_entries,
    decode_left_out,
    decode_logged,
    encode_deletion,
    encode_entries,
    encode_logged,
    entry_of,
    object_of,
)
from bot.totals import totals
from bot.views import time_entries as views
from bot.views.messages import Message
from bot.views.time_entries import EntryRef
from storage import recents, writes
from storage.writes import NewWrite

LOG = "log_entries"
CHANGE = "change_entry"
DELETE = "delete_entries"

BOOKED_ELSEWHERE = later(
    "Kantata did not let me log time in your name on {place}, so nothing was kept. Ask your "
    "Kantata administrator to give this bot's service account the right to edit time there."
)
OWN_NOT_ALLOWED = later(
    "Kantata does not let you log time on {place}. Ask your Kantata administrator to give you access to it."
)


class LogEntries:
    """Create entries, each with a reference of its own: the write's number, and its place in the write."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Create all at once; where Kantata refuses some, those are set aside and the others stand."""
        service = await service_name(deps)
        rest = dict(enumerate(decode_drafts(write.payload)))
        there: dict[int, Entry] = {}
        refused: dict[int, str] = {}
        while rest:
            try:
                there |= await self._create(deps, write, service, rest)
            except Invalid as invalid:
                refused |= _refused(invalid, list(rest))
                if len(rest) > 1:
                    there |= await self._find_some(deps, write, service)
            except BookedForAnother as wrong:
                raise _booked_elsewhere(write, wrong.entries + wrong.right) from None
            except KantataError as failed:
                if there:  # whatever became of this request, not all of them did nothing
                    raise StoppedHalfway(failed, tuple(entry.id for entry in there.values())) from None
                raise
            rest = {index: each for index, each in rest.items() if index not in there | refused}
        if not there:
            raise Refused("\n".join(dict.fromkeys(refused.values())))
        return encode_logged(Logged(there, refused))

    async def _find_some(self, deps: Deps, write: Write, service: str) -> dict[int, Entry]:
        """What a refused bulk create left; it is said to be all or nothing: looked at, not believed."""
        try:
            return await self._find(deps, write, service)
        except KantataError as failed:
            raise StoppedHalfway(failed, ()) from None

    async def _create(
        self, deps: Deps, write: Write, service: str, drafts: dict[int, Draft]
    ) -> dict[int, Entry]:
        new = [_new(write, service, index, draft) for index, draft in drafts.items()]
        created = await connections.act(deps, write, lambda kantata: _created(kantata, new))
        pairs = zip(drafts.items(), created, strict=True)
        return {index: entry_of(each, draft.project, draft.task) for (index, draft), each in pairs}

    async def look(self, deps: Deps, write: Write) -> str | None:
        """Find what was created by its references; what is not there beside it was refused."""
        service = await service_name(deps)
        there = await self._find(deps, write, service)
        if not there:
            return None
        missing = set(range(len(decode_drafts(write.payload)))) - set(there)
        return encode_logged(Logged(there, dict.fromkeys(sorted(missing), tr("Kantata did not take it."))))

    async def _find(self, deps: Deps, write: Write, service: str) -> dict[int, Entry]:
        drafts = decode_drafts(write.payload)
        references = {_reference(service, write, index): index for index in range(len(drafts))}
        found: dict[int, Entry] = {}
        wrong: list[TimeEntry] = []
        for record in await _by_reference(deps, write, service):
            index = next((at for reference, at in references.items() if record.has(reference)), None)
            if index is None:
                continue
            if record.user_id != write.kantata_id:
                wrong.append(record)
                continue
            found[index] = entry_of(record, drafts[index].project, drafts[index].task)
        if wrong:
            raise _booked_elsewhere(write, wrong)
        return found

    def refusal(self, write: Write, error: KantataError) -> str:
        """What to tell the person of a refusal that has no validation text."""
        where = views.place(decode_drafts(write.payload)[0].project, None)
        if isinstance(error, PersonNotAllowed):
            return tr(OWN_NOT_ALLOWED).format(place=where)
        if isinstance(error, NotAllowed):
            return tr(BOOKED_ELSEWHERE).format(place=where)
        return tr("Kantata did not take it: {message}").format(message=error.message)

    async def answer(self, deps: Deps, write: Write) -> Message:
        """What was logged, with the totals; or why not, with the way to mend it."""
        drafts = decode_drafts(write.payload)
        if write.state is State.REFUSED or write.result is None:
            return views.refused(write.id, drafts, write.refusal or "")
        logged = decode_logged(write.result)
        entries = [(EntryRef(write.id, index), entry) for index, entry in sorted(logged.entries.items())]
        not_taken = [
            (EntryRef(write.id, index), drafts[index], text) for index, text in sorted(logged.refused.items())
        ]
        left_out = decode_left_out(write.payload)
        await _remember_use(deps, write, [entry for _, entry in entries])
        freshen_soon(deps, [entry.project.id for _, entry in entries])
        day_totals = await totals(deps, write.kantata_id, entries[-1][1].day)
        return views.logged(entries, not_taken, left_out, day_totals)

    def kept(self, write: Write) -> Message:
        """That what was asked for is kept."""
        return views.kept(decode_drafts(write.payload))


async def _remember_use(deps: Deps, write: Write, entries: Sequence[Entry]) -> None:
    """What somebody logs on is offered first next time."""
    uses = [(each.project.id, each.task.id if each.task else None, write.created_at) for each in entries]
    async with deps.database.transaction() as session:
        await recents.remember_use(session, write.kantata_id, uses)


async def _created(kantata: Kantata, new: Sequence[NewTimeEntry]) -> list[TimeEntry]:
    if len(new) == 1:
        return [await kantata.create_time_entry(new[0])]
    return await kantata.create_time_entries(new)


async def _by_reference(deps: Deps, write: Write, service: str) -> list[TimeEntry]:
    """What the write created, each once."""
    found = await connections.look(
        deps, write, lambda kantata: kantata.find_time_entries_by_reference(service, [str(write.id)])
    )
    return list({record.id: record for record in found}.values())


def _new(write: Write, service: str, index: int, draft: Draft) -> NewTimeEntry:
    return NewTimeEntry(
        user_id=write.kantata_id,
        project_id=draft.project.id,
        task_id=draft.task.id if draft.task else None,
        day=draft.day,
        minutes=draft.minutes,
        notes=draft.notes or None,
        billable=draft.billable,
        role_id=draft.role_id,
        location=draft.location,
        reference=_reference(service, write, index),
    )


def _reference(service: str, write: Write, index: int) -> Reference:
    """The number is the write's own, so that one filter finds all its entries; the model tells them apart."""
    return Reference(service, f"time_entry_{index}", str(write.id))


def _refused(invalid: Invalid, indexes: Sequence[int]) -> dict[int, str]:
    """Kantata's words by index; where it does not say which, they count for all that were sent."""
    named = {
        indexes[fault.index]: fault.message
        for fault in invalid.faults
        if fault.index is not None and fault.index < len(indexes)
    }
    return named or dict.fromkeys(indexes, invalid.message)


def _booked_elsewhere(write: Write, entries: Sequence[TimeEntry]) -> Refused:
    """What Kantata silently booked on the service account goes again, by a write of its own."""
    draft = decode_drafts(write.payload)[0]
    undo = NewWrite(
        workspace=write.workspace,
        slack_id=write.slack_id,
        kantata_id=write.kantata_id,
        kind=DELETE,
        cause=f"booked-elsewhere:{write.id}",
        payload=encode_deletion(Deletion(tuple(entry.id for entry in entries), silent=True)),
        reply=Reply(),
        objects=tuple(object_of(entry.id) for entry in entries),
    )
    return Refused(tr(BOOKED_ELSEWHERE).format(place=views.place(draft.project, None)), (undo,))


class ChangeEntry:
    """Change one entry, unless somebody changed it meanwhile: then nothing is overwritten."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Compare with what the form showed, then change what differs."""
        base, wanted = decode_change(write.payload)
        try:
            current = await _read(deps, write, base)
        except NotFound:
            raise Refused(tr(views.GONE)) from None
        except KantataError as failed:
            raise NotSent(failed) from failed  # only read so far
        if same_content(current, wanted):
            return encode_entries([current])
        if not same_content(current, base):
            raise Refused(views.changed_meanwhile(current))
        changes = _changes(base, wanted)
        record = await connections.act(
            deps, write, lambda kantata: kantata.update_time_entry(base.id, changes)
        )
        return encode_entries([entry_of(record, wanted.project, wanted.task)])

    async def look(self, deps: Deps, write: Write) -> str | None:
        """Whether the entry already is as wanted."""
        base, wanted = decode_change(write.payload)
        try:
            current = await _read(deps, write, base)
        except NotFound:
            raise Refused(tr(views.GONE)) from None
        return encode_entries([current]) if same_content(current, wanted) else None

    def refusal(self, write: Write, error: KantataError) -> str:
        """Kantata's words, or that it is not the person's to change."""
        return (
            tr(views.GONE)
            if isinstance(error, NotFound)
            else tr("Kantata did not change it: {message}").format(message=error.message)
        )

    async def answer(self, deps: Deps, write: Write) -> Message:
        """The entry as it stands now, or why it was not changed."""
        _, wanted = decode_change(write.payload)
        if write.state is State.REFUSED or write.result is None:
            return views.not_changed(EntryRef(write.id), wanted, write.refusal or "")
        (entry,) = decode_entries(write.result)
        return views.changed(EntryRef(write.id), entry, await totals(deps, write.kantata_id, entry.day))

    def kept(self, write: Write) -> Message:
        """That the change is kept."""
        return views.kept([decode_change(write.payload)[1]])


async def _read(deps: Deps, write: Write, base: Entry) -> Entry:
    record = await connections.act(deps, write, lambda kantata: kantata.time_entry(base.id))
    return as_it_stands(record, base)


def _changes(base: Entry, wanted: Draft) -> TimeEntryChanges:
    changes = TimeEntryChanges()
    if wanted.project.id != base.project.id:
        changes = replace(changes, project_id=wanted.project.id)
    if wanted.task != base.task:
        changes = replace(changes, task_id=wanted.task.id if wanted.task else None)
    if wanted.day != base.day:
        changes = replace(changes, day=wanted.day)
    if wanted.minutes != base.minutes:
        changes = replace(changes, minutes=wanted.minutes)
    if wanted.notes != base.notes:
        changes = replace(changes, notes=wanted.notes)
    if wanted.billable is not None and wanted.billable != base.billable:
        changes = replace(changes, billable=wanted.billable)
    if wanted.role_id not in (None, base.role_id):
        changes = replace(changes, role_id=wanted.role_id)
    if wanted.location not in (None, base.location):
        changes = replace(changes, location=wanted.location)
    return changes


class DeleteEntries:
    """Delete entries; one that is gone already counts as deleted."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Delete each; what Kantata refuses is said, the others are gone."""
        deletion = await _as_they_stand(deps, write, await self._resolved(deps, write))
        known = {entry.id: entry for entry in deletion.entries}
        refused: dict[str, str] = {}
        for entry_id in deletion.ids:
            try:
                await _delete(deps, write, entry_id, silent=deletion.silent)
            except NotFound:
                if await _still_there(deps, entry_id):
                    refused[entry_id] = tr(views.GONE)
            except Answered as error:
                if error.effect is not Effect.NONE or not refused_for_good(error):
                    raise
                why = views.locked(known[entry_id]) if entry_id in known else None
                refused[entry_id] = why or error.message
        if deletion.ids and len(refused) == len(deletion.ids):
            raise Refused("\n".join(dict.fromkeys(refused.values())))
        return encode_deletion(replace(deletion, refused=refused))

    async def look(self, deps: Deps, write: Write) -> str | None:
        """Whether all of them are gone."""
        deletion = await self._resolved(deps, write)
        for entry_id in deletion.ids:
            if await _still_there(deps, entry_id):
                return None
        return encode_deletion(deletion)

    async def _resolved(self, deps: Deps, write: Write) -> "Deletion":
        """What to delete: named, or all that the write before it created."""
        deletion = decode_deletion(write.payload)
        if write.after_id is None:
            return deletion
        async with deps.database.reading() as session:
            before = await writes.get(session, write.after_id)
        if before is None or before.result is None:
            return deletion
        entries = tuple(decode_logged(before.result).entries.values())
        return replace(deletion, ids=tuple(entry.id for entry in entries), entries=entries)

    def refusal(self, write: Write, error: KantataError) -> str:
        """Kantata's words."""
        return tr("Kantata did not delete it: {message}").format(message=error.message)

    async def answer(self, deps: Deps, write: Write) -> Message | None:
        """What is gone and what is not; nothing where nobody asked for it."""
        deletion = decode_deletion(write.result or write.payload)
        if deletion.silent:
            return None
        if write.state is State.REFUSED:
            return views.not_deleted(write.refusal or "")
        return views.deleted(write.id, deletion.entries, deletion.refused)

    def kept(self, write: Write) -> Message | None:
        """That the deletion is kept."""
        return None if decode_deletion(write.payload).silent else views.kept_deletion()


async def _delete(deps: Deps, write: Write, entry_id: str, *, silent: bool) -> None:
    if silent:  # booked on the service account, so its own to delete
        await deps.kantata.delete_time_entry(entry_id)
    else:
        await connections.act(deps, write, lambda kantata: kantata.delete_time_entry(entry_id))


async def _still_there(deps: Deps, entry_id: str) -> bool:
    """Kantata answers 404 both for what is gone and for what is not the person's to change."""
    try:
        await deps.kantata.time_entry(entry_id)
    except NotFound:
        return False
    return True


async def _as_they_stand(deps: Deps, write: Write, deletion: Deletion) -> Deletion:
    """With the entries as Kantata has them now, so that an undo brings back just what goes."""
    if deletion.silent or not deletion.ids:
        return deletion
    try:
        records = {record.id: record async for record in deps.kantata.time_entries(only=deletion.ids)}
    except KantataError as failed:
        raise NotSent(failed) from failed
    entries = [
        as_it_stands(records[known.id], known) if known.id in records else known
        for known in deletion.entries
        if known.id in records or write.attempts > 1  # gone: perhaps by this very write
    ]
    return replace(deletion, entries=tuple(entries))


KINDS: dict[str, Kind] = {LOG: LogEntries(), CHANGE: ChangeEntry(), DELETE: DeleteEntries()}
