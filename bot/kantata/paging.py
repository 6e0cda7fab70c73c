"""The walk through the pages of a list that may change while it is read, pure.

The promise: every row that is in the list from the first request to the last is given exactly once, and a
list that stays still takes one request a page. It is kept by position: rows that leave the list move those
behind them towards the front, which shows as a falling count, and every position that may have been jumped
over is read again. Rows that only change places are caught at the end, when fewer were seen than there are;
so are rows that left while as many were created, as long as rows tell when they were created. What cannot
be seen is a row that left while another joined that is old, or was gone again before it was read.
Memory: one page, and the ids.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.kantata.envelope import Envelope, Row
from bot.kantata.errors import Unreadable

PAGE_SIZE = 200  # the most Kantata gives
_PASSES = 6
_SLACK = 50  # requests beyond three times the pages, after which a list is given up as never still


class Walk:
    """Which page to ask for next (``page``, None at the end), and which of its rows are new."""

    def __init__(self) -> None:
        self.page: int | None = 1
        self._seen: set[str] = set()
        self._known = 0  # every position below has been seen
        self._ahead: tuple[int, int] | None = None  # positions seen beyond a gap
        self._count: int | None = None
        self._first_count = 0
        self._started: datetime | None = None
        self._joined = self._left = 0
        self._requests = 0
        self._passes_left = _PASSES
        self._found = 0  # new rows of this pass
        self._shown: set[str] = set()  # all rows of this pass
        self._moved = False  # a row was shown twice in this pass

    def take(self, envelope: Envelope) -> Iterator[Row]:
        """The rows of the page asked for that were not given before."""
        shown = list(envelope.rows())
        self._moved |= any(row.id in self._shown for row in shown)
        self._shown.update(row.id for row in shown)
        rows = [row for row in shown if row.id not in self._seen]
        self._seen.update(row.id for row in rows)
        self._found += len(rows)
        self._watch(envelope, rows)
        self._advance(envelope)
        return iter(rows)

    def _watch(self, envelope: Envelope, rows: list[Row]) -> None:
        """Note what joined and what left since the last page."""
        if self._requests == 0:
            self._first_count = envelope.count or 0
            self._started = envelope.answered_at
        self._requests += 1
        if self._started:
            created = (row.instant("created_at") for row in rows)
            self._joined += sum(moment is not None and moment > self._started for moment in created)
        if self._count is not None and envelope.count is not None and envelope.count < self._count:
            fallen = self._count - envelope.count
            self._left += fallen
            self._known = max(0, self._known - fallen)
            if self._ahead:
                self._ahead = (self._ahead[0], self._ahead[1] - fallen)
        self._count = envelope.count

    def _advance(self, envelope: Envelope) -> None:
        assert self.page is not None, "the walk is over"
        size = envelope.page_size or PAGE_SIZE
        start, end = (self.page - 1) * size, self.page * size
        self._cover(start, end if envelope.count is None else max(start, min(end, envelope.count)))
        if envelope.count is None:
            self.page = self.page + 1 if len(envelope.results) >= size else None
        elif self._known < envelope.count:
            self.page = self._known // size + 1
        elif self._may_have_missed(envelope.count):
            self._known, self._ahead, self.page = 0, None, 1
        else:
            self.page = None
        if self._requests > _SLACK + 3 * ((envelope.count or 0) // size + 1):
            raise Unreadable(
                "The list kept changing while it was read.",
                request_id=envelope.request_id,
                status=envelope.status,
            )

    def _cover(self, start: int, end: int) -> None:
        """Count the positions of a page as seen, together with what was seen beyond the gap it closes."""
        if start > self._known:
            self._ahead = (start, end)
            return
        self._known = max(self._known, end)
        if self._ahead and self._ahead[0] <= self._known:
            self._known = max(self._known, self._ahead[1])
            self._ahead = None

    def _may_have_missed(self, count: int) -> bool:
        """At the end of a pass: whether rows were jumped over and another pass can still find some.

        A count that is simply too high does not count: then nothing is new, and nothing comes twice.
        """
        left = self._first_count + self._joined - count
        hidden = left > self._left
        self._left = max(self._left, left)
        lively = self._found > 0 or self._moved
        self._found, self._moved = 0, False
        self._shown.clear()
        self._passes_left -= 1
        return (hidden or len(self._seen) < count) and lively and self._passes_left > 0
