"""What people see of time off: what a wish comes to, the request, what became of it, and who is off.

The reason is shown to whoever asks and to whoever decides, and in no other message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.calendars import format_day
from bot.domain.durations import format_duration
from bot.domain.languages import and_more, either, later, tr
from bot.domain.time_off import (
    Absence,
    Afterwards,
    LeaveDay,
    TimeOff,
    TimeOffState,
    Written,
    format_days,
    format_leave,
)
from bot.views.messages import (
    Message,
    context,
    drawn_by_slack,
    escape,
    joined,
    lines,
    plain,
    row_number,
    section,
    shortened,
)
from bot.views.time_off_previews import by_day, few, logged_line

APPROVE = "time_off.approve.v1"
REJECT = "time_off.reject.v1"
WITHDRAW = "time_off.withdraw.v1"
EDIT = "time_off.edit.v1"

_DAYS_SHOWN = 12
_LIST_SHOWN = 15

GONE = later("It is no longer there in Kantata.")
NOT_ALLOWED = later(
    "Kantata does not let me write time off. Ask your Kantata administrator to give this "
    "bot's service account the right to manage it."
)
NOT_YOURS = later("You are not asked about this time off (any more), so nothing was decided.")
NOBODY_KNOWS = later("I do not know that request; the button may be older than what I remember.")
CHANGED = later(
    "This request was changed after you were shown it, so nothing was decided. Please look at it again."
)
NOTHING_ASKED = later("You have asked for no time off. `/timeoff fri` shows what a day comes to.")


@dataclass(frozen=True)
class TimeOffRef:
    """The request a button is about, and which state of it was shown. Looked up, never trusted."""

    request_id: int
    revision: int


def encode_ref(request: TimeOff) -> str:
    """The request as a button's value."""
    return f"{request.id}.{request.revision}"


def decode_ref(value: str) -> TimeOffRef:
    """The reference of a button's value; raises Problem for anything we never made."""
    request_id, _, revision = value.partition(".")
    return TimeOffRef(row_number(request_id), row_number(revision))


@dataclass(frozen=True)
class Surroundings:
    """What whoever decides should know: who of the same projects is off, and the minutes logged by day.

    ``known`` is False where Kantata did not tell.
    """

    absences: tuple[Absence, ...] = ()
    logged: Mapping[date, int] = field(default_factory=dict)
    known: bool = True


# Asked for


def asked(request: TimeOff, names: Sequence[str]) -> Message:
    """That it was asked for, and of whom; or that nobody needed to be."""
    what = format_leave(request.days)
    if request.is_waiting:
        said = tr("Asked for: {what}. It waits for {names}; you will hear.").format(
            what=what, names=either(names)
        )
    else:
        said = tr("Granted without asking: {what}. It is being written to Kantata; you will hear.").format(
            what=what
        )
    return plain(f":palm_tree: {escape(said)}", ActionsBlock(elements=_own_buttons(request)))


def request(of: TimeOff, around: Surroundings, *, again: bool = False) -> Message:
    """What whoever decides is asked, with everything needed to answer; ``again``: it has waited a while."""
    head = tr("Still waiting for you:") + " " if again else ""
    asks = (
        tr("{name} asks for time off (changed): {days}")
        if of.revision > 1
        else tr("{name} asks for time off: {days}")
    )
    what = asks.format(name=of.name, days=format_leave(of.days))
    blocks: list[Block] = [section(f":palm_tree: {head}*{escape(what)}*")]
    if len(of.days) > 1:
        blocks.append(section(escape(by_day(of.days))))
    if of.reason:
        blocks.append(section(tr("*Reason:*") + "\n" + _quoted(of.reason)))
    blocks.append(context(escape(_around(around))))
    blocks.append(ActionsBlock(elements=[_approve(of), _reject(of)]))
    text = lines(
        f"{head}{what}",
        tr("Reason: {reason}").format(reason=of.reason) if of.reason else None,
        _around(around),
    )
    return Message(shortened(escape(text), 3900), tuple(blocks))


def _around(around: Surroundings) -> str:
    if not around.known:
        return tr("Kantata did not tell who else is off then, nor what is logged.")
    off = [f"{each.name} ({format_days(each.days)})" for each in around.absences[:8]]
    others = (
        tr("Off too, of the same projects: {names}.").format(
            names=and_more("; ".join(off), len(around.absences) - len(off))
        )
        if off
        else tr("Nobody else of the same projects is off then.")
    )
    logged = logged_line(around.logged) or tr("Nothing is logged on these days")
    return f"{others} {logged}."


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in escape(text).splitlines())


def _approve(of: TimeOff) -> ButtonElement:
    return _button(tr("Approve"), APPROVE, of, style="primary")


def _reject(of: TimeOff) -> ButtonElement:
    return _button(tr("Reject…"), REJECT, of)


