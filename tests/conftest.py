"""A real database for every test that asks for one, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Database
from tests.storage.databases import PostgresDatabases, SqliteDatabases, missing_postgres
from tests.storage.postgres import PostgresMissing, running_postgres

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    try:
        with running_postgres() as server:
            databases = PostgresDatabases(server)
            yield databases
            databases.drop_template()
    except PostgresMissing as problem:
        missing_postgres(problem)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a migrated database of the test's own, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        files: SqliteDatabases = request.getfixturevalue("sqlite_databases")
        yield await files.create(tmp_path / "test.db")
        return
    databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
    name = await databases.create()
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of the test's own, as the workspace T1 sees it, on both."""
    database = Database(database_url).of("T1")
    yield database
    await database.close()
