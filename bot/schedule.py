"""Which job runs when: every process ticks, and the rows decide who does what.

Any number of processes run the same interval jobs with a store in memory; there is no leader to lose.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
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
from bot.job_runs import JobRuns
from bot.outbox import Outbox
from bot.reminder_checks import Holidays, teams_of
from bot.reminders import Checked

PLAN_SECONDS = 20  # between two looks whose hour has come

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


@dataclass(frozen=True)
class Job:
    """A job and how many seconds lie between its runs; the first one runs at once."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]


def jobs(deps: Deps, outbox: Outbox, *, poll_seconds: float) -> list[Job]:
    """Every job of the bot; ``poll_seconds`` is how soon what happens in Kantata itself is noticed."""
    holidays = Holidays()
    return [
        Job("sweep-writes", 2, outbox.sweep),
        Job("poll-decisions", poll_seconds, partial(approvals.notice, deps, poll_seconds)),
        Job("deliver-messages", 2, partial(deliveries.deliver, deps, messages(), reminders.kinds())),
        Job("refresh-homes", 5, partial(home.refresh, deps)),
        Job("digest-approvals", 300, partial(approval_digests.plan, deps)),
        *(
            Job(
                reminder_plans.JOBS[each],
                min(PLAN_SECONDS, poll_seconds),
                partial(reminder_plans.plan, deps, each, holidays),
            )
            for each in (Reminder.INCOMPLETE, Reminder.AGAIN, Reminder.MISSING)
        ),
        Job("send-report-files", 10, partial(report_files.send, deps, Checked(teams_of))),
        Job("refresh-roster", poll_seconds, partial(roster.refresh, deps)),
        Job("expire-time-off", 60, partial(time_off_decisions.expire, deps)),
        Job("post-absences", 300, partial(absences.post, deps)),
        Job("remind-time-off", 300, partial(time_off_decisions.remind, deps)),
        Job("refresh-people", poll_seconds, partial(people.refresh_from_kantata, deps)),
        Job("refresh-projects", poll_seconds, partial(project_copy.refresh_projects, deps)),
        Job("forget-approvals", 3600, partial(approvals.forget, deps)),
        Job("forget-time-off", 3600, partial(time_off_decisions.forget, deps)),
        Job("forget-messages", 3600, partial(deliveries.forget, deps)),
        Job("forget-forms", 3600, partial(time_entry_forms.forget_forms, deps)),
        Job("forget-sign-ins", 3600, partial(sign_in.forget, deps)),
    ]


class Every(IntervalTrigger):  # type: ignore[misc]  # APScheduler has no annotations
    """Each so many seconds; APScheduler's own would count every run that a jump of the clock missed."""

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The aware instant of the run after ``previous``, which is never in the past."""
        last = previous and max(previous, now)
        following: datetime | None = super().get_next_fire_time(last, now)
        return following


class Schedule:
    """The jobs of this process."""

    def __init__(
        self, background: Background, jobs: Sequence[Job], runs: JobRuns, clock: Callable[[], datetime]
    ) -> None:
        self._background = background
        self._jobs = jobs
        self._runs = runs
        self._clock = clock
        self._last_tick = monotonic()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A late run is better than none: after a block of the loop the default would skip it.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin to tick."""
        for job in self._jobs:
            self._scheduler.add_job(
                self._run,
                Every(seconds=job.seconds, jitter=job.seconds / 10, timezone=UTC),
                args=[job],
                next_run_time=datetime.now(UTC),
                id=job.name,
                name=job.name,
            )
        self._scheduler.start()

    async def _run(self, job: Job) -> None:
        # Shutting APScheduler down cancels its coroutines; the work itself is drained by the background.
        await asyncio.shield(self._background.spawn(self._guarded(job), name=job.name))

    async def _guarded(self, job: Job) -> None:
        self._last_tick = monotonic()
        self._runs.began(job.name, self._clock(), self._next(job))
        try:
            await job.run()
        except Exception as failed:  # one failed run must not end the job
            RUNS.labels(job.name, "failed").inc()
            self._runs.ended(job.name, self._clock(), type(failed).__name__)
            log.exception("job failed", job=job.name)
        else:
            RUNS.labels(job.name, "done").inc()
            self._runs.ended(job.name, self._clock())

    def _next(self, job: Job) -> datetime | None:
        ticking = self._scheduler.get_job(job.name)
        return ticking.next_run_time if ticking else None

    async def run_now(self, name: str) -> None:
        """One run of that job at once, beside its own time; raises KeyError for a job there is not."""
        await self._run({job.name: job for job in self._jobs}[name])

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
