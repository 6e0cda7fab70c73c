"""Deciding about timesheets: the buttons of a request, the form of a rejection, and the queue."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot import approvals, timesheets
from bot.approvals import Selection
from bot.deps import Deps
from bot.domain.people import Person
from bot.intents import Request
from bot.outbox import Outbox
from bot.views import approval_hearing, approval_queue, approval_rejections, approval_requests
from bot.views import approvals as views
from bot.views.messages import Message
from handlers.context import connected_person
from handlers.modals import open_modal
from handlers.replies import reply_to


def register(app: AsyncApp) -> None:
    """Everything about approvals needs somebody whom Kantata knows."""
    known = [connected_person]
    app.command("/approvals", middleware=known)(ask_for_queue)
    app.action(approval_requests.APPROVE, middleware=known)(press_approve)
    app.action(approval_requests.REJECT, middleware=known)(press_reject)
    app.action(approval_queue.REJECT, middleware=known)(press_reject)
    app.view(approval_rejections.REASON, middleware=known)(submit_reason)
    app.action(approval_requests.FIX, middleware=known)(press_fix)
    app.action(approval_queue.APPROVE_SELECTED, middleware=known)(press_approve_selected)
    app.action(re.compile(f"^{re.escape(approval_queue.PAGE)}"), middleware=known)(turn_page)
    app.action(approval_hearing.HEARING, middleware=known)(press_hearing)
    app.view(approval_hearing.HEARING, middleware=known)(submit_hearing)
    app.action(approval_queue.PICK)(tick)
    app.action(approval_requests.OPEN)(follow_link)


async def ask_for_queue(ack: AsyncAck, person: Person, deps: Deps) -> None:
    """``/approvals``: what waits for the person's decision."""
    message = await approvals.queue(deps, person)
    await ack(response_type="ephemeral", **message.payload())


async def press_approve(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    respond: AsyncRespond,
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Approve, under a request."""
    ref = views.decode_ref(action["value"])
    outcome = await approvals.approve(deps, outbox, person, ref, _request(body))
    await _say(respond, outcome)
    await ack()


async def press_reject(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    person: Person,
    deps: Deps,
) -> None:
    """Reject…: the form, unless there is nothing to reject any more."""
    ref = views.decode_ref(action["value"])
    found = await approvals.find(deps, person, ref)
    if isinstance(found, Message):
        await _say(respond, found)
    else:
        beside = action["action_id"] == approval_requests.REJECT
        form = approval_rejections.reason_form(ref, found.sheet, beside_request=beside)
        await open_modal(client, body["trigger_id"], form)
    await ack()


async def submit_reason(
    ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps, outbox: Outbox
) -> None:
    """The form was sent: reject."""
    rejection = approval_rejections.read_reason(view)
    outcome = await approvals.reject(deps, outbox, person, rejection, f"view:{view['id']}")
    if isinstance(outcome, Message):
        await ack(response_action="update", view=approval_rejections.said(outcome))
    else:
        await ack()


async def press_fix(
    ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, Any], person: Person, deps: Deps
) -> None:
    """Fix and resubmit, under a rejection: the week, to edit its entries and submit them again."""
    week = approval_requests.read_week(action["value"])
    deps.background.spawn(timesheets.show(deps, person, week, reply_to(body)), name="week")
    await ack()


async def press_approve_selected(
    ack: AsyncAck,
    body: Mapping[str, Any],
    respond: AsyncRespond,
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Approve selected, under the queue."""
    selection = Selection(approval_queue.picked(body.get("state") or {}), _request(body, replace=True))
    outcome = await approvals.approve_selected(deps, outbox, person, selection)
    await _say(respond, outcome, replace=True)
    await ack()


async def turn_page(
    ack: AsyncAck, action: Mapping[str, Any], respond: AsyncRespond, person: Person, deps: Deps
) -> None:
    """Next or Previous, under the queue."""
    await _say(
        respond, await approvals.queue(deps, person, approval_queue.page_of(action["value"])), replace=True
    )
    await ack()


async def press_hearing(
    ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, person: Person, deps: Deps
) -> None:
    """How I hear…: the form with what counts now."""
    form = approval_hearing.hearing_form(await approvals.hearing(deps, person))
    await open_modal(client, body["trigger_id"], form)
    await ack()


async def submit_hearing(ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps) -> None:
    """The form was sent: keep it."""
    await approvals.choose_hearing(deps, person, approval_hearing.read_hearing(view))
    await ack()


async def tick(ack: AsyncAck) -> None:
    """A box was ticked: what is ticked counts when Approve selected is pressed."""
    await ack()


async def follow_link(ack: AsyncAck) -> None:
    """Open in Kantata was pressed: the browser is on its way, and Slack wants to hear that we know."""
    await ack()


def _request(body: Mapping[str, Any], *, replace: bool = False) -> Request:
    return Request(f"press:{body['trigger_id']}", reply_to(body, replace=replace))


async def _say(respond: AsyncRespond, outcome: approvals.Outcome, *, replace: bool = False) -> None:
    """Answer privately what needs no waiting."""
    if isinstance(outcome, Message):
        await respond(response_type="ephemeral", replace_original=replace, **outcome.payload())
