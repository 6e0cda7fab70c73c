"""The tables that administrators take away: chosen in the overview, sent as a file to them alone."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import admin_tables
from bot.administration import Administrator
from bot.deps import Deps
from bot.domain.languages import later, tr
from bot.views import administration as views
from bot.views.messages import escape
from handlers import failures
from handlers.administration import administrator_only
from handlers.modals import push_modal, redraw_modal

MAKING = later("I am putting the table together …")
SENT = later(":white_check_mark: It is in your direct messages with me, as a file.")


def register(app: AsyncApp) -> None:
    """For administrators alone."""
    allowed = [administrator_only]
    app.action(views.AUDIT_TABLE, middleware=allowed)(choose_year)
    app.action(views.WEEK_TABLE, middleware=allowed)(choose_week)


async def choose_year(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    administrator: Administrator,
    deps: Deps,
) -> None:
    """A year of the audit."""
    year = views.read_year(action["selected_option"]["value"])
    await _send(partial(admin_tables.send_audit, deps, administrator, year), body, client, deps)
    await ack()


async def choose_week(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    administrator: Administrator,
    deps: Deps,
) -> None:
    """A week of the firm."""
    week = views.read_week(action["selected_option"]["value"])
    await _send(partial(admin_tables.send_week, deps, administrator, week), body, client, deps)
    await ack()


async def _send(
    send: Callable[[], Awaitable[None]], body: Mapping[str, Any], client: AsyncWebClient, deps: Deps
) -> None:
    """Say that it is under way, and then that it is done or what was in its way."""
    if view_id := await push_modal(client, body["trigger_id"], views.said(tr(MAKING))):
        deps.background.spawn(_tell(send, client, view_id), name="table")


async def _tell(send: Callable[[], Awaitable[None]], client: AsyncWebClient, view_id: str) -> None:
    try:
        await send()
        text = tr(SENT)
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
        text = escape(failures.said_of(error))
    await redraw_modal(client, view_id, views.said(text))
