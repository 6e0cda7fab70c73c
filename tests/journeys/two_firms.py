"""Two workspaces on one bot: the same people, projects and ids on both sides, told apart by marks."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from http.cookies import SimpleCookie
from typing import Any

import httpx
import time_machine
from pydantic import SecretStr
from starlette.routing import Mount

from bot.__main__ import running
from bot.deps import Patience
from bot.manifest import MANIFEST
from bot.sandbox.kantata import Kantata, build_firm
from bot.sandbox.kantata.accounts import ACCOUNT, Accounts
from bot.sandbox.slack import Manifest, Slack, Workspace
from bot.sandbox.world import World, build_world, slack_people
from bot.settings import Settings
from bot.web import Running, create
from storage import homes
from tests.clock import Clock
from tests.journeys.conftest import ENCRYPTION_KEY, LONG, RATE, Town, run_jobs
from tests.journeys.signing_in import SERVICE, Browser
from tests.served import Late, served

CREDENTIALS = ("1.2", "slack-client-secret")
SHARED_ID = "3038"  # of a project that each side calls by another name


class SlackOf:
    """Slack as the people of one workspace use it."""

    def __init__(self, slack: Slack, workspace: Workspace) -> None:
        self.workspace = workspace
        self._slack = slack

    def __getattr__(self, name: str) -> Any:
        return getattr(self._slack, name)


@dataclass
class Side:
    """One of the two: its people in ``town``, and the word that stands in all its data and nowhere else."""

    town: Town
    mark: str
    account: int

    @property
    def key(self) -> str:
        return self.town.workspace.team_id

    def state(self) -> dict[str, Any]:
        """All that anybody of this side can see or that Kantata holds for it, to be compared."""
        workspace, store = self.town.workspace, self.town.world.kantata.store
        tables = ("time_entries", "timesheet_submissions", "time_off_entries")
        said = {key: [(m.ts, m.text, m.blocks) for m in each] for key, each in workspace.messages.items()}
        shown = {key: (view.hash, view.blocks) for key, view in workspace.homes.items()}
        open_views = {key: [view.id for view in each] for key, each in workspace.stacks.items() if each}
        rows = {name: [dict(row) for row in store.table(name)] for name in tables}
        files = {key: len(workspace.uploads) for key in ("files",)}
        return {"said": said, "homes": shown, "views": open_views, "kantata": rows, "files": files}


@dataclass
class TwoFirms:
    """Both sides, and the bot between them."""

    north: Side
    south: Side
    bot: Running
    bot_url: str
    slack: Slack
    clock: Clock
    browser: httpx.AsyncClient
    settings: Settings

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.north, self.south

    async def settle(self) -> None:
        await self.bot.background.drain(LONG)

    async def run_jobs(self) -> None:
        """Every job once, and what comes of it."""
        await self.run(*self.bot.schedule.names)

    async def run(self, *jobs: str) -> None:
        """Let each of these jobs run after the other, with what comes of it."""
        await run_jobs(self.bot, *jobs)

    async def install(self, side: Side, organisation: str | None = None) -> httpx.Response:
        """Somebody opens the link and allows it, for the side or its whole organisation; the last answer."""
        sent = await self.browser.get(f"{self.bot_url}/slack/install?team={organisation or side.key}")
        (cookie,) = SimpleCookie(sent.headers["set-cookie"]).values()
        allowed = await self.browser.get(sent.headers["location"])
        return await self.come_back(allowed.headers["location"], f"{cookie.key}={cookie.value}")

    async def come_back(self, location: str, cookie: str) -> httpx.Response:
        """Slack sent the browser back; the cookie is Secure, which a browser would send over https only."""
        return await self.browser.get(location, headers={"cookie": cookie})

    async def connect_kantata(self, side: Side, workspace: str | None = None) -> str:
        """An administrator of that side connects its Kantata account; what the last page says."""
        await side.town.type("/kantata admin")
        blocks = side.town.heard()[-1]["blocks"]
        (url,) = [e["url"] for block in blocks for e in block.get("elements", ()) if "url" in e]
        headers = {ACCOUNT.decode(): str(side.account)}
        async with httpx.AsyncClient(trust_env=False, headers=headers) as http:
            page = await Browser(http).sign_in(url, SERVICE)
        await self.refresh(side, workspace)
        return page

    async def refresh(self, side: Side, workspace: str | None = None) -> None:
        """Let the town have the deps of now, of its own workspace or of that organisation's."""
        side.town.deps = (await self.bot.workspaces.find(workspace or side.key)).deps


