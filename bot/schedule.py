"""Which job runs when: every process ticks, and the rows decide who does what.

Any number of processes run the same interval jobs with a store in memory; there is no leader to lose.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from time import monotonic

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from prometheus_client import Counter

from bot import (
    absences,
    approval_digests,
    approval_messages,
    approvals,
    deliveries,
    first_contact,
    home,
    people,
    project_copy,
    reminder_plans,
    reminders,
    report_files,
    roster,
    sign_in,
    time_entry_forms,
    time_off_decisions,
    time_off_messages,
)
from bot.background import Background
from bot.deliveries import Kind
from bot.deps import Deps
from bot.domain.policies import Reminder
from bot.outbox import Outbox
from bot.reminder_checks import Holidays, teams_of
from bot.reminders import Checked
from bot.workspaces import Run, Tenant, Workspaces

# What runs in a workspace that is not connected to Kantata yet, or no longer.
_WITHOUT_KANTATA = frozenset(
    {
        "sweep-writes",
        "deliver-messages",
        "refresh-homes",
        "expire-time-off",
        "forget-approvals",
        "forget-time-off",
        "forget-messages",
        "forget-forms",
        "forget-sign-ins",
    }
)
PLAN_SECONDS = 20  # between two looks whose hour has come
_PLANNED = (Reminder.INCOMPLETE, Reminder.AGAIN, Reminder.MISSING)

log = structlog.get_logger()
RUNS = Counter("kantata_bot_job_runs", "Runs of scheduled jobs and how they ended", ["job", "ended"])


def messages() -> dict[str, Kind]:
    """Every kind of private message there is."""
    return {
        **approval_messages.KINDS,
        **time_off_messages.KINDS,
        **reminders.kinds(),
        **first_contact.KINDS,
    }


def timetable(poll_seconds: float) -> dict[str, float]:
    """Every job's name, and how many seconds lie between its runs; the first one runs at once.

    ``poll_seconds`` is how soon what happens in Kantata itself is noticed.
    """
    return {
        "sweep-writes": 2,
        "poll-decisions": poll_seconds,
        "deliver-messages": 2,
        "refresh-homes": 5,
        "digest-approvals": 300,
        **{reminder_plans.JOBS[each]: min(PLAN_SECONDS, poll_seconds) for each in _PLANNED},
        "send-report-files": 10,
        "refresh-roster": poll_seconds,
        "expire-time-off": 60,
        "post-absences": 300,
        "remind-time-off": 300,
        "refresh-people": poll_seconds,
        "refresh-projects": poll_seconds,
        "forget-approvals": 3600,
        "forget-time-off": 3600,
        "forget-messages": 3600,
        "forget-forms": 3600,
        "forget-sign-ins": 3600,
    }


def jobs(deps: Deps, outbox: Outbox, *, poll_seconds: float) -> dict[str, Run]:
    """Every job of the timetable, for the workspace of ``deps``."""
    holidays = Holidays()
    return {
        "sweep-writes": outbox.sweep,
        "poll-decisions": partial(approvals.notice, deps, poll_seconds),
        "deliver-messages": partial(deliveries.deliver, deps, messages(), reminders.kinds()),
        "refresh-homes": partial(home.refresh, deps),
        "digest-approvals": partial(approval_digests.plan, deps),
        **{
            reminder_plans.JOBS[each]: partial(reminder_plans.plan, deps, each, holidays) for each in _PLANNED
        },
        "send-report-files": partial(report_files.send, deps, Checked(teams_of)),
        "refresh-roster": partial(roster.refresh, deps),
        "expire-time-off": partial(time_off_decisions.expire, deps),
        "post-absences": partial(absences.post, deps),
        "remind-time-off": partial(time_off_decisions.remind, deps),
        "refresh-people": partial(people.refresh_from_kantata, deps),
        "refresh-projects": partial(project_copy.refresh_projects, deps),
        "forget-approvals": partial(approvals.forget, deps),
        "forget-time-off": partial(time_off_decisions.forget, deps),
        "forget-messages": partial(deliveries.forget, deps),
        "forget-forms": partial(time_entry_forms.forget_forms, deps),
        "forget-sign-ins": partial(sign_in.forget, deps),
    }


def _runs(tenant: Tenant, name: str) -> bool:
    return tenant.deps.has_account or name in _WITHOUT_KANTATA


class Every(IntervalTrigger):  # type: ignore[misc]  # APScheduler has no annotations
    """Each so many seconds; APScheduler's own would count every run that a jump of the clock missed."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The aware instant of the run after ``previous``, which is never in the past."""
        last = previous and max(previous, now)
        following: datetime | None = super().get_next_fire_time(last, now)
        return following


