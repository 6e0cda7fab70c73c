"""Rows in memory, written through to SQLite: what a finished transaction wrote survives kill -9."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class Table:
    """The rows of one kind by id, indexed by the fields somebody asked for."""

    def __init__(self, name: str, rows: dict[str, Row]) -> None:
        self.name = name
        self.version = 0
        self._rows = rows
        self._indexes: dict[str, dict[Any, dict[str, None]]] = {}
        self._last_id = max((int(row_id) for row_id in rows), default=1000)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def get(self, row_id: str | None) -> Row | None:
        """The row, or None where there is none (or no id)."""
        return self._rows.get(row_id) if row_id is not None else None

    def where(self, field: str, value: object) -> list[Row]:
        """The rows whose ``field`` is ``value``, in the order they came, from an index."""
        return [self._rows[row_id] for row_id in self._index(field).get(value, ())]

    def among(self, field: str, values: Iterable[object]) -> list[Row]:
        """The rows whose ``field`` is one of ``values``."""
        if field == "id":
            return [row for value in values if (row := self._rows.get(str(value))) is not None]
        index = self._index(field)
        return [self._rows[row_id] for value in values for row_id in index.get(value, ())]

    def size(self, field: str, values: Collection[object]) -> int:
        """How many rows ``among`` would give, at most."""
        if field == "id":
            return len(values)
        index = self._index(field)
        return sum(len(index.get(value, ())) for value in values)

    def next_id(self) -> str:
        """An id that no row has or ever had."""
        self._last_id += 1
        return str(self._last_id)

    def skip_ids(self, upto: int) -> None:
        """Leaves out every id up to ``upto``: they belonged to rows deleted since."""
        self._last_id = max(self._last_id, upto)

    def put(self, row_id: str, row: Row | None) -> None:
        """Sets, replaces or (None) removes one row."""
        self.version += 1
        before = self._rows.get(row_id)
        for field, index in self._indexes.items():
            if before is not None:
                index[before.get(field)].pop(row_id, None)
            if row is not None:
                index[row.get(field)][row_id] = None
        if row is None:
            self._rows.pop(row_id, None)
        else:
            self._rows[row_id] = row
            self.skip_ids(int(row_id))

    def _index(self, field: str) -> dict[Any, dict[str, None]]:
        index = self._indexes.get(field)
        if index is None:
            index = defaultdict(dict)
            for row_id, row in self._rows.items():
                index[row.get(field)][row_id] = None
            self._indexes[field] = index
        return index


class Store:
    """All tables. Changes happen inside ``transaction()``; without ``path`` they live in memory only."""

    def __init__(self, rows: Mapping[str, dict[str, Row]], overlay: "Overlay | None" = None) -> None:
        self.tables = {name: Table(name, dict(content)) for name, content in rows.items()}
        self._overlay = overlay
        self._before: list[tuple[Table, str, Row | None]] | None = None
        if overlay is not None:
            for name, row_id, row in overlay.rows():
                self.table(name).put(row_id, row)
                self.table(name).skip_ids(int(row_id))

    def table(self, name: str) -> Table:
        """The table of that name; a name nobody used yet is an empty table."""
        if name not in self.tables:
            self.tables[name] = Table(name, {})
        return self.tables[name]

    def version(self, names: Iterable[str]) -> tuple[int, ...]:
        """Changes as soon as a row in one of these tables does."""
        return tuple(self.table(name).version for name in names)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes made inside, or none; on disk when it ends. Nested ones are part of the outer."""
        if self._before is not None:
            yield
            return
        self._before = []
        try:
            yield
            if self._overlay is not None:
                self._overlay.write(
                    (table.name, row_id, table.get(row_id)) for table, row_id, _ in self._before
                )
        except BaseException:
            for table, row_id, row in reversed(self._before):
                table.put(row_id, row)
            raise
        finally:
            self._before = None

    def insert(self, name: str, fields: Row) -> Row:
        """A new row with a new id, whatever id the fields have: they may be another row's."""
        row_id = self.table(name).next_id()
        row = {**fields, "id": row_id}
        self._put(name, row_id, row)
        return row

    def update(self, name: str, row_id: str, changes: Row) -> Row:
        """The row with ``changes`` applied. Raises KeyError where there is none."""
        before = self.table(name).get(row_id)
        if before is None:
            raise KeyError(row_id)
        row = {**before, **changes}
        self._put(name, row_id, row)
        return row

    def delete(self, name: str, row_id: str) -> None:
        """Removes the row; its id is not given again."""
        self._put(name, row_id, None)

    def _put(self, name: str, row_id: str, row: Row | None) -> None:
        if self._before is None:
            raise RuntimeError("rows change inside a transaction only")
        table = self.table(name)
        self._before.append((table, row_id, table.get(row_id)))
        table.put(row_id, row)


class Overlay:
    """What differs from the firm as it was built, in one SQLite file.

    WAL without fsync: a killed process loses nothing it committed; a machine that loses power may.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Served from another thread than the one that made it, but never from two at once.
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS rows (name TEXT, id TEXT, body TEXT, PRIMARY KEY (name, id))"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)")

    def fact(self, name: str, default: str) -> str:
        """The value first stored under ``name``; ``default`` is stored where there is none."""
        self._db.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (name, default))
        (value,) = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(value)

    def rows(self) -> Iterator[tuple[str, str, Row | None]]:
        """Every row that was changed; None stands for a deleted one."""
        for name, row_id, body in self._db.execute("SELECT name, id, body FROM rows").fetchall():
            yield name, row_id, json.loads(body) if body is not None else None

    def write(self, changes: Iterable[tuple[str, str, Row | None]]) -> None:
        """Commits the changes in one transaction."""
        rows = [(name, row_id, json.dumps(row) if row is not None else None) for name, row_id, row in changes]
        if not rows:
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", rows)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()
