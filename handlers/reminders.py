"""The buttons of reminders: close the gap, keep quiet for a while, or for good."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import reminders, time_entry_forms
from bot.deps import Deps
from bot.domain.people import Person
from bot.views import entry_form, time_off_forms
from bot.views import reminders as views
from bot.views.entry_form import EntryForm
from bot.views.messages import row_number
from handlers.context import connected_person
from handlers.modals import open_modal
from handlers.replies import reply_to


def register(app: AsyncApp) -> None:
    """Reminders come only to people whom Kantata knows. Copying and submitting are the week's own buttons."""
    known = [connected_person]
    app.action(views.LOG, middleware=known)(press_log)
    app.action(views.OFF, middleware=known)(press_off)
    app.action(views.SNOOZE, middleware=known)(press_snooze)
    app.view(views.SNOOZE, middleware=known)(submit_snooze)
    app.action(views.STOP, middleware=known)(press_stop)
    app.action(views.RESUME, middleware=known)(press_resume)


async def press_log(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Log time, beside a day with a gap: the form for that day."""
    form = EntryForm(0, views.read_day(action["value"]))
    form = await time_entry_forms.new_form(deps, person, reply_to(body), form)
    await open_modal(client, body["trigger_id"], entry_form.modal(form))
    await ack()


async def press_off(
    ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], client: AsyncWebClient
) -> None:
    """I was off: the form that asks for time off, with the days of the gap."""
    days = views.read_days(action["value"])
    await open_modal(client, body["trigger_id"], time_off_forms.ask_form(days_off=days))
    await ack()


async def press_snooze(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Snooze: the form that asks for how long."""
    kept = await reminders.own(deps, person, row_number(action["value"]))
    await open_modal(client, body["trigger_id"], views.snooze_form(kept.id))
    await ack()


async def submit_snooze(ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """The form was sent: remind the person again later."""
    row_id, choice = views.read_snooze(view)
    message = await reminders.snooze(deps, person, row_id, choice)
    await ack(response_action="update", view=views.said(message))


async def press_stop(
    ack: AsyncAck, action: Mapping[str, Any], respond: AsyncRespond, person: Person, deps: Deps
) -> None:
    """Stop these reminders."""
    message = await reminders.stop(deps, person, views.read_reminder(action["value"]))
    await respond(response_type="ephemeral", replace_original=False, **message.payload())
    await ack()


async def press_resume(
    ack: AsyncAck, action: Mapping[str, Any], respond: AsyncRespond, person: Person, deps: Deps
) -> None:
    """Undo, under what was said to Stop these reminders."""
    message = await reminders.resume(deps, person, views.read_reminder(action["value"]))
    await respond(response_type="ephemeral", replace_original=True, **message.payload())
    await ack()
