"""``/kantata admin``: the overview, and the forms of the firm's settings."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import administration, sign_in
from bot.administration import Administrator
from bot.deps import Deps
from bot.domain.kantata_commands import Act, parse_kantata_command
from bot.views import administration as views
from bot.views import policy_forms
from handlers.context import Next, workspace_of
from handlers.modals import open_modal, push_modal, redraw_modal


def register(app: AsyncApp) -> None:
    """All of it is for administrators, who are looked up at every press."""
    allowed = [administrator_only]
    app.command("/kantata", [asks_to_administer], middleware=allowed)(open_overview)
    app.action(views.OPEN, middleware=allowed)(open_overview)
    app.action(views.CHANGE_REMINDERS, middleware=allowed)(change_reminders)
    app.action(views.CHANGE_TIME_OFF, middleware=allowed)(change_time_off)
    app.options(policy_forms.PICK_MEMBER, middleware=allowed)(offer_members)
    app.view(policy_forms.REMINDERS, middleware=allowed)(submit_reminders)
    app.view(policy_forms.TIME_OFF, middleware=allowed)(submit_time_off)


async def administrator_only(context: AsyncBoltContext, deps: Deps, next: Next) -> BoltResponse:
    """Give the listener ``administrator``; raises Problem for everybody else."""
    assert context.user_id is not None
    context["administrator"] = await administration.find(deps, workspace_of(context), context.user_id)
    return await next()


async def asks_to_administer(command: Mapping[str, Any]) -> bool:
    """Whether it is ``/kantata admin``."""
    return parse_kantata_command(command.get("text") or "").act is Act.ADMIN


async def open_overview(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, administrator: Administrator, deps: Deps
) -> None:
    """``/kantata admin``, and the button of the Home tab; Kantata has to be connected before all else."""
    if "command" in body and not deps.has_account:
        invitation = await sign_in.invite_administrator(deps, administrator.workspace, administrator.slack_id)
        await ack(response_type="ephemeral", **invitation.payload())
        return
    shown = await administration.overview(deps, administrator)
    await open_modal(client, body["trigger_id"], views.overview(shown))
    await ack()


async def change_reminders(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, administrator: Administrator, deps: Deps
) -> None:
    """Change…, at the reminders: their form."""
    form = await administration.policy_form(deps, administrator)
    await push_modal(client, body["trigger_id"], policy_forms.reminders_modal(form))
    await ack()


async def change_time_off(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, administrator: Administrator, deps: Deps
) -> None:
    """Change…, at time off and administrators: their form."""
    form = await administration.policy_form(deps, administrator)
    await push_modal(client, body["trigger_id"], policy_forms.time_off_modal(form))
    await ack()


async def offer_members(ack: AsyncAck, body: Mapping[str, Any], deps: Deps) -> None:
    """The type-ahead of Kantata users."""
    await ack(**policy_forms.member_choices(await administration.member_offers(deps, body["value"])))


async def submit_reminders(
    ack: AsyncAck,
    view: Mapping[str, Any],
    client: AsyncWebClient,
    administrator: Administrator,
    deps: Deps,
) -> None:
    """The form of the reminders was sent."""
    read = partial(policy_forms.read_reminders, view)
    await administration.change_policy(deps, administrator, read)
    deps.background.spawn(redraw_overview(view, client, administrator, deps), name="overview")
    await ack()


async def submit_time_off(
    ack: AsyncAck,
    view: Mapping[str, Any],
    client: AsyncWebClient,
    administrator: Administrator,
    deps: Deps,
) -> None:
    """The form of time off and administrators was sent."""
    await administration.change_policy(deps, administrator, partial(policy_forms.read_time_off, view))
    deps.background.spawn(redraw_overview(view, client, administrator, deps), name="overview")
    await ack()


async def redraw_overview(
    view: Mapping[str, Any], client: AsyncWebClient, administrator: Administrator, deps: Deps
) -> None:
    """Let the overview beneath that view show what counts now."""
    if view["root_view_id"] != view["id"]:
        shown = await administration.overview(deps, administrator)
        await redraw_modal(client, view["root_view_id"], views.overview(shown))
