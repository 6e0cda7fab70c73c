"""What the firm has settled about reminders, time off and administration, and each person within it."""

from dataclasses import dataclass, fields
from datetime import time
from enum import StrEnum

from bot.domain.approvals import Hearing


class Reminder(StrEnum):
    """What the bot reminds people of by itself."""

    INCOMPLETE = "incomplete"
    AGAIN = "again"
    MISSING = "missing"
    DECISIONS = "decisions"


class TimeOffDecider(StrEnum):
    """Who decides about a request for time off: Kantata's manager of the person, or nobody needs to."""

    MANAGER = "manager"
    NOBODY = "nobody"


@dataclass(frozen=True)
class FirmPolicy:
    """The firm's settings; hours are on each person's own clock.

    ``tolerated_minutes``: a week's gap up to this is not worth a reminder. ``time_off_fallbacks`` are Kantata
    ids, asked where somebody has no manager who can be. Requests up to ``time_off_granted_minutes`` are
    granted without asking, and none may begin more than ``time_off_past_days`` ago. ``absences_channel`` is
    the Slack channel of the weekly post of who is off; ``administrators`` are Slack ids, besides the
    workspace's own admins and owners.
    """

    reminders: frozenset[Reminder] = frozenset(Reminder)
    incomplete_at: time = time(15)
    again_at: time = time(10)
    missing_at: time = time(16)
    decisions_at: time = time(9, 30)
    tolerated_minutes: int = 0
    time_off_decider: TimeOffDecider = TimeOffDecider.MANAGER
    time_off_fallbacks: tuple[str, ...] = ()
    time_off_granted_minutes: int = 0
    time_off_past_days: int = 30
    absences_channel: str | None = None
    administrators: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonSettings:
    """What somebody chose within the firm's settings.

    ``stopped`` are the reminders the person does not want, ``incomplete_at`` the own hour instead of the
    firm's, ``hearing`` how requests for approval come, ``default_project_id`` the project of time for which
    none is named; ``copy_hours``: Copy last week copies hours as well as rows.
    """

    stopped: frozenset[Reminder] = frozenset()
    incomplete_at: time | None = None
    hearing: Hearing = Hearing.AT_ONCE
    default_project_id: str | None = None
    copy_hours: bool = True


@dataclass(frozen=True)
class PolicyChange:
    """One of the firm's settings, what it was and what it is now, as the audit keeps them."""

    name: str
    before: str
    after: str


def policy_changes(before: FirmPolicy, after: FirmPolicy) -> list[PolicyChange]:
    """What differs between two states of the firm's settings, in their order."""
    pairs = (
        (each.name, getattr(before, each.name), getattr(after, each.name)) for each in fields(FirmPolicy)
    )
    return [PolicyChange(name, spelled(old), spelled(new)) for name, old, new in pairs if old != new]


def spelled(value: object) -> str:
    """A setting's value in one line: times as 15:00, several values in a stable order, nothing as a dash."""
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, frozenset):
        return ", ".join(sorted(str(each) for each in value)) or "–"
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value) or "–"
    return "–" if value is None else str(value)
