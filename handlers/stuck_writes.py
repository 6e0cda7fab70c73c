"""The writes that wait for Kantata: shown, tried again, dropped."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import stuck_writes
from bot.administration import Administrator
from bot.deps import Deps
from bot.outbox import Outbox
from bot.views import administration as overview_views
from bot.views import stuck_writes as views
from bot.views.messages import row_number
from handlers.administration import administrator_only, redraw_overview
from handlers.modals import push_modal, redraw_modal


def register(app: AsyncApp) -> None:
    """For administrators alone."""
    allowed = [administrator_only]
    app.action(overview_views.SHOW_WRITES, middleware=allowed)(show_writes)
    app.action(views.RETRY, middleware=allowed)(press_retry)
    app.action(views.DROP, middleware=allowed)(press_drop)


async def show_writes(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, administrator: Administrator, deps: Deps
) -> None:
    """Show…, at the writes."""
    found = await stuck_writes.queue(deps, administrator)
    await push_modal(client, body["trigger_id"], views.queue(found))
    await ack()


async def press_retry(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    administrator: Administrator,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Retry, under one of them."""
    said = await stuck_writes.retry(deps, outbox, administrator, row_number(action["value"]))
    await _redraw(body["view"], said, client, administrator, deps)
    await ack()


async def press_drop(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    administrator: Administrator,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Drop, under one of them."""
    said = await stuck_writes.drop(deps, outbox, administrator, row_number(action["value"]))
    await _redraw(body["view"], said, client, administrator, deps)
    await ack()


async def _redraw(
    view: Mapping[str, Any], said: str, client: AsyncWebClient, administrator: Administrator, deps: Deps
) -> None:
    found = await stuck_writes.queue(deps, administrator)
    await redraw_modal(client, view["id"], views.queue(found, said))
    await redraw_overview(view, client, administrator, deps)
