"""Work that goes on after an acknowledgement, and that shutdown waits for."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

AFTERWARDS = 0.02  # seconds by which acknowledgements go first, of other requests too

log = structlog.get_logger()


class Background:
    """A set of running tasks. What must survive a kill is a row in the database first."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Run ``work`` now; what it raises is logged under ``name``, not lost."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("background work failed", work=task.get_name(), exc_info=error)

    @property
    def busy(self) -> int:
        """How many tasks are under way."""
        return len(self._tasks)

    async def drain(self, seconds: float) -> None:
        """Wait for all tasks, those spawned meanwhile too; cancel what is left after ``seconds``."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self._tasks:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await asyncio.wait(self._tasks, timeout=left)
        left_over = list(self._tasks)
        for task in left_over:
            task.cancel()
        await asyncio.gather(*left_over, return_exceptions=True)
