"""Time entries of the simulated Kantata: what is accepted, what is refused, what happens silently."""

from typing import Any

import pytest

from tests.sandbox.kantata.conftest import (
    AVON,
    CLYDE,
    DESIGN,
    HUDSON,
    ISAR,
    ODER,
    ONBOARDING,
    SERVICE,
    TAY,
    WEBSITE,
    YESTERDAY,
    MakeWorld,
    World,
    ids,
    only,
    refused,
    rows,
)

ENTRY = {"workspace_id": 3001, "story_id": 4001, "date_performed": YESTERDAY, "time_in_minutes": 90}


REFERENCE = {"service_name": "slack_timebot", "service_model": "TimeDraft", "service_model_ref": "70450012"}


async def test_a_created_entry_is_answered_whole_and_found_again(world: World) -> None:
    response = await world.ask(
        "POST",
        "/time_entries?include=external_references&optional_fields=user_can_edit",
        time_entry={**ENTRY, "notes": "Shore line", "external_reference": REFERENCE},
    )
    entry = only(response)
    assert entry["user_id"] == TAY
    assert (entry["workspace_id"], entry["story_id"], entry["time_in_minutes"]) == (WEBSITE, DESIGN, 90)
    assert (entry["billable"], entry["approved"], entry["user_can_edit"]) == (True, False, True)
    assert entry["created_at"] == "2026-03-05T12:00:00+00:00"
    (reference,) = response.json()["external_references"].values()
    assert reference["subject_id"] == int(entry["id"])
    found = await world.get(f"/time_entries/{entry['id']}")
    assert found["results"] == [{"key": "time_entries", "id": entry["id"]}]


async def test_a_lost_answer_is_looked_up_by_its_reference(world: World) -> None:
    entry = await world.log(external_reference=REFERENCE)
    await world.log(external_reference={**REFERENCE, "service_model_ref": "70450013"})
    asked = (
        "/time_entries?external_reference_service_name=slack_timebot&external_reference_service_model=TimeDraft"
        "&external_reference_service_model_refs=70450012,1&on_my_account=false&include=external_references"
    )
    answer = await world.get(asked)
    assert ids(answer) == [entry["id"]]
    (reference,) = answer["external_references"].values()
    assert reference["service_model_ref"] == "70450012"
    found = await world.get(
        "/external_references?subject_type=TimeEntry&service_model_ref=70450012&include=subject"
    )
    assert rows(found)[0]["subject_ref"] == {"key": "time_entries", "id": entry["id"]}
    assert list(found["time_entries"]) == [entry["id"]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"workspace_id": None}, "workspace_id"),
        ({"workspace_id": ""}, "workspace_id"),
        ({"workspace_id": "999999"}, "workspace_id"),
        ({"workspace_id": "3002"}, "workspace_id"),  # not Tay's
        ({"workspace_id": "3003", "story_id": None}, "workspace_id"),  # archived
        ({"workspace_id": "3039", "story_id": None}, "workspace_id"),  # only watches
        ({"date_performed": None}, "date_performed"),
        ({"date_performed": "2026-02-30"}, "date_performed"),
        ({"date_performed": "4 March"}, "date_performed"),
        ({"date_performed": "2026-02-14"}, "date_performed"),  # the lock's own day
        ({"date_performed": "2026-02-01"}, "date_performed"),
        ({"time_in_minutes": None}, "time_in_minutes"),
        ({"time_in_minutes": 0}, "time_in_minutes"),
        ({"time_in_minutes": -5}, "time_in_minutes"),
        ({"time_in_minutes": 1440}, "time_in_minutes"),
        ({"time_in_minutes": 1.5}, "time_in_minutes"),
        ({"time_in_minutes": True}, "time_in_minutes"),
        ({"time_in_minutes": "an hour"}, "time_in_minutes"),
        ({"story_id": "999999"}, "story_id"),
        ({"story_id": "4012"}, "story_id"),  # another project's
        ({"billable": "perhaps"}, "billable"),
        ({"role_id": "999"}, "role_id"),
        ({"location": "Atlantis"}, "location"),
        ({"location": "Lisbon"}, "location"),  # archived
        ({"external_reference": {"service_name": "slack_timebot"}}, "external_reference"),
        ({"external_reference": "70450012"}, "external_reference"),
    ],
)
async def test_what_is_wrong_is_named_by_its_field(world: World, change: dict[str, Any], field: str) -> None:
    response = await world.ask("POST", "/time_entries", time_entry={**ENTRY, **change})
    assert refused(response) == (422, {field})
    assert response.json()["errors"][0]["type"] == "validation"
    assert not await world_entries(world)


