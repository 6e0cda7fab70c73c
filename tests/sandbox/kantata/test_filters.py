"""The shared filters of the simulated Kantata, and those of time entries."""

from typing import Any

import pytest

from tests.sandbox.kantata.conftest import (
    ODER,
    TAY,
    WEBSITE,
    YESTERDAY,
    MakeWorld,
    World,
    ids,
    only,
    refused,
)


async def make_entries(world: World, many: int) -> list[str]:
    """The ids of that many new entries, of one minute more each."""
    body = [
        {"workspace_id": WEBSITE, "date_performed": YESTERDAY, "time_in_minutes": number + 1}
        for number in range(many)
    ]
    return ids((await world.ask("POST", "/time_entries", time_entries=body)).json())


NEW = "/time_entries?created_after=2026-03-05T11:59:59Z"


async def test_unknown_and_blank_filters_are_ignored(world: World) -> None:
    await make_entries(world, 2)
    assert len(ids(await world.get(f"{NEW}&date_performed_after=2030-01-01&with_user_ids="))) == 2


async def test_times_are_shown_with_the_users_offset(make_world: MakeWorld) -> None:
    world = make_world()
    entry = await world.log(by=ODER, workspace_id=WEBSITE)
    assert entry["created_at"] == "2026-03-05T13:00:00+01:00"
    world = make_world(datetimes="z")
    assert (await world.log(by=ODER, workspace_id=WEBSITE))["created_at"] == "2026-03-05T12:00:00Z"


async def test_times_filter_by_instant_and_an_unencoded_plus_is_refused(world: World) -> None:
    (made,) = await make_entries(world, 1)
    for query in (
        "created_after=2026-03-05T12:59:59%2B01:00",
        "created_before=2026-03-05T12:00:01Z&created_after=2026-03-05T11:59:59Z",
    ):
        assert made in ids(await world.get(f"/time_entries?per_page=200&{query}"))
    assert made not in ids(await world.get("/time_entries?updated_after=2026-03-05T13:00:00%2B01:00"))
    response = await world.ask("GET", "/time_entries?created_after=2026-03-05T12:59:59+01:00")
    assert refused(response) == (422, {"created_after"})


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("external_reference_service_name", "slack_timebot", {0, 1}),
        ("external_reference_service_name", "other", {2}),
        ("external_reference_service_model", "TimeDraft", {0, 1, 2}),
        ("external_reference_service_model_ref", "71", {1}),
        ("external_reference_service_model_refs", "70,71,99", {0, 1}),
        ("external_reference_status", "pending", {0}),
        ("external_reference_external_status", "open", {1}),
        ("external_reference_external_message", "hello", {2}),
        ("has_external_references", "true", {0, 1, 2}),
        ("has_external_references", "false", {3}),
        ("without_external_reference_service_name", "slack_timebot", {2, 3}),
    ],
)
async def test_every_reference_filter_finds_its_rows(
    world: World, name: str, value: str, found: set[int]
) -> None:
    base = {"service_name": "slack_timebot", "service_model": "TimeDraft"}
    references: list[dict[str, Any] | None] = [
        {**base, "service_model_ref": "70", "status": "pending"},
        {**base, "service_model_ref": 71, "external_status": "open"},
        {**base, "service_name": "other", "service_model_ref": "72", "external_message": "hello"},
        None,
    ]
    made = [(await world.log(external_reference=reference))["id"] for reference in references]
    assert set(ids(await world.get(f"{NEW}&{name}={value}"))) == {made[place] for place in found}


async def test_reference_filters_belong_to_one_reference(world: World) -> None:
    entry = await world.log(
        external_reference={"service_name": "a", "service_model": "M", "service_model_ref": "1"}
    )
    second = {"service_name": "b", "service_model": "M", "service_model_ref": "2"}
    only(await world.ask("PUT", f"/time_entries/{entry['id']}", time_entry={"external_reference": second}))
    asked = "/time_entries?external_reference_service_name={}&external_reference_service_model_ref={}"
    assert ids(await world.get(asked.format("b", 2))) == [entry["id"]]
    assert not ids(await world.get(asked.format("a", 2)))


async def test_more_than_two_hundred_external_ids_are_refused(world: World) -> None:
    listed = ",".join(str(number) for number in range(201))
    response = await world.ask("GET", f"/time_entries?external_reference_service_model_refs={listed}")
    assert refused(response) == (422, {"base"})


async def test_every_filter_of_time_entries_finds_its_rows(world: World) -> None:
    one, two = (
        await world.log(),
        await world.log(date_performed="2026-03-03", workspace_id="3004", story_id=None),
    )
    by_oder = await world.log(by=ODER, user_id=TAY)
    submitted = await world.log()
    submission = await world.submit(submitted["id"])
    world.change("time_entries", one["id"], invoice_id="1501")
    everything = {one["id"], two["id"], by_oder["id"], submitted["id"]}
    asked: dict[str, set[str]] = {
        "date_performed_between=2026-03-03:2026-03-03": {two["id"]},
        "created_by=102": {by_oder["id"]},
        "workspace_id=3004": {two["id"]},
        f"workspace_ids=3004,{WEBSITE}": everything,
        f"with_user_ids={TAY},999": everything,
        "with_user_ids=999": set(),
        "in_active_submission=true": {submitted["id"]},
        "in_active_submission=false": everything - {submitted["id"]},
        f"with_timesheet_id={submission['id']}": {submitted["id"]},
        f"with_recent_timesheet_ids={submission['id']}": {submitted["id"]},
        "invoiced=true": {one["id"]},
        "invoiced=false": {one["id"]},
        "uninvoiced=false": everything - {one["id"]},
        "in_active_invoice_id=true": {one["id"]},
        "in_active_invoice_id=1501": {one["id"]},
        "in_active_invoice_id=false": everything - {one["id"]},
        "approved=true": set(),
        "approved=false": everything,
    }
    for query, expected in asked.items():
        assert set(ids(await world.get(f"{NEW}&{query}"))) == expected, query


async def test_entries_of_archived_and_external_projects_are_left_out_unless_asked_for(world: World) -> None:
    archived, external = await world.log(), await world.log(workspace_id="3040", story_id=None)
    world.change("workspaces", WEBSITE, archived=True)
    assert not ids(await world.get(NEW))
    assert ids(await world.get(f"{NEW}&from_archived_workspaces=true")) == [archived["id"]]
    assert ids(await world.get(f"{NEW}&on_my_account=false")) == [external["id"]]


async def test_a_cancelled_submission_keeps_its_entries_as_recent_only(world: World) -> None:
    entry = await world.log()
    first = await world.submit(entry["id"])
    await world.ask("PUT", f"/timesheet_submissions/{first['id']}/cancel")
    assert not ids(await world.get(f"/time_entries?with_timesheet_id={first['id']}"))
    assert ids(await world.get(f"/time_entries?with_recent_timesheet_ids={first['id']}")) == [entry["id"]]
    second = await world.submit(entry["id"])
    assert not ids(await world.get(f"/time_entries?with_recent_timesheet_ids={first['id']}"))
    assert ids(await world.get(f"/time_entries?with_recent_timesheet_ids={second['id']}")) == [entry["id"]]


async def test_a_range_of_days_can_leave_out_its_ends(make_world: MakeWorld) -> None:
    world = make_world(between_includes_ends=False)
    await world.log()
    assert not ids(await world.get(f"{NEW}&date_performed_between={YESTERDAY}:{YESTERDAY}"))
    assert ids(await world.get(f"{NEW}&date_performed_between=2026-03-03:2026-03-05"))
