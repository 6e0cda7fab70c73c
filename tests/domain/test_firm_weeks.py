"""The firm's week as a table: everybody in it, alike time in one row, hours that add up."""

from datetime import date

from bot.domain.approvals import Member
from bot.domain.calendars import Week
from bot.domain.firm_weeks import EntryState, FirmEntry, week_header, week_rows

WEEK = Week(date(2026, 3, 1))
TAY = Member("101", "Tay Forth", "tay@example.com")
ASA = Member("102", "Åsa Berg")


def entry(day: int, minutes: int, **fields: object) -> FirmEntry:
    usual = {
        "person_id": "101",
        "client": "Acme",
        "project": "Website",
        "task": "Design",
        "billable": True,
        "state": EntryState.OPEN,
    }
    return FirmEntry(**{**usual, **fields}, day=date(2026, 3, day), minutes=minutes)  # type: ignore[arg-type] # of several types


def test_time_that_is_alike_is_one_row_with_its_days() -> None:
    (row,) = week_rows(WEEK, [TAY], [entry(2, 90), entry(2, 30), entry(4, 60)])
    assert row[:7] == ["Tay Forth", "tay@example.com", "Acme", "Website", "Design", "yes", "not submitted"]
    assert row[7:] == ["0.00", "2.00", "0.00", "1.00", "0.00", "0.00", "0.00", "3.00", "40.00"]


def test_time_that_differs_in_anything_has_rows_of_its_own() -> None:
    entries = [entry(2, 60), entry(2, 60, billable=False), entry(2, 60, state=EntryState.APPROVED)]
    rows = week_rows(WEEK, [TAY], [*entries, entry(3, 60, task="")])
    assert len(rows) == 4
    assert sum(float(row[14]) for row in rows) == 4


def test_who_logged_nothing_stands_there_with_zeros() -> None:
    rows = week_rows(WEEK, [TAY, ASA], [entry(2, 60)])
    assert [row[0] for row in rows] == ["Åsa Berg", "Tay Forth"]
    assert rows[0][1:7] == [""] * 6
    assert rows[0][14] == "0.00"


def test_every_row_is_as_long_as_the_header() -> None:
    header = week_header(WEEK)
    assert header[7] == "Sun 2026-03-01"
    assert {len(row) for row in week_rows(WEEK, [TAY, ASA], [entry(2, 60)])} == {len(header)}
