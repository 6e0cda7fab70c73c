"""What listeners find in their context: the deps, and the person who acts."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot import first_contact, people
from bot.deps import Deps
from bot.domain.languages import speak, tr
from bot.languages import spoken_in
from bot.people import NOT_CONNECTED, NotConnected
from bot.workspaces import NotInstalled, Workspaces
from handlers import replies
from storage import people as known_people
from storage.tables import PersonState

Next = Callable[[], Awaitable[BoltResponse]]
Middleware = Callable[..., Awaitable[BoltResponse]]


def inject(workspaces: Workspaces) -> Middleware:
    """The middleware that gives listeners their own workspace's ``deps`` and ``outbox`` by parameter name."""

    async def inject_deps(context: AsyncBoltContext, next: Next) -> BoltResponse:
        workspace = context.enterprise_id or context.team_id
        if workspace is None:
            return BoltResponse(status=400, body="")
        try:
            tenant = await workspaces.find(workspace)
        except NotInstalled:  # the last events of a workspace that has left
            return BoltResponse(status=200, body="")
        context["deps"] = tenant.deps
        context["outbox"] = tenant.outbox
        replies.CLOCK.set(tenant.deps.clock)
        async with tenant.deps.database.reading() as session:
            known = await known_people.find(session, workspace, context.user_id) if context.user_id else None
        context["known"] = known
        speak(spoken_in(known.locale if known else None))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(workspace=tenant.deps.workspace, person=context.user_id)
        return await next()

    return inject_deps


async def same_organisation(
    context: AsyncBoltContext,
    body: Mapping[str, Any],
    next: Next,
) -> BoltResponse:
    """Refuse people of other organisations, who can act in shared channels (``user.team_id``)."""
    if not context.is_enterprise_install and _home(body) not in (None, context.team_id):
        raise NotConnected(tr(NOT_CONNECTED[PersonState.STRANGER]))
    return await next()


def _home(body: Mapping[str, Any]) -> str | None:
    user = body.get("user")
    return user.get("team_id") if isinstance(user, Mapping) else None


async def connected_person(
    context: AsyncBoltContext,
    body: Mapping[str, Any],
    deps: Deps,
    next: Next,
) -> BoltResponse:
    """Give the listener ``person``; raises NotConnected for anybody Kantata does not know."""
    assert context.user_id is not None
    person = await people.current(deps, workspace_of(context), context.user_id, context["known"])
    context["person"] = person
    speak(spoken_in(person.locale))
    if "command" in body:
        deps.background.spawn(first_contact.greet(deps, person), name="greet")
    return await next()


def workspace_of(context: AsyncBoltContext) -> str:
    """The key of the workspace that is served."""
    deps: Deps = context["deps"]
    return deps.workspace
