"""Opening and changing modals, and what Slack may answer to that (docs.slack.dev, Modals)."""

from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.languages import later, tr
from bot.domain.problems import Problem

TOO_LATE = later(
    "That took too long, and Slack no longer lets me open the form. Nothing was written; try again."
)


async def open_modal(client: AsyncWebClient, trigger_id: str, view: View) -> str | None:
    """Open a modal; its id, or None where a doubled delivery has opened it already.

    Raises Problem where the three seconds of the trigger are over.
    """
    return await _shown(partial(client.views_open, trigger_id=trigger_id, view=view))


async def push_modal(client: AsyncWebClient, trigger_id: str, view: View) -> str | None:
    """Put a modal above the one in front; else as ``open_modal``."""
    return await _shown(partial(client.views_push, trigger_id=trigger_id, view=view))


async def _shown(show: Callable[[], Awaitable[AsyncSlackResponse]]) -> str | None:
    try:
        try:
            answer = await show()
        except aiohttp.ClientConnectionError:
            # Slack may have closed the connection while it was idle; a trigger opens one view, not two.
            answer = await show()
    except SlackApiError as refused:
        if _code(refused) == "exchanged_trigger_id":
            return None
        if _code(refused) == "expired_trigger_id":
            raise Problem(tr(TOO_LATE)) from None
        raise
    return str(answer["view"]["id"])


async def redraw_modal(client: AsyncWebClient, view_id: str, view: View, *, hash: str | None = None) -> None:
    """Put another version in the modal's place, unless the person has closed it meanwhile.

    With ``hash`` nothing is done where somebody else has redrawn it since that version.
    """
    try:
        await client.views_update(view_id=view_id, view=view, hash=hash)
    except SlackApiError as refused:
        if _code(refused) not in {"not_found", "hash_conflict"}:
            raise


async def show_text(client: AsyncWebClient, trigger_id: str, view: View, *, above: bool) -> None:
    """Show a modal, ``above`` the one in front where there is one."""
    show = client.views_push if above else client.views_open
    await show(trigger_id=trigger_id, view=view)


def _code(refused: SlackApiError) -> str | None:
    data = refused.response.data
    return data.get("error") if isinstance(data, dict) else None
