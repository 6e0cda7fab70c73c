"""Slack's documented rate limits, per method and workspace (docs.slack.dev, Rate limits)."""

from collections import defaultdict, deque
from datetime import datetime, timedelta

TIER_2, TIER_3, TIER_4 = 20, 50, 100
MINUTE = timedelta(minutes=1)
PER_MINUTE = {
    "auth.teams.list": TIER_2,
    "bots.info": TIER_3,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "oauth.v2.access": TIER_4,
    "team.info": TIER_3,
    "users.conversations": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "users.lookupByEmail": TIER_3,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}
# chat.postMessage: one a second and channel, a short burst allowed; several hundred a minute in all.
POSTS_PER_MINUTE = 300
POST_BURST = 5
POST_BURST_SPAN = timedelta(seconds=5)


class Rates:
    """When each method was called in each workspace during the last minute."""

    def __init__(self) -> None:
        self._calls: dict[tuple[str, ...], deque[datetime]] = defaultdict(deque)

    def wait(self, method: str, team: str, channel: str | None, now: datetime) -> int | None:
        """Counts a call; seconds to wait where it is one too many, else None."""
        spans: list[tuple[tuple[str, ...], int, timedelta]] = []
        if method == "chat.postMessage":
            spans.append(((method, team), POSTS_PER_MINUTE, MINUTE))
            spans.append(((method, team, channel or ""), POST_BURST, POST_BURST_SPAN))
        elif method in PER_MINUTE:
            spans.append(((method, team), PER_MINUTE[method], MINUTE))
        waits = [self._wait(key, most, span, now) for key, most, span in spans]
        if worst := max((each for each in waits if each is not None), default=None):
            return worst
        for key, _, _ in spans:
            self._calls[key].append(now)
        return None

    def _wait(self, key: tuple[str, ...], most: int, span: timedelta, now: datetime) -> int | None:
        calls = self._calls[key]
        while calls and now - calls[0] >= span:
            calls.popleft()
        if len(calls) < most:
            return None
        return max(1, round((calls[0] + span - now).total_seconds()))
