"""The command line, and the one place where everything is put together."""

import argparse
import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import aiohttp
import uvicorn
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncInstallationStoreAuthorize
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot import (
    approval_writes,
    check,
    connections,
    home,
    install,
    languages,
    logs,
    service_accounts,
    sign_in,
    single_runs,
    time_entry_writes,
    time_off_decisions,
    time_off_writes,
    timesheet_writes,
)
from bot.approval_writes import Announced
from bot.background import Background
from bot.connection_notices import NOTICES
from bot.deps import Deps, Patience
from bot.disconnect import DISCONNECT, Disconnect
from bot.domain.zones import zone_of
from bot.kantata.client import Kantata, connect
from bot.kantata.connection import RATE
from bot.kantata.errors import KantataError
from bot.moved_clock import MovedClock
from bot.outbox import Kind, Outbox
from bot.schedule import Schedule, jobs, timetable
from bot.settings import Settings, SettingsWrong, load
from bot.slack import Slack, SlackFailed
from bot.web import CountedSocket, Running, create
from bot.workspaces import ManyWorkspaces, OneWorkspace, Tenant, Workspaces
from storage import installations, migrations
from storage.database import Database
from storage.slack_installations import Installations, Installed, InstallStates

FIRMS = 10  # of many workspaces, for how many at once there are connections to Kantata
NOT_HERE = (
    ":warning: This app is not, or no longer, rightly installed in this workspace. Ask an administrator of "
    "the workspace to install it once more."
)
SLACK_TIMEOUT = 10  # seconds for one call of Slack's API
GRACE = 3  # seconds a shutdown waits for open requests: a listener's whole life


def main() -> int:
    """Run the command that was asked for; the exit status is 0 when it went well."""
    arguments = parser().parse_args()
    if arguments.command == "sandbox":
        return _sandbox(arguments)
    try:
        settings = load()
    except SettingsWrong as wrong:
        _complain(wrong.faults)
        return 1
    logs.configure(settings.log_level, settings.log_format)
    if arguments.command == "job":
        return _job(settings, arguments)
    if arguments.command == "run":
        return _run(settings, MovedClock(arguments.clock) if arguments.clock else None)
    commands = {"check": _check, "migrate": _migrate}
    return commands[arguments.command](settings)


def parser() -> argparse.ArgumentParser:
    """The command line: commands and their options."""
    parser = argparse.ArgumentParser(prog="kantata-bot", description="Kantata OX in Slack.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="the bot, for real")
    run.add_argument(
        "--clock",
        type=Path,
        metavar="FILE",
        help="a file with the seconds by which the clock is moved, for trying other times",
    )
    commands.add_parser("check", help="try every setting, token, scope and connection, a line each")
    commands.add_parser("migrate", help="bring the database up to date")
    job = commands.add_parser("job", help="one run of a scheduled job, or what it would do")
    job.add_argument("name", choices=single_runs.NAMES, metavar="NAME", help=", ".join(single_runs.NAMES))
    job.add_argument(
        "--at",
        type=datetime.fromisoformat,
        metavar="ISO-TIME",
        help="as if it were that time, in TIME_ZONE where it names none; now where it is left out",
    )
    job.add_argument("--dry-run", action="store_true", help="only say who would get what, and why not")
    sandbox = commands.add_parser("sandbox", help="the bot with a pretend Slack and Kantata, in your browser")
    sandbox.add_argument("--port", type=int, default=8000)
    sandbox.add_argument("--seed-size", choices=["small", "large"], default="small")
    sandbox.add_argument("--data", type=Path, default=Path(".sandbox"), help="where its state is kept")
    sandbox.add_argument(
        "--fail",
        type=float,
        default=0.0,
        metavar="RATE",
        help="share of Kantata's answers that go wrong, 0 to 1",
    )
    return parser


def _complain(faults: Sequence[str]) -> None:
    sys.stderr.write("The settings need mending (environment or .env):\n")
    sys.stderr.writelines(f"  - {fault}\n" for fault in faults)


def _sandbox(arguments: argparse.Namespace) -> int:
    from bot.sandbox.serve import serve  # the pretend firm is loaded only when it is asked for

    return serve(arguments.port, arguments.seed_size, arguments.data, arguments.fail)


def _check(settings: Settings) -> int:
    lines = asyncio.run(check.findings(settings))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0 if all(line.good for line in lines) else 1


def _job(settings: Settings, arguments: argparse.Namespace) -> int:
    began = datetime.now(UTC)
    at: datetime = arguments.at or began
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone_of(settings.time_zone))
    try:
        asyncio.run(_one_run(settings, arguments.name, at.astimezone(UTC), dry=arguments.dry_run))
    except (KantataError, SlackFailed) as failed:
        sys.stderr.write(f"It was not done, or not all of it: {type(failed).__name__}: {failed}\n")
        return 1
    return 0


