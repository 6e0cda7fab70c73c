"""When jobs run next."""

from datetime import UTC, datetime, timedelta

from bot.schedule import Every

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_a_run_follows_the_one_before_after_its_seconds() -> None:
    assert Every(seconds=2, timezone=UTC).get_next_fire_time(NOW, NOW) == NOW + timedelta(seconds=2)


def test_after_a_jump_of_the_clock_one_run_stands_for_all_that_were_missed() -> None:
    later = NOW + timedelta(days=294)
    following = Every(seconds=2, timezone=UTC).get_next_fire_time(NOW, later)
    assert following == later + timedelta(seconds=2)
