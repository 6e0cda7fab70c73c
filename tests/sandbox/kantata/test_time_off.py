"""Time off of the simulated Kantata: merging, capacity, who may."""

from typing import Any

import pytest

from tests.sandbox.kantata.conftest import (
    CLYDE,
    ISAR,
    ODER,
    SERVICE,
    TAY,
    MakeWorld,
    World,
    ids,
    only,
    refused,
    rows,
)

DAY = "2026-03-12"  # a Thursday
PART_TIMER = "121"


async def book(world: World, *, by: str = TAY, **fields: Any) -> dict[str, Any]:
    body = {"user_id": 101, "hours": 4.0, "requested_date": DAY, **fields}
    return only(await world.ask("POST", "/time_off_entries", by=by, time_off_entry=body))


async def refuse(world: World, *, by: str = TAY, **fields: Any) -> tuple[int, set[str]]:
    body = {"user_id": 101, "hours": 4.0, "requested_date": DAY, **fields}
    return refused(await world.ask("POST", "/time_off_entries", by=by, time_off_entry=body))


REFERENCE = {"service_name": "bot", "service_model": "Leave", "service_model_ref": "1"}
AGAIN = {**REFERENCE, "service_model_ref": "2"}


async def test_a_day_off_is_kept(world: World) -> None:
    entry = await book(world)
    assert (entry["hours"], entry["requested_date"], entry["user_id"]) == (4.0, DAY, TAY)
    assert entry["submission_date"] == "2026-03-05"
    assert ids(await world.get(f"/time_off_entries?only={entry['id']}", by=ISAR)) == [entry["id"]]


async def test_hours_of_one_day_merge_into_one_row(world: World) -> None:
    body = {"user_id": 101, "requested_date": DAY}
    response = await world.ask(
        "POST", "/time_off_entries", time_off_entries=[{**body, "hours": 4.0}, {**body, "hours": 2.5}]
    )
    assert only(response)["hours"] == 6.5
    assert (await book(world, hours=1))["hours"] == 7.5
    assert len(ids(await world.get("/time_off_entries?user_id=101&created_after=2026-03-05T11:59:59Z"))) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"user_id": None}, "user_id"),
        ({"user_id": "999999"}, "user_id"),
        ({"hours": None}, "hours"),
        ({"hours": 0}, "hours"),
        ({"hours": -1}, "hours"),
        ({"hours": "many"}, "hours"),
        ({"hours": 8.25}, "hours"),
        ({"requested_date": None}, "requested_date"),
        ({"requested_date": "2026-13-01"}, "requested_date"),
        ({"requested_date": "2026-03-14"}, "hours"),  # a Saturday
        ({"requested_date": "2026-12-25"}, "hours"),  # a holiday
        ({"external_reference": {"service_name": "bot"}}, "external_reference"),
    ],
)
async def test_what_is_wrong_is_named_by_its_field(world: World, change: dict[str, Any], field: str) -> None:
    assert await refuse(world, **change) == (422, {field})


async def test_same_day_hours_never_exceed_the_capacity_and_nothing_is_kept(world: World) -> None:
    entry = await book(world, hours=6)
    assert await refuse(world, hours=2.5) == (422, {"hours"})
    (row,) = rows(await world.get(f"/time_off_entries?only={entry['id']}"))
    assert row["hours"] == 6


async def test_a_part_timers_day_is_shorter(world: World) -> None:
    assert (await book(world, by=SERVICE, user_id=PART_TIMER, hours=6))["hours"] == 6
    assert await refuse(world, by=SERVICE, user_id=PART_TIMER, hours=0.5) == (422, {"hours"})
    friday = "2026-03-13"
    assert await refuse(world, by=SERVICE, user_id=PART_TIMER, hours=1, requested_date=friday) == (
        422,
        {"hours"},
    )


async def test_a_bulk_creation_is_all_or_nothing(world: World) -> None:
    body = {"user_id": 101, "hours": 4}
    rows_asked = [{**body, "requested_date": DAY}, {**body, "requested_date": "2026-03-14"}]
    response = await world.ask("POST", "/time_off_entries", time_off_entries=rows_asked)
    assert refused(response) == (422, {"hours"})
    assert response.json()["errors"][0]["index"] == 1
    assert not ids(await world.get("/time_off_entries?created_after=2026-03-05T11:59:59Z"))


