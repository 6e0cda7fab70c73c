"""Which reminder somebody deserves now, and if none, why not.

Days are the person's own civil dates, minutes are whole, weeks run Sunday to Saturday. A week is asked about
on its last working day and on the next working day after it; both move with workweek, holidays and time off.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain.dates import Week, week_of
from bot.domain.policies import FirmPolicy, PersonSettings, Reminder
from bot.domain.work_calendars import WorkCalendar
from bot.domain.zones import zone_of

LOOK_BACK = 35  # days within which the last working day before today is looked for
MORNING = time(9)


class Why(StrEnum):
    """Why somebody gets no reminder, in words."""

    FIRM_OFF = "switched off for the whole firm"
    STOPPED = "wants no such reminders"
    NOT_IN_SLACK = "nobody in Slack is known to be this person"
    LEFT = "is no active member of the firm any more"
    TOO_EARLY = "not yet: the hour has not come"
    TOO_LATE = "too late: its day is over"
    OFF_TODAY = "does not work today"
    NOT_LAST_DAY = "works on a later day of this week"
    NOT_NEXT_DAY = "has worked this week already"
    COMPLETE = "has logged and submitted everything"
    TEAM_COMPLETE = "nobody of the team is missing"
    NOTHING_WAITS = "nothing waits for a decision"
    NOT_A_REMINDER_DAY = "reminded after 1, 3 and 5 working days, which is not today"
    LOOKS_ALONE = "looks at what waits without being told"
    GOT_IT = "got it already, or it is on its way"


def at_hour(reminder: Reminder, firm: FirmPolicy, own: PersonSettings) -> time:
    """When the reminder comes, on the person's own clock."""
    match reminder:
        case Reminder.INCOMPLETE:
            return own.incomplete_at or firm.incomplete_at
        case Reminder.AGAIN:
            return firm.again_at
        case Reminder.MISSING:
            return firm.missing_at
        case Reminder.DECISIONS:
            return firm.decisions_at


def is_wanted(reminder: Reminder, firm: FirmPolicy, own: PersonSettings) -> Why | None:
    """None where firm and person want the reminder."""
    if reminder not in firm.reminders:
        return Why.FIRM_OFF
    return Why.STOPPED if reminder in own.stopped else None


def came_due(at: time, zone: str, since: datetime | None, now: datetime) -> bool:
    """Whether the hour has come after the aware instant ``since`` and not after ``now``, and today there.

    A day that is over never comes due any more. An hour that a clock leaves out counts an hour later, one
    that it shows twice the first time.
    """
    there = zone_of(zone)
    local = now.astimezone(there)
    # Instants are compared, not wall clocks: within one zone Python would leave the offset out.
    instant = datetime.combine(local.date(), at, there).timestamp()
    return (since is None or since.timestamp() < instant) and instant <= now.timestamp()


def week_asked_about(reminder: Reminder, today: date, calendar: WorkCalendar) -> Week | Why:
    """The week that the reminder is about on that day.

    The first one comes on the last day of the week on which anything is to be worked, what follows on the
    first working day after it, be that after weeks of leave: within ``LOOK_BACK`` days.
    """
    if calendar.target(today) == 0:
        return Why.OFF_TODAY
    week = week_of(today)
    if reminder is Reminder.INCOMPLETE:
        later = any(calendar.target(day) for day in week.days() if day > today)
        return Why.NOT_LAST_DAY if later else week
    before = (today - timedelta(days=back) for back in range(1, LOOK_BACK + 1))
    last = next((day for day in before if calendar.target(day)), None)
    return Why.NOT_NEXT_DAY if last is None or week_of(last) == week else week_of(last)


@dataclass(frozen=True)
class Logged:
    """What Kantata has of somebody's week: minutes by day, and the projects with time not submitted."""

    minutes: Mapping[date, int]
    unsubmitted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """A day on which less than the target is logged."""

    day: date
    missing: int


