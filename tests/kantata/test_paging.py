"""A list read page by page while it changes: nobody missed, nobody twice."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kantata.envelope import Envelope
from bot.kantata.errors import Unreadable
from bot.kantata.paging import Walk
from tests.kantata.conftest import Connect
from tests.kantata.samples import ENTRY, answer, envelope

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SIZE = 3

Change = Callable[["Listed"], None]


class Listed:
    """A list at Kantata, read ``SIZE`` a page; ``changes`` happen one after each request."""

    def __init__(self, ids: list[int], changes: list[Change], *, counted: bool = True) -> None:
        self.ids = ids
        self.changes = list(changes)
        self.counted = counted
        self.new: set[int] = set()
        self.gone: set[int] = set()
        self.requests = 0

    def page(self, number: int) -> Envelope:
        self.requests += 1
        shown = self.ids[(number - 1) * SIZE : number * SIZE]
        created = {each: START + timedelta(hours=1 if each in self.new else -1) for each in shown}
        found = Envelope(
            200,
            None,
            results=tuple(("rows", str(each)) for each in shown),
            maps={"rows": {str(each): {"created_at": created[each].isoformat()} for each in shown}},
            count=len(self.ids) if self.counted else None,
            page_size=SIZE,
            answered_at=START,
        )
        if self.changes:
            self.changes.pop(0)(self)
        return found


def leave(place: int) -> Change:
    def change(listed: Listed) -> None:
        if old := [each for each in listed.ids if each not in listed.new]:
            gone = old[place % len(old)]
            listed.ids.remove(gone)
            listed.gone.add(gone)

    return change


def join(listed: Listed) -> None:
    """A row created now: the last one, as the list is read oldest first."""
    new = 1000 + len(listed.new)
    listed.new.add(new)
    listed.ids.append(new)


def move(place: int, to: int) -> Change:
    def change(listed: Listed) -> None:
        if listed.ids:
            listed.ids.insert(to % len(listed.ids), listed.ids.pop(place % len(listed.ids)))

    return change


def leave_and_join(place: int) -> Change:
    def change(listed: Listed) -> None:
        leave(place)(listed)
        join(listed)

    return change


def walk_through(listed: Listed) -> list[int]:
    walk = Walk()
    given_out: list[int] = []
    while walk.page is not None:
        given_out += [int(row.id) for row in walk.take(listed.page(walk.page))]
    return given_out


places = st.integers(0, 30)
comings_and_goings = st.lists(
    st.one_of(
        places.map(leave),
        st.just(join),
        places.map(leave_and_join),
        st.just(lambda listed: None),
    ),
    max_size=20,
)


@given(st.integers(0, 25), comings_and_goings)
def test_whoever_stays_is_given_once_whatever_comes_and_goes(length: int, changes: list[Change]) -> None:
    listed = Listed(list(range(length)), changes)
    given_out = walk_through(listed)
    assert len(given_out) == len(set(given_out))
    assert set(range(length)) - listed.gone <= set(given_out)


@given(st.integers(0, 25), st.lists(st.tuples(places, places).map(lambda pair: move(*pair)), max_size=3))
def test_whoever_changes_place_is_given_once(length: int, changes: list[Change]) -> None:
    given_out = walk_through(Listed(list(range(length)), changes))
    assert sorted(given_out) == list(range(length))


@pytest.mark.parametrize(("length", "requests"), [(0, 1), (1, 1), (3, 1), (4, 2), (9, 3)])
def test_a_still_list_takes_one_request_a_page(length: int, requests: int) -> None:
    listed = Listed(list(range(length)), [])
    assert walk_through(listed) == list(range(length))
    assert listed.requests == requests


@pytest.mark.parametrize("length", [0, 2, 3, 7])
def test_without_any_count_the_first_short_page_is_the_last(length: int) -> None:
    listed = Listed(list(range(length)), [], counted=False)
    assert walk_through(listed) == list(range(length))


def test_a_count_that_is_too_high_ends_all_the_same() -> None:
    class Boasting(Listed):
        def page(self, number: int) -> Envelope:
            honest = super().page(number)
            return Envelope(200, None, honest.results, honest.maps, count=10, page_size=SIZE)

    listed = Boasting(list(range(4)), [])
    assert walk_through(listed) == [0, 1, 2, 3]


def test_a_list_that_is_never_still_is_given_up() -> None:
    class Flapping(Listed):
        def page(self, number: int) -> Envelope:
            honest = super().page(number)
            count = 100 - 50 * (self.requests % 2)
            return Envelope(200, "req-9", honest.results, honest.maps, count=count, page_size=SIZE)

    with pytest.raises(Unreadable, match="req-9"):
        walk_through(Flapping(list(range(100)), []))


def test_a_walk_that_is_over_takes_no_more() -> None:
    walk = Walk()
    empty = Envelope(200, None, count=0)
    list(walk.take(empty))
    with pytest.raises(AssertionError):
        walk.take(empty)


def large_list(seen: list[httpx.QueryParams], length: int) -> Callable[[httpx.Request], httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.params)
        page, size = int(request.url.params["page"]), int(request.url.params["per_page"])
        numbers = range((page - 1) * size, min(page * size, length))
        rows = [{**ENTRY, "id": str(number), "external_reference_ids": []} for number in numbers]
        meta = {"count": length, "page_count": -(-length // size), "page_number": page, "page_size": size}
        return answer(envelope("time_entries", *rows, meta=meta))

    return handler


async def test_twenty_thousand_entries_take_exactly_a_hundred_requests(kantata_over: Connect) -> None:
    seen: list[httpx.QueryParams] = []
    async with kantata_over(large_list(seen, 20_000)) as kantata:
        ids = [entry.id async for entry in kantata.time_entries()]
    assert ids == [str(number) for number in range(20_000)]
    assert [query["page"] for query in seen] == [str(number) for number in range(1, 101)]
    assert {query["order"] for query in seen} == {"created_at:asc"}


async def test_a_page_is_asked_for_when_the_one_before_is_used_up(kantata_over: Connect) -> None:
    seen: list[httpx.QueryParams] = []
    async with kantata_over(large_list(seen, 1000)) as kantata:
        entries = kantata.time_entries()
        assert seen == []
        for _ in range(200):
            await anext(entries)
        assert len(seen) == 1
        await anext(entries)
        assert len(seen) == 2


async def test_an_entry_deleted_meanwhile_hides_no_other(kantata_over: Connect) -> None:
    ids = [str(number) for number in range(1, 501)]

    def handler(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        shown = [
            {**ENTRY, "id": each, "external_reference_ids": []} for each in ids[(page - 1) * 200 : page * 200]
        ]
        meta = {"count": len(ids), "page_count": 3, "page_number": page, "page_size": 200}
        body: Any = envelope("time_entries", *shown, meta=meta)
        if page == 1 and "7" in ids:
            ids.remove("7")
        return httpx.Response(200, content=json.dumps(body), headers={"content-type": "application/json"})

    async with kantata_over(handler) as kantata:
        got = [entry.id async for entry in kantata.time_entries()]
    assert sorted(got, key=int) == [str(number) for number in range(1, 501)]
    assert len(set(got)) == len(got)


async def test_named_objects_are_asked_for_two_hundred_at_a_time_without_pages(kantata_over: Connect) -> None:
    seen: list[httpx.QueryParams] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.params)
        wanted = request.url.params["only"].split(",")
        rows = [{**ENTRY, "id": each, "external_reference_ids": []} for each in (*wanted, "99999")]
        return answer(envelope("time_entries", *rows))

    wanted = [str(number) for number in range(1, 302)]
    async with kantata_over(handler) as kantata:
        got = [entry.id async for entry in kantata.time_entries(only=[*wanted, "1"])]
        assert [entry async for entry in kantata.time_entries(only=[])] == []
        assert seen[2:] == []
        of_others = kantata.time_entries(only=["1"], with_user_ids=["999"])
        assert [entry async for entry in of_others] == []
    assert got == wanted
    assert [len(query["only"].split(",")) for query in seen] == [200, 101, 1]
    assert all("page" not in query for query in seen)
