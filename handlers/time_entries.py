"""Logging time: the command, the form, and the buttons under what was logged."""

from collections.abc import Awaitable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import projects, time_entries, time_entry_forms
from bot.deps import Deps
from bot.domain.languages import later, tr
from bot.domain.people import Person
from bot.domain.plain_text import plain_text, without_unseen
from bot.intents import Request
from bot.outbox import Outbox
from bot.views import entry_form
from bot.views import time_entries as views
from bot.views.entry_form import EntryForm, EntryInput
from bot.views.messages import Message
from handlers import failures
from handlers.context import connected_person
from handlers.modals import open_modal, redraw_modal
from handlers.replies import reply_to

ASKING = later("Asking Kantata for the entry …")


def register(app: AsyncApp) -> None:
    """Everything about time entries needs somebody whom Kantata knows."""
    known = [connected_person]
    app.command("/logtime", middleware=known)(log_time)
    app.shortcut("log_time", middleware=known)(open_form)
    app.shortcut("log_time_of_message", middleware=known)(open_form)
    app.action(entry_form.MORE, middleware=known)(press_more)
    app.action(entry_form.DELETE, middleware=known)(press_delete)
    app.action(entry_form.PICK_PROJECT, middleware=known)(pick_project)
    app.options(entry_form.PICK_PROJECT, middleware=known)(offer_projects)
    app.options(entry_form.PICK_TASK, middleware=known)(offer_tasks)
    app.view(entry_form.LOG, middleware=known)(submit_entry)
    app.view(entry_form.CHANGE, middleware=known)(submit_change)
    app.action(views.EDIT, middleware=known)(press_edit)
    app.action(views.UNDO, middleware=known)(press_undo)
    app.action(views.RESTORE, middleware=known)(press_restore)
    app.action(views.ANOTHER, middleware=known)(press_log_another)


async def log_time(
    ack: AsyncAck,
    command: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """``/logtime``: write it, or open the form, or show the help."""
    request = Request(f"command:{command['trigger_id']}", reply_to(command), command["channel_id"])
    outcome = await time_entries.log_in_words(deps, outbox, person, command.get("text", ""), request)
    if isinstance(outcome, EntryForm):
        await open_modal(client, command["trigger_id"], entry_form.modal(outcome))
    if isinstance(outcome, Message):
        await ack(response_type="ephemeral", **outcome.payload())
    else:
        await ack()


async def open_form(
    ack: AsyncAck, shortcut: Mapping[str, Any], client: AsyncWebClient, person: Person, deps: Deps
) -> None:
    """The shortcuts: the empty form, or one with the message as notes and the channel's project."""
    channel = shortcut.get("channel", {}).get("id")
    notes = without_unseen(plain_text(shortcut.get("message", {}).get("text") or ""))
    form = await time_entry_forms.form_in_channel(deps, person, reply_to(shortcut), channel, notes)
    await open_modal(client, shortcut["trigger_id"], entry_form.modal(form))
    await ack()


async def press_more(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, person: Person, deps: Deps
) -> None:
    """More: role and location beside the other fields."""
    await _redraw(body["view"], client, person, deps, more=True)
    await ack()


async def press_delete(
    ack: AsyncAck,
    body: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Delete, in the form of an existing entry."""
    view = body["view"]
    await time_entry_forms.delete_from_form(deps, outbox, person, entry_form.form_id(view))
    done = entry_form.waiting(tr("The entry is being deleted; the answer comes where you pressed Edit."))
    await redraw_modal(client, view["id"], done)
    await ack()


async def _redraw(
    view: Mapping[str, Any], client: AsyncWebClient, person: Person, deps: Deps, *, more: bool = False
) -> None:
    """Draw the form anew with what was entered, and the fields that belong to the picked project."""
    picked = entry_form.picked_project(view["state"]["values"])
    form = await time_entry_forms.with_project(deps, person, entry_form.refreshed(view), picked)
    if more:
        form = await time_entry_forms.with_more_of_entry(deps, person, form)
    # What was picked last wins; what took its time gives way to it.
    await redraw_modal(client, view["id"], entry_form.modal(form), hash=view["hash"] if more else None)


async def pick_project(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, person: Person, deps: Deps
) -> None:
    """Another project was picked: its tasks take the place of the former one's."""
    await _redraw(body["view"], client, person, deps)
    await ack()


async def offer_projects(ack: AsyncAck, body: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """The project type-ahead."""
    form_id = entry_form.form_id(body["view"])
    fitting, others = await time_entry_forms.project_offers(deps, person, form_id, body["value"])
    await ack(**entry_form.project_choices(fitting, others))


async def offer_tasks(ack: AsyncAck, body: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """The task type-ahead, inside the picked project."""
    project_id = entry_form.project_of_task_block(body["block_id"])
    found = await projects.search_tasks(deps.database, person, project_id, body["value"])
    await ack(**entry_form.task_choices(found))


async def submit_entry(
    ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps, outbox: Outbox
) -> None:
    """The form was sent: log what it says."""
    entered = _read(view, person, deps)
    await time_entry_forms.log_form(
        deps, outbox, person, entry_form.form_id(view), entered, f"view:{view['id']}"
    )
    await ack()


async def submit_change(
    ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps, outbox: Outbox
) -> None:
    """The form of an existing entry was sent: change it."""
    entered = _read(view, person, deps)
    await time_entry_forms.change_form(
        deps, outbox, person, entry_form.form_id(view), entered, f"view:{view['id']}"
    )
    await ack()


async def press_edit(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Edit: the form with the entry as Kantata has it, which takes a moment to ask."""
    ref = views.decode_ref(action["value"])
    reply = reply_to(body, replace=True)
    if form := await time_entry_forms.edit_refused(deps, person, ref, reply):
        await open_modal(client, body["trigger_id"], entry_form.modal(form))
    elif view_id := await open_modal(client, body["trigger_id"], entry_form.waiting(tr(ASKING))):
        fill = _fill_edit_form(client, view_id, time_entry_forms.edit(deps, person, ref, reply))
        deps.background.spawn(fill, name="edit form")
    await ack()


async def _fill_edit_form(client: AsyncWebClient, view_id: str, form: Awaitable[EntryForm]) -> None:
    try:
        view = entry_form.modal(await form)
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
        view = entry_form.waiting(failures.said_of(error))
    await redraw_modal(client, view_id, view)


async def press_undo(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Undo: delete what was logged."""
    ref = views.decode_ref(action["value"])
    await time_entries.undo(deps, outbox, person, ref, reply_to(body, replace=True))
    await ack()


async def press_restore(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Undo of a deletion: log it once more."""
    ref = views.decode_ref(action["value"])
    await time_entries.restore(deps, outbox, person, ref, reply_to(body, replace=True))
    await ack()


async def press_log_another(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Log another: the form with the same project and day."""
    form = await time_entry_forms.log_another(deps, person, views.decode_ref(action["value"]), reply_to(body))
    await open_modal(client, body["trigger_id"], entry_form.modal(form))
    await ack()


def _read(view: Mapping[str, Any], person: Person, deps: Deps) -> EntryInput:
    return entry_form.read(
        view["state"]["values"],
        today=person.today(deps.clock()),
        locale=person.locale,
        workday_minutes=person.workday_minutes,
    )
