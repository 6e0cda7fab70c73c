"""How typed words fit the words of a name: in full, as their beginnings, or with a slip."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import repeat

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


_Places = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class _Name:
    """The words of a name with their places, all and by their first letter; for how many each one stands
    (``kickoff`` for two), and how many there are.
    """

    words: _Places
    by_letter: Mapping[str, _Places]
    counts: tuple[int, ...]
    length: int


@lru_cache(maxsize=8192)
def _name(text: str) -> _Name:
    searched, plain = searched_words(text), len(split_words(text))
    words = tuple(enumerate(searched))
    letters = {
        letter: tuple(each for each in words if each[1][0] == letter)
        for letter in {word[0] for word in searched}
    }
    return _Name(words, letters, (*repeat(1, plain), *repeat(2, len(searched) - plain)), plain)


def _fit(word: str, typed: str, corrections: Corrections) -> Fit | None:
    if word == typed:
        return Fit.WHOLE
    if begins(word, typed):
        return Fit.BEGINNING
    if word not in corrections.get(typed, ()):
        return None
    exchanged = sorted(word) == sorted(typed)
    return Fit.SLIP if exchanged or len(typed) >= _MISSPELT_FROM else Fit.NEAR


def cover_name(parts: Mapping[int, Part], text: str, corrections: Corrections) -> Cover:
    """Give each part the word of the name it fits best; no word is given twice."""
    name = _name(text)
    possible = [
        (-fit, number, place)
        for number, part in parts.items()
        for place, word in (name.words if part.text in corrections else name.by_letter.get(part.text[0], ()))
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
    said = sum(name.counts[place] for place in taken)
    silent = sum(word in SILENT for place, word in name.words if place not in taken)
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
