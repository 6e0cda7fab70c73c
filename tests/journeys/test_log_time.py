"""Logging time as a person does, from what is typed to what stands in Kantata."""

from datetime import date

from tests.journeys.conftest import Town

YESTERDAY = date(2026, 3, 4)
TODAY = date(2026, 3, 5)


async def test_one_line_is_written_and_spelled_out_with_the_totals(town: Town) -> None:
    outcome = await town.type("/logtime 2h acme design yesterday: wireframes")

    assert outcome.ok
    (entry,) = [each for each in town.entries(YESTERDAY) if each["notes"] == "wireframes"]
    assert (entry["minutes"], entry["project"], entry["task"]) == (120, "Website relaunch", "Design")
    said = town.last()
    assert said.startswith("Logged 2h 00m · Acme / Website relaunch / Design · Wed 4 Mar 2026 · billable")
    assert "of 8h 00m" in said


async def test_what_is_not_certain_opens_the_form_filled_in_as_far_as_it_was_understood(town: Town) -> None:
    before = town.entries(TODAY)
    outcome = await town.type("/logtime 45m qqqq: kickoff")

    assert outcome.ok
    form = town.form()
    assert form is not None
    values = {block["block_id"]: block for block in form["blocks"] if block["type"] == "input"}
    assert values["duration"]["element"]["initial_value"] == "0h 45m"
    assert values["notes"]["element"]["initial_value"] == "kickoff"
    assert "initial_option" not in values["project"]["element"]
    assert town.entries(TODAY) == before


async def test_undo_deletes_and_undo_of_that_brings_it_back(town: Town) -> None:
    await town.type("/logtime 2h acme design: wireframes")
    await town.press("Undo")
    assert [each for each in town.entries(TODAY) if each["notes"] == "wireframes"] == []
    assert town.last().startswith("Deleted 2h 00m")

    await town.press("Undo")
    assert len([each for each in town.entries(TODAY) if each["notes"] == "wireframes"]) == 1


async def test_delete_in_the_edit_form_deletes_and_can_be_undone(town: Town) -> None:
    await town.type("/logtime 2h acme design: wireframes")
    await town.press("Edit")
    form = town.form()
    assert form is not None

    await town.world.slack.press(town.user(), view_id=form["id"], action_id="entry.delete.v1")
    await town.settle()

    assert [each for each in town.entries(TODAY) if each["notes"] == "wireframes"] == []
    assert town.last().startswith("Deleted 2h 00m")
    await town.press("Undo")
    assert len([each for each in town.entries(TODAY) if each["notes"] == "wireframes"]) == 1


async def test_undo_of_a_change_makes_the_entry_what_it_was(town: Town) -> None:
    await town.type("/logtime 2h acme design: wireframes")
    await town.press("Edit")
    form = town.form()
    assert form is not None
    duration = {"duration": {"value": {"type": "plain_text_input", "value": "3h"}}}
    await town.world.slack.submit(town.user(), form["id"], duration)
    await town.settle()
    assert [each["minutes"] for each in town.entries(TODAY) if each["notes"] == "wireframes"] == [180]

    await town.press("Undo")
    assert [each["minutes"] for each in town.entries(TODAY) if each["notes"] == "wireframes"] == [120]
    assert town.last().startswith("Changed: 2h 00m")
