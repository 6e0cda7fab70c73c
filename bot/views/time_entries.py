"""What people see of time entries: what was logged, the form, and the help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from bot.domain.commands import HELP_EXAMPLES
from bot.domain.dates import format_day
from bot.domain.durations import format_duration, format_of
from bot.domain.languages import later, tr
from bot.domain.time_entries import Draft, Entry, Project, Task, Totals
from bot.domain.work_calendars import DayOut
from bot.views.messages import Message, context, escape, joined, lines, plain, row_number, section, shortened

EDIT = "entry.edit.v1"
UNDO = "entry.undo.v1"
RESTORE = "entry.restore.v1"
ANOTHER = "entry.log_another.v1"
NOTES_SHOWN = 300


@dataclass(frozen=True)
class EntryRef:
    """The entry a button is about: the one at ``index`` of a write of ours. Looked up, never trusted."""

    write_id: int
    index: int = 0


def encode_ref(ref: EntryRef) -> str:
    """The reference as a button's value."""
    return f"{ref.write_id}.{ref.index}"


def decode_ref(value: str) -> EntryRef:
    """The reference of a button's value; raises Problem for anything we never made."""
    write_id, _, index = value.partition(".")
    return EntryRef(row_number(write_id), row_number(index))


def project_label(project: Project) -> str:
    """Client and project, as one calls them: ``Acme / Website relaunch``."""
    if project.client and not project.title.casefold().startswith(project.client.casefold()):
        return f"{project.client} / {project.title}"
    return project.title


def place(project: Project, task: Task | None) -> str:
    """Client, project and task: where the time went."""
    return " / ".join([project_label(project), *([task.title] if task else [])])


def spelled(entry: Entry | Draft) -> str:
    """The whole entry in words: ``2h 00m · Acme / Design · Tue 3 Mar 2026 · billable``, not escaped."""
    billable = {True: tr("billable"), False: tr("not billable"), None: None}[entry.billable]
    return joined(
        [format_duration(entry.minutes), place(entry.project, entry.task), format_day(entry.day), billable]
    )


def _entry_line(entry: Entry | Draft) -> str:
    billable = {True: tr("billable"), False: tr("not billable"), None: None}[entry.billable]
    return joined(
        [
            f"*{format_duration(entry.minutes)}*",
            escape(place(entry.project, entry.task)),
            format_day(entry.day),
            billable,
        ]
    )


def _notes_line(notes: str) -> str | None:
    if not notes:
        return None
    return "\n".join(f"> {line}" for line in escape(shortened(notes, NOTES_SHOWN)).splitlines())


def totals_line(totals: Totals) -> str:
    """The day's and the week's total: ``Tue 3 Mar 2026: 5h 30m · week of Sun 1 Mar 2026: 22h 00m``."""
    day = f"{format_day(totals.day)}: {_of(totals.day_minutes, totals.day_target)}"
    week = tr("week from {day}: {total}").format(
        day=format_day(totals.week_start), total=_of(totals.week_minutes, totals.week_target)
    )
    return f"{day} · {week}"


def _of(minutes: int, target: int | None) -> str:
    # On a day off there is nothing to measure against.
    return format_of(minutes, target) if target else format_duration(minutes)


def logged(
    entries: Sequence[tuple[EntryRef, Entry]],
    not_taken: Sequence[tuple[EntryRef, Draft, str]],
    left_out: Sequence[DayOut],
    totals: Totals | None,
) -> Message:
    """What was written, what was not and why, and the totals; with Edit for each entry and Undo for all."""
    refusals = [
        tr("Not logged: {entry}. {why}").format(entry=spelled(draft), why=text)
        for _, draft, text in not_taken
    ]
    texts = [tr("Logged {entry}").format(entry=spelled(entry)) for _, entry in entries] + refusals
    if left_out:
        days = ", ".join(f"{format_day(out.day)} ({out.why})" for out in left_out)
        texts.append(tr("Left out: {days}").format(days=days))
    alone = len(entries) == 1 and not not_taken
    blocks: list[Block] = [_entry_block(ref, entry, alone=alone) for ref, entry in entries]
    blocks += [
        _refusal_block(ref, draft, said) for (ref, draft, _), said in zip(not_taken, refusals, strict=True)
    ]
    blocks += [context(escape(texts[-1]))] if left_out else []
    blocks += _totals_block(totals)
    blocks.append(_buttons(entries, alone=alone))
    return _message([*texts, *([totals_line(totals)] if totals else [])], blocks)