async def _one_run(settings: Settings, name: str, at: datetime, *, dry: bool) -> None:
    began = datetime.now(UTC)
    async with running(settings) as life:
        try:
            for tenant in await life.workspaces.every():
                if settings.many_workspaces:
                    sys.stdout.write(f"{tenant.deps.workspace}\n")
                if not tenant.deps.has_account:
                    sys.stdout.write("It is not connected to Kantata.\n")
                    continue
                await single_runs.prepare(tenant.deps)
                await _run_once(tenant.deps, name, at, began, dry=dry)
        finally:
            await life.background.drain(GRACE)


async def _run_once(deps: Deps, name: str, at: datetime, began: datetime, *, dry: bool) -> None:
    if not dry:
        done = await single_runs.run(deps, name, at, lambda: at + (datetime.now(UTC) - began))
        sys.stdout.write(f"{done}\n")
    elif name in single_runs.READING:
        sys.stdout.write(f"{single_runs.READING[name]}\n")
    else:
        await _print_preview(deps, name, at)


async def _print_preview(deps: Deps, name: str, at: datetime) -> None:
    sys.stdout.write(f"{name} at {at.isoformat()}\n{single_runs.HEAD}\n")
    number = {True: 0, False: 0}
    async for line in single_runs.preview(deps, name, at):
        number[line.gets] += 1
        sys.stdout.write(f"{single_runs.table(line)}\n")
    sys.stdout.write(f"{number[True]} would get it, {number[False]} would not. Nothing was sent.\n")


def _migrate(settings: Settings) -> int:
    asyncio.run(migrations.upgrade(settings.database_url))
    return 0


def _run(settings: Settings, clock: MovedClock | None) -> int:
    app = create(partial(running, settings, clock=clock), socket_mode=settings.socket_mode)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = uvicorn.Server(config)
    gc.freeze()  # what was imported stays: to look for garbage in it takes a tenth of a second
    server.run()
    return 0 if server.started else 3


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Callable[[], datetime] | None = None,
    patience: Patience | None = None,
    rate: float = RATE,
) -> AsyncIterator[Running]:
    """The bot, put together from its settings, with its database up to date.

    ``clock`` replaces this machine's clock and the database's, for trying other times; ``patience`` is for
    machines that stall; ``rate`` is requests a second to Kantata for each token.
    """
    await migrations.upgrade(settings.database_url)
    languages.read_catalogs()
    database = Database(settings.database_url, clock=clock)
    timeout = aiohttp.ClientTimeout(total=SLACK_TIMEOUT)
    token = settings.kantata_token.get_secret_value() if settings.kantata_token else ""
    firms = FIRMS if settings.many_workspaces else 1
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            connect(settings.kantata_api_url, token, firms=firms, rate=rate) as client,
        ):
            background = Background()
            make = Maker(
                settings, session, client, database, background, clock or _utc_now, patience or Patience()
            )
            yield await (_many(make) if settings.many_workspaces else _one(make))
    finally:
        await database.close()


@dataclass(frozen=True)
class Maker:
    """What all workspaces of a process share, and how one of them is put together."""

    settings: Settings
    session: aiohttp.ClientSession
    client: Kantata
    database: Database
    background: Background
    clock: Callable[[], datetime]
    patience: Patience

    def slack(self, token: str, *, whole: bool = False) -> Slack:
        """Slack, by that bot token, which may be a whole organisation's."""
        return Slack(self.session, api_url=self.settings.slack_api_url, token=token, whole=whole)

    def tenant(self, workspace: str, slack: Slack, kantata: Kantata, *, has_account: bool = True) -> Tenant:
        """All by which that workspace is served."""
        settings = self.settings
        deps = Deps(
            workspace=workspace,
            kantata=kantata,
            slack=slack,
            database=self.database.of(workspace),
            background=self.background,
            clock=self.clock,
            kantata_timeout=timedelta(seconds=settings.kantata_timeout),
            kantata_app_url=settings.kantata_app_url,
            time_zone=settings.time_zone,
            sign_in=sign_in.set_up(settings),
            has_account=has_account,
            patience=self.patience,
        )
        outbox = Outbox(deps, _kinds(), settled=partial(home.acted, deps))
        return Tenant(deps, outbox, jobs(deps, outbox, poll_seconds=settings.poll_seconds))

    def running(
        self, bolt: AsyncApp, workspaces: Workspaces, install: AsyncOAuthFlow | None = None
    ) -> Running:
        """The bot that listens to ``bolt`` and serves these workspaces."""
        handlers.register(bolt, workspaces)
        schedule = Schedule(self.background, workspaces, timetable(self.settings.poll_seconds))
        app_token = self.settings.slack_app_token
        return Running(
            bolt,
            workspaces,
            sign_in.set_up(self.settings),
            self.database,
            self.background,
            schedule,
            socket=CountedSocket(bolt, app_token.get_secret_value(), self.background) if app_token else None,
            install=install,
        )


