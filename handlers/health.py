"""How the connections and jobs are: shown to administrators."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import health
from bot.deps import Deps
from bot.views import administration as overview_views
from bot.views import health as views
from handlers import failures
from handlers.administration import administrator_only
from handlers.modals import push_modal, redraw_modal


def register(app: AsyncApp) -> None:
    """For administrators alone."""
    app.action(overview_views.SHOW_HEALTH, middleware=[administrator_only])(show_health)


async def show_health(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, deps: Deps) -> None:
    """Show…, at the connections: a view that is filled when all have answered."""
    if view_id := await push_modal(client, body["trigger_id"], views.waiting()):
        deps.background.spawn(_fill(client, view_id, deps), name="health")
    await ack()


async def _fill(client: AsyncWebClient, view_id: str, deps: Deps) -> None:
    try:
        view = views.health(await health.health(deps))
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
        view = overview_views.said(failures.said_of(error))
    await redraw_modal(client, view_id, view)
