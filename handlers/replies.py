"""Where what somebody sent may be answered."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from bot.domain.writes import Reply

# Set for each request, so that every reply goes by the clock by which it is judged later.
CLOCK: ContextVar[Callable[[], datetime]] = ContextVar("clock")
RESPONSE_LIFE = timedelta(minutes=29)  # of thirty, so that an answer never comes a second too late


def reply_to(body: Mapping[str, Any], *, replace: bool = False) -> Reply:
    """Where this payload may be answered (docs.slack.dev: response_url, 30 minutes)."""
    url = body.get("response_url")
    container = body.get("container", {})
    lasting = replace and container.get("type") == "message" and not container.get("is_ephemeral")
    return Reply(
        response_url=url,
        until=CLOCK.get()() + RESPONSE_LIFE if url else None,
        replace=replace,
        channel=container.get("channel_id") if lasting else None,
        ts=container.get("message_ts") if lasting else None,
    )
