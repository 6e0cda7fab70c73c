"""Copying last week: what would be logged, and logging it, rows and hours or rows to be filled in."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot import work_calendars
from bot.deps import Deps
from bot.domain.dates import Week, week_of
from bot.domain.languages import tr
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.time_entries import Draft, Project, Task
from bot.domain.timesheets import TimeOfWeek
from bot.domain.week_copies import (
    CLOSED_PROJECT,
    CLOSED_TASK,
    Closed,
    Skipped,
    days_to_fill,
    plan_copy,
    rows_to_fill,
)
from bot.domain.work_calendars import DayOut, WorkCalendar
from bot.domain.writes import Reply
from bot.intents import Accepted, Request, submit
from bot.kantata.errors import KantataError
from bot.outbox import Outbox
from bot.time_entries import MOST_ENTRIES
from bot.time_entry_payloads import decode_drafts, decode_left_out, encode_drafts
from bot.time_entry_writes import LOG
from bot.timesheets import NO_ANSWER, opened, read_patiently, remember
from bot.views.time_entries import place
from bot.views.week_forms import CopyForm, CopyMode
from storage import policies, projects

Place = tuple[Project, Task | None]


async def copy_form(deps: Deps, person: Person, week: Week, reply: Reply) -> CopyForm:
    """What copying the week before into this one comes to, remembered until the form is sent."""
    before = week_of(week.start - timedelta(days=7))
    last, this, calendar = await asyncio.gather(
        read_patiently(deps, person, before),
        read_patiently(deps, person, week),
        _calendar(deps, person, week),
    )
    closed = await _closed(deps, person, last)
    rules = {sheet.project.id: sheet.rules for sheet in last.timesheets}
    busy = {day.day for day in this.days if day.minutes}
    plan = plan_copy(
        last.entries, busy=busy, calendar=calendar, rules=rules, closed=closed, most=MOST_ENTRIES
    )
    days = days_to_fill(week.days(), busy=busy, calendar=calendar, rules=list(rules.values()))
    today = person.today(deps.clock())
    async with deps.database.reading() as session:
        chosen = await policies.personal(session, person.workspace, person.slack_id)
    form = CopyForm(
        0,
        week,
        plan.drafts,
        _left_out(plan.skipped),
        rows_to_fill(last.entries, closed),
        days,
        next((day for day in days if day <= today), days[0] if days else None),
        mode=CopyMode.HOURS if chosen.copy_hours else CopyMode.ROWS,
    )
    return replace(form, form_id=await remember(deps, person, reply, _encode(form)))


async def _calendar(deps: Deps, person: Person, week: Week) -> WorkCalendar:
    try:
        async with asyncio.timeout(deps.patience.give_up):
            return await work_calendars.load(deps, person.kantata_id, week.start, week.end)
    except (KantataError, TimeoutError):
        raise Problem(tr(NO_ANSWER)) from None


async def _closed(deps: Deps, person: Person, time: TimeOfWeek) -> Closed:
    """On what of that week the person cannot log any more."""
    found: dict[Place, str] = {}
    async with deps.database.reading() as session:
        for row in time.rows():
            if await projects.project(session, person.kantata_id, row.project.id) is None:
                found[row.project, row.task] = tr(CLOSED_PROJECT)
            elif row.task and await projects.task(session, row.project.id, row.task.id) is None:
                found[row.project, row.task] = tr(CLOSED_TASK)
    return lambda project, task: found.get((project, task))


def _left_out(skipped: Sequence[Skipped]) -> tuple[DayOut, ...]:
    """Why what is left out is left out, each reason of a day once."""
    said = {}
    for each in skipped:
        about_place = each.why in (tr(CLOSED_PROJECT), tr(CLOSED_TASK))
        why = f"{place(each.entry.project, each.entry.task)}: {each.why}" if about_place else each.why
        said[each.day, why] = DayOut(each.day, why)
    return tuple(said.values())


async def reopened(deps: Deps, person: Person, form_id: int, mode: CopyMode) -> CopyForm:
    """The form as it was opened, the other way of copying chosen."""
    _, base = await opened(deps, person, form_id)
    return replace(_decode(base), form_id=form_id, mode=mode)


async def copy_hours(deps: Deps, outbox: Outbox, person: Person, form_id: int, cause: str) -> Accepted:
    """Log every entry the form showed, in one go that can be undone as one."""
    form, base = await opened(deps, person, form_id)
    copied = _decode(base)
    if not copied.drafts:
        raise Problem(tr("There is nothing to copy."))
    payload = encode_drafts(copied.drafts, copied.left_out)
    return await submit(outbox, person, LOG, payload, Request(cause, form.reply))


async def fill_rows(
    deps: Deps,
    outbox: Outbox,
    person: Person,
    form_id: int,
    days: Sequence[date],
    minutes: dict[int, int],
    cause: str,
) -> Accepted:
    """Log these minutes of the form's rows, by their place in it, on each of these days."""
    form, base = await opened(deps, person, form_id)
    offered = _decode(base)
    if not set(days) <= set(offered.days) or not all(0 <= row < len(offered.rows) for row in minutes):
        raise Problem(tr("This form is not one of mine. Please open it again."))
    drafts = [
        Draft(*offered.rows[row], day, taken)
        for day in sorted(days)
        for row, taken in sorted(minutes.items())
    ]
    if not drafts or len(drafts) > MOST_ENTRIES:
        raise Problem(
            tr("That makes {number} entries; 1 to {most} can be logged at once.").format(
                number=len(drafts), most=MOST_ENTRIES
            )
        )
    return await submit(outbox, person, LOG, encode_drafts(drafts), Request(cause, form.reply))


def _encode(form: CopyForm) -> str:
    return json.dumps(
        {
            "week": form.week.start.isoformat(),
            "log": encode_drafts(form.drafts, form.left_out),
            "rows": [_plain(*row) for row in form.rows],
            "days": [day.isoformat() for day in form.days],
            "first": form.first.isoformat() if form.first else None,
        }
    )


def _decode(base: str) -> CopyForm:
    plain = json.loads(base)
    return CopyForm(
        0,
        Week(date.fromisoformat(plain["week"])),
        tuple(decode_drafts(plain["log"])),
        tuple(decode_left_out(plain["log"])),
        tuple(_place(each) for each in plain["rows"]),
        tuple(date.fromisoformat(day) for day in plain["days"]),
        date.fromisoformat(plain["first"]) if plain["first"] else None,
    )


def _plain(project: Project, task: Task | None) -> dict[str, Any]:
    return {"project": vars(project), "task": vars(task) if task else None}


def _place(plain: dict[str, Any]) -> Place:
    return Project(**plain["project"]), Task(**plain["task"]) if plain["task"] else None
