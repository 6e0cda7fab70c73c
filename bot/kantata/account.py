"""The firm: its members, who takes part in which project, who stands in for whom, its locks and lists."""

from collections.abc import AsyncIterator, Collection
from datetime import date
from enum import StrEnum
from typing import Unpack

from bot.kantata.account_parse import (
    parse_account_membership,
    parse_backup_approver,
    parse_line_item_lock,
    parse_location,
    parse_participation,
    parse_role,
    parse_subscribed_event,
)
from bot.kantata.account_records import (
    AccountMembership,
    BackupApprover,
    LineItemLock,
    Location,
    Participation,
    Role,
    SubscribedEvent,
)
from bot.kantata.connection import Connection, associations, object_path
from bot.kantata.envelope import Json
from bot.kantata.filters import (
    AccountMembershipFilters,
    ExternalReferenceFilters,
    LocationFilters,
    Only,
    ParticipationFilters,
    SubscribedEventFilters,
)
from bot.kantata.parse import parse_external_reference
from bot.kantata.records import UNSET, ExternalReference, Unset

_BACKUPS = "/backup_approver_associations"
_BACKUP_INCLUDES = {"include": "approver,backup_approver"}


class AccountMembershipInclude(StrEnum):
    """What can come with a member."""

    USER = "user"
    MANAGER = "manager"
    MANAGEES = "managees"
    DEFAULT_ROLE = "default_role"
    EFFECTIVE_WORKWEEK = "effective_workweek"
    BACKUP_APPROVERS = "backup_approver_associations"


class ParticipationInclude(StrEnum):
    """What can come with a participation."""

    USER = "user"
    PROJECT = "workspace"


class ParticipationField(StrEnum):
    """What of a participation comes only on demand, and to administrators."""

    ACCESS_LEVEL = "access_level"


class SubjectType(StrEnum):
    """The kinds of objects whose external references can be listed."""

    TIME_ENTRY = "TimeEntry"
    SUBMISSION = "Submission"
    TIME_OFF_ENTRY = "TimeOffEntry"


_MEMBERSHIP = (
    AccountMembershipInclude.USER,
    AccountMembershipInclude.MANAGER,
    AccountMembershipInclude.EFFECTIVE_WORKWEEK,
)
_PARTICIPATION = tuple(ParticipationInclude)


