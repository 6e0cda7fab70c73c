"""Filters: what is written in a query, and what never gets out."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.kantata.filters import (
    ArchivedFilter,
    ProjectFilters,
    SubmissionFilters,
    TaskFilters,
    TimeEntryFilters,
    UserFilters,
    encode,
)
from bot.kantata.records import SubmissionStatus, TaskType
from tests.kantata.conftest import Connect

DAYS = (date(2026, 3, 1), date(2026, 3, 7))


@pytest.mark.parametrize(
    ("allowed", "filters", "query"),
    [
        (
            TimeEntryFilters,
            {"date_performed_between": DAYS},
            {"date_performed_between": "2026-03-01:2026-03-07"},
        ),
        (
            ProjectFilters,
            {"pending_timesheet_submissions": DAYS},
            {"pending_timesheet_submissions": "2026-03-01;2026-03-07"},
        ),
        (
            UserFilters,
            {"without_timesheet_submission": ("3001", *DAYS)},
            {"without_timesheet_submission": "3001:2026-03-01:2026-03-07"},
        ),
        (
            TimeEntryFilters,
            {"project_id": "3001", "project_ids": ["1", "2"]},
            {"workspace_id": "3001", "workspace_ids": "1,2"},
        ),
        (
            TimeEntryFilters,
            {"approved": True, "on_my_account": False},
            {"approved": "true", "on_my_account": "false"},
        ),
        (TimeEntryFilters, {"invoiced": True}, {"invoiced": "true"}),
        (
            TimeEntryFilters,
            {"updated_after": datetime(2026, 3, 4, 12, 0, 0, 999, tzinfo=timezone(timedelta(hours=1)))},
            {"updated_after": "2026-03-04T12:00:00+01:00"},
        ),
        (
            TimeEntryFilters,
            {"created_before": datetime(2026, 3, 4, tzinfo=UTC)},
            {"created_before": "2026-03-04T00:00:00+00:00"},
        ),
        (
            ProjectFilters,
            {"archived": ArchivedFilter.ONLY, "excluding": ["5"]},
            {"archived": "only", "except": "5"},
        ),
        (TaskFilters, {"task_types": [TaskType.TASK, TaskType.ISSUE]}, {"story_types": "task,issue"}),
        (
            SubmissionFilters,
            {"statuses": [SubmissionStatus.PENDING, SubmissionStatus.REJECTED]},
            {"statuses": "new,rejected"},
        ),
        (UserFilters, {"matching": " tay "}, {"matching": "tay"}),
        (UserFilters, {"matching": None}, {}),
    ],
)
def test_a_filter_is_written_as_kantata_reads_it(
    allowed: type, filters: dict[str, Any], query: dict[str, str]
) -> None:
    assert encode(allowed, filters) == query


@pytest.mark.parametrize(
    "filters",
    [
        {"with_user_ids": []},
        {"with_user_ids": [""]},
        {"with_user_ids": ["1,2"]},
        {"project_id": " "},
        {"invoiced": False},
        {"uninvoiced": False},
        {"updated_after": datetime(2026, 3, 4)},  # noqa: DTZ001 - that it has no zone is the point
        {"external_reference_service_model_refs": [str(number) for number in range(201)]},
    ],
)
def test_a_filter_that_kantata_would_not_apply_is_refused(filters: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        encode(TimeEntryFilters, filters)


async def test_a_misspelt_filter_is_refused_before_anything_is_asked(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: pytest.fail("nothing is to be asked")) as kantata:
        misspelt: dict[str, Any] = {"date_performed_after": date(2026, 3, 1)}
        for listing in (
            kantata.users, kantata.projects, kantata.tasks, kantata.time_entries, kantata.submissions,
            kantata.time_off, kantata.account_memberships, kantata.workweeks, kantata.workweek_memberships,
            kantata.holidays, kantata.holiday_calendars, kantata.holiday_calendar_associations,
            kantata.holiday_calendar_memberships, kantata.roles, kantata.locations, kantata.subscribed_events,
        ):  # fmt: skip
            with pytest.raises(TypeError, match="date_performed_after"):
                listing(**misspelt)
        with pytest.raises(TypeError, match="date_performed_after"):
            kantata.participations("3001", **misspelt)
