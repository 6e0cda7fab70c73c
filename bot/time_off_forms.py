"""What stands in the place of a filled form of time off: what it comes to, or what became of it."""

from slack_sdk.models.views import View

from bot import time_off, time_off_changes
from bot.deps import Deps
from bot.domain.people import Person
from bot.domain.problems import Field, Problem
from bot.domain.time_off import TimeOff
from bot.domain.writes import Reply
from bot.outbox import Outbox
from bot.views import time_off as views
from bot.views import time_off_forms as forms
from bot.views.messages import Message
from bot.views.time_off_forms import AskForm


async def answer_form(deps: Deps, outbox: Outbox, person: Person, form: AskForm) -> View:
    """What the form comes to, with Request; a granted request is changed at once. Raises Problem."""
    found = await time_off.own(deps, person, form.ref) if form.ref else None
    if found is not None and not found.is_waiting:
        return await _changed(deps, outbox, person, form, found)
    considered = await time_off.consider(deps, person, form.wish, changes=found)
    form_id = await time_off.remember(deps, person, Reply(), considered, form.ref)
    return forms.confirm_form(form_id, considered.preview, considered.names)


async def _changed(deps: Deps, outbox: Outbox, person: Person, form: AskForm, found: TimeOff) -> View:
    granted = {each.day for each in found.standing_days()}
    if others := [day for day in form.wish.days if day not in granted and not form.wish.is_range]:
        raise Problem(views.which(others), Field.DAYS)
    outcomes = await time_off_changes.change(deps, outbox, person, form.wish, Reply())
    said = next((each for each in outcomes if isinstance(each, Message)), views.being_written())
    return forms.said(said)
