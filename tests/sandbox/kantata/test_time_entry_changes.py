"""Changing and deleting time entries of the simulated Kantata, and when that is refused."""

from typing import Any

import pytest

from tests.sandbox.kantata.conftest import (
    INTERNAL,
    ISAR,
    PORTAL,
    YESTERDAY,
    MakeWorld,
    World,
    ids,
    only,
    refused,
)

ENTRY = {"workspace_id": 3001, "story_id": 4001, "date_performed": YESTERDAY, "time_in_minutes": 90}


REFERENCE = {"service_name": "slack_timebot", "service_model": "TimeDraft", "service_model_ref": "70450012"}


async def world_entries(world: World) -> list[str]:
    """The ids of entries created after the seed."""
    return ids(await world.get("/time_entries?on_my_account=false&created_after=2026-03-05T11:59:59Z"))


async def test_an_entry_is_changed(world: World) -> None:
    entry = await world.log()
    world.clock.forward(minutes=1)
    body = {"time_in_minutes": 120, "story_id": "", "notes": "Longer", "workspace_id": PORTAL}
    changed = only(await world.ask("PUT", f"/time_entries/{entry['id']}", time_entry=body))
    assert (changed["time_in_minutes"], changed["story_id"], changed["notes"]) == (120, None, "Longer")
    assert changed["workspace_id"] == PORTAL
    assert changed["updated_at"] > entry["updated_at"]
    assert changed["created_at"] == entry["created_at"]


async def test_moving_to_another_project_needs_a_task_of_it(world: World) -> None:
    entry = await world.log()
    response = await world.ask("PUT", f"/time_entries/{entry['id']}", time_entry={"workspace_id": PORTAL})
    assert refused(response) == (422, {"story_id"})


@pytest.mark.parametrize(
    "body", [{"time_in_minutes": 0}, {"date_performed": "2026-02-01"}, {"story_id": "4012"}]
)
async def test_a_change_is_checked_like_a_creation(world: World, body: dict[str, Any]) -> None:
    entry = await world.log()
    response = await world.ask("PUT", f"/time_entries/{entry['id']}", time_entry=body)
    assert refused(response) == (422, set(body))


async def test_an_entry_that_is_seen_but_not_ones_own_cannot_be_changed(world: World) -> None:
    entry = await world.log()
    # A report viewer sees everything.
    assert only(await world.ask("GET", f"/time_entries/{entry['id']}", by="105"))["id"] == entry["id"]
    response = await world.ask("PUT", f"/time_entries/{entry['id']}", by="105", time_entry={"notes": "x"})
    assert refused(response) == (404, {"system"})
    assert refused(await world.ask("DELETE", f"/time_entries/{entry['id']}", by="105")) == (404, {"system"})


async def test_an_entry_of_somebody_else_is_not_found(world: World) -> None:
    entry = await world.log()
    for method in ("GET", "PUT", "DELETE"):
        response = await world.ask(method, f"/time_entries/{entry['id']}", by=ISAR, time_entry={})
        assert refused(response) == (404, {"system"})


async def test_a_reference_is_unique_for_its_service(world: World) -> None:
    entry = await world.log(external_reference=REFERENCE)
    path = f"/time_entries/{entry['id']}"
    other = {**REFERENCE, "service_model_ref": "2"}
    response = await world.ask("PUT", path, time_entry={"external_reference": other})
    assert refused(response) == (422, {"external_reference"})
    same = {**REFERENCE, "status": "successful"}
    only(await world.ask("PUT", path, time_entry={"external_reference": same}))
    found = await world.get("/time_entries?external_reference_status=successful")
    assert ids(found) == [entry["id"]]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("change", [{"invoice_id": "1501"}, {"_adjusted": True}])
