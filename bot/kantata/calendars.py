"""Working hours and holidays: what a person's day is, before time off."""

from collections.abc import AsyncIterator
from typing import Unpack

from bot.kantata.account_parse import (
    parse_holiday,
    parse_holiday_calendar,
    parse_holiday_calendar_association,
    parse_holiday_calendar_membership,
    parse_workweek,
    parse_workweek_membership,
)
from bot.kantata.account_records import (
    Holiday,
    HolidayCalendar,
    HolidayCalendarAssociation,
    HolidayCalendarMembership,
    Workweek,
    WorkweekMembership,
)
from bot.kantata.connection import Connection
from bot.kantata.filters import (
    HolidayCalendarMembershipFilters,
    HolidayFilters,
    Only,
    WorkweekFilters,
    WorkweekMembershipFilters,
)

_OLDEST_FIRST = "start_date:asc"


class Calendars(Connection):
    """The firm's calendars."""

    def workweeks(self, **filters: Unpack[WorkweekFilters]) -> AsyncIterator[Workweek]:
        """The firm's default workweeks, oldest first. GET /workweeks"""
        query = {"include": "workweek_memberships", "order": _OLDEST_FIRST}
        return self._list("/workweeks", parse_workweek, WorkweekFilters, filters, query=query)

    def workweek_memberships(
        self, **filters: Unpack[WorkweekMembershipFilters]
    ) -> AsyncIterator[WorkweekMembership]:
        """Whose workweek is another than the firm's, each with that workweek. GET /workweek_memberships"""
        users = filters.get("user_ids")
        return self._list(
            "/workweek_memberships",
            parse_workweek_membership,
            WorkweekMembershipFilters,
            filters,
            query={"include": "user,workweek"},
            keep=lambda membership: users is None or membership.user_id in users,
        )

    def holidays(self, **filters: Unpack[HolidayFilters]) -> AsyncIterator[Holiday]:
        """All holidays of all calendars, oldest first; there is no filter for dates. GET /holidays"""
        query = {
            "include": "holiday_calendar_associations",
            "optional_fields": "calendar_names_list",
            "order": _OLDEST_FIRST,
        }
        return self._list("/holidays", parse_holiday, HolidayFilters, filters, query=query)

    def holiday_calendars(self, **filters: Unpack[Only]) -> AsyncIterator[HolidayCalendar]:
        """GET /holiday_calendars"""
        return self._list("/holiday_calendars", parse_holiday_calendar, Only, filters, query={})

    def holiday_calendar_associations(
        self, **filters: Unpack[Only]
    ) -> AsyncIterator[HolidayCalendarAssociation]:
        """Which holiday is in which calendar. GET /holiday_calendar_associations"""
        return self._list(
            "/holiday_calendar_associations",
            parse_holiday_calendar_association,
            Only,
            filters,
            query={"include": "holiday,holiday_calendar"},
        )

    def holiday_calendar_memberships(
        self, **filters: Unpack[HolidayCalendarMembershipFilters]
    ) -> AsyncIterator[HolidayCalendarMembership]:
        """Whose holidays are those of which calendar. GET /holiday_calendar_memberships"""
        user, calendar = filters.get("by_user_id"), filters.get("by_holiday_calendar_id")
        return self._list(
            "/holiday_calendar_memberships",
            parse_holiday_calendar_membership,
            HolidayCalendarMembershipFilters,
            filters,
            query={"include": "user,holiday_calendar"},
            keep=lambda each: user in (None, each.user_id) and calendar in (None, each.holiday_calendar_id),
        )
