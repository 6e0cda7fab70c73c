"""What SQLite is told of how many rows are alike, since it plans without looking at them.

Left alone it expects ten rows of a workspace, the first column of nearly all our indexes, and so reads a
workspace's 30,000 rows where a list of ids would find five. Told once instead of counted now and then
(``ANALYZE``) it plans the same in an empty database and in a full one, and never by figures of last month.
https://www.sqlite.org/optoverview.html#manctrl, https://www.sqlite.org/fileformat2.html#stat1tab
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy.engine import Connection

_ROWS = 100_000  # of any table
_ALIKE = 50  # that share the values of an index's columns
_FEW = 4  # values of a column that tells kinds apart
_PART = 100  # as many rows as a partial index leaves one of
_KINDS = frozenset({"administrator", "kind", "may_log"})


def describe(connection: Connection) -> None:
    """Write the statistics of every index there is; connections opened from now on plan by them."""
    connection.exec_driver_sql("ANALYZE alembic_version")  # makes the table of statistics if it is missing
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    connection.exec_driver_sql(
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", [*_statistics(connection)]
    )


def _statistics(connection: Connection) -> Iterator[tuple[str, str, str]]:
    found = connection.exec_driver_sql(
        "SELECT made.name, each.name, each.[unique], each.partial, part.name FROM sqlite_master AS made,"
        " pragma_index_list(made.name) AS each, pragma_index_info(each.name) AS part"
        " WHERE made.type = 'table' ORDER BY made.name, each.name, part.seqno"
    )
    for (table, index, unique, partial), parts in groupby(found.all(), lambda row: tuple(row[:4])):
        rows = _ROWS // _PART if partial else _ROWS
        alike = _alike([column for *_, column in parts], rows, unique=bool(unique))
        yield table, index, " ".join(map(str, [rows, *alike]))


def _alike(columns: Sequence[str], rows: int, *, unique: bool) -> Iterator[int]:
    """How many rows share the value of the first column, of the first two, and so on."""
    alike = rows
    for place, column in enumerate(columns, 1):
        if unique and place == len(columns):
            alike = 1
        elif column in _KINDS:
            alike = max(alike // _FEW, 1)
        elif column != "workspace":
            alike = min(alike // 2, _ALIKE)
        yield alike
