"""The words of all projects: what begins like a typed one, and what a misspelt one may be."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

import sqlalchemy as sa
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


def padded(values: Sequence[str]) -> list[str]:
    """The values for an IN, the last one repeated until they are a power of two.

    So there are few statements, which PostgreSQL and its driver prepare once.
    """
    if not values:
        return []
    size = 1 << (len(values) - 1).bit_length()
    return [*values, *repeat(values[-1], size - len(values))]


def hit(n: int, words: sa.Table = _word) -> sa.Select[Any]:
    """The projects of which a word in that table begins like the ``n``-th typed one."""
    return sa.select(sa.literal_column(str(n)).label("n"), words.c.project_id).where(
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


_slips = (
    sa.select(sa.literal_column("-1").label("n"), _slip.c.word)
    .where(_slip.c.workspace == HERE, _slip.c.shortened.in_(sa.bindparam("shortened", expanding=True)))
    .distinct()
)


@lru_cache
def _known_and_slips(count: int) -> sa.CompoundSelect[Any]:
    """The numbers of the typed words like which a project's word begins, and the words that may be meant."""
    nothing: sa.Label[str] = sa.literal_column("''").label("word")
    known: list[Any] = [
        sa.select(sa.literal_column(str(n)).label("n"), nothing).where(hit(n).exists()) for n in range(count)
    ]
    return sa.union_all(*known, _slips)


async def misspelt(session: AsyncSession, words: Sequence[str]) -> dict[str, frozenset[str]]:
    """For each folded word like which no word of any project begins, the words of projects it may be a slip
    for; words without any are left out."""
    words = words[:WORDS]
    if not words:
        return {}
    values = {"shortened": padded(_meeting(words)), **ranges(words)}
    rows = await rows_of(session, _known_and_slips(len(words)), values)
    known = {words[row.n] for row in rows if row.n >= 0}
    return _slips_for([word for word in words if word not in known], rows)


async def near_words(session: AsyncSession, words: Collection[str]) -> dict[str, frozenset[str]]:
    """The same for each of the words, whether it is known or not."""
    if not (meeting := _meeting(words)):
        return {}
    return _slips_for(words, await rows_of(session, _slips, {"shortened": padded(meeting)}))


def _meeting(words: Collection[str]) -> list[str]:
    return sorted({each for word in words for each in shortened(word)})


def _slips_for(words: Collection[str], rows: Sequence[Any]) -> dict[str, frozenset[str]]:
    meant = [row.word for row in rows if row.n < 0]
    found = {word: frozenset(each for each in meant if near(each, word)) for word in words}
    return {word: each for word, each in found.items() if each}
