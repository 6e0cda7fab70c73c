"""How the connections and jobs are, under /kantata admin."""

from bot.sandbox.kantata import Kind
from tests.journeys.conftest import Town
from tests.journeys.test_administration import press


async def show(town: Town) -> str:
    await town.type("/kantata admin")
    await press(town, "admin.health.v1")
    return str(town.front()["blocks"])


async def test_what_answers_is_said_to_work_and_each_job_to_have_run(town: Town) -> None:
    await town.run("poll-decisions")
    shown = await show(town)

    assert shown.count(":white_check_mark: works") == 3
    assert "the token is good, of workspace T0SANDBOX" in shown
    assert "*poll-decisions*: done" in shown
    assert "*refresh-projects*: done" in shown
    assert "Timesheets: <!date" in shown


async def test_what_does_not_answer_is_said_to_fail_and_why(town: Town) -> None:
    town.world.kantata.faults.always("GET", "/users/me", Kind.CANCELED)
    shown = await show(town)

    assert "Kantata, as the service account: :warning: fails – AccountClosed" in shown
    assert shown.count(":white_check_mark: works") == 2


async def test_a_job_that_fails_is_said_to_have_failed_and_by_what(town: Town) -> None:
    await town.type("/kantata whoami")
    town.world.kantata.faults.always("GET", "/users", Kind.CANCELED)
    await town.run("refresh-people")

    assert "*refresh-people*: :warning: failed <!date" in (shown := await show(town))
    assert ": AccountClosed" in shown
