"""What people want off while the bot is being killed, and the simple rule that judges what became of it.

Everybody's days are their own, so Kantata's table tells what happened: each day must end with exactly the
hours that were granted last, beside those that were off before, and everybody must have read so.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from benchmarks.stage import Person, Stage
from bot.sandbox.slack import NotOnScreen, Outcome
from bot.sandbox.slack.records import Message

GRANTED_AT_ONCE = 100  # minutes up to which nobody is asked
PATIENCE = 6.0  # seconds after which a person types once more what was not answered
AGAIN = 0.3
TRIES = 40
TYPED = 12
SETTLED = 60.0  # seconds somebody waits for the last word

Act = Callable[[], Awaitable[Outcome]]


@dataclass
class Wanted:
    """All the minutes that each day of one errand may have in the end, and what the person must have read.

    There is one way for what was acknowledged, and two for what was not: Slack said that it had failed.
    """

    person: Person
    user_id: str
    days: dict[date, set[int]]
    told: list[str] = field(default_factory=list)


@dataclass
class Verdict:
    """The judgement over all days."""

    days: int = 0
    unsure: int = 0
    right: int = 0
    doubled: int = 0
    lost: int = 0
    unanswered: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every day has exactly its hours and everybody was told."""
        return not self.faults


class Leave:
    """Errands at random: ask, have it decided, change it, give it back; each by somebody who is free."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.wanted: list[Wanted] = []
        self.begun = self.granted = self.changed = self.cancelled = self.given_up = 0
        self._stage = stage
        self._slack = stage.world.slack
        self._chance = chance
        self._free: list[tuple[Person, str, Person]] = []
        self._next: dict[str, date] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def introduce(self, people: int) -> None:
        """So many people who have a manager say hello once, and so do those."""
        store = self._stage.world.kantata.store
        by_email = {row["email_address"]: row["id"] for row in store.table("users")}
        here = {
            by_email[user.email]: person
            for person in self._stage.people
            if (user := self._stage.workspace.users[person.slack_id]).email in by_email
        }
        for user_id, person in here.items():
            await self._slack.command(person.slack_id, person.dm, "/kantata whoami")
            member = next(iter(store.table("account_memberships").where("user_id", user_id)))
            manager = here.get(member["manager_id"] or "")
            if manager and len(self._free) < people:
                self._free.append((person, user_id, manager))
                self._next[user_id] = self._stage.world.kantata.clock().date() + timedelta(days=20)

    def begin(self) -> None:
        """Begin one errand in the background, if anybody is free."""
        if not self._free:
            return
        self.begun += 1
        who = self._free.pop(self._chance.randrange(len(self._free)))
        task = asyncio.create_task(self._run(*who))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finished(self) -> None:
        """Returns when no errand is under way any more; raises what any of them raised."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _run(self, person: Person, user_id: str, manager: Person) -> None:
        days = self._days(user_id)
        before = self._book_before(user_id, days[0])
        wanted = Wanted(person, user_id, {day: {before if day == days[0] else 0} for day in days})
        self.wanted.append(wanted)
        minutes = self._chance.choice((30, 45, 60, 90, 120, 150, 180))
        granted = {day: minutes + (before if day == days[0] else 0) for day in days}
        asked = minutes * len(days) > GRANTED_AT_ONCE
        if not await self._ask(person, days, minutes):
            self.given_up += 1
            if not asked:
                _settle(wanted, granted, sure=False)
        elif not asked or await self._approve(manager, person, days):
            _settle(wanted, granted, sure=True)
            self.granted += 1
            await self._afterwards(wanted, days, before)
        else:
            _settle(wanted, granted, sure=False)
        self._free.append((person, user_id, manager))

    def _days(self, user_id: str) -> list[date]:
        """One to three working days that nobody has asked for: Tuesday to Thursday of the next week."""
        start = self._next[user_id]
        tuesday = start + timedelta(days=(1 - start.weekday()) % 7)
        self._next[user_id] = tuesday + timedelta(days=7)
        return [tuesday + timedelta(days=at) for at in range(self._chance.randint(1, 3))]

    def _book_before(self, user_id: str, day: date) -> int:
        """In a third of the errands an hour of the first day is off already."""
        if self._chance.random() > 0.34:
            return 0
        store = self._stage.world.kantata.store
        stamp = {"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
        row = {
            "user_id": user_id,
            "hours": 1.0,
            "requested_date": day.isoformat(),
            "submission_date": day.isoformat(),
        }
        with store.transaction():
            store.insert("time_off_entries", {**row, **stamp})
        return 60

    async def _ask(self, person: Person, days: list[date], minutes: int) -> bool:
        """Words, and Request once the preview is there; both again until they are answered."""
        text = f"/timeoff {','.join(day.isoformat() for day in days)} {minutes}m: errand"
        for _ in range(TYPED):
            await self._slack.command(person.slack_id, person.dm, text)
            shown = await self._heard(person, f"Time off: {_spelled(days[0])}", "Request", PATIENCE)
            if shown is not None and await self._until_taken(self._press(person, shown, "Request")):
                return True
            if self._says(person, "There is nothing to ask for"):
                return False
        return False

    async def _approve(self, manager: Person, person: Person, days: list[date]) -> bool:
        """The manager presses Approve, twice in half of the errands; once acknowledged it is kept."""
        name = self._stage.workspace.users[person.slack_id].real_name
        text = f"{name} asks for time off: {_spelled(days[0])}"
        shown = await self._heard(manager, text, "Approve", SETTLED)
        if shown is None:
            return False
        press = self._press(manager, shown, "Approve")
        return await self._until_taken(press, press if self._chance.random() < 0.5 else None)

    async def _afterwards(self, wanted: Wanted, days: list[date], before: int) -> None:
        """Other hours for the first day, or all of it given back, or both, or neither."""
        person = wanted.person
        wanted.told.append(f"Your time off, {_spelled(days[0])}")
        then = self._chance.choice(("keep", "change", "cancel", "both"))
        # What is not decided yet would be withdrawn, and no hours would be at stake.
        if await self._heard(person, f"Your time off, {_spelled(days[0])}", "Withdraw", SETTLED) is None:
            return
        if then in ("change", "both"):
            minutes = self._chance.choice((15, 75, 135))
            changed = await self._change(person, days[0], minutes)
            _settle(wanted, {days[0]: minutes + before}, sure=changed)
            if changed:
                self.changed += 1
                wanted.told.append(f"{_spelled(days[0])}: {minutes // 60}h {minutes % 60:02}m off")
        if then in ("cancel", "both"):
            text = f"/timeoff cancel {','.join(day.isoformat() for day in days)}"
            taken = await self._until_taken(lambda: self._slack.command(person.slack_id, person.dm, text))
            _settle(wanted, {day: before if day == days[0] else 0 for day in days}, sure=taken)
            if taken:
                self.cancelled += 1
                wanted.told.append("given back")

    async def _change(self, person: Person, day: date, minutes: int) -> bool:
        """Type it until it is answered; it says what is to be, so that twice is once."""
        text = f"/timeoff change {day.isoformat()} {minutes}m"
        for _ in range(TYPED):
            heard = len(self._stage.heard(person))
            await self._slack.command(person.slack_id, person.dm, text)
            deadline = asyncio.get_running_loop().time() + PATIENCE
            while asyncio.get_running_loop().time() < deadline:
                news = [each.text for each in self._stage.heard(person)[heard:]]
                if any(f"{_spelled(day)}: " in each and " off" in each for each in news):
                    return True
                await asyncio.sleep(0.05)
        return False

    async def _heard(self, person: Person, text: str, label: str, seconds: float) -> Message | None:
        """The message that says so and has that button, as soon as it is there."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            for message in reversed(self._stage.heard(person)):
                if text in message.text and _find(message, label):
                    return message
            await asyncio.sleep(0.05)
        return None

    def _says(self, person: Person, text: str) -> bool:
        return any(text in each.text for each in self._stage.heard(person)[-2:])

    async def _until_taken(self, act: Act, at_once: Act | None = None) -> bool:
        """Do it, twice at once where ``at_once`` is the same once more, until it is acknowledged."""
        for _ in range(TRIES):
            acts = [act(), *([at_once()] if at_once else [])]
            outcomes = await asyncio.gather(*acts, return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException) and not isinstance(outcome, NotOnScreen):
                    raise outcome
            if any(isinstance(outcome, NotOnScreen) for outcome in outcomes):
                return True  # its message shows what came of an earlier press
            if any(not isinstance(outcome, BaseException) and outcome.ok for outcome in outcomes):
                return True
            await asyncio.sleep(AGAIN)
        return False

    def _press(self, person: Person, message: Message, label: str) -> Act:
        found = _find(message, label)
        assert found is not None, f"no button {label}"
        block, button = found
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


def _settle(wanted: Wanted, minutes: dict[date, int], *, sure: bool) -> None:
    """Expect these minutes; unless it is ``sure``, what was expected before may be true as well."""
    for day, value in minutes.items():
        wanted.days[day] = {value} if sure else wanted.days[day] | {value}


def judge(stage: Stage, wanted: list[Wanted]) -> Verdict:
    """Holds what Kantata has and what people read against what was granted, changed and given back."""
    verdict = Verdict()
    for each in wanted:
        rows = stage.world.kantata.store.table("time_off_entries").where("user_id", each.user_id)
        found: dict[date, int] = {}
        for row in rows:
            day = date.fromisoformat(row["requested_date"])
            found[day] = found.get(day, 0) + round(row["hours"] * 60)
        for day, possible in each.days.items():
            has = found.get(day, 0)
            verdict.days += 1
            verdict.unsure += len(possible) > 1
            verdict.right += has in possible
            verdict.doubled += has > max(possible)
            verdict.lost += has < min(possible)
            if has not in possible:
                verdict.faults.append(f"{each.user_id} {day}: {sorted(possible)} wanted, {has} found")
        unread = [
            text for text in each.told if not any(text in said.text for said in stage.heard(each.person))
        ]
        verdict.unanswered += len(unread)
        verdict.faults += [f"{each.user_id}: not told {text!r}" for text in unread]
    return verdict


def _spelled(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def _find(message: Message, label: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    for block in message.blocks:
        for element in block.get("elements", []):
            if element.get("type") == "button" and element["text"]["text"] == label:
                return block, element
    return None
