"""Where the notes of a line are: after a colon, or in quotes; exactly as written.

A colon within a time (1:30), an address (https://…) or the name of an emoji (:tada:) parts nothing.
"""

import re

from bot.domain.languages import tr
from bot.domain.problems import Field, Problem

_NOTES = re.compile(
    r"""
      (?P<kept>
          \b[a-z][a-z0-9+.-]*://\S*[^\s:]
        | (?<![^\s,;(]):(?:[+-]1|[a-z][\w+'-]*):(?=[\s:]|\Z)
        | (?<![^\W_])\d+(?:h?:\d+)+
        | (?<![^\s,;(-]):\d\d(?!\d)
      )
    | (?<!\w)(?:
          "(?P<double>[^"]*)"
        | [“„”](?P<curly>[^“”]*)[“”]
        | [«»](?P<angle>[^«»]*)[«»]
        | '(?P<single>[^'\s](?:.*?\S)?)'
        | [‘‚](?P<single_curly>.+?)[’‘]
      )(?!\w)
    | (?P<unclosed>(?<!\w)["“„«](?=\S))
    | (?P<colon>[:：])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUOTES = ("double", "curly", "angle", "single", "single_curly")


def split_notes(line: str) -> tuple[str, str | None]:
    """The line without its notes, and the notes, trimmed, or None.

    Raises Problem where notes are said twice or a quote is not closed.
    """
    clause, notes, at = "", [], 0
    for match in _NOTES.finditer(line):
        if match["kept"]:
            continue
        if match["unclosed"]:
            raise Problem(tr("A quote is opened and not closed. Close it after the notes."), Field.NOTES)
        clause, at = clause + line[at : match.start()] + ";", match.end()
        if match["colon"]:
            notes.append(line[at:])
            at = len(line)
            break
        notes.append("".join(match[quotes] or "" for quotes in _QUOTES))
    said = [note.strip() for note in notes if note.strip()]
    if len(said) > 1:
        raise Problem(tr("Notes are said twice. Put them all after one colon."), Field.NOTES)
    return clause + line[at:], said[0] if said else None
