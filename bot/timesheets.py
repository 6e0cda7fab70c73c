"""The week: shown, submitted, taken back; every write goes through the outbox."""

import asyncio

import structlog

from bot import answers, weeks
from bot.deps import Deps
from bot.domain.dates import Week
from bot.domain.languages import later, tr
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.timesheets import Limits, Status, TimeOfWeek, preflight
from bot.domain.writes import Reply, State, Write
from bot.intents import Accepted, Request, own_write, submit, submit_anew
from bot.kantata.errors import KantataError
from bot.outbox import Outbox
from bot.time_entry_payloads import object_of
from bot.timesheet_payloads import (
    Order,
    Sheet,
    Submitted,
    Withdrawal,
    decode_order,
    decode_submitted,
    decode_withdrawal,
    encode_order,
    encode_withdrawal,
    order_of,
    timesheet_object,
)
from bot.timesheet_writes import CANCEL, SUBMIT, again
from bot.views import timesheets as views
from bot.views.messages import Message
from bot.views.time_entries import EntryRef
from bot.views.week_forms import SubmitForm
from storage import forms
from storage.forms import OpenForm

NO_ANSWER = later("Kantata does not answer at the moment, so nothing was done. Please try again in a minute.")
TOO_OLD = later("That is too old for me to know it. Please ask for your week again: /timesheet")

log = structlog.get_logger()


async def show(deps: Deps, person: Person, week: Week, reply: Reply) -> None:
    """Say the picture of the week, and before that that Kantata is slow where it is."""
    reading = asyncio.ensure_future(weeks.read_week(deps, person, week))
    try:
        done, _ = await asyncio.wait({reading}, timeout=deps.patience.slow)
        if not done:
            await _say(deps, person, reply, views.slow(week))
        time = await asyncio.wait_for(reading, deps.patience.give_up)
    except (KantataError, TimeoutError) as failed:
        log.warning("no picture of the week", error=type(failed).__name__)
        await _say(deps, person, reply, views.no_answer(week))
        return
    finally:
        reading.cancel()
    await _show(deps, person, reply, time)


async def _show(deps: Deps, person: Person, reply: Reply, time: TimeOfWeek) -> None:
    """With a table where Slack takes one, else in text."""
    today = person.today(deps.clock())
    withdrawal = await _withdrawal(deps, person, reply, time)
    picture = views.week(time, today, withdrawal=withdrawal)
    text = views.week(time, today, withdrawal=withdrawal, table=False)
    if answers.may_respond(deps, reply) and reply.response_url:
        for message in (picture, text):
            if await answers.respond(deps, reply, message):
                return
    await _say(deps, person, Reply(), text)


async def _withdrawal(deps: Deps, person: Person, reply: Reply, time: TimeOfWeek) -> int | None:
    """Where it is kept what waits for approval, if anything does."""
    waiting = {
        part.standing.submission_id: Sheet(
            sheet.project, tuple(entry.id for entry in part.entries), part.minutes
        )
        for sheet in time.timesheets
        for part in sheet.parts
        if part.standing.status is Status.PENDING and part.standing.submission_id
    }
    if not waiting:
        return None
    return await remember(deps, person, reply, encode_withdrawal(Withdrawal(time.week.start, waiting)))


async def _say(deps: Deps, person: Person, reply: Reply, message: Message) -> None:
    await answers.say(deps, person, reply, message, key="week")


async def read_patiently(deps: Deps, person: Person, week: Week) -> TimeOfWeek:
    """The week for a form that somebody waits for; raises Problem where Kantata does not tell it."""
    try:
        async with asyncio.timeout(deps.patience.give_up):
            return await weeks.read_week(deps, person, week)
    except (KantataError, TimeoutError):
        raise Problem(tr(NO_ANSWER)) from None


async def submit_form(deps: Deps, person: Person, week: Week, reply: Reply) -> SubmitForm:
    """What submitting the week would come to, remembered until the form is sent."""
    time, limits = await asyncio.gather(read_patiently(deps, person, week), _limits(deps, person))
    check = preflight(time, limits)
    order = order_of(week.start, check.ready)
    form_id = await remember(deps, person, reply, encode_order(order))
    return SubmitForm(form_id, time, check, person.today(deps.clock()))


