"""The words in which Block Kit's limits are written down: rules for texts, numbers, lists and objects."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any


class Surface(Enum):
    """Where blocks are shown."""

    MODAL = "modal"
    MESSAGE = "message"
    HOME = "home"


@dataclass(frozen=True)
class At:
    """A place in what is checked; ``faults`` collects what is wrong, as Slack words it."""

    faults: list[str]
    surface: Surface
    path: str = ""

    def step(self, name: str | int) -> "At":
        """The place of a field or an item."""
        return At(self.faults, self.surface, f"{self.path}/{name}")

    def fail(self, text: str) -> None:
        """Something is wrong here."""
        self.faults.append(f"[ERROR] {text} [json-pointer:{self.path or '/'}]")


Rule = Callable[[At, Any], None]


def string(longest: int, *, shortest: int = 1) -> Rule:
    """A string of that many characters."""

    def check(at: At, value: Any) -> None:
        if not isinstance(value, str):
            at.fail("must be a string")
        elif len(value) > longest:
            at.fail(f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            at.fail(f"must be more than {shortest - 1} characters")

    return check


def boolean(at: At, value: Any) -> None:
    """True or false."""
    if not isinstance(value, bool):
        at.fail("must be a boolean")


def anything(at: At, value: Any) -> None:
    """Not checked further."""
    del at, value


def never(at: At, value: Any) -> None:
    """Not allowed here at all."""
    del value
    at.fail("is not allowed here")


def whole(lowest: int, highest: int) -> Rule:
    """A whole number in that range."""

    def check(at: At, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            at.fail("must be an integer")
        elif not lowest <= value <= highest:
            at.fail(f"must be between {lowest} and {highest}")

    return check


def one_of(*allowed: str) -> Rule:
    """One of these words."""

    def check(at: At, value: Any) -> None:
        if value not in allowed:
            at.fail(f"must be one of {', '.join(allowed)}")

    return check


def matching(pattern: str, name: str) -> Rule:
    """A string of that form."""
    form = re.compile(pattern)

    def check(at: At, value: Any) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            at.fail(f"must be {name}")

    return check


def dated(form: str, name: str) -> Rule:
    """A civil date or time of that form."""

    def check(at: At, value: Any) -> None:
        try:
            same = datetime.strptime(value, form).strftime(form) == value  # noqa: DTZ007 - civil, has no zone
        except (TypeError, ValueError):
            same = False
        if not same:
            at.fail(f"must be {name}")

    return check


def array(rule: Rule, most: int, *, least: int = 1) -> Rule:
    """A list of that many."""

    def check(at: At, value: Any) -> None:
        if not isinstance(value, list):
            at.fail("must be an array")
            return
        if len(value) > most:
            at.fail(f"no more than {most} items allowed")
        if len(value) < least:
            at.fail(f"no fewer than {least} items allowed")
        for number, item in enumerate(value):
            rule(at.step(number), item)

    return check


def fields(allowed: Mapping[str, Rule], *required: str, open_ended: bool = False) -> Rule:
    """An object of these fields; ``open_ended`` where Slack documents more than is written down here."""

    def check(at: At, value: Any) -> None:
        if not isinstance(value, dict):
            at.fail("must be an object")
            return
        for name in required:
            if name not in value:
                at.fail(f"missing required field: {name}")
        for name, given in value.items():
            if name in allowed:
                allowed[name](at.step(name), given)
            elif not open_ended:
                at.fail(f"invalid additional property: {name}")

    return check


def every(*rules: Rule) -> Rule:
    """All of these."""

    def check(at: At, value: Any) -> None:
        for rule in rules:
            rule(at, value)

    return check


def plain(longest: int, *, shortest: int = 1) -> Rule:
    """A plain_text object."""
    kinds = {"type": one_of("plain_text"), "text": string(longest, shortest=shortest), "emoji": boolean}
    return fields(kinds, "type", "text")


def text(longest: int) -> Rule:
    """A plain_text or mrkdwn object."""
    mrkdwn = fields({"type": one_of("mrkdwn"), "text": string(longest), "verbatim": boolean}, "type", "text")
    plain_text = plain(longest)

    def check(at: At, value: Any) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        (mrkdwn if kind == "mrkdwn" else plain_text)(at, value)

    return check
