"""The app with every listener, made without a network, and what the listeners wait for."""

import re
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp

import handlers
from bot.background import Background
from bot.deps import Deps
from bot.kantata.client import connect
from bot.outbox import Outbox
from bot.slack import Slack
from bot.workspaces import OneWorkspace, Tenant
from storage.database import Database
from tests.clock import Clock

NOWHERE = "http://127.0.0.1:1"


class Registered(AsyncApp):
    """Notes what each listener waits for. Patterns are the catch-all ones, which are not noted."""

    def __init__(self) -> None:
        super().__init__(signing_secret="s", token="xoxb-1", process_before_response=True)
        self.waits: dict[str, set[str]] = {}

    def _noted(self, kind: str, wanted: Any, register: Callable[..., Any]) -> Any:
        if not isinstance(wanted, re.Pattern):
            self.waits.setdefault(kind, set()).add(str(wanted))
        return register

    def command(self, command: Any, *args: Any, **options: Any) -> Any:
        return self._noted("command", command, super().command(command, *args, **options))

    def shortcut(self, constraints: Any, *args: Any, **options: Any) -> Any:
        return self._noted("shortcut", constraints, super().shortcut(constraints, *args, **options))

    def event(self, event: Any, *args: Any, **options: Any) -> Any:
        return self._noted("event", event, super().event(event, *args, **options))

    def action(self, constraints: Any, *args: Any, **options: Any) -> Any:
        return self._noted("action", constraints, super().action(constraints, *args, **options))

    def view(self, constraints: Any, *args: Any, **options: Any) -> Any:
        return self._noted("view", constraints, super().view(constraints, *args, **options))

    def options(self, constraints: Any, *args: Any, **options: Any) -> Any:
        return self._noted("options", constraints, super().options(constraints, *args, **options))


async def registered() -> Registered:
    """The app as the bot makes it."""
    app = Registered()
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        kantata = await stack.enter_async_context(connect(NOWHERE, "t0ken"))
        database = Database("sqlite://")
        stack.push_async_callback(database.close)
        deps = Deps(
            workspace="T0SANDBOX",
            kantata=kantata,
            slack=Slack(session, api_url=f"{NOWHERE}/", token="xoxb-1"),
            database=database,
            background=Background(),
            clock=Clock(),
            kantata_timeout=timedelta(seconds=180),
            kantata_app_url=NOWHERE,
            time_zone="UTC",
        )
        handlers.register(app, OneWorkspace(Tenant(deps, Outbox(deps, {}), {})))
    return app
