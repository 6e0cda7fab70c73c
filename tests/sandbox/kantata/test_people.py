"""Users, memberships, calendars, locks and backup approvers of the simulated Kantata."""

import pytest

from tests.sandbox.kantata.conftest import (
    CLYDE,
    ISAR,
    ODER,
    ONBOARDING,
    SERVICE,
    TAY,
    WEBSITE,
    World,
    ids,
    only,
    refused,
    rows,
)


async def test_me_is_the_tokens_user(world: World) -> None:
    answer = await world.get(
        "/users/me?include=account_membership,manager,role&optional_fields=abbreviated_timezone"
    )
    (me,) = rows(answer)
    assert (me["id"], me["full_name"], me["email_address"]) == (TAY, "Tay Forth", "tay.forth@example.com")
    assert (me["account_membership_id"], me["manager_id"], me["abbreviated_timezone"]) == ("802", ODER, "GMT")
    assert answer["users"][ODER]["full_name"] == "Oder Neisse"
    assert answer["account_memberships"]["802"]["permission"] == "collaborator"


async def test_plain_users_share_a_project_with_the_caller(world: World) -> None:
    bravo = await world.get("/users?per_page=200", by="125")
    assert TAY in ids(bravo)
    assert SERVICE not in ids(bravo)
    assert "112" not in ids(bravo)
    everybody = ids(await world.get("/users?on_my_account=true&per_page=200"))
    assert {SERVICE, TAY, "112"} <= set(everybody)
    assert "125" not in everybody  # a client's contact


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("by_email_address=tay.forth@example.com", {TAY}),
        ("by_email_address=tay.forth", set()),
        ("by_email_addresses=tay.forth@example.com,oder.neisse@example.com", {TAY, ODER}),
        ("by_email_address=jordan.rivers@example.com", {"123", "124"}),
        ("by_email_address=mosel.saar@example.com", set()),
        ("by_email_address=mosel.saar@example.com&show_disabled=true", {"122"}),
        ("by_full_name=Tay Forth", {TAY}),
        ("matching=fo ta", {TAY}),
        ("search=forth", {TAY}),
        ("with_users=101,102,x", {TAY, ODER}),
        ("participant_in=3001&matching=isar", {ISAR}),
        ("can_be_approver_in_workspace=3001&matching=bravo", set()),
    ],
)
async def test_every_filter_of_users_finds_its_rows(world: World, query: str, found: set[str]) -> None:
    assert set(ids(await world.get(f"/users?on_my_account=true&{query}", by=SERVICE))) == found


async def test_too_many_addresses_are_refused(world: World) -> None:
    listed = ",".join(f"{number}@example.com" for number in range(201))
    assert refused(await world.ask("GET", f"/users?by_email_addresses={listed}")) == (422, {"base"})


async def test_who_has_not_submitted_is_found(world: World) -> None:
    asked = f"/users?on_my_account=true&without_timesheet_submission={WEBSITE}:2026-03-01:2026-03-07"
    assert TAY in ids(await world.get(asked))
    submission = await world.submit((await world.log())["id"])
    assert TAY not in ids(await world.get(asked))
    await world.ask("PUT", f"/timesheet_submissions/{submission['id']}/reject", by=ODER)
    assert TAY in ids(await world.get(asked))


async def test_users_are_ordered_by_name(world: World) -> None:
    names = [
        row["full_name"] for row in rows(await world.get("/users?on_my_account=true&order=alphabetical:asc"))
    ]
    assert names == sorted(names)


async def test_inactive_memberships_are_hidden_by_default(world: World) -> None:
    active = await world.get("/account_memberships?by_user_id=122")
    assert not ids(active)
    (inactive,) = ids(await world.get("/account_memberships?by_user_id=122&only_inactive=true"))
    assert refused(await world.ask("GET", f"/account_memberships/{inactive}")) == (404, {"system"})


async def test_a_membership_tells_rights_manager_and_workweek(world: World) -> None:
    query = "include=user,manager,managees,effective_workweek,backup_approver_associations,default_role"
    answer = await world.get(f"/account_memberships?with_user_ids=102,121&{query}")
    by_user = {row["user_id"]: row for row in rows(answer)}
    assert by_user[ODER]["permission"] == "project_lead"
    assert TAY in by_user[ODER]["managee_ids"]
    assert by_user["121"]["manager_id"] == ODER
    assert answer["workweeks"][by_user["121"]["effective_workweek_id"]]["total_minutes"] == 4 * 360
    assert answer["workweeks"][by_user[ODER]["effective_workweek_id"]]["total_minutes"] == 2400


