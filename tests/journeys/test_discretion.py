"""The log says what went wrong, never what somebody wrote, whose address it was, or any token."""

import io
import logging
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import structlog

from bot import logs
from bot.sandbox.kantata import Kind
from bot.settings import LogFormat, LogLevel
from tests.journeys.conftest import Town
from tests.journeys.test_refused import MALFORMED, post

NOTES = "confidential merger talks"
PROJECT = "Website relaunch"


@pytest.fixture(params=[LogFormat.TEXT, LogFormat.JSON])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Everything logged from now on, at the most talkative level there is."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(LogLevel.DEBUG, request.param)
    structlog.configure(cache_logger_on_first_use=False)
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    # The bot's own server keeps no such log; this is the pretend Slack's and Kantata's.
    handler.addFilter(lambda record: record.name != "uvicorn.access")
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def test_the_log_keeps_secrets_and_peoples_words_to_itself(log: io.StringIO, town: Town) -> None:
    faults, slack = town.world.kantata.faults, town.world.slack.faults
    await town.type(f"/logtime 2h acme design: {NOTES}")
    await town.press("Edit")
    await town.send(notes=NOTES + " again")
    await town.type(f"/logtime 1h cedar onboarding backend\n2h qqqq: {NOTES}")
    await town.type(f"/logtime 2h qqqq: {NOTES}")
    await town.type(f"/logtime 2h acme: {NOTES}", "Una Unmatched")
    for kind in (Kind.ERROR, Kind.HTML, Kind.TRUNCATED, Kind.DROPPED, Kind.CANCELED):
        faults.next("*", "*", kind, times=2)
        await town.type(f"/logtime 2h acme design: {NOTES}")
    faults.clear()
    for method in ("response_url", "chat.postMessage", "views.open", "views.update"):
        slack.fail(method)
        slack.garble(method)
        slack.reset_before(method)
        await town.type(f"/logtime 2h acme design: {NOTES}")
        await town.type(f"/logtime 2h qqqq: {NOTES}")
    slack.clear()
    await town.later(minutes=5)
    for body, content_type in MALFORMED:
        await post(town, body, content_type)
    lacking = {
        "team_id": town.workspace.team_id,
        "user_id": town.user(),
        "command": "/logtime",
        "text": NOTES,
    }
    await post(town, urlencode(lacking).encode())
    await town.interact(type="view_submission", view={"callback_id": "entry.log.v1", "notes": NOTES})
    await town.interact(type="block_actions", actions=[{"action_id": "entry.undo.v1", "value": NOTES}])
    await town.world.slack.user_changed(town.user(), title=NOTES)
    await town.settle()

    said = log.getvalue()
    assert "kantata refused or failed" in said  # it does speak
    assert "a listener failed" in said
    secret = [
        town.world.bot_token,
        town.world.signing_secret,
        town.world.kantata.service_token,
        NOTES,
        NOTES.split()[1],
        PROJECT,
        "@example.com",
        "/response/",
    ]
    for each in secret:
        assert each not in said, said[max(0, said.index(each) - 1500) : said.index(each) + 200]
