"""A town to walk in: a Slack and a Kantata served on this machine, and the whole bot between them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any

import pytest
import time_machine
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.__main__ import running
from bot.deps import Deps, Patience
from bot.sandbox.kantata import Kind
from bot.sandbox.slack import Outcome, Workspace, payloads
from bot.sandbox.slack.delivery import INTERACTIVE, Delivery
from bot.sandbox.slack.page_api import visible_messages
from bot.sandbox.slack.server import PATIENCE_SECONDS
from bot.sandbox.world import World, build_world
from bot.settings import Settings
from bot.web import Running, create
from storage import homes
from tests.clock import Clock
from tests.served import Late, served

TAY = "Tay Forth"
GENERAL = "general"
RATE = 10_000  # requests a second: this Kantata bears more than the real one
LONG = 60.0  # seconds: more than a busy machine stalls
ENCRYPTION_KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="


@dataclass
class Town:
    """Everything a journey needs: people type, press and submit; the bot answers; Kantata has the entries."""

    world: World
    bot: Running
    deps: Deps
    clock: Clock
    start: Callable[[], Awaitable[Running]]
    patience: Patience

    async def restart(self) -> None:
        """End the bot in order and start it anew on the same database."""
        self.bot = await self.start()
        self.deps = await _deps(self.bot)

    def user(self, name: str = TAY) -> str:
        """The Slack id of the person of that name."""
        return next(each.id for each in self.workspace.users.values() if each.real_name == name)

    @property
    def workspace(self) -> Workspace:
        return self.world.slack.workspace

    @property
    def channel(self) -> str:
        return self.workspace.channel(GENERAL).id

    async def settle(self) -> None:
        """Wait until nothing is under way in the bot."""
        await self.bot.background.drain(LONG)

    def hang(self, method: str = "", path: str = "") -> None:
        """Kantata does not answer the next request of that kind, or any, until ``release``; until then
        everybody waits no longer than for real."""
        self._wait(Patience(), PATIENCE_SECONDS)
        if path:
            self.world.kantata.faults.next(method, path, Kind.HANG)
        else:
            self.world.kantata.faults.hang()

    def release(self) -> None:
        """Kantata answers again."""
        self.unhurried()
        self.world.kantata.faults.release()

    def unhurried(self) -> None:
        """Everybody waits for as long as a stall of this machine may take."""
        self._wait(Patience(known=LONG, slow=LONG, extra=LONG), LONG)

    def _wait(self, patience: Patience, slack: float) -> None:
        vars(self.patience).update(asdict(patience))
        self.world.slack.platform.courier.timeout = slack

    async def type(self, text: str, who: str = TAY) -> Outcome:
        """Type it in the channel, and wait for the answer."""
        outcome = await self.world.slack.command(self.user(who), self.channel, text)
        await self.settle()
        return outcome

    def heard(self, who: str = TAY) -> list[dict[str, Any]]:
        """What the bot said to that person and to nobody else, oldest first."""
        user = self.user(who)
        here = [self.workspace.channel(GENERAL), self.workspace.direct(user)]
        shown = [each for channel in here for each in visible_messages(self.workspace, user, channel)]
        return sorted((each for each in shown if each.get("bot")), key=lambda each: float(each["ts"]))

    def last(self, who: str = TAY) -> str:
        """The text of what was said last."""
        return str(self.heard(who)[-1]["text"])

    async def press(
        self, label: str, who: str = TAY, *, under: dict[str, Any] | None = None, which: int = 0
    ) -> Outcome:
        """Press the button of that label under a message, or under what was said last, and wait."""
        outcome = await self.hit(label, who, under=under, which=which)
        await self.settle()
        return outcome

    async def hit(
        self, label: str, who: str = TAY, *, under: dict[str, Any] | None = None, which: int = 0
    ) -> Outcome:
        """Press it (``which`` of several), and wait no longer than Slack does."""
        message = under or self.heard(who)[-1]
        block, button = _buttons(message["blocks"], label)[which]
        return await self.world.slack.press(
            self.user(who),
            **_where(message),
            block_id=block["block_id"],
            action_id=button["action_id"],
            value=button["value"],
        )

    def form(self, who: str = TAY) -> dict[str, Any] | None:
        """The form that is open, if one is."""
        views = self.workspace.stack(self.user(who))
        return self.workspace.view_json(views[-1]) if views else None

    def front(self, who: str = TAY) -> dict[str, Any]:
        """The form that is open."""
        form = self.form(who)
        assert form is not None, "no form is open"
        return form

    def field(self, name: str, who: str = TAY) -> dict[str, Any] | None:
        """The input of that name in the open form: project, task, date, duration, notes …"""
        for block in self.front(who)["blocks"]:
            if block["type"] == "input" and block["block_id"].partition(":")[0] == name:
                return dict(block)
        return None

    def hint(self, who: str = TAY) -> str:
        """What stands on top of the open form."""
        first = self.front(who)["blocks"][0]
        return str(first["text"]["text"]) if first["type"] == "section" else ""

    async def offers(self, name: str, letters: str = "", who: str = TAY) -> dict[str, list[dict[str, str]]]:
        """What the type-ahead of that field shows for the letters: text and value by group ("" for none)."""
        block = self.field(name, who)
        assert block is not None, f"no field {name}"
        shown = await self.world.slack.options(
            self.user(who),
            view_id=self.front(who)["id"],
            block_id=block["block_id"],
            action_id=block["element"]["action_id"],
            value=letters,
        )
        groups: list[dict[str, Any]] = [{"label": {"text": ""}, "options": shown}]
        if shown and "options" in shown[0]:
            groups = shown
        return {
            group["label"]["text"]: [
                {"text": option["text"]["text"], "value": option["value"]} for option in group["options"]
            ]
            for group in groups
        }

    async def pick(self, name: str, text: str, who: str = TAY) -> None:
        """Type that text into the field's type-ahead and pick the option that reads the same."""
        groups = await self.offers(name, text.rpartition(" / ")[2], who)
        value = next(each["value"] for group in groups.values() for each in group if each["text"] == text)
        block = self.field(name, who)
        assert block is not None
        await self.world.slack.press(
            self.user(who),
            view_id=self.front(who)["id"],
            block_id=block["block_id"],
            action_id=block["element"]["action_id"],
            value=value,
        )
        await self.settle()

    async def send(self, who: str = TAY, **texts: str) -> Outcome:
        """Press the form's button with these texts in its fields (``date="2026-03-04"``), and wait."""
        values: dict[str, Any] = {}
        for name, text in texts.items():
            block = self.field(name, who)
            assert block is not None, f"no field {name}"
            element = block["element"]
            key = "selected_date" if element["type"] == "datepicker" else "value"
            values[block["block_id"]] = {element["action_id"]: {"type": element["type"], key: text}}
        outcome = await self.world.slack.submit(self.user(who), self.front(who)["id"], values)
        await self.settle()
        return outcome

    def noted(self, notes: str, kantata_id: str = "101") -> list[dict[str, Any]]:
        """The entries with these notes, whatever their day, as Kantata has them."""
        entries = self.world.kantata.entries_of(kantata_id, date.min, date.max)
        return [each for each in entries if each["notes"] == notes]

    async def interact(self, who: str = TAY, *, private: bool = True, **payload: Any) -> Delivery:
        """Send the bot a signed interaction with just this in it; ``private``: it can be answered."""
        user = self.user(who)
        body = payloads.actor(self.workspace, self.workspace.users[user])
        platform = self.world.slack.platform
        body["trigger_id"] = platform.handles.trigger(self.workspace, user)
        if private:
            body["response_url"] = platform.response_url(self.workspace, user, self.channel, None)
        delivery = await platform.courier.deliver(INTERACTIVE, {**body, **payload})
        await self.settle()
        return delivery

    def entries(self, day: date, kantata_id: str = "101") -> list[dict[str, Any]]:
        """The entries of that day as Kantata has them."""
        return self.world.kantata.entries_of(kantata_id, day, day)

    def change_in_kantata(self, entry_id: str, **fields: Any) -> None:
        """Somebody changes the entry in Kantata itself."""
        store = self.world.kantata.store
        with store.transaction():
            store.update("time_entries", entry_id, fields)

    def timesheet(self, status: str, kantata_id: str = "101") -> str:
        """The id of a timesheet of that person and status."""
        store = self.world.kantata.store
        table = store.table("timesheet_submissions")
        with store.transaction():
            new = {**next(iter(table)), "status": status, "user_id": kantata_id}
            new.pop("id")
            return str(store.insert("timesheet_submissions", new)["id"])

    async def later(self, **time: float) -> None:
        """Let time pass and the bot sweep."""
        self.clock.forward(**time)
        await self.run("sweep-writes")

    async def run(self, *jobs: str) -> None:
        """Let each of these jobs run after the other, with what comes of it."""
        await run_jobs(self.bot, *jobs)


