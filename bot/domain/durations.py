"""How long something took: as people say it, and as the bot says it back. Minutes are whole."""

from bot.domain.clock_spans import span_at
from bot.domain.languages import tr
from bot.domain.lengths import EXAMPLES, LIMIT, Length, length_at
from bot.domain.phrases import Found, legible, taken
from bot.domain.problems import Field, Problem

_LONGEST_TEXT = 100


def parse_duration(text: str, *, workday_minutes: int = 480) -> int:
    """The minutes (1 to 1439) of one duration and nothing else; raises Problem with Field.DURATION.

    ``workday_minutes`` is what one day (``1d``) of the person comes to.
    """
    said = legible(text).strip()
    if not said:
        raise Problem(tr("How long did it take? {examples}").format(examples=tr(EXAMPLES)), Field.DURATION)
    found = None if len(said) > _LONGEST_TEXT else duration_at(said, 0)
    length = found and taken(found.value)
    if not found or not length:
        raise Problem(tr("That is not a duration. {examples}").format(examples=tr(EXAMPLES)), Field.DURATION)
    if rest := said[found.end :].lstrip(" ,;+-"):
        what = (
            tr("That is more than one duration.")
            if duration_at(rest, 0)
            else tr("That is a duration and something else.")
        )
        raise Problem(f"{what} {tr(EXAMPLES)} {tr(LIMIT)}", Field.DURATION)
    return length.on_one_day(workday_minutes)


def duration_at(text: str, at: int) -> Found[Length] | None:
    """The span of clock time, the length or the bare number that stands at this place of legible text."""
    return span_at(text, at) or length_at(text, at)


def format_duration(minutes: int) -> str:
    """Minutes as the bot says them, in every language: ``2h 00m``."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}h {rest:02}m"


def format_of(minutes: int, target: int) -> str:
    """What there is of what there should be: ``30h 00m of 40h 00m``."""
    return tr("{minutes} of {target}").format(
        minutes=format_duration(minutes), target=format_duration(target)
    )
