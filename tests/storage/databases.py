"""Fresh databases for tests: copies of one that was migrated once a run."""

import os
import shutil
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from storage import migrations
from tests.storage.postgres import PostgresMissing


class PostgresDatabases:
    """Databases on one PostgreSQL server."""

    def __init__(self, server: str) -> None:
        address = make_url(server)
        self._address = address.set(database="postgres") if address.database == "NAME" else address
        self._template: str | None = None

    def url(self, name: str) -> str:
        return self._address.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            self._address.render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute(statement)

    def create_empty(self) -> str:
        """The name of a new database without tables."""
        name = f"test_{uuid.uuid4().hex}"
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    async def create(self) -> str:
        """The name of a new database, migrated."""
        if self._template is None:
            template = self.create_empty()
            await migrations.upgrade(self.url(template))
            self._template = template
        return self.create_like(self._template)

    def create_like(self, template: str) -> str:
        """The name of a new database, a copy of one that nobody is connected to."""
        name = f"test_{uuid.uuid4().hex}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_template(self) -> None:
        if self._template is not None:
            self.drop(self._template)


class SqliteDatabases:
    """Database files, copied from a migrated one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def create(self, path: Path) -> str:
        """The address of a new migrated database at ``path``."""
        template = self._folder / "template.db"
        if not template.exists():
            made = self._folder / "made.db"
            await migrations.upgrade(f"sqlite:///{made}")
            made.rename(template)
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"


def missing_postgres(problem: PostgresMissing) -> None:
    """Skip, with the reason shown; in CI, where REQUIRE_POSTGRES=1, fail."""
    if os.environ.get("REQUIRE_POSTGRES") == "1":
        pytest.fail(str(problem))
    pytest.skip(str(problem))
