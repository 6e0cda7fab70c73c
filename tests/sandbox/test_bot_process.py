"""The bot's process is watched: ready, killed, restarted, stopped; and gets no setting but its own."""

import asyncio
from pathlib import Path

import pytest

from bot.sandbox.bot_process import BotFailed, BotProcess, Status, free_port

PROGRAM = """
import http.server, os, signal, sys
print(os.environ.get("SLACK_APP_TOKEN"), os.environ["GIVEN"], os.getcwd(), flush=True)
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *arguments):
        pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""


def process(data: Path, program: str) -> BotProcess:
    port = free_port()
    environment = {"PORT": str(port), "GIVEN": "yes"}
    return BotProcess(environment, port=port, data=data, arguments=("-c", program), pause=0)


async def is_running_after(bot: BotProcess, restarts: int) -> None:
    """Returns when it was started again that often and is ready."""
    async with asyncio.timeout(20):
        while (bot.restarts, bot.status) != (restarts, Status.RUNNING):  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0)


async def test_a_killed_bot_is_started_again(tmp_path: Path) -> None:
    bot = process(tmp_path, PROGRAM)
    await bot.start()
    assert bot.as_json() == {"status": "running", "restarts": 0}
    bot.kill()
    await is_running_after(bot, 1)
    bot.restart()
    await is_running_after(bot, 2)
    await bot.stop()
    assert bot.status is Status.STOPPED


async def test_a_bot_that_cannot_start_is_reported_with_its_last_words(tmp_path: Path) -> None:
    bot = process(tmp_path, "import sys; sys.exit('The settings need mending')")
    with pytest.raises(BotFailed, match="The settings need mending"):
        await bot.start()


async def test_the_bot_gets_no_setting_of_the_shell_that_started_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-real")
    bot = process(tmp_path, PROGRAM)
    await bot.start()
    await bot.stop()
    said = (tmp_path / "bot.log").read_text(encoding="utf-8")
    assert said.split() == ["None", "yes", str(tmp_path)]
