"""What people want of the bot while it is being killed, and the simple rule that judges what became of it.

Every errand has notes and minutes of its own, so Kantata's table and the person's screen tell what happened.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.stage import Person, Stage
from bot.domain.durations import format_duration
from bot.sandbox.slack import NotOnScreen, Outcome
from bot.sandbox.slack.records import Message, View

ANSWERED = 60.0  # seconds a person waits for an answer
AGAIN = 0.3  # seconds after which a person tries once more what Slack said had failed
TRIES = 40
LOCKED = timedelta(days=40)  # ago: days so old are closed in Kantata
EDIT_FORM = "entry.change.v1"


Act = Callable[[], Awaitable[Outcome]]


@dataclass(frozen=True)
class Expected:
    """What must be true in the end: the entries with these notes, and what the person must have read.

    ``minutes`` are all ways in which it may have ended, each as the minutes of its entries.
    """

    person: Person
    notes: str
    minutes: tuple[tuple[int, ...], ...]
    told: tuple[str, ...] = ()


@dataclass
class Verdict:
    """The judgement over many errands, in entries and answers."""

    wanted: int = 0
    found: int = 0
    duplicates: int = 0
    lost: int = 0
    wrong: int = 0
    unanswered: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled, wrong or left unanswered."""
        return not self.faults


def judge(stage: Stage, expected: Collection[Expected]) -> Verdict:
    """Holds what Kantata has and what people read against what was acknowledged."""
    verdict = Verdict()
    for each in expected:
        found = tuple(sorted(stage.entries(each.notes)))
        least, most = min(map(len, each.minutes)), max(map(len, each.minutes))
        unread = [text for text in each.told if not _read(stage, each.person, text)]
        verdict.wanted += least
        verdict.found += len(found)
        verdict.unanswered += len(unread)
        verdict.duplicates += max(0, len(found) - most)
        verdict.lost += max(0, least - len(found))
        verdict.wrong += found not in each.minutes and least <= len(found) <= most
        if found not in each.minutes or unread:
            verdict.faults.append(f"{each}: found {found}, not told {unread}")
    return verdict


def _read(stage: Stage, person: Person, text: str) -> bool:
    return any(text in message.text for message in stage.heard(person))


Errand = Callable[[Person, str], Awaitable[None]]