def _button(text: str, action: str, of: TimeOff, *, style: str | None = None) -> ButtonElement:
    label = shortened(f"{text.rstrip('…')} {of.name}, {format_leave(of.days)}", 75)
    return ButtonElement(
        text=text, action_id=action, value=encode_ref(of), style=style, accessibility_label=label
    )


# What became of it

_MARKS = {
    TimeOffState.WAITING: ":hourglass_flowing_sand:",
    TimeOffState.GRANTED: ":white_check_mark:",
    TimeOffState.REJECTED: ":no_entry:",
    TimeOffState.WITHDRAWN: ":leftwards_arrow_with_hook:",
    TimeOffState.CANCELLED: ":leftwards_arrow_with_hook:",
    TimeOffState.EXPIRED: ":alarm_clock:",
}


def verdict(of: TimeOff) -> str:
    """How it stands and who brought that about, not escaped."""
    match of.state:
        case TimeOffState.WAITING:
            return tr("Waiting for a decision.")
        case TimeOffState.GRANTED:
            return (
                tr("Approved by {name}.").format(name=of.decided_by)
                if of.decided_by
                else tr("Granted without asking.")
            )
        case TimeOffState.REJECTED:
            return tr("Rejected by {name}: {why}").format(name=of.decided_by, why=of.why)
        case TimeOffState.WITHDRAWN:
            return tr("Withdrawn by {name} before it was decided.").format(name=of.name)
        case TimeOffState.CANCELLED:
            return tr("Cancelled by {name}: all of it was given back.").format(name=of.name)
        case TimeOffState.EXPIRED:
            return tr("Expired: nobody decided in time.")


def in_kantata(of: TimeOff) -> str:
    """What Kantata has of a granted request, and where that differs; "" where there is nothing to say."""
    if of.state is not TimeOffState.GRANTED:
        return ""
    if any(each.taken is None for each in of.days):
        return tr("It is being written to Kantata.")
    said = [
        tr("Kantata did not take {days}: {why}").format(days=few(days), why=tr(why))
        for why, days in _refusals(of.days).items()
    ]
    differs = [each for each in of.days if not each.refused and _differs(each)]
    said += [
        tr("On {day} Kantata has {minutes} off in all.").format(
            day=format_day(each.day), minutes=format_duration(each.found or 0)
        )
        for each in differs[:5]
    ]
    return " ".join([tr("It is in Kantata.") if of.standing_days() else "", *said]).strip()


def _refusals(days: Sequence[LeaveDay]) -> dict[str, list[date]]:
    by_words: dict[str, list[date]] = {}
    for each in days:
        if each.refused:
            by_words.setdefault(each.refused, []).append(each.day)
    return by_words


def _differs(day: LeaveDay) -> bool:
    return day.found is not None and day.found != (day.taken or 0)


def _when(instant: datetime | None) -> str:
    if instant is None:
        return ""
    spoken = instant.strftime("%Y-%m-%d %H:%M %Z")
    return f" ({drawn_by_slack(instant, spoken)})"


def _whose(of: TimeOff) -> str:
    return tr("{name}, time off: {days}").format(name=of.name, days=format_leave(of.days))


def decided(of: TimeOff) -> Message:
    """What became of it, in the place of the request and without buttons or reason."""
    said, what = verdict(of), _whose(of)
    text = joined([said, what, in_kantata(of)])
    blocks = [section(f"{_MARKS[of.state]} {escape(said)}{_when(of.decided_at)}"), context(escape(what))]
    if more := in_kantata(of):
        blocks.append(context(escape(more)))
    return Message(shortened(escape(text), 3900), tuple(blocks))


def elsewhere(of: TimeOff) -> Message:
    """That somebody else decides now."""
    return plain(
        escape(
            tr("You are no longer asked about this; somebody else decides. {what}").format(what=_whose(of))
        )
    )


def told(of: TimeOff) -> Message:
    """What the person hears who asked: who decided, why, and what Kantata has."""
    said = tr("Your time off, {days}: {verdict}").format(days=format_leave(of.days), verdict=verdict(of))
    blocks: list[Block] = [section(f"{_MARKS[of.state]} {escape(said)}{_when(of.decided_at)}")]
    if more := in_kantata(of):
        blocks.append(context(escape(more)))
    if buttons := _own_buttons(of):
        blocks.append(ActionsBlock(elements=buttons))
    return Message(shortened(escape(joined([said, in_kantata(of)])), 3900), tuple(blocks))


def already(of: TimeOff) -> Message:
    """The answer to a press that came after the decision."""
    return plain(f"{_MARKS[of.state]} {escape(verdict(of))} {escape(_whose(of))}")


def news(of: TimeOff, done: Afterwards) -> Message:
    """What whoever decided hears when granted days are given back, or given other hours."""
    said = (
        tr("{name} gave back time off that was granted: {days}")
        if done.given_back
        else tr("{name} changed time off that was granted: {days}")
    )
    return plain(f":palm_tree: {escape(said.format(name=of.name, days=format_leave(done.days)))}")


