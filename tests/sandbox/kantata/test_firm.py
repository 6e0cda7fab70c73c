"""The firm: the same for the same day, true to Kantata's own rules, and large where asked for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.sandbox.kantata import Firm, Kantata, build_firm
from tests.sandbox.kantata.conftest import DESIGN, TAY, TODAY, WEBSITE, World, ids, rows

DAYS = [TODAY + timedelta(days=number) for number in range(0, 400, 23)]


def named(firm: Firm, table: str, row_id: str) -> dict[str, Any]:
    return firm.rows[table][row_id]


def test_the_same_day_gives_the_same_firm() -> None:
    assert build_firm("small", TODAY) == build_firm("small", TODAY)


def test_it_has_the_people_and_projects_it_promises() -> None:
    firm = build_firm("small", TODAY)
    assert (firm.consultant.full_name, firm.consultant.email) == ("Tay Forth", "tay.forth@example.com")
    assert firm.consultant.time_zone == "Europe/London"
    assert firm.consultant.manager_id == firm.approver.id
    assert firm.approver.full_name == "Oder Neisse"
    assert firm.service_account.permission == firm.administrator.permission == "administrator"
    assert len(firm.rows["workspaces"]) == 40
    clients = {firm.client_of(project) for project in firm.rows["workspaces"].values()} - {None}
    assert len(clients) >= 12
    assert len({person.time_zone for person in firm.people}) >= 10
    assert sum(person.email == "jordan.rivers@example.com" for person in firm.people) == 2
    assert {person.permission for person in firm.people} >= {"punch_clock", "reports_viewer_with_cost"}
    assert not firm.person("Mosel Saar").active
    with pytest.raises(KeyError):
        firm.person("nobody@example.com")


async def test_acme_and_design_name_one_task_for_tay(world: World) -> None:
    projects = rows(await world.get("/workspaces?can_create_line_items=true&per_page=200&search=acme"))
    assert [(project["id"], project["title"]) for project in projects] == [(WEBSITE, "Website relaunch")]
    tasks = rows(await world.get(f"/stories?time_trackable_on_workspace_id={WEBSITE}"))
    assert [task["id"] for task in tasks if task["title"].lower().startswith("design")] == [DESIGN]


@pytest.mark.parametrize("today", DAYS)
def test_entries_keep_kantatas_rules_on_any_day(today: date) -> None:
    firm = build_firm("small", today)
    people = {(row["workspace_id"], row["user_id"]): row for row in firm.rows["participations"].values()}
    for entry in firm.rows["time_entries"].values():
        project = named(firm, "workspaces", entry["workspace_id"])
        assert project["time_trackable"]
        assert not project["archived"]
        assert people[project["id"], entry["user_id"]]["_access_level"] in {
            "admin",
            "financial",
            "time_logging",
        }
        assert entry["date_performed"] < today.isoformat()
        assert date.fromisoformat(entry["date_performed"]).weekday() < 5
        if entry["story_id"] is not None:
            task = named(firm, "stories", entry["story_id"])
            assert task["workspace_id"] == project["id"]
            assert task["_takes_time"]
        if entry["date_performed"] <= firm.locked_to.isoformat() and project["require_time_approvals"]:
            submission = named(firm, "timesheet_submissions", entry["active_submission_id"])
            assert submission["status"] == "approved"


@pytest.mark.parametrize("today", DAYS)
async def test_time_off_is_within_each_days_capacity_on_any_day(today: date) -> None:
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    kantata = Kantata(build_firm("small", today), clock=lambda: now)
    headers = {"authorization": f"Bearer {kantata.service_token}"}
    transport = httpx.ASGITransport(kantata.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://k/api/v1", headers=headers) as client:
        for row in rows((await client.get("/time_off_entries")).json()):
            body = {"time_off_entry": {"hours": row["hours"]}}
            assert (await client.put(f"/time_off_entries/{row['id']}", json=body)).status_code == 200


async def test_the_current_week_is_half_filled(world: World) -> None:
    entries = await world.get("/time_entries?date_performed_between=2026-03-01:2026-03-07&per_page=200")
    minutes = sum(row["time_in_minutes"] for row in rows(entries) if row["user_id"] == TAY)
    assert 0 < minutes < 2400


async def test_the_large_firm_answers_its_lists_page_by_page() -> None:
    firm = build_firm("large", TODAY)
    assert len(firm.rows["workspaces"]) == 5_000
    assert len(firm.rows["stories"]) == 250_000
    assert len(firm.rows["users"]) == len(firm.people) == 1_000
    assert sum(row["user_id"] == TAY for row in firm.rows["participations"].values()) == 400
    kantata = Kantata(firm, clock=lambda: datetime(2026, 3, 5, 12, tzinfo=UTC))
    headers = {"authorization": f"Bearer {kantata.token_for(TAY)}"}
    transport = httpx.ASGITransport(kantata.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://k/api/v1", headers=headers) as client:
        first = (await client.get("/workspaces?per_page=200&include=participants")).json()
        second = (await client.get("/workspaces?per_page=200&include=participants&page=2")).json()
        assert first["count"] == len(set(ids(first)) | set(ids(second)))
        assert all(TAY in row["participant_ids"] for row in rows(first))
        tasks = (await client.get("/stories?per_page=200&page=50")).json()
        assert len(ids(tasks)) == 200
        mine = (await client.get("/workspaces?search=acme&can_create_line_items=true")).json()
        assert ids(mine) == [WEBSITE]
