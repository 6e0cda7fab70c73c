"""The form of a time entry: opened, redrawn, and sent to log, change or delete one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import channels as channel_projects
from bot import connections
from bot.deps import Deps
from bot.domain.durations import format_duration
from bot.domain.languages import tr
from bot.domain.matching import Ask, Certain, Nothing
from bot.domain.people import Person
from bot.domain.problems import Field, Problem
from bot.domain.time_entries import Choice, Draft, Entry, Project
from bot.domain.writes import Reply, State, Write
from bot.intents import Accepted, Request, own_write, submit
from bot.kantata.errors import KantataError, NotFound
from bot.kantata.records import TimeEntry
from bot.outbox import Outbox
from bot.project_copy import freshen_soon
from bot.projects import search_projects, search_tasks, understand
from bot.time_entry_payloads import (
    Deletion,
    as_it_stands,
    decode_change,
    decode_drafts,
    decode_entries,
    decode_logged,
    encode_change,
    encode_deletion,
    encode_drafts,
    encode_entries,
    entry_of,
    object_of,
)
from bot.time_entry_writes import CHANGE, DELETE, LOG
from bot.views import time_entries as views
from bot.views.entry_form import NOTES_LIMIT, EntryForm, EntryInput, notes_shown
from bot.views.messages import lines
from bot.views.time_entries import EntryRef
from storage import forms, projects
from storage.forms import OpenForm as FormOpened

FORM_LIFE = timedelta(days=1)
EDIT_PATIENCE = 10.0  # seconds before an open form that shows nothing


async def new_form(
    deps: Deps, person: Person, reply: Reply, form: EntryForm, words: Sequence[str] = ()
) -> EntryForm:
    """The form, remembered so that its answer finds its way, with the task field where there are tasks."""
    async with deps.database.transaction() as session:
        form_id = await forms.add(
            session, person.workspace, person.slack_id, reply, deps.clock(), words=words
        )
    return await with_task_field(deps, person, replace(form, form_id=form_id))


async def form_in_channel(
    deps: Deps, person: Person, reply: Reply, channel: str | None, notes: str = ""
) -> EntryForm:
    """The form for today with those notes, on the channel's project, else the person's default one."""
    project = await channel_projects.usual_project(deps, person, channel)
    form = EntryForm(0, person.today(deps.clock()), project=project, notes=notes)
    return await new_form(deps, person, reply, form)


async def with_task_field(deps: Deps, person: Person, form: EntryForm) -> EntryForm:
    """The form, asking for a task only where the project has tasks that take time."""
    if form.project is None:
        return form
    tasks = await search_tasks(deps.database, person, form.project.id, "", limit=1)
    return replace(form, with_tasks=bool(tasks))


async def with_project(deps: Deps, person: Person, form: EntryForm, project_id: str | None) -> EntryForm:
    """The form with that project picked; with none where the person cannot log time on it."""
    if project_id is None:
        return form
    async with deps.database.reading() as session:
        project = await projects.project(session, person.kantata_id, project_id)
    if project:
        freshen_soon(deps, [project.id])
    return await with_task_field(deps, person, replace(form, project=project))


async def with_more_of_entry(deps: Deps, person: Person, form: EntryForm) -> EntryForm:
    """The form with the roles and locations there are, those of the entry it changes chosen."""
    opened = await _opened(deps, person, form.form_id)
    if opened.base:
        (base,) = decode_entries(opened.base)
        form = replace(form, role_id=base.role_id, location=base.location)
    return await with_more(deps, form)


async def with_more(deps: Deps, form: EntryForm) -> EntryForm:
    """The form with the roles and locations there are; it says so where Kantata does not tell them."""
    try:
        async with asyncio.timeout(deps.patience.known):
            roles = [Choice(each.id, each.name) async for each in deps.kantata.roles() if not each.deleted]
            places = [
                Choice(each.name, each.name) async for each in deps.kantata.locations() if not each.archived
            ]
    except (KantataError, TimeoutError):
        return replace(
            form, hint=tr("Kantata does not tell me its roles and locations just now. Try again soon.")
        )
    if not roles and not places:
        return replace(form, hint=tr("Your firm has neither roles nor locations in Kantata."))
    return replace(form, more=True, roles=tuple(roles), locations=tuple(places))


async def project_offers(
    deps: Deps, person: Person, form_id: int, text: str
) -> tuple[list[Project], list[Project]]:
    """What the project type-ahead shows for ``text``: before anything is typed, what fits the words of the
    command first; then the person's projects, recent ones first.
    """
    fitting: list[Project] = []
    if not text.strip():
        opened = await _opened(deps, person, form_id)
        fitting = await _fitting(deps, person, opened.words)
    return fitting, await search_projects(deps.database, person, text)


async def _fitting(deps: Deps, person: Person, words: Sequence[str]) -> list[Project]:
    if not words:
        return []
    understood = await understand(deps.database, person, words)
    match understood:
        case Certain(project=project):
            return [project]
        case Ask(projects=offered) | Nothing(closest=offered):
            return list(offered)


async def log_form(
    deps: Deps, outbox: Outbox, person: Person, form_id: int, entered: EntryInput, cause: str
) -> Accepted:
    """Log what was entered in the form; raises Problem for a project or task the person cannot use."""
    opened = await _opened(deps, person, form_id)
    draft = await _draft(deps, person, entered)
    return await submit(outbox, person, LOG, encode_drafts([draft]), Request(cause, opened.reply))


async def change_form(
    deps: Deps, outbox: Outbox, person: Person, form_id: int, entered: EntryInput, cause: str
) -> Accepted:
    """Change the entry the form was opened upon."""
    opened = await _opened(deps, person, form_id)
    if opened.base is None:
        raise Problem(tr("This form is too old. Please press Edit again; your words are still here to copy."))
    (base,) = decode_entries(opened.base)
    wanted = await _draft(deps, person, replace(entered, notes=_notes(entered.notes, base)), base)
    payload = encode_change(base, wanted)
    return await submit(
        outbox, person, CHANGE, payload, Request(cause, opened.reply), objects=[object_of(base.id)]
    )


def _notes(entered: str, base: Entry) -> str:
    """What was entered; the entry's own notes, to the letter, where nobody changed what the form showed."""
    if entered == notes_shown(base.notes):
        return base.notes
    if len(base.notes) > NOTES_LIMIT:
        raise Problem(
            tr(
                "These notes are longer than this form shows. Change them in Kantata, so that nothing is "
                "lost."
            ),
            Field.NOTES,
        )
    return entered