async def world_entries(world: World) -> list[str]:
    """The ids of entries created after the seed."""
    return ids(await world.get("/time_entries?on_my_account=false&created_after=2026-03-05T11:59:59Z"))


async def test_every_fault_of_an_entry_is_named_at_once(world: World) -> None:
    response = await world.ask("POST", "/time_entries", time_entry={"workspace_id": 3001})
    assert refused(response) == (422, {"date_performed", "time_in_minutes"})


async def test_a_project_that_does_not_track_time_takes_none(world: World) -> None:
    world.change("workspaces", WEBSITE, time_trackable=False)
    assert refused(await world.ask("POST", "/time_entries", time_entry=ENTRY)) == (422, {"workspace_id"})


@pytest.mark.parametrize(
    "change", [{"deleted_at": "2026-03-01T00:00:00Z"}, {"archived": True}, {"_takes_time": False}]
)
async def test_a_task_that_takes_no_time_is_refused(world: World, change: dict[str, Any]) -> None:
    world.change("stories", DESIGN, **change)
    assert refused(await world.ask("POST", "/time_entries", time_entry=ENTRY)) == (422, {"story_id"})


async def test_mandatory_notes_may_not_be_blank(world: World) -> None:
    entry = {**ENTRY, "workspace_id": ONBOARDING, "story_id": None}
    assert refused(await world.ask("POST", "/time_entries", time_entry=entry)) == (422, {"notes"})
    assert refused(await world.ask("POST", "/time_entries", time_entry={**entry, "notes": " "})) == (
        422,
        {"notes"},
    )
    only(await world.ask("POST", "/time_entries", time_entry={**entry, "notes": "Interviews"}))


async def test_a_mandatory_location_may_not_be_missing(world: World) -> None:
    world.change("account_memberships", "802", require_time_entry_location=True)
    assert refused(await world.ask("POST", "/time_entries", time_entry=ENTRY)) == (422, {"location"})
    entry = only(await world.ask("POST", "/time_entries", time_entry={**ENTRY, "location": "London"}))
    assert entry["location"] == "London"


async def test_user_id_is_silently_ignored_without_the_right(world: World) -> None:
    assert (await world.log(user_id=ISAR))["user_id"] == TAY


@pytest.mark.parametrize("by", [SERVICE, HUDSON, ODER])
async def test_user_id_counts_with_financial_access_and_for_administrators(world: World, by: str) -> None:
    assert (await world.log(by=by, user_id=int(TAY)))["user_id"] == TAY


async def test_nobody_is_booked_on_a_project_without_being_in_it(world: World) -> None:
    response = await world.ask("POST", "/time_entries", by=SERVICE, time_entry={**ENTRY, "user_id": CLYDE})
    assert refused(response) == (422, {"user_id"})
    for nobody in ("999999", "122"):  # unknown, disabled
        response = await world.ask(
            "POST", "/time_entries", by=SERVICE, time_entry={**ENTRY, "user_id": nobody}
        )
        assert refused(response) == (422, {"user_id"})


async def test_numbers_may_be_texts_and_unknown_fields_are_ignored(world: World) -> None:
    entry = await world.log(workspace_id=3001, time_in_minutes="34", colour="blue", story_id="4001")
    assert entry["time_in_minutes"] == 34


async def test_form_fields_and_the_json_suffix_work(world: World) -> None:
    fields = {f"time_entry[{name}]": str(value) for name, value in ENTRY.items()}
    fields |= {f"time_entry[external_reference][{name}]": value for name, value in REFERENCE.items()}
    response = await world.client().post("/time_entries.json?include=external_references", data=fields)
    assert only(response)["time_in_minutes"] == 90
    assert len(response.json()["external_references"]) == 1


async def test_the_task_decides_what_is_billable_unless_said(world: World) -> None:
    assert (await world.log(story_id="4006"))["billable"] is False  # Project management
    assert (await world.log(story_id="4006", billable=True))["billable"] is True
    assert (await world.log(story_id=None))["billable"] is True