def _mark(kantata: Kantata, mark: str) -> None:
    """Let what differs on both sides say whose it is; names of people, and all projects but one, stay."""
    store = kantata.store
    with store.transaction():
        for row in list(store.table("time_entries")):
            store.update("time_entries", row["id"], {"notes": f"{row['notes'] or ''} {mark}"})
        store.update("workspaces", SHARED_ID, {"title": f"{mark} archive"})


def _manifest(bot_url: str) -> Manifest:
    return replace(Manifest.load(MANIFEST), redirect_urls=(f"{bot_url}/slack/oauth_redirect",))


@asynccontextmanager
async def two_firms(database_url: str) -> AsyncIterator[TwoFirms]:
    """A bot that nobody has installed yet, and the two workspaces."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        clock.traveller = stack.enter_context(time_machine.travel(clock.now, tick=False))
        late, bot_late = Late(), Late()
        url = await stack.enter_async_context(served(late))
        bot_url = await stack.enter_async_context(served(bot_late))
        world = build_world(
            bot_url=bot_url, url=url, clock=clock, credentials=CREDENTIALS, manifest=_manifest(bot_url)
        )
        stack.push_async_callback(world.close)
        kantata = Kantata(build_firm("small", clock().date()), clock=clock)
        stack.callback(kantata.close)
        people = slack_people(kantata)
        other = Workspace.seed(people, clock=clock, team_id="T0OTHER", name="Southwind", first=5001)
        world.slack.platform.installations.clear()
        world.slack.oauth.open_to.append(other)
        world.app.router.routes.insert(0, Mount("/kantata", Accounts([world.kantata, kantata])))
        late.app = world.app
        settings = _settings(world, kantata, url, bot_url, database_url)
        patience = Patience()
        app = create(partial(running, settings, clock=clock, patience=patience, rate=RATE), socket_mode=False)
        await stack.enter_async_context(app.router.lifespan_context(app))
        bot_late.app = app
        bot: Running = app.state.running
        browser = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        there: Any = SlackOf(world.slack, other)
        south = replace(world, slack=there, kantata=kantata)
        north_side, south_side = [
            Side(Town(each, bot, None, clock, _never, patience), mark, account)  # type: ignore[arg-type]  # not yet installed
            for account, (each, mark) in enumerate(((world, "Northmark"), (south, "Southmark")))
        ]
        for side in (north_side, south_side):
            _mark(side.town.world.kantata, side.mark)
            side.town.unhurried()
        yield TwoFirms(north_side, south_side, bot, bot_url, world.slack, clock, browser, settings)


async def _never() -> Running:
    raise AssertionError("it is not started anew")


def _settings(world: World, other: Kantata, url: str, bot_url: str, database_url: str) -> Settings:
    application = world.kantata.register("Kantata bot", [f"{bot_url}/kantata/callback"])
    other.oauth.register(application)
    return Settings(
        slack_client_id=CREDENTIALS[0],
        slack_client_secret=SecretStr(CREDENTIALS[1]),
        slack_signing_secret=SecretStr(world.signing_secret),
        slack_api_url=f"{url}/slack/api/",
        kantata_api_url=f"{url}/kantata/api/v1",
        kantata_app_url=f"{url}/kantata",
        kantata_client_id=application.client_id,
        kantata_client_secret=SecretStr(application.client_secret),
        encryption_keys=SecretStr(ENCRYPTION_KEY),
        public_url=bot_url,
        database_url=database_url,
    )


@asynccontextmanager
async def at_work(database_url: str) -> AsyncIterator[TwoFirms]:
    """Both workspaces installed, connected and welcomed, with their projects read."""
    async with two_firms(database_url) as firms:
        for side in firms.sides:
            assert (await firms.install(side)).status_code == 200
            assert "Kantata is connected" in await firms.connect_kantata(side)
            async with side.town.deps.database.transaction() as session:
                for user in side.town.workspace.users.values():
                    await homes.welcome(session, side.key, user.id)
        await firms.run_jobs()
        yield firms
