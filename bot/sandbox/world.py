"""The sandbox's world: a pretend Slack, a pretend Kantata and the page that shows both, as one app."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.manifest import MANIFEST
from bot.sandbox.clock import GoesBack, SandboxClock
from bot.sandbox.kantata import Faults, Kantata, Kind, build_firm
from bot.sandbox.kantata.firm import Size
from bot.sandbox.kantata.seed_people import FirmPerson
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.server import Slack
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.timesheets_side import TimesheetsSide

PAGE = Path(__file__).parent / "page"
SLACK_PEOPLE = 200  # of a large firm, those whom the page can still offer in one list
SLOW_SECONDS = 4.0

GERMAN = "Elbe Havel"  # who has Slack in German; the others of her office have it in English
LOCALES = {
    "Europe/Berlin": "en-GB",
    "Europe/Paris": "fr-FR",
    "Europe/London": "en-GB",
    "Europe/Dublin": "en-GB",
}


class Controls(Protocol):
    """What the page can do with the bot's process."""

    def restart(self) -> None:
        """Ask it to end; it is started again."""

    def kill(self) -> None:
        """End it at once; it is started again."""

    def as_json(self) -> dict[str, Any]:
        """Its status and how often it was started again."""


@dataclass
class World:
    """The two simulators and the app that serves them. ``bot`` is set where the page may control one,
    ``clock`` where it may move the time."""

    url: str
    app: Starlette
    slack: Slack
    kantata: Kantata
    bot_token: str
    signing_secret: str
    bot: Controls | None = None
    clock: SandboxClock | None = None
    trouble: str = "off"

    async def close(self) -> None:
        """Ends everything that is under way."""
        await self.slack.aclose()
        self.kantata.close()


def build_world(
    *,
    bot_url: str,
    url: str,
    size: Size = "small",
    data: Path | None = None,
    manifest: Manifest | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    fail: float = 0.0,
    http: httpx.AsyncClient | None = None,
    app_token: str | None = None,
    moved: SandboxClock | None = None,
    credentials: tuple[str, str] | None = None,
) -> World:
    """The world, served at ``url``, with a bot at ``bot_url``. ``fail`` (0..1) is how often Kantata fails.
    ``app_token`` lets the bot open a socket. ``moved`` is the clock instead of ``clock`` where the page may
    move it. ``credentials`` are the app's client id and secret, where it can be installed by OAuth.

    With ``data`` Kantata's state is kept there, Slack's never. Raises FileNotFoundError without manifest.yml.
    """
    clock = moved or clock
    kantata = Kantata(build_firm(size, clock().date()), clock=clock, faults=Faults(fail), data=data)
    bot_token, signing_secret = f"xoxb-{secrets.token_hex(16)}", secrets.token_hex(16)
    slack = Slack(
        Workspace.seed(slack_people(kantata), clock=clock, name="Northwind Consulting"),
        bot_url=bot_url,
        signing_secret=signing_secret,
        bot_token=bot_token,
        manifest=manifest or Manifest.load(MANIFEST),
        clock=clock,
        http=http,
        app_token=app_token,
        credentials=credentials,
        url=f"{url}/slack",
        signing_clock=_machine_clock if moved else None,
    )
    app = Starlette()
    world = World(url, app, slack, kantata, bot_token, signing_secret, clock=moved)
    app.router.routes.extend(_routes(world))
    return world


def slack_people(kantata: Kantata) -> list[tuple[str, str, str, str, str]]:
    """Slack's people: the firm's own, the consultant first; Slack makes the first one an administrator."""
    firm = kantata.firm
    here = [
        person
        for person in firm.people
        if person.active and person.permission and person != firm.service_account
    ]
    here.sort(key=lambda person: person != firm.consultant)
    return [_as_slack(person) for person in here[:SLACK_PEOPLE]]


def _as_slack(person: FirmPerson) -> tuple[str, str, str, str, str]:
    locale = "de-DE" if person.full_name == GERMAN else LOCALES.get(person.time_zone, "en-US")
    return person.full_name, person.email, person.time_zone, locale, person.headline


def _routes(world: World) -> list[Route | Mount]:
    panel = _Panel(world)
    return [
        Route("/kantata/page", panel.entries),
        *TimesheetsSide(world.kantata).routes(),
        Route("/sandbox/state", panel.state),
        Route("/sandbox/kantata/faults", panel.faults, methods=["POST"]),
        Route("/sandbox/clock", panel.move_clock, methods=["POST"]),
        Route("/sandbox/bot/restart", panel.restart, methods=["POST"]),
        Route("/sandbox/bot/kill", panel.kill, methods=["POST"]),
        Mount("/slack", world.slack.app),
        Mount("/kantata", world.kantata.app),
        Mount("/", _Page(directory=PAGE, html=True)),
    ]


