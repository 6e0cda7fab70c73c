"""An outbox at work on a real database, with a strict Kantata, a clock, and somebody who listens."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot import time_entry_writes, time_off_writes, timesheet_writes
from bot.deps import Deps
from bot.domain.time_entries import Draft, Project, Task
from bot.domain.writes import Reply, Write
from bot.outbox import Outbox
from bot.sandbox.kantata import Faults, Kantata
from bot.time_entry_payloads import encode_drafts
from bot.time_entry_writes import LOG
from storage import writes
from storage.writes import NewWrite
from tests.clock import Clock

KINDS = {**time_entry_writes.KINDS, **timesheet_writes.KINDS, **time_off_writes.KINDS}
TAY = "101"
ACME = Project("3001", "Website relaunch", "Acme")
DESIGN = Task("4001", "Design", "3001")
WEDNESDAY = date(2026, 3, 4)
TIMEOUT = timedelta(seconds=180)


@dataclass
class Ears:
    """What a person heard from the bot, and Slack's answers to it; ``statuses`` are used up one by one.

    ``deaf``: Slack takes nothing at all.
    """

    deaf: bool = False
    heard: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    spoken: asyncio.Event = field(default_factory=asyncio.Event)

    async def respond(self, request: Request) -> Response:
        status = 503 if self.deaf else self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.heard.append((await request.json())["text"])
            self.spoken.set()
        return PlainTextResponse("ok" if status == 200 else "no", status_code=status)

    async def post(self, request: Request) -> Response:
        if self.deaf:
            return PlainTextResponse("", status_code=503)
        body = await request.json() if "json" in request.headers["content-type"] else await request.form()
        self.heard.append(f"DM to {body['channel']}: {body['text']}")
        return JSONResponse({"ok": True, "channel": "D1", "ts": "1.1"})


class Bench:
    """An outbox at work: with its database, a Kantata, a clock, and somebody who listens."""

    def __init__(self, deps: Deps, kantata: Kantata, clock: Clock, ears: Ears, url: str) -> None:
        self.deps = deps
        self.kantata = kantata
        self.clock = clock
        self.ears = ears
        self.url = url
        self.outbox = self.restarted()

    def restarted(self) -> Outbox:
        """The outbox of another process on the same database."""
        return Outbox(self.deps, KINDS, jitter=lambda: 0)

    @property
    def faults(self) -> Faults:
        return self.kantata.faults

    def new(self, *drafts: Draft, cause: str = "command:1") -> NewWrite:
        """An intent of Tay's: two hours of design, where nothing else is said."""
        return self.write(LOG, encode_drafts(drafts or [draft()]), cause)

    def write(
        self, kind: str, payload: str, cause: str, objects: tuple[str, ...] = (), after: int | None = None
    ) -> NewWrite:
        reply = Reply(f"{self.url}/respond", self.clock() + timedelta(minutes=30))
        return NewWrite("T1", "U1", TAY, kind, cause, payload, reply, objects, after)

    async def submit(self, new: NewWrite | None = None) -> Write:
        """Submit it and wait until nothing is under way."""
        write, _ = await self.outbox.submit(new or self.new())
        await self.settle()
        return write

    async def settle(self) -> None:
        await self.deps.background.drain(10)

    async def sweep(self, **later: float) -> None:
        """A sweep, so much later."""
        self.clock.forward(**later)
        await self.outbox.sweep()
        await self.settle()

    async def stored(self, write: Write) -> Write:
        async with self.deps.database.reading() as session:
            found = await writes.get(session, write.id)
        assert found is not None
        return found

    def entries(self, day: date = WEDNESDAY) -> list[int]:
        """The minutes of Tay's entries on Acme that day, as Kantata has them."""
        rows = self.kantata.entries_of(TAY, day, day)
        return [row["minutes"] for row in rows if row["project"] == ACME.title]

    def posts(self) -> int:
        """How many requests that create entries Kantata has seen."""
        return sum(each.method == "POST" for each in self.kantata.requests)


def draft(minutes: int = 97, day: date = WEDNESDAY, task: Task | None = DESIGN) -> Draft:
    return Draft(ACME, task, day, minutes, "wireframes")
