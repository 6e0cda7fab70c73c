"""What Kantata knows of the firm itself, as frozen values: members, rights, working hours, holidays, locks.

Ids are strings, minutes whole, days civil dates, instants aware. An ``end_date`` of None has not come yet.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.kantata.records import User


class Permission(StrEnum):
    """What a member may do in the firm, from the most to the least."""

    ADMINISTRATOR = "administrator"
    REPORTS_VIEWER_WITH_COST = "reports_viewer_with_cost"
    REPORTS_VIEWER = "reports_viewer"
    PROJECT_LEAD = "project_lead"
    PROJECT_CREATOR = "project_creator"
    COLLABORATOR = "collaborator"
    EXTERNAL_COLLABORATOR = "external_collaborator"
    PUNCH_CLOCK = "punch_clock"


@dataclass(frozen=True)
class Workweek:
    """Working minutes of each day, ``minutes[0]`` Sunday's. ``start_date`` is a Sunday."""

    id: str
    minutes: tuple[int, int, int, int, int, int, int]
    default: bool = False
    start_date: date | None = None
    end_date: date | None = None

    def minutes_on(self, day: date) -> int:
        """The working minutes of that civil date, holidays and time off not considered."""
        return self.minutes[day.isoweekday() % 7]


@dataclass(frozen=True)
class WorkweekMembership:
    """Who works which workweek, and when; who has none works the firm's default one."""

    id: str
    user_id: str
    workweek_id: str
    start_date: date | None = None
    end_date: date | None = None
    workweek: Workweek | None = None


@dataclass(frozen=True)
class AccountMembership:
    """A person's place in the firm. ``permission`` is one of Permission, or a word newer than this."""

    id: str
    user_id: str
    permission: str | None = None
    is_administrator: bool = False
    is_owner: bool = False
    is_backup_approver: bool = False
    manager_id: str | None = None
    manager_can_approve: bool = False
    managee_ids: tuple[str, ...] = ()
    default_role_id: str | None = None
    disabled_at: datetime | None = None
    enforce_minimum: bool = False
    enforce_maximum: bool = False
    require_location: bool = False
    effective_workweek_id: str | None = None
    user: User | None = None
    effective_workweek: Workweek | None = None
    backup_approvers: "tuple[BackupApprover, ...]" = ()


@dataclass(frozen=True)
class Participation:
    """A person in a project: on the provider's side (``maven``) or the client's (``buyer``).

    ``access_level`` (``admin``, ``financial``, ``time_logging``, ``collaboration``) is for administrators.
    """

    id: str
    user_id: str
    project_id: str
    role: str | None = None
    is_team_lead: bool = False
    can_edit_time: bool | None = None
    can_post: bool | None = None
    access_level: str | None = None
    user: User | None = None


@dataclass(frozen=True)
class Holiday:
    """A holiday of the firm, first to last day. ``total_hours`` is one day's."""

    id: str
    name: str
    start_date: date
    end_date: date
    paid: bool | None = None
    total_hours: float | None = None
    calendar_ids: tuple[str, ...] = ()
    calendar_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class HolidayCalendar:
    """A calendar of holidays; the ``default`` one holds for who has none of their own."""

    id: str
    name: str
    default: bool = False


@dataclass(frozen=True)
class HolidayCalendarAssociation:
    """That a holiday is in a calendar."""

    id: str
    holiday_id: str
    holiday_calendar_id: str


@dataclass(frozen=True)
class HolidayCalendarMembership:
    """Whose holidays are those of which calendar, and when."""

    id: str
    user_id: str
    holiday_calendar_id: str
    start_date: date | None = None
    end_date: date | None = None


@dataclass(frozen=True)
class LineItemLock:
    """A time lock: on ``locked_to`` (a Saturday) and before it no time changes. The latest is in force."""

    id: str
    locked_to: date
    account_id: str | None = None
    creator_id: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class BackupApprover:
    """Who approves in whose place, from the first to the last day, both included."""

    id: str
    approver_id: str
    backup_approver_id: str
    start_date: date
    end_date: date

    def counts_on(self, day: date) -> bool:
        """Whether the backup may decide on that civil date."""
        return self.start_date <= day <= self.end_date


@dataclass(frozen=True)
class Role:
    """What somebody works as."""

    id: str
    name: str
    deleted: bool = False


@dataclass(frozen=True)
class Location:
    """A place of the firm that time can be logged at, by its name."""

    id: str
    name: str
    archived: bool = False
    in_use: bool | None = None


@dataclass(frozen=True)
class SubscribedEvent:
    """That something changed: a hint to read it again, minutes late, in no order, perhaps twice.

    ``subject_type`` and ``subject_id`` name what changed, ``user_id`` who did it.
    """

    id: str
    event_type: str
    subject_type: str | None = None
    subject_id: str | None = None
    user_id: str | None = None
    changed_at: datetime | None = None
    created_at: datetime | None = None
