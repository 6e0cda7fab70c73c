"""Let two approvers decide about the same timesheet at the same instant, on two processes, again and again.

    ./run python -m benchmarks.two_approvers --rounds 200

The bot runs as it does for real, as two processes that share a PostgreSQL, between a served Slack and a
served Kantata. In each round both approvers press Approve under their own messages, or one approves while the
other sends a rejection; each press reaches another process. In the end Kantata must have taken exactly one
decision about every timesheet, and both messages must name it. Exit status 1 where that is not so.

Messages are posted and rewritten below Slack's limits, so that 200 rounds take some ten minutes.
"""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks.stage import Stage, stage
from bot.sandbox.slack.records import Message
from tests.storage.databases import PostgresDatabases
from tests.storage.postgres import running_postgres

CLYDE, PORTAL = "107", "3004"  # managed by Avon, on a project whose time Oder approves
APPROVERS = ("Oder Neisse", "Avon Severn")
PATIENCE = 1200.0  # seconds
APPROVE, REJECT = "approval.approve.v1", "approval.reject.v1"


@dataclass
class Report:
    """What came of the rounds; ``faults`` is empty where all went well."""

    rounds: int
    approved: int = 0
    rejected: int = 0
    requests: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0

    def __str__(self) -> str:
        return "\n".join(
            [
                f"rounds      {self.rounds}",
                f"approved    {self.approved}",
                f"rejected    {self.rejected}",
                f"requests    {' and '.join(map(str, self.requests))} by process",
                f"faults      {len(self.faults)}",
                f"seconds     {self.seconds:.0f}",
            ]
        )


class Duel:
    """The rounds of two approvers."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self._stage = stage
        self._chance = random.Random(seed)
        users = stage.workspace.users.values()
        self._people = [next(each.id for each in users if each.real_name == name) for name in APPROVERS]
        self._copies: dict[str, list[Message]] = {}

    async def run(self, rounds: int) -> Report:
        """That many rounds, and the judgement when every message has been rewritten."""
        began = time.monotonic()
        waiting = [self._submit() for _ in range(rounds)]
        deadline = began + PATIENCE
        report = Report(rounds, faults=["not all were decided"])
        while report.faults and time.monotonic() < deadline:
            for submission_id in waiting:
                if submission_id not in self._copies and (copies := self._asked(submission_id)):
                    self._copies[submission_id] = copies
                    await self._round(copies, also_rejected=len(self._copies) % 2 == 0)
            await asyncio.sleep(0.5)
            report = self._judged(waiting)
        report.requests = [await _requests(url) for url in self._stage.bots]
        report.seconds = time.monotonic() - began
        return report

    def _submit(self) -> str:
        """Clyde submits a timesheet in Kantata itself, whose notes tell it from the others."""
        store = self._stage.world.kantata.store
        now = datetime.now(UTC).isoformat()
        sheets = store.table("timesheet_submissions").where("user_id", CLYDE)
        pattern = next(row for row in sheets if row["workspace_id"] == PORTAL)
        entry = next(iter(store.table("time_entries").where("workspace_id", PORTAL)))
        fresh = {"status": "pending", "created_at": now, "updated_at": now}
        with store.transaction():
            row = store.insert("timesheet_submissions", {**_without_id(pattern), **fresh})
            links = {"active_submission_id": row["id"], "recent_submission_id": row["id"]}
            mine = {"user_id": CLYDE, "date_performed": row["start_date"], "notes": _mark(row["id"])}
            store.insert("time_entries", {**_without_id(entry), **links, **mine, "time_in_minutes": 60})
        return str(row["id"])

    def _asked(self, submission_id: str) -> list[Message]:
        """The messages about that timesheet, one of each approver; none before both are there."""
        found = []
        for user in self._people:
            said = self._stage.workspace.messages.get(self._stage.workspace.direct(user).id, [])
            found += [each for each in said if _mark(submission_id) in str(each.blocks)]
        return found if len(found) == len(self._people) else []

    async def _round(self, copies: list[Message], *, also_rejected: bool) -> None:
        acts = [self._approve(0, copies[0])]
        acts.append(await self._rejection(1, copies[1]) if also_rejected else self._approve(1, copies[1]))
        urls = list(self._stage.bots)
        self._chance.shuffle(urls)
        self._chance.shuffle(acts)
        under_way = []
        for url, act in zip(urls, acts, strict=True):
            self._stage.world.slack.platform.courier.url = f"{url}/slack/events"
            under_way.append(asyncio.create_task(act))
            for _ in range(5):  # until the request has left
                await asyncio.sleep(0)
        await asyncio.gather(*under_way)

    async def _approve(self, approver: int, copy: Message) -> None:
        target = (copy.channel, copy.ts)
        await self._stage.world.slack.press(self._people[approver], message=target, action_id=APPROVE)

    async def _rejection(self, approver: int, copy: Message) -> Coroutine[Any, Any, None]:
        """The form of a rejection, opened and about to be sent."""
        user, slack = self._people[approver], self._stage.world.slack
        await slack.press(user, message=(copy.channel, copy.ts), action_id=REJECT)
        view = self._stage.workspace.view_json(self._stage.workspace.stack(user)[-1])
        (said,) = [block for block in view["blocks"] if block["type"] == "input"]
        field = {"type": "plain_text_input", "value": "Something is missing"}
        values = {said["block_id"]: {said["element"]["action_id"]: field}}

        async def send() -> None:
            await slack.submit(user, view["id"], values)

        return send()

    def _judged(self, waiting: list[str]) -> Report:
        report = Report(len(waiting))
        for submission_id in waiting:
            table = self._stage.world.kantata.store.table("resolutions")
            taken = list(table.where("target_id", submission_id))
            if len(taken) != 1:
                report.faults.append(f"{submission_id}: {len(taken)} decisions in Kantata")
                continue
            by = next(name for name in APPROVERS if name in taken[0]["description"])
            did = "Approved" if taken[0]["type"] == "approval" else "Rejected"
            report.approved += did == "Approved"
            report.rejected += did == "Rejected"
            for copy in self._copies[submission_id]:
                if not copy.text.startswith(f"{did} by {by}"):
                    report.faults.append(f"{submission_id}: {did} by {by}, and a message says {copy.text!r}")
        return report


def _without_id(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _mark(submission_id: str) -> str:
    return f"round of {submission_id}."


async def _requests(url: str) -> int:
    """How many of Slack's requests that process has answered."""
    async with httpx.AsyncClient() as http:
        lines = (await http.get(f"{url}/metrics")).text.splitlines()
    (counted,) = [line for line in lines if line.startswith("kantata_bot_slack_request_seconds_count")]
    return int(float(counted.rpartition(" ")[2]))


async def duel(database_url: str, folder: Path, *, rounds: int, seed: int) -> Report:
    """The rounds on a database that may be empty; the bots' logs are kept in ``folder``."""
    async with stage(database_url, folder, processes=2) as set_up:
        return await Duel(set_up, seed).run(rounds)


def main() -> int:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="two-approvers"))
    with running_postgres() as server:
        databases = PostgresDatabases(server)
        url = databases.url(databases.create_empty())
        report = asyncio.run(duel(url, folder, rounds=chosen.rounds, seed=chosen.seed))
    print(report)
    if report.faults:
        print(*report.faults, sep="\n")
        print(f"the bots' logs: {folder}")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
