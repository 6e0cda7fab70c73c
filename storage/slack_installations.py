"""The workspaces the app was installed in, with their sealed bot tokens, and links by which it is installed.

Bolt's own stores keep tokens in clear and a row for every installation there ever was: here the newest one
of each team, or of a whole organisation, is all there is.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database, insert
from storage.encryption import Binding, Cipher, Sealed
from storage.tables import InstallStateRow, ServiceAccountRow, SlackInstallationRow, metadata

TOKEN = "slack bot token"  # noqa: S105  # what a token is sealed for, not a token

_installed = metadata.tables[str(SlackInstallationRow.__tablename__)]
_account = metadata.tables[str(ServiceAccountRow.__tablename__)]
_state = metadata.tables[str(InstallStateRow.__tablename__)]


@dataclass(frozen=True)
class Installed:
    """A workspace in which the app is: its bot's token, and its service account's where it has one.

    ``team`` is empty where the app is in a whole organisation.
    """

    workspace: str
    team: str
    name: str
    token: Sealed
    account: Sealed | None

    @property
    def binding(self) -> Binding:
        """What the bot's token is sealed for."""
        return token_binding(self.workspace, self.team)


def token_binding(workspace: str, team: str) -> Binding:
    """What the bot's token of that installation is sealed for."""
    return Binding(workspace, team, TOKEN)


async def installed(session: AsyncSession, workspace: str | None = None) -> list[Installed]:
    """The workspaces the app is in, or the one of that key; each once.

    Of several teams of one organisation the newest installation counts, but one of the whole organisation
    before all others.
    """
    connection = await session.connection()
    which = sa.true() if workspace is None else _installed.c.workspace == workspace
    rows = await connection.execute(
        sa.select(_installed, _account.c.token.label("account"))
        .outerjoin(_account, _account.c.workspace == _installed.c.workspace)
        .where(which)
        .order_by(_installed.c.workspace, _installed.c.team != "", _installed.c.installed_at.desc())
    )
    found: dict[str, Installed] = {}
    for row in rows:
        each = Installed(row.workspace, row.team, row.name, row.bot_token, row.account)
        found.setdefault(row.workspace, each)
    return list(found.values())


async def remove(session: AsyncSession, workspace: str, team: str) -> bool:
    """The app left that team, or organisation (""); True where the workspace has no installation any more."""
    connection = await session.connection()
    await connection.execute(sa.delete(_installed).where(_is(workspace, team)))
    return not await installed(session, workspace)


def _is(workspace: str, team: str) -> sa.ColumnElement[bool]:
    return sa.and_(_installed.c.workspace == workspace, _installed.c.team == team)


def _where(enterprise_id: str | None, team_id: str | None, whole: bool | None) -> tuple[str, str]:
    """The workspace's key, and the team."""
    workspace = enterprise_id or team_id
    assert workspace, "Slack names one of them"
    return workspace, "" if whole or team_id is None else team_id


class Installations(AsyncInstallationStore):
    """Where Bolt keeps and finds installations."""

    def __init__(self, database: Database, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock

    async def async_save(self, installation: Installation) -> None:
        """Keep it, in the place of an earlier one."""
        workspace, team = _where(
            installation.enterprise_id, installation.team_id, installation.is_enterprise_install
        )
        assert installation.bot_token, "the manifest asks for a bot"
        row = {
            "workspace": workspace,
            "team": team,
            "name": installation.team_name or installation.enterprise_name or workspace,
            "bot_token": self._cipher.seal(installation.bot_token, token_binding(workspace, team)),
            "bot_id": installation.bot_id,
            "bot_user_id": installation.bot_user_id,
            "scopes": ",".join(installation.bot_scopes or ()),
            "installer": installation.user_id,
            "installed_at": self._clock(),
        }
        async with self._database.transaction() as session:
            statement = insert(session, _installed)
            changed = {name: statement.excluded[name] for name in row if name not in ("workspace", "team")}
            connection = await session.connection()
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["workspace", "team"], set_=changed), row
            )

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """The bot of that team, or organisation, with its token. Raises Undecipherable."""
        workspace, team = _where(enterprise_id, team_id, is_enterprise_install)
        async with self._database.reading() as session:
            connection = await session.connection()
            found = await connection.execute(sa.select(_installed).where(_is(workspace, team)))
            row = found.one_or_none()
        return self._bot(row, enterprise_id) if row else None

    def _bot(self, row: sa.Row[Any], enterprise_id: str | None) -> Bot:
        return Bot(
            enterprise_id=enterprise_id,
            team_id=row.team or None,
            bot_token=self._cipher.unseal(row.bot_token, token_binding(row.workspace, row.team)),
            bot_id=row.bot_id,
            bot_user_id=row.bot_user_id,
            bot_scopes=row.scopes,
            is_enterprise_install=not row.team,
            installed_at=row.installed_at.timestamp(),
        )


class InstallStates(AsyncOAuthStateStore):
    """What proves that a browser which comes back from Slack was sent there by us: good once, for a while."""

    def __init__(self, database: Database, clock: Callable[[], datetime], life: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._life = life

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """A new one; those that are over are forgotten."""
        state = secrets.token_urlsafe(32)
        now = self._clock()
        async with self._database.transaction() as session:
            connection = await session.connection()
            await connection.execute(sa.delete(_state).where(_state.c.until < now))
            await connection.execute(sa.insert(_state), {"state": state, "until": now + self._life})
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it is one of ours and still good; it is used up."""
        async with self._database.transaction() as session:
            connection = await session.connection()
            used = await connection.execute(
                sa.delete(_state).where(_state.c.state == state, _state.c.until >= self._clock())
            )
        return used.rowcount == 1
