"""What came of a person's act, as that person sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPERATION_TIMEOUT = "operation_timeout"
DISPATCH_FAILED = "dispatch_failed"
TROUBLE = "We had some trouble connecting. Try again?"
REQUIRED = "Please complete this required field."


class NotOnScreen(Exception):
    """The person cannot do that: the message, form, field or option is not there to be used."""


@dataclass(frozen=True)
class Outcome:
    """``error`` is what the person reads, ``errors`` what stands beside the fields of a form.

    ``status`` is the app's HTTP answer where there was one, ``reason`` tells a developer why it failed,
    ``elapsed`` is in seconds.
    """

    ok: bool
    error: str | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    reason: str | None = None
    elapsed: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        found: dict[str, Any] = {"ok": self.ok, "elapsed_ms": round(self.elapsed * 1000, 1)}
        if self.error:
            found["error"] = self.error
        if self.errors:
            found["errors"] = dict(self.errors)
        return found
