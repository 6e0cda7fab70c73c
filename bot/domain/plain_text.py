"""Slack's escaped text as a person reads it: <@U1|ann> is @ann, &amp; is &.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
import unicodedata

_BRACKETS = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def plain_text(escaped: str) -> str:
    """Mentions as @name and #channel, links as their address, and &, < and > themselves."""
    shown = _BRACKETS.sub(_shown, escaped)
    return re.sub("|".join(_ENTITIES), lambda match: _ENTITIES[match[0]], shown)


def has_unseen(text: str) -> bool:
    """Whether it has control characters other than tabs and ends of lines, or halves of characters."""
    return any(unicodedata.category(each) in ("Cc", "Cs") and each not in "\t\n\r" for each in text)


def is_turned(text: str) -> bool:
    """Whether it has characters that turn its direction, and so make it look as if it said something else."""
    return any(each in _TURNING for each in text)


def without_unseen(text: str) -> str:
    """The text without what cannot be seen in it."""
    return "".join(each for each in text if not has_unseen(each) and each not in _TURNING)


def _shown(match: re.Match[str]) -> str:
    target, label = match[1], match[2]
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:])
    if target.startswith(("!subteam^", "!date^")):
        return label or target[1:]
    if target.startswith("!"):
        return f"@{target[1:]}"
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    return target
