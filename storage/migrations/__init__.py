"""The database brought up to date: Alembic, run by the program itself, several processes at once or none."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from storage.database import DatabaseDown, open_engine
from storage.sqlite_statistics import describe

_FOLDER = Path(__file__).parent
_LOCK = 0x6B616E74617461  # any number, as long as it is ours: "kantata"


def configure(connection: Connection) -> Config:
    """Alembic's configuration, working on ``connection``."""
    config = _config()
    config.attributes["connection"] = connection
    return config


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _upgrade(connection: Connection, revision: str) -> None:
    # Before Alembic looks at anything, for its context is the process's; on SQLite the first statement locks.
    lock = sa.func.pg_advisory_xact_lock(_LOCK) if connection.dialect.name == "postgresql" else sa.literal(1)
    connection.execute(sa.select(lock))
    command.upgrade(configure(connection), revision)
    if connection.dialect.name == "sqlite":
        describe(connection)


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` up to date, in one transaction. Processes take turns."""
    # SQLite changes a table by making it anew, which foreign keys would take for a deletion.
    engine = open_engine(url, foreign_keys=False)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, revision)
    finally:
        await engine.dispose()


async def pending(url: str) -> bool:
    """Whether the database at ``url`` lacks the newest tables; raises DatabaseDown."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    engine = open_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_current) != newest
    except sa.exc.SQLAlchemyError as failed:
        raise DatabaseDown(type(failed).__name__) from None  # its text may quote the address
    finally:
        await engine.dispose()


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
