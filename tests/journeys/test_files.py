"""A file that somebody asked for comes in that person's direct messages, and to nobody else."""

from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.slack import SlackFailed
from tests.journeys.conftest import TAY, Town

CONTENT = "day,hours\nÅsa,7½\n".encode()


async def upload(town: Town, slack_id: str) -> None:
    await town.deps.slack.upload(
        town.workspace.team_id,
        slack_id,
        name="week.csv",
        content=CONTENT,
        title="The week",
        alt_text="Who logged what",
        comment="Here is the week.",
    )


async def test_the_file_comes_with_its_words_and_content(town: Town) -> None:
    await upload(town, town.user())

    message = town.heard()[-1]
    (file,) = message["files"]
    assert (message["text"], message["channel"]) == (
        "Here is the week.",
        town.workspace.direct(town.user()).id,
    )
    assert (file["title"], file["name"], file["alt_txt"]) == ("The week", "week.csv", "Who logged what")
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as answer:
        assert await answer.read() == CONTENT


async def test_whom_slack_does_not_know_gets_nothing(town: Town) -> None:
    with pytest.raises(SlackFailed, match="user_not_found"):
        await upload(town, "U0NOBODY")
    assert town.workspace.uploads == {}


async def test_a_file_that_is_not_taken_is_said_so_and_shared_with_nobody(town: Town) -> None:
    address = urlsplit(town.world.slack.platform.url or "")
    town.world.slack.platform.url = address._replace(path="/nowhere").geturl()

    with pytest.raises(SlackFailed, match="file_not_taken"):
        await upload(town, town.user())

    assert town.heard(TAY) == []
