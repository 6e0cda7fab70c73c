"""The form: opened, filled by type-ahead, refused at its fields, sent, and answered privately."""

import pytest

from tests.journeys.conftest import Town

ACME = "Acme / Website relaunch"
REMINDERS = "Iris Health / Appointment reminders"  # a project without tasks


@pytest.mark.parametrize("way", ["command", "shortcut"])
async def test_the_empty_form_asks_for_everything_and_the_task_only_after_the_project(
    town: Town, way: str
) -> None:
    if way == "command":
        await town.type("/logtime")
    else:
        await town.world.slack.shortcut(town.user(), "log_time")

    assert town.field("task") is None
    date = town.field("date")
    assert date is not None
    assert date["element"]["initial_date"] == "2026-03-05"

    await town.pick("project", ACME)
    tasks = (await town.offers("task"))[""]
    assert [task["text"] for task in tasks] == [
        "Content", "Design", "Development", "Launch", "Project management", "Testing",
    ]  # fmt: skip


async def test_another_project_brings_its_own_tasks_and_keeps_what_was_typed(town: Town) -> None:
    await town.type("/logtime 1h 15m qqqq: kickoff")
    await town.pick("project", ACME)
    await town.pick("task", "Design")
    await town.pick("project", "Bluebird Travel / Customer portal")

    assert "Interface" in [task["text"] for task in (await town.offers("task"))[""]]
    await town.pick("task", "Backend")
    assert (await town.send()).ok
    (entry,) = town.noted("kickoff")
    assert (entry["project"], entry["task"], entry["minutes"]) == ("Customer portal", "Backend", 75)


async def test_a_project_without_tasks_asks_for_none(town: Town) -> None:
    await town.type("/logtime 1h qqqq: calls")
    await town.pick("project", ACME)
    await town.pick("project", REMINDERS)

    assert town.field("task") is None
    assert (await town.send()).ok
    (entry,) = town.noted("calls")
    assert (entry["project"], entry["task"]) == ("Appointment reminders", None)


async def test_what_fits_the_typed_words_is_offered_first_and_only_once(town: Town) -> None:
    await town.type("/logtime 1h acme portal")
    offered = await town.offers("project")

    assert list(offered) == ["Fits what you wrote", "Your projects"]
    first = [each["text"] for each in offered["Fits what you wrote"]]
    assert {ACME, "Bluebird Travel / Customer portal"} <= set(first)
    assert not set(first) & {each["text"] for each in offered["Your projects"]}


async def test_what_was_logged_on_last_is_offered_first(town: Town) -> None:
    await town.type("/logtime 1h knowledge base training: one")
    town.clock.forward(minutes=1)
    await town.type("/logtime 1h acme design: two")
    await town.type("/logtime")

    assert [each["text"] for each in (await town.offers("project"))[""]][:2] == [ACME, "Knowledge base"]


async def test_letters_narrow_the_type_ahead_and_what_fits_nothing_leaves_it_empty(town: Town) -> None:
    await town.type("/logtime")

    assert [each["text"] for each in (await town.offers("project", "web acm"))[""]] == [ACME]
    assert (await town.offers("project", "qqqq"))[""] == []


async def test_archived_untracked_and_other_peoples_projects_are_never_offered(town: Town) -> None:
    await town.type("/logtime")
    offered = [each["text"] for each in (await town.offers("project"))[""]]

    assert ACME in offered
    for title in ("Brand refresh", "Podcast studio", "Mobile app"):
        assert not [each for each in offered if title in each], title


async def test_all_mistakes_are_named_at_once_at_their_fields(town: Town) -> None:
    await town.type("/logtime")
    await town.pick("project", ACME)
    outcome = await town.send(duration="soon", date="2024-01-01", notes="a\u202eb")

    assert not outcome.ok
    assert set(outcome.errors) == {"duration", "date", "notes"}
    assert "not a duration" in outcome.errors["duration"]
    assert "366 days" in outcome.errors["date"]

    assert (await town.send(duration="1h", date="2026-03-04", notes="mended")).ok
    assert len(town.noted("mended")) == 1


@pytest.mark.parametrize("duration", ["90", "0", "25h", "1h and 2h", "-2h", "1h lunch"])
async def test_a_duration_that_is_not_one_is_refused_at_its_field(town: Town, duration: str) -> None:
    await town.type("/logtime")
    await town.pick("project", ACME)
    outcome = await town.send(duration=duration, notes="never")

    assert set(outcome.errors) == {"duration"}
    assert town.noted("never") == []


