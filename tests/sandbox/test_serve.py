"""``kantata-bot sandbox`` from outside: it starts, says where to look, and ends in order."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.sandbox.bot_process import free_port
from bot.sandbox.serve import serve


@contextmanager
def sandbox(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running sandbox and its address."""
    command = [sys.executable, "-m", "bot", "sandbox", "--port", str(free_port()), "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("Open http://127.0.0.1:"), line
            yield process, line.removeprefix("Open ").strip()
        finally:
            process.kill()


def test_time_is_logged_from_the_first_minute_and_outlives_the_sandbox(tmp_path: Path) -> None:
    with sandbox(tmp_path) as (process, url):
        before = minutes(url)
        asked = {
            "user": you(url),
            "channel": "C0GENERAL",
            "text": "/logtime 2h acme website design: wireframes",
        }
        assert httpx.post(f"{url}/slack/page/command", json=asked, timeout=10).json()["ok"] is True
        written = any(minutes(url) == before + 120 for _ in range(2000))
        assert written
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    assert processes_in(tmp_path) == []
    with sandbox(tmp_path) as (process, url):
        assert minutes(url) == before + 120
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


def test_a_taken_port_is_said_in_words(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert serve(port, "small", tmp_path, 0.0) == 1
    assert f"Port {port} is taken." in capfd.readouterr().err


def you(url: str) -> str:
    """The person whom the page shows first."""
    return str(httpx.get(f"{url}/sandbox/state").json()["you"])


def minutes(url: str) -> int:
    """What that person has in Kantata in this week and the last."""
    weeks = httpx.get(f"{url}/kantata/page", params={"user": you(url)}).json()["weeks"]
    return sum(week["total_minutes"] for week in weeks)


def processes_in(directory: Path) -> list[str]:
    """The processes that run in that directory."""
    return [entry.parent.name for entry in Path("/proc").glob("[0-9]*/cwd") if _leads_to(entry, directory)]


def _leads_to(link: Path, directory: Path) -> bool:
    try:
        return link.readlink() == directory
    except OSError:  # gone meanwhile, or somebody else's
        return False
