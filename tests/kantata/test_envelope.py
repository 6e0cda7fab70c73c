"""Fields of a row, in every way Kantata writes them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.kantata.envelope import Envelope, Row
from bot.kantata.errors import Unreadable


def row(**values: Any) -> Row:
    return Row("1", values, Envelope(200, "req-7", maps={"users": {"5": {"name": "Tay"}}}))


CASES: list[tuple[Callable[[Row, str], Any], Any, Any]] = [
    (Row.text, "", ""),
    (Row.text, None, None),
    (Row.flag, False, False),
    (Row.flag, None, None),
    (Row.whole, 90, 90),
    (Row.whole, 90.0, 90),
    (Row.whole, "90", 90),
    (Row.whole, None, None),
    (Row.needed_whole, 0, 0),
    (Row.number, 2, 2.0),
    (Row.number, "2.5", 2.5),
    (Row.number, None, None),
    (Row.needed_number, 0, 0.0),
    (Row.key, 500, "500"),
    (Row.key, "500", "500"),
    (Row.key, "", None),
    (Row.key, None, None),
    (Row.needed_key, 5, "5"),
    (Row.keys, [1, "2", None], ("1", "2")),
    (Row.keys, None, ()),
    (Row.names, ["a", "b"], ("a", "b")),
    (Row.names, "a, b", ("a", "b")),
    (Row.names, None, ()),
    (Row.day, "2026-03-04", date(2026, 3, 4)),
    (Row.day, "2026-03-04T00:00:00+01:00", date(2026, 3, 4)),
    (Row.day, "", None),
    (Row.day, None, None),
    (Row.needed_day, "2026-03-04", date(2026, 3, 4)),
    (Row.instant, "2026-03-04T17:45:10+01:00", datetime(2026, 3, 4, 16, 45, 10, tzinfo=UTC)),
    (Row.instant, "2026-03-04T16:45:10Z", datetime(2026, 3, 4, 16, 45, 10, tzinfo=UTC)),
    (Row.instant, "2026-03-04T16:45:10", datetime(2026, 3, 4, 16, 45, 10, tzinfo=UTC)),
    (Row.instant, "", None),
    (Row.instant, None, None),
]


@pytest.mark.parametrize(("read", "value", "meaning"), CASES)
def test_a_field_is_read_as_what_it_means(read: Callable[[Row, str], Any], value: Any, meaning: Any) -> None:
    assert read(row(x=value), "x") == meaning


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (Row.text, 1),
        (Row.flag, "true"),
        (Row.whole, True),
        (Row.whole, 1.5),
        (Row.whole, "x"),
        (Row.needed_whole, None),
        (Row.number, "x"),
        (Row.number, []),
        (Row.needed_number, None),
        (Row.key, 1.5),
        (Row.needed_key, None),
        (Row.keys, "1,2"),
        (Row.names, 5),
        (Row.day, "4 March"),
        (Row.day, 5),
        (Row.needed_day, None),
        (Row.instant, "yesterday"),
        (Row.instant, 5),
    ],
)
def test_a_field_that_makes_no_sense_is_unreadable(read: Callable[[Row, str], Any], value: Any) -> None:
    with pytest.raises(Unreadable) as caught:
        read(row(x=value), "x")
    assert caught.value.message == "Kantata's answer holds an unreadable x."
    assert caught.value.request_id == "req-7"


def test_a_field_left_out_is_none() -> None:
    assert row().text("x") is None


def test_a_part_that_is_no_object_is_an_empty_one() -> None:
    assert row(x=None).part("x").text("y") is None
    assert row(x={"y": "z"}).part("x").text("y") == "z"


def test_what_a_key_points_to_is_there_only_when_included() -> None:
    found = row(user_id=5).other("users", "user_id")
    assert found is not None
    assert found.text("name") == "Tay"
    assert row(user_id=6).other("users", "user_id") is None
    assert row().other("users", "user_id") is None
    assert [each.id for each in row(user_ids=["6", 5]).others("users", "user_ids")] == ["5"]
