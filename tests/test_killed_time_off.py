"""Bots that are killed while time off is granted, changed and given back: each day has exactly its hours."""

from pathlib import Path

import pytest

from benchmarks.time_off import grant
from tests.storage.databases import SqliteDatabases


@pytest.fixture
async def sqlite_url(sqlite_databases: SqliteDatabases, tmp_path: Path) -> str:
    return await sqlite_databases.create(tmp_path / "bot.db")


async def test_time_off_ends_with_exactly_its_hours(sqlite_url: str, tmp_path: Path) -> None:
    report = await grant(sqlite_url, tmp_path, rounds=3, seed=3, people=5)

    assert report.kills == 3
    assert report.leave.granted > 0
    assert report.verdict.faults == []
