"""Slack says that somebody changed."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot import people
from bot.deps import Deps
from handlers.context import workspace_of


def register(app: AsyncApp) -> None:
    """Listen to changes of people."""
    app.event("user_change")(note_change)
    app.event("team_join")(note_change)


async def note_change(event: Mapping[str, Any], context: AsyncBoltContext, deps: Deps) -> None:
    """Ask about the person again before the next use."""
    await people.slack_changed(deps, workspace_of(context), event["user"]["id"])
