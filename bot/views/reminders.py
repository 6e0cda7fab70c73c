"""What people see of reminders: what is missing and the ways to close it, and a team's week."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InputBlock,
    Option,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.domain.dates import Week, format_day
from bot.domain.durations import format_duration, format_of
from bot.domain.languages import and_more, later, tr, trn
from bot.domain.policies import Reminder
from bot.domain.problems import Problem
from bot.domain.reminders import Gap, Snooze, Standing, TeamMember, TeamWeek
from bot.domain.timesheets import format_week
from bot.views.messages import OUTDATED, Message, context, escape, plain, row_number, section, shortened
from bot.views.timesheets import COPY, submit_button

LOG = "reminder.log.v1"
SNOOZE = "reminder.snooze.v1"
STOP = "reminder.stop.v1"
RESUME = "reminder.resume.v1"
OFF = "reminder.off.v1"
SAID = "reminder.said"

MOST_PROJECTS = 10
MOST_PEOPLE = 60  # named in a report; the file beside it names all
_LINES = 10  # of at most 250 characters fit a section


def incomplete(row_id: int, reminder: Reminder, week: Standing) -> Message:
    """That a week is not complete, what is missing, and the buttons that close it.

    ``row_id`` finds the reminder again when a button is pressed.
    """
    head = _head(reminder, week)
    blocks: list[Block] = [section(f":hourglass: *{head}*")]
    blocks += [_gap(each) for each in week.gaps]
    if week.unsubmitted:
        blocks.append(section(f":pencil: {escape(_unsubmitted(week))}"))
    blocks.append(ActionsBlock(elements=_buttons(row_id, reminder, week)))
    said = [head, *([tr("Missing: {gaps}.").format(gaps=_gaps(week))] if week.gaps else [])]
    said += [_unsubmitted(week)] if week.unsubmitted else []
    return Message(shortened(escape(" ".join(said)), 3900), tuple(blocks))


def _head(reminder: Reminder, week: Standing) -> str:
    logged = format_of(week.logged, week.target)
    said = (
        tr("Your week, {week}, is still not complete: {logged}.")
        if reminder is Reminder.AGAIN
        else tr("Your week, {week}, is not complete: {logged}.")
    )
    return said.format(week=format_week(week.week), logged=logged)


def _gaps(week: Standing) -> str:
    return ", ".join(f"{format_day(each.day)} {format_duration(each.missing)}" for each in week.gaps)


def _unsubmitted(week: Standing) -> str:
    shown = ", ".join(week.unsubmitted[:MOST_PROJECTS])
    more = len(week.unsubmitted) - MOST_PROJECTS
    return tr("Not submitted: {names}.").format(names=and_more(shown, more))


def summary(week: Standing) -> str:
    """How a week stands, in one line and not escaped."""
    said = [format_of(week.logged, week.target)]
    said += [tr("missing {gaps}").format(gaps=_gaps(week))] if week.gaps else []
    said += (
        [tr("not submitted: {names}").format(names=", ".join(week.unsubmitted))] if week.unsubmitted else []
    )
    return "; ".join(said)


def _gap(gap: Gap) -> Block:
    day, missing = format_day(gap.day), format_duration(gap.missing)
    block = section(tr("{day} · *{missing}* missing").format(day=day, missing=missing))
    block.accessory = ButtonElement(
        text=tr("Log time"),
        action_id=LOG,
        value=gap.day.isoformat(),
        accessibility_label=tr("Log time on {day}, {missing} missing").format(day=day, missing=missing),
    )
    return block


def _buttons(row_id: int, reminder: Reminder, week: Standing) -> list[ButtonElement]:
    copy = ButtonElement(text=tr("Copy last week"), action_id=COPY, value=week.week.start.isoformat())
    submit = [submit_button(week.week, primary=not week.gaps)] if week.logged else []
    days = ",".join(each.day.isoformat() for each in week.gaps)
    off = ButtonElement(text=tr("I was off"), action_id=OFF, value=days)
    snooze = ButtonElement(text=tr("Snooze"), action_id=SNOOZE, value=str(row_id))
    return [*([copy, off] if week.gaps else []), *submit, snooze, _stop_button(reminder)]


def _stop_button(reminder: Reminder) -> ButtonElement:
    return ButtonElement(text=tr("Stop these reminders"), action_id=STOP, value=reminder.value)


_SNOOZES = {Snooze.HOUR: later("1 hour"), Snooze.MORNING: later("Until tomorrow morning")}


def snooze_form(row_id: int) -> View:
    """How long to keep quiet."""
    options = {each: Option(value=each.value, label=tr(label)) for each, label in _SNOOZES.items()}
    element = RadioButtonsElement(
        action_id="snooze", options=list(options.values()), initial_option=options[Snooze.HOUR]
    )
    return View(
        type="modal",
        callback_id=SNOOZE,
        title=tr("Snooze"),
        submit=tr("Snooze"),
        close=tr("Cancel"),
        private_metadata=str(row_id),
        blocks=[
            InputBlock(
                block_id="snooze",
                label=tr("Remind me again after"),
                element=element,
                hint=tr("Tomorrow means the next day you work."),
            )
        ],
    )


def read_snooze(view: Mapping[str, Any]) -> tuple[int, Snooze]:
    """The reminder and how long; raises Problem for anything we never offered."""
    row_id = row_number(str(view.get("private_metadata") or ""))
    picked = view["state"]["values"].get("snooze", {}).get("snooze", {}).get("selected_option") or {}
    try:
        return row_id, Snooze(str(picked.get("value")))
    except ValueError:
        raise Problem(tr(OUTDATED)) from None


def snoozed(until: datetime) -> Message:
    """That it keeps quiet until then, in the person's own zone."""
    return plain(
        tr(":zzz: I remind you again on {day} at {time}, unless your week is complete by then.").format(
            day=format_day(until.date()), time=f"{until:%H:%M}"
        )
    )


