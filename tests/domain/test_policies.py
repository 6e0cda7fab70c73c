"""What changed in the firm's settings, as the audit keeps it."""

from dataclasses import replace
from datetime import time

from bot.domain.policies import FirmPolicy, PolicyChange, Reminder, policy_changes

USUAL = FirmPolicy()


def test_the_same_settings_differ_in_nothing() -> None:
    assert policy_changes(USUAL, FirmPolicy()) == []


def test_every_changed_setting_is_told_with_what_it_was_and_is() -> None:
    after = replace(
        USUAL,
        reminders=frozenset({Reminder.MISSING, Reminder.AGAIN}),
        incomplete_at=time(16, 5),
        tolerated_minutes=30,
        time_off_fallbacks=("12", "7"),
        absences_channel="C1",
    )
    assert policy_changes(USUAL, after) == [
        PolicyChange("reminders", "again, decisions, incomplete, missing", "again, missing"),
        PolicyChange("incomplete_at", "15:00", "16:05"),
        PolicyChange("tolerated_minutes", "0", "30"),
        PolicyChange("time_off_fallbacks", "–", "12, 7"),
        PolicyChange("absences_channel", "–", "C1"),
    ]


def test_stopping_every_reminder_is_told_as_none() -> None:
    (change,) = policy_changes(USUAL, replace(USUAL, reminders=frozenset()))
    assert change.after == "–"
