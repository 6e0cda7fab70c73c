"""The reason for leave is read by whoever asks and whoever decides, and is nowhere else."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog

from bot import logs
from bot.sandbox.kantata import Kind
from bot.settings import LogFormat, LogLevel
from tests.journeys.conftest import TAY, Town
from tests.journeys.test_time_off import ODER, ask, asked, carried, later, value

REASON = "chemotherapy"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything logged from now on, at the most talkative level there is."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(LogLevel.DEBUG, LogFormat.JSON)
    structlog.configure(cache_logger_on_first_use=False)
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    handler.addFilter(lambda record: record.name != "uvicorn.access")
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def in_kantata(town: Town) -> str:
    """Everything Kantata has, of whatever kind."""
    return repr([list(table) for table in town.world.kantata.store.tables.values()])


def said_to(town: Town, who: str) -> str:
    """Every message to somebody and every form in front of them."""
    return repr((town.heard(who), town.workspace.stack(town.user(who))))


def in_channels(town: Town) -> str:
    """Everything said in a channel to all of it."""
    direct = {town.workspace.direct(user).id for user in town.workspace.users}
    messages: dict[str, Any] = town.workspace.messages
    return repr([each for channel, said in messages.items() if channel not in direct for each in said
                 if not each.ephemeral_to])  # fmt: skip


async def metrics(town: Town) -> str:
    """What whoever watches the bot can see."""
    url = town.world.slack.platform.courier.url.rpartition("/slack/")[0]
    async with httpx.AsyncClient() as http:
        return (await http.get(f"{url}/metrics")).text


async def test_the_reason_is_where_it_belongs_and_nowhere_else(log: io.StringIO, town: Town) -> None:
    faults = town.world.kantata.faults
    await town.type(f"/timeoff fri: {REASON}")
    assert REASON in said_to(town, TAY)
    await town.press("Request")
    await later(town)
    assert REASON in said_to(town, ODER)

    pressed = value(asked(town))
    await carried(town, "Isar Lech", pressed, "time_off.approve.v1")
    await town.type(f"/timeoff change fri 4h: {REASON} again")
    faults.next("GET", "*", Kind.UNAVAILABLE, times=2)
    faults.next("POST", "/time_off_entries", Kind.DROPPED)
    await later(town)
    await town.press("Approve", ODER, under=asked(town))
    for _ in range(4):
        await later(town, seconds=100)
    assert "Approved by Oder Neisse" in asked(town)["text"]

    await ask(town, f"mon: {REASON}")
    await town.press("Reject…", ODER, under=asked(town))
    await town.send(ODER, reason="Not then")
    await ask(town, f"tue: {REASON}")
    await later(town, days=20)
    for words in (f"/timeoff {REASON} fri", f"/timeoff sat: {REASON}", f"/timeoff 99h fri: {REASON}"):
        await town.type(words)
    for kind in (Kind.ERROR, Kind.TRUNCATED, Kind.DROPPED):
        faults.next("*", "*", kind, times=3)
        await town.type(f"/timeoff fri: {REASON}")
    faults.clear()
    town.world.slack.faults.fail("response_url")
    town.world.slack.faults.fail("chat.postMessage")
    await town.type(f"/timeoff fri: {REASON}")
    await town.type("/timeoff")
    await town.send(days="someday", reason=REASON)
    await town.interact(type="view_submission", view={"callback_id": "time_off.ask.v1", "notes": REASON})
    await town.interact(type="block_actions", actions=[{"action_id": "time_off.approve.v1", "value": REASON}])
    await town.type("/timeoff cancel 6 mar")
    await town.type("/timeoff who 6 mar", "Isar Lech")
    await later(town, seconds=100)

    everybody = {user.real_name for user in town.workspace.users.values() if not user.is_bot}
    for who in everybody - {TAY, ODER}:
        assert REASON not in said_to(town, who), who
    assert REASON not in in_channels(town)
    assert REASON not in in_kantata(town)
    assert "2026-03-06" in in_kantata(town)
    assert REASON not in await metrics(town)
    said = log.getvalue()
    assert "kantata refused or failed" in said  # it does speak
    assert REASON not in said, said[max(0, said.index(REASON) - 1500) : said.index(REASON) + 200]
    # Once it is decided, whoever decided has no need of it any more.
    assert REASON not in repr([each for each in town.heard(ODER) if "Tay Forth, time off" in each["text"]])
