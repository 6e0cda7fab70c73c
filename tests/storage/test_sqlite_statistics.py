"""SQLite is told how many rows are alike, and so finds a few of them by key in a workspace of any size."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.domain.approvals import RequestState
from bot.domain.time_off import TimeOffState
from bot.domain.writes import State
from storage import migrations
from storage.database import open_engine
from storage.tables import is_state, metadata

_IDS = [str(number) for number in range(30)]


@pytest.fixture
async def migrated(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/bot.db"
    await migrations.upgrade(url)
    return url


def _named_by_ids(table: sa.Table, column: str, order: str) -> sa.Select[Any]:
    named = sa.select(table).where(table.c.workspace == "T1", table.c[column].in_(_IDS))
    return named.order_by(table.c[order])


async def _plan(url: str, statement: sa.Select[Any]) -> list[str]:
    engine = open_engine(url)
    compiled = statement.compile(engine.sync_engine, compile_kwargs={"literal_binds": True})
    async with engine.connect() as connection:
        found = await connection.execute(sa.text(f"EXPLAIN QUERY PLAN {compiled}"))
        plan = [row.detail for row in found]
    await engine.dispose()
    return plan


async def _described(url: str) -> dict[str, str]:
    engine = open_engine(url)
    async with engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT idx, stat FROM sqlite_stat1")
        described = {row.idx: row.stat for row in found}
    await engine.dispose()
    return described


async def test_every_index_is_described(migrated: str) -> None:
    described = await _described(migrated)
    indexes = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    assert indexes <= described.keys()
    assert described["sqlite_autoindex_recent_1"] == "100000 100000 50 25 1"
    assert described["ix_delivery_subject"] == "100000 100000 25000 50"


async def test_they_are_the_same_after_each_start_whatever_there_is(migrated: str) -> None:
    before = await _described(migrated)
    engine = open_engine(migrated)
    async with engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO project (workspace, id, title, read_at) VALUES ('T1', '1', 'Portal', '2026-03-05')"
        )
    await engine.dispose()
    await migrations.upgrade(migrated)
    assert await _described(migrated) == before


@pytest.mark.parametrize(
    ("table", "column", "order", "index"),
    [
        ("person", "kantata_user_id", "slack_user_id", "ix_person_kantata_user"),
        ("project_member", "project_id", "name", "ix_project_member_project"),
        ("approval_request", "submission_id", "id", "sqlite_autoindex_approval_request_1"),
    ],
)
async def test_rows_named_by_ids_are_found_by_them(
    migrated: str, table: str, column: str, order: str, index: str
) -> None:
    plan = await _plan(migrated, _named_by_ids(metadata.tables[table], column, order))
    assert [step for step in plan if f"{index} (workspace=? AND {column}=?)" in step]


_write, _delivery, _home = (metadata.tables[name] for name in ("write", "delivery", "home"))
_request, _time_off = (metadata.tables[name] for name in ("approval_request", "time_off"))


@pytest.mark.parametrize(
    ("table", "few", "index"),
    [
        (_write, is_state(_write, State.OPEN), "ix_write_open"),
        (_write, ~_write.c.told, "ix_write_untold"),
        (_delivery, _delivery.c.shown < _delivery.c.wanted, "ix_delivery_due"),
        (_home, _home.c.due.is_not(None), "ix_home_due"),
        (_request, is_state(_request, RequestState.PENDING), "ix_approval_request_pending"),
        (_time_off, is_state(_time_off, TimeOffState.WAITING), "ix_time_off_waiting"),
    ],
)
async def test_what_is_to_be_done_is_found_without_what_was_done(
    migrated: str, table: sa.Table, few: sa.ColumnElement[bool], index: str
) -> None:
    plan = await _plan(migrated, sa.select(table).where(table.c.workspace == "T1", few))
    assert [step for step in plan if f"USING INDEX {index} " in step]


async def test_without_them_all_of_the_workspace_is_read(migrated: str) -> None:
    def forget(connection: Connection) -> None:
        connection.execute(sa.text("DELETE FROM sqlite_stat1"))

    engine = open_engine(migrated)
    async with engine.begin() as connection:
        await connection.run_sync(forget)
    await engine.dispose()
    plan = await _plan(migrated, _named_by_ids(metadata.tables["project_member"], "project_id", "name"))
    assert [step for step in plan if step.endswith("(workspace=?)")]