async def _limits(deps: Deps, person: Person) -> Limits:
    """What the firm asks of this person's whole week; Kantata says it itself where it does not tell."""
    try:
        async for member in deps.kantata.account_memberships(by_user_id=person.kantata_id):
            return Limits(member.enforce_minimum, member.enforce_maximum)
    except KantataError as failed:
        log.warning("limits not known", error=type(failed).__name__)
    return Limits()


async def remember(deps: Deps, person: Person, reply: Reply, base: str) -> int:
    """Keep what a form was opened upon; its number."""
    async with deps.database.transaction() as session:
        return await forms.add(session, person.workspace, person.slack_id, reply, deps.clock(), base=base)


async def opened(deps: Deps, person: Person, form_id: int) -> tuple[OpenForm, str]:
    """The person's own form and what it was opened upon; raises Problem where it is forgotten."""
    async with deps.database.reading() as session:
        form = await forms.get(session, form_id, person.workspace, person.slack_id)
    if form is None or form.base is None:
        raise Problem(tr(TOO_OLD))
    return form, form.base


async def submit_week(
    deps: Deps, outbox: Outbox, person: Person, form_id: int, comment: str, cause: str
) -> Accepted:
    """Submit what the form showed, a timesheet for each project."""
    form, base = await opened(deps, person, form_id)
    order = decode_order(base)
    if not order.sheets:
        raise Problem(tr("There is nothing to submit."))
    commented = Order(order.week_start, order.sheets, comment)
    return await _submit(outbox, person, commented, Request(cause, form.reply))


async def _submit(outbox: Outbox, person: Person, order: Order, request: Request) -> Accepted:
    objects = [object_of(entry_id) for sheet in order.sheets for entry_id in sheet.entry_ids]
    return await submit(outbox, person, SUBMIT, encode_order(order), request, objects=objects)


async def submit_again(deps: Deps, outbox: Outbox, person: Person, write_id: int, reply: Reply) -> Accepted:
    """Submit once more what of that submission Kantata refused, and nothing else."""
    write = await _own(deps, person, write_id)
    submitted = decode_submitted(write.result) if write.result else Submitted({}, {})
    order = again(decode_order(write.payload), submitted)
    if not order.sheets:
        raise Problem(tr("All of that is submitted already."))
    return await _submit(outbox, person, order, Request(f"submit-again:{write.id}", reply))


async def undo(deps: Deps, outbox: Outbox, person: Person, write_id: int, reply: Reply) -> Accepted:
    """Take back what that submission submitted, as long as nobody decided about it."""
    write = await _own(deps, person, write_id)
    taken = decode_submitted(write.result or "").submissions if write.result else {}
    if not taken:
        raise Problem(tr("There is nothing to take back."))
    order = decode_order(write.payload)
    sheets = {taken[each.project.id]: each for each in order.sheets if each.project.id in taken}
    back = Withdrawal(order.week_start, sheets)
    return await _take_back(outbox, person, back, Request(f"undo:{write.id}", reply))


async def withdraw(deps: Deps, outbox: Outbox, person: Person, form_id: int, reply: Reply) -> Accepted:
    """Take back what waited for approval when the week was shown, however it was submitted."""
    _, base = await opened(deps, person, form_id)
    request = Request(f"withdraw:{form_id}", reply)
    return await _take_back(outbox, person, decode_withdrawal(base), request)


async def _take_back(outbox: Outbox, person: Person, back: Withdrawal, request: Request) -> Accepted:
    objects = [timesheet_object(submission_id) for submission_id in back.sheets]
    return await submit_anew(outbox, person, CANCEL, encode_withdrawal(back), request, objects=objects)


async def _own(deps: Deps, person: Person, write_id: int) -> Write:
    write = await own_write(deps, person, EntryRef(write_id))
    if write.kind != SUBMIT or write.state is State.OPEN:
        raise Problem(tr("That is not settled yet. Please wait for the answer."))
    return write
