"""Kantata does not answer: people do not wait for it, and what they asked for is kept."""

from tests.journeys.conftest import Town

SLACKS_PATIENCE = 3.0  # seconds
NEW = "Seine Marne"
WORDS = "/logtime 2h acme design: wireframes"


async def test_somebody_new_is_told_in_time_that_nothing_was_written(town: Town) -> None:
    town.hang()

    outcome = await town.world.slack.command(town.user(NEW), town.channel, WORDS)

    assert outcome.ok
    assert outcome.elapsed < SLACKS_PATIENCE
    assert any(said["text"].startswith("I am still finding out") for said in town.heard(NEW))
    town.release()
    await town.settle()
    await town.type(WORDS, NEW)
    assert len(town.noted("wireframes", kantata_id="109")) == 1


async def test_somebody_known_since_yesterday_logs_as_ever(town: Town) -> None:
    await town.type("/kantata whoami")
    town.clock.forward(hours=25)
    town.hang()

    outcome = await town.world.slack.command(town.user(), town.channel, WORDS)

    assert outcome.ok
    assert outcome.elapsed < SLACKS_PATIENCE
    town.release()
    await town.settle()
    assert len(town.noted("wireframes")) == 1
    assert town.last().startswith("Logged 2h 00m")
