"""The Home tab: opened, and the buttons that stand in it and nowhere else."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import approvals, home, time_entry_forms, time_off_decisions, timesheets
from bot.approvals import Selection
from bot.deps import Deps
from bot.domain.approvals import Verdict
from bot.domain.dates import week_of
from bot.domain.languages import tr
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.writes import Reply
from bot.intents import Request
from bot.outbox import Outbox
from bot.views import approval_queue, approval_rejections, entry_form, time_off, time_off_forms
from bot.views import home as views
from bot.views.approvals import decode_ref
from bot.views.entry_form import EntryForm
from bot.views.messages import OUTDATED, Message
from handlers.context import connected_person, workspace_of
from handlers.modals import open_modal
from handlers.replies import reply_to


def register(app: AsyncApp) -> None:
    """Everybody may open it; all that stands in it needs somebody whom Kantata knows."""
    known = [connected_person]
    app.event("app_home_opened")(open_home)
    app.action(views.SHOW)(press_again)
    app.action(views.LOG, middleware=known)(press_log)
    app.action(views.LOG_ON, middleware=known)(press_log)
    app.action(views.WEEK, middleware=known)(press_week)
    app.action(views.TIME_OFF, middleware=known)(press_time_off)
    app.action(views.IN_HOME.approve, middleware=known)(press_approve_selected)
    app.action(views.IN_HOME.reject, middleware=known)(press_reject)
    app.action(views.APPROVE_LEAVE, middleware=known)(press_approve_leave)
    app.action(views.REJECT_LEAVE, middleware=known)(press_reject_leave)
    app.action(re.compile(f"^{re.escape(views.IN_HOME.page)}"), middleware=known)(turn_page)


async def open_home(event: Mapping[str, Any], context: AsyncBoltContext, deps: Deps) -> None:
    """The person looks at it; the Messages tab says the same by the same event."""
    if event.get("tab") == "home":
        deps.background.spawn(home.show(deps, workspace_of(context), event["user"]), name="home tab")


async def press_again(ack: AsyncAck, body: Mapping[str, Any], context: AsyncBoltContext, deps: Deps) -> None:
    """Try again: as if it were opened anew."""
    deps.background.spawn(home.show(deps, workspace_of(context), body["user"]["id"]), name="home tab")
    await ack()


async def press_log(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Log time, today or on a day that misses some: the form for it."""
    value = action["value"]
    day = person.today(deps.clock()) if value == views.TODAY else _day(value)
    form = await time_entry_forms.new_form(deps, person, reply_to(body), EntryForm(0, day))
    await open_modal(client, body["trigger_id"], entry_form.modal(form))
    await ack()


async def press_week(ack: AsyncAck, action: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """Whole week: its picture as a message, to edit and withdraw from."""
    week = week_of(_day(action["value"]))
    deps.background.spawn(timesheets.show(deps, person, week, Reply()), name="week")
    await ack()


async def press_time_off(ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient) -> None:
    """Request, under days off: the form."""
    await open_modal(client, body["trigger_id"], time_off_forms.ask_form())
    await ack()


async def press_approve_selected(
    ack: AsyncAck, body: Mapping[str, Any], person: Person, deps: Deps, outbox: Outbox
) -> None:
    """Approve selected; each result comes as a message, and the tab is drawn anew."""
    picked = approval_queue.picked(body["view"].get("state") or {})
    request = Request(f"press:{body['trigger_id']}", Reply())
    outcome = await approvals.approve_selected(deps, outbox, person, Selection(picked, request))
    if isinstance(outcome, Message):  # all of it was decided meanwhile
        deps.background.spawn(home.show(deps, person.workspace, person.slack_id), name="home tab")
    await ack()


async def press_reject(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Reject…: the form; or what became of the timesheet meanwhile."""
    ref = decode_ref(action["value"])
    found = await approvals.find(deps, person, ref)
    if isinstance(found, Message):
        view = approval_rejections.said(found)
        deps.background.spawn(home.show(deps, person.workspace, person.slack_id), name="home tab")
    else:
        view = approval_rejections.reason_form(ref, found.sheet, beside_request=False)
    await open_modal(client, body["trigger_id"], view)
    await ack()


async def press_approve_leave(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Approve, under time off; or what became of it meanwhile."""
    ref, request = time_off.decode_ref(action["value"]), Request(f"press:{body['trigger_id']}", Reply())
    outcome = await time_off_decisions.decide(deps, outbox, person, ref, Verdict.APPROVE, request)
    if isinstance(outcome, Message):
        await open_modal(client, body["trigger_id"], time_off_forms.said(outcome))
    await ack()


async def press_reject_leave(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Reject…, under time off: the form; or what became of it meanwhile."""
    found = await time_off_decisions.find(deps, person, time_off.decode_ref(action["value"]))
    view = time_off_forms.said(found) if isinstance(found, Message) else time_off_forms.why_form(found)
    await open_modal(client, body["trigger_id"], view)
    await ack()


async def turn_page(ack: AsyncAck, action: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """Next or Previous, under what waits."""
    page = approval_queue.page_of(action["value"])
    deps.background.spawn(home.turn_to(deps, person, page), name="home tab")
    await ack()


def _day(value: str) -> date:
    """The day of a button's value; raises Problem for what we never made."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Problem(tr(OUTDATED)) from None