async def delete_from_form(deps: Deps, outbox: Outbox, person: Person, form_id: int) -> Accepted:
    """Delete the entry the form was opened upon."""
    opened = await _opened(deps, person, form_id)
    if opened.base is None:
        raise Problem(tr("This form is too old. Please press Edit again."))
    (base,) = decode_entries(opened.base)
    payload = encode_deletion(Deletion((base.id,), (base,)))
    request = Request(f"delete:{form_id}", opened.reply)
    return await submit(outbox, person, DELETE, payload, request, objects=[object_of(base.id)])


async def _opened(deps: Deps, person: Person, form_id: int) -> FormOpened:
    async with deps.database.reading() as session:
        opened = await forms.get(session, form_id, person.workspace, person.slack_id)
    if opened is None:
        raise Problem(tr("This form is too old. Please copy your words and open it again."))
    return opened


async def _draft(deps: Deps, person: Person, entered: EntryInput, base: Entry | None = None) -> Draft:
    """The draft of what was entered; an entry may stay where it is although that place is closed by now."""
    project, task = (base.project, base.task) if base else (None, None)
    async with deps.database.reading() as session:
        if project is None or project.id != entered.project_id:
            project = await projects.project(session, person.kantata_id, entered.project_id)
            task = None
        if entered.task_id is None:
            task = None
        elif task is None or task.id != entered.task_id:
            task = await projects.task(session, entered.project_id, entered.task_id)
            if task is None:
                raise Problem(tr("That task takes no time any more. Please choose another."), Field.TASK)
    if project is None:
        raise Problem(
            tr("You cannot log time on that project any more. Please choose another."), Field.PROJECT
        )
    return Draft(
        project,
        task,
        entered.day,
        entered.minutes,
        entered.notes,
        entered.billable,
        entered.role_id,
        entered.location,
    )


async def log_another(deps: Deps, person: Person, ref: EntryRef, reply: Reply) -> EntryForm:
    """The form for one more entry on the same project and day."""
    write = await own_write(deps, person, ref)
    last = _latest_draft(write, ref)
    form = EntryForm(0, last.day, project=last.project, task=last.task)
    return await new_form(deps, person, reply, form)


