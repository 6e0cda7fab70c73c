"""Reading typed text from left to right: what stands at this place, and where it ends."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from bot.domain.problems import Problem

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# What ends a phrase: a blank, a comma, the full stop of a sentence, or the end of the text.
END = r"(?=[\s,;)!]|\.(?:\s|\Z)|\Z)"

_BLANKS = "\t\n\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\u200e\u200f\u2060\ufeff"
_READ_AS = (
    dict.fromkeys(map(ord, _BLANKS), " ")
    | dict.fromkeys(range(0x2000, 0x200B), " ")
    | dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
    | {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
    | {ord("⁄"): "/", ord("∕"): "/", ord("、"): ",", ord("’"): "'"}
)


@dataclass(frozen=True)
class Found(Generic[T_co]):
    """A phrase that was recognised: its value, or what is wrong with it, and the index where it ends.

    ``Found[Never]`` is always a Problem.
    """

    value: T_co | Problem
    end: int


Reader = Callable[[re.Match[str]], T]
Rule = tuple[re.Pattern[str], Reader[T]]


def legible(text: str) -> str:
    """The text with one kind of blank, dash and digit, character for character as long as the original."""
    return text.translate(_READ_AS)


def pattern(expression: str) -> re.Pattern[str]:
    """A pattern over ``legible`` text, in any case."""
    return re.compile(expression, re.IGNORECASE | re.ASCII)


def any_of(words: Iterable[str]) -> str:
    """An expression for any one of the words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def first(rules: Iterable[Rule[T]], text: str, at: int) -> Found[T] | None:
    """What the first matching rule reads at this place; a Problem it raises is its value."""
    for expression, read in rules:
        if match := expression.match(text, at):
            return Found(attempt(partial(read, match)), match.end())
    return None


def attempt(read: Callable[[], T]) -> T | Problem:
    """What ``read`` returns, or the Problem it raises."""
    try:
        return read()
    except Problem as problem:
        return problem


def taken(value: T | Problem) -> T:
    """The value; raises it where it is a Problem."""
    if isinstance(value, Problem):
        raise value
    return value
