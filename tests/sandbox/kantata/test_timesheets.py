"""Timesheet submissions: handing in, deciding, and everything that is refused about them."""

from typing import Any

import pytest

from tests.sandbox.kantata.conftest import (
    AVON,
    INTERNAL,
    ISAR,
    ODER,
    PORTAL,
    SERVICE,
    TAY,
    WEBSITE,
    MakeWorld,
    World,
    ids,
    only,
    refused,
    rows,
)


def path(submission: dict[str, Any], verb: str = "") -> str:
    return f"/timesheet_submissions/{submission['id']}{verb}"


async def test_a_submission_is_pending_and_holds_its_entries(world: World) -> None:
    one, two = await world.log(), await world.log(date_performed="2026-03-02")
    response = await world.ask(
        "POST",
        "/timesheet_submissions?include=time_entries,external_references",
        timesheet_submission={
            "title": "Mar 1 - Mar 7, 2026",
            "workspace_id": 3001,
            "line_item_ids": [int(one["id"]), two["id"]],
            "comment": "Complete week",
            "external_reference": {"service_name": "bot", "service_model": "Week", "service_model_ref": "7"},
        },
    )
    submission = only(response)
    assert (submission["status"], submission["type"]) == ("pending", "TimesheetSubmission")
    assert (submission["start_date"], submission["end_date"]) == ("2026-03-01", "2026-03-07")
    assert set(submission["time_entry_ids"]) == {one["id"], two["id"]} == set(response.json()["time_entries"])
    assert submission["permissions"] == {
        "can_cancel_submission": True,
        "can_approve_submission": False,
        "can_reject_submission": False,
        "can_resubmit_submission": False,
    }
    entry = only(await world.ask("GET", f"/time_entries/{one['id']}"))
    assert entry["active_submission_id"] == entry["recent_submission_id"] == submission["id"]
    found = await world.get("/timesheet_submissions?external_reference_service_model_refs=7")
    assert ids(found) == [submission["id"]]


@pytest.mark.parametrize("missing", ["title", "workspace_id", "line_item_ids"])
async def test_a_submission_needs_title_project_and_entries(world: World, missing: str) -> None:
    entry = await world.log()
    body = {"title": "Week", "workspace_id": WEBSITE, "line_item_ids": [entry["id"]]}
    for blank in ({}, {missing: [] if missing == "line_item_ids" else ""}):
        body.pop(missing, None)
        response = await world.ask("POST", "/timesheet_submissions", timesheet_submission={**body, **blank})
        assert refused(response) == (422, {missing})


async def submit(
    world: World, *entries: dict[str, Any], by: str = TAY, **fields: Any
) -> tuple[int, set[str]]:
    """How a submission of these entries on the website project is refused."""
    body = {
        "title": "Week",
        "workspace_id": WEBSITE,
        "line_item_ids": [row["id"] for row in entries],
        **fields,
    }
    return refused(await world.ask("POST", "/timesheet_submissions", by=by, timesheet_submission=body))


async def test_entries_that_do_not_belong_together_are_refused(world: World) -> None:
    mine = await world.log()
    elsewhere = await world.log(workspace_id=PORTAL, story_id=None)
    another_week = await world.log(date_performed="2026-02-27")
    isars = await world.log(by=ISAR)
    assert await submit(world, mine, elsewhere) == (422, {"line_item_ids"})
    assert await submit(world, mine, another_week) == (422, {"line_item_ids"})
    assert await submit(world, mine, {"id": "999999"}) == (422, {"line_item_ids"})
    assert await submit(world, mine, isars) == (422, {"line_item_ids"})
    # An administrator sees Isar's entry, which still isn't Tay's.
    assert await submit(world, mine, isars, by=SERVICE, user_id=TAY) == (422, {"line_item_ids"})
    await world.submit(mine["id"])
    assert await submit(world, mine) == (422, {"line_item_ids"})


async def test_a_project_without_approvals_takes_no_submission(world: World) -> None:
    entry = await world.log(workspace_id=INTERNAL, story_id=None)
    assert await submit(world, entry, workspace_id=INTERNAL) == (422, {"workspace_id"})
    assert await submit(world, entry, workspace_id="999999") == (422, {"workspace_id"})


async def test_locked_time_is_not_submitted(world: World) -> None:
    entry = await world.log()
    world.change("time_entries", entry["id"], date_performed="2026-02-13")
    assert await submit(world, entry) == (422, {"date_performed"})