class Schedule:
    """The ticking of this process: each job runs once for each workspace, and none waits for another's."""

    def __init__(self, background: Background, workspaces: Workspaces, seconds: Mapping[str, float]) -> None:
        """``seconds`` is the timetable: by each job's name how many lie between its runs."""
        self._background = background
        self._workspaces = workspaces
        self._timetable = seconds
        self._under_way: set[tuple[str, str]] = set()
        self._last_tick = monotonic()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A late run is better than none: after a block of the loop the default would skip it.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin to tick."""
        for name, seconds in self._timetable.items():
            self._scheduler.add_job(
                self._tick,
                Every(seconds=seconds, jitter=seconds / 10, timezone=UTC),
                args=[name],
                next_run_time=datetime.now(UTC),
                id=name,
                name=name,
            )
        self._scheduler.start()

    async def _tick(self, name: str) -> None:
        # Shutting APScheduler down cancels its coroutines; the work itself is drained by the background.
        await asyncio.shield(self._background.spawn(self._begin(name), name=name))

    async def _begin(self, name: str) -> None:
        """One run of the job for each workspace in which the run before has ended."""
        self._last_tick = monotonic()
        try:
            tenants = await self._workspaces.every()
        except Exception:  # one failed look must not end the job
            log.exception("workspaces not known", job=name)
            return
        for tenant in tenants:
            if (tenant.deps.workspace, name) not in self._under_way and _runs(tenant, name):
                self._background.spawn(self._guarded(tenant, name), name=name)

    async def _guarded(self, tenant: Tenant, name: str) -> None:
        key, runs, clock = (tenant.deps.workspace, name), tenant.deps.job_runs, tenant.deps.clock
        self._under_way.add(key)
        runs.began(name, clock(), self._next(name))
        try:
            await tenant.jobs[name]()
        except Exception as failed:  # one failed run must not end the job, nor stop another workspace's
            RUNS.labels(name, "failed").inc()
            runs.ended(name, clock(), type(failed).__name__)
            log.exception("job failed", job=name, workspace=tenant.deps.workspace)
        else:
            RUNS.labels(name, "done").inc()
            runs.ended(name, clock())
        finally:
            self._under_way.discard(key)

    def _next(self, name: str) -> datetime | None:
        ticking = self._scheduler.get_job(name)
        return ticking.next_run_time if ticking else None

    async def run_now(self, name: str) -> None:
        """One run of that job at once for each workspace, beside its own time; KeyError for no job's name."""
        if name not in self._timetable:
            raise KeyError(name)
        runs = [
            self._background.spawn(self._guarded(tenant, name), name=name)
            for tenant in await self._workspaces.every()
            if _runs(tenant, name)
        ]
        await asyncio.gather(*runs)

    @property
    def names(self) -> tuple[str, ...]:
        """Every job by name."""
        return tuple(self._timetable)

    @property
    def seconds_since_tick(self) -> float:
        """How long ago the last run of any job began."""
        return monotonic() - self._last_tick

    def pause(self) -> None:
        """Begin no more runs; those under way go on."""
        if self._scheduler.running:
            self._scheduler.pause()

    def stop(self) -> None:
        """End the ticking."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
