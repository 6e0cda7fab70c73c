"""How the bot's connections and jobs are: everything tried now, each for a few seconds at most."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.approval_polls import CHANGED, MEMBERS
from bot.deps import Deps
from bot.domain.languages import tr
from bot.kantata.errors import KantataError
from bot.people import PEOPLE
from bot.project_copy import PROJECTS
from bot.slack import SlackFailed
from bot.views.health import Connection, Health
from storage import project_copy
from storage.database import DatabaseDown

PATIENCE = 10.0  # seconds before an open view that shows nothing

PARTS = {"Timesheets": CHANGED, "Members": MEMBERS, "People": PEOPLE, "Projects": PROJECTS}


async def health(deps: Deps) -> Health:
    """The connections as they answer now, what was last read, and the last runs."""
    tried = await asyncio.gather(
        _try("Slack", lambda: _slack(deps)),
        _try(tr("Kantata, as the service account"), lambda: _kantata(deps)),
        _try(tr("Database"), lambda: _database(deps)),
    )
    reads = await _last_read(deps) if tried[-1].good else []
    return Health(tried, reads, deps.job_runs.all())


async def _last_read(deps: Deps) -> list[tuple[str, datetime | None]]:
    async with deps.database.reading() as session:
        return [(name, await project_copy.read_until(session, part)) for name, part in PARTS.items()]


async def _try(name: str, ask: Callable[[], Awaitable[str]]) -> Connection:
    try:
        async with asyncio.timeout(PATIENCE):
            return Connection(name, True, await ask())
    except TimeoutError:
        return Connection(
            name, False, tr("no answer within {number} seconds").format(number=f"{PATIENCE:.0f}")
        )
    except SlackFailed as failed:
        return Connection(name, False, failed.error)
    except (KantataError, DatabaseDown) as failed:
        return Connection(name, False, type(failed).__name__)


async def _slack(deps: Deps) -> str:
    return tr("the token is good, of workspace {name}").format(name=await deps.slack.home())


async def _kantata(deps: Deps) -> str:
    return tr("acts as {name}").format(name=(await deps.kantata.me()).name)


async def _database(deps: Deps) -> str:
    await deps.database.ping()
    return tr("PostgreSQL answers") if deps.database.is_postgresql else tr("SQLite answers")