def unclear_lines(unclear: Sequence[tuple[str, str]], certain: int) -> Message:
    """The lines that were not understood, each with what to ask; the ``certain`` others are being logged."""
    head = tr("{number} of your lines are being logged.").format(number=certain) + " " if certain else ""
    head += tr("These I did not understand for certain, so nothing was written for them:")
    texts = [f"“{shortened(line, 200)}”: {why}" for line, why in unclear]
    return _message([head, *texts], [section(escape(head)), *(section(escape(text)) for text in texts)])


def changed(ref: EntryRef, entry: Entry, totals: Totals | None) -> Message:
    """The entry as it stands after a change."""
    texts = [tr("Changed: {entry}").format(entry=spelled(entry)), *([totals_line(totals)] if totals else [])]
    return _message(
        texts,
        [_entry_block(ref, entry, alone=True), *_totals_block(totals), _buttons([(ref, entry)], alone=True)],
    )


def refused(write_id: int, drafts: Sequence[Draft], why: str) -> Message:
    """That nothing was logged, why, and a way to mend each entry in the form."""
    blocks: list[Block] = [section(tr(":warning: *Not logged.* {why}").format(why=escape(why)))]
    for index, draft in enumerate(drafts):
        block = section(lines(_entry_line(draft), _notes_line(draft.notes)))
        block.accessory = _edit_button(EntryRef(write_id, index), draft)
        blocks.append(block)
    return _message(
        [tr("Not logged: {entry}").format(entry=spelled(draft)) for draft in drafts] + [why], blocks
    )


def kept(drafts: Sequence[Draft]) -> Message:
    """That what was asked for is kept, while Kantata does not answer."""
    what = "\n".join(spelled(draft) for draft in drafts)
    said = plain(
        tr(
            ":hourglass_flowing_sand: Kept: {what}\n"
            "Kantata is slow to answer. I am making sure that it is written, once, and will tell you."
        ).format(what=escape(what))
    )
    return replace(said, beside=True)


def kept_deletion() -> Message:
    """That a deletion is kept, while Kantata does not answer."""
    said = plain(
        tr(
            ":hourglass_flowing_sand: Kantata is slow to answer. I am making sure that it is "
            "deleted, and will tell you."
        )
    )
    return replace(said, beside=True)


PERIOD_LOCKED = later(
    "Kantata does not let this entry be changed any more: its period may be locked. Ask your "
    "Kantata administrator, or log the difference on an open day."
)
GONE = later("It is no longer there in Kantata, or no longer yours to change, so nothing was changed.")


def changed_meanwhile(current: Entry) -> str:
    """Why a change was not made: somebody else was faster."""
    return tr(
        "It was changed in Kantata meanwhile and is now: {entry}. Nothing was overwritten; press "
        "Edit to start from what is there now."
    ).format(entry=spelled(current))


def not_changed(ref: EntryRef, wanted: Draft, why: str) -> Message:
    """That a change was not made, and why."""
    text = tr("Not changed to {entry}. {why}").format(entry=spelled(wanted), why=why)
    said = section(lines(f":warning: {escape(text)}", _notes_line(wanted.notes)))
    edit = ActionsBlock(elements=[_edit_button(ref, wanted)])
    return replace(_message([text], [said, edit]), beside=True)


