"""Writes the first migration anew from storage/tables.py: ``python -m tests.storage.regenerate_migration``.

Until the first release there is one migration for all tables (0001), regenerated rather than chained. It is
generated on PostgreSQL, whose defaults SQLite accepts; the other way round does not hold.
"""

import asyncio
import subprocess
from pathlib import Path

from alembic import command
from sqlalchemy.engine import Connection

from storage import migrations
from storage.database import open_engine
from tests.storage.databases import PostgresDatabases
from tests.storage.postgres import running_postgres

_VERSIONS = Path(migrations.__file__).parent / "versions"


def _generate(connection: Connection) -> None:
    command.revision(migrations.configure(connection), "Every table.", autogenerate=True, rev_id="0001")


async def _regenerate() -> None:
    for path in _VERSIONS.glob("0001_*.py"):
        path.unlink()
    with running_postgres() as server:
        databases = PostgresDatabases(server)
        engine = open_engine(databases.url(databases.create_empty()))
        async with engine.begin() as connection:
            await connection.run_sync(_generate)
        await engine.dispose()
    for path in _VERSIONS.glob("0001_*.py"):
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "# ###" not in line))


if __name__ == "__main__":
    asyncio.run(_regenerate())
    subprocess.run(["ruff", "format", "--quiet", "--isolated", "--line-length=110", _VERSIONS], check=True)
