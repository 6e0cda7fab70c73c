"""A clock that runs beside the machine's own, as far off as a file says: for trying other times."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class MovedClock:
    """Tells the aware instant now, moved by the seconds that stand in the file; an empty one moves nothing.

    Raises ValueError for anything else in it, and OSError where there is no file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> datetime:
        """Now, there."""
        return datetime.now(UTC) + timedelta(seconds=float(self._path.read_text(encoding="ascii") or 0))
