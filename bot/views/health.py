"""How the bot's connections and jobs are, as an administrator sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.jobs import JobRun
from bot.domain.languages import later, spell_number, tr
from bot.views.messages import context, escape, instant, section

VIEW = "admin.health"
ASKING = later("Asking Slack, Kantata and the database …")


@dataclass(frozen=True)
class Connection:
    """One connection that was tried: whether it answered, and what it said."""

    name: str
    good: bool
    text: str


@dataclass(frozen=True)
class Health:
    """All connections; when each part of Kantata was last read; and the last run of each job."""

    connections: Sequence[Connection]
    last_read: Sequence[tuple[str, datetime | None]]
    jobs: Sequence[JobRun]


def health(found: Health) -> View:
    """The whole of it."""
    blocks: list[Block] = [section("\n".join([tr("*Connections*"), *map(_connection, found.connections)]))]
    reads = [f"• {name}: " + (instant(at) if at else tr("not read yet")) for name, at in found.last_read]
    blocks.append(section("\n".join([tr("*Last read from Kantata*"), *reads])))
    blocks.append(section(tr("*Jobs of the process that answers you*")))
    blocks += [context(_job(each)) for each in found.jobs]
    if not found.jobs:
        blocks.append(context(tr("None has run yet.")))
    return _view(blocks)


def waiting() -> View:
    """What stands there until everything has answered."""
    return _view([section(tr(ASKING))])


def _view(blocks: list[Block]) -> View:
    return View(
        type="modal", callback_id=VIEW, title=tr("Connections and jobs"), close=tr("Back"), blocks=blocks
    )


def _connection(each: Connection) -> str:
    mark = tr(":white_check_mark: works") if each.good else tr(":warning: fails")
    return f"• {each.name}: {mark} – {escape(each.text)}"


def _job(run: JobRun) -> str:
    following = " · " + tr("next {when}").format(when=instant(run.next_at)) if run.next_at else ""
    return f"*{run.name}*: {_outcome(run)}{following}"


def _outcome(run: JobRun) -> str:
    if run.ended_at is None:
        return tr("running since {when}").format(when=instant(run.began_at))
    if run.failed:
        return tr(":warning: failed {when}: {failed}").format(
            when=instant(run.ended_at), failed=escape(run.failed)
        )
    seconds = (run.ended_at - run.began_at).total_seconds()
    return tr("done {when} in {seconds} s").format(
        when=instant(run.ended_at), seconds=spell_number(seconds, places=1)
    )
