"""The one place that speaks of failure: what a person can mend is said, all else is logged by reference."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncRespond
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import sign_in
from bot.domain.languages import tr
from bot.domain.problems import Problem, Problems
from bot.people import NotConnected
from bot.slack import SlackFailed
from bot.views.entry_form import errors, waiting
from bot.views.messages import OUTDATED, Message, escape, plain
from handlers.context import workspace_of
from handlers.modals import show_text

log = structlog.get_logger()


def register(app: AsyncApp) -> None:
    """Catch what no other listener took, and what any of them raised."""
    app.action(re.compile(".*"))(press_unknown)
    app.shortcut(re.compile(".*"))(press_unknown)
    app.view(re.compile(".*"))(submit_unknown)
    app.error(explain)


async def press_unknown() -> None:
    """A button that is no longer ours: messages live for years."""
    raise Problem(tr(OUTDATED))


async def submit_unknown() -> None:
    """A form that is no longer ours; what was entered stays, to be copied."""
    raise Problem(tr(OUTDATED))


async def explain(
    error: Exception,
    body: Mapping[str, Any],
    context: AsyncBoltContext,
    client: AsyncWebClient,
    respond: AsyncRespond,
) -> BoltResponse | None:
    """Say what went wrong, in the way this kind of request can be answered."""
    if isinstance(error, BoltUnhandledRequestError):
        log.info("nobody listens to this", type=body.get("type"))
        return BoltResponse(status=200, body="")
    problems = _problems(error)
    if context.ack.response is not None:
        await _tell(body, client, respond, _text(problems), await _message(error, problems, context))
        return None
    if "command" in body:
        message = await _message(error, problems, context)
        return _json({"response_type": "ephemeral", **message.payload()})
    if body.get("type") == "view_submission":
        return _json(_about_form(body["view"], problems))
    if body.get("type") == "block_suggestion":
        return _json({"options": []})
    await _tell(body, client, respond, _text(problems), await _message(error, problems, context))
    return BoltResponse(status=200, body="")


async def _message(error: Exception, problems: Sequence[Problem], context: AsyncBoltContext) -> Message:
    """What to say, with the Connect button for whom that would help."""
    if isinstance(error, NotConnected) and error.may_connect and context.user_id:
        return await sign_in.offer(context["deps"], workspace_of(context), context.user_id, error.text)
    return plain(escape(_text(problems)))


async def _tell(
    body: Mapping[str, Any], client: AsyncWebClient, respond: AsyncRespond, text: str, message: Message
) -> None:
    """Say the message beside what was pressed; where there is nothing, its text in a modal."""
    if body.get("response_url"):
        await respond(**message.payload(), replace_original=False)
    elif body.get("trigger_id"):
        above = body.get("view", {}).get("type") == "modal"
        try:
            await show_text(client, body["trigger_id"], waiting(text), above=above)
        except SlackApiError as refused:
            log.warning("not explained", error=refused.response.get("error"))


def _about_form(view: Mapping[str, Any], problems: Sequence[Problem]) -> dict[str, Any]:
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if inputs:
        return {"response_action": "errors", "errors": errors(problems, inputs)}
    return {"response_action": "update", "view": waiting(_text(problems)).to_dict()}


def said_of(error: Exception) -> str:
    """What to tell the person of that failure."""
    return _text(_problems(error))


def _problems(error: Exception) -> tuple[Problem, ...]:
    if isinstance(error, Problem):
        return (error,)
    if isinstance(error, Problems):
        return error.problems
    reference = secrets.token_hex(4)
    log.error("a listener failed", reference=reference, exc_info=error)
    if isinstance(error, SlackFailed):
        return (
            Problem(
                tr("Slack did not let me do that. Nothing was written. (Reference {reference})").format(
                    reference=reference
                )
            ),
        )
    return (
        Problem(
            tr("Something went wrong on my side; it has been noted as {reference}. Please try again.").format(
                reference=reference
            )
        ),
    )


def _text(problems: Sequence[Problem]) -> str:
    return "\n".join(problem.text for problem in problems)


def _json(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": "application/json"})
