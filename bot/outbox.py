"""Every write to Kantata, exactly once.

A row states the intent before anything is acknowledged. It is claimed by a lease and sent; whenever the
answer is not certain, Kantata is looked at, never blindly sent to again, and a resend waits until the lost
request has certainly ended. The answer to the person is part of the row, so that it survives a restart.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from gettext import NullTranslations
from typing import Any, Protocol

import structlog
from prometheus_client import Counter

from bot import languages
from bot.background import AFTERWARDS
from bot.deps import Deps
from bot.domain.languages import speaking, tr
from bot.domain.writes import Reply, State, Write, may_resend, must_look, pause
from bot.kantata.errors import AccountClosed, Answered, Effect, KantataError, RateLimited, SignedOut
from bot.slack import Posted, SlackFailed
from bot.views.messages import Message
from storage import writes
from storage.writes import Claim, NewWrite

LEASE = timedelta(seconds=25)  # at most: a new process takes up within half a minute what a dead one held
AT_ONCE = 16  # below the client's pool, so that reads never queue behind writes
TELL_WITHIN = timedelta(days=1)  # of what was asked for: a later answer tells nobody anything
TOO_SLOW, NOT_FOUND_YET = "TooSlow", "NotFoundYet"  # troubles that are no exception of the client

log = structlog.get_logger()
WRITES = Counter("kantata_bot_writes", "Writes to Kantata by kind and how they ended", ["kind", "state"])


@dataclass(frozen=True)
class Refused(Exception):
    """Kantata certainly refused the write; ``text`` says why. ``follow_ups`` are written in its stead."""

    text: str
    follow_ups: tuple[NewWrite, ...] = ()


class NotSent(Exception):
    """The write was not sent after all, because ``error`` ended what had to be read before."""

    def __init__(self, error: KantataError) -> None:
        super().__init__(type(error).__name__)
        self.error = error


class Kind(Protocol):
    """One kind of write: how it is sent, looked for, and spoken of. Results and refusals are JSON texts."""

    async def send(self, deps: Deps, write: Write) -> str:
        """Send it; the result. Raises Refused, or what the client raises."""

    async def look(self, deps: Deps, write: Write) -> str | None:
        """The result if Kantata has it already, else None. Raises Refused, or what the client raises."""

    def refusal(self, write: Write, error: KantataError) -> str:
        """What to tell the person of Kantata's certain refusal."""

    async def answer(self, deps: Deps, write: Write) -> Message | None:
        """What to tell the person of the finished write; None where there is nobody to tell."""

    def kept(self, write: Write) -> Message | None:
        """What to tell the person while it is not certain yet."""