async def test_workweeks_holidays_and_calendars(world: World) -> None:
    weeks = rows(await world.get("/workweeks?effective_date=2026-03-01&include=workweek_memberships"))
    assert [(week["default"], week["total_minutes"]) for week in weeks] == [(True, 2400), (False, 1440)]
    (membership,) = rows(await world.get("/workweek_memberships?user_ids=121&include=workweek,user"))
    assert membership["workweek_id"] == weeks[1]["id"]
    assert not ids(await world.get("/workweek_memberships?effective_date=2019-01-01"))
    assert ids(await world.get(f"/workweek_memberships?participants_for_workspace_id={WEBSITE}"))
    assert not ids(await world.get(f"/workweek_memberships?participants_for_workspace_id={ONBOARDING}"))
    (mine,) = rows(await world.get("/holiday_calendar_memberships?by_user_id=101&include=holiday_calendar"))
    answer = await world.get("/holidays?per_page=200&matching=boxing&optional_fields=calendar_names_list")
    assert {tuple(row["calendar_names_list"]) for row in rows(answer)} == {("United Kingdom",)}
    asked = (
        f"/holiday_calendar_associations?by_holiday_calendar_id={mine['holiday_calendar_id']}&per_page=200"
    )
    assert ids(answer)[0] in {row["holiday_id"] for row in rows(await world.get(asked))}
    assert len(ids(await world.get("/holiday_calendars"))) == 5
    assert refused(await world.ask("GET", "/workweeks?effective_date=soon")) == (422, {"effective_date"})


async def test_roles_and_locations(world: World) -> None:
    assert "Designer" in {row["name"] for row in rows(await world.get("/roles"))}
    locations = {row["name"]: row["archived"] for row in rows(await world.get("/account_locations"))}
    assert locations["London"] is False
    assert locations["Lisbon"] is True


async def test_the_lock_moves_forward_saturday_by_saturday(world: World) -> None:
    async def lock(day: object, by: str = SERVICE) -> tuple[int, set[str]]:
        return refused(await world.ask("POST", "/line_item_locks", by=by, line_item_lock={"locked_to": day}))

    assert await lock("2026-02-21", by=TAY) == (403, {"system"})
    assert await lock("2026-02-20") == (422, {"locked_to"})
    assert await lock("2026-02-14") == (422, {"locked_to"})
    assert await lock(None) == (422, {"locked_to"})
    assert await lock("2026-02-28") == (422, {"locked_to"})  # last week still waits for approval
    response = await world.ask(
        "POST", "/line_item_locks", by=SERVICE, line_item_lock={"locked_to": "2026-02-21"}
    )
    assert only(response)["locked_to"] == "2026-02-21"
    project = only(await world.ask("GET", f"/workspaces/{WEBSITE}?optional_fields=lock_date"))
    assert project["lock_date"] == "2026-02-21"
    locks = await world.get("/line_item_locks?include=creator")
    assert max(row["locked_to"] for row in rows(locks)) == "2026-02-21"
    assert SERVICE in locks["users"]


async def test_backup_approvers_are_kept_by_the_approver(world: World) -> None:
    async def save(method: str, path: str, by: str, **fields: object) -> tuple[int, set[str]]:
        response = await world.ask(method, path, by=by, backup_approver_association=fields)
        return (200, set()) if response.status_code == 200 else refused(response)

    good = {
        "approver_id": 102,
        "backup_approver_id": 107,
        "start_date": "2026-03-08",
        "end_date": "2026-03-21",
    }
    backups = "/backup_approver_associations"
    assert await save("POST", backups, TAY, **good) == (403, {"system"})
    assert await save("POST", backups, ODER, **{**good, "end_date": "2026-03-01"}) == (422, {"end_date"})
    assert await save("POST", backups, ODER, approver_id=102) == (
        422,
        {"backup_approver_id", "start_date", "end_date"},
    )
    assert await save("POST", backups, ODER, **{**good, "approver_id": 999999}) == (422, {"approver_id"})
    assert await save("POST", backups, ODER, **good) == (200, set())
    mine = next(row for row in rows(await world.get(backups)) if row["approver_id"] == ODER)
    assert await save("PUT", f"{backups}/{mine['id']}", CLYDE, end_date="2026-03-22") == (403, {"system"})
    assert await save("PUT", f"{backups}/{mine['id']}", ODER, end_date="2026-03-22") == (200, set())
    assert (await world.ask("DELETE", f"{backups}/{mine['id']}", by=ODER)).status_code == 204
    assert refused(await world.ask("GET", f"{backups}/{mine['id']}")) == (404, {"system"})


async def test_a_colleague_is_shown_and_a_disabled_one_is_not(world: World) -> None:
    assert only(await world.ask("GET", "/users/112"))["full_name"] == "Raritan Passaic"
    assert refused(await world.ask("GET", "/users/122")) == (404, {"system"})
    assert only(await world.ask("GET", "/users/122?show_disabled=true"))["full_name"] == "Mosel Saar"


async def test_a_clients_contact_sees_neither_memberships_nor_locks(world: World) -> None:
    for path in (
        "/account_memberships",
        "/line_item_locks",
        "/backup_approver_associations",
        "/time_off_entries",
    ):
        assert not ids(await world.get(path, by="125"))
    (project, _) = rows(await world.get("/workspaces", by="125"))
    assert project["permissions"]["user_is_client"] is True
    assert project["can_create_line_items"] is False


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/workspaces?pending_timesheet_submissions=2026-03-01", "pending_timesheet_submissions"),
        ("/users?without_timesheet_submission=3001", "without_timesheet_submission"),
        ("/time_entries?date_performed_between=2026-03-01", "date_performed_between"),
        ("/users?updated_after=yesterday", "updated_after"),
    ],
)
async def test_a_range_that_is_none_is_refused(world: World, path: str, field: str) -> None:
    assert refused(await world.ask("GET", path)) == (422, {field})
