"""One run of a scheduled job by hand, as if it were a given time: tried without doing it, or done.

The time given decides who is due and what is said; leases and Slack's pace go by the real clock, so that a
run of another day does no harm to the bot that runs beside it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot import (
    approval_digests,
    approval_polls,
    approvals,
    deliveries,
    project_copy,
    reminder_plans,
    reminders,
    roster,
)
from bot.deps import Deps
from bot.domain.policies import Reminder
from bot.domain.reminders import Due, Standing, TeamWeek, Why
from bot.reminder_checks import Holidays, look, teams_of, weeks_of
from bot.reminder_plans import JOBS, Candidate, Run
from bot.views import reminders as views
from storage import reminders as rows

BETWEEN = 1.0  # seconds between two looks at what Slack's limits allow
REMINDERS = {name: reminder for reminder, name in JOBS.items()}
READING = {
    "poll-decisions": "Reads what has changed at Kantata, and asks and tells whoever that concerns.",
    "refresh-projects": "Reads projects and tasks from Kantata; it sends nobody anything.",
}
NAMES = (*REMINDERS, *READING)


@dataclass(frozen=True)
class Line:
    """Somebody of the firm: whether the job says something to them, and what, or why not."""

    name: str
    zone: str
    gets: bool
    text: str


async def prepare(deps: Deps) -> None:
    """Know who is in the firm and in Slack, which a database that was just made does not."""
    await approval_polls.refresh_members(deps)
    await roster.refresh(deps)


async def preview(deps: Deps, name: str, at: datetime) -> AsyncIterator[Line]:
    """Who would get what, who would not, and why; raises KantataError, SlackFailed."""
    reminder = REMINDERS[name]
    if reminder is Reminder.DECISIONS:
        async for judged in approval_digests.preview(deps, at):
            text = judged.why.value if judged.why else f"{judged.waiting} timesheets for a decision"
            yield Line(judged.person.name, judged.person.time_zone, judged.why is None, text)
        return
    run = await reminder_plans.begin(deps, reminder, None, at, Holidays())
    async for some in reminder_plans.candidates(deps, run):
        for line in await _lines(deps, run, some):
            yield line


async def _lines(deps: Deps, run: Run, some: list[Candidate]) -> list[Line]:
    found: dict[str, Due | Why | Standing | TeamWeek] = {**await reminder_plans.days(deps, run, some)}
    dues = {each: due for each, due in found.items() if isinstance(due, Due)}
    async with deps.database.reading() as session:
        known = await rows.known(session, run.workspace, [due.key(each) for each, due in dues.items()])
    got_it = {each for each, due in dues.items() if due.key(each) in known}
    found |= dict.fromkeys(got_it, Why.GOT_IT)
    wanted = {each: due for each, due in dues.items() if each not in got_it}
    at = await look(deps, run.workspace, run.holidays, run.now)
    if run.reminder is Reminder.MISSING:
        found |= await teams_of(deps, at, wanted)
    else:
        found |= await weeks_of(deps, at, wanted)
    return [_line(each, found[each.member.id], run) for each in some]


def _line(candidate: Candidate, found: Due | Why | Standing | TeamWeek, run: Run) -> Line:
    name = candidate.member.name
    zone = candidate.person.time_zone if candidate.person else "–"
    if isinstance(found, Standing):
        return Line(name, zone, True, views.summary(found))
    if isinstance(found, TeamWeek):
        missing = len(found.missing(run.firm.tolerated_minutes))
        return Line(name, zone, True, f"{missing} of {len(found.members)} people missing")
    assert isinstance(found, Why), "what is due was looked at"
    return Line(name, zone, False, found.value)


async def run(deps: Deps, name: str, at: datetime, clock: Callable[[], datetime]) -> str:
    """Do it as if it were ``at``, from which ``clock`` goes on; what was done.

    Raises KantataError, SlackFailed.
    """
    if name in READING:
        await _READ[name](deps)
        return "Read."
    reminder = REMINDERS[name]
    if reminder is Reminder.DECISIONS:
        await approval_digests.plan(deps, at)
        return "Planned, and sent as far as Slack's limits allow; a running bot sends the rest."
    planned = await reminder_plans.plan_day(deps, reminder, at)
    kinds = reminders.kinds(clock)
    while True:
        await deliveries.deliver(deps, kinds)
        async with deps.database.reading() as session:
            left = await rows.left(session, reminder, await deps.database.now(session))
        if not left:
            return f"{planned} people were looked at anew, and whoever deserved it was reminded."
        await asyncio.sleep(BETWEEN)


async def _poll(deps: Deps) -> None:
    await approvals.notice(deps, 0)


_READ: Mapping[str, Callable[[Deps], Awaitable[None]]] = {
    "poll-decisions": _poll,
    "refresh-projects": partial(project_copy.refresh_projects),
}


def table(line: Line) -> str:
    """The line of a table with columns of a fixed width."""
    return f"{'yes' if line.gets else 'no':<4}{line.name[:27]:<28}{line.zone[:23]:<24}{line.text}"


HEAD = table(Line("Person", "Zone", False, "What, or why not")).replace("no ", "", 1)