async def run_jobs(bot: Running, *jobs: str) -> None:
    """Let each of these jobs of that bot run after the other, with what comes of it.

    A run that ticked by itself is waited for first: it may look at an earlier time and hold the lease.
    """
    for job in jobs:
        await bot.background.drain(LONG)
        await bot.schedule.run_now(job)
    await bot.background.drain(LONG)


def _where(message: dict[str, Any]) -> dict[str, Any]:
    if message["ephemeral"]:
        return {"ephemeral": message["id"]}
    return {"message": (message["channel"], message["ts"])}


def _buttons(blocks: list[dict[str, Any]], label: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = [
        (block, element)
        for block in blocks
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        if element.get("type") == "button" and element["text"]["text"] == label
    ]
    assert found, f"no button {label}"
    return found


@asynccontextmanager
async def built(
    database_url: str,
    *,
    app_token: str | None = None,
    sign_in: bool = False,
    newcomers: bool = False,
) -> AsyncIterator[Town]:
    """A town on that database; with ``app_token`` its bot opens a socket to Slack, with ``sign_in`` people
    can sign in to Kantata. Everybody has been welcomed already, unless they are ``newcomers``."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        # Bolt holds signatures against the machine's own clock.
        clock.traveller = stack.enter_context(time_machine.travel(clock.now, tick=False))
        late, bot_late = Late(), Late()
        url = await stack.enter_async_context(served(late))
        bot_url = await stack.enter_async_context(served(bot_late))
        world = build_world(bot_url=bot_url, url=url, clock=clock, app_token=app_token)
        stack.push_async_callback(world.close)
        late.app = world.app
        settings = Settings(
            slack_bot_token=SecretStr(world.bot_token),
            slack_app_token=SecretStr(app_token) if app_token else None,
            slack_signing_secret=SecretStr(world.signing_secret),
            slack_api_url=f"{url}/slack/api/",
            kantata_api_url=f"{url}/kantata/api/v1",
            kantata_token=SecretStr(world.kantata.service_token),
            database_url=database_url,
            **(_sign_in(world, url, bot_url) if sign_in else {}),
        )
        life = await stack.enter_async_context(AsyncExitStack())

        async def start() -> Running:
            await life.aclose()
            app = create(
                partial(running, settings, clock=clock, patience=patience, rate=RATE),
                socket_mode=settings.socket_mode,
            )
            await life.enter_async_context(_started(app))
            bot_late.app = app
            started: Running = app.state.running
            return started

        patience = Patience()
        bot = await start()
        town = Town(world, bot, await _deps(bot), clock, start, patience)
        town.unhurried()
        if not newcomers:
            await _welcome_everybody(town)
        await town.run("refresh-projects")
        yield town


async def _deps(bot: Running) -> Deps:
    (tenant,) = await bot.workspaces.every()
    return tenant.deps


async def _welcome_everybody(town: Town) -> None:
    async with town.deps.database.transaction() as session:
        for user in town.workspace.users.values():
            await homes.welcome(session, town.deps.workspace, user.id)


def _sign_in(world: World, url: str, bot_url: str) -> dict[str, Any]:
    application = world.kantata.register("Kantata bot", [f"{bot_url}/kantata/callback"])
    return {
        "kantata_app_url": f"{url}/kantata",
        "kantata_client_id": application.client_id,
        "kantata_client_secret": SecretStr(application.client_secret),
        "encryption_keys": SecretStr(ENCRYPTION_KEY),
        "public_url": bot_url,
    }


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    async with built(database_url) as town:
        yield town


def _started(app: Starlette) -> Any:
    return app.router.lifespan_context(app)
