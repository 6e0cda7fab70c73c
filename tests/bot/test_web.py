"""Health, readiness and metrics, in the words of whoever watches the bot."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from httpx import ASGITransport, AsyncClient
from slack_bolt.async_app import AsyncApp

from bot.background import Background
from bot.deps import Deps
from bot.kantata.client import connect
from bot.outbox import Outbox
from bot.schedule import Schedule
from bot.slack import Slack
from bot.web import Running, create
from bot.workspaces import OneWorkspace, Tenant
from storage.database import Database
from tests.clock import Clock


async def nothing() -> None:
    """A job that does nothing."""


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    background = Background()
    async with aiohttp.ClientSession() as session, connect("http://127.0.0.1:1", "t0ken") as kantata:
        deps = Deps(
            workspace="T0SANDBOX",
            kantata=kantata,
            slack=Slack(session, api_url="http://127.0.0.1:1/", token="xoxb-1"),
            database=database,
            background=background,
            clock=Clock(),
            kantata_timeout=timedelta(seconds=180),
            kantata_app_url="http://127.0.0.1:1",
            time_zone="UTC",
        )
        bolt = AsyncApp(signing_secret="s", token="xoxb-1")
        workspaces = OneWorkspace(Tenant(deps, Outbox(deps, {}), {"nothing": nothing}))
        schedule = Schedule(background, workspaces, {"nothing": 3600})
        yield Running(bolt, workspaces, None, database, background, schedule)
    await database.close()


@pytest.fixture
async def client(running: Running) -> AsyncIterator[AsyncClient]:
    app = create(lambda: None, socket_mode=False)  # type: ignore[arg-type, return-value] # never started here
    app.state.running = running
    async with AsyncClient(transport=ASGITransport(app), base_url="http://bot") as client:
        yield client


async def test_it_is_healthy_while_it_answers(client: AsyncClient) -> None:
    assert (await client.get("/healthz")).text == "ok"


async def test_it_is_ready_when_database_and_jobs_are(client: AsyncClient) -> None:
    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"missing": []})


async def test_a_database_that_does_not_answer_is_named(client: AsyncClient, running: Running) -> None:
    running.database = Database("postgresql://nobody@127.0.0.1:1/none")

    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"missing": ["database: it does not answer"]})


async def test_while_it_stops_it_is_not_ready(client: AsyncClient, running: Running) -> None:
    running.stopping = True

    assert (await client.get("/readyz")).status_code == 503


async def test_metrics_are_there_for_prometheus(client: AsyncClient) -> None:
    answer = await client.get("/metrics")

    assert "kantata_bot_slack_request_seconds_bucket" in answer.text
    assert "kantata_bot_writes_total" in answer.text or "kantata_bot_writes" in answer.text


async def test_a_request_that_is_too_large_is_refused_unread(client: AsyncClient) -> None:
    answer = await client.post("/slack/events", content=b"x" * 1_000_001)

    assert answer.status_code == 413
