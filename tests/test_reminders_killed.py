"""Bots that are killed while they remind people: nobody twice, nobody forgotten."""

from pathlib import Path

from benchmarks.reminder_kills import Report, run
from tests.test_killed import sqlite_url

__all__ = ["sqlite_url"]  # a fixture


async def test_one_bot_killed_while_it_reminds_people_reminds_each_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    report = Report()
    await run(sqlite_url, tmp_path, report, kills=2, people=60, processes=1, seed=1)

    assert report.kills > 0
    assert report.wanted == 60
    assert (report.reached, report.twice) == (60, 0)