async def test_a_week_outside_the_enforced_limits_is_refused(world: World) -> None:
    entry = await world.log()
    world.change("account_memberships", "802", enforce_workweek_minimum_on_timesheet_submission=True)
    assert await submit(world, entry) == (422, {"base"})
    world.change("account_memberships", "802", enforce_workweek_minimum_on_timesheet_submission=False)
    world.change("account_memberships", "802", enforce_workweek_maximum_on_timesheet_submission=True)
    for _ in range(3):
        await world.log(time_in_minutes=1000, workspace_id=INTERNAL, story_id=None)
    assert await submit(world, entry) == (422, {"base"})


async def test_only_administrators_submit_for_somebody_else(world: World) -> None:
    entry = await world.log()
    assert await submit(world, entry, by=ODER, user_id=TAY) == (403, {"system"})
    submission = await world.submit(entry["id"], by=SERVICE, user_id=TAY)
    assert submission["user_id"] == TAY


async def test_every_filter_of_submissions_finds_its_rows(world: World) -> None:
    pending = await world.submit((await world.log())["id"])
    cancelled = await world.submit((await world.log())["id"])
    await world.ask("PUT", path(cancelled, "/cancel"))
    approved = await world.submit((await world.log())["id"])
    await world.ask("PUT", path(approved, "/approve"), by=ODER)
    a, b, c = pending["id"], cancelled["id"], approved["id"]
    asked = {
        "": {a, b, c},
        "&active=true": {a, c},
        "&not_cancelled=true": {a, c},
        "&statuses=new": {a},
        "&statuses=new,approved": {a, c},
        "&statuses=pending": set(),
        "&statuses=cancelled": {b},
        "&start_date=2026-03-01": {a, b, c},
        "&start_date=2026-03-02": set(),
        "&end_date=2026-03-07": {a, b, c},
        "&start_date_after=2026-03-01": {a, b, c},
        "&start_date_after=2026-03-02": set(),
        "&user_ids=101,9": {a, b, c},
        "&user_ids=9": set(),
        "&workspace_id=3001": {a, b, c},
        "&workspace_ids=3004": set(),
    }
    for query, expected in asked.items():
        found = await world.get(f"/timesheet_submissions?created_after=2026-03-05T11:59:59Z{query}")
        assert set(ids(found)) == expected, query


async def test_submissions_are_ordered_by_their_week(world: World) -> None:
    for query, reverse in (("", True), ("?order=date:asc", False), ("?order=date:desc", True)):
        dates = [row["start_date"] for row in rows(await world.get(f"/timesheet_submissions{query}"))]
        assert dates == sorted(dates, reverse=reverse)


async def test_administrators_can_follow_what_changes(world: World) -> None:
    submission = await world.submit((await world.log())["id"])
    await world.ask("PUT", path(submission, "/approve"), by=ODER)
    events = rows(
        await world.get("/subscribed_events?event_types=timesheet:created,timesheet:updated", by=SERVICE)
    )
    assert [event["event_type"] for event in events] == ["timesheet:created", "timesheet:updated"]
    assert events[1]["payload_changes"]["status"] == ["pending", "approved"]
    assert events[1]["subject_ref"] == {"key": "timesheet_submissions", "id": submission["id"]}
    world.clock.forward(days=10)
    assert not ids(await world.get("/subscribed_events", by=SERVICE))
    assert refused(await world.ask("GET", "/subscribed_events")) == (403, {"system"})


async def test_weeks_and_users_can_be_mixed(make_world: MakeWorld) -> None:
    world = make_world(one_week=False, one_user=False)
    mine, earlier = await world.log(), await world.log(date_performed="2026-02-27")
    isars = await world.log(by=ISAR)
    submission = await world.submit(mine["id"], earlier["id"], isars["id"], by=SERVICE, user_id=TAY)
    assert submission["status"] == "pending"


async def test_filter_words_and_bounds_can_be_the_others(make_world: MakeWorld) -> None:
    world = make_world(pending_filter_word="pending", start_date_after_includes=False)
    submission = await world.submit((await world.log())["id"])
    new = "/timesheet_submissions?created_after=2026-03-05T11:59:59Z"
    assert ids(await world.get(f"{new}&statuses=pending")) == [submission["id"]]
    assert not ids(await world.get(f"{new}&statuses=new"))
    assert not ids(await world.get(f"{new}&start_date_after=2026-03-01"))
    assert ids(await world.get(f"{new}&start_date_after=2026-02-28"))


async def test_a_backup_approvers_dates_can_be_instants(make_world: MakeWorld) -> None:
    (row,) = rows(await make_world(backup_dates="datetime").get("/backup_approver_associations"))
    assert row["start_date"] == "2026-03-02T00:00:00Z"
    (row,) = rows(await make_world(backup_dates="date").get("/backup_approver_associations?include=approver"))
    assert row["start_date"] == "2026-03-02"
    assert row["backup_approver_id"] == AVON
