"""The firm's settings and each person's own are kept by workspace, and the firm's changes audited."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time

from bot.domain.approvals import Hearing
from bot.domain.audit import AuditLine
from bot.domain.policies import FirmPolicy, PersonSettings, Reminder, TimeOffDecider
from storage import audit, policies
from storage.database import Database

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
POLICY = FirmPolicy(
    reminders=frozenset({Reminder.AGAIN}),
    incomplete_at=time(16, 30),
    again_at=time(11),
    missing_at=time(17, 15),
    decisions_at=time(8),
    tolerated_minutes=15,
    time_off_decider=TimeOffDecider.NOBODY,
    time_off_fallbacks=("101", "99"),
    time_off_granted_minutes=240,
    time_off_past_days=7,
    absences_channel="C1",
    administrators=("U2", "U1"),
)
CHOSEN = PersonSettings(
    stopped=frozenset({Reminder.DECISIONS, Reminder.AGAIN}),
    incomplete_at=time(13, 45),
    hearing=Hearing.DIGEST,
    default_project_id="401",
    copy_hours=True,
)


async def _save(database: Database, policy: FirmPolicy, workspace: str = "T1") -> None:
    async with database.transaction() as session:
        await policies.save_firm(session, workspace, policy, "U1", NOW)


async def _firm(database: Database, workspace: str) -> FirmPolicy:
    async with database.reading() as session:
        return await policies.firm(session, workspace)


async def _audited(database: Database, workspace: str = "T1") -> list[AuditLine]:
    async with database.reading() as session:
        return await audit.of_year(session, workspace, 2026)


async def test_a_firm_that_settled_nothing_has_the_defaults(database: Database) -> None:
    assert await _firm(database, "T1") == FirmPolicy()


async def test_a_firm_s_settings_are_kept_whole_and_in_its_workspace_alone(database: Database) -> None:
    await _save(database, POLICY)
    assert await _firm(database, "T1") == POLICY
    assert await _firm(database, "T2") == FirmPolicy()


async def test_a_change_of_the_firm_s_settings_is_audited_from_what_to_what(database: Database) -> None:
    await _save(database, POLICY)
    await _save(database, replace(POLICY, tolerated_minutes=20))
    await _save(database, replace(POLICY, tolerated_minutes=20))
    first, second = await _audited(database)
    assert (first.by, first.what, first.at) == ("U1", "policy", NOW)
    assert json.loads(second.detail) == [{"name": "tolerated_minutes", "before": "15", "after": "20"}]
    assert await _audited(database, "T2") == []


async def test_only_the_lines_of_the_year_are_listed(database: Database) -> None:
    instants = [
        datetime(2025, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    ]
    lines = [AuditLine(at, "U1", "decision", str(at.year)) for at in instants]
    async with database.transaction() as session:
        for line in reversed(lines):
            await audit.add(session, "T1", line)
    assert await _audited(database) == lines[1:3]


async def test_who_chose_nothing_has_the_defaults_and_is_not_listed(database: Database) -> None:
    async with database.reading() as session:
        assert await policies.personal(session, "T1", "U1") == PersonSettings()
        assert await policies.all_personal(session, "T1") == {}


async def test_what_people_chose_is_kept_by_workspace(database: Database) -> None:
    quiet = PersonSettings(hearing=Hearing.QUEUE)
    async with database.transaction() as session:
        await policies.save_personal(session, "T1", "U1", PersonSettings(), NOW)
        await policies.save_personal(session, "T1", "U1", CHOSEN, NOW)
        await policies.save_personal(session, "T1", "U2", quiet, NOW)
        await policies.save_personal(session, "T2", "U1", quiet, NOW)
    async with database.reading() as session:
        assert await policies.personal(session, "T1", "U1") == CHOSEN
        assert await policies.all_personal(session, "T1") == {"U1": CHOSEN, "U2": quiet}
        assert await policies.all_personal(session, "T2") == {"U1": quiet}


async def test_what_people_chose_is_forgotten_in_one_workspace_alone(database: Database) -> None:
    async with database.transaction() as session:
        for workspace in ("T1", "T2"):
            await policies.save_personal(session, workspace, "U1", CHOSEN, NOW)
        await policies.forget_personal(session, "T1")
    async with database.reading() as session:
        assert await policies.all_personal(session, "T1") == {}
        assert await policies.all_personal(session, "T2") == {"U1": CHOSEN}
