"""What somebody asked for, committed to the outbox; and what that person asked for before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.deps import Deps
from bot.domain.languages import tr
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.writes import Reply, State, Write
from bot.outbox import Outbox
from bot.views.time_entries import EntryRef
from storage import writes
from storage.writes import NewWrite


@dataclass(frozen=True)
class Request:
    """What brought a command or press about: ``cause`` is unique to it, ``reply`` is where to answer.

    ``channel`` is where it was typed.
    """

    cause: str
    reply: Reply
    channel: str | None = None


@dataclass(frozen=True)
class Accepted:
    """The intent is committed; the answer follows by itself. ``first``: nobody had asked for it before."""

    write: Write
    first: bool = True


async def submit(
    outbox: Outbox,
    person: Person,
    kind: str,
    payload: str,
    request: Request,
    *,
    objects: Sequence[str] = (),
    after: int | None = None,
) -> Accepted:
    new = NewWrite(
        workspace=person.workspace,
        slack_id=person.slack_id,
        kantata_id=person.kantata_id,
        kind=kind,
        cause=request.cause,
        payload=payload,
        reply=request.reply,
        objects=tuple(objects),
        after_id=after,
    )
    write, first = await outbox.submit(new)
    return Accepted(write, first)


async def submit_anew(
    outbox: Outbox,
    person: Person,
    kind: str,
    payload: str,
    request: Request,
    *,
    objects: Sequence[str] = (),
    after: int | None = None,
) -> Accepted:
    """Submit what can be asked for once, by whichever button; what was refused may be asked for again.

    Who asks for what is done already is told so again.
    """
    accepted = await submit(outbox, person, kind, payload, request, objects=objects, after=after)
    attempt = 1
    while accepted.write.state is State.REFUSED:
        attempt += 1
        again = replace(request, cause=f"{request.cause}:{attempt}")
        accepted = await submit(outbox, person, kind, payload, again, objects=objects, after=after)
    if accepted.write.state is State.DONE:
        outbox.answer_again(accepted.write, request.reply)
    return accepted


async def own_write(deps: Deps, person: Person, ref: EntryRef) -> Write:
    async with deps.database.reading() as session:
        write = await writes.get(session, ref.write_id)
    if write is None or (write.workspace, write.slack_id) != (person.workspace, person.slack_id):
        raise Problem(tr("That entry is not yours, or too old for me to know it."))
    return write
