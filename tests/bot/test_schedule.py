"""When jobs run next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.deps import Deps
from bot.job_runs import JobRuns
from bot.outbox import Outbox
from bot.schedule import Every, Schedule, jobs, timetable
from bot.workspaces import Tenant
from tests.bot.bench import Bench

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_a_run_follows_the_one_before_after_its_seconds() -> None:
    assert Every(seconds=2, timezone=UTC).get_next_fire_time(NOW, NOW) == NOW + timedelta(seconds=2)


def test_after_a_jump_of_the_clock_one_run_stands_for_all_that_were_missed() -> None:
    later = NOW + timedelta(days=294)
    following = Every(seconds=2, timezone=UTC).get_next_fire_time(NOW, later)
    assert following == later + timedelta(seconds=2)


class Served:
    """Two workspaces: in the first one the job fails, in the second it notes its runs."""

    def __init__(self, deps: Deps) -> None:
        self.runs: list[str] = []
        self._tenants = [
            Tenant(replace(deps, workspace=key, job_runs=JobRuns()), Outbox(deps, {}), {"note": run})
            for key, run in (("T1", self._fail), ("T2", self._note))
        ]

    async def find(self, workspace: str) -> Tenant:
        """The workspace of that key."""
        return next(each for each in self._tenants if each.deps.workspace == workspace)

    async def every(self) -> list[Tenant]:
        """Both."""
        return self._tenants

    async def _fail(self) -> None:
        raise ValueError("the first one")

    async def _note(self) -> None:
        self.runs.append("T2")


async def test_a_job_that_fails_in_one_workspace_runs_in_the_others(bench: Bench) -> None:
    served = Served(bench.deps)
    schedule = Schedule(bench.deps.background, served, {"note": 60})

    await schedule.run_now("note")

    assert served.runs == ["T2"]
    failed = {key: (await served.find(key)).deps.job_runs.all()[0].failed for key in ("T1", "T2")}
    assert failed == {"T1": "ValueError", "T2": None}


async def test_every_job_of_the_timetable_is_there_for_each_workspace(bench: Bench) -> None:
    outbox = Outbox(bench.deps, {})
    assert jobs(bench.deps, outbox, poll_seconds=60).keys() == timetable(60).keys()
