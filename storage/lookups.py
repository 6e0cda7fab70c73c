"""What the index of words tells of typed ones, in one trip: which projects each fits, and whose they are.

Ids come as one text for each word, and are counted here: to count and sift them in SQL takes longer.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import metadata
from storage.vocabulary import HERE, SLIPS, WORDS, hit, listed, meeting, ranges, rows_of, slips_for

_member = metadata.tables["project_member"]
_recent = metadata.tables["recent"]

ME: sa.BindParameter[str] = sa.bindparam("me")
MAY = sa.and_(_member.c.workspace == HERE, _member.c.kantata_user_id == ME, _member.c.may_log)
_BLANK: Any = sa.literal_column("' '")
_SLIP, _MINE, _USED = -1, -2, -3  # what a row tells of; from 0 on: of the typed word of that number


@dataclass(frozen=True)
class Lookup:
    """What is known of typed words: ``hits``, the ids of the projects, whoever's, of which a word begins like
    each; ``near``, for each without any, the words that it may be a slip for.

    ``mine`` are the ids of all the projects that the person may log on, by client and title; ``used`` of
    those that the person has logged on, the latest first.
    """

    words: tuple[str, ...]
    hits: Mapping[str, frozenset[str]]
    near: Mapping[str, frozenset[str]]
    mine: tuple[str, ...]
    used: tuple[str, ...]

    def best(self, limit: int, *, here: str | None = None) -> list[str]:
        """The ids of the person's projects that most words fit; recent ones first, then by client and title.

        The project ``here`` is one of them if it is the person's, as if one word more fitted it.
        """
        counted = _counted([*self.hits.values(), {here} if here else ()])
        tiers: dict[int, list[str]] = defaultdict(list)
        for project_id in [each for each in self.mine if each in counted]:
            tiers[counted[project_id]].append(project_id)
        places = {project_id: place for place, project_id in enumerate(self.used)}
        never = len(places)
        ids: list[str] = []
        for _, tier in sorted(tiers.items(), reverse=True):
            ids += sorted(tier, key=lambda each: places.get(each, never))
            if len(ids) >= limit:
                break
        return ids[:limit]

    def best_of_all(self, limit: int) -> list[str]:
        """The ids of the projects that most words fit, whoever's."""
        counted = _counted(self.hits.values())
        return nsmallest(limit, counted, key=lambda each: (-counted[each], each))


def _counted(found: Iterable[Iterable[str]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for each in found:
        counted.update(each)
    return counted


@lru_cache
def _hits(count: int) -> tuple[sa.Select[Any], ...]:
    return tuple(_together(n, hit(n)) for n in range(count))


@lru_cache
def _looked_up(count: int, *, slips: bool) -> sa.CompoundSelect[Any]:
    of_me = sa.and_(_recent.c.workspace == HERE, _recent.c.kantata_user_id == ME)
    parts: list[Any] = [
        *_hits(count),
        _together(_MINE, sa.select(_member.c.project_id).where(MAY).order_by(_member.c.name)),
        _together(_USED, sa.select(_recent.c.project_id).where(of_me).order_by(_recent.c.used_at.desc())),
    ]
    if slips:
        found = SLIPS.subquery()
        parts.append(sa.select(sa.literal_column(str(_SLIP)).label("n"), found.c.word.label("told")))
    return sa.union_all(*parts)


def _together(n: int, found: sa.Select[Any]) -> sa.Select[Any]:
    ids: Any = found.subquery().c.project_id
    told: Any = sa.func.aggregate_strings(ids, _BLANK)
    return sa.select(sa.literal_column(str(n)).label("n"), told.label("told"))


async def look_up(session: AsyncSession, me: str, words: Iterable[str]) -> Lookup:
    """Look the folded ``words`` up for the Kantata user ``me``; of more than 16, the first."""
    words = tuple(dict.fromkeys(words))[:WORDS]
    forms = meeting(words)
    values = {"me": me, **ranges(words)} | ({"shortened": listed(forms)} if forms else {})
    rows = await rows_of(session, _looked_up(len(words), slips=bool(forms)), values)
    told = {row.n: (row.told or "").split() for row in rows if row.n != _SLIP}
    hits = {word: frozenset(told[n]) for n, word in enumerate(words) if told[n]}
    unknown = [word for word in words if word not in hits]
    near = slips_for(unknown, [row.told for row in rows if row.n == _SLIP])
    return Lookup(words, hits, near, tuple(told[_MINE]), tuple(dict.fromkeys(told[_USED])))


async def with_slips(session: AsyncSession, found: Lookup) -> Lookup:
    """The same, with what the words may be slips for as if it had been typed too."""
    meant = sorted({word for words in found.near.values() for word in words} - {*found.words})
    if not (meant := meant[: WORDS - len(found.words)]):
        return found
    rows = await rows_of(session, sa.union_all(*_hits(len(meant))), ranges(meant))
    hits = {meant[row.n]: frozenset((row.told or "").split()) for row in rows}
    return replace(found, words=(*found.words, *meant), hits={**found.hits, **hits})
