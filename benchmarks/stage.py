"""The bot as it runs for real, in processes of its own, between a pretend Slack and a pretend Kantata."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.sandbox.bot_process import BotProcess, Status, free_port
from bot.sandbox.slack import Workspace
from bot.sandbox.slack.records import Message
from bot.sandbox.world import World, build_world
from tests.served import Late, served

ACME = "3001"
SETTLED = 60.0  # seconds within which a new bot knows its projects
COPIED = 'kantata_bot_job_runs_total{ended="done",job="refresh-projects"}'


@dataclass(frozen=True)
class Person:
    """Somebody in Slack, and the channel of that person's direct messages with the bot."""

    slack_id: str
    dm: str


class Stage:
    """The world, the bots in it, and what people read and Kantata has."""

    def __init__(self, world: World, bots: dict[str, BotProcess], environment: dict[str, str]) -> None:
        self.world = world
        self.bots = bots
        self.environment = environment
        there = self.workspace.users.values()
        users = [user.id for user in there if user.email and not user.deleted]
        self.people = [Person(user_id, self.workspace.direct(user_id).id) for user_id in users]

    @property
    def workspace(self) -> Workspace:
        """The one workspace."""
        return self.world.slack.workspace

    def deliver_to(self, chance: random.Random) -> None:
        """Let Slack reach any one of the bots from now on, one that runs where there is one."""
        url = chance.choice(self._running or list(self.bots))
        self.world.slack.platform.courier.url = f"{url}/slack/events"

    async def kill(self, chance: random.Random) -> None:
        """Kill any one of the bots that run; returns when it is being started again."""
        bot = self.bots[chance.choice(self._running)]
        restarts = bot.restarts
        bot.kill()
        while True:
            await asyncio.sleep(0.02)
            if bot.restarts > restarts:
                return

    async def running(self) -> None:
        """Returns as soon as some bot runs."""
        while True:
            if self._running:
                return
            await asyncio.sleep(0.02)

    @property
    def _running(self) -> list[str]:
        return [url for url, bot in self.bots.items() if bot.status is Status.RUNNING]

    def heard(self, person: Person) -> list[Message]:
        """What the bot has said to that person and is still on screen, oldest first."""
        said = self.workspace.messages.get(person.dm, [])
        return [each for each in said if each.bot_id and self.workspace.sees(person.slack_id, each)]

    def entries(self, notes: str) -> list[int]:
        """The minutes of the entries with these notes, whoever's and whenever."""
        rows = self.world.kantata.store.table("time_entries").where("notes", notes)
        return [row["time_in_minutes"] for row in rows]


@asynccontextmanager
async def stage(
    database_url: str, folder: Path, *, processes: int = 1, kantata_timeout: float = 2.0
) -> AsyncIterator[Stage]:
    """A stage with bots that share the database at ``database_url``, all of them ready, projects known.

    ``kantata_timeout`` is in seconds; whoever lets Kantata be slow keeps it below that.
    """
    async with AsyncExitStack() as stack:
        late = Late()
        url = await stack.enter_async_context(served(late))
        ports = [free_port() for _ in range(processes)]
        bot_urls = [f"http://127.0.0.1:{port}" for port in ports]
        world = build_world(bot_url=bot_urls[0], url=url)
        stack.push_async_callback(world.close)
        late.app = world.app
        _let_everybody_work_on_acme(world)
        environment = _environment(world, url, database_url, kantata_timeout)
        bots = {
            bot_url: BotProcess(
                {**environment, "PORT": str(port)}, port=port, data=folder / f"bot-{port}", pause=0
            )
            for bot_url, port in zip(bot_urls, ports, strict=True)
        }
        set_up = Stage(world, bots, environment)
        for bot_url, bot in bots.items():
            stack.push_async_callback(bot.stop)
            await bot.start()
            await _projects_known(bot_url)
        yield set_up


def _let_everybody_work_on_acme(world: World) -> None:
    store = world.kantata.store
    table = store.table("participations")
    pattern = next(iter(table.where("workspace_id", ACME)))
    there = {row["user_id"] for row in table.where("workspace_id", ACME)}
    with store.transaction():
        for member in list(store.table("account_memberships")):
            store.update("account_memberships", member["id"], {"require_time_entry_location": False})
            if member["user_id"] not in there:
                store.insert("participations", {**pattern, "user_id": member["user_id"]})


def _environment(world: World, url: str, database_url: str, kantata_timeout: float) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": world.bot_token,
        "SLACK_SIGNING_SECRET": world.signing_secret,
        "SLACK_API_URL": f"{url}/slack/api/",
        "KANTATA_API_URL": f"{url}/kantata/api/v1",
        "KANTATA_APP_URL": f"{url}/kantata",
        "KANTATA_TOKEN": world.kantata.service_token,
        "KANTATA_TIMEOUT": str(kantata_timeout),
        "DATABASE_URL": database_url,
        "HOST": "127.0.0.1",
        "LOG_LEVEL": "warning",
    }


async def _projects_known(bot_url: str) -> None:
    async with asyncio.timeout(SETTLED), httpx.AsyncClient() as http:
        while True:
            if COPIED in (await http.get(f"{bot_url}/metrics")).text:
                return
            await asyncio.sleep(0.1)
