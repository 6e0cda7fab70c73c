"""Transactions lose nothing, readers wait for nobody, and the clock is the database's."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database, DatabaseDown, WriteRefused, driver_url
from storage.installations import installation_key
from storage.tables import metadata

_installation = metadata.tables["installation"]


async def _write_key(session: AsyncSession, key: str) -> None:
    await (await session.connection()).execute(sa.insert(_installation), {"id": 1, "key": key})


async def _read_key(database: Database) -> str | None:
    async with database.reading() as session:
        key: str | None = await (await session.connection()).scalar(sa.select(_installation.c.key))
        return key


async def test_a_transaction_commits_at_its_end(database: Database) -> None:
    async with database.transaction() as session:
        await _write_key(session, "kept")
    assert await _read_key(database) == "kept"


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def change_my_mind() -> None:
        async with database.transaction() as session:
            await _write_key(session, "lost")
            raise LookupError

    with pytest.raises(LookupError):
        await change_my_mind()
    assert await _read_key(database) is None


async def test_nothing_is_written_while_reading(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(WriteRefused):
            await _write_key(session, "lost")
    assert await _read_key(database) is None


async def test_one_reading_sees_one_state_on_sqlite_and_the_newest_on_postgresql(database: Database) -> None:
    async with database.reading() as session:
        before = await (await session.connection()).scalar(sa.select(_installation.c.key))
        async with database.transaction() as writing:
            await _write_key(writing, "new")
        after = await (await session.connection()).scalar(sa.select(_installation.c.key))
    assert (before, after) == (None, "new" if database.is_postgresql else None)


async def test_a_reader_beside_an_open_writer_sees_the_state_before_it(database: Database) -> None:
    async with database.transaction() as session:
        await _write_key(session, "new")
        async with asyncio.timeout(2):
            assert await _read_key(database) is None
    assert await _read_key(database) == "new"


async def test_read_then_write_loses_no_update(database: Database) -> None:
    async with database.transaction() as session:
        await _write_key(session, "0")

    async def add_one() -> None:
        async with database.transaction() as session:
            connection = await session.connection()
            number = int(await connection.scalar(sa.select(_installation.c.key).with_for_update()) or 0)
            await connection.execute(sa.update(_installation).values(key=str(number + 1)))

    await asyncio.gather(*(add_one() for _ in range(30)))
    assert await _read_key(database) == "30"


async def test_checks_are_enforced(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await (await session.connection()).execute(sa.insert(_installation), {"id": 2, "key": "second"})


async def test_now_is_aware_utc_and_stands_still_within_a_transaction(database: Database) -> None:
    async with database.transaction() as session:
        first = await database.now(session)
        assert await database.now(session) == first
    assert first.tzinfo is UTC
    assert abs(datetime.now(UTC) - first) < timedelta(minutes=1)


async def test_a_given_clock_replaces_the_databases_own(database_url: str) -> None:
    instant = datetime(2026, 3, 3, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    database = Database(database_url, clock=lambda: instant)
    async with database.reading() as session:
        now = await database.now(session)
    assert now == instant
    assert now.utcoffset() == timedelta(0)
    await database.close()


async def test_ping_returns_when_the_database_answers(database: Database) -> None:
    await database.ping()


async def test_ping_raises_when_there_is_no_database(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(DatabaseDown):
        await database.ping()
    await database.close()


async def test_the_installation_key_is_chosen_once(database: Database) -> None:
    async with database.transaction() as session:
        key = await installation_key(session)
    assert len(key) == 8
    assert key.isalnum()
    assert key == key.lower()
    async with database.transaction() as session:
        assert await installation_key(session) == key


async def test_processes_that_start_together_agree_on_the_installation_key(database: Database) -> None:
    async def read() -> str:
        async with database.transaction() as session:
            return await installation_key(session)

    assert len(set(await asyncio.gather(*(read() for _ in range(8))))) == 1


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///kantata-bot.db", "sqlite+aiosqlite"),
        ("postgresql://bot:secret@db/time", "postgresql+psycopg"),
        ("postgres://db/time", "postgresql+psycopg"),
        ("postgresql+asyncpg://db/time", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_our_business(url: str, driver: str) -> None:
    assert driver_url(url).drivername == driver


def test_another_kind_of_database_is_refused_without_naming_its_password() -> None:
    with pytest.raises(
        ValueError, match="must start with sqlite:// or postgresql://, not mysql://"
    ) as refused:
        driver_url("mysql://bot:secret@db/time")
    assert "secret" not in str(refused.value)


async def test_what_fails_never_quotes_what_somebody_wrote(database: Database) -> None:
    asked = sa.text("SELECT * FROM nowhere WHERE notes = :notes")
    async with database.reading() as session:
        connection = await session.connection()
        with pytest.raises(DBAPIError) as failed:
            await connection.execute(asked, {"notes": "secret"})
        await session.rollback()
    assert "secret" not in str(failed.value)


async def test_closing_waits_for_what_is_under_way_and_then_opens_nothing(database_url: str) -> None:
    database, inside = Database(database_url), asyncio.Event()

    async def write_slowly() -> None:
        async with database.transaction() as session:
            inside.set()
            await _write_key(session, "kept")

    writing = asyncio.create_task(write_slowly())
    await inside.wait()
    await database.close()
    assert writing.done()
    with pytest.raises(DatabaseDown):
        await _read_key(database)
    again = Database(database_url)
    assert await _read_key(again) == "kept"
    await again.close()
