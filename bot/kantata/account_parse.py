"""Kantata's rows about the firm as our records, pure."""

from bot.kantata.account_records import (
    AccountMembership,
    BackupApprover,
    Holiday,
    HolidayCalendar,
    HolidayCalendarAssociation,
    HolidayCalendarMembership,
    LineItemLock,
    Location,
    Participation,
    Role,
    SubscribedEvent,
    Workweek,
    WorkweekMembership,
)
from bot.kantata.envelope import Row
from bot.kantata.parse import parse_user


def parse_account_membership(row: Row) -> AccountMembership:
    user = row.other("users", "user_id")
    workweek = row.other("workweeks", "effective_workweek_id")
    backups = row.others("backup_approver_associations", "backup_approver_association_ids")
    # Where Kantata tells keys only with includes, these two cannot be had: their own list has them.
    backups = tuple(each for each in backups if each.key("approver_id") and each.key("backup_approver_id"))
    return AccountMembership(
        id=row.id,
        user_id=row.needed_key("user_id"),
        permission=row.text("permission"),
        is_administrator=row.flag("is_administrator") or False,
        is_owner=row.flag("is_owner") or False,
        is_backup_approver=row.flag("is_backup_approver") or False,
        manager_id=row.key("manager_id"),
        manager_can_approve=row.flag("manager_can_approve") or False,
        managee_ids=row.keys("managee_ids"),
        default_role_id=row.key("default_role_id"),
        disabled_at=row.instant("disabled_at"),
        enforce_minimum=row.flag("enforce_workweek_minimum_on_timesheet_submission") or False,
        enforce_maximum=row.flag("enforce_workweek_maximum_on_timesheet_submission") or False,
        require_location=row.flag("require_time_entry_location") or False,
        effective_workweek_id=row.key("effective_workweek_id"),
        user=parse_user(user) if user else None,
        effective_workweek=parse_workweek(workweek) if workweek else None,
        backup_approvers=tuple(parse_backup_approver(backup) for backup in backups),
    )


def parse_participation(row: Row) -> Participation:
    user = row.other("users", "user_id")
    return Participation(
        id=row.id,
        user_id=row.needed_key("user_id"),
        project_id=row.needed_key("workspace_id"),
        role=row.text("role"),
        is_team_lead=row.flag("is_team_lead") or False,
        can_edit_time=row.flag("can_edit_time"),
        can_post=row.flag("can_post"),
        access_level=row.text("access_level"),
        user=parse_user(user) if user else None,
    )


def parse_workweek(row: Row) -> Workweek:
    return Workweek(
        id=row.id,
        minutes=(
            row.needed_whole("sunday_minutes"),
            row.needed_whole("monday_minutes"),
            row.needed_whole("tuesday_minutes"),
            row.needed_whole("wednesday_minutes"),
            row.needed_whole("thursday_minutes"),
            row.needed_whole("friday_minutes"),
            row.needed_whole("saturday_minutes"),
        ),
        default=row.flag("default") or False,
        start_date=row.day("start_date"),
        end_date=row.day("end_date"),
    )


def parse_workweek_membership(row: Row) -> WorkweekMembership:
    workweek = row.other("workweeks", "workweek_id")
    return WorkweekMembership(
        id=row.id,
        user_id=row.needed_key("user_id"),
        workweek_id=row.needed_key("workweek_id"),
        start_date=row.day("start_date"),
        end_date=row.day("end_date"),
        workweek=parse_workweek(workweek) if workweek else None,
    )


def parse_holiday(row: Row) -> Holiday:
    start = row.needed_day("start_date")
    associations = row.others("holiday_calendar_associations", "holiday_calendar_association_ids")
    calendars = [each.key("holiday_calendar_id") for each in associations]
    return Holiday(
        id=row.id,
        name=row.text("name") or "",
        start_date=start,
        end_date=row.day("end_date") or start,
        paid=row.flag("paid"),
        total_hours=row.number("total_hours"),
        calendar_ids=tuple(calendar for calendar in calendars if calendar),
        calendar_names=row.names("calendar_names_list"),
    )


def parse_holiday_calendar(row: Row) -> HolidayCalendar:
    return HolidayCalendar(id=row.id, name=row.text("name") or "", default=row.flag("default") or False)


def parse_holiday_calendar_association(row: Row) -> HolidayCalendarAssociation:
    return HolidayCalendarAssociation(
        id=row.id,
        holiday_id=row.needed_key("holiday_id"),
        holiday_calendar_id=row.needed_key("holiday_calendar_id"),
    )


def parse_holiday_calendar_membership(row: Row) -> HolidayCalendarMembership:
    return HolidayCalendarMembership(
        id=row.id,
        user_id=row.needed_key("user_id"),
        holiday_calendar_id=row.needed_key("holiday_calendar_id"),
        start_date=row.day("start_date"),
        end_date=row.day("end_date"),
    )


def parse_line_item_lock(row: Row) -> LineItemLock:
    return LineItemLock(
        id=row.id,
        locked_to=row.needed_day("locked_to"),
        account_id=row.key("account_id"),
        creator_id=row.key("creator_id"),
        created_at=row.instant("created_at"),
    )


def parse_backup_approver(row: Row) -> BackupApprover:
    return BackupApprover(
        id=row.id,
        approver_id=row.needed_key("approver_id"),
        backup_approver_id=row.needed_key("backup_approver_id"),
        start_date=row.needed_day("start_date"),
        end_date=row.needed_day("end_date"),
    )


def parse_role(row: Row) -> Role:
    return Role(id=row.id, name=row.text("name") or "", deleted=row.instant("deleted_at") is not None)


def parse_location(row: Row) -> Location:
    return Location(
        id=row.id,
        name=row.text("name") or "",
        archived=row.flag("archived") or False,
        in_use=row.flag("in_use"),
    )


def parse_subscribed_event(row: Row) -> SubscribedEvent:
    subject = row.part("subject_ref")
    return SubscribedEvent(
        id=row.id,
        event_type=row.text("event_type") or "",
        subject_type=subject.text("key") or row.text("subject_type"),
        subject_id=subject.key("id") or row.key("subject_id"),
        user_id=row.key("user_id"),
        changed_at=row.instant("subject_changed_at"),
        created_at=row.instant("created_at"),
    )
