"""Time off: what a wish comes to, who decides about it, how long it waits, and who is off when.

Kantata knows no approval of time off, and takes at most a day's working hours for each day (its API
reference, Time Off Entries): a request lives here until it is decided. Minutes are whole, days civil dates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.approvals import REMIND_AFTER, Member, days_waited
from bot.domain.calendars import Week, format_day
from bot.domain.durations import format_duration
from bot.domain.languages import and_more, spell_number, tr, trn
from bot.domain.leave_lines import Wish
from bot.domain.policies import FirmPolicy, TimeOffDecider
from bot.domain.problems import Field, Problem
from bot.domain.work_calendars import DayOut, WorkCalendar

MOST_DAYS = 100  # of one bulk create (Kantata's API reference)
EXPIRES_AFTER = timedelta(days=14)


class TimeOffState(StrEnum):
    """How a request stands. Cancelled: given back after it was granted."""

    WAITING = "waiting"
    GRANTED = "granted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True)
class LeaveDay:
    """One day of a request: ``minutes`` are what is asked for, ``taken`` what Kantata was given of them.

    ``taken`` is None until that is certain; ``found`` is all that Kantata has off that day, of whatever
    origin, when it was last read; ``refused`` are Kantata's words where it did not take the day.
    """

    day: date
    minutes: int
    taken: int | None = None
    found: int | None = None
    refused: str = ""
    write_id: int = 0


@dataclass(frozen=True)
class Written:
    """What became of one day in Kantata: what is off by the request now, all that is, or why it is not."""

    taken: int
    found: int
    refused: str = ""


@dataclass(frozen=True)
class Afterwards:
    """What was done to granted days: given back, or given other hours."""

    given_back: bool
    days: tuple[LeaveDay, ...]


@dataclass(frozen=True)
class TimeOff:
    """A request as it is kept; ``revision`` counts what was shown to whoever decides.

    ``decided_by`` is a name, None where nobody needed to decide; ``decision_id`` the write that decided.
    """

    id: int
    workspace: str
    slack_id: str
    kantata_id: str
    name: str
    state: TimeOffState
    revision: int
    days: tuple[LeaveDay, ...]
    reason: str
    asked_at: datetime
    expires_at: datetime
    decided_by: str | None = None
    decided_by_id: str | None = None
    decided_at: datetime | None = None
    decision_id: int | None = None
    why: str = ""

    @property
    def minutes(self) -> int:
        """What it comes to."""
        return sum(each.minutes for each in self.days)

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided about it."""
        return self.state is TimeOffState.WAITING

    @property
    def is_open(self) -> bool:
        """Whether there is something to take back or to change."""
        if self.state is TimeOffState.GRANTED:
            return any(each.taken is None or each.taken > 0 for each in self.days)
        return self.is_waiting

    def standing_days(self) -> tuple[LeaveDay, ...]:
        """The days that are off, or may yet be."""
        return tuple(each for each in self.days if each.minutes > 0 and each.taken != 0)


@dataclass(frozen=True)
class Circumstances:
    """What a wish meets: the working time with what is off already, what is logged, what waits to be decided.

    Minutes by day; ``waiting`` are the person's own requests.
    """

    calendar: WorkCalendar
    logged: Mapping[date, int] = field(default_factory=dict)
    waiting: Mapping[date, int] = field(default_factory=dict)

    def capacity(self, day: date) -> int:
        """The minutes that could be off that day if nothing were."""
        return WorkCalendar(self.calendar.workweeks, self.calendar.holidays).target(day)

    def left(self, day: date) -> int:
        """What of them is neither off nor asked for."""
        off = self.calendar.time_off.get(day, 0) + self.waiting.get(day, 0)
        return max(0, self.capacity(day) - off)

    def why_not(self, day: date) -> str | None:
        """Why nothing of that day can be asked for; None where something can."""
        if self.capacity(day) == 0:
            return WorkCalendar(self.calendar.workweeks, self.calendar.holidays).why_not_worked(day)
        if self.left(day) > 0:
            return None
        return tr("asked for already") if self.waiting.get(day) else tr("off already")


@dataclass(frozen=True)
class Preview:
    """What a wish comes to before it is asked for."""

    wish: Wish
    days: tuple[LeaveDay, ...]
    left_out: tuple[DayOut, ...] = ()
    logged: Mapping[date, int] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """All of it."""
        return sum(each.minutes for each in self.days)


def preview(wish: Wish, circumstances: Circumstances, *, today: date, past_days: int) -> Preview:
    """The days and minutes a wish comes to; raises Problem with Field.DAYS or Field.HOURS.

    Days on which nothing can be off are left out and named.
    """
    first = min(wish.days)
    if first < today - timedelta(days=past_days):
        limit = (
            trn(
                "{day} is too long ago: your firm takes time off back to {number} day ago.",
                "{day} is too long ago: your firm takes time off back to {number} days ago.",
                past_days,
            )
            if past_days
            else tr("{day} is too long ago: your firm takes time off back to today.")
        )
        raise Problem(limit.format(day=format_day(first), number=past_days), Field.DAYS)
    outs = {day: why for day in wish.days if (why := circumstances.why_not(day)) is not None}
    possible = [day for day in wish.days if day not in outs]
    left_out = tuple(DayOut(day, why) for day, why in outs.items())
    if not possible:
        raise Problem(
            tr("There is nothing to ask for. {days}").format(days=_spelled_out(left_out)),
            Field.DAYS,
        )
    if len(possible) > MOST_DAYS:
        raise Problem(
            tr("That is {number} working days; ask for at most {most} at once.").format(
                number=len(possible), most=MOST_DAYS
            ),
            Field.DAYS,
        )
    _check_count(wish, len(possible))
    days = tuple(LeaveDay(day, _minutes(wish, circumstances, day)) for day in sorted(possible))
    logged = {each.day: minutes for each in days if (minutes := circumstances.logged.get(each.day))}
    return Preview(wish, days, left_out, logged)


