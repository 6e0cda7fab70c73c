"""Slack's own errors, by their codes (docs.slack.dev, each method's Errors)."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """Slack answers ``{"ok": false, "error": code}``, with ``messages`` for the developer."""

    def __init__(self, code: str, *, messages: Sequence[str] = (), **more: Any) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = list(messages)
        self.more = more

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.more}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body
