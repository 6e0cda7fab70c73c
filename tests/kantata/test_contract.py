"""One table of cases against both sides, hand-written answers and simulator, so that neither can drift."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import pytest

from bot.kantata.errors import (
    BookedForAnother,
    Effect,
    GatewayFailed,
    Invalid,
    KantataError,
    NoAnswer,
    RateLimited,
    ServerFailed,
    Unavailable,
    Unreadable,
)
from bot.sandbox.kantata import Assumptions, Kind
from tests.kantata.contract import CASES
from tests.kantata.contract.cases import CONSULTANT, OURS, Case, Refusal, Side, new
from tests.kantata.sides import differences, simulated, written

NAMES = [case.name for case in CASES]

POSITIONS = [
    replace(Assumptions(), **position)
    for position in (
        {"belongs_to_keys": "with_include"},
        {"action_answer": "timesheet_submissions"},
        {"bulk_answer": "map"},
        {"resolution_ids": "string"},
        {"meta": False},
        {"datetimes": "z"},
        {"user_can_edit": "always"},
        {"time_trackable": "account_features"},
        {"workspace_status_key": "integer"},
        {"workspace_account_id": "string"},
        {"backup_dates": "datetime"},
        {"rates_hidden": False},
        {"between_includes_ends": False},
        {"start_date_after_includes": False},
        {"time_off_range": "inclusive"},
        {"billable_without_story": False},
        {"uneditable_put": "not_found"},
    )
]


async def run(case: Case, side: Side) -> None:
    if not isinstance(case.gives, Refusal):
        assert await case.act(side) == case.gives
        return
    with pytest.raises(case.gives.kind) as caught:
        await case.act(side)
    if isinstance(caught.value, Invalid):
        assert {fault.field for fault in caught.value.faults} == case.gives.fields


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_it_holds_with_answers_written_by_hand(case: Case) -> None:
    async with written(case.answers) as side:
        await run(case, side)
    assert side.left == []


@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_it_holds_with_the_simulator_which_answers_as_written(case: Case) -> None:
    async with simulated() as side:
        await run(case, side)
    assert [(each.request, each.status) for each in side.exchanges] == [
        (each.request, each.status) for each in case.answers
    ]
    for real, by_hand in zip(side.exchanges, case.answers, strict=True):
        assert (real.body is None) == (by_hand.body is None)
        assert differences(by_hand.body, real.body) == []


def position(assumptions: Assumptions) -> str:
    usual = Assumptions()
    return next(
        f"{name}={value}" for name, value in vars(assumptions).items() if value != getattr(usual, name)
    )


@pytest.mark.parametrize("assumptions", POSITIONS, ids=position)
async def test_it_holds_whichever_side_of_a_contradiction_is_true(assumptions: Assumptions) -> None:
    for case in CASES:
        async with simulated(assumptions) as side:
            await run(case, side)


FAULTS: list[tuple[Kind, type[KantataError], Effect]] = [
    (Kind.RATE_LIMITED, RateLimited, Effect.NONE),
    (Kind.ERROR, ServerFailed, Effect.FAILED),
    (Kind.UNAVAILABLE, Unavailable, Effect.FAILED),
    (Kind.BAD_GATEWAY, GatewayFailed, Effect.UNKNOWN),
    (Kind.HTML, Unreadable, Effect.UNKNOWN),
    (Kind.EMPTY, Unreadable, Effect.UNKNOWN),
    (Kind.TRUNCATED, Unreadable, Effect.UNKNOWN),
    (Kind.DROPPED, NoAnswer, Effect.UNKNOWN),
]


@pytest.mark.parametrize(("kind", "error", "effect"), FAULTS, ids=[row[0] for row in FAULTS])
async def test_a_lost_answer_is_found_by_its_reference_if_the_write_was_done(
    kind: Kind, error: type[KantataError], effect: Effect
) -> None:
    async with simulated() as side:
        tay = side.kantata(CONSULTANT)
        side.simulator.faults.next("POST", "/time_entries", kind)
        with pytest.raises(error) as caught:
            await tay.create_time_entry(new(reference=OURS))
        assert caught.value.effect is effect
        found = await tay.find_time_entries_by_reference(OURS.service, [OURS.ref])
    done = kind in (Kind.EMPTY, Kind.TRUNCATED, Kind.DROPPED)
    assert len(found) == done
    assert done is False or effect is Effect.UNKNOWN


@pytest.mark.parametrize(
    "kind", [Kind.RATE_LIMITED, Kind.ERROR, Kind.UNAVAILABLE, Kind.BAD_GATEWAY, Kind.DROPPED]
)
async def test_a_read_survives_a_passing_fault(kind: Kind) -> None:
    async with simulated() as side:
        side.simulator.faults.next("GET", "/users/me", kind, times=3)
        assert (await side.kantata(CONSULTANT).me()).id == CONSULTANT


async def test_what_was_booked_on_somebody_else_can_be_undone() -> None:
    async with simulated() as side:
        tay = side.kantata(CONSULTANT)
        with pytest.raises(BookedForAnother) as caught:
            await tay.create_time_entry(new(user_id="102"))
        await tay.delete_time_entries([entry.id for entry in caught.value.entries])
        assert [entry async for entry in tay.time_entries(only=[caught.value.entries[0].id])] == []


@pytest.mark.parametrize(
    ("by_hand", "real", "found"),
    [
        ({"a": 1}, {"a": 2.5, "b": 3}, []),
        ({"a": 1}, {"b": 3}, [".a is missing"]),
        ({"a": {"1": {"x": "y"}}}, {"a": {"7": {"x": 5}}}, [".a.*.x is 5, not like 'y'"]),
        ({"a": {"1": {"x": None}}}, {"a": {"7": {"x": 5}}}, []),
        ({"a": {"1": {}}}, {"a": {}}, []),
        ({"a": [{"x": True}]}, {"a": [{"x": 1}]}, [".a[].x is 1, not like True"]),
    ],
)
def test_a_difference_between_the_sides_is_seen(by_hand: Any, real: Any, found: list[str]) -> None:
    assert differences(by_hand, real) == found


def test_the_sides_are_context_managers() -> None:
    assert isinstance(simulated(), AbstractAsyncContextManager)