async def test_rates_are_hidden_without_financial_access(world: World) -> None:
    entry = await world.log(rate_in_cents=5000)
    assert "rate_in_cents" not in entry
    assert (await world.log(by=ODER, user_id=TAY, rate_in_cents=5000))["rate_in_cents"] == 5000


async def test_many_are_created_at_once_or_none(world: World) -> None:
    good = {"workspace_id": 3001, "date_performed": YESTERDAY, "time_in_minutes": 60}
    response = await world.ask("POST", "/time_entries", time_entries=[good, {**good, "time_in_minutes": 0}])
    assert refused(response) == (422, {"time_in_minutes"})
    assert response.json()["errors"][0]["index"] == 1
    assert not await world_entries(world)
    response = await world.ask("POST", "/time_entries", time_entries=[good, {**good, "time_in_minutes": 30}])
    assert [row["time_in_minutes"] for row in rows(response.json())] == [60, 30]


async def test_more_than_a_hundred_rows_are_refused(world: World) -> None:
    good = {"workspace_id": 3001, "date_performed": YESTERDAY, "time_in_minutes": 60}
    assert refused(await world.ask("POST", "/time_entries", time_entries=[good] * 101)) == (422, {"base"})
    response = await world.ask("POST", "/time_entries", time_entries=[good] * 100)
    assert response.json()["meta"] == {"count": 100, "page_count": 1, "page_number": 1, "page_size": 100}


async def test_entries_for_people_to_read_are_told_by_day(world: World) -> None:
    entry = await world.log(notes="Wireframes")
    shown = world.kantata.entries_of(TAY, world.clock.now.date().replace(day=4), world.clock.now.date())
    mine = next(row for row in shown if row["id"] == entry["id"])
    assert mine == {
        "id": entry["id"],
        "date": YESTERDAY,
        "project": "Website relaunch",
        "client": "Acme",
        "task": "Design",
        "minutes": 120,
        "notes": "Wireframes",
        "billable": True,
        "status": "not submitted",
    }
    await world.submit(entry["id"])
    day = world.clock.now.date().replace(day=4)
    (mine,) = [row for row in world.kantata.entries_of(TAY, day, day) if row["id"] == entry["id"]]
    assert mine["status"] == "submitted"


async def test_without_a_task_billable_can_be_false(make_world: MakeWorld) -> None:
    assert (await make_world(billable_without_story=False).log(story_id=None))["billable"] is False


async def test_other_limits_of_minutes(make_world: MakeWorld) -> None:
    world = make_world(least_minutes=2, most_minutes=600)
    for minutes in (1, 601):
        response = await world.ask("POST", "/time_entries", time_entry={**ENTRY, "time_in_minutes": minutes})
        assert refused(response) == (422, {"time_in_minutes"})
    assert (await world.log(time_in_minutes=600))["time_in_minutes"] == 600


async def test_the_lock_can_leave_its_own_day_open(make_world: MakeWorld) -> None:
    world = make_world(lock_includes_its_day=False)
    assert (await world.log(date_performed="2026-02-14"))["date_performed"] == "2026-02-14"
    response = await world.ask("POST", "/time_entries", time_entry={**ENTRY, "date_performed": "2026-02-13"})
    assert refused(response) == (422, {"date_performed"})


async def test_workers_need_not_participate(make_world: MakeWorld) -> None:
    world = make_world(worker_must_participate=False)
    assert (await world.log(by=SERVICE, user_id=CLYDE))["user_id"] == CLYDE


async def test_a_task_of_another_project_can_be_taken(make_world: MakeWorld) -> None:
    assert (await make_world(foreign_story="taken").log(story_id="4012"))["story_id"] == "4012"


async def test_words_and_statuses_are_settings(make_world: MakeWorld) -> None:
    world = make_world(texts={"minutes": "At most {most}, please"}, statuses={"not_found": 410})
    response = await world.ask("POST", "/time_entries", time_entry={**ENTRY, "time_in_minutes": 9999})
    assert response.json()["errors"] == [
        {"type": "validation", "message": "At most 1439, please", "field": "time_in_minutes"}
    ]
    assert refused(await world.ask("GET", "/time_entries/999999", by=AVON)) == (410, {"system"})