async def _one(make: Maker) -> Running:
    """The bot of the one workspace whose tokens the settings name."""
    assert make.settings.slack_bot_token, "the settings were checked"
    token = make.settings.slack_bot_token.get_secret_value()
    workspace, whole = await _whose(make, token)
    tenant = make.tenant(workspace, make.slack(token, whole=whole), make.client)
    await connections.renew_encryption(tenant.deps)
    return make.running(_bolt(make, token=token), OneWorkspace(tenant))


async def _whose(make: Maker, token: str) -> tuple[str, bool]:
    """The workspace of the bot token, and whether it is an organisation: asked of Slack at the first start
    alone, so that a later one waits for nobody. Raises SlackFailed."""
    async with make.database.reading() as session:
        known = await installations.workspace_of_token(session, token)
    if known is not None:
        return known
    slack = make.slack(token)
    workspace = await slack.home()
    async with make.database.transaction() as session:
        await installations.remember_token(session, token, workspace, whole=slack.whole)
    return workspace, slack.whole


async def _many(make: Maker) -> Running:
    """The bot of every workspace that installs it."""
    shared = sign_in.set_up(make.settings)
    assert shared, "the settings were checked"
    cipher = shared.cipher

    def build(found: Installed) -> Tenant:
        slack = make.slack(cipher.unseal(found.token, found.binding), whole=not found.team)
        token = service_accounts.token_of(shared, found.workspace, found.account)

        def signed_out() -> None:
            if found.account:
                lost = service_accounts.lose(tenant.deps, found.account)
                make.background.spawn(lost, name="service account lost")

        kantata = make.client.of_firm(token or "", signed_out)
        tenant = make.tenant(found.workspace, slack, kantata, has_account=token is not None)
        return tenant

    workspaces = ManyWorkspaces(make.database, build)
    for each in await workspaces.every():
        await connections.renew_encryption(each.deps)
        await service_accounts.renew_encryption(each.deps)
    store = Installations(make.database, cipher, make.clock)
    states = InstallStates(make.database, make.clock, install.LIFE)
    flow = install.flow(make.settings, make.session, store, states)
    bolt = _bolt(
        make,
        # Handed over, or Bolt makes one of its own of SLACK_CLIENT_ID, which keeps tokens in files.
        flow=flow,
        authorize=AsyncInstallationStoreAuthorize(
            logger=logging.getLogger(__name__),
            installation_store=store,
            bot_only=True,
            cache_enabled=True,
        ),
    )
    return make.running(bolt, workspaces, flow)


def _kinds() -> dict[str, Kind]:
    """Every kind of write there is."""
    return {
        **time_entry_writes.KINDS,
        **{name: Announced(kind) for name, kind in timesheet_writes.KINDS.items()},
        **approval_writes.KINDS,
        **time_off_writes.KINDS,
        **time_off_decisions.KINDS,
        **NOTICES,
        DISCONNECT: Disconnect(),
    }


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _bolt(
    make: Maker,
    *,
    token: str | None = None,
    flow: AsyncOAuthFlow | None = None,
    authorize: AsyncInstallationStoreAuthorize | None = None,
) -> AsyncApp:
    client = AsyncWebClient(
        token=token,
        base_url=make.settings.slack_api_url,
        session=make.session,
        retry_handlers=[],
    )
    secret = make.settings.slack_signing_secret
    return AsyncApp(
        client=client,
        oauth_flow=flow,
        # Bolt takes its own classes too, though it does not say so.
        authorize=authorize,  # type: ignore[arg-type]
        user_facing_authorize_error_message=NOT_HERE,
        signing_secret=secret.get_secret_value() if secret else None,
        # A listener's life is its acknowledgement: what takes longer goes to the outbox.
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )


if __name__ == "__main__":
    sys.exit(main())
