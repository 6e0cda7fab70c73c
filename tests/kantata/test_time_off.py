"""Time off through the client, over hand-written answers."""

from datetime import date
from typing import Any

import httpx
import pytest

from bot.kantata.errors import Fault, Invalid, NotFound, StoppedHalfway
from bot.kantata.records import NewTimeOffEntry
from tests.kantata.conftest import Connect
from tests.kantata.samples import REFERENCE, TAY, TIME_OFF, answer, asked, envelope

NEW = NewTimeOffEntry("101", date(2026, 3, 12), 4)
BACKWARDS = {**TIME_OFF, "id": "6002", "requested_date": "2026-03-31"}


async def test_a_day_off_comes_with_who_it_is(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: answer(envelope("time_off_entries", TIME_OFF, users=[TAY]))) as kantata:
        got = await kantata.time_off_entry("6001")
    assert (got.user_id, got.day, got.hours) == ("101", date(2026, 3, 12), 6.5)
    assert got.submitted_on == date(2026, 3, 4)
    assert got.user is not None


async def test_a_day_off_that_is_not_in_the_list_is_not_found(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: answer(envelope("time_off_entries"))) as kantata:
        with pytest.raises(NotFound):
            await kantata.time_off_entry("6001")


async def test_the_days_asked_for_are_included_and_no_others(kantata_over: Connect) -> None:
    days = ["2026-03-11", "2026-03-12", "2026-03-13", "2026-03-14"]
    rows = [{**TIME_OFF, "id": str(6000 + place), "requested_date": day} for place, day in enumerate(days)]
    rows.append({**TIME_OFF, "id": "6010", "user_id": "999"})
    async with kantata_over(lambda _: answer(envelope("time_off_entries", *rows))) as kantata:

        async def ids(**filters: Any) -> list[str]:
            return [entry.id async for entry in kantata.time_off(**filters)]

        week = {"start_date": date(2026, 3, 12), "end_date": date(2026, 3, 13)}
        assert await ids(user_id="101", **week) == ["6001", "6002"]
        assert await ids(user_ids=["101"], **week) == ["6001", "6002"]
        assert await ids(user_id="999") == ["6010"]


async def test_hours_of_one_day_come_back_as_one(kantata_over: Connect) -> None:
    async with kantata_over(lambda _: answer(envelope("time_off_entries", TIME_OFF))) as kantata:
        got = await kantata.create_time_off([NEW, NewTimeOffEntry("101", date(2026, 3, 12), 2.5)])
        assert [entry.hours for entry in got] == [6.5]
        assert (await kantata.create_time_off_entry(NEW)).hours == 6.5


async def test_many_days_are_booked_a_hundred_at_a_time(kantata_over: Connect) -> None:
    sizes: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sizes.append(len(asked(request)["time_off_entries"]))
        return answer(envelope("time_off_entries", {**TIME_OFF, "id": str(len(sizes))}))

    async with kantata_over(handler) as kantata:
        assert [entry.id for entry in await kantata.create_time_off([NEW] * 150)] == ["1", "2"]
    assert sizes == [100, 50]


@pytest.mark.parametrize("status", [422, 503])
async def test_a_booking_that_stops_halfway_tells_what_is_booked(kantata_over: Connect, status: int) -> None:
    fault = {"type": "validation", "message": "Too many hours", "field": "hours", "index": 4}
    answers = iter((answer(envelope("time_off_entries", TIME_OFF)), answer({"errors": [fault]}, status)))
    async with kantata_over(lambda _: next(answers)) as kantata:
        with pytest.raises(StoppedHalfway) as caught:
            await kantata.create_time_off([NEW] * 150)
    [booked] = caught.value.done
    assert not isinstance(booked, str)
    assert booked.id == "6001"
    if status == 422:
        assert isinstance(caught.value.cause, Invalid)
        assert caught.value.cause.faults == (Fault("Too many hours", "hours", 104),)


async def test_a_refusal_of_the_first_request_is_plainly_that(kantata_over: Connect) -> None:
    fault = {"type": "validation", "message": "Too many hours", "field": "hours"}
    async with kantata_over(lambda _: answer({"errors": [fault]}, 422)) as kantata:
        with pytest.raises(Invalid) as caught:
            await kantata.create_time_off([NEW])
    assert caught.value.message == "Too many hours"


async def test_days_are_deleted_one_by_one_or_together(kantata_over: Connect) -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path}?{request.url.params}")
        return httpx.Response(204)

    async with kantata_over(handler) as kantata:
        await kantata.delete_time_off_entry("6001")
        await kantata.delete_time_off(["6001", "6002"])
    assert seen == [
        "DELETE /api/v1/time_off_entries/6001?",
        "DELETE /api/v1/time_off_entries?ids=6001%2C6002",
    ]


async def test_hours_alone_are_changed(kantata_over: Connect) -> None:
    seen: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(asked(request))
        return answer(envelope("time_off_entries", {**TIME_OFF, "hours": "8.0"}))

    async with kantata_over(handler) as kantata:
        assert (await kantata.update_time_off("6001", 8.0)).hours == 8.0
    assert seen == [{"time_off_entry": {"hours": 8.0}}]


@pytest.mark.parametrize(("model", "found"), [(None, ["6001"]), ("TimeDraft", ["6001"]), ("Other", [])])
async def test_a_day_off_is_found_by_its_reference(
    kantata_over: Connect, model: str | None, found: list[str]
) -> None:
    rows = [{**TIME_OFF, "external_reference_ids": ["5501"]}, BACKWARDS]
    shown = envelope("time_off_entries", *rows, external_references=[REFERENCE])
    async with kantata_over(lambda _: answer(shown)) as kantata:
        got = await kantata.find_time_off_by_reference("slack_timebot", ["70450012"], model=model)
    assert [entry.id for entry in got] == found
