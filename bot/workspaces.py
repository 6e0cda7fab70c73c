"""The workspaces this process serves, each with its own Slack, Kantata, writes and jobs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.deps import Deps
from bot.outbox import Outbox
from storage.database import Database
from storage.encryption import SealedForAnother, Undecipherable
from storage.slack_installations import Installed, installed

Run = Callable[[], Awaitable[None]]
log = structlog.get_logger()


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


class ManyWorkspaces:
    """The workspaces the app was installed in, as the database has them: any process may change that."""

    def __init__(self, database: Database, build: Callable[[Installed], Tenant]) -> None:
        """``build`` puts a workspace together; what it made is used until the workspace's tokens change."""
        self._database = database
        self._build = build
        self._built: dict[str, tuple[Installed, Tenant]] = {}

    async def find(self, workspace: str) -> Tenant:
        """The workspace of that key; raises NotInstalled."""
        async with self._database.reading() as session:
            found = await installed(session, workspace)
        tenant = self._tenant(found[0]) if found else None
        if tenant is None:
            self._built.pop(workspace, None)
            raise NotInstalled
        return tenant

    async def every(self) -> Sequence[Tenant]:
        """All of them."""
        async with self._database.reading() as session:
            found = await installed(session)
        here = {each.workspace for each in found}
        self._built = {key: built for key, built in self._built.items() if key in here}
        tenants = [self._tenant(each) for each in found]
        return [tenant for tenant in tenants if tenant is not None]

    def _tenant(self, found: Installed) -> Tenant | None:
        """The workspace put together; None, with an error in the log, where its token cannot be read."""
        before = self._built.get(found.workspace)
        if before is not None and before[0] == found:
            return before[1]
        try:
            tenant = self._build(found)
        except (Undecipherable, SealedForAnother) as failed:
            log.error("bot token unreadable", workspace=found.workspace, error=type(failed).__name__)
            return None
        self._built[found.workspace] = (found, tenant)
        return tenant
