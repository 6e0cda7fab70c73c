"""Time entries: logged in words or by form, changed, undone; every write goes through the outbox."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot import work_calendars
from bot.deps import Deps
from bot.domain.commands import Again, Help, Log, LogLine, Misunderstood, OpenForm, Undo, parse_command
from bot.domain.dates import format_day
from bot.domain.durations import format_duration
from bot.domain.languages import ENGLISH, speaking, tr
from bot.domain.matching import Ask, Certain, Nothing, Understanding
from bot.domain.people import Person
from bot.domain.plain_text import plain_text
from bot.domain.problems import Field, Problem
from bot.domain.time_entries import Draft, Entry, Project, Task
from bot.domain.work_calendars import DayOut
from bot.domain.writes import Reply, State, Write
from bot.intents import Accepted, Request, own_write, submit, submit_anew
from bot.kantata.errors import KantataError
from bot.outbox import Outbox
from bot.projects import understand_in
from bot.time_entry_forms import form_in_channel, new_form
from bot.time_entry_payloads import (
    Deletion,
    decode_change,
    decode_deletion,
    decode_drafts,
    decode_entries,
    decode_logged,
    encode_change,
    encode_deletion,
    encode_drafts,
    object_of,
)
from bot.time_entry_writes import CHANGE, DELETE, LOG
from bot.views import time_entries as views
from bot.views.entry_form import EntryForm
from bot.views.messages import Message
from bot.views.time_entries import EntryRef, project_label
from storage import channels, policies, writes

MOST_ENTRIES = 100  # Kantata takes no more in one request


Outcome = Accepted | EntryForm | Message


async def log_in_words(deps: Deps, outbox: Outbox, person: Person, text: str, request: Request) -> Outcome:
    """What ``/logtime`` with that text comes to. Raises Problem for what no form could mend."""
    today = person.today(deps.clock())
    match parse_command(text, today=today, locale=person.locale, workday_minutes=person.workday_minutes):
        case OpenForm():
            return await form_in_channel(deps, person, request.reply, request.channel)
        case Help():
            return views.usage()
        case Undo():
            return await undo_last(deps, outbox, person, request)
        case Again(changes=changes):
            return await log_again(deps, outbox, person, request, changes)
        case Log(lines=(line,)):
            return await _log_line(deps, outbox, person, line, text, request)
        case Log(lines=lines):
            return await _log_lines(deps, outbox, person, lines, request)


async def _log_line(
    deps: Deps, outbox: Outbox, person: Person, line: LogLine | Misunderstood, text: str, request: Request
) -> Outcome:
    """Write what is certain; anything else becomes the form, filled in as far as it was understood."""
    today = person.today(deps.clock())
    said = line.so_far if isinstance(line, Misunderstood) else line
    understood = await _understand(deps, person, said.words, request.channel)
    if isinstance(line, LogLine) and isinstance(understood, Certain) and line.minutes is not None:
        days, left_out = await _days(deps, person, line, today)
        drafts = _drafts(line, line.minutes, understood, days)
        return await submit(outbox, person, LOG, encode_drafts(drafts, left_out), request)
    form = _half_filled(said, understood, today)
    if isinstance(line, Misunderstood):
        form = replace(
            form,
            hint=tr("{problem}\nYou wrote: {text}").format(
                problem=line.problem.text, text=plain_text(text.strip())
            ),
        )
    return await new_form(deps, person, request.reply, form, said.words)


async def _understand(deps: Deps, person: Person, words: Sequence[str], channel: str | None) -> Understanding:
    """What the words mean where they were typed: in a channel that has a project it need not be named.

    Elsewhere words that name none are of the person's default project, if nothing in them is left over.
    """
    async with deps.database.reading() as session:
        here = await channels.project_id(session, person.workspace, channel) if channel else None
        understood = await understand_in(session, person, words, channel_project=here)
        if here or not isinstance(understood, Nothing):
            return understood
        default = (await policies.personal(session, person.workspace, person.slack_id)).default_project_id
        if default is None:
            return understood
        of_default = await understand_in(session, person, words, channel_project=default)
    if isinstance(of_default, Certain) and of_default.rest:
        return Ask((of_default.project,), (), of_default.rest)  # it may name a project after all
    return of_default


async def _log_lines(
    deps: Deps, outbox: Outbox, person: Person, lines: Sequence[LogLine | Misunderstood], request: Request
) -> Outcome:
    """Write every line that is certain; the others are listed with what to mend in each."""
    today = person.today(deps.clock())
    drafts: list[Draft] = []
    left_out: list[DayOut] = []
    unclear: list[tuple[str, str]] = []
    for line in lines:
        try:
            of_line, out = await _certain(deps, person, line, today, request.channel)
        except Problem as problem:
            unclear.append((line.text if isinstance(line, Misunderstood) else _typed(line), problem.text))
        else:
            drafts += of_line
            left_out += out
    if len(drafts) > MOST_ENTRIES:
        raise Problem(
            tr("That makes {number} entries; at most {most} can be logged at once.").format(
                number=len(drafts), most=MOST_ENTRIES
            )
        )
    accepted = await submit(outbox, person, LOG, encode_drafts(drafts, left_out), request) if drafts else None
    return views.unclear_lines(unclear, len(drafts)) if unclear or accepted is None else accepted


async def _certain(
    deps: Deps, person: Person, line: LogLine | Misunderstood, today: date, channel: str | None
) -> tuple[list[Draft], tuple[DayOut, ...]]:
    """The drafts of a line that is certain; raises Problem saying what is to be asked about any other."""
    if isinstance(line, Misunderstood):
        raise line.problem
    understood = await _understand(deps, person, line.words, channel)
    if not isinstance(understood, Certain) or line.minutes is None:
        raise Problem(_hint(line, understood) or tr("Which project is it on?"))
    days, left_out = await _days(deps, person, line, today)
    return _drafts(line, line.minutes, understood, days), left_out


async def _days(
    deps: Deps, person: Person, line: LogLine, today: date
) -> tuple[tuple[date, ...], tuple[DayOut, ...]]:
    """The days of the line; of a range only those the person works, and the others with the reason."""
    if not line.is_range:
        return line.days or (today,), ()
    try:
        async with asyncio.timeout(deps.patience.known):
            calendar = await work_calendars.load(deps, person.kantata_id, min(line.days), max(line.days))
    except (KantataError, TimeoutError):
        raise Problem(
            tr(
                "Kantata does not tell me at the moment which of these days you work. Name them one by "
                "one, as in mon,tue,wed, or try again in a minute."
            ),
            Field.DATE,
        ) from None
    worked, left_out = calendar.split(line.days)
    if not worked:
        days = ", ".join(f"{format_day(out.day)} ({out.why})" for out in left_out)
        raise Problem(tr("You work on none of these days: {days}.").format(days=days), Field.DATE)
    return worked, left_out


def _typed(line: LogLine) -> str:
    """The line as understood, to be copied, mended and sent again: in English, as it is typed."""
    with speaking(ENGLISH):
        return _spelled(line)


def _spelled(line: LogLine) -> str:
    said = [
        *([format_duration(line.minutes)] if line.minutes else []),
        *line.words,
        *([_spelled_days(line)] if line.days else []),
        *([] if line.billable is None else ["billable" if line.billable else "non-billable"]),
    ]
    return " ".join(said) + (f": {line.notes}" if line.notes else "")


def _spelled_days(line: LogLine) -> str:
    first, last = min(line.days), max(line.days)
    if line.is_range and (last - first).days + 1 == len(line.days):
        return f"{format_day(first)} - {format_day(last)}"
    return ", ".join(format_day(day) for day in line.days)


def _drafts(line: LogLine, minutes: int, understood: Certain, days: Sequence[date]) -> list[Draft]:
    return [
        Draft(
            project=understood.project,
            task=understood.task,
            day=day,
            minutes=minutes,
            notes=_notes(understood.rest, line.notes),
            billable=line.billable,
        )
        for day in days
    ]


def _notes(rest: Sequence[str], notes: str | None) -> str:
    """The words that are neither project nor task, and what was written after the colon."""
    return ": ".join(part for part in (" ".join(rest), notes) if part)


def _half_filled(line: LogLine, understood: Certain | Ask | Nothing, today: date) -> EntryForm:
    project: Project | None = None
    task: Task | None = None
    rest: tuple[str, ...] = ()
    match understood:
        case Certain(project=project, task=task, rest=rest):
            pass
        case Ask(projects=(project,), tasks=tasks, rest=rest):
            task = tasks[0] if len(tasks) == 1 else None
    return EntryForm(
        0,
        line.days[0] if line.days else today,
        project=project,
        task=task,
        duration=format_duration(line.minutes) if line.minutes else "",
        notes=_notes(rest, line.notes),
        billable=line.billable,
        hint=_hint(line, understood),
    )


def _hint(line: LogLine, understood: Certain | Ask | Nothing) -> str | None:
    words = " ".join(line.words)
    match understood:
        case Ask(projects=(project,), tasks=tasks) if len(tasks) > 1:
            names = ", ".join(task.title for task in tasks[:5])
            return tr("“{words}” fits more than one task of {project}: {names}. Which one is it?").format(
                words=words, project=project_label(project), names=names
            )
        case Ask(projects=(project,)):
            return tr("I am not certain that “{words}” is for {project}. Is it, and on which task?").format(
                words=words, project=project_label(project)
            )
        case Ask(projects=offered) if words:
            names = ", ".join(project_label(project) for project in offered[:5])
            return tr(
                "“{words}” fits more than one of your projects or tasks: {names}. Which one is it?"
            ).format(words=words, names=names)
        case Nothing(closest=closest) if words:
            names = ", ".join(project_label(project) for project in closest[:3])
            said = tr("None of your projects fits “{words}”.").format(words=words)
            return said + " " + tr("Did you mean {names}?").format(names=names) if names else said
        case Certain() if line.minutes is None:
            return tr("How long did it take?")
    return None


async def undo(
    deps: Deps,
    outbox: Outbox,
    person: Person,
    ref: EntryRef,
    reply: Reply,
    *,
    command: str | None = None,
) -> Accepted:
    """Delete all that one write created, even if it is still on its way, or take its change back;
    ``command`` typed it, if any.
    """
    write = await own_write(deps, person, ref)
    if write.kind == CHANGE:
        return await _change_back(outbox, person, write, reply)
    if write.kind != LOG:
        raise Problem(tr("This cannot be undone. Press Edit to change it."))
    if write.state is State.OPEN or write.result is None:
        deletion, objects, after = Deletion((), command=command), [], write.id
    else:
        entries = tuple(decode_logged(write.result).entries.values())
        deletion = Deletion(tuple(entry.id for entry in entries), entries, command=command)
        objects, after = [object_of(entry.id) for entry in entries], None
    request = Request(f"undo:{write.id}", reply)
    payload = encode_deletion(deletion)
    return await submit_anew(outbox, person, DELETE, payload, request, objects=objects, after=after)


async def restore(deps: Deps, outbox: Outbox, person: Person, ref: EntryRef, reply: Reply) -> Accepted:
    """Log once more what a write deleted."""
    write = await own_write(deps, person, ref)
    if write.kind != DELETE or write.result is None:
        raise Problem(tr("There is nothing to bring back."))
    deletion = decode_deletion(write.result)
    drafts = [_again(entry) for entry in deletion.entries if entry.id not in deletion.refused]
    request = Request(f"restore:{write.id}", reply)
    return await submit_anew(outbox, person, LOG, encode_drafts(drafts), request)


def _again(entry: Draft | Entry) -> Draft:
    return Draft(
        entry.project,
        entry.task,
        entry.day,
        entry.minutes,
        entry.notes,
        entry.billable,
        entry.role_id,
        entry.location,
    )


async def _change_back(outbox: Outbox, person: Person, write: Write, reply: Reply) -> Accepted:
    """Make the entry what it was before the write changed it."""
    if write.result is None:
        raise Problem(tr("That change was not made, so there is nothing to undo."))
    (now,) = decode_entries(write.result)
    before, _ = decode_change(write.payload)
    request = Request(f"undo:{write.id}", reply)
    payload = encode_change(now, _again(before))
    return await submit_anew(outbox, person, CHANGE, payload, request, objects=[object_of(now.id)])


async def undo_last(deps: Deps, outbox: Outbox, person: Person, request: Request) -> Outcome:
    """Delete what was logged last and is still there."""
    recent = await _recent(deps, person)
    for write in recent:
        if write.kind == DELETE and decode_deletion(write.payload).command == request.cause:
            return Accepted(write, first=False)  # the same command, delivered twice
    last = _last_logged(recent)
    ref = EntryRef(last.write.id)
    return await undo(deps, outbox, person, ref, request.reply, command=request.cause)


async def log_again(
    deps: Deps, outbox: Outbox, person: Person, request: Request, changes: LogLine
) -> Outcome:
    """Log the last entry once more, today; what is said anew replaces its own."""
    last = _again(_last_logged(await _recent(deps, person)).entry)
    again = replace(
        last,
        minutes=changes.minutes or last.minutes,
        notes=last.notes if changes.notes is None else changes.notes,
        billable=last.billable if changes.billable is None else changes.billable,
    )
    days, left_out = await _days(deps, person, changes, person.today(deps.clock()))
    drafts = [replace(again, day=day) for day in days]
    return await submit(outbox, person, LOG, encode_drafts(drafts, left_out), request)


@dataclass(frozen=True)
class _Last:
    """A write that logged something, and the last entry of it that is still there."""

    write: Write
    entry: Draft | Entry


async def _recent(deps: Deps, person: Person) -> list[Write]:
    async with deps.database.reading() as session:
        return await writes.latest(session, person.workspace, person.slack_id, (LOG, CHANGE, DELETE))


def _last_logged(recent: Sequence[Write]) -> _Last:
    """What was logged last, as it was changed since; raises Problem where nothing is left."""
    deletions = [write for write in recent if write.kind == DELETE and write.state is not State.REFUSED]
    undone = {write.after_id for write in deletions}
    gone = {entry_id for write in deletions for entry_id in _deleted(write)}
    changed = {
        entry.id: entry
        for write in reversed(recent)
        if write.kind == CHANGE and write.result
        for entry in decode_entries(write.result)
    }
    for write in recent:
        if write.kind != LOG or write.state is State.REFUSED or write.id in undone:
            continue
        if write.result is None:
            return _Last(write, decode_drafts(write.payload)[-1])
        there = [each for each in decode_logged(write.result).entries.values() if each.id not in gone]
        if there:
            return _Last(write, changed.get(there[-1].id, there[-1]))
    raise Problem(tr("I have not logged anything for you yet that is still there."))


def _deleted(write: Write) -> set[str]:
    deletion = decode_deletion(write.result or write.payload)
    return set(deletion.ids) - set(deletion.refused)
