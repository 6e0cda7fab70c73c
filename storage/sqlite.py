"""SQLite without needless waits: one trip to its thread for a statement, its rows and the BEGIN before it.

aiosqlite makes a trip for each of BEGIN, cursor, execute, fetch and close; a trip costs more than the work.
"""

import sqlite3
import time
from collections.abc import Sequence
from typing import Any, Self

import aiosqlite
from sqlalchemy.engine.interfaces import ConnectArgsType

PATIENCE = 10.0  # seconds to wait for another writer


class OneTripCursor:
    """What SQLAlchemy needs of a cursor; the rows are all there when ``execute`` returns."""

    arraysize = 1
    description: Any = None
    rowcount = -1
    lastrowid: int | None = None

    def __init__(self, connection: "OneTripConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        await self._connection.run(self._execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> Self:
        await self._connection.run(self._execute_many, statement, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []

    def _execute(self, connection: sqlite3.Connection, statement: str, parameters: Sequence[Any]) -> None:
        cursor = connection.execute(statement, parameters)
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()

    def _execute_many(
        self, connection: sqlite3.Connection, statement: str, parameters: Sequence[Sequence[Any]]
    ) -> None:
        cursor = connection.executemany(statement, parameters)
        self.rowcount = cursor.rowcount
        cursor.close()


class OneTripConnection(aiosqlite.Connection):
    """aiosqlite's connection, with a transaction that begins together with its first statement."""

    _begin: str | None = None
    _reading = False

    def begin_with(self, statement: str) -> None:
        """At the next statement ``BEGIN`` (a read: nobody waits for its end) or ``BEGIN IMMEDIATE``."""
        self._begin = statement
        self._reading = statement == "BEGIN"

    async def run(self, work: Any, statement: str, parameters: Any) -> None:
        """Do ``work`` on SQLite's thread, inside the transaction."""
        begin, self._begin = self._begin, None
        await self._execute(self._work, begin, work, statement, parameters)  # type: ignore[no-untyped-call]  # aiosqlite's

    def _work(self, begin: str | None, work: Any, statement: str, parameters: Any) -> None:
        if begin is not None:
            self._conn.execute(begin)
        work(self._conn, statement, parameters)

    def cursor(self) -> Any:
        """A cursor that needs no trip of its own."""
        return OneTripCursor(self)

    async def commit(self) -> None:
        if self._begin is None:
            await super().commit()
        self._begin = None

    async def rollback(self) -> None:
        nothing_begun, self._begin = self._begin is not None, None
        if nothing_begun:
            return
        if self._reading:
            self._tx.put_nowait((None, self._conn.rollback))  # done before this connection's next statement
        else:
            await super().rollback()


def _begin_wal(file: sqlite3.Connection) -> None:
    """Write-ahead logging; while another process switches to it, SQLite refuses instead of waiting."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            file.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


async def connect(arguments: ConnectArgsType, *, foreign_keys: bool) -> OneTripConnection:
    """Open the file that SQLAlchemy's dialect made these arguments for."""
    (path,), named = arguments
    options: dict[str, Any] = {**named, "isolation_level": None, "timeout": PATIENCE}

    def open_file() -> sqlite3.Connection:
        file: sqlite3.Connection = sqlite3.connect(path, **options)
        _begin_wal(file)
        file.execute("PRAGMA synchronous=NORMAL")
        file.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        return file

    connection = OneTripConnection(open_file, iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does: a forgotten connection must not keep the process
    await connection
    return connection