def said(message: Message) -> View:
    """The answer, in the form's place."""
    return View(
        type="modal", callback_id=SAID, title=tr("Snooze"), close=tr("Close"), blocks=list(message.blocks)
    )


def read_reminder(value: str) -> Reminder:
    """The reminder of a button's value; raises Problem for anything we never made."""
    try:
        return Reminder(value)
    except ValueError:
        raise Problem(tr(OUTDATED)) from None


def read_day(value: str) -> date:
    """The day of a button's value; raises Problem for anything we never made."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Problem(tr(OUTDATED)) from None


def read_days(value: str) -> list[date]:
    """The days of a button's value; raises Problem for anything we never made."""
    return [read_day(each) for each in value.split(",")]


_STOPPED = {
    Reminder.INCOMPLETE: later("when your week is not complete"),
    Reminder.AGAIN: later("when your week is not complete"),
    Reminder.MISSING: later("of who is missing in your team"),
    Reminder.DECISIONS: later("of what waits for your decision"),
}


def stopped(reminder: Reminder) -> Message:
    """That it comes no more, and how to take that back."""
    undo = ButtonElement(
        text=tr("Undo"), action_id=RESUME, value=reminder.value, accessibility_label=tr("Remind me again")
    )
    return plain(
        tr(
            ":no_bell: Stopped: I no longer remind you {what}. Undo takes that back, now or "
            "later; so do your settings."
        ).format(what=tr(_STOPPED[reminder])),
        ActionsBlock(elements=[undo]),
    )


def resumed(reminder: Reminder) -> Message:
    """That it comes again."""
    return plain(tr(":bell: I remind you again {what}.").format(what=tr(_STOPPED[reminder])))


def report(team: TeamWeek, tolerated: int) -> Message:
    """Who of a team is missing: what is not logged, and what is not submitted."""
    missing = team.missing(tolerated)
    head = trn(
        "Who is missing, {week}: {number} of {of} person",
        "Who is missing, {week}: {number} of {of} people",
        len(team.members),
    ).format(week=format_week(team.week), number=len(missing), of=len(team.members))
    lines = [_missing_line(each) for each in missing[:MOST_PEOPLE]]
    if len(missing) > MOST_PEOPLE:
        lines.append(tr("… and {number} more, in the file below.").format(number=len(missing) - MOST_PEOPLE))
    blocks: list[Block] = [section(f":busts_in_silhouette: *{escape(head)}*")]
    shown = [escape(shortened(line, 220)) for line in lines]
    blocks += [section("\n".join(f"• {line}" for line in part)) for part in _parts(shown)]
    blocks.append(context(tr("Only you see this. The picture and the table of the week follow as files.")))
    blocks.append(ActionsBlock(elements=[_stop_button(Reminder.MISSING)]))
    return Message(shortened(escape(f"{head}: {'; '.join(lines)}"), 3900), tuple(blocks))


def _missing_line(member: TeamMember) -> str:
    week = member.standing
    said = [format_of(week.logged, week.target)]
    if week.missing:
        said.append(tr("{missing} missing").format(missing=format_duration(week.missing)))
    if week.unsubmitted:
        number = len(week.unsubmitted)
        said.append(
            trn("{number} project not submitted", "{number} projects not submitted", number).format(
                number=number
            )
        )
    return f"{member.name}: {', '.join(said)}"


def _parts(lines: Sequence[str]) -> list[Sequence[str]]:
    return [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]


def report_title(week: Week) -> str:
    """What the files of a report are called."""
    return tr("The team's week, {week}").format(week=format_week(week))
