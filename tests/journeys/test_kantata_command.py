"""/kantata: help, who one is, and a channel's project."""

from datetime import date

from tests.journeys.conftest import Town

TODAY = date(2026, 3, 5)


async def test_help_lists_what_can_be_asked_and_names_what_was_not_understood(town: Town) -> None:
    await town.type("/kantata dance")

    assert town.last().startswith("I do not know “dance”.")
    assert "/kantata project Acme" in town.last()


async def test_whoami_says_who_one_is_in_kantata(town: Town) -> None:
    await town.type("/kantata whoami")

    assert "*Tay Forth*, Kantata user 101" in town.last()
    assert "Europe/London" in town.last()


async def test_in_a_channel_with_a_project_it_need_not_be_named(town: Town) -> None:
    await town.type("/kantata project acme website")
    assert "This channel's project is *Acme / Website relaunch*" in town.last()

    await town.type("/logtime 2h design: sketches")
    (entry,) = [each for each in town.entries(TODAY) if each["notes"] == "sketches"]
    assert (entry["project"], entry["task"]) == ("Website relaunch", "Design")

    await town.type("/kantata project none")
    assert town.last() == "This channel has no project any more."
    await town.type("/kantata project")
    assert "has no project" in town.last()


async def test_words_that_mean_no_project_or_several_are_asked_about(town: Town) -> None:
    await town.type("/kantata project qqqq")
    assert "None of your projects fits “qqqq”." in town.last()

    await town.type("/kantata project")
    assert "has no project" in town.last()
