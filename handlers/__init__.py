"""How Slack reaches the bot: one file a feature, each listener thin."""

from slack_bolt.async_app import AsyncApp

from bot.workspaces import Workspaces
from handlers import (
    admin_tables,
    administration,
    approvals,
    failures,
    health,
    home,
    kantata,
    matches,
    people,
    reminders,
    settings_forms,
    stuck_writes,
    time_entries,
    time_off,
    timesheets,
)
from handlers.context import inject, same_organisation


def register(app: AsyncApp, workspaces: Workspaces) -> None:
    """Give the app every listener. The catch-all ones come last, for the first that matches runs."""
    app.middleware(inject(workspaces))
    app.middleware(same_organisation)
    time_entries.register(app)
    timesheets.register(app)
    approvals.register(app)
    reminders.register(app)
    time_off.register(app)
    home.register(app)
    settings_forms.register(app)
    administration.register(app)
    matches.register(app)
    stuck_writes.register(app)
    health.register(app)
    admin_tables.register(app)
    kantata.register(app)
    people.register(app)
    failures.register(app)