class Account(Connection):
    """What the calling token's user can see of the firm."""

    def account_memberships(
        self,
        *,
        include: Collection[AccountMembershipInclude] = _MEMBERSHIP,
        **filters: Unpack[AccountMembershipFilters],
    ) -> AsyncIterator[AccountMembership]:
        """Members, the active ones unless ``only_inactive``. GET /account_memberships"""
        user, users = filters.get("by_user_id"), filters.get("with_user_ids")
        return self._list(
            "/account_memberships",
            parse_account_membership,
            AccountMembershipFilters,
            filters,
            query=associations(include),
            keep=lambda member: (
                user in (None, member.user_id)
                and (users is None or member.user_id in users)
                and not (filters.get("only_active") and member.disabled_at)
                and not (filters.get("only_inactive") and not member.disabled_at)
            ),
        )

    async def account_membership(
        self, membership_id: str, *, include: Collection[AccountMembershipInclude] = _MEMBERSHIP
    ) -> AccountMembership:
        """An active member; NotFound for an inactive one. GET /account_memberships/{id}"""
        path = object_path("/account_memberships", membership_id)
        return await self._show(parse_account_membership, path, associations(include))

    def participations(
        self,
        project_id: str,
        *,
        include: Collection[ParticipationInclude] = _PARTICIPATION,
        fields: Collection[ParticipationField] = (),
        **filters: Unpack[ParticipationFilters],
    ) -> AsyncIterator[Participation]:
        """Who takes part in a project. GET /participations"""
        user = filters.get("by_user")
        return self._list(
            "/participations",
            parse_participation,
            ParticipationFilters,
            filters,
            query={"workspace_id": project_id, **associations(include, fields)},
            keep=lambda each: each.project_id == project_id and user in (None, each.user_id),
        )

    def line_item_locks(self) -> AsyncIterator[LineItemLock]:
        """Every time lock there was; the latest day is in force. GET /line_item_locks"""
        return self._list("/line_item_locks", parse_line_item_lock, Only, {}, query={"include": "creator"})

    async def line_item_lock(self, lock_id: str) -> LineItemLock:
        """GET /line_item_locks/{id}"""
        return await self._show(
            parse_line_item_lock, object_path("/line_item_locks", lock_id), {"include": "creator"}
        )

    async def create_line_item_lock(self, locked_to: date) -> LineItemLock:
        """Lock time up to a Saturday, later than any lock before. POST /line_item_locks"""
        body = {"line_item_lock": {"locked_to": locked_to.isoformat()}}
        return await self._save(parse_line_item_lock, "POST", "/line_item_locks", body)

    def backup_approvers(self) -> AsyncIterator[BackupApprover]:
        """Who stands in for whom, past and to come as well. GET /backup_approver_associations"""
        return self._list(_BACKUPS, parse_backup_approver, Only, {}, query=_BACKUP_INCLUDES)

    async def backup_approver(self, association_id: str) -> BackupApprover:
        """GET /backup_approver_associations/{id}"""
        return await self._show(
            parse_backup_approver, object_path(_BACKUPS, association_id), _BACKUP_INCLUDES
        )

    async def create_backup_approver(
        self, approver_id: str, backup_approver_id: str, start_date: date, end_date: date
    ) -> BackupApprover:
        """From the first to the last day, both included. POST /backup_approver_associations"""
        fields = _backup_body(approver_id, backup_approver_id, start_date, end_date)
        body = {"backup_approver_association": fields}
        return await self._save(parse_backup_approver, "POST", _BACKUPS, body, _BACKUP_INCLUDES)

    async def update_backup_approver(
        self,
        association_id: str,
        *,
        approver_id: str | Unset = UNSET,
        backup_approver_id: str | Unset = UNSET,
        start_date: date | Unset = UNSET,
        end_date: date | Unset = UNSET,
    ) -> BackupApprover:
        """What is given is changed. PUT /backup_approver_associations/{id}"""
        fields = _backup_body(approver_id, backup_approver_id, start_date, end_date)
        path = object_path(_BACKUPS, association_id)
        body = {"backup_approver_association": fields}
        return await self._save(parse_backup_approver, "PUT", path, body, _BACKUP_INCLUDES)

    async def delete_backup_approver(self, association_id: str) -> None:
        """DELETE /backup_approver_associations/{id}. NotFound where it is gone already."""
        await self._act("DELETE", object_path(_BACKUPS, association_id))

    def roles(self, **filters: Unpack[Only]) -> AsyncIterator[Role]:
        """GET /roles"""
        return self._list("/roles", parse_role, Only, filters, query={})

    def locations(self, **filters: Unpack[LocationFilters]) -> AsyncIterator[Location]:
        """The places time can be logged at, by name. GET /account_locations"""
        return self._list("/account_locations", parse_location, LocationFilters, filters, query={})

    def subscribed_events(self, **filters: Unpack[SubscribedEventFilters]) -> AsyncIterator[SubscribedEvent]:
        """What changed in the last nine days, for administrators only. GET /subscribed_events"""
        return self._list(
            "/subscribed_events", parse_subscribed_event, SubscribedEventFilters, filters, query={}
        )

    def external_references(
        self, subject_type: SubjectType, **filters: Unpack[ExternalReferenceFilters]
    ) -> AsyncIterator[ExternalReference]:
        """References of one kind of object, compared with what was asked for. GET /external_references"""
        service, model = filters.get("service_name"), filters.get("service_model")
        ref = filters.get("service_model_ref")
        return self._list(
            "/external_references",
            parse_external_reference,
            ExternalReferenceFilters,
            filters,
            query={"subject_type": subject_type},
            keep=lambda each: (
                service in (None, each.service) and model in (None, each.model) and ref in (None, each.ref)
            ),
        )


def _backup_body(
    approver_id: str | Unset,
    backup_approver_id: str | Unset,
    start_date: date | Unset,
    end_date: date | Unset,
) -> dict[str, Json]:
    ids = {"approver_id": approver_id, "backup_approver_id": backup_approver_id}
    days = {"start_date": start_date, "end_date": end_date}
    return {
        **{name: int(value) for name, value in ids.items() if not isinstance(value, Unset)},
        **{name: value.isoformat() for name, value in days.items() if not isinstance(value, Unset)},
    }
