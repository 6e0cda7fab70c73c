"""What ``/kantata`` is asked to do."""

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """The words after ``/kantata``."""

    HELP = "help"
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    WHOAMI = "whoami"
    PROJECT = "project"
    SETTINGS = "settings"
    ADMIN = "admin"


@dataclass(frozen=True)
class KantataCommand:
    """An act, and the words that came after it. ``unknown`` is what was typed where there is no such act."""

    act: Act
    words: str = ""
    unknown: str | None = None


def parse_kantata_command(text: str) -> KantataCommand:
    """The act the text asks for; help for nothing and for anything else."""
    word, _, words = " ".join(text.split()).partition(" ")
    try:
        return KantataCommand(Act(word.casefold() or Act.HELP), words)
    except ValueError:
        return KantataCommand(Act.HELP, unknown=word)
