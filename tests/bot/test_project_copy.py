"""The copy is filled from Kantata, kept fresh, swept, and shared by processes that take turns."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
import stamina

from bot.kantata.errors import KantataError
from bot.project_copy import (
    PROJECTS_AGAIN,
    TASKS_AGAIN,
    TURN,
    freshen_project,
    freshen_soon,
    refresh_projects,
)
from bot.projects import search_projects, search_tasks
from bot.sandbox.kantata import Kind
from storage import project_copy, recents
from tests.bot.copied_firm import TAY, CopiedFirm, copied_firm, person

ACME = "3001"


@pytest.fixture(autouse=True)
def no_second_try() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture
async def firm(database_url: str) -> AsyncIterator[CopiedFirm]:
    async with copied_firm(database_url) as firm:
        yield firm


async def turn(firm: CopiedFirm, **later: float) -> list[str]:
    """One turn, so much later; what Kantata was asked."""
    firm.clock.forward(**later)
    firm.kantata.requests.clear()
    await refresh_projects(firm.deps)
    return firm.requests()


def change(firm: CopiedFirm, table: str, row_id: str, **fields: Any) -> None:
    """Change a row in Kantata, with or without a word."""
    with firm.kantata.store.transaction():
        firm.kantata.store.update(table, row_id, fields)


def remove(firm: CopiedFirm, table: str, *row_ids: str) -> None:
    """Remove rows in Kantata, without a word."""
    with firm.kantata.store.transaction():
        for row_id in row_ids:
            firm.kantata.store.delete(table, row_id)


def changed_now(firm: CopiedFirm) -> str:
    return firm.clock().strftime("%Y-%m-%dT%H:%M:%SZ")


async def mine(firm: CopiedFirm, who: str = "101") -> set[str]:
    return {project.title for project in await search_projects(firm.deps.database, person(who), "")}


async def tasks(firm: CopiedFirm, project_id: str = ACME, who: str = "101") -> set[str]:
    found = await search_tasks(firm.deps.database, person(who), project_id, "")
    return {task.title for task in found}


async def test_the_first_turn_copies_what_people_may_log_on(firm: CopiedFirm) -> None:
    asked = await turn(firm)
    assert asked.count("workspaces") == 1
    assert asked.count("stories") == 2, "one request for each group of twenty projects"
    assert {"Website relaunch", "Customer portal", "Internal"} <= await mine(firm)
    assert "Tracking page" not in await mine(firm), "it is archived"
    assert "Timetable check" not in await mine(firm, "108"), "it takes no time"
    assert await tasks(firm) == {
        "Design",
        "Content",
        "Development",
        "Testing",
        "Launch",
        "Project management",
    }


async def test_tasks_that_take_no_time_are_not_offered(firm: CopiedFirm) -> None:
    await turn(firm)
    assert await tasks(firm, "3019") == {
        "Requirements",
        "Architecture",
        "Sprint 1",
        "Sprint 2",
        "Sprint 3",
        "Hardening",
        "Travel",
    }


async def test_the_client_and_the_tasks_own_flag_are_copied(firm: CopiedFirm) -> None:
    await turn(firm)
    assert not await search_projects(firm.deps.database, TAY, "patient diary iris"), "Tay is not on it"
    (project,) = await search_projects(firm.deps.database, person("104"), "patient diary iris")
    assert project.client == "Iris Health", "by the company group, where the project names no client"
    billable = {task.title: task.billable for task in await search_tasks(firm.deps.database, TAY, ACME, "")}
    assert billable["Design"]
    assert not billable["Project management"]


async def test_a_later_turn_asks_only_for_changes(firm: CopiedFirm) -> None:
    await turn(firm)
    change(firm, "workspaces", ACME, title="Web shop", updated_at=changed_now(firm))
    change(firm, "stories", "4001", title="Concept", updated_at=changed_now(firm))
    change(firm, "stories", "4002", state="completed", updated_at=changed_now(firm))
    assert await turn(firm, minutes=1) == ["workspaces", "stories"]
    assert "Web shop" in await mine(firm)
    assert {"Concept", "Testing"} <= await tasks(firm)
    assert not {"Design", "Content"} & await tasks(firm)


async def test_an_archived_project_is_no_longer_offered_and_comes_back(firm: CopiedFirm) -> None:
    await turn(firm)
    change(firm, "workspaces", ACME, archived=True, updated_at=changed_now(firm))
    await turn(firm, minutes=1)
    assert "Website relaunch" not in await mine(firm)
    change(firm, "workspaces", ACME, archived=False, updated_at=changed_now(firm))
    await turn(firm, minutes=1)
    assert "Website relaunch" in await mine(firm)
    assert "Design" in await tasks(firm)


async def test_a_deleted_task_is_forgotten(firm: CopiedFirm) -> None:
    await turn(firm)
    change(firm, "stories", "4001", deleted_at=changed_now(firm), updated_at=changed_now(firm))
    change(firm, "stories", "4002", archived=True, updated_at=changed_now(firm))
    await turn(firm, minutes=1)
    assert await tasks(firm) == {"Development", "Testing", "Launch", "Project management"}


async def test_what_vanished_without_a_word_is_noticed_by_the_next_sweep(firm: CopiedFirm) -> None:
    await turn(firm)
    remove(firm, "workspaces", ACME)
    remove(firm, "stories", "4022")
    await turn(firm, minutes=1)
    assert "Website relaunch" in await mine(firm)
    await turn(firm, seconds=PROJECTS_AGAIN.total_seconds())
    assert "Website relaunch" not in await mine(firm)
    assert "Backend" in await tasks(firm, "3004")
    await turn(firm, seconds=TASKS_AGAIN.total_seconds())
    assert "Backend" not in await tasks(firm, "3004")


async def test_who_joins_and_leaves_a_project_is_noticed_by_the_next_sweep(firm: CopiedFirm) -> None:
    await turn(firm)
    participation = next(
        row
        for row in firm.kantata.store.table("participations").where("workspace_id", ACME)
        if row["user_id"] == "101"
    )
    change(firm, "participations", participation["id"], user_id="108")
    await turn(firm, seconds=PROJECTS_AGAIN.total_seconds())
    assert "Website relaunch" not in await mine(firm)
    assert "Website relaunch" in await mine(firm, "108")


async def test_processes_take_turns(firm: CopiedFirm) -> None:
    async with firm.deps.database.transaction() as session:
        taken = await project_copy.lease(session, TURN, firm.clock(), timedelta(minutes=3))
    assert taken is not None
    assert await turn(firm) == []
    assert await turn(firm, minutes=3) != []
    assert await turn(firm) == [], "it has just been another's turn"


async def test_a_turn_that_another_process_took_over_meanwhile_stops(firm: CopiedFirm) -> None:
    firm.kantata.faults.hang()
    slow = asyncio.create_task(refresh_projects(firm.deps))
    await firm.kantata.faults.hung()
    firm.clock.forward(minutes=4)
    async with firm.deps.database.transaction() as session:
        assert await project_copy.lease(session, TURN, firm.clock(), timedelta(minutes=3))
    firm.kantata.faults.release()
    await slow
    assert firm.requests() == ["workspaces"]
    assert await mine(firm) == set()


async def test_a_fill_goes_on_where_it_was_when_kantata_failed(firm: CopiedFirm) -> None:
    firm.kantata.faults.always("GET", "/stories", Kind.UNAVAILABLE)
    with pytest.raises(KantataError):
        await turn(firm)
    assert "Website relaunch" in await mine(firm)
    assert await tasks(firm) == set()
    firm.kantata.faults.clear()
    asked = await turn(firm, minutes=1)
    assert "Design" in await tasks(firm)
    assert asked.count("stories") >= 2


async def test_no_projects_at_all_is_a_right_lost_and_forgets_nothing(firm: CopiedFirm) -> None:
    await turn(firm)
    remove(firm, "workspaces", *[row["id"] for row in firm.kantata.store.table("workspaces")])
    await turn(firm, seconds=PROJECTS_AGAIN.total_seconds())
    assert "Website relaunch" in await mine(firm)


async def test_what_people_logged_before_they_met_the_bot_comes_first(firm: CopiedFirm) -> None:
    await turn(firm)
    await firm.meet(["101", "104"])
    assert (await turn(firm, minutes=1)).count("time_entries") == 2
    async with firm.deps.database.reading() as session:
        known = await recents.recent_tasks(session, "101")
    lately = {candidate.project for candidate, _ in known if candidate.used == known[0][0].used}
    assert (await search_projects(firm.deps.database, TAY, ""))[0] in lately
    assert "time_entries" not in await turn(firm, minutes=1), "once"


async def test_a_project_in_use_is_read_again_with_who_may_log_on_it(firm: CopiedFirm) -> None:
    await turn(firm)
    assert "Hiring" in await mine(firm), "Tay takes part"
    await freshen_project(firm.deps, "3039")
    assert "Hiring" not in await mine(firm), "but may not log time"
    assert "Hiring" in await mine(firm, "102")
    firm.requests()
    await freshen_project(firm.deps, "3039")
    assert firm.requests() == [], "not twice within five minutes"


async def test_what_kantata_fails_to_tell_of_a_project_in_use_waits_for_its_next_use(
    firm: CopiedFirm,
) -> None:
    await turn(firm)
    firm.kantata.faults.always("GET", "/workspaces/*", Kind.ERROR)
    freshen_soon(firm.deps, ["3039", ACME])
    await firm.deps.background.drain(10)
    assert "Hiring" in await mine(firm), "as it was"
    firm.kantata.faults.clear()
    freshen_soon(firm.deps, ["3039"])
    await firm.deps.background.drain(10)
    assert "Hiring" not in await mine(firm)


async def test_a_project_in_use_that_is_gone_is_forgotten(firm: CopiedFirm) -> None:
    await turn(firm)
    remove(firm, "workspaces", ACME)
    await freshen_project(firm.deps, ACME)
    assert "Website relaunch" not in await mine(firm)
