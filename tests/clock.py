"""A clock that only moves when told."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import time_machine


@dataclass
class Clock:
    """Thursday 5 March 2026, noon UTC, until it is moved forward; the ``traveller``, if any, with it."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 5, 12, tzinfo=UTC))
    traveller: time_machine.Traveller | None = None

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Move it on, in timedelta's words."""
        self.now += timedelta(**by)
        if self.traveller:
            self.traveller.move_to(self.now, tick=False)
