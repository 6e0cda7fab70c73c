"""A pretend Slack: the Web API, signed requests to the app, and people who type, press and submit."""

from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.faults import SlackFaults
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.outcome import NotOnScreen, Outcome
from bot.sandbox.slack.server import Slack
from bot.sandbox.slack.workspace import Workspace

__all__ = ["Delivery", "Manifest", "NotOnScreen", "Outcome", "Slack", "SlackFaults", "Workspace"]
