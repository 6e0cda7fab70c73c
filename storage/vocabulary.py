"""The words of all projects: what begins like a typed one, and what a misspelt one may be."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.words import near, shortened
from storage.database import workspace_of
from storage.tables import metadata

_word = metadata.tables["project_word"]
_slip = metadata.tables["word_slip"]

HERE: sa.BindParameter[str] = sa.bindparam("workspace")  # the workspace that is looked into
WORDS = 16  # that are looked up
_FIRST_CHARACTER, _LAST_CHARACTER = "\u0001", "\U0010ffff"


async def rows_of(
    session: AsyncSession, statement: sa.Select[Any] | sa.CompoundSelect[Any], values: dict[str, Any]
) -> Sequence[Any]:
    """The rows that the statement finds with these values; ``HERE`` in it is the session's workspace."""
    connection = await session.connection()
    values = {**values, "workspace": workspace_of(session)}
    rows: Sequence[Any] = (await connection.execute(statement, values)).all()
    return rows


class one_of(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """Whether a column has one of the texts that the parameter of that name lists, as ``listed``.

    An IN would be another statement for each length of the list, spelled out each time.
    """

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[str], name: str) -> None:
        super().__init__(column, sa.bindparam(name, type_=sa.Text()))

    def self_group(self, against: object = None) -> Self:
        """It is a condition as it stands; SQLite finds no index for "... = 1"."""
        del against
        return self


@compiles(one_of, "sqlite")
def _in_sqlite(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both are SQLAlchemy's own


@compiles(one_of, "postgresql")
def _in_postgresql(element: one_of, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY (ARRAY(SELECT json_array_elements_text(CAST({values} AS JSON))))"


def listed(values: Iterable[str]) -> str:
    """The texts as the value of a parameter for ``one_of``."""
    return json.dumps(list(values))


def hit(n: int, words: sa.Table = _word) -> sa.Select[Any]:
    """The projects of which a word in that table begins like the ``n``-th typed one."""
    return sa.select(words.c.project_id).where(
        words.c.workspace == HERE,
        words.c.word >= sa.bindparam(f"from{n}"),
        words.c.word < sa.bindparam(f"to{n}"),
    )


def ranges(words: Sequence[str]) -> dict[str, str]:
    """The values with which ``hit`` looks for these folded words. Numbers are never cut: "1" does not begin
    "12"."""
    starts = {f"from{n}": word for n, word in enumerate(words)}
    ends = {
        f"to{n}": word + (_FIRST_CHARACTER if word.isdigit() else _LAST_CHARACTER)
        for n, word in enumerate(words)
    }
    return starts | ends


SLIPS = (
    sa.select(_slip.c.word)
    .where(_slip.c.workspace == HERE, one_of(_slip.c.shortened, "shortened"))
    .distinct()
)


async def near_words(session: AsyncSession, words: Collection[str]) -> dict[str, frozenset[str]]:
    """For each folded word the words of projects it may be a slip for; words without any are left out."""
    if not (forms := meeting(words)):
        return {}
    return slips_for(words, [row.word for row in await rows_of(session, SLIPS, {"shortened": listed(forms)})])


def meeting(words: Collection[str]) -> list[str]:
    """The shortened forms in which these words meet those that they may be slips for."""
    return sorted({each for word in words for each in shortened(word)})


def slips_for(words: Collection[str], meant: Collection[str]) -> dict[str, frozenset[str]]:
    """For each word those of ``meant`` it may be a slip for; words without any are left out."""
    found = {word: frozenset(each for each in meant if near(each, word)) for word in words}
    return {word: each for word, each in found.items() if each}
