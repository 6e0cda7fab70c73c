"""Saying privately what somebody asked to see, for which nothing has to be kept."""

import asyncio
from collections.abc import Awaitable

import structlog

from bot.deps import Deps
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.writes import Reply
from bot.slack import SlackFailed
from bot.views.messages import Message, escape, plain

log = structlog.get_logger()


async def say(deps: Deps, person: Person, reply: Reply, message: Message, *, key: str) -> None:
    """Say it where it was asked for, else by direct message; ``key`` travels with the latter."""
    if may_respond(deps, reply) and await respond(deps, reply, message):
        return
    try:
        await deps.slack.post(person.workspace, person.slack_id, message, key=key)
    except SlackFailed as failed:
        log.warning("answer not said", about=key, error=failed.error)


def may_respond(deps: Deps, reply: Reply) -> bool:
    """Whether there is a response_url that still takes answers."""
    return reply.response_url is not None and reply.until is not None and deps.clock() < reply.until


async def respond(deps: Deps, reply: Reply, message: Message) -> bool:
    """Say it by response_url; False where it has certainly not been said."""
    assert reply.response_url is not None
    try:
        return await deps.slack.respond(reply.response_url, message, replace=reply.replace)
    except SlackFailed as failed:
        log.warning("answer not said", error=failed.error)
        return failed.error == "no_answer"  # it may have been said


async def answer(
    deps: Deps,
    person: Person,
    reply: Reply,
    asked: Awaitable[Message | None],
    *,
    slow: Message,
    key: str,
) -> None:
    """Say what is asked for as soon as it is known, or what is wrong; ``slow`` when that takes long."""
    work = asyncio.ensure_future(asked)
    try:
        done, _ = await asyncio.wait({work}, timeout=deps.patience.slow)
        if not done:
            await say(deps, person, reply, slow, key=key)
        message = await work
    except Problem as problem:
        message = plain(escape(problem.text))
    finally:
        work.cancel()
    if message is not None:
        await say(deps, person, reply, message, key=key)