async def edit_refused(deps: Deps, person: Person, ref: EntryRef, reply: Reply) -> EntryForm | None:
    """The form with what Kantata refused, to be mended; None where the entry was written."""
    write = await own_write(deps, person, ref)
    if (why := _refusal(write, ref)) is None:
        return None
    draft = _latest_draft(write, ref)
    form = EntryForm(
        0,
        draft.day,
        project=draft.project,
        task=draft.task,
        duration=format_duration(draft.minutes),
        notes=draft.notes,
        billable=draft.billable,
        role_id=draft.role_id,
        location=draft.location,
    )
    if draft.role_id or draft.location:
        form = await with_more(deps, form)
    form = replace(form, hint=lines(tr("Kantata did not take it: {why}").format(why=why), form.hint))
    return await new_form(deps, person, _beside_others(write, reply), form)


def _refusal(write: Write, ref: EntryRef) -> str | None:
    """Why Kantata did not take that entry of the write; None where it is there, or on its way."""
    if write.kind != LOG:
        return None
    if write.state is State.REFUSED:
        return write.refusal or ""
    return decode_logged(write.result).refused.get(ref.index) if write.result else None


def _beside_others(write: Write, reply: Reply) -> Reply:
    """Where the answer about one entry of the write goes: not in the place of what is said of the others."""
    if write.kind == LOG and len(decode_drafts(write.payload)) > 1:
        return replace(reply, replace=False, channel=None, ts=None)
    return reply


def _latest_draft(write: Write, ref: EntryRef) -> Draft:
    if write.kind == CHANGE:
        return decode_change(write.payload)[1]
    if write.kind == LOG and ref.index < len(drafts := decode_drafts(write.payload)):
        return drafts[ref.index]
    raise Problem(tr("That entry is too old for me to know it."))


async def edit(deps: Deps, person: Person, ref: EntryRef, reply: Reply) -> EntryForm:
    """The form with the entry as Kantata has it now. Raises Problem where it cannot be changed, and why."""
    write = await own_write(deps, person, ref)
    entry = _written(write, ref)
    record = await _own_record(deps, person, entry.id)
    current = as_it_stands(record, entry)
    return await _edit_form(deps, person, current, record.can_edit, _beside_others(write, reply))


async def edit_entry(deps: Deps, person: Person, entry_id: str, reply: Reply) -> EntryForm:
    """The form with any entry of the person's, by Kantata's id, however it came to be; raises as ``edit``."""
    record = await _own_record(deps, person, entry_id)
    async with deps.database.reading() as session:
        project = await projects.project(session, person.kantata_id, record.project_id)
        task = await projects.task(session, record.project_id, record.task_id) if record.task_id else None
    known = entry_of(record, project or Project("", ""), task)
    return await _edit_form(deps, person, as_it_stands(record, known), record.can_edit, reply)


async def _own_record(deps: Deps, person: Person, entry_id: str) -> TimeEntry:
    try:
        async with asyncio.timeout(EDIT_PATIENCE):
            record = await connections.act(deps, person, lambda kantata: kantata.time_entry(entry_id))
    except NotFound:
        raise Problem(tr(views.GONE)) from None
    except (KantataError, TimeoutError):
        raise Problem(
            tr("Kantata does not answer at the moment. Please press Edit again in a minute.")
        ) from None
    if record.user_id != person.kantata_id:
        raise Problem(tr(views.GONE))
    return record


async def _edit_form(
    deps: Deps, person: Person, current: Entry, can_edit: bool | None, reply: Reply
) -> EntryForm:
    if (why := views.locked(current)) is not None:
        raise Problem(why)
    if can_edit is False:
        raise Problem(tr(views.PERIOD_LOCKED))
    form = EntryForm(
        0,
        current.day,
        project=current.project,
        task=current.task,
        duration=format_duration(current.minutes),
        notes=current.notes,
        billable=current.billable,
        changing=True,
    )
    form = await new_form(deps, person, reply, form)
    async with deps.database.transaction() as session:
        await forms.set_base(session, form.form_id, encode_entries([current]))
    return form


def _written(write: Write, ref: EntryRef) -> Entry:
    """The entry as the write left it."""
    if write.kind == CHANGE and write.result:
        return decode_entries(write.result)[0]
    if write.kind == CHANGE:
        return decode_change(write.payload)[0]
    if write.kind == LOG and write.result:
        entry = decode_logged(write.result).entries.get(ref.index)
        if entry is not None:
            return entry
    raise Problem(tr("That entry is not written yet, or was never taken by Kantata."))


async def forget_forms(deps: Deps) -> None:
    """Drop what is known of forms that nobody can have open any more."""
    async with deps.database.transaction() as session:
        await forms.forget_before(session, deps.clock() - FORM_LIFE)