class Outbox:
    """The writes of one process; any number of processes share one database."""

    def __init__(
        self,
        deps: Deps,
        kinds: Mapping[str, Kind],
        *,
        jitter: Callable[[], float] = random.random,
        settled: Callable[[Write], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        """``settled`` is called beside everything else once a write is done or refused."""
        self._deps = deps
        self._kinds = kinds
        # What Kantata still does for twice its own limit will not be done any more.
        self._lease = min(LEASE, 2 * deps.kantata_timeout)
        self._jitter = jitter
        self._settled = settled
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def submit(self, new: NewWrite) -> tuple[Write, bool]:
        """Commit the intent, then send it in the background; True when this cause is new.

        What this returned for survives a kill; a second delivery of the same cause finds the first.
        """
        async with self._deps.database.transaction() as session:
            write, first = await writes.add(session, new, self._deps.clock())
        if first:
            self.take_up(write.id)
        return write, first

    def take_up(self, write_id: int) -> None:
        """Send in the background, at once, what the caller has just committed with something else."""
        self._deps.background.spawn(self._attend(write_id), name=f"patience {write_id}")

    def answer_again(self, write: Write, reply: Reply) -> None:
        """Say the answer of a finished write once more, to whoever asked for the same again."""
        self._deps.background.spawn(self._answer_again(write, reply), name=f"answer {write.id} again")

    async def _answer_again(self, write: Write, reply: Reply) -> None:
        with speaking(await self._language(write)):
            message = await self._answer(write)
        try:
            await self._say(replace(write, reply=reply), message, key=f"write:{write.id}")
        except SlackFailed as failed:
            log.warning("answer not said again", write=write.id, error=failed.error)

    async def _language(self, write: Write) -> NullTranslations:
        return await languages.of_person(self._deps.database, write.workspace, write.slack_id)

    async def _answer(self, write: Write) -> Message | None:
        # A refusal that was not said in the person's language is kept in English.
        said = replace(write, refusal=tr(write.refusal)) if write.refusal else write
        return await self._kinds[write.kind].answer(self._deps, said)

    async def sweep(self) -> None:
        """Take up what nobody holds: writes that are due, and answers that were never said."""
        due: list[Claim] = []
        free = await self._take_free_slots()
        try:
            async with self._deps.database.transaction() as session:
                now = await self._deps.database.now(session)
                due = await writes.claim_due(session, now, self._lease, free)
                untold = await writes.claim_untold(session, now, self._lease, AT_ONCE)
        finally:
            for _ in range(free - len(due)):
                self._slots.release()
        for claim in due:
            self._deps.background.spawn(self._work_in_slot(claim), name=f"write {claim.write.id}")
        for claim in untold:
            self._deps.background.spawn(self._tell_again(claim), name=f"answer {claim.write.id}")

    async def _take_free_slots(self) -> int:
        """How many more writes can be worked on; a lease must not run while its write waits for others."""
        free = 0
        while not self._slots.locked():
            await self._slots.acquire()
            free += 1
        return free

    async def _work_in_slot(self, claim: Claim) -> None:
        try:
            await self._work(claim)
        finally:
            self._slots.release()

    async def _tell_again(self, claim: Claim) -> None:
        try:
            await self._tell(claim)
        except asyncio.CancelledError:
            await self._give_back(claim)
            raise

    async def _attend(self, write_id: int) -> None:
        """Work on a new write now, and say that it is kept if that takes long."""
        await asyncio.sleep(AFTERWARDS)
        work = self._deps.background.spawn(self._claim_and_work(write_id), name=f"write {write_id}")
        done, _ = await asyncio.wait({work}, timeout=self._deps.patience.slow)
        if not done:
            await self._tell_kept(write_id)

    async def _claim_and_work(self, write_id: int) -> None:
        async with self._slots:
            async with self._deps.database.transaction() as session:
                now = await self._deps.database.now(session)
                claim = await writes.claim(session, write_id, now, self._lease)
            if claim:
                await self._work(claim)

    async def _work(self, claim: Claim) -> None:
        with speaking(await self._language(claim.write)):
            await self._look_and_send(claim)

    async def _look_and_send(self, claim: Claim) -> None:
        kind = self._kinds[claim.write.kind]
        try:
            if must_look(claim.write) and not await self._found_nothing(kind, claim):
                return
            await self._send(kind, claim)
        except Refused as refused:
            await self._finish(claim, State.REFUSED, refusal=refused.text, follow_ups=refused.follow_ups)
        except asyncio.CancelledError:
            await self._give_back(claim)
            raise

    async def _found_nothing(self, kind: Kind, claim: Claim) -> bool:
        """Look whether Kantata has it already; True when it certainly has not, and never will."""
        write = claim.write
        began = await self._now()
        try:
            result = await kind.look(self._deps, write)
        except KantataError as error:
            _note(write, error)
            await self._postpone(
                claim, sent_at=write.sent_at, ended=write.ended, trouble=_name(error), asked=error.retry_after
            )
            return False
        if result is not None:
            await self._finish(claim, State.DONE, result=result)
            return False
        if not may_resend(write, began, self._deps.kantata_timeout):
            await self._postpone(claim, sent_at=write.sent_at, ended=False, trouble=NOT_FOUND_YET)
            return False
        return True

    async def _send(self, kind: Kind, claim: Claim) -> None:
        """Send it; decide by what is certain: done, refused, nothing done for now, or unknown."""
        write = claim.write
        async with self._deps.database.transaction() as session:
            now = await self._deps.database.now(session)
            if not await writes.mark_sent(session, claim, now, self._lease):
                return  # the lease ran out and somebody else has it
        try:
            # Nothing may leave any more when somebody else has taken the write.
            async with asyncio.timeout(self._lease.total_seconds()):
                result = await kind.send(self._deps, write)
        except TimeoutError:
            log.warning("kantata too slow", write=write.id)
            await self._postpone(claim, sent_at=await self._now(), ended=False, trouble=TOO_SLOW)
        except NotSent as unsent:
            _note(write, unsent.error)
            asked = unsent.error.retry_after
            await self._postpone(claim, sent_at=None, ended=False, trouble=_name(unsent.error), asked=asked)
        except KantataError as error:
            _note(write, error)
            if error.effect is not Effect.NONE:
                # It may have left as late as this: it waited for its turn and for a connection.
                ended = error.effect is Effect.FAILED
                await self._postpone(claim, sent_at=await self._now(), ended=ended, trouble=_name(error))
            elif refused_for_good(error):
                await self._finish(claim, State.REFUSED, refusal=kind.refusal(write, error))
            else:
                await self._postpone(
                    claim, sent_at=None, ended=False, trouble=_name(error), asked=error.retry_after
                )
        else:
            await self._finish(claim, State.DONE, result=result)

    async def _postpone(
        self,
        claim: Claim,
        *,
        sent_at: datetime | None,
        ended: bool,
        trouble: str,
        asked: float | None = None,
    ) -> None:
        wait = pause(claim.write.attempts, self._jitter(), asked)
        async with self._deps.database.transaction() as session:
            now = await self._deps.database.now(session)
            await writes.postpone(session, claim, now + wait, sent_at=sent_at, ended=ended, trouble=trouble)
        await self._tell_kept(claim.write.id)

    async def _finish(
        self,
        claim: Claim,
        state: State,
        *,
        result: str | None = None,
        refusal: str | None = None,
        follow_ups: tuple[NewWrite, ...] = (),
    ) -> None:
        async with self._deps.database.transaction() as session:
            if not await writes.finish(session, claim, state, result=result, refusal=refusal):
                return
            for new in follow_ups:
                await writes.add(session, new, await self._deps.database.now(session))
        WRITES.labels(claim.write.kind, state.value).inc()
        if self._settled:
            self._deps.background.spawn(self._settled(claim.write), name=f"settled {claim.write.id}")
        await self._tell(replace(claim, write=await self._read(claim.write.id)))

    async def _tell(self, claim: Claim) -> None:
        """Say the answer; where Slack does not take it, it is tried again later."""
        write = claim.write
        with speaking(await self._language(write)):
            message = await self._answer(write)
        try:
            await self._say(write, message, key=f"write:{write.id}")
        except SlackFailed as failed:
            log.warning("answer not said", write=write.id, error=failed.error)
            if not failed.for_good and await self._tell_later(claim, failed.pause):
                return
        async with self._deps.database.transaction() as session:
            await writes.told(session, claim)

    async def _tell_later(self, claim: Claim, asked: float | None) -> bool:
        """Whether it will be tried again; False where it has been tried for long enough."""
        wait = pause(claim.write.attempts, self._jitter(), asked)
        async with self._deps.database.transaction() as session:
            now = await self._deps.database.now(session)
            if now - claim.write.created_at > TELL_WITHIN:
                return False
            await writes.tell_later(session, claim, now + wait)
        return True

    async def _tell_kept(self, write_id: int) -> None:
        """Say once, while it is open, that what was asked for is kept and being made sure of."""
        async with self._deps.database.transaction() as session:
            if not await writes.take_kept_notice(session, write_id):
                return
            write = await writes.get(session, write_id)
        assert write is not None
        with speaking(await self._language(write)):
            message = self._kinds[write.kind].kept(write)
        try:
            await self._say(write, message, key=f"kept:{write.id}")
        except SlackFailed as failed:
            log.warning("notice not said", write=write.id, error=failed.error)

    async def _say(self, write: Write, message: Message | None, *, key: str) -> None:
        reply = write.reply
        if message is None:
            return
        if await self._respond(reply, message):
            return
        if reply.replace and not message.beside and reply.channel and reply.ts:
            await self._deps.slack.rewrite(write.workspace, Posted(reply.channel, reply.ts), message)
            return
        await self._deps.slack.post(write.workspace, write.slack_id, message, key=key)

    async def _respond(self, reply: Reply, message: Message) -> bool:
        if reply.response_url is None or reply.until is None or self._deps.clock() >= reply.until:
            return False
        replace = reply.replace and not message.beside
        return await self._deps.slack.respond(reply.response_url, message, replace=replace)

    async def _give_back(self, claim: Claim) -> None:
        async with self._deps.database.transaction() as session:
            await writes.hand_back(session, claim, await self._deps.database.now(session))

    async def _read(self, write_id: int) -> Write:
        async with self._deps.database.reading() as session:
            write = await writes.get(session, write_id)
        assert write is not None
        return write

    async def _now(self) -> datetime:
        async with self._deps.database.reading() as session:
            return await self._deps.database.now(session)


def refused_for_good(error: KantataError) -> bool:
    """Whether sending the same again could never help: not while the service account is locked out."""
    return isinstance(error, Answered) and not isinstance(error, RateLimited | SignedOut | AccountClosed)


def _name(error: KantataError) -> str:
    return type(error).__name__


def _note(write: Write, error: KantataError) -> None:
    log.warning("kantata failed", write=write.id, error=type(error).__name__, effect=error.effect.value)
