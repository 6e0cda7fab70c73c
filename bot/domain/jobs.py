"""What is known of a job's runs."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class JobRun:
    """The last run of a job in this process; instants are aware.

    ``ended_at`` is None while it runs; ``failed`` names the exception that ended it. ``next_at`` is None
    where the process does not tick.
    """

    name: str
    began_at: datetime
    ended_at: datetime | None = None
    failed: str | None = None
    next_at: datetime | None = None
