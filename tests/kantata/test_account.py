"""The firm, its calendars and its lists through the client, over hand-written answers."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from bot.kantata.account import AccountMembershipInclude, SubjectType
from bot.kantata.account_records import Permission
from tests.kantata.conftest import Connect
from tests.kantata.samples import REFERENCE, TAY, Row, answer, envelope

WORKWEEK: Row = {
    "id": "40",
    "default": True,
    "start_date": "2020-01-05",
    "end_date": None,
    "sunday_minutes": 0,
    "monday_minutes": 480,
    "tuesday_minutes": 480,
    "wednesday_minutes": 480,
    "thursday_minutes": 480,
    "friday_minutes": 240,
    "saturday_minutes": 0,
    "total_minutes": 2160,
}
MEMBERSHIP: Row = {
    "id": "901",
    "permission": "administrator",
    "is_administrator": True,
    "manager_can_approve": True,
    "disabled_at": None,
    "user_id": "101",
    "manager_id": "102",
    "effective_workweek_id": "40",
    "backup_approver_association_ids": [55],
}
BACKUP: Row = {
    "id": "55",
    "approver_id": "102",
    "backup_approver_id": "104",
    "start_date": "2026-03-08",
    "end_date": "2026-03-21T00:00:00+01:00",
}
PARTICIPATION: Row = {
    "id": "2201",
    "role": "maven",
    "is_team_lead": False,
    "can_edit_time": True,
    "can_post": True,
    "user_id": "101",
    "workspace_id": "3001",
}


async def test_a_member_comes_with_workweek_and_backups(kantata_over: Connect) -> None:
    shown = envelope(
        "account_memberships",
        MEMBERSHIP,
        users=[TAY],
        workweeks=[WORKWEEK],
        backup_approver_associations=[BACKUP],
    )
    async with kantata_over(lambda _: answer(shown)) as kantata:
        got = await kantata.account_membership("901", include=list(AccountMembershipInclude))
    assert (got.user_id, got.manager_id, got.manager_can_approve) == ("101", "102", True)
    assert got.permission == Permission.ADMINISTRATOR
    assert got.user is not None
    assert got.effective_workweek is not None
    assert got.effective_workweek.minutes_on(date(2026, 3, 1)) == 0
    assert got.effective_workweek.minutes_on(date(2026, 3, 6)) == 240
    assert [backup.backup_approver_id for backup in got.backup_approvers] == ["104"]


async def test_members_that_were_not_asked_for_are_dropped(kantata_over: Connect) -> None:
    gone = {**MEMBERSHIP, "id": "902", "user_id": "999", "disabled_at": "2026-01-31T17:00:00Z"}
    rows = [MEMBERSHIP, gone]
    async with kantata_over(lambda _: answer(envelope("account_memberships", *rows))) as kantata:
        one = [member.id async for member in kantata.account_memberships(by_user_id="101")]
        some = [member.id async for member in kantata.account_memberships(with_user_ids=["999"])]
        all_of_them = [member.id async for member in kantata.account_memberships()]
        active = [member.id async for member in kantata.account_memberships(only_active=True)]
        inactive = [member.id async for member in kantata.account_memberships(only_inactive=True)]
    assert (one, some, all_of_them) == (["901"], ["902"], ["901", "902"])
    assert (active, inactive) == (["901"], ["902"])


async def test_who_takes_part_in_a_project(kantata_over: Connect) -> None:
    rows = [
        PARTICIPATION,
        {**PARTICIPATION, "id": "2202", "user_id": "999", "access_level": "admin"},
        {**PARTICIPATION, "id": "2203", "workspace_id": "3002"},
    ]
    async with kantata_over(lambda _: answer(envelope("participations", *rows, users=[TAY]))) as kantata:
        both = [each async for each in kantata.participations("3001")]
        one = [each.id async for each in kantata.participations("3001", by_user="999")]
    assert [each.id for each in both] == ["2201", "2202"]
    assert both[0].user is not None
    assert (both[0].can_edit_time, both[1].access_level) == (True, "admin")
    assert one == ["2202"]


async def test_backups_count_on_their_first_and_their_last_day(kantata_over: Connect) -> None:
    async with kantata_over(
        lambda _: answer(envelope("backup_approver_associations", BACKUP, users=[TAY]))
    ) as kantata:
        [listed] = [each async for each in kantata.backup_approvers()]
        shown = await kantata.backup_approver("55")
    assert listed == shown
    days = [date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 21), date(2026, 3, 22)]
    assert [listed.counts_on(day) for day in days] == [False, True, True, False]


async def test_a_backup_is_deleted(kantata_over: Connect) -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path}")
        return httpx.Response(204)

    async with kantata_over(handler) as kantata:
        await kantata.delete_backup_approver("55")
    assert seen == ["DELETE /api/v1/backup_approver_associations/55"]


async def test_a_backup_is_changed_in_what_is_given(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: answer(envelope("backup_approver_associations", BACKUP))) as kantata:
        got = await kantata.update_backup_approver("55", approver_id="102", backup_approver_id="104")
    assert got.end_date == date(2026, 3, 21)


async def test_locks_are_listed_and_shown(kantata_over: Connect) -> None:
    lock = {"id": "77", "account_id": 500, "locked_to": "2026-02-28", "creator_id": 102}
    async with kantata_over(lambda _: answer(envelope("line_item_locks", lock))) as kantata:
        [listed] = [each async for each in kantata.line_item_locks()]
        assert await kantata.line_item_lock("77") == listed
    assert (listed.locked_to, listed.account_id, listed.creator_id) == (date(2026, 2, 28), "500", "102")


async def test_workweeks_and_who_works_them(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: answer(envelope("workweeks", WORKWEEK))) as kantata:
        [workweek] = [each async for each in kantata.workweeks(effective_date=date(2026, 3, 1))]
    assert (workweek.default, workweek.start_date, workweek.end_date) == (True, date(2020, 1, 5), None)
    rows = [
        {"id": "41", "user_id": "104", "workweek_id": "40", "start_date": "2026-01-04", "end_date": None},
        {"id": "42", "user_id": "105", "workweek_id": "43", "start_date": "2026-01-04", "end_date": None},
    ]
    shown = envelope("workweek_memberships", *rows, workweeks=[WORKWEEK])
    async with kantata_over(lambda _: answer(shown)) as kantata:
        [of_one] = [each async for each in kantata.workweek_memberships(user_ids=["104"])]
        everybody = [each async for each in kantata.workweek_memberships()]
    assert of_one.workweek == workweek
    assert everybody[1].workweek is None


@pytest.mark.parametrize("names", [["Berlin", "Hamburg"], "Berlin, Hamburg"])
async def test_holidays_tell_their_calendars(kantata_over: Connect, names: Any) -> None:
    holiday = {
        "id": "21",
        "name": "Spring Day",
        "start_date": "2026-04-06",
        "end_date": None,
        "paid": True,
        "total_hours": 8.0,
        "holiday_calendar_association_ids": ["61"],
        "calendar_names_list": names,
    }
    association = {"id": "61", "holiday_id": "21", "holiday_calendar_id": "20"}
    shown = envelope("holidays", holiday, holiday_calendar_associations=[association])
    async with kantata_over(lambda _: answer(shown)) as kantata:
        [got] = [each async for each in kantata.holidays()]
    assert (got.name, got.start_date, got.end_date) == ("Spring Day", date(2026, 4, 6), date(2026, 4, 6))
    assert (got.calendar_ids, got.calendar_names) == (("20",), ("Berlin", "Hamburg"))
    assert (got.paid, got.total_hours) == (True, 8.0)


async def test_calendars_and_whose_they_are(kantata_over: Connect) -> None:
    async with kantata_over(
        lambda _: answer(envelope("holiday_calendars", {"id": "20", "name": "Berlin", "default": True}))
    ) as kantata:
        [calendar] = [each async for each in kantata.holiday_calendars()]
    assert (calendar.name, calendar.default) == ("Berlin", True)
    association = {"id": "61", "holiday_id": "21", "holiday_calendar_id": 20}
    async with kantata_over(
        lambda _: answer(envelope("holiday_calendar_associations", association))
    ) as kantata:
        [found] = [each async for each in kantata.holiday_calendar_associations()]
    assert (found.holiday_id, found.holiday_calendar_id) == ("21", "20")
    rows = [
        {
            "id": "31",
            "user_id": "101",
            "holiday_calendar_id": "20",
            "start_date": "2026-01-01",
            "end_date": None,
        },
        {"id": "32", "user_id": "999", "holiday_calendar_id": "22", "start_date": None, "end_date": None},
    ]
    async with kantata_over(lambda _: answer(envelope("holiday_calendar_memberships", *rows))) as kantata:
        of_one = [each.id async for each in kantata.holiday_calendar_memberships(by_user_id="101")]
        of_other = [
            each.id async for each in kantata.holiday_calendar_memberships(by_holiday_calendar_id="22")
        ]
    assert (of_one, of_other) == (["31"], ["32"])


async def test_roles_locations_and_events(kantata_over: Connect) -> None:
    roles: list[Row] = [
        {"id": "12", "name": "Designer", "deleted_at": None},
        {"id": "13", "deleted_at": "2026-01-01T00:00:00Z"},
    ]
    async with kantata_over(lambda _: answer(envelope("roles", *roles))) as kantata:
        assert [(each.name, each.deleted) async for each in kantata.roles()] == [
            ("Designer", False),
            ("", True),
        ]
    place = {"id": "3", "name": "Harbour", "archived": False, "in_use": True}
    async with kantata_over(lambda _: answer(envelope("account_locations", place))) as kantata:
        [location] = [each async for each in kantata.locations()]
    assert (location.name, location.archived, location.in_use) == ("Harbour", False, True)
    events = [
        {
            "id": "1",
            "event_type": "time_entry:created",
            "subject_ref": {"key": "time_entries", "id": "9001"},
            "user_id": 101,
            "subject_changed_at": "2026-03-04T12:00:00Z",
        },
        {"id": "2", "event_type": "user:updated", "subject_type": "User", "subject_id": 101},
    ]
    async with kantata_over(lambda _: answer(envelope("subscribed_events", *events))) as kantata:
        first, second = [each async for each in kantata.subscribed_events()]
    assert (first.subject_type, first.subject_id, first.user_id) == ("time_entries", "9001", "101")
    assert first.changed_at == datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    assert (second.subject_type, second.subject_id) == ("User", "101")


async def test_external_references_are_compared_with_what_was_asked(kantata_over: Connect) -> None:
    rows = [
        REFERENCE,
        {**REFERENCE, "id": "5502", "service_model_ref": "8", "service_model": "X", "service_name": "y"},
    ]
    async with kantata_over(lambda _: answer(envelope("external_references", *rows))) as kantata:

        async def ids(**filters: Any) -> list[str]:
            return [each.id async for each in kantata.external_references(SubjectType.TIME_ENTRY, **filters)]

        assert await ids() == ["5501", "5502"]
        assert await ids(service_name="slack_timebot") == ["5501"]
        assert await ids(service_model="X") == ["5502"]
        assert await ids(service_model_ref="70450012") == ["5501"]