class _Page(StaticFiles):
    """The page's files, never kept by the browser: they change under it while one works on them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-store"
        return response


class _Panel:
    """What the page asks beside Slack: Kantata's entries, the bot's process, what is wrong on purpose."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def entries(self, request: Request) -> Response:
        """One person's entries of this week and the last, and the days off from then on, in Kantata."""
        workspace = self._world.slack.workspace
        user = workspace.users.get(request.query_params.get("user", ""))
        if user is None:
            return JSONResponse({"error": "nobody of that id"}, 404)
        kantata = self._world.kantata
        row = (
            next(iter(kantata.store.table("users").where("email_address", user.email)), None)
            if user.email
            else None
        )
        if row is None:
            return JSONResponse({"person": None, "weeks": [], "time_off": []})
        today = kantata.clock().astimezone(ZoneInfo(user.tz)).date()
        person = {"name": row["full_name"], "email": row["email_address"], "kantata_id": row["id"]}
        weeks = [_week(kantata, row["id"], start) for start in _week_starts(today)]
        off = kantata.time_off_of(row["id"], min(_week_starts(today)))
        return JSONResponse({"person": person, "weeks": weeks, "time_off": off})

    async def state(self, _request: Request) -> Response:
        """How the bot and Kantata are, and who the page is when nobody was chosen."""
        world = self._world
        you = next(user.id for user in world.slack.workspace.users.values() if not user.is_bot)
        return JSONResponse(
            {
                "you": you,
                "faults": world.trouble,
                "bot": world.bot.as_json() if world.bot else None,
                "moved": world.clock.moved.total_seconds() if world.clock else None,
            }
        )

    async def faults(self, request: Request) -> Response:
        """Lets Kantata answer, be slow, fail or hang from now on."""
        mode = (await request.json()).get("mode")
        if mode not in TROUBLES:
            return JSONResponse({"error": f"one of {', '.join(TROUBLES)}"}, 400)
        self._world.kantata.faults.clear()
        TROUBLES[mode](self._world.kantata.faults)
        self._world.trouble = mode
        return JSONResponse({"ok": True})

    async def move_clock(self, request: Request) -> Response:
        """Lets it be another time from now on, on the clock of whoever looks: {"user", "to"}."""
        world, asked = self._world, await request.json()
        user = world.slack.workspace.users.get(str(asked.get("user")))
        if world.clock is None or user is None:
            return JSONResponse({"error": "the clock cannot be moved here"}, 404)
        try:
            to = datetime.fromisoformat(str(asked.get("to"))).replace(tzinfo=ZoneInfo(user.tz))
            world.clock.move_to(to)
        except ValueError:
            return JSONResponse({"error": "That is no time."}, 400)
        except GoesBack:
            return JSONResponse({"error": "The clock only goes ahead."}, 400)
        return JSONResponse({"ok": True})

    async def restart(self, _request: Request) -> Response:
        """Lets the bot end in order and start again."""
        return self._control(lambda bot: bot.restart())

    async def kill(self, _request: Request) -> Response:
        """Kills the bot; it starts again."""
        return self._control(lambda bot: bot.kill())

    def _control(self, act: Callable[[Controls], None]) -> Response:
        if self._world.bot is None:
            return JSONResponse({"error": "no bot runs here"}, 404)
        act(self._world.bot)
        return JSONResponse({"ok": True})


TROUBLES: dict[str, Callable[[Faults], None]] = {
    "off": lambda _faults: None,
    "slow": lambda faults: faults.always("*", "*", Kind.SLOW, seconds=SLOW_SECONDS),
    "failing": lambda faults: faults.always("*", "*", Kind.UNAVAILABLE),
    "hanging": lambda faults: faults.hang(),
}


def _machine_clock() -> datetime:
    return datetime.now(UTC)


def _week_starts(today: date) -> tuple[date, date]:
    """The Sundays of this week and the last one: Kantata's weeks run Sunday to Saturday."""
    this = today - timedelta(days=today.isoweekday() % 7)
    return this, this - timedelta(days=7)


def _week(kantata: Kantata, user_id: str, start: date) -> dict[str, Any]:
    entries = kantata.entries_of(user_id, start, start + timedelta(days=6))
    return {
        "start": start.isoformat(),
        "entries": entries,
        "total_minutes": sum(entry["minutes"] for entry in entries),
    }
