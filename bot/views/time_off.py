"""What people see of time off: what a wish comes to, the request, what became of it, and who is off.

The reason is shown to whoever asks and to whoever decides, and in no other message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.domain.calendars import format_day
from bot.domain.durations import format_duration
from bot.domain.time_off import (
    Absence,
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
    escape,
    joined,
    lines,
    plain,
    row_number,
    section,
    shortened,
)
from bot.views.time_off_previews import by_day, either, few, logged_line

APPROVE = "time_off.approve.v1"
REJECT = "time_off.reject.v1"
WITHDRAW = "time_off.withdraw.v1"
EDIT = "time_off.edit.v1"

_DAYS_SHOWN = 12
_LIST_SHOWN = 15

GONE = "It is no longer there in Kantata."
NOT_ALLOWED = (
    "Kantata does not let me write time off. Ask your Kantata administrator to give this bot's service "
    "account the right to manage it."
)
NOT_YOURS = "You are not asked about this time off (any more), so nothing was decided."
NOBODY_KNOWS = "I do not know that request; the button may be older than what I remember."
CHANGED = "This request was changed after you were shown it, so nothing was decided. Please look at it again."
NOTHING_ASKED = "You have asked for no time off. `/timeoff fri` shows what a day comes to."


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
        said = f"Asked for: {what}. It waits for {either(names)}; you will hear."
    else:
        said = f"Granted without asking: {what}. It is being written to Kantata; you will hear."
    return plain(f":palm_tree: {escape(said)}", ActionsBlock(elements=_own_buttons(request)))


def request(of: TimeOff, around: Surroundings, *, again: bool = False) -> Message:
    """What whoever decides is asked, with everything needed to answer; ``again``: it has waited a while."""
    head = "Still waiting for you: " if again else ""
    changed = " (changed)" if of.revision > 1 else ""
    what = f"{of.name} asks for time off{changed}: {format_leave(of.days)}"
    blocks: list[Block] = [section(f":palm_tree: {head}*{escape(what)}*")]
    if len(of.days) > 1:
        blocks.append(section(escape(by_day(of.days))))
    if of.reason:
        blocks.append(section(f"*Reason:*\n{_quoted(of.reason)}"))
    blocks.append(context(escape(_around(around))))
    blocks.append(ActionsBlock(elements=[_approve(of), _reject(of)]))
    text = lines(f"{head}{what}", f"Reason: {of.reason}" if of.reason else None, _around(around))
    return Message(shortened(escape(text), 3900), tuple(blocks))


def _around(around: Surroundings) -> str:
    if not around.known:
        return "Kantata did not tell who else is off then, nor what is logged."
    off = [f"{each.name} ({format_days(each.days)})" for each in around.absences[:8]]
    more = f" and {len(around.absences) - 8} more" if len(around.absences) > 8 else ""
    others = f"Off too, of the same projects: {'; '.join(off)}{more}." if off else (
        "Nobody else of the same projects is off then."
    )  # fmt: skip
    return f"{others} {logged_line(around.logged) or 'Nothing is logged on these days'}."


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in escape(text).splitlines())


def _approve(of: TimeOff) -> ButtonElement:
    return _button("Approve", APPROVE, of, style="primary")


def _reject(of: TimeOff) -> ButtonElement:
    return _button("Reject…", REJECT, of)


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
            return "Waiting for a decision."
        case TimeOffState.GRANTED:
            return f"Approved by {of.decided_by}." if of.decided_by else "Granted without asking."
        case TimeOffState.REJECTED:
            return f"Rejected by {of.decided_by}: {of.why}"
        case TimeOffState.WITHDRAWN:
            return f"Withdrawn by {of.name} before it was decided."
        case TimeOffState.CANCELLED:
            return f"Cancelled by {of.name}: all of it was given back."
        case TimeOffState.EXPIRED:
            return "Expired: nobody decided in time."


def in_kantata(of: TimeOff) -> str:
    """What Kantata has of a granted request, and where that differs; "" where there is nothing to say."""
    if of.state is not TimeOffState.GRANTED:
        return ""
    if any(each.taken is None for each in of.days):
        return "It is being written to Kantata."
    said = [f"Kantata did not take {few(days)}: {why}" for why, days in _refusals(of.days).items()]
    differs = [each for each in of.days if not each.refused and _differs(each)]
    said += [
        f"On {format_day(each.day)} Kantata has {format_duration(each.found or 0)} off in all."
        for each in differs[:5]
    ]
    return " ".join(["It is in Kantata." if of.standing_days() else "", *said]).strip()


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
    return f" (<!date^{int(instant.timestamp())}^{{date_short_pretty}} at {{time}}|{spoken}>)"


def _whose(of: TimeOff) -> str:
    return f"{of.name}, time off: {format_leave(of.days)}"


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
    return plain(escape(f"You are no longer asked about this; somebody else decides. {_whose(of)}"))


def told(of: TimeOff) -> Message:
    """What the person hears who asked: who decided, why, and what Kantata has."""
    said = f"Your time off, {format_leave(of.days)}: {verdict(of)}"
    blocks: list[Block] = [section(f"{_MARKS[of.state]} {escape(said)}{_when(of.decided_at)}")]
    if more := in_kantata(of):
        blocks.append(context(escape(more)))
    if buttons := _own_buttons(of):
        blocks.append(ActionsBlock(elements=buttons))
    return Message(shortened(escape(joined([said, in_kantata(of)])), 3900), tuple(blocks))


def already(of: TimeOff) -> Message:
    """The answer to a press that came after the decision."""
    return plain(f"{_MARKS[of.state]} {escape(verdict(of))} {escape(_whose(of))}")


def given_back(of: TimeOff, days: Sequence[LeaveDay]) -> str:
    """What whoever decided hears when granted days are given back; not escaped."""
    return f"{of.name} gave back time off that was granted: {format_leave(days)}"


def hours_changed(of: TimeOff, days: Sequence[LeaveDay]) -> str:
    """What whoever decided hears when granted days are given other hours; not escaped."""
    return f"{of.name} changed time off that was granted: {format_leave(days)}"


def news(text: str) -> Message:
    """A line for whoever decided."""
    return plain(f":palm_tree: {escape(text)}")


def _own_buttons(of: TimeOff) -> list[ButtonElement]:
    if not of.is_open:
        return []
    return [_button("Edit", EDIT, of), _button("Withdraw", WITHDRAW, of)]


def listing(requests: Sequence[TimeOff], waits_for: Mapping[int, Sequence[str]]) -> Message:
    """What the person asked for, newest first; ``waits_for`` are the names of who decides, by request."""
    if not requests:
        return plain(f":palm_tree: {NOTHING_ASKED}")
    blocks: list[Block] = [section("*Your time off*")]
    text = ["Your time off:"]
    for each in requests[:_LIST_SHOWN]:
        stands = _stands(each, waits_for.get(each.id, ()))
        text.append(joined([format_leave(each.days), stands]))
        blocks.append(section(f"{_MARKS[each.state]} *{escape(format_leave(each.days))}*\n{escape(stands)}"))
        if buttons := _own_buttons(each):
            blocks.append(ActionsBlock(elements=buttons))
    return Message(shortened(escape("\n".join(text)), 3900), tuple(blocks))


def _stands(of: TimeOff, names: Sequence[str]) -> str:
    if of.is_waiting and names:
        return f"Waits for {either(names)}."
    return f"{verdict(of)} {in_kantata(of)}".strip()


def which(days: Sequence[date]) -> str:
    """That the person has asked for none of these days; not escaped."""
    return f"You have not asked me for time off on {few(days)}. `/timeoff list` shows what you asked for."


def withdrawn(days: Sequence[LeaveDay], *, left: Sequence[LeaveDay] = ()) -> Message:
    """That days which waited are asked for no more."""
    rest = f" Still asked for: {format_leave(left)}." if left else ""
    return plain(f":leftwards_arrow_with_hook: {escape(f'Withdrawn: {format_leave(days)}.{rest}')}")


def rewritten(of: TimeOff) -> Message:
    """That a request that waits was changed."""
    return plain(
        f":palm_tree: {escape(f'Changed: you now ask for {format_leave(of.days)}.')}",
        ActionsBlock(elements=_own_buttons(of)),
    )


def being_written() -> Message:
    """That granted days are being changed in Kantata."""
    return plain(":hourglass_flowing_sand: Being written to Kantata; you will hear.")


def written(days: Mapping[date, Written]) -> Message:
    """What Kantata has after days were changed or given back, day by day."""
    said = [_written_line(day, each) for day, each in sorted(days.items())]
    shown = said[:_DAYS_SHOWN]
    if len(said) > len(shown):
        shown.append(f"… and {len(said) - len(shown)} more days")
    refused = any(each.refused for each in days.values())
    return plain(f"{':warning:' if refused else ':white_check_mark:'} {escape(chr(10).join(shown))}")


def _written_line(day: date, became: Written) -> str:
    if became.refused:
        return f"{format_day(day)}: not changed. {became.refused}"
    if became.taken == 0 and became.found == 0:
        return f"{format_day(day)}: given back, nothing is off any more."
    said = f"{format_day(day)}: {format_duration(became.taken)} off"
    if became.taken == 0:
        said = f"{format_day(day)}: given back"
    if became.found != became.taken:
        said += f"; Kantata has {format_duration(became.found)} off in all"
    return f"{said}."


def kept() -> Message:
    """That a change is kept, while Kantata does not answer."""
    return plain(
        ":hourglass_flowing_sand: Kantata is slow to answer. Your change is kept; I am making sure that it "
        "is written, once, and will tell you."
    )


def kept_decision() -> Message:
    """That a decision is kept, while Kantata does not answer."""
    return plain(
        ":hourglass_flowing_sand: Kantata is slow to answer. Your decision is kept and will be noted, once."
    )


def not_written(why: str) -> Message:
    """That Kantata refused a change, and why."""
    return plain(f":warning: Nothing was changed in Kantata. {escape(why)}")
