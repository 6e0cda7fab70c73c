"""The sandbox's clock, which can be moved ahead: Slack, Kantata and the bot go by the same one.

How far it is moved stands in a file of seconds, which the bot's process reads too. It never goes back: what
was said and written would then lie in the future.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class GoesBack(Exception):
    """The clock was to be put back."""


class SandboxClock:
    """The machine's own clock, moved by the seconds that stand in the file, which is made where it is not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_text("0", encoding="ascii")
        self._moved = timedelta(seconds=float(path.read_text(encoding="ascii") or 0))

    def __call__(self) -> datetime:
        """Now, in the sandbox."""
        return datetime.now(UTC) + self._moved

    @property
    def moved(self) -> timedelta:
        """How far ahead of the machine's own it is."""
        return self._moved

    def move_to(self, instant: datetime) -> None:
        """Let it be that aware instant from now on; raises GoesBack for one that is over."""
        if instant < self():
            raise GoesBack
        self._moved = instant - datetime.now(UTC)
        beside = self.path.with_suffix(".new")
        beside.write_text(str(self._moved.total_seconds()), encoding="ascii")
        beside.replace(self.path)  # whoever reads finds the old or the new, and never a half
