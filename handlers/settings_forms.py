"""A person's own settings: ``/kantata settings``, and the button that opens the same form."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import settings_forms
from bot.deps import Deps
from bot.domain.kantata_commands import Act, parse_kantata_command
from bot.domain.people import Person
from bot.views import settings_forms as views
from handlers.context import connected_person
from handlers.modals import open_modal


def register(app: AsyncApp) -> None:
    """Settings are of somebody whom Kantata knows."""
    known = [connected_person]
    app.command("/kantata", [asks_for_settings], middleware=known)(open_settings)
    app.action(views.OPEN, middleware=known)(open_settings)
    app.options(views.PICK_PROJECT, middleware=known)(offer_projects)
    app.view(views.FORM, middleware=known)(submit_settings)


async def asks_for_settings(command: Mapping[str, Any]) -> bool:
    """Whether it is ``/kantata settings``."""
    return parse_kantata_command(command.get("text") or "").act is Act.SETTINGS


async def open_settings(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, person: Person, deps: Deps
) -> None:
    """The form with what counts now."""
    form = await settings_forms.settings_form(deps, person)
    await open_modal(client, body["trigger_id"], views.modal(form))
    await ack()


async def offer_projects(ack: AsyncAck, body: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """The type-ahead of the default project."""
    found = await settings_forms.project_offers(deps, person, body["value"])
    await ack(**views.project_choices(found, with_none=not body["value"].strip()))


async def submit_settings(ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """The form was sent: keep what it says."""
    await settings_forms.save(deps, person, views.read(view))
    await ack()
