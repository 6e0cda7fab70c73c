"""What a wish for time off comes to, as it is shown before it is asked for, and what can be typed."""

from collections.abc import Mapping, Sequence
from datetime import date

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.calendars import format_day
from bot.domain.durations import format_duration
from bot.domain.languages import and_more, either, tr
from bot.domain.leave_lines import HELP_EXAMPLES
from bot.domain.time_off import LeaveDay, Preview, format_leave
from bot.domain.work_calendars import DayOut
from bot.views.messages import Message, context, escape, lines, plain, section, shortened

REQUEST = "time_off.request.v1"
_DAYS_SHOWN = 12


def usage() -> Message:
    """What can be typed after /timeoff."""
    phrases = "\n".join(f"`/timeoff {phrase}` – {tr(meaning)}" for phrase, meaning in HELP_EXAMPLES)
    return plain(tr("`/timeoff` opens the form. Or say it in words:") + "\n" + phrases)


def slow() -> Message:
    """That Kantata takes its time."""
    return plain(tr(":hourglass_flowing_sand: Asking Kantata about these days …"))


def preview(form_id: int, shown: Preview, asked: Sequence[str]) -> Message:
    """What a wish comes to, with Request; ``asked`` are the names of who decides, none: nobody needs to."""
    label = shortened(tr("Request {days}").format(days=format_leave(shown.days)), 75)
    button = ButtonElement(
        text=tr("Request"),
        action_id=REQUEST,
        value=str(form_id),
        style="primary",
        accessibility_label=label,
    )
    blocks = [*preview_blocks(shown, asked), ActionsBlock(elements=[button])]
    text = lines(
        tr("Time off: {days}. Nothing is asked for yet.").format(days=format_leave(shown.days)),
        _left_out(shown.left_out),
        logged_line(shown.logged),
    )
    return Message(shortened(escape(text), 3900), tuple(blocks))


def preview_blocks(shown: Preview, asked: Sequence[str]) -> list[Block]:
    """The days and hours, what is left out, what is logged, and who is asked."""
    reason = shown.wish.reason
    texts = [
        f":palm_tree: *{escape(format_leave(shown.days))}*",
        escape(by_day(shown.days)) if len(shown.days) > 1 else None,
        escape(_left_out(shown.left_out)) if shown.left_out else None,
        f":warning: {escape(logged_line(shown.logged))}" if shown.logged else None,
        tr("*Reason:*") + " " + escape(reason) if reason else None,
    ]
    blocks: list[Block] = [section(text) for text in texts if text]
    blocks.append(context(escape(_who_decides(asked, private=bool(reason)))))
    return blocks


def _who_decides(asked: Sequence[str], *, private: bool) -> str:
    if not asked:
        who = tr("It will be granted without asking anybody.")
    elif private:
        who = tr("{names} will be asked, and alone will read the reason.").format(names=either(asked))
    else:
        who = tr("{names} will be asked.").format(names=either(asked))
    return who + " " + tr("The time off is written to Kantata once it is granted.")


def by_day(days: Sequence[LeaveDay]) -> str:
    """Each day with its hours, a line each."""
    shown = [f"{format_day(each.day)}: {format_duration(each.minutes)}" for each in days[:_DAYS_SHOWN]]
    if len(days) > _DAYS_SHOWN:
        shown.append(tr("… and {number} more days").format(number=len(days) - _DAYS_SHOWN))
    return "\n".join(shown)


def _left_out(left_out: Sequence[DayOut]) -> str:
    if not left_out:
        return ""
    by_reason: dict[str, list[date]] = {}
    for each in left_out:
        by_reason.setdefault(each.why, []).append(each.day)
    shown = [f"{few(days)} ({why})" for why, days in by_reason.items()]
    return tr("Left out: {names}").format(names="; ".join(shown))


def few(days: Sequence[date]) -> str:
    """The first days, and how many more there are."""
    shown = ", ".join(map(format_day, days[:4]))
    return and_more(shown, len(days) - 4)


def logged_line(logged: Mapping[date, int]) -> str:
    """What is logged on days that are to be off; "" for nothing."""
    if not logged:
        return ""
    shown = [f"{format_day(day)} {format_duration(minutes)}" for day, minutes in sorted(logged.items())]
    names = and_more(", ".join(shown[:6]), len(shown) - 6)
    return tr("Time is logged on these days already: {names}").format(names=names)
