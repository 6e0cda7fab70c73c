"""Envelope, paging, ordering, includes and shared filters: the response engine behind every list."""

import pytest

from tests.sandbox.kantata.conftest import (
    AVON,
    DESIGN,
    ISAR,
    ODER,
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


async def make_entries(world: World, many: int) -> list[str]:
    """The ids of that many new entries, of one minute more each."""
    body = [
        {"workspace_id": WEBSITE, "date_performed": YESTERDAY, "time_in_minutes": number + 1}
        for number in range(many)
    ]
    return ids((await world.ask("POST", "/time_entries", time_entries=body)).json())


NEW = "/time_entries?created_after=2026-03-05T11:59:59Z"


async def test_a_list_is_an_envelope(world: World) -> None:
    made = await make_entries(world, 3)
    answer = await world.get(f"{NEW}&per_page=2&page=2&order=created_at:asc")
    assert answer["count"] == 3
    assert answer["meta"] == {"count": 3, "page_count": 2, "page_number": 2, "page_size": 2}
    assert answer["results"] == [{"key": "time_entries", "id": made[2]}]
    assert list(answer["time_entries"]) == [made[2]]


async def test_nothing_found_is_page_zero_of_zero(world: World) -> None:
    answer = await world.get(f"{NEW}&include=story,workspace&per_page=200")
    assert answer == {
        "count": 0,
        "meta": {"count": 0, "page_count": 0, "page_number": 0, "page_size": 200},
        "results": [],
        "time_entries": {},
        "stories": {},
        "workspaces": {},
    }


@pytest.mark.parametrize(
    ("query", "first", "many", "number", "size"),
    [
        ("", 0, 20, 1, 20),
        ("&page=2", 20, 5, 2, 20),
        ("&page=0", 0, 20, 0, 20),
        ("&page=-3", 0, 20, -3, 20),
        ("&page=abc", 0, 20, 0, 20),
        ("&page=9", 0, 0, 9, 20),
        ("&per_page=0", 0, 20, 1, 20),
        ("&per_page=-1", 0, 20, 1, 20),
        ("&per_page=many", 0, 20, 1, 20),
        ("&per_page=500", 0, 25, 1, 200),
        ("&per_page=7&page=2", 7, 7, 2, 7),
        ("&limit=3&offset=4", 4, 3, 1, 20),
        ("&limit=0&offset=-1", 0, 1, 1, 20),
        ("&limit=3", 0, 20, 1, 20),
    ],
)
async def test_paging_is_clamped_never_refused(
    world: World, query: str, first: int, many: int, number: int, size: int
) -> None:
    made = await make_entries(world, 25)
    answer = await world.get(f"{NEW}&order=created_at{query}")
    assert ids(answer) == made[first : first + many]
    assert answer["count"] == 25
    assert (answer["meta"]["page_number"], answer["meta"]["page_size"]) == (number, size)


async def test_only_switches_paging_off_and_drops_what_is_no_id(world: World) -> None:
    made = await make_entries(world, 25)
    answer = await world.get(f"/time_entries?only={','.join(made)}, {made[0]},x,999999&per_page=5&page=3")
    assert sorted(ids(answer)) == sorted(made)
    assert answer["count"] == 25
    assert not ids(await world.get(f"/time_entries?only={made[0]}&with_user_ids={ISAR}"))


async def test_default_filters_hide_rows_from_only_and_show_too(world: World) -> None:
    assert not ids(await world.get("/workspaces?only=3003"))
    assert refused(await world.ask("GET", "/workspaces/3003")) == (404, {"system"})
    assert ids(await world.get("/workspaces?only=3003&include_archived=true")) == ["3003"]
    assert ids(await world.get("/workspaces?only=3003&archived=only")) == ["3003"]


async def test_orders_are_taken_leniently(world: World) -> None:
    made = await make_entries(world, 3)
    world.change("time_entries", made[1], date_performed="2026-03-02")
    asked = {
        "": [made[0], made[2], made[1]],
        "&order=date_performed:desc": [made[0], made[2], made[1]],
        "&order=date_performed:asc": [made[1], made[0], made[2]],
        "&order=date_performed": [made[1], made[0], made[2]],
        "&order=date_performed:upwards": [made[1], made[0], made[2]],
        "&order=colour:asc": [made[0], made[2], made[1]],
    }
    for query, expected in asked.items():
        assert ids(await world.get(NEW + query)) == expected, query


async def test_included_rows_are_side_loaded_once_and_not_expanded(world: World) -> None:
    await make_entries(world, 2)
    answer = await world.get(f"{NEW}&include=user,workspace,nothing,active_submission")
    assert list(answer["users"]) == [TAY]
    assert list(answer["workspaces"]) == [WEBSITE]
    assert answer["timesheet_submissions"] == {}
    assert "approver_ids" not in answer["workspaces"][WEBSITE]
    assert "stories" not in answer


async def test_spaces_in_include_make_an_unknown_name(world: World) -> None:
    await make_entries(world, 1)
    answer = await world.get(f"{NEW}&include=user, workspace")
    assert "users" in answer
    assert "workspaces" not in answer


@pytest.mark.parametrize(
    "query",
    [
        "optional_fields=user_can_edit,location_id",
        "optional_fields[]=user_can_edit&optional_fields[]=location_id",
    ],
)
async def test_optional_fields_are_given_in_either_spelling(world: World, query: str) -> None:
    await make_entries(world, 1)
    (row,) = rows(await world.get(f"{NEW}&{query}"))
    assert (row["user_can_edit"], row["location_id"]) == (True, None)
    (row,) = rows(await world.get(f"{NEW}&optional_fields=nonsense"))
    assert "user_can_edit" not in row


async def test_belongs_to_keys_can_need_their_include(make_world: MakeWorld) -> None:
    world = make_world(belongs_to_keys="with_include")
    entry = await world.log()
    assert "user_id" not in entry
    assert only(await world.ask("GET", f"/time_entries/{entry['id']}?include=user"))["user_id"] == TAY
    assert "user_id" in await make_world(belongs_to_keys="always").log()


async def test_meta_can_be_absent(make_world: MakeWorld) -> None:
    assert "meta" not in await make_world(meta=False).get("/users/me")
    assert "meta" in await make_world(meta=True).get("/users/me")


async def test_user_can_edit_can_be_there_unasked(make_world: MakeWorld) -> None:
    assert (await make_world(user_can_edit="always").log())["user_can_edit"] is True
    assert "user_can_edit" not in await make_world(user_can_edit="optional").log()


async def test_rates_can_be_shown_to_everybody(make_world: MakeWorld) -> None:
    assert (await make_world(rates_hidden=False).log(story_id=DESIGN))["rate_in_cents"] == 0


async def test_a_manager_sees_what_the_people_managed_logged(world: World) -> None:
    entry = await world.log(workspace_id="3007", story_id=None, notes="x")  # Cedar Bank is not Oder's
    assert only(await world.ask("GET", f"/time_entries/{entry['id']}", by=ODER))["id"] == entry["id"]
    assert only(await world.ask("GET", f"/time_entries/{entry['id']}", by=AVON))["id"] == entry["id"]