async def test_the_form_is_answered_privately_where_the_command_was_typed(town: Town) -> None:
    await town.type("/logtime 1h qqqq: kickoff")
    await town.pick("project", ACME)
    await town.send()

    said = town.heard()[-1]
    assert said["text"].startswith("Logged 1h 00m")
    assert (said["channel"], said["ephemeral"]) == (town.channel, True)
    assert not [each for each in town.heard("Oder Neisse") if "kickoff" in each["text"]]


async def test_the_global_shortcuts_form_is_answered_by_direct_message(town: Town) -> None:
    await town.world.slack.shortcut(town.user(), "log_time")
    await town.pick("project", ACME)
    await town.send(duration="1h", notes="kickoff")

    said = town.heard()[-1]
    assert said["text"].startswith("Logged 1h 00m")
    assert said["channel"] == town.workspace.direct(town.user()).id


async def test_a_form_sent_twice_is_written_once(town: Town) -> None:
    await town.type("/logtime 1h qqqq: kickoff")
    await town.pick("project", ACME)
    town.world.slack.faults.deliver_twice = True
    assert (await town.send()).ok

    assert len(town.noted("kickoff")) == 1


async def test_a_form_open_for_more_than_half_an_hour_is_answered_by_direct_message(town: Town) -> None:
    await town.type("/logtime 1h qqqq: kickoff")
    await town.pick("project", ACME)
    town.clock.forward(minutes=45)
    assert (await town.send()).ok

    said = town.heard()[-1]
    assert said["text"].startswith("Logged 1h 00m")
    assert said["channel"] == town.workspace.direct(town.user()).id


async def test_a_form_open_for_more_than_a_day_keeps_its_words_and_says_so(town: Town) -> None:
    await town.type("/logtime 1h qqqq: kickoff")
    await town.pick("project", ACME)
    town.clock.forward(days=2)
    await town.run("forget-forms")

    outcome = await town.send()
    assert "too old" in next(iter(outcome.errors.values()))
    assert town.noted("kickoff") == []


async def test_a_project_that_was_closed_while_the_form_was_open_is_refused_at_its_field(town: Town) -> None:
    await town.type("/logtime 1h qqqq: kickoff")
    await town.pick("project", REMINDERS)
    project = town.world.kantata.store.table("workspaces").where("title", "Appointment reminders")[0]
    with town.world.kantata.store.transaction():
        town.world.kantata.store.update("workspaces", project["id"], {"archived": True})

    await town.send()
    assert "Not logged" in town.last()
    assert "archived" in town.last()
    assert town.noted("kickoff") == []


async def test_log_another_opens_the_form_with_the_same_project_task_and_day(town: Town) -> None:
    await town.type("/logtime 1h acme design yesterday: one")
    await town.press("Log another")

    project, date = town.field("project"), town.field("date")
    assert project is not None
    assert date is not None
    assert project["element"]["initial_option"]["text"]["text"] == ACME
    assert date["element"]["initial_date"] == "2026-03-04"
    assert (await town.send(duration="30m", notes="another")).ok
    (entry,) = town.noted("another")
    assert (entry["task"], entry["date"], entry["minutes"]) == ("Design", "2026-03-04", 30)
    assert len(town.noted("one")) == 1


async def test_help_shows_the_grammar_by_example(town: Town) -> None:
    await town.type("/logtime help")

    assert "/logtime 1h30m acme design yesterday: wireframes" in town.last()
    assert town.form() is None


async def test_what_was_not_understood_is_shown_as_it_was_typed(town: Town) -> None:
    await town.type("/logtime 2h 3h acme: Q&A <draft>")

    assert "more than one duration" in town.hint()
    assert "You wrote: 2h 3h acme: Q&amp;A &lt;draft&gt;" in town.hint()


async def test_where_only_the_task_is_unclear_the_project_is_filled_in(town: Town) -> None:
    await town.type("/logtime 1h granite sprint: pairing")
    assert (
        "more than one task of Granite Insurance / Claims intake: Sprint 1, Sprint 2, Sprint 3" in town.hint()
    )

    await town.pick("task", "Sprint 2")
    assert (await town.send()).ok
    (entry,) = town.noted("pairing")
    assert (entry["project"], entry["task"]) == ("Claims intake", "Sprint 2")


async def test_what_may_be_misspelt_is_filled_in_and_asked_about(town: Town) -> None:
    await town.type("/logtime 1h acme lunch: with Sam")
    assert "not certain that “acme lunch” is for Acme / Website relaunch" in town.hint()

    assert (await town.send()).ok
    (entry,) = town.noted("with Sam")
    assert (entry["project"], entry["task"]) == ("Website relaunch", "Launch")
