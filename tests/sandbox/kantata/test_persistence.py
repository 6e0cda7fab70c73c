"""What was answered is on disk: after a restart, after a failure half way, after kill -9."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from bot.sandbox.kantata import Kantata, build_firm
from bot.sandbox.kantata.store import Overlay, Store
from tests.sandbox.kantata.conftest import DESIGN, TAY, TODAY, WEBSITE, YESTERDAY

ENTRY = {"workspace_id": WEBSITE, "story_id": DESIGN, "date_performed": YESTERDAY, "time_in_minutes": 5}


def now() -> datetime:
    return datetime(2026, 3, 5, 12, tzinfo=UTC)


def start(data: Path, today: date = TODAY) -> Kantata:
    return Kantata(build_firm("small", today), clock=now, data=data)


def client_of(kantata: Kantata) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {kantata.token_for(TAY)}"}
    transport = httpx.ASGITransport(kantata.app)
    return httpx.AsyncClient(transport=transport, base_url="http://kantata/api/v1", headers=headers)


def entries(kantata: Kantata) -> dict[str, int]:
    shown = kantata.entries_of(TAY, date(2026, 3, 4), date(2026, 3, 4))
    return {row["id"]: row["minutes"] for row in shown}


async def test_creations_changes_and_deletions_survive_a_restart(tmp_path: Path) -> None:
    kantata = start(tmp_path)
    token, before = kantata.service_token, entries(kantata)
    async with client_of(kantata) as client:
        made = [(await client.post("/time_entries", json={"time_entry": ENTRY})).json() for _ in range(3)]
        first, second, third = (answer["results"][0]["id"] for answer in made)
        await client.put(f"/time_entries/{first}", json={"time_entry": {"time_in_minutes": 7}})
        await client.delete(f"/time_entries/{third}")
        seeded = next(iter(before))
        await client.delete(f"/time_entries/{seeded}")
    kantata.close()
    # Another day: the firm is still the one it was.
    again = start(tmp_path, date(2026, 3, 9))
    del before[seeded]
    assert entries(again) == {**before, first: 7, second: 5}
    assert again.firm.today == TODAY
    assert again.service_token == token
    async with client_of(again) as client:
        answer = (await client.post("/time_entries", json={"time_entry": ENTRY})).json()
    assert int(answer["results"][0]["id"]) > int(third)
    again.close()


def test_a_transaction_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    overlay = Overlay(tmp_path / "rows.db")
    store = Store({"notes": {"1": {"id": "1", "text": "old"}}}, overlay)

    def change_and_fail() -> None:
        with store.transaction():
            store.update("notes", "1", {"text": "new"})
            store.insert("notes", {"text": "another"})
            store.delete("notes", "1")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  # the one raised above
        change_and_fail()
    assert [row["text"] for row in store.table("notes")] == ["old"]
    assert not list(overlay.rows())
    with pytest.raises(RuntimeError):
        store.insert("notes", {})
    overlay.close()


WRITER = """
import asyncio, os, sys
from datetime import UTC, date, datetime
from pathlib import Path
import httpx
from bot.sandbox.kantata import Kantata, build_firm

async def write() -> None:
    kantata = Kantata(
        build_firm("small", date(2026, 3, 5)),
        clock=lambda: datetime(2026, 3, 5, 12, tzinfo=UTC),
        data=Path(sys.argv[1]),
    )
    headers = {"authorization": "Bearer " + kantata.token_for("101")}
    transport = httpx.ASGITransport(kantata.app)
    entry = {"workspace_id": 3001, "date_performed": "2026-03-04", "time_in_minutes": 5}
    async with httpx.AsyncClient(transport=transport, base_url="http://k/api/v1", headers=headers) as client:
        while True:
            answer = (await client.post("/time_entries", json={"time_entry": entry})).json()
            os.write(1, (answer["results"][0]["id"] + "\\n").encode())

asyncio.run(write())
"""


def test_every_answered_write_survives_kill_9(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for _ in range(3):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            acknowledged += [process.stdout.readline().strip() for _ in range(20)]
            process.kill()
            acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
    kantata = start(tmp_path)
    kept = entries(kantata)
    assert len(set(acknowledged)) == len(acknowledged) >= 60
    assert set(acknowledged) <= set(kept)
    kantata.close()