def _check_count(wish: Wish, working_days: int) -> None:
    said = wish.amount.days
    if said is None or said == working_days:
        return
    raise Problem(
        trn(
            "{said} days are said, and {number} working day named. Name the days, like mon-wed.",
            "{said} days are said, and {number} working days named. Name the days, like mon-wed.",
            working_days,
        ).format(said=spell_number(float(said)), number=working_days),
        Field.DAYS,
    )


def _minutes(wish: Wish, circumstances: Circumstances, day: date) -> int:
    left, capacity = circumstances.left(day), circumstances.capacity(day)
    amount = wish.amount
    if amount.is_whole:
        return left
    minutes = amount.minutes if amount.minutes is not None else round(capacity * amount.share)
    if minutes > left:
        raise Problem(_too_much(day, minutes, left, capacity), Field.HOURS)
    return minutes


def _too_much(day: date, minutes: int, left: int, capacity: int) -> str:
    if left == capacity:
        said = tr("{day}: {minutes} is more than your working day of {capacity}.")
    else:
        said = tr("{day}: {minutes} is more than the {left} that are left of your {capacity}.")
    return said.format(
        day=format_day(day),
        minutes=format_duration(minutes),
        left=format_duration(left),
        capacity=format_duration(capacity),
    )


def _spelled_out(left_out: Sequence[DayOut]) -> str:
    shown = [f"{format_day(each.day)}: {each.why}" for each in left_out[:5]]
    return and_more("; ".join(shown), len(left_out) - 5) + "."


def changed_minutes(wish: Wish, day: LeaveDay, capacity: int, others: int) -> int:
    """What a day of a request comes to with the hours of a wish; ``others`` is what else is off that day.

    Raises Problem with Field.HOURS where the day has not so many hours.
    """
    amount = wish.amount
    left = max(0, capacity - others)
    if amount.is_whole and amount.days is None:
        return left
    minutes = amount.minutes if amount.minutes is not None else round(capacity * amount.share)
    if minutes > left:
        raise Problem(_too_much(day.day, minutes, left, capacity), Field.HOURS)
    return minutes


# Deciding


def deciders(person_id: str, policy: FirmPolicy, members: Mapping[str, Member]) -> tuple[str, ...]:
    """Whom to ask: the manager, else the firm's fallbacks, else its administrators; only active members.

    Nobody decides about their own time off.
    """
    person = members.get(person_id)
    candidates: tuple[Iterable[str], ...] = (
        [person.manager_id] if person and person.manager_id else [],
        policy.time_off_fallbacks,
        sorted(member.id for member in members.values() if member.administrator),
    )
    for group in candidates:
        if asked := tuple(each for each in dict.fromkeys(group) if each in members and each != person_id):
            return asked
    return ()


def needs_nobody(policy: FirmPolicy, minutes: int) -> bool:
    """Whether a request that comes to so much is granted without asking."""
    return policy.time_off_decider is TimeOffDecider.NOBODY or minutes <= policy.time_off_granted_minutes


def expires_on(days: Iterable[date], asked_on: date) -> date:
    """The first day on which a request for these days has expired if it still waits.

    That is the day after its first day off, and never sooner than a fortnight after it was asked for.
    """
    return max(min(days), asked_on + EXPIRES_AFTER) + timedelta(days=1)


def reminder_due(since: date, now: datetime, at: time, calendar: WorkCalendar) -> int | None:
    """The decider's working days after which to remind now, in the decider's zone; None: nothing is due."""
    today = now.date()
    if now.time() < at or calendar.target(today) == 0:
        return None
    waited = days_waited(since, today, calendar)
    return waited if waited in REMIND_AFTER else None


# Who is off


@dataclass(frozen=True)
class Absence:
    """Somebody's days off, in order."""

    name: str
    days: tuple[date, ...]


def absences(days_off: Iterable[tuple[str, date]], week: Week) -> tuple[Absence, ...]:
    """Who is off in that week, by name."""
    by_name: dict[str, set[date]] = {}
    for name, day in days_off:
        if week.start <= day <= week.end:
            by_name.setdefault(name, set()).add(day)
    names = sorted(by_name, key=lambda name: (name.casefold(), name))
    return tuple(Absence(name, tuple(sorted(by_name[name]))) for name in names)


def format_days(days: Sequence[date]) -> str:
    """Days in the fewest words: runs as ``Mon 9 Mar 2026 – Wed 11 Mar 2026``, over weekends too."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and _follows(runs[-1][-1], day):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        format_day(run[0]) if len(run) == 1 else f"{format_day(run[0])} – {format_day(run[-1])}"
        for run in runs
    )


def _follows(before: date, day: date) -> bool:
    """Whether nothing but a weekend lies between."""
    between = (before + timedelta(days=at) for at in range(1, (day - before).days))
    return all(each.weekday() >= 5 for each in between)


def format_leave(days: Sequence[LeaveDay]) -> str:
    """The days of a request and what they come to: ``Fri 6 Mar 2026 · 1 day · 8h 00m``."""
    number = trn("{number} day", "{number} days", len(days)).format(number=len(days))
    total = format_duration(sum(each.minutes for each in days))
    return f"{format_days([each.day for each in days])} · {number} · {total}"
