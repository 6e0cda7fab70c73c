"""How typed words fit the words of a name: in full, as their beginnings, or with a slip."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from bot.domain.words import begins, searched_words, split_words

# Words that hold a sentence together and name nothing, except as its last word.
SILENT = frozenset(
    re.findall(r"\w+", "a an and at by for from in into of on or the to with und mit von zum zur et avec")
)
_MISSPELT_FROM = 6  # letters of a misspelt word that is taken without asking
# For a misspelt folded word the words that it may be.
Corrections = Mapping[str, Collection[str]]
NO_CORRECTIONS: Corrections = {}


class Fit(IntEnum):
    """How well a typed word fits a word of a name."""

    NEAR = 1
    SLIP = 2  # so near that it is taken without asking
    BEGINNING = 3
    WHOLE = 4


@dataclass(frozen=True)
class Part:
    """A folded word, and its ``place`` in what was typed; a word with a hyphen is several at one place."""

    place: int
    text: str


@dataclass(frozen=True)
class Cover:
    """Which parts (by number) name something, how well, and whether all of the name was said."""

    fits: Mapping[int, Fit]
    full: bool

    @property
    def whole(self) -> bool:
        """Whether the name was said in full and nothing of it was cut or misspelt."""
        return self.full and all(fit is Fit.WHOLE for fit in self.fits.values())


NOT_NAMED = Cover({}, full=False)


@dataclass(frozen=True)
class _Name:
    """The words of a name, each with how many it stands for (``kickoff`` for two), and how many there are."""

    words: tuple[tuple[str, int], ...]
    length: int


@lru_cache(maxsize=8192)
def _name(text: str) -> _Name:
    plain = split_words(text)
    joined = searched_words(text)[len(plain) :]
    return _Name((*((word, 1) for word in plain), *((word, 2) for word in joined)), len(plain))


def _fit(word: str, typed: str, corrections: Corrections) -> Fit | None:
    if word[0] == typed[0]:
        if word == typed:
            return Fit.WHOLE
        if begins(word, typed):
            return Fit.BEGINNING
    if not corrections or word not in corrections.get(typed, ()):
        return None
    exchanged = sorted(word) == sorted(typed)
    return Fit.SLIP if exchanged or len(typed) >= _MISSPELT_FROM else Fit.NEAR


def cover_name(parts: Mapping[int, Part], text: str, corrections: Corrections) -> Cover:
    """Give each part the word of the name it fits best; no word is given twice."""
    name = _name(text)
    possible = [
        (-fit, number, place)
        for number, part in parts.items()
        for place, (word, _count) in enumerate(name.words)
        if (fit := _fit(word, part.text, corrections))
    ]
    if not possible:
        return NOT_NAMED
    fits: dict[int, Fit] = {}
    taken: set[int] = set()
    for worth, number, place in sorted(possible):
        if number not in fits and place not in taken:
            fits[number] = Fit(-worth)
            taken.add(place)
    said = sum(name.words[place][1] for place in taken)
    silent = sum(word in SILENT for place, (word, _) in enumerate(name.words) if place not in taken)
    return Cover(fits, full=said + silent >= name.length)


def _parts(words: Sequence[str]) -> list[Part]:
    return [Part(place, text) for place, word in enumerate(words) for text in split_words(word)]


def significant(words: Sequence[str]) -> list[Part]:
    """The parts that may name something: all but the silent ones, and the last, which holds nothing."""
    parts = _parts(words)
    return [part for part in parts if part.text not in SILENT or part is parts[-1]]


def significant_words(words: Sequence[str]) -> list[str]:
    """The folded words that may name something, each once, in order."""
    return list(dict.fromkeys(part.text for part in significant(words)))


def without(parts: Mapping[int, Part], cover: Cover) -> dict[int, Part]:
    return {number: part for number, part in parts.items() if number not in cover.fits}
