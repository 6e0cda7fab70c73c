"""People, projects and tasks, in every way Kantata tells of them."""

from datetime import date
from typing import Any

import httpx
import pytest

from bot.kantata.errors import Unreadable
from bot.kantata.records import ProjectPermissions
from tests.kantata.conftest import Connect
from tests.kantata.samples import ODER, PROJECT, REFERENCE, TASK, TAY, answer, asked, envelope


async def test_a_token_knows_its_own_user(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: answer(envelope("users", TAY))) as kantata:
        me = await kantata.me()
    assert (me.id, me.name, me.email) == ("101", "Tay Forth", "tay.forth@example.com")
    assert me.account_id == "500"


async def test_a_person_whose_address_is_hidden_has_none(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: answer(envelope("users", {**TAY, "email_address": ""}))) as kantata:
        assert (await kantata.user("101")).email is None


async def test_only_the_person_of_that_address_is_given(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: answer(envelope("users", TAY, ODER))) as kantata:
        got = [user.id async for user in kantata.users(by_email_address="Tay.Forth@example.com")]
    assert got == ["101"]


async def test_a_ranked_search_is_not_ordered(kantata_over: Connect) -> None:
    seen: list[httpx.QueryParams] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.params)
        return answer(envelope("users"))

    async with kantata_over(handler) as kantata:
        for found in (kantata.users(search="a"), kantata.projects(search="a"), kantata.tasks(search="a")):
            assert [each async for each in found] == []
    assert all("order" not in query for query in seen)


async def test_a_project_tells_what_it_asks_of_an_entry(kantata_over: Connect) -> None:
    shown = envelope(
        "workspaces", {**PROJECT, "external_reference_ids": ["5501"]}, external_references=[REFERENCE]
    )
    seen: list[httpx.QueryParams] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.params)
        return answer(shown)

    async with kantata_over(handler) as kantata:
        got = await kantata.project("3001")
    assert (got.title, got.client_name, got.time_trackable) == ("Lighthouse Survey", "Northern Lights", True)
    assert (got.require_time_approvals, got.require_notes) == (True, False)
    assert got.lock_date == date(2026, 2, 28)
    assert (got.status_key, got.status_message, got.account_id) == ("300", "In Progress", "500")
    assert (got.start_date, got.due_date) == (None, None)
    assert got.approver_ids == ("102",)
    assert got.permissions == ProjectPermissions(True, "financial", is_team_lead=False)
    assert got.references[0].ref == "70450012"
    assert seen[0]["include_archived"] == "true"
    assert seen[0]["optional_fields"] == "lock_date"


@pytest.mark.parametrize(
    ("fields", "trackable"),
    [
        ({"time_trackable": True}, True),
        ({"time_trackable": False}, False),
        ({"time_trackable": False, "account_features": {"time_trackable": True}}, False),
        ({"account_features": {"time_trackable": False}}, False),
        ({"account_features": {"time_trackable": True}}, True),
        ({}, True),
    ],
)
async def test_whether_a_project_takes_time_is_told_in_two_places(
    kantata_over: Connect, fields: dict[str, Any], trackable: bool
) -> None:
    shown = envelope("workspaces", {"id": "3001", "title": "X", **fields})
    async with kantata_over(lambda _: answer(shown)) as kantata:
        assert (await kantata.project("3001")).time_trackable is trackable


GROUPS = [{"id": "8", "name": "Team North", "company": False}, {"id": "9", "name": "Acme", "company": True}]


@pytest.mark.parametrize(
    ("fields", "client"),
    [
        ({"client_role_name": "Northern Lights", "workspace_group_ids": ["9"]}, "Northern Lights"),
        ({"client_role_name": "Client", "workspace_group_ids": ["8", "9"]}, "Acme"),
        ({"client_role_name": "", "primary_workspace_group_id": "9"}, "Acme"),
        ({"client_role_name": None, "workspace_group_ids": ["8"]}, None),
        ({}, None),
    ],
)
async def test_the_client_is_the_firms_own_word_else_the_company(
    kantata_over: Connect, fields: dict[str, Any], client: str | None
) -> None:
    shown = envelope("workspaces", {"id": "3001", **fields}, workspace_groups=GROUPS)
    async with kantata_over(lambda _: answer(shown)) as kantata:
        assert (await kantata.project("3001")).client_name == client


async def test_numbers_and_texts_of_a_project_may_be_swapped(kantata_over: Connect) -> None:
    odd = {**PROJECT, "account_id": "500", "status": {"key": 300, "message": None}, "approver_ids": [102]}
    async with kantata_over(lambda _: answer(envelope("workspaces", odd))) as kantata:
        got = await kantata.project("3001")
    assert (got.status_key, got.account_id, got.approver_ids) == ("300", "500", ("102",))


async def test_approvers_are_set_all_at_once(kantata_over: Connect) -> None:
    seen: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(asked(request))
        return answer(envelope("workspaces", PROJECT, users=[ODER]))

    async with kantata_over(handler) as kantata:
        assert (await kantata.set_approvers("3001", ["102"])).approver_ids == ("102",)
    assert seen == [{"workspace": {"approver_ids": [102]}}]


async def test_a_task_tells_where_it_is_and_whether_it_takes_time(kantata_over: Connect) -> None:
    deep = {
        **TASK,
        "billable": False,
        "deleted_at": "2026-03-01T00:00:00Z",
        "parent_id": "4000",
        "ancestor_ids": ["3999", "4000"],
        "sub_story_count": 2,
        "time_estimate_in_minutes": 600,
    }
    async with kantata_over(lambda _: answer(envelope("stories", deep))) as kantata:
        got = await kantata.task("4001")
    assert (got.title, got.project_id, got.billable, got.time_trackable) == (
        "Field notes",
        "3001",
        False,
        True,
    )
    assert (got.deleted, got.parent_id, got.ancestor_ids) == (True, "4000", ("3999", "4000"))
    assert (got.sub_task_count, got.estimate_minutes) == (2, 600)


async def test_tasks_of_other_projects_are_dropped(kantata_over: Connect) -> None:
    rows = [TASK, {**TASK, "id": "4002", "workspace_id": "3002"}]
    async with kantata_over(lambda _: answer(envelope("stories", *rows))) as kantata:
        by_time = [task.id async for task in kantata.tasks(time_trackable_on_project_id="3001")]
        by_project = [task.id async for task in kantata.tasks(project_id="3002")]
        everywhere = [task.id async for task in kantata.tasks(with_projects=["3001", "3002"])]
    assert (by_time, by_project, everywhere) == (["4001"], ["4002"], ["4001", "4002"])


async def test_a_task_without_a_project_is_unreadable(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: answer(envelope("stories", {**TASK, "workspace_id": None}))) as kantata:
        with pytest.raises(Unreadable):
            await kantata.task("4001")
