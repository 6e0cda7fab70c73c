"""A clock that is moved by what a file says, from one reading to the next."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.moved_clock import MovedClock


@pytest.mark.parametrize(("text", "seconds"), [("", 0), ("0", 0), ("3600.5", 3600.5), ("-60", -60)])
def test_it_is_as_far_ahead_as_the_file_says(tmp_path: Path, text: str, seconds: float) -> None:
    (tmp_path / "clock").write_text(text)
    moved = MovedClock(tmp_path / "clock")() - datetime.now(UTC)
    assert abs(moved - timedelta(seconds=seconds)) < timedelta(seconds=5)


def test_a_running_process_sees_that_it_was_moved(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("0")
    clock = MovedClock(tmp_path / "clock")
    before = clock()
    (tmp_path / "clock").write_text("86400")
    assert clock() - before >= timedelta(days=1)
