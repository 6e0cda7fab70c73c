"""Migrations make exactly the tables of the models, on an empty database, again and at the same time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from storage import migrations
from storage.database import open_engine
from storage.tables import metadata
from tests.storage.databases import PostgresDatabases

T = TypeVar("T")


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
    name = databases.create_empty()
    yield databases.url(name)
    databases.drop(name)


async def _run(url: str, work: Callable[[Connection], T]) -> T:
    engine = open_engine(url, foreign_keys=False)
    async with engine.begin() as connection:
        result = await connection.run_sync(work)
    await engine.dispose()
    return result


async def test_models_and_migrations_agree(database_url: str) -> None:
    await _run(database_url, lambda connection: command.check(migrations.configure(connection)))


async def test_a_difference_between_models_and_migrations_is_noticed(database_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        connection.execute(sa.text("DROP TABLE installation"))
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert len(await _run(database_url, differences)) == 1


async def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    await migrations.upgrade(database_url)


async def test_processes_that_start_together_take_turns(empty_url: str) -> None:
    await asyncio.gather(*(migrations.upgrade(empty_url) for _ in range(4)))
    tables = await _run(empty_url, lambda connection: sa.inspect(connection).get_table_names())
    assert set(tables) == {*metadata.tables, "alembic_version"}


async def test_migrations_go_down_and_up_again(database_url: str) -> None:
    await _run(database_url, lambda connection: command.downgrade(migrations.configure(connection), "base"))
    tables = await _run(database_url, lambda connection: sa.inspect(connection).get_table_names())
    assert tables == ["alembic_version"]
    await migrations.upgrade(database_url)
    await _run(database_url, lambda connection: command.check(migrations.configure(connection)))
