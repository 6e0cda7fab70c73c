"""Who is off, as Kantata has it: for whoever asks."""

from bot import time_off_people
from bot.deps import Deps
from bot.domain.calendars import Week
from bot.domain.problems import Problem
from bot.kantata.errors import KantataError
from bot.views import time_off as views
from bot.views.messages import Message

NO_ANSWER = "Kantata does not answer at the moment. Please try again in a minute."


async def show(deps: Deps, week: Week) -> Message:
    """Who of the firm is off in that week. Raises Problem where Kantata does not tell."""
    try:
        return views.who(week, await time_off_people.absences_of(deps, week))
    except KantataError:
        raise Problem(NO_ANSWER) from None
