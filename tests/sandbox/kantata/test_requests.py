"""What the simulated Kantata says about tokens, bodies, routes and verbs, whatever the noun."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.kantata import Kind
from tests.sandbox.kantata.conftest import (
    SERVICE,
    TAY,
    WEBSITE,
    World,
    only,
    refused,
)


@pytest.mark.parametrize(
    "authorization", [None, "Bearer nobody", "Basic abc", "bearer", "Token {token}", "{token}"]
)
async def test_without_a_valid_token_nothing_is_said(world: World, authorization: str | None) -> None:
    token = world.kantata.token_for(TAY)
    headers = {} if authorization is None else {"authorization": authorization.format(token=token)}
    response = await world.client(None).get("/users/me", headers=headers)
    assert response.status_code == 401
    assert response.json() == {"errors": [{"type": "oauth", "message": "Invalid OAuth 2 Request"}]}


async def test_a_disabled_users_token_is_dead(world: World) -> None:
    assert (await world.ask("GET", "/users/me", by="122")).status_code == 401


@pytest.mark.parametrize("content", [b"{", b"[1]", b'"x"', b"\xff"])
async def test_what_is_not_json_is_malformed(world: World, content: bytes) -> None:
    response = await world.client().post(
        "/time_entries", content=content, headers={"content-type": "application/json"}
    )
    assert response.status_code == 400
    assert response.json() == {
        "status": 400,
        "error": "malformed JSON detected, please lint your request params",
    }


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/time_entries", {}),
        ("POST", "/time_entries", {"entry": {}}),
        ("POST", "/time_entries", {"time_entries": []}),
        ("POST", "/time_entries", {"time_entries": ["x"]}),
        ("POST", "/time_entries", {"time_entry": "x"}),
        ("POST", "/timesheet_submissions", {"timesheet_submissions": [{}]}),
        ("POST", "/timesheet_approvals", {"submission_ids": [1]}),
        ("POST", "/time_off_entries", {"time_off": {}}),
        ("POST", "/line_item_locks", {"locked_to": "2026-02-28"}),
        ("PUT", "/workspaces/3001", {"approver_ids": []}),
    ],
)
async def test_a_wrong_root_key_is_a_bad_request(
    world: World, method: str, path: str, body: dict[str, Any]
) -> None:
    assert refused(await world.ask(method, path, by=SERVICE, **body)) == (400, {"system"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", "/time_off_entries/6001"),
        ("PUT", "/timesheet_submissions/7001"),
        ("DELETE", "/timesheet_submissions/7001"),
        ("PATCH", "/time_entries/9001"),
        ("POST", "/users"),
        ("GET", "/time_entries/abc"),
        ("OPTIONS", "/time_entries"),
    ],
)
async def test_an_unknown_route_or_verb_is_not_found(world: World, method: str, path: str) -> None:
    response = await world.ask(method, path)
    assert refused(response) == (404, {"system"})
    assert response.json()["errors"][0]["message"] == "Not found"


@pytest.mark.parametrize(
    ("path", "field"),
    [("/participations", "workspace_id"), ("/external_references", "subject_type")],
)
async def test_a_required_filter_may_not_be_missing(world: World, path: str, field: str) -> None:
    assert refused(await world.ask("GET", path)) == (422, {field})


async def test_every_request_is_noted_with_its_answer(world: World) -> None:
    await world.ask("GET", "/users/me?include=manager")
    await world.ask("GET", "/users/me", by=None)
    assert [tuple(logged) for logged in world.kantata.requests] == [
        ("GET", "/api/v1/users/me", "include=manager", 200, TAY),
        ("GET", "/api/v1/users/me", "", 401, None),
    ]
    assert (await world.ask("GET", "/users/me")).headers["x-request-id"]


async def test_form_fields_hold_lists_and_what_is_no_form_is_malformed(world: World) -> None:
    one, two = await world.log(), await world.log()
    form = {
        "timesheet_submission[title]": "Week",
        "timesheet_submission[workspace_id]": WEBSITE,
        "timesheet_submission[line_item_ids][]": [one["id"], two["id"]],
    }
    response = await world.client().post("/timesheet_submissions?include=time_entries", data=form)
    assert set(only(response)["time_entry_ids"]) == {one["id"], two["id"]}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for content in (b"time_entry=1&time_entry[notes]=x", b"a=\xff%ff&\xff"):
        response = await world.client().post("/time_entries", content=content, headers=headers)
        assert response.status_code == 400


async def test_it_works_below_another_path(world: World) -> None:
    below = Starlette(routes=[Mount("/kantata", world.kantata.app)])
    world.kantata.faults.next("GET", "/users/me", Kind.UNAVAILABLE)
    headers = {"authorization": f"Bearer {world.kantata.service_token}"}
    transport = httpx.ASGITransport(below)
    async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as client:
        assert (await client.get("/kantata/api/v1/users/me")).status_code == 503
        assert (await client.get("/kantata/api/v1/users/me")).status_code == 200
    assert [logged.path for logged in world.kantata.requests] == ["/api/v1/users/me"] * 2
