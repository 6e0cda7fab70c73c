"""A year of the audit as rows: every kind of line, names for ids."""

import json
from datetime import UTC, datetime, timedelta, timezone

from bot.domain.audit import HEADER, AuditLine, Decided, audit_rows, decision_line

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
NAMES = {"U1": "Tay Forth", "U2": "Una Unmatched"}


def row(line: AuditLine) -> tuple[str, ...]:
    (found,) = audit_rows([line], NAMES)
    assert len(found) == len(HEADER)
    return tuple(found)


def test_a_decision_tells_who_decided_what_and_why() -> None:
    decided = Decided("timesheet", "Tay Forth", "Acme / Website, 8h 00m", "rejected", "Not this project")
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    assert row(decision_line(berlin, "Oder", decided)) == (
        "2026-03-05 12:00:00",
        "Oder",
        "Decision: timesheet",
        "Tay Forth",
        "Acme / Website, 8h 00m",
        "rejected",
        "Not this project",
    )


def test_a_decision_of_somebody_kantata_does_not_name_has_nobody() -> None:
    assert row(decision_line(NOON, None, Decided("time off", "Tay Forth", "5 Mar", "granted")))[1] == ""


def test_each_changed_setting_is_a_row_of_its_own() -> None:
    changes = [
        {"name": "again_at", "before": "10:00", "after": "11:00"},
        {"name": "tolerated_minutes", "before": "0", "after": "15"},
    ]
    rows = audit_rows([AuditLine(NOON, "U1", "policy", json.dumps(changes))], NAMES)
    assert [(each[1], each[4], each[5]) for each in rows] == [
        ("Tay Forth", "again_at", "10:00 → 11:00"),
        ("Tay Forth", "tolerated_minutes", "0 → 15"),
    ]


def test_what_was_done_to_matches_and_writes_names_whose_they_are() -> None:
    match = AuditLine(NOON, "U1", "match.choose", json.dumps({"of": "U2", "kantata": "7", "name": "Hudson"}))
    drop = AuditLine(
        NOON, "U9", "write.drop", json.dumps({"write": 7, "kind": "log_entries", "of": "U2", "trouble": None})
    )
    asked = AuditLine(NOON, "U1", "match.invite", json.dumps({"of": "U3"}))
    assert row(match)[1:5] == ("Tay Forth", "Match chosen", "Una Unmatched", "Hudson")
    assert row(drop)[1:5] == ("U9", "Write dropped", "Una Unmatched", "log_entries, number 7")
    assert row(asked)[2:5] == ("Asked to connect", "U3", "")


def test_lines_of_a_kind_that_is_not_known_are_kept_in_the_table() -> None:
    assert row(AuditLine(NOON, "U1", "later", "{}"))[2] == "later"
