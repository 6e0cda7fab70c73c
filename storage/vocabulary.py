"""The words of all projects: what begins like a typed one, and what a misspelt one may be."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.words import near, shortened
from storage.tables import metadata

_word = metadata.tables["project_word"]
_slip = metadata.tables["word_slip"]

WORDS = 16  # that are looked up
_FIRST_CHARACTER, _LAST_CHARACTER = "\u0001", "\U0010ffff"


async def rows_of(
    session: AsyncSession, statement: sa.Select[Any] | sa.CompoundSelect[Any], values: dict[str, Any]
) -> Sequence[Any]:
    """The rows that the statement finds with these values."""
    connection = await session.connection()
    rows: Sequence[Any] = (await connection.execute(statement, values)).all()
    return rows


def hit(n: int) -> sa.Select[Any]:
    """The projects of which a word begins like the ``n``-th typed one."""
    return sa.select(sa.literal_column(str(n)).label("n"), _word.c.project_id).where(
        _word.c.word >= sa.bindparam(f"from{n}"), _word.c.word < sa.bindparam(f"to{n}")
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
    sa.select(_slip.c.word).where(_slip.c.shortened.in_(sa.bindparam("shortened", expanding=True))).distinct()
)


@lru_cache
def _known(count: int) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    known: list[sa.Select[Any]] = [
        sa.select(sa.literal_column(str(n)).label("n")).where(hit(n).exists()) for n in range(count)
    ]
    return sa.union_all(*known) if len(known) > 1 else known[0]


async def unknown_words(session: AsyncSession, words: Sequence[str]) -> list[str]:
    """Those of the folded words like which no word of any project begins."""
    words = words[:WORDS]
    if not words:
        return []
    known = {row.n for row in await rows_of(session, _known(len(words)), ranges(words))}
    return [word for n, word in enumerate(words) if n not in known]


async def near_words(session: AsyncSession, words: Collection[str]) -> dict[str, frozenset[str]]:
    """For each folded word the words of projects it may be a slip for; words without any are left out."""
    meeting = sorted({each for word in words for each in shortened(word)})
    if not meeting:
        return {}
    known = [row.word for row in await rows_of(session, _slips, {"shortened": meeting})]
    found = {word: frozenset(each for each in known if near(each, word)) for word in words}
    return {word: each for word, each in found.items() if each}
