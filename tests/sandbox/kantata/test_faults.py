"""Faults of the simulated Kantata: asked for per route, at random, and dropped answers over a real socket."""

import asyncio
import random
import socket
from collections import Counter
from contextlib import suppress

import httpx
import pytest
import uvicorn

from bot.sandbox.kantata import AnswerDropped, Faults, Kind
from tests.sandbox.kantata.conftest import DESIGN, SERVICE, WEBSITE, YESTERDAY, MakeWorld, World, ids, only

ENTRY = {"workspace_id": WEBSITE, "story_id": DESIGN, "date_performed": YESTERDAY, "time_in_minutes": 5}
NEW = "/time_entries?created_after=2026-03-05T11:59:59Z"


async def create(world: World) -> httpx.Response:
    return await world.ask("POST", "/time_entries", time_entry=ENTRY)


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "written"),
    [
        (Kind.RATE_LIMITED, 429, "application/json", False),
        (Kind.ERROR, 500, "application/json", False),
        (Kind.UNAVAILABLE, 503, "application/json", False),
        (Kind.BAD_GATEWAY, 502, "text/html", False),
        (Kind.HTML, 200, "text/html", False),
        (Kind.ERRORS, 200, "application/json", False),
        (Kind.CANCELED, 403, "application/json", False),
        (Kind.PLAIN, 200, "text/plain", True),
        (Kind.EMPTY, 200, "application/json", True),
        (Kind.TRUNCATED, 200, "application/json", True),
    ],
)
async def test_the_next_request_goes_wrong_and_the_one_after_is_right(
    world: World, kind: Kind, status: int, content_type: str, written: bool
) -> None:
    world.kantata.faults.next("POST", "/time_entries", kind)
    assert len(ids(await world.get(NEW))) == 0  # another route
    response = await create(world)
    assert (response.status_code, response.headers["content-type"]) == (status, content_type)
    assert len(ids(await world.get(NEW))) == (1 if written else 0)
    only(await create(world))


async def test_bodies_go_wrong_as_they_do(world: World) -> None:
    faults = world.kantata.faults
    faults.next("*", "*", Kind.EMPTY)
    assert (await world.ask("GET", "/users/me")).content == b""
    whole = (await world.ask("GET", "/users/me")).content
    faults.next("*", "*", Kind.TRUNCATED)
    assert (await world.ask("GET", "/users/me")).content == whole[: len(whole) // 2]
    faults.next("*", "*", Kind.UNAVAILABLE)
    (error,) = (await world.ask("GET", "/users/me")).json()["errors"]
    assert error["type"] == "system"


async def test_a_wait_is_told_only_where_asked_for(world: World) -> None:
    faults = world.kantata.faults
    faults.next("GET", "/users/*", Kind.RATE_LIMITED, seconds=30)
    faults.next("GET", "/users/*", Kind.RATE_LIMITED)
    assert (await world.ask("GET", "/users/me.json")).headers["retry-after"] == "30"
    assert "retry-after" not in (await world.ask("GET", "/users/me")).headers
    assert (await world.ask("GET", "/users/me")).status_code == 200


async def test_a_fault_lasts_until_cleared_and_may_come_after_the_effect(world: World) -> None:
    faults = world.kantata.faults
    faults.always("POST", "/time_entries", Kind.ERROR, done=True)
    for _ in range(2):
        assert (await create(world)).status_code == 500
    faults.clear()
    assert (await create(world)).status_code == 200
    assert len(ids(await world.get(NEW))) == 3


async def test_an_answer_is_dropped_after_the_write(world: World) -> None:
    world.kantata.faults.next("POST", "/time_entries", Kind.DROPPED, times=2)
    for _ in range(2):
        with pytest.raises(AnswerDropped):
            await create(world)
    assert len(ids(await world.get(NEW))) == 2
    assert world.kantata.requests[0].status == 0


async def test_a_request_can_be_lost_before_the_write(make_world: MakeWorld) -> None:
    world = make_world(Faults(dropped=lambda: httpx.ReadError("connection reset")))
    world.kantata.faults.next("POST", "/time_entries", Kind.DROPPED, done=False)
    with pytest.raises(httpx.ReadError):
        await create(world)
    assert not ids(await world.get(NEW))


async def test_a_slow_answer_takes_its_seconds(make_world: MakeWorld) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    world = make_world(Faults(sleep=sleep))
    world.kantata.faults.next("POST", "/time_entries", Kind.SLOW, seconds=170)
    only(await create(world))
    only(await create(world))
    assert slept == [170]


async def test_everything_hangs_until_released_and_then_takes_effect(world: World) -> None:
    faults = world.kantata.faults
    faults.hang()
    requests = [asyncio.create_task(create(world)) for _ in range(3)]
    await faults.hung(3)
    assert faults.hanging == 3
    assert not any(request.done() for request in requests)
    assert not world.kantata.store.table("time_entries").where("created_at", "2026-03-05T12:00:00Z")
    faults.release()
    for request in requests:
        only(await request)
    assert len(ids(await world.get(NEW))) == 3


async def test_a_client_that_gave_up_finds_its_write_done_later(world: World) -> None:
    faults = world.kantata.faults
    faults.next("POST", "/time_entries", Kind.HANG)
    request = asyncio.create_task(create(world))
    await faults.hung()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert not ids(await world.get(NEW))
    faults.release()
    while faults.hanging:  # noqa: ASYNC110  # one turn of the loop lets the request end
        await asyncio.sleep(0)
    assert len(ids(await world.get(NEW))) == 1


async def test_one_route_hangs_and_the_others_go_on(world: World) -> None:
    faults = world.kantata.faults
    faults.next("POST", "/time_entries", Kind.HANG)
    request = asyncio.create_task(create(world))
    await faults.hung()
    assert not ids(await world.get(NEW))
    faults.clear()
    only(await request)


async def test_faults_come_at_random_at_the_rate_asked_for(make_world: MakeWorld) -> None:
    async def sleep(_seconds: float) -> None:
        return None

    world = make_world(Faults(0.5, chance=random.Random(5), sleep=sleep))
    outcomes: Counter[str] = Counter()
    for _ in range(200):
        try:
            response = await world.ask("GET", "/users/me", by=SERVICE)
        except AnswerDropped:
            outcomes["dropped"] += 1
        else:
            outcomes[f"{response.status_code} {'retry-after' in response.headers}"] += 1
    assert 100 <= outcomes.pop("200 False") <= 160  # slow, cut and empty answers are 200 too
    assert set(outcomes) == {"dropped", "429 True", "429 False", "500 False", "502 False", "503 False"}
    world.kantata.faults.rate = 0
    assert (await world.ask("GET", "/users/me", by=SERVICE)).status_code == 200


async def test_a_dropped_answer_closes_the_connection_without_a_byte(world: World) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    host, port = listener.getsockname()
    config = uvicorn.Config(world.kantata.app, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    world.kantata.faults.next("POST", "/time_entries", Kind.DROPPED)
    headers = {"authorization": f"Bearer {world.kantata.token_for('101')}"}
    base_url = f"http://{host}:{port}/api/v1"
    async with httpx.AsyncClient(base_url=base_url, headers=headers) as client:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            await client.post("/time_entries", json={"time_entry": ENTRY})
        assert len(ids((await client.get(NEW)).json())) == 1
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving
