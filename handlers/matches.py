"""Who is not matched: shown, chosen by hand, asked to connect."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import matches
from bot.administration import Administrator
from bot.deps import Deps
from bot.domain.languages import tr
from bot.views import administration as overview_views
from bot.views import matches as views
from handlers.administration import administrator_only, redraw_overview
from handlers.modals import push_modal, redraw_modal


def register(app: AsyncApp) -> None:
    """For administrators alone."""
    allowed = [administrator_only]
    app.action(overview_views.SHOW_PEOPLE, middleware=allowed)(show_people)
    app.action(views.CHOOSE, middleware=allowed)(press_choose)
    app.action(views.INVITE, middleware=allowed)(press_invite)
    app.action(views.END, middleware=allowed)(press_end)
    app.view(views.FORM, middleware=allowed)(submit_match)


async def show_people(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, administrator: Administrator, deps: Deps
) -> None:
    """Show…, at the people."""
    found = await matches.found(deps, administrator)
    await push_modal(client, body["trigger_id"], views.people(found))
    await ack()


async def press_choose(
    ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], client: AsyncWebClient
) -> None:
    """Choose…, for one of them or for anybody: the form."""
    await push_modal(client, body["trigger_id"], views.form(views.picked(action["value"])))
    await ack()


async def press_invite(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    administrator: Administrator,
    deps: Deps,
) -> None:
    """Ask to connect, under one of them."""
    said = await matches.invite(deps, administrator, action["value"])
    await _redraw(body["view"]["id"], said, client, administrator, deps)
    await ack()


async def press_end(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    administrator: Administrator,
    deps: Deps,
) -> None:
    """End, at a match that was chosen."""
    said = await matches.end(deps, administrator, action["value"])
    await _redraw(body["view"]["id"], said, client, administrator, deps)
    await redraw_overview(body["view"], client, administrator, deps)
    await ack()


async def submit_match(
    ack: AsyncAck,
    view: Mapping[str, Any],
    client: AsyncWebClient,
    administrator: Administrator,
    deps: Deps,
) -> None:
    """The form was sent: keep the choice."""
    slack_id, kantata_id = views.read(view)
    await matches.choose(deps, administrator, slack_id, kantata_id)
    deps.background.spawn(_redraw_beneath(view, slack_id, client, administrator, deps), name="people")
    await ack()


async def _redraw_beneath(
    view: Mapping[str, Any], slack_id: str, client: AsyncWebClient, administrator: Administrator, deps: Deps
) -> None:
    if beneath := view.get("previous_view_id"):
        await _redraw(
            beneath, tr("{person} is matched.").format(person=f"<@{slack_id}>"), client, administrator, deps
        )
    await redraw_overview(view, client, administrator, deps)


async def _redraw(
    view_id: str, said: str, client: AsyncWebClient, administrator: Administrator, deps: Deps
) -> None:
    found = await matches.found(deps, administrator)
    await redraw_modal(client, view_id, views.people(found, said))
