"""The workspaces this process serves, each with its own Slack, Kantata, writes and jobs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.deps import Deps
from bot.outbox import Outbox

Run = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Tenant:
    """One workspace, and all by which it is served: ``jobs`` by name, each a run of this workspace alone."""

    deps: Deps
    outbox: Outbox
    jobs: Mapping[str, Run]


class NotInstalled(Exception):
    """The app is not in that workspace."""


class Workspaces(Protocol):
    """The workspaces the app is installed in, as they are now."""

    async def find(self, workspace: str) -> Tenant:
        """The workspace of that key; raises NotInstalled."""

    async def every(self) -> Sequence[Tenant]:
        """All of them."""


class OneWorkspace:
    """The one workspace that a bot token is for."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    async def find(self, workspace: str) -> Tenant:
        """The workspace, whatever its key: Slack sends a token's app nothing of any other."""
        return self._tenant

    async def every(self) -> Sequence[Tenant]:
        """The workspace, alone."""
        return (self._tenant,)