async def test_only_the_hours_change(world: World) -> None:
    entry = await book(world)
    body = {"hours": 8.0, "requested_date": "2026-03-13", "user_id": 104}
    changed = only(await world.ask("PUT", f"/time_off_entries/{entry['id']}", time_off_entry=body))
    assert (changed["hours"], changed["requested_date"], changed["user_id"]) == (8.0, DAY, TAY)
    for wrong in ({}, {"hours": ""}, {"hours": 9}, {"hours": 0}):
        body = {"requested_date": DAY, **wrong}
        response = await world.ask("PUT", f"/time_off_entries/{entry['id']}", time_off_entry=body)
        assert refused(response) == (422, {"hours"})


@pytest.mark.parametrize(("by", "status"), [(TAY, 200), (ODER, 200), (SERVICE, 200), (ISAR, 403)])
async def test_who_manages_time_off(world: World, by: str, status: int) -> None:
    body = {"user_id": 101, "hours": 4, "requested_date": DAY}
    response = await world.ask("POST", "/time_off_entries", by=by, time_off_entry=body)
    assert response.status_code == status
    entry = response.json()["results"][0]["id"] if status == 200 else (await book(world))["id"]
    path = f"/time_off_entries/{entry}"
    assert (await world.ask("PUT", path, by=by, time_off_entry={"hours": 2})).status_code == status
    response = await world.ask("DELETE", path, by=by)
    assert response.status_code == (204 if status == 200 else 403)


async def test_days_off_are_deleted_one_by_one_or_together(world: World) -> None:
    one, two = await book(world), await book(world, requested_date="2026-03-13")
    clydes = await book(world, by=SERVICE, user_id=CLYDE, requested_date="2026-03-16")
    response = await world.ask("DELETE", f"/time_off_entries?ids={one['id']},{clydes['id']},999999")
    assert refused(response) == (422, {"base"})
    assert len(response.json()["errors"]) == 2
    assert (await world.ask("DELETE", "/time_off_entries", ids=f"{one['id']},{two['id']}")).status_code == 204
    assert refused(await world.ask("DELETE", f"/time_off_entries/{one['id']}")) == (404, {"system"})


async def test_every_filter_of_time_off_finds_its_rows(world: World) -> None:
    entry = await book(world, external_reference=REFERENCE)
    new = "/time_off_entries?created_after=2026-03-05T11:59:59Z"
    asked = {
        "&user_id=101": True,
        "&user_id=104": False,
        "&user_ids=104,101": True,
        "&workspace_id=3001": True,
        "&workspace_id=3002": False,
        "&start_date=2026-03-11&end_date=2026-03-13": True,
        "&start_date=2026-03-12": False,
        "&end_date=2026-03-12": False,
        "&external_reference_service_model_refs=1": True,
        "&external_reference_service_model_refs=2": False,
    }
    for query, found in asked.items():
        assert ids(await world.get(new + query)) == ([entry["id"]] if found else []), query
    response = await world.ask("GET", "/time_off_entries?start_date=tomorrow")
    assert refused(response) == (422, {"start_date"})


# Positions of the assumptions


async def test_a_range_can_include_its_ends(make_world: MakeWorld) -> None:
    world = make_world(time_off_range="inclusive")
    entry = await book(world)
    assert ids(await world.get(f"/time_off_entries?user_id=101&start_date={DAY}&end_date={DAY}")) == [
        entry["id"]
    ]


async def test_a_second_booking_can_replace_the_first(make_world: MakeWorld) -> None:
    world = make_world(same_day="replace")
    await book(world, hours=6)
    assert (await book(world, hours=7))["hours"] == 7


@pytest.mark.parametrize(("position", "left"), [("replaced", ["2"]), ("kept", ["1"]), ("lost", [])])
async def test_a_merged_row_keeps_one_reference_or_none(
    make_world: MakeWorld, position: str, left: list[str]
) -> None:
    world = make_world(merged_reference=position)
    await book(world, external_reference=REFERENCE)
    await book(world, external_reference=AGAIN)
    references = rows(await world.get("/external_references?subject_type=TimeOffEntry"))
    assert [row["service_model_ref"] for row in references] == left


async def test_own_and_managed_time_off_can_be_administrators_business(make_world: MakeWorld) -> None:
    world = make_world(own_time_off=False, managed_time_off=False)
    assert await refuse(world) == (403, {"system"})
    assert await refuse(world, by=ODER) == (403, {"system"})
    await book(world, by=SERVICE)


async def test_people_without_a_calendar_can_have_no_holidays(make_world: MakeWorld) -> None:
    # Shannon (Dublin) is in no calendar; Christmas is in the default one.
    for position, status in (("default_calendar", 422), ("no_holidays", 200)):
        world = make_world(without_membership=position)
        body = {"user_id": 108, "hours": 4, "requested_date": "2026-12-25"}
        response = await world.ask("POST", "/time_off_entries", by=SERVICE, time_off_entry=body)
        assert response.status_code == status
