"""The last run of each job of this process, for whoever asks how it goes."""

from dataclasses import replace
from datetime import datetime

from bot.domain.jobs import JobRun


class JobRuns:
    """What each job did last, in aware instants; in memory, for every process has its own jobs."""

    def __init__(self) -> None:
        self._last: dict[str, JobRun] = {}

    def began(self, name: str, now: datetime, next_at: datetime | None) -> None:
        """A run of that job begins; the next one is due at ``next_at``."""
        self._last[name] = JobRun(name, now, next_at=next_at)

    def ended(self, name: str, now: datetime, failed: str | None = None) -> None:
        """The run of that job that began last has ended; ``failed`` names the exception, if there was one."""
        self._last[name] = replace(self._last[name], ended_at=now, failed=failed)

    def all(self) -> list[JobRun]:
        """The last run of each job, by name."""
        return [self._last[name] for name in sorted(self._last)]