class Errands:
    """Errands of all kinds, at random, each by somebody who has no other one under way."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.expected: list[Expected] = []
        self.begun = 0
        self.refused_in_words = 0
        self._stage = stage
        self._slack = stage.world.slack
        self._chance = chance
        self._free: list[Person] = []
        self._minutes: dict[Person, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def introduce(self, people: int) -> None:
        """So many people say hello once, for the bot to find out who they are in Kantata."""
        for person in self._stage.people[:people]:
            await self._slack.command(person.slack_id, person.dm, "/kantata whoami")
            if _read(self._stage, person, "You are *"):
                self._free.append(person)
                self._minutes[person] = 0

    def begin(self) -> None:
        """Begin one errand in the background, if anybody is free."""
        if not self._free:
            return
        self.begun += 1
        person = self._free.pop(self._chance.randrange(len(self._free)))
        kinds, weights = zip(*self._kinds(), strict=True)
        (kind,) = self._chance.choices(kinds, weights)
        task = asyncio.create_task(self._run(kind, person, f"errand {self.begun:05}"))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finished(self) -> None:
        """Returns when no errand is under way any more; raises what any of them raised."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _kinds(self) -> list[tuple[Errand, int]]:
        return [
            (self._log, 6),
            (self._log_lines, 2),
            (self._be_refused, 1),
            (self._fill_form, 4),
            (self._log_and_press_undo, 4),
            (self._log_and_type_undo, 2),
            (self._log_and_edit, 3),
        ]

    async def _run(self, kind: Errand, person: Person, notes: str) -> None:
        await kind(person, notes)
        self._stage.workspace.clear(person.slack_id)
        self._free.append(person)

    def _next_minutes(self, person: Person) -> int:
        self._minutes[person] += 1
        return self._minutes[person]

    async def _log(self, person: Person, notes: str) -> None:
        minutes = self._next_minutes(person)
        await self._log_as(person, notes, minutes)

    async def _log_as(self, person: Person, notes: str, minutes: int) -> bool:
        """``/logtime``, and whether it was acknowledged; then it is expected."""
        accepted = await self._type(person, f"/logtime {minutes}m acme design: {notes}", notes)
        told = (f"Logged {format_duration(minutes)}",) if accepted else ()
        self._expect(person, notes, ((minutes,),) if accepted else ((minutes,), ()), told)
        return accepted

    async def _log_lines(self, person: Person, notes: str) -> None:
        first, second = self._next_minutes(person), self._next_minutes(person)
        lines = f"{first}m acme design: {notes}\n{second}m acme design: {notes}"
        accepted = await self._type(person, f"/logtime {lines}", notes)
        both = (first, second)
        told = tuple(f"Logged {format_duration(minutes)}" for minutes in both) if accepted else ()
        self._expect(person, notes, (both,) if accepted else (both, ()), told)

    async def _be_refused(self, person: Person, notes: str) -> None:
        minutes = self._next_minutes(person)
        day = (datetime.now(UTC) - LOCKED).date()
        accepted = await self._type(person, f"/logtime {minutes}m {day} acme design: {notes}", notes)
        self._expect(person, notes, ((),), (f"Not logged: {format_duration(minutes)}",) if accepted else ())

    async def _fill_form(self, person: Person, notes: str) -> None:
        """The form, sent again and again until Slack takes it: it is one form."""
        minutes = self._next_minutes(person)
        await self._slack.command(person.slack_id, person.dm, "/logtime acme design")
        view = self._form(person)
        if view is None:
            return
        values = {"duration": _text(format_duration(minutes)), "notes": _text(notes)}
        sent = await self._until_taken(lambda: self._slack.submit(person.slack_id, view.id, values))
        told = (f"Logged {format_duration(minutes)}",) if sent else ()
        self._expect(person, notes, ((minutes,),) if sent else ((minutes,), ()), told)

    async def _log_and_press_undo(self, person: Person, notes: str) -> None:
        minutes = self._next_minutes(person)
        if not await self._log_as(person, notes, minutes):
            return
        message = await self._answer(person, f"Logged {format_duration(minutes)}")
        if message is None:
            return
        press = self._press(person, message, "Undo")
        taken = await self._until_taken(press, press if self._chance.random() < 0.5 else None)
        told = (f"Deleted {format_duration(minutes)}",) if taken else ()
        self._replace(person, notes, ((),) if taken else ((minutes,), ()), told)

    async def _log_and_type_undo(self, person: Person, notes: str) -> None:
        """Undo what may still be on its way to Kantata."""
        minutes = self._next_minutes(person)
        if not await self._log_as(person, notes, minutes):
            return
        await self._slack.settle()
        taken = await self._type(person, "/logtime undo", "undo")
        logged, deleted = f"Logged {format_duration(minutes)}", f"Deleted {format_duration(minutes)}"
        self._replace(
            person, notes, ((),) if taken else ((minutes,), ()), (logged, deleted) if taken else (logged,)
        )

    async def _log_and_edit(self, person: Person, notes: str) -> None:
        before, after = self._next_minutes(person), self._next_minutes(person)
        if not await self._log_as(person, notes, before):
            return
        message = await self._answer(person, f"Logged {format_duration(before)}")
        if message is None or not await self._until_taken(self._press(person, message, "Edit")):
            return
        view = await self._edit_form(person)
        if view is None:
            return
        values = {"duration": _text(format_duration(after))}
        sent = await self._until_taken(lambda: self._slack.submit(person.slack_id, view.id, values))
        told = (f"Changed: {format_duration(after)}",) if sent else ()
        self._replace(person, notes, ((after,),) if sent else ((before,), (after,)), told)

    async def _type(self, person: Person, text: str, mark: str) -> bool:
        """Whether the command was taken: acknowledged, and not answered in words on the spot."""
        outcome = await self._slack.command(person.slack_id, person.dm, text)
        if not outcome.ok:
            return False
        for delivery in reversed(self._slack.deliveries):
            if mark in delivery.payload.get("text", "") and delivery.answer and delivery.answer.ok:
                self.refused_in_words += bool(delivery.answer.body)
                return not delivery.answer.body
        return True

    async def _until_taken(self, act: Act, at_once: Act | None = None) -> bool:
        """Do it, twice at once where ``at_once`` is the same once more, until it is acknowledged."""
        for _ in range(TRIES):
            acts = [act(), *([at_once()] if at_once else [])]
            outcomes = await asyncio.gather(*acts, return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException) and not isinstance(outcome, NotOnScreen):
                    raise outcome
            if any(not isinstance(outcome, BaseException) and outcome.ok for outcome in outcomes):
                return True
            await asyncio.sleep(AGAIN)
        return False

    def _press(self, person: Person, message: Message, label: str) -> Act:
        block, button = _button(message, label)
        where: dict[str, Any] = (
            {"ephemeral": message.id} if message.ephemeral_to else {"message": (message.channel, message.ts)}
        )
        return lambda: self._slack.press(
            person.slack_id,
            **where,
            block_id=block["block_id"],
            action_id=button["action_id"],
            value=button["value"],
        )

    async def _answer(self, person: Person, text: str) -> Message | None:
        """The message that says so, as soon as it is there."""
        deadline = asyncio.get_running_loop().time() + ANSWERED
        while asyncio.get_running_loop().time() < deadline:
            for message in self._stage.heard(person):
                if text in message.text:
                    return message
            await asyncio.sleep(0.05)
        return None

    def _form(self, person: Person) -> View | None:
        stack = self._stage.workspace.stack(person.slack_id)
        return stack[-1] if stack else None

    async def _edit_form(self, person: Person) -> View | None:
        """The filled form; None where Kantata did not tell the entry."""
        for _ in range(TRIES):
            view = self._form(person)
            if view is not None and view.definition["callback_id"] == EDIT_FORM:
                return view
            await asyncio.sleep(0.1)
        return None

    def _expect(
        self, person: Person, notes: str, minutes: tuple[tuple[int, ...], ...], told: tuple[str, ...]
    ) -> None:
        self.expected.append(Expected(person, notes, minutes, told))

    def _replace(
        self, person: Person, notes: str, minutes: tuple[tuple[int, ...], ...], told: tuple[str, ...]
    ) -> None:
        """Expect something else of the errand with these notes."""
        self.expected = [each for each in self.expected if each.notes != notes]
        self._expect(person, notes, minutes, told)


def _text(value: str) -> dict[str, Any]:
    return {"value": {"type": "plain_text_input", "value": value}}


def _button(message: Message, label: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for block in message.blocks:
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]:
            if element.get("type") == "button" and element["text"]["text"] == label:
                return block, element
    raise AssertionError(f"no button {label}")
