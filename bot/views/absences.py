"""Who is off: names and dates and nothing else."""

from collections.abc import Sequence

from bot.domain.calendars import Week
from bot.domain.languages import tr
from bot.domain.time_off import Absence, format_days
from bot.domain.timesheets import format_week
from bot.views.messages import Message, escape, section, shortened

_ABSENCES_SHOWN = 60


def who(week: Week, off: Sequence[Absence]) -> Message:
    """Who is off in a week: names and dates and nothing else."""
    head = tr("Off, {week}").format(week=format_week(week))
    shown = [f"{each.name}: {format_days(each.days)}" for each in off[:_ABSENCES_SHOWN]]
    if len(off) > len(shown):
        shown.append(tr("… and {number} more").format(number=len(off) - len(shown)))
    if not off:
        shown = [tr("Nobody.")]
    texts = [f":palm_tree: *{head}*", *map(escape, shown)]
    blocks = [section("\n".join(texts[at : at + 20])) for at in range(0, len(texts), 20)]
    return Message(shortened(escape("\n".join([head, *shown])), 3900), tuple(blocks))