@dataclass(frozen=True)
class Standing:
    """How somebody's week stands against its target; ``unsubmitted`` are projects by title."""

    week: Week
    logged: int
    target: int
    gaps: tuple[Gap, ...]
    unsubmitted: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How much of the week's target is not logged."""
        return max(0, self.target - self.logged)

    def is_complete(self, tolerated: int) -> bool:
        """Whether nothing is left to be done; a gap up to ``tolerated`` minutes is none."""
        return self.missing <= tolerated and not self.unsubmitted


def standing(week: Week, calendar: WorkCalendar, logged: Logged) -> Standing:
    """The week day by day; days that fall short count as gaps only where the week does."""
    targets = {day: calendar.target(day) for day in week.days()}
    minutes = {day: logged.minutes.get(day, 0) for day in week.days()}
    short = sum(minutes.values()) < sum(targets.values())
    gaps = tuple(
        Gap(day, target - minutes[day]) for day, target in targets.items() if short and minutes[day] < target
    )
    return Standing(week, sum(minutes.values()), sum(targets.values()), gaps, logged.unsubmitted)


@dataclass(frozen=True)
class TeamMember:
    """Somebody of a team, and how that person's week stands."""

    id: str
    name: str
    standing: Standing


@dataclass(frozen=True)
class TeamWeek:
    """A week of a team; ``members`` are in order of their names."""

    week: Week
    members: tuple[TeamMember, ...]

    def missing(self, tolerated: int) -> tuple[TeamMember, ...]:
        """Who has something left to do, the largest gap first."""
        found = [each for each in self.members if not each.standing.is_complete(tolerated)]
        return tuple(sorted(found, key=lambda each: (-each.standing.missing, each.name)))


def team_week(week: Week, members: Sequence[TeamMember]) -> TeamWeek:
    """The week of those who had anything to work in it, or logged something all the same."""
    those = [each for each in members if each.standing.target or each.standing.logged]
    return TeamWeek(week, tuple(sorted(those, key=lambda each: (each.name.casefold(), each.id))))


@dataclass(frozen=True)
class Due:
    """A reminder that somebody is to get: about which week, and on which day of that person's."""

    reminder: Reminder
    week: Week
    day: date

    def key(self, kantata_id: str) -> str:
        """What makes it unique: the reminder, the person and the week by its Sunday."""
        return f"remind:{self.reminder}:{kantata_id}:{self.week.start.isoformat()}"


class Snooze(StrEnum):
    """How long a reminder keeps quiet."""

    HOUR = "hour"
    MORNING = "morning"


def snoozed_until(snooze: Snooze, now: datetime, calendar: WorkCalendar) -> datetime:
    """The aware instant of ``now``'s zone at which it comes again: the morning is that of a working day."""
    if snooze is Snooze.HOUR:
        # By way of UTC: an hour on the wall may be none, or two.
        zone = now.tzinfo
        return datetime.fromtimestamp(now.timestamp() + 3600, zone)
    days = (now.date() + timedelta(days=ahead) for ahead in range(1, LOOK_BACK + 1))
    morning = next((day for day in days if calendar.target(day)), now.date() + timedelta(days=1))
    return datetime.combine(morning, MORNING, now.tzinfo)


STOPPED_TOGETHER: Mapping[Reminder, frozenset[Reminder]] = {
    Reminder.INCOMPLETE: frozenset({Reminder.INCOMPLETE, Reminder.AGAIN}),
    Reminder.AGAIN: frozenset({Reminder.INCOMPLETE, Reminder.AGAIN}),
    Reminder.MISSING: frozenset({Reminder.MISSING}),
    Reminder.DECISIONS: frozenset({Reminder.DECISIONS}),
}


def stopped(own: Collection[Reminder], reminder: Reminder) -> frozenset[Reminder]:
    """What is stopped once somebody has stopped "these reminders": one's own week is one of both kinds."""
    return frozenset(own) | STOPPED_TOGETHER[reminder]


def resumed(own: Collection[Reminder], reminder: Reminder) -> frozenset[Reminder]:
    """The same, taken back."""
    return frozenset(own) - STOPPED_TOGETHER[reminder]
