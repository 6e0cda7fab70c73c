"""The first contact: a welcome to everybody who opens the Home tab or types a command, once."""

import asyncio

from bot.background import AFTERWARDS
from bot.deliveries import Kind
from bot.deps import Deps
from bot.domain.people import Person
from bot.views.messages import Message
from bot.views.welcome import welcome
from storage import deliveries, homes, people, policies
from storage.deliveries import Held, New

WELCOME = "welcome"


async def greet(deps: Deps, person: Person) -> None:
    """Let the person be welcomed, unless that was done before."""
    await asyncio.sleep(AFTERWARDS)
    async with deps.database.reading() as session:
        if await homes.is_welcomed(session, person.workspace, person.slack_id):
            return
    async with deps.database.transaction() as session:
        if await homes.welcome(session, person.workspace, person.slack_id):
            key = f"{WELCOME}:{person.slack_id}"
            new = New(person.workspace, WELCOME, key, person.kantata_id, payload=person.slack_id)
            await deliveries.add(session, new, await deps.database.now(session))


class Welcome:
    """What the bot is good for, what it will send by itself, and how to stop that."""

    async def draw(self, deps: Deps, held: Held) -> Message | None:
        """The welcome, with what the firm has switched on; it is never drawn anew."""
        if not held.is_first:
            return None
        async with deps.database.reading() as session:
            known = await people.find(session, held.workspace, held.payload)
            firm = await policies.firm(session, held.workspace)
        return welcome(known.name, firm) if known else None

    async def wants(self, deps: Deps, held: Held, person: Person) -> bool:
        """Only whoever it was meant for: a Kantata user may be another Slack user's meanwhile."""
        del deps
        return person.slack_id == held.payload


KINDS: dict[str, Kind] = {WELCOME: Welcome()}
