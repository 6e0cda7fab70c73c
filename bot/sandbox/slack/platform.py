"""What everything in this Slack shares: its workspaces and installations, its clock, its way to the app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.slack.delivery import Courier
from bot.sandbox.slack.faults import SlackFaults
from bot.sandbox.slack.handles import Handles
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.outcome import NotOnScreen
from bot.sandbox.slack.records import Channel, Message, User
from bot.sandbox.slack.workspace import Workspace

DEFAULT_URL = "http://127.0.0.1:8000/slack"


@dataclass
class Installation:
    """The app in one workspace, or in all those of an organisation (``org_wide``) with one token.

    ``revoked`` is the error the token earns once it is no longer good.
    """

    workspaces: list[Workspace]
    token: str
    scopes: frozenset[str]
    org_wide: bool = False
    revoked: str | None = None

    def team(self, team_id: str) -> Workspace | None:
        """Its workspace of that id."""
        return next((each for each in self.workspaces if each.team_id == team_id), None)


@dataclass
class Platform:
    """``url`` is where this Slack is reached, without a trailing slash; None until somebody reached it."""

    manifest: Manifest
    faults: SlackFaults
    clock: Callable[[], datetime]
    courier: Courier
    handles: Handles
    app_token: str | None
    url: str | None
    installations: list[Installation] = field(default_factory=list)

    def installation(self, token: str) -> Installation | None:
        """Whose token that is."""
        return next((each for each in self.installations if each.token == token), None)

    def installed(self, workspace: Workspace) -> bool:
        """Whether the app is in that workspace."""
        return any(workspace in each.workspaces and not each.revoked for each in self.installations)

    @property
    def workspaces(self) -> list[Workspace]:
        """Every workspace, each once."""
        every = (workspace for each in self.installations for workspace in each.workspaces)
        return list({workspace.team_id: workspace for workspace in every}.values())

    def home_of(self, user: str) -> tuple[Workspace, User]:
        """The workspace of a person who can act there; NotOnScreen where nobody of that id can."""
        for workspace in self.workspaces:
            found = workspace.users.get(user)
            if found is not None and not found.deleted and not found.is_bot:
                return workspace, found
        raise NotOnScreen(f"nobody signed in as {user}")

    def channel_of(self, workspace: Workspace, user: str, channel: str) -> Channel:
        """A channel the person is in; NotOnScreen where the person is not."""
        found = workspace.channels.get(channel)
        if found is None or user not in found.members:
            raise NotOnScreen(f"{user} is not in {channel}")
        return found

    def response_url(self, workspace: Workspace, user: str, channel: str, original: Message | None) -> str:
        """A new address for answers."""
        response_id = self.handles.response(workspace, user, channel, original)
        return f"{self.url or DEFAULT_URL}/response/{response_id}"