def _own_buttons(of: TimeOff) -> list[ButtonElement]:
    if not of.is_open:
        return []
    return [_button(tr("Edit"), EDIT, of), _button(tr("Withdraw"), WITHDRAW, of)]


def listing(
    requests: Sequence[TimeOff], waits_for: Mapping[int, Sequence[str]], booked: Sequence[LeaveDay] | None
) -> Message:
    """What the person asked for, newest first; ``waits_for`` are the names of who decides, by request.

    ``booked`` are the coming days that Kantata has off without a request here; None where it did not tell.
    """
    also = _booked(booked)
    if not requests:
        return plain(f":palm_tree: {escape(joined([tr(NOTHING_ASKED), also]))}")
    blocks: list[Block] = [section(tr("*Your time off*"))]
    text = [tr("Your time off:")]
    for each in requests[:_LIST_SHOWN]:
        stands = _stands(each, waits_for.get(each.id, ()))
        text.append(joined([format_leave(each.days), stands]))
        blocks.append(section(f"{_MARKS[each.state]} *{escape(format_leave(each.days))}*\n{escape(stands)}"))
        if buttons := _own_buttons(each):
            blocks.append(ActionsBlock(elements=buttons))
    if also:
        text.append(also)
        blocks.append(context(escape(shortened(also, 1900))))
    return Message(shortened(escape("\n".join(text)), 3900), tuple(blocks))


def _booked(days: Sequence[LeaveDay] | None) -> str:
    if days is None:
        return tr(
            "Kantata does not answer at the moment, so days that were booked there itself are not shown."
        )
    return tr("Off in Kantata without a request here: {days}").format(days=format_leave(days)) if days else ""


def _stands(of: TimeOff, names: Sequence[str]) -> str:
    if of.is_waiting and names:
        return tr("Waits for {names}.").format(names=either(names))
    return f"{verdict(of)} {in_kantata(of)}".strip()


def which(days: Sequence[date]) -> str:
    """That the person has asked for none of these days; not escaped."""
    return tr(
        "You have not asked me for time off on {days}. `/timeoff list` shows what you asked for."
    ).format(days=few(days))


def withdrawn(days: Sequence[LeaveDay], *, left: Sequence[LeaveDay] = ()) -> Message:
    """That days which waited are asked for no more."""
    said = tr("Withdrawn: {days}.").format(days=format_leave(days))
    if left:
        said += " " + tr("Still asked for: {days}.").format(days=format_leave(left))
    return plain(f":leftwards_arrow_with_hook: {escape(said)}")


def rewritten(of: TimeOff) -> Message:
    """That a request that waits was changed."""
    said = tr("Changed: you now ask for {days}.").format(days=format_leave(of.days))
    return plain(
        f":palm_tree: {escape(said)}",
        ActionsBlock(elements=_own_buttons(of)),
    )


def being_written() -> Message:
    """That granted days are being changed in Kantata."""
    return plain(tr(":hourglass_flowing_sand: Being written to Kantata; you will hear."))


def written(days: Mapping[date, Written]) -> Message:
    """What Kantata has after days were changed or given back, day by day."""
    said = [_written_line(day, each) for day, each in sorted(days.items())]
    shown = said[:_DAYS_SHOWN]
    if len(said) > len(shown):
        shown.append(tr("… and {number} more days").format(number=len(said) - len(shown)))
    refused = any(each.refused for each in days.values())
    return plain(f"{':warning:' if refused else ':white_check_mark:'} {escape(chr(10).join(shown))}")


def _written_line(day: date, became: Written) -> str:
    if became.refused:
        return tr("{day}: not changed. {why}").format(day=format_day(day), why=tr(became.refused))
    if became.taken == 0 and became.found == 0:
        return tr("{day}: given back, nothing is off any more.").format(day=format_day(day))
    said = tr("{day}: {minutes} off").format(day=format_day(day), minutes=format_duration(became.taken))
    if became.taken == 0:
        said = tr("{day}: given back").format(day=format_day(day))
    if became.found != became.taken:
        said += "; " + tr("Kantata has {minutes} off in all").format(minutes=format_duration(became.found))
    return f"{said}."


def kept() -> Message:
    """That a change is kept, while Kantata does not answer."""
    return plain(
        tr(
            ":hourglass_flowing_sand: Kantata is slow to answer. Your change is kept; I am making "
            "sure that it is written, once, and will tell you."
        )
    )


def kept_decision() -> Message:
    """That a decision is kept, while Kantata does not answer."""
    return plain(
        tr(
            ":hourglass_flowing_sand: Kantata is slow to answer. Your decision is kept and will be "
            "noted, once."
        )
    )


def not_written(why: str) -> Message:
    """That Kantata refused a change, and why: a reason a line."""
    why = "\n".join(map(tr, why.splitlines()))
    return plain(tr(":warning: Nothing was changed in Kantata. {why}").format(why=escape(why)))