def deleted(write_id: int, entries: Sequence[Entry], refused: Mapping[str, str]) -> Message:
    """What was deleted and what was not; with Undo, which logs it once more."""
    gone = [entry for entry in entries if entry.id not in refused]
    left = [entry for entry in entries if entry.id in refused]
    texts = [tr("Deleted {entry}").format(entry=spelled(entry)) for entry in gone]
    texts += [
        tr("Not deleted: {entry}. {why}").format(entry=spelled(entry), why=refused[entry.id])
        for entry in left
    ]
    if not texts:
        return plain(tr("There was nothing to undo: it was never written, or is gone from Kantata already."))
    blocks: list[Block] = [section(f":wastebasket: ~{_entry_line(entry)}~") for entry in gone]
    blocks += [section(f":warning: {escape(text)}") for text in texts[len(gone) :]]
    if gone:
        undo = ButtonElement(text=tr("Undo"), action_id=RESTORE, value=encode_ref(EntryRef(write_id)))
        undo.accessibility_label = tr("Undo the deletion")
        blocks.append(ActionsBlock(elements=[undo]))
    return _message(texts, blocks)


def not_deleted(why: str) -> Message:
    """That nothing was deleted, and why."""
    return replace(plain(tr(":warning: Not deleted. {why}").format(why=escape(why))), beside=True)


def locked(entry: Entry) -> str | None:
    """Why Kantata will not let anybody change the entry, and what to do instead; None where it will."""
    if entry.invoiced:
        return tr("This entry is on an invoice, so it cannot be changed. Ask whoever invoices the project.")
    if entry.approved and entry.submission_id:
        return tr(
            "This entry is on an approved timesheet. Ask your approver to reject that timesheet; "
            "then you can change it."
        )
    if entry.submission_id:
        return tr(
            "This entry is on a timesheet that waits for approval. Withdraw it with the button under "
            "`/timesheet`, or have it rejected; then you can change it."
        )
    return None


def usage() -> Message:
    """The grammar of /logtime, by example."""
    head = tr("*Log time in one line: how long, on what, when, and notes after a colon; in any order.*")
    examples = [f"`/logtime {escape(phrase)}` – {escape(tr(meaning))}" for phrase, meaning in HELP_EXAMPLES]
    foot = tr(
        "`/logtime` alone opens the form. What I do not understand for certain opens it too, "
        "filled in as far as I understood; nothing is ever guessed."
    )
    return plain("\n".join([head, *examples, foot]))


def _message(texts: Sequence[str], blocks: Sequence[Block]) -> Message:
    # Slack shows 50 blocks of a message; totals and buttons at the end are worth more than the 48th line.
    if (hidden := len(blocks) - 49) > 1:
        blocks = [*blocks[:47], section(tr("… and {number} more.").format(number=hidden)), *blocks[-2:]]
    return Message(text=shortened(escape("\n".join(texts)), 3900), blocks=tuple(blocks))


def _totals_block(totals: Totals | None) -> list[Block]:
    return [context(escape(totals_line(totals)))] if totals else []


def _entry_block(ref: EntryRef, entry: Entry, *, alone: bool) -> SectionBlock:
    block = section(lines(f":white_check_mark: {_entry_line(entry)}", _notes_line(entry.notes)))
    if not alone:
        block.accessory = _edit_button(ref, entry)
    return block


def _refusal_block(ref: EntryRef, draft: Draft, said: str) -> SectionBlock:
    block = section(lines(f":warning: {escape(said)}", _notes_line(draft.notes)))
    block.accessory = _edit_button(ref, draft)
    return block


def _edit_button(ref: EntryRef, entry: Entry | Draft) -> ButtonElement:
    label = shortened(tr("Edit {entry}").format(entry=spelled(entry)), 75)
    return ButtonElement(text=tr("Edit"), action_id=EDIT, value=encode_ref(ref), accessibility_label=label)


def _another_button(ref: EntryRef) -> ButtonElement:
    return ButtonElement(text=tr("Log another"), action_id=ANOTHER, value=encode_ref(ref))


def _buttons(entries: Sequence[tuple[EntryRef, Entry]], *, alone: bool) -> ActionsBlock:
    ref, entry = entries[0]
    label = (
        tr("Undo {entry}").format(entry=spelled(entry))
        if len(entries) == 1
        else tr("Undo all {number}").format(number=len(entries))
    )
    undo = ButtonElement(
        text=tr("Undo"),
        action_id=UNDO,
        value=encode_ref(EntryRef(ref.write_id)),
        accessibility_label=shortened(label, 75),
    )
    return ActionsBlock(elements=[*([_edit_button(ref, entry)] if alone else []), undo, _another_button(ref)])