async def test_invoiced_and_adjusted_entries_are_fixed(
    world: World, method: str, change: dict[str, Any]
) -> None:
    entry = await world.log()
    world.change("time_entries", entry["id"], **change)
    response = await world.ask(method, f"/time_entries/{entry['id']}", time_entry={"notes": "x"})
    assert refused(response) == (422, {"base"})


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_entries_of_an_active_submission_are_fixed(world: World, method: str) -> None:
    entry = await world.log()
    submission = await world.submit(entry["id"])
    path = f"/time_entries/{entry['id']}"
    assert refused(await world.ask(method, path, time_entry={"notes": "x"})) == (422, {"base"})
    await world.ask("PUT", f"/timesheet_submissions/{submission['id']}/cancel")
    assert (await world.ask(method, path, time_entry={"notes": "x"})).status_code in {200, 204}


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_locked_entries_are_fixed(world: World, method: str) -> None:
    entry = await world.log(workspace_id=INTERNAL, story_id=None)
    world.change("time_entries", entry["id"], date_performed="2026-02-10")
    response = await world.ask(method, f"/time_entries/{entry['id']}", time_entry={"notes": "x"})
    assert refused(response) == (422, {"date_performed"})


async def test_a_deleted_entry_is_gone_with_an_empty_answer(world: World) -> None:
    entry = await world.log(external_reference=REFERENCE)
    response = await world.ask("DELETE", f"/time_entries/{entry['id']}")
    assert (response.status_code, response.content) == (204, b"")
    assert refused(await world.ask("DELETE", f"/time_entries/{entry['id']}")) == (404, {"system"})
    assert not ids(await world.get("/external_references?subject_type=TimeEntry"))
    assert (await world.log())["id"] != entry["id"]


@pytest.mark.parametrize("in_body", [True, False])
async def test_many_are_deleted_at_once(world: World, in_body: bool) -> None:
    one, two = await world.log(), await world.log()
    listed = f"{one['id']},{two['id']}"
    if in_body:
        response = await world.ask("DELETE", "/time_entries", ids=listed)
    else:
        response = await world.ask("DELETE", f"/time_entries?ids={listed}")
    assert (response.status_code, response.content) == (204, b"")
    assert not await world_entries(world)


async def test_a_bulk_deletion_names_what_cannot_go_and_deletes_nothing(world: World) -> None:
    one, two = await world.log(), await world.log()
    world.change("time_entries", two["id"], invoice_id="1501")
    response = await world.ask("DELETE", f"/time_entries?ids={one['id']},{two['id']},999999")
    assert refused(response) == (422, {"base"})
    messages = [error["message"] for error in response.json()["errors"]]
    assert two["id"] in messages[0]
    assert "999999" in messages[1]
    assert len(await world_entries(world)) == 2


async def test_more_than_a_hundred_ids_are_refused(world: World) -> None:
    listed = ",".join(str(number) for number in range(1, 102))
    assert refused(await world.ask("DELETE", f"/time_entries?ids={listed}")) == (422, {"base"})


async def test_pending_entries_can_stay_open(make_world: MakeWorld) -> None:
    world = make_world(pending_entries_are_fixed=False)
    entry = await world.log()
    await world.submit(entry["id"])
    only(await world.ask("PUT", f"/time_entries/{entry['id']}", time_entry={"notes": "x"}))


async def test_a_fixed_entry_can_seem_not_to_exist(make_world: MakeWorld) -> None:
    world = make_world(uneditable_put="not_found")
    entry = await world.log()
    await world.submit(entry["id"])
    response = await world.ask("PUT", f"/time_entries/{entry['id']}", time_entry={"notes": "x"})
    assert refused(response) == (404, {"system"})


async def test_a_reference_can_be_replaced(make_world: MakeWorld) -> None:
    world = make_world(reference_again="updated")
    entry = await world.log(external_reference=REFERENCE)
    other = {**REFERENCE, "service_model_ref": "2"}
    only(await world.ask("PUT", f"/time_entries/{entry['id']}", time_entry={"external_reference": other}))
    assert ids(await world.get("/time_entries?external_reference_service_model_ref=2")) == [entry["id"]]
    assert not ids(await world.get("/time_entries?external_reference_service_model_ref=70450012"))
