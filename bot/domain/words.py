"""Words as people type them: accents, case and small typos do not count."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
# Letters that Unicode does not take apart into a plain one and its accent.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("'’‘`", ""))
_TYPO_FROM = 4  # letters; a shorter word is another word, not a misspelt one


def fold(text: str) -> str:
    """The text without accents and case: ``Größe`` and ``GROSSE`` are both ``grosse``."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_PLAIN)


def split_words(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order: letters and digits; everything else separates."""
    return tuple(_WORD.findall(fold(text).translate(_DASHES)))


@lru_cache(maxsize=8192)
def searched_words(text: str) -> tuple[str, ...]:
    """The words by which a name is found: its words, and those with a hyphen also in one: ``kickoff``."""
    folded = fold(text).translate(_DASHES)
    return (*_WORD.findall(folded), *(word.replace("-", "") for word in _COMPOUND.findall(folded)))


@lru_cache(maxsize=8192)
def natural(text: str) -> str:
    """By what texts are in the order people expect: ``Sprint 2`` before ``Sprint 10``."""
    return _NUMBER.sub(lambda number: number[0].zfill(12), fold(text))


def begins(word: str, typed: str) -> bool:
    """Whether ``typed`` is ``word`` or its beginning. Numbers are never cut: ``1`` does not begin ``12``."""
    if word == typed:
        return True
    if not word.startswith(typed) or typed.isdigit():
        return False
    return not (typed[-1].isdigit() and word[len(typed)].isdigit())


def shortened(word: str) -> frozenset[str]:
    """The word and all it becomes by leaving one letter out; two near words always share one of them.

    Empty for words too short, or with a digit: there a slip makes another word.
    """
    if len(word) < _TYPO_FROM or not word.isalpha():
        return frozenset()
    return frozenset({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))})


def near(word: str, typed: str) -> bool:
    """Whether ``typed`` is ``word`` with one slip: a letter missing, too many, wrong, or two exchanged."""
    if word == typed or min(len(word), len(typed)) < _TYPO_FROM or abs(len(word) - len(typed)) > 1:
        return False
    if not (word.isalpha() and typed.isalpha()):
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, typed, strict=False)) if a != b), None)
    if at is None:
        return True  # one letter more at the end
    rest, typed_rest = word[at:], typed[at:]
    return (
        rest[1:] == typed_rest[1:]
        or rest[1:] == typed_rest
        or rest == typed_rest[1:]
        or (rest[:2] == typed_rest[1::-1] and rest[2:] == typed_rest[2:])
    )


def near_words(vocabulary: Iterable[str], typed: str) -> frozenset[str]:
    """The words of ``vocabulary`` that ``typed`` may be meant for."""
    return frozenset(word for word in vocabulary if near(word, typed))
