"""One request's caller, and what that caller may see and do (Kantata's API reference, Permissions)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from bot.sandbox.kantata.assumptions import Assumptions
from bot.sandbox.kantata.refusals import refuse
from bot.sandbox.kantata.store import Row, Store

ACCOUNT = "500"
REPORT_VIEWERS = frozenset({"reports_viewer", "reports_viewer_with_cost"})
LOGGING_LEVELS = frozenset({"admin", "financial", "time_logging"})
FINANCIAL_LEVELS = frozenset({"admin", "financial"})


def stamp(moment: datetime) -> str:
    """How an instant is stored: UTC to the second, so that texts sort like instants."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_date(value: object) -> date | None:
    """The civil date of ``YYYY-MM-DD``, or None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def sunday(day: date) -> date:
    """The first day of Kantata's week of ``day``."""
    return day - timedelta(days=(day.weekday() + 1) % 7)


@lru_cache(maxsize=65536)
def _local(moment: str, zone: str) -> str:
    at = datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))
    return at.isoformat(timespec="seconds")


@dataclass
class Call:
    """Who asks, when, and with which query parameters (blank ones count as not given)."""

    store: Store
    assumptions: Assumptions
    user: Row
    now: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    @property
    def user_id(self) -> str:
        return str(self.user["id"])

    @cached_property
    def today(self) -> date:
        """The caller's own civil date."""
        return self.now.astimezone(ZoneInfo(self.user["_time_zone"])).date()

    @cached_property
    def included(self) -> frozenset[str]:
        """The names asked for with ``include``: split at commas, spaces are part of a name."""
        return frozenset(self.params.get("include", "").split(","))

    def moment(self, stored: str | None) -> str | None:
        """A stored instant as the caller sees it: with the caller's offset, or in UTC."""
        if stored is None or self.assumptions.datetimes == "z":
            return stored
        return _local(stored, self.user["_time_zone"])

    def flag(self, name: str) -> bool | None:
        """A boolean parameter; None where it is not given or neither true nor false."""
        return {"true": True, "TRUE": True, "false": False, "FALSE": False}.get(self.params.get(name, ""))

    # Rights on the account

    def membership_of(self, user_id: str) -> Row | None:
        """The account membership of a user, active or not."""
        return next(iter(self.store.table("account_memberships").where("user_id", user_id)), None)

    @cached_property
    def membership(self) -> Row:
        return self.membership_of(self.user_id) or {}

    @property
    def is_administrator(self) -> bool:
        return self.membership.get("permission") == "administrator"

    @property
    def sees_everything(self) -> bool:
        """Administrators and report viewers see every project and entry of the account."""
        return self.is_administrator or self.membership.get("permission") in REPORT_VIEWERS

    def manages(self, user_id: str) -> bool:
        """The caller is the manager of that user."""
        membership = self.membership_of(user_id)
        return membership is not None and membership["manager_id"] == self.user_id

    # Rights in a project

    @cached_property
    def participations(self) -> Mapping[str, Row]:
        """The caller's own participations by project."""
        return {
            row["workspace_id"]: row
            for row in self.store.table("participations").where("user_id", self.user_id)
        }

    def participation_of(self, workspace_id: str, user_id: str) -> Row | None:
        """A user's participation in a project."""
        if user_id == self.user_id:
            return self.participations.get(workspace_id)
        rows = self.store.table("participations").where("workspace_id", workspace_id)
        return next((row for row in rows if row["user_id"] == user_id), None)

    def sees_workspace(self, workspace: Row) -> bool:
        """Own projects; all of the account for those who see everything."""
        if workspace["id"] in self.participations:
            return True
        return self.sees_everything and workspace["account_id"] == ACCOUNT

    def has_finance(self, workspace_id: str) -> bool:
        """Financial access in the project, on the provider's side, or administrator."""
        mine = self.participations.get(workspace_id)
        if mine is not None and mine["role"] == "maven" and mine["_access_level"] in FINANCIAL_LEVELS:
            return True
        return self.is_administrator

    def may_log(self, workspace: Row, user_id: str | None = None) -> bool:
        """That user (default: the caller) may log time on this project as it stands."""
        if workspace["archived"] or not workspace["time_trackable"]:
            return False
        user_id = user_id or self.user_id
        row = self.participation_of(workspace["id"], user_id)
        if row is not None and row["_access_level"] in LOGGING_LEVELS:
            return True
        return user_id == self.user_id and self.is_administrator

    # Rights on entries

    def sees_entry(self, entry: Row) -> bool:
        """Own entries; those of projects with financial access; all for those who see everything."""
        if entry["user_id"] == self.user_id or self.has_finance(entry["workspace_id"]):
            return True
        if self.manages(entry["user_id"]):
            return True
        workspace = self.store.table("workspaces").get(entry["workspace_id"])
        return workspace is not None and (
            (self.sees_everything and workspace["account_id"] == ACCOUNT)
            or self.user_id in workspace["approver_ids"]
            or self.stands_in_for_any(workspace["approver_ids"])
        )

    def may_change_entry(self, entry: Row) -> bool:
        """The worker and people with financial access may; what state the entry is in comes after."""
        if self.has_finance(entry["workspace_id"]):
            return True
        mine = self.participations.get(entry["workspace_id"])
        return entry["user_id"] == self.user_id and mine is not None and bool(mine["can_edit_time"])

    # Approving

    @cached_property
    def _stands_in_for(self) -> frozenset[str]:
        today = self.today.isoformat()
        rows = self.store.table("backup_approver_associations").where("backup_approver_id", self.user_id)
        return frozenset(row["approver_id"] for row in rows if row["start_date"] <= today <= row["end_date"])

    def stands_in_for_any(self, approver_ids: list[str]) -> bool:
        """The caller is, today, the backup approver of one of these."""
        return not self._stands_in_for.isdisjoint(approver_ids)

    def may_approve(self, owner_id: str, workspace: Row) -> bool:
        """The caller may decide about a timesheet of ``owner_id`` on that project (reference, 5.1)."""
        if owner_id == self.user_id:
            return self.is_administrator and self.assumptions.own_approval == "administrators"
        if self.sees_everything:
            return True
        membership = self.membership_of(owner_id)
        deciders = list(workspace["approver_ids"])
        if membership is not None and membership["manager_can_approve"] and membership["manager_id"]:
            deciders.append(membership["manager_id"])
        return (
            self.user_id in deciders or self.stands_in_for_any(deciders) or self.has_finance(workspace["id"])
        )

    # The lock

    @property
    def locked_to(self) -> str:
        """The greatest locked day, "" where nothing is locked."""
        return max((row["locked_to"] for row in self.store.table("line_item_locks")), default="")

    def is_locked(self, day: str) -> bool:
        """``day`` (YYYY-MM-DD) is behind the lock."""
        return day <= self.locked_to if self.assumptions.lock_includes_its_day else day < self.locked_to

    def require_administrator(self) -> None:
        """Raises the refusal for everybody else."""
        if not self.is_administrator:
            raise refuse("forbidden")
