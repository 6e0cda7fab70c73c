"""One database, SQLite or PostgreSQL: the only commit in the project, and the only clock that decides."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from copy import copy
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.engine.interfaces import ExecutionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.sqlite import OneTripConnection, connect

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_READING = "reading"
_NOW = "now"
_WORKSPACE = "workspace"
_LAST_WAIT = 2.0  # seconds for sessions under way when the database is closed


Session = AsyncSession  # what use cases call it, who may not know SQLModel


class DatabaseDown(Exception):
    """The database does not answer, or has been closed."""


class WriteRefused(Exception):
    """Something was to be written in a session that only reads: a fault of ours."""


def driver_url(url: str) -> URL:
    """The address with our driver named: operators write ``sqlite:///file`` or ``postgresql://…``.

    Raises ValueError for any other database.
    """
    parsed = make_url(url)
    kind = parsed.drivername.split("+")[0]
    if kind not in _DRIVERS:
        raise ValueError(f"DATABASE_URL must start with sqlite:// or postgresql://, not {kind}://")
    return parsed.set(drivername=_DRIVERS[kind])


def open_engine(url: str, *, foreign_keys: bool = True) -> AsyncEngine:
    """An engine whose transactions lose no update: on SQLite each one takes the write lock as it begins.

    ``foreign_keys=False`` is for migrations, which rebuild tables on SQLite. Exceptions tell no parameters,
    for these are people's words and secrets.
    """
    address = driver_url(url)
    if address.get_backend_name() == "postgresql":
        return _postgresql(address)
    arguments = address.get_dialect()().create_connect_args(address)
    engine = create_async_engine(
        address,
        async_creator=lambda: connect(arguments, foreign_keys=foreign_keys),
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _open_reading(engine: AsyncEngine) -> AsyncEngine:
    """The engine for what only reads the same database."""
    if engine.dialect.name == "postgresql":
        # Each query by itself: BEGIN and ROLLBACK are trips, and READ COMMITTED sees no common state either.
        reading = _postgresql(engine.url, isolation_level="AUTOCOMMIT")
    else:
        reading = engine.execution_options(**{_READING: True})
    event.listen(reading.sync_engine, "before_cursor_execute", _refuse_writes)
    return reading


def _postgresql(address: URL, **options: Any) -> AsyncEngine:
    # The connection used last comes first: it has our statements prepared.
    return create_async_engine(
        address, pool_size=10, max_overflow=5, pool_use_lifo=True, hide_parameters=True, **options
    )


def _refuse_writes(
    _connection: Connection,
    _cursor: object,
    _sql: str,
    _values: object,
    context: ExecutionContext,
    _many: bool,
) -> None:
    # Here, for a session setting would stay on the connections that a pooler such as PgBouncer shares.
    if isinstance(context, DefaultExecutionContext) and (
        context.isinsert or context.isupdate or context.isdelete
    ):
        raise WriteRefused("this session only reads")


def _begin(connection: Connection) -> None:
    # A read that becomes a write would lose updates, so everything but a declared read begins as a writer.
    statement = "BEGIN" if connection.get_execution_options().get(_READING) else "BEGIN IMMEDIATE"
    driver = connection.connection.driver_connection
    assert isinstance(driver, OneTripConnection)
    driver.begin_with(statement)


def insert(session: AsyncSession, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ``on_conflict_do_nothing``, ``on_conflict_do_update`` and ``returning``.

    Several rows are given it in the order of their key: two processes that save the same ones in different
    orders wait for each other for good.
    """
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """The same for a dialect by its name, for statements that are built once."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def workspace_of(session: AsyncSession) -> str:
    """The workspace that the session is of: it reads and writes that one's rows and nobody else's.

    Raises LookupError in a session of no workspace.
    """
    workspace = session.info.get(_WORKSPACE)
    if not isinstance(workspace, str):
        raise LookupError("a session of no workspace touches no workspace's rows")
    return workspace


class _Life:
    """How many sessions are open, of whatever workspace, and whether there may be more."""

    def __init__(self) -> None:
        self.open = 0
        self.closed = False
        self.idle = asyncio.Event()
        self.idle.set()


class Database:
    """What the bot remembers. Only ``transaction()`` commits, and nothing else opens sessions.

    ``clock`` replaces the database's clock in tests. Its sessions are of no workspace: see ``of``.
    """

    def __init__(self, url: str, *, clock: Callable[[], datetime] | None = None) -> None:
        self.url = url
        self._engine = open_engine(url)
        self._clock = clock
        self.is_postgresql = self._engine.dialect.name == "postgresql"
        self._reading = _open_reading(self._engine)
        # SQLite has one writer at a time, and polls for its turn; within the process it is a queue instead.
        self._turn = contextlib.nullcontext() if self.is_postgresql else asyncio.Lock()
        self._life = _Life()
        self._info: dict[str, str] = {}

    def of(self, workspace: str) -> "Database":
        """The same, as one workspace sees it: its sessions read and write that workspace's rows alone."""
        seen = copy(self)
        seen._info = {_WORKSPACE: workspace}
        return seen

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at its end, or rolls back when the block raises. No network call inside."""
        with self._under_way():
            async with (
                self._turn,
                AsyncSession(self._engine, expire_on_commit=False, info=self._info) as session,
                session.begin(),
            ):
                yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that waits for no writer and writes nothing: whatever would raises WriteRefused.

        On SQLite it sees one state of the database, on PostgreSQL each query the newest.
        """
        with self._under_way():
            async with AsyncSession(self._reading, expire_on_commit=False, info=self._info) as session:
                yield session

    @contextlib.contextmanager
    def _under_way(self) -> Iterator[None]:
        life = self._life
        if life.closed:
            raise DatabaseDown("it is closed")
        life.open += 1
        life.idle.clear()
        try:
            yield
        finally:
            life.open -= 1
            if not life.open:
                life.idle.set()

    async def now(self, session: AsyncSession) -> datetime:
        """The database's own time, aware, in UTC, and the same throughout one transaction."""
        known = session.info.get(_NOW)
        if isinstance(known, datetime):
            return known
        now = await self._read_clock(session)
        session.info[_NOW] = now
        return now

    async def _read_clock(self, session: AsyncSession) -> datetime:
        if self._clock is not None:
            return self._clock().astimezone(UTC)
        if not self.is_postgresql:
            return datetime.now(UTC)  # SQLite runs in this very process: its clock is ours
        connection = await session.connection()
        now = await connection.scalar(sa.text("SELECT now()"))
        assert isinstance(now, datetime)
        return now.astimezone(UTC)

    async def ping(self) -> None:
        """Returns when the database answers; raises DatabaseDown when it does not."""
        try:
            async with self.reading() as session:
                await (await session.connection()).scalar(sa.text("SELECT 1"))
        except sa.exc.SQLAlchemyError as failed:
            raise DatabaseDown(type(failed).__name__) from None  # its text may quote the address

    async def close(self) -> None:
        """Open no more sessions, wait a moment for those under way, and close every connection."""
        self._life.closed = True
        with contextlib.suppress(TimeoutError):
            # A connection that is given back after the pool has gone would never be closed.
            await asyncio.wait_for(self._life.idle.wait(), _LAST_WAIT)
        await self._engine.dispose()
        await self._reading.dispose()
