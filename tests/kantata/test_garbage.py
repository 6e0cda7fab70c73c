"""Whatever comes over the wire, the client ends with an answer or an error of its own family."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.kantata import account_parse, parse
from bot.kantata.envelope import Envelope, Row
from bot.kantata.errors import KantataError, Unreadable
from bot.kantata.wire import read
from tests.kantata.samples import ENTRY, PROJECT, REFERENCE, TASK, TAY, TIME_OFF, TIMESHEET

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)

names = st.sampled_from(
    ["count", "meta", "results", "errors", "error", "message", "type", "field", "index", "key", "id", "users"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("users"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "content-type": st.sampled_from(["application/json", "text/html", ""]),
        "retry-after": st.sampled_from(["5", "soon", "Wed, 99 Mar 2026 12:00:30 GMT", "²", ""]),
        "date": st.sampled_from(["Wed, 04 Mar 2026 12:00:30 GMT", "today"]),
    },
)


@given(
    st.integers(100, 599),
    headers,
    values.map(lambda value: json.dumps(value).encode()) | st.binary(),
    st.booleans(),
)
@example(429, {"retry-after": "²"}, b"", False)
def test_any_answer_is_an_envelope_or_an_error(
    status: int, head: dict[str, str], body: bytes, loose: bool
) -> None:
    try:
        found = read(status, head, body, NOW, loose=loose)
        rows = list(found.rows())
    except KantataError:
        return
    assert 200 <= status < 300
    assert all(isinstance(row.id, str) for row in rows)


PARSERS: list[tuple[Callable[[Row], Any], dict[str, Any]]] = [
    (parse.parse_user, TAY),
    (parse.parse_project, PROJECT),
    (parse.parse_task, TASK),
    (parse.parse_time_entry, ENTRY),
    (parse.parse_submission, TIMESHEET),
    (parse.parse_time_off_entry, TIME_OFF),
    (parse.parse_external_reference, REFERENCE),
    (account_parse.parse_account_membership, {"user_id": "101", "disabled_at": None, "manager_id": "102"}),
    (account_parse.parse_holiday, {"start_date": "2026-04-06", "end_date": "2026-04-06", "total_hours": 8}),
    (
        account_parse.parse_backup_approver,
        {"approver_id": 1, "backup_approver_id": 2, "start_date": "2026-03-01", "end_date": "2026-03-07"},
    ),
]


@pytest.mark.parametrize(("parser", "sample"), PARSERS, ids=[parser.__name__ for parser, _ in PARSERS])
@settings(max_examples=40)
@given(data=st.data())
def test_any_row_is_a_record_or_unreadable(
    parser: Callable[[Row], Any], sample: dict[str, Any], data: st.DataObject
) -> None:
    spoilt = data.draw(st.dictionaries(st.sampled_from(sorted(sample)), values, max_size=4))
    row = {**sample, **spoilt}
    envelope = Envelope(200, None, maps={"users": {"101": TAY}, "external_references": {"5501": REFERENCE}})
    try:
        parser(Row("1", row, envelope))
    except Unreadable:
        return
