"""The name of this installation in Kantata's external references."""

from bot.deps import Deps
from storage import installations


async def service_name(deps: Deps) -> str:
    """A name of its own for each database, so that another one's numbers are not taken for ours."""
    async with deps.database.transaction() as session:
        return f"kantata-bot-{await installations.installation_key(session)}"
