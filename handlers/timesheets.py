"""The week: the command, its menus and buttons, and the forms that submit and copy it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot import time_entry_forms, timesheets, week_copies
from bot.deps import Deps
from bot.domain.dates import Week, week_of
from bot.domain.languages import later, tr
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.timesheets import parse_week
from bot.outbox import Outbox
from bot.views import entry_form, submissions, week_forms
from bot.views import timesheets as views
from bot.views.entry_form import EntryForm
from bot.views.messages import OUTDATED, row_number
from handlers import failures
from handlers.context import connected_person
from handlers.modals import open_modal, redraw_modal
from handlers.replies import reply_to

ASKING_WEEK = later("Asking Kantata for your week …")
ASKING_ENTRY = later("Asking Kantata for the entry …")


def register(app: AsyncApp) -> None:
    """Everything about the week needs somebody whom Kantata knows."""
    known = [connected_person]
    app.command("/timesheet", middleware=known)(show_week)
    app.action(views.SHOW, middleware=known)(press_show)
    app.action(views.SHOW_NEXT, middleware=known)(press_show)
    app.action(views.LOG_ON, middleware=known)(choose_day)
    app.action(views.EDIT, middleware=known)(choose_entry)
    app.action(views.SUBMIT, middleware=known)(press_submit)
    app.action(views.COPY, middleware=known)(press_copy)
    app.action(week_forms.CHOOSE, middleware=known)(choose_copy_mode)
    app.action(views.WITHDRAW, middleware=known)(press_withdraw)
    app.action(submissions.UNDO, middleware=known)(press_undo)
    app.action(submissions.AGAIN, middleware=known)(press_submit_again)
    app.view(week_forms.SUBMIT, middleware=known)(submit_week)
    app.view(week_forms.COPY_HOURS, middleware=known)(copy_hours)
    app.view(week_forms.COPY_ROWS, middleware=known)(fill_rows)


async def show_week(ack: AsyncAck, command: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """``/timesheet``: acknowledged at once, for the picture takes Kantata a moment."""
    text = (command.get("text") or "").strip()
    if text.casefold() == "help":
        await ack(response_type="ephemeral", **views.usage().payload())
        return
    week = parse_week(text, today=person.today(deps.clock()), locale=person.locale)
    await ack()
    deps.background.spawn(timesheets.show(deps, person, week, reply_to(command)), name="week")


async def press_show(
    ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], person: Person, deps: Deps
) -> None:
    """Another week in the place of this one."""
    reply = reply_to(body, replace=True)
    week = _week(action["value"])
    await ack()
    deps.background.spawn(timesheets.show(deps, person, week, reply), name="week")


async def choose_day(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Log time on a day: the form for it."""
    form = EntryForm(0, _day(action["selected_option"]["value"]))
    form = await time_entry_forms.new_form(deps, person, reply_to(body), form)
    await open_modal(client, body["trigger_id"], entry_form.modal(form))
    await ack()


async def choose_entry(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Edit an entry: its form, as Kantata has it."""
    entry_id = str(row_number(action["selected_option"]["value"]))
    reply = reply_to(body)

    async def draw() -> View:
        return entry_form.modal(await time_entry_forms.edit_entry(deps, person, entry_id, reply))

    await _open(client, body, deps, entry_form.waiting(tr(ASKING_ENTRY)), draw, entry_form.waiting)
    await ack()


async def press_submit(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Submit week: what that comes to, before anything is submitted."""
    week, reply = _week(action["value"]), reply_to(body)

    async def draw() -> View:
        return week_forms.submit_modal(await timesheets.submit_form(deps, person, week, reply))

    await _open(client, body, deps, week_forms.waiting(tr(ASKING_WEEK)), draw, week_forms.waiting)
    await ack()


async def press_copy(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Copy last week: what that comes to, before anything is logged."""
    week, reply = _week(action["value"]), reply_to(body)

    async def draw() -> View:
        return week_forms.copy_modal(await week_copies.copy_form(deps, person, week, reply))

    await _open(client, body, deps, week_forms.waiting(tr(ASKING_WEEK)), draw, week_forms.waiting)
    await ack()


async def _open(
    client: AsyncWebClient,
    body: Mapping[str, Any],
    deps: Deps,
    waiting: View,
    draw: Callable[[], Awaitable[View]],
    said: Callable[[str], View],
) -> None:
    """Open a form that is waiting for Kantata, and draw it when Kantata has answered."""

    async def fill(view_id: str) -> None:
        try:
            view = await draw()
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            view = said(failures.said_of(error))
        await redraw_modal(client, view_id, view)

    if view_id := await open_modal(client, body["trigger_id"], waiting):
        deps.background.spawn(fill(view_id), name="week form")


async def choose_copy_mode(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Rows and hours, or rows only."""
    view = body["view"]
    mode = week_forms.read_mode(action["selected_option"]["value"])
    form = await week_copies.reopened(deps, person, row_number(view["private_metadata"]), mode)
    await redraw_modal(client, view["id"], week_forms.copy_modal(form))
    await ack()


async def submit_week(
    ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps, outbox: Outbox
) -> None:
    """The form was sent: submit what it showed."""
    comment = week_forms.read_comment(view["state"]["values"])
    form_id = row_number(view["private_metadata"])
    await timesheets.submit_week(deps, outbox, person, form_id, comment, f"view:{view['id']}")
    await ack()


async def copy_hours(
    ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps, outbox: Outbox
) -> None:
    """Copy last week: log what the form showed."""
    form_id = row_number(view["private_metadata"])
    await week_copies.copy_hours(deps, outbox, person, form_id, f"view:{view['id']}")
    await ack()


async def fill_rows(
    ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps, outbox: Outbox
) -> None:
    """The rows of last week were filled in: log them."""
    filled = week_forms.read_rows(view["state"]["values"], workday_minutes=person.workday_minutes)
    if filled.errors:
        await ack(response_action="errors", errors=filled.errors)
        return
    form_id, cause = row_number(view["private_metadata"]), f"view:{view['id']}"
    await week_copies.fill_rows(deps, outbox, person, form_id, filled.days, filled.minutes, cause)
    await ack()


async def press_undo(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Undo: take the submission back."""
    write_id = row_number(action["value"])
    await timesheets.undo(deps, outbox, person, write_id, reply_to(body, replace=True))
    await ack()


async def press_withdraw(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Withdraw: take back what waits of the week."""
    await timesheets.withdraw(deps, outbox, person, row_number(action["value"]), reply_to(body))
    await ack()


async def press_submit_again(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Submit week, once more for what was refused."""
    await timesheets.submit_again(deps, outbox, person, row_number(action["value"]), reply_to(body))
    await ack()


def _week(value: str) -> Week:
    return week_of(_day(value))


def _day(value: str) -> date:
    """The day of a button's value; raises Problem for what we never made."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Problem(tr(OUTDATED)) from None
