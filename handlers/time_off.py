"""Time off: the command, its forms and buttons, and deciding about it."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot import absences, answers, time_off, time_off_changes, time_off_decisions, time_off_forms
from bot.deps import Deps
from bot.domain.approvals import Verdict
from bot.domain.languages import later, tr
from bot.domain.leave_lines import Ask, Cancel, Change, Help, OpenForm, Show, Who, Wish, parse_leave
from bot.domain.people import Person
from bot.domain.writes import Reply
from bot.intents import Request
from bot.outbox import Outbox
from bot.time_off_changes import Outcome
from bot.views import time_off as views
from bot.views import time_off_forms as forms
from bot.views import time_off_previews
from bot.views.messages import Message, joined_messages, row_number
from handlers import failures
from handlers.context import connected_person
from handlers.modals import open_modal, redraw_modal
from handlers.replies import reply_to

ASKING = later("Asking Kantata about these days …")


def register(app: AsyncApp) -> None:
    """Everything about time off needs somebody whom Kantata knows."""
    known = [connected_person]
    app.command("/timeoff", middleware=known)(ask_time_off)
    app.action(time_off_previews.REQUEST, middleware=known)(press_request)
    app.action(views.WITHDRAW, middleware=known)(press_withdraw)
    app.action(views.EDIT, middleware=known)(press_edit)
    app.action(views.APPROVE, middleware=known)(press_approve)
    app.action(views.REJECT, middleware=known)(press_reject)
    app.view(forms.ASK, middleware=known)(submit_wish)
    app.view(forms.CONFIRM, middleware=known)(submit_request)
    app.view(forms.WHY, middleware=known)(submit_why)


async def ask_time_off(
    ack: AsyncAck,
    command: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """``/timeoff``: the form, or what the words after it ask for."""
    today, reply = person.today(deps.clock()), reply_to(command)
    match parse_leave(command.get("text") or "", today=today, locale=person.locale):
        case OpenForm():
            await open_modal(client, command["trigger_id"], forms.ask_form())
            await ack()
        case Help():
            await _say(ack, time_off_previews.usage())
        case Show() | Cancel(days=()) | Change(wish=None):
            await _say(ack, await time_off.listing(deps, person))
        case Cancel(days):
            await _say(ack, _said(await time_off_changes.cancel(deps, outbox, person, days, reply)))
        case Ask(wish):
            await ack()
            _later(deps, person, command, time_off.show_preview(deps, person, wish))
        case Change(wish) if wish:
            await ack()
            _later(deps, person, command, _change(deps, outbox, person, wish, command))
        case Who(week):
            await ack()
            _later(deps, person, command, absences.show(deps, week))


async def _change(
    deps: Deps, outbox: Outbox, person: Person, wish: Wish, command: Mapping[str, Any]
) -> Message | None:
    return _said(await time_off_changes.change(deps, outbox, person, wish, reply_to(command)))


def _later(deps: Deps, person: Person, command: Mapping[str, Any], asked: Awaitable[Message | None]) -> None:
    """Answer in the background, for that takes Kantata a moment."""
    answer = answers.answer(
        deps, person, reply_to(command), asked, slow=time_off_previews.slow(), key="time off"
    )
    deps.background.spawn(answer, name="time off")


def _said(outcomes: Sequence[Outcome]) -> Message | None:
    """What can be said at once; what goes to Kantata is answered when it is there."""
    return joined_messages([each for each in outcomes if isinstance(each, Message)])


async def _say(ack: AsyncAck, message: Message | None) -> None:
    if message is None:
        await ack()
    else:
        await ack(response_type="ephemeral", **message.payload())


async def submit_wish(
    ack: AsyncAck,
    view: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """The form was sent: show what it comes to, in its place where Kantata takes longer than Slack waits."""
    form = forms.read_ask(view, today=person.today(deps.clock()), locale=person.locale)
    work = asyncio.ensure_future(time_off_forms.answer_form(deps, outbox, person, form))
    done, _ = await asyncio.wait({work}, timeout=deps.patience.known)
    if done:
        await ack(response_action="push", view=work.result())
        return
    await ack(response_action="update", view=forms.waiting(tr(ASKING)))
    deps.background.spawn(_fill(client, view, work), name="time off form")


async def _fill(client: AsyncWebClient, sent: Mapping[str, Any], work: Awaitable[View]) -> None:
    try:
        view = await work
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
        view = forms.ask_again(sent, failures.said_of(error))
    await redraw_modal(client, sent["id"], view)


async def submit_request(
    ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps, outbox: Outbox
) -> None:
    """Request, in the form."""
    message = await time_off.request(deps, outbox, person, forms.read_confirm(view))
    await ack(response_action="update", view=forms.said(message))


async def press_request(
    ack: AsyncAck,
    action: Mapping[str, Any],
    respond: AsyncRespond,
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Request, under what words came to."""
    message = await time_off.request(deps, outbox, person, row_number(action["value"]))
    await respond(response_type="ephemeral", replace_original=True, **message.payload())
    await ack()


async def press_withdraw(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    respond: AsyncRespond,
    person: Person,
    deps: Deps,
    outbox: Outbox,
) -> None:
    """Withdraw: take the request back, or its days once they are granted."""
    ref = views.decode_ref(action["value"])
    outcome = await time_off_changes.take_back(deps, outbox, person, ref, reply_to(body))
    await _respond(respond, outcome)
    await ack()


async def press_edit(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    person: Person,
    deps: Deps,
) -> None:
    """Edit: the form as it was filled, or with the hours that were granted."""
    found = await time_off.own(deps, person, views.decode_ref(action["value"]))
    form = forms.ask_form(found) if found.is_open else forms.said(views.already(found))
    await open_modal(client, body["trigger_id"], form)
    await ack()


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
    ref, request = views.decode_ref(action["value"]), Request(f"press:{body['trigger_id']}", reply_to(body))
    outcome = await time_off_decisions.decide(deps, outbox, person, ref, Verdict.APPROVE, request)
    await _respond(respond, outcome)
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
    found = await time_off_decisions.find(deps, person, views.decode_ref(action["value"]))
    if isinstance(found, Message):
        await _respond(respond, found)
    else:
        await open_modal(client, body["trigger_id"], forms.why_form(found))
    await ack()


async def submit_why(
    ack: AsyncAck, view: Mapping[str, Any], person: Person, deps: Deps, outbox: Outbox
) -> None:
    """The form was sent: reject."""
    ref, why = forms.read_why(view)
    request = Request(f"view:{view['id']}", Reply())
    outcome = await time_off_decisions.decide(deps, outbox, person, ref, Verdict.REJECT, request, why)
    if isinstance(outcome, Message):
        await ack(response_action="update", view=forms.said(outcome))
    else:
        await ack()


async def _respond(respond: AsyncRespond, outcome: Outcome) -> None:
    """Answer privately what needs no waiting."""
    if isinstance(outcome, Message):
        await respond(response_type="ephemeral", replace_original=False, **outcome.payload())
