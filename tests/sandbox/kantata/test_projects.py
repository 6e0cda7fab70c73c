"""Projects, participations and tasks of the simulated Kantata."""

import pytest

from tests.sandbox.kantata.conftest import (
    AVON,
    CLYDE,
    DESIGN,
    ELBE,
    HUDSON,
    INTERNAL,
    ODER,
    ONBOARDING,
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


async def test_a_person_sees_the_own_projects_and_administrators_all(world: World) -> None:
    own = rows(await world.get("/workspaces?per_page=200&include=participants,current_user_participation"))
    assert WEBSITE in {row["id"] for row in own}
    assert all(TAY in row["participant_ids"] for row in own)
    assert all(row["permissions"]["is_participant"] and not row["archived"] for row in own)
    for by in (SERVICE, HUDSON, ELBE):
        assert {"3002", "3005"} <= set(ids(await world.get("/workspaces?per_page=200", by=by)))
    assert refused(await world.ask("GET", "/workspaces/3002")) == (404, {"system"})


async def test_a_project_tells_client_lock_approvers_and_what_the_caller_may(world: World) -> None:
    query = "include=approvers,workspace_groups,primary_maven&optional_fields=lock_date"
    answer = await world.get(f"/workspaces/{WEBSITE}?{query}")
    (project,) = rows(answer)
    assert (project["title"], project["client_role_name"]) == ("Website relaunch", "Acme")
    assert (project["lock_date"], project["approver_ids"]) == ("2026-02-14", [ODER])
    assert (project["can_create_line_items"], project["access_level"]) == (True, "time_logging")
    assert project["status"] == {"color": "green", "key": "300", "message": "In Progress"}
    (group,) = answer["workspace_groups"].values()
    assert (group["name"], group["company"]) == ("Acme", True)
    assert "lock_date" not in only(await world.ask("GET", f"/workspaces/{WEBSITE}"))


async def test_some_clients_are_known_by_their_group_only(world: World) -> None:
    answer = await world.get("/workspaces?matching=appointment&include=primary_workspace_group")
    (project,) = rows(answer)
    assert project["client_role_name"] is None
    assert answer["workspace_groups"][project["primary_workspace_group_id"]]["name"] == "Iris Health"


@pytest.mark.parametrize(
    ("query", "by", "has", "lacks"),
    [
        ("can_create_line_items=true", TAY, WEBSITE, "3039"),
        ("can_create_line_items=false", TAY, "3039", WEBSITE),
        ("has_participation=true", SERVICE, None, WEBSITE),
        ("has_participant=107", SERVICE, "3002", WEBSITE),
        ("matching=web rel", TAY, WEBSITE, PORTAL),
        ("matching=the relaunch of", TAY, WEBSITE, PORTAL),
        ("matching=launch", TAY, None, WEBSITE),
        ("search=acme", TAY, WEBSITE, PORTAL),
        ("except=3001,3007", TAY, PORTAL, WEBSITE),
        ("require_time_approvals=false", TAY, INTERNAL, WEBSITE),
        ("for_approver=102", SERVICE, WEBSITE, INTERNAL),
        ("viewable_for_time_administration=true", ODER, WEBSITE, INTERNAL),
        ("has_approvers=true", TAY, WEBSITE, INTERNAL),
        ("pending_timesheet_submissions=2026-02-22;2026-02-28", SERVICE, "3002", "3005"),
        ("on_my_account=true", TAY, WEBSITE, "3040"),
        ("archived=only", TAY, "3003", WEBSITE),
        ("include_archived=true", TAY, "3003", "3002"),
        ("updated_after=2026-03-05T00:00:00Z", TAY, None, WEBSITE),
    ],
)
async def test_every_filter_of_projects_finds_its_rows(
    world: World, query: str, by: str, has: str | None, lacks: str
) -> None:
    found = ids(await world.get(f"/workspaces?per_page=200&{query}", by=by))
    assert lacks not in found
    assert has is None or has in found


async def test_projects_come_latest_first_or_by_title(world: World) -> None:
    world.change("workspaces", PORTAL, updated_at="2026-03-05T11:00:00Z")
    assert ids(await world.get("/workspaces"))[0] == PORTAL
    titles = [row["title"].lower() for row in rows(await world.get("/workspaces?order=title:asc"))]
    assert titles == sorted(titles)


async def test_participations_tell_who_is_in_a_project(world: World) -> None:
    asked = f"/participations?workspace_id={WEBSITE}"
    (tay,) = rows(await world.get(f"{asked}&by_user=101&include=user,workspace"))
    assert (tay["role"], tay["is_team_lead"], tay["can_edit_time"]) == ("maven", False, True)
    assert len(ids(await world.get(asked))) - len(ids(await world.get(f"{asked}&mavens_only=true"))) == 1
    assert ids(await world.get(f"{asked}&by_user_full_name=Tay Forth")) == [tay["id"]]
    (row,) = rows(await world.get(f"{asked}&by_user=102&optional_fields=access_level", by=SERVICE))
    assert row["access_level"] == "admin"
    assert not ids(await world.get("/participations?workspace_id=3002"))


async def test_tasks_that_take_time_are_told_from_the_others(world: World) -> None:
    asked = "/stories?time_trackable_on_workspace_id=3005&per_page=200"
    titles = {row["title"] for row in rows(await world.get(asked, by=CLYDE))}
    assert "Requirements" in titles
    assert titles.isdisjoint({"Governance", "Warranty", "Change requests"})
    assert not ids(await world.get("/stories?time_trackable_on_workspace_id=3030", by=SERVICE))


@pytest.mark.parametrize(
    ("query", "title", "count"),
    [
        ("workspace_id=3005", "Requirements", 10),
        ("with_projects=3005,x", "Requirements", 10),
        ("workspace_id=3005&show_archived=true", "Warranty", 11),
        ("workspace_id=3005&archived=include", "Warranty", 11),
        ("workspace_id=3005&archived=only", "Warranty", 1),
        ("workspace_id=3005&show_deleted=true", "Change requests", 11),
        ("workspace_id=3005&uncompleted=true", "Requirements", 9),
        ("workspace_id=3005&by_status=completed", "Kick-off", 1),
        ("workspace_id=3005&story_types=milestone", "Handover", 1),
        ("workspace_id=3005&parents_only=true", "Architecture", 9),
        ("workspace_id=3005&with_assignees=107", "Kick-off", 1),
        ("workspace_id=3005&with_assignees=unassigned", "Requirements", 9),
        ("workspace_id=3005&assigned_to_current_user=true", "Kick-off", 1),
        ("workspace_id=3005&search=hand", "Handover", 1),
    ],
)
async def test_every_filter_of_tasks_finds_its_rows(world: World, query: str, title: str, count: int) -> None:
    answer = await world.get(f"/stories?per_page=200&{query}", by=CLYDE)
    assert answer["count"] == count
    assert title in {row["title"] for row in rows(answer)}


async def test_parents_and_positions_order_tasks(world: World) -> None:
    asked = "/stories?workspace_id=3005&order=parent_and_position:asc&include=parent,ancestors,workspace"
    answer = await world.get(asked, by=CLYDE)
    titles = [row["title"] for row in rows(answer)]
    assert titles.index("Sprint 1") == titles.index("Architecture") + 1
    sprint = next(row for row in rows(answer) if row["title"] == "Sprint 1")
    assert ids(await world.get(f"/stories?with_parent_id={sprint['parent_id']}", by=CLYDE)) == [sprint["id"]]
    assert sprint["ancestor_ids"] == [sprint["parent_id"]]


async def test_tasks_of_archived_and_unseen_projects_are_hidden(world: World) -> None:
    assert not ids(await world.get("/stories?workspace_id=3003"))
    assert ids(await world.get("/stories?workspace_id=3003&show_from_archived_workspaces=true"))
    assert not ids(await world.get("/stories?workspace_id=3002"))
    assert refused(await world.ask("GET", f"/stories/{DESIGN}", by=CLYDE)) == (404, {"system"})
    assert only(await world.ask("GET", f"/stories/{DESIGN}"))["title"] == "Design"


async def test_time_trackable_can_be_an_account_feature(make_world: MakeWorld) -> None:
    project = only(await make_world(time_trackable="account_features").ask("GET", f"/workspaces/{WEBSITE}"))
    assert "time_trackable" not in project
    assert project["account_features"] == {"time_trackable": True}
    project = only(await make_world(time_trackable="workspace").ask("GET", f"/workspaces/{WEBSITE}"))
    assert project["time_trackable"] is True


@pytest.mark.parametrize(("key", "account"), [("string", "integer"), ("integer", "string")])
async def test_keys_and_account_ids_can_be_numbers_or_texts(
    make_world: MakeWorld, key: str, account: str
) -> None:
    world = make_world(workspace_status_key=key, workspace_account_id=account)
    project = only(await world.ask("GET", f"/workspaces/{WEBSITE}"))
    assert project["status"]["key"] == ("300" if key == "string" else 300)
    assert project["account_id"] == ("500" if account == "string" else 500)


async def test_a_lead_administers_and_a_manager_does_not_see_the_project(world: World) -> None:
    assert only(await world.ask("GET", f"/workspaces/{ONBOARDING}", by=AVON))["access_level"] == "admin"
    assert refused(await world.ask("GET", f"/workspaces/{ONBOARDING}", by=ODER)) == (404, {"system"})


async def test_other_fields_of_a_project_are_left_alone(world: World) -> None:
    project = only(await world.ask("PUT", f"/workspaces/{WEBSITE}", by=ODER, workspace={"title": "Mine"}))
    assert project["title"] == "Website relaunch"
    response = await world.ask("PUT", f"/workspaces/{WEBSITE}", by=ODER, workspace={"approver_ids": "102"})
    assert refused(response) == (422, {"approver_ids"})


async def test_a_person_unknown_to_the_firm_approves_nothing(world: World) -> None:
    assert not ids(await world.get("/workspaces?for_approver=999999", by=SERVICE))
    assert ids(await world.get("/workspaces?archived=perhaps")) == ids(await world.get("/workspaces"))


async def test_backups_of_designated_approvers_administer_their_projects(world: World) -> None:
    # Avon stands in for Loire these days.
    assert "3035" in ids(
        await world.get("/workspaces?viewable_for_time_administration=true&per_page=200", by="110")
    )
    found = await world.get("/workspaces?for_approver=106&per_page=200", by=SERVICE)
    assert "3035" in ids(found)
    world.clock.forward(days=30)
    found = await world.get("/workspaces?for_approver=106&per_page=200", by=SERVICE)
    assert "3035" not in ids(found)
