"""Edit: the form with the entry as Kantata has it, and everything that may stand against a change."""

from typing import Any

import pytest

from bot.sandbox.kantata import Kind
from tests.journeys.conftest import Town

WIREFRAMES = "/logtime 2h acme design yesterday: wireframes"


async def logged(town: Town, text: str = WIREFRAMES) -> str:
    """The id of what that command logs."""
    before = {row["id"] for row in town.world.kantata.store.table("time_entries")}
    await town.type(text)
    (new,) = {row["id"] for row in town.world.kantata.store.table("time_entries")} - before
    return str(new)


def row(town: Town, entry_id: str) -> dict[str, Any]:
    found = town.world.kantata.store.table("time_entries").get(entry_id)
    assert found is not None
    return found


def initial(town: Town, name: str) -> Any:
    block = town.field(name)
    assert block is not None
    element = block["element"]
    return element.get("initial_value") or element.get("initial_date") or element["initial_option"]


async def test_edit_shows_the_entry_as_it_is_and_saves_what_was_changed(town: Town) -> None:
    entry_id = await logged(town)
    await town.press("Edit")
    assert initial(town, "duration") == "2h 00m"
    assert initial(town, "notes") == "wireframes"
    assert initial(town, "date") == "2026-03-04"
    assert initial(town, "task")["text"]["text"] == "Design"

    assert (await town.send(duration="2h 30m", notes="prototypes", date="2026-03-05")).ok
    entry = row(town, entry_id)
    assert (entry["time_in_minutes"], entry["notes"], entry["date_performed"]) == (
        150,
        "prototypes",
        "2026-03-05",
    )
    assert town.last().startswith("Changed: 2h 30m · Acme / Website relaunch / Design · Thu 5 Mar 2026")
    assert len(town.heard()) == 1  # the answer took the place of what was said before


async def test_project_and_task_can_be_changed(town: Town) -> None:
    entry_id = await logged(town)
    await town.press("Edit")
    await town.pick("project", "Bluebird Travel / Customer portal")
    await town.pick("task", "Backend")
    assert (await town.send()).ok

    entry = town.noted("wireframes")[0]
    assert (entry["id"], entry["project"], entry["task"]) == (entry_id, "Customer portal", "Backend")


async def test_while_kantata_is_asked_something_is_shown(town: Town) -> None:
    await logged(town)
    town.hang()
    outcome = await town.hit("Edit")

    assert outcome.ok
    assert "Asking Kantata" in town.hint()
    town.release()
    await town.settle()
    assert initial(town, "duration") == "2h 00m"


async def test_an_entry_changed_meanwhile_is_shown_and_not_overwritten(town: Town) -> None:
    entry_id = await logged(town)
    await town.press("Edit")
    town.change_in_kantata(entry_id, time_in_minutes=60)
    await town.send(duration="3h", notes="precious words")

    assert row(town, entry_id)["time_in_minutes"] == 60
    assert "is now: 1h 00m · Acme / Website relaunch / Design" in town.last()
    assert "precious words" in str(town.heard()[-1]["blocks"])

    await town.press("Edit")
    assert initial(town, "duration") == "1h 00m"


async def test_an_entry_deleted_meanwhile_is_said_to_be_gone(town: Town) -> None:
    entry_id = await logged(town)
    await town.press("Edit")
    with town.world.kantata.store.transaction():
        town.world.kantata.store.delete("time_entries", entry_id)
    await town.send(duration="3h")
    assert "no longer there in Kantata" in town.last()

    await town.press("Edit")
    assert "no longer there in Kantata" in town.hint()


@pytest.mark.parametrize(
    ("fields", "why", "instead"),
    [
        ({"invoice_id": "1501"}, "on an invoice", "Ask whoever invoices"),
        (
            {"active_submission_id": "pending"},
            "waits for approval",
            "Withdraw it with the button under `/timesheet`",
        ),
        ({"active_submission_id": "approved"}, "approved timesheet", "Ask your approver"),
        ({"date_performed": "2026-02-10"}, "period may be locked", "Ask your Kantata administrator"),
    ],
)
async def test_an_entry_that_cannot_be_changed_says_why_and_what_to_do_instead(
    town: Town, fields: dict[str, str], why: str, instead: str
) -> None:
    entry_id = await logged(town)
    if status := fields.get("active_submission_id"):
        fields = {"active_submission_id": town.timesheet(status)}
    town.change_in_kantata(entry_id, **fields)
    await town.press("Edit")

    assert why in town.hint()
    assert instead in town.hint()
    assert town.field("duration") is None


async def test_kantata_down_at_edit_is_said_in_the_form(town: Town) -> None:
    await logged(town)
    town.world.kantata.faults.always("GET", "/time_entries/*", Kind.CANCELED)
    await town.press("Edit")

    assert "Kantata does not answer at the moment" in town.hint()


async def test_closing_the_form_before_it_is_filled_harms_nobody(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    await logged(town)
    town.hang()
    await town.hit("Edit")
    await town.world.slack.close(town.user(), town.front()["id"])
    town.release()
    await town.settle()

    assert town.form() is None
    assert "failed" not in capsys.readouterr().out


async def test_notes_that_nobody_touched_stay_to_the_letter(town: Town) -> None:
    entry_id = await logged(town)
    notes = "first line \r\n\r\nsecond line  \n"
    town.change_in_kantata(entry_id, notes=notes)
    await town.press("Edit")
    await town.send(duration="3h")

    assert (row(town, entry_id)["time_in_minutes"], row(town, entry_id)["notes"]) == (180, notes)


async def test_notes_longer_than_the_form_shows_are_never_cut(town: Town) -> None:
    entry_id = await logged(town)
    town.change_in_kantata(entry_id, notes="x" * 5000)
    await town.press("Edit")
    outcome = await town.send(notes="shorter")
    assert "longer than this form shows" in outcome.errors["notes"]

    assert (await town.send(duration="3h", notes="x" * 3000)).ok
    assert (row(town, entry_id)["time_in_minutes"], len(row(town, entry_id)["notes"])) == (180, 5000)


async def test_more_shows_the_role_and_place_the_entry_has(town: Town) -> None:
    entry_id = await logged(town)
    place = town.world.kantata.store.table("account_locations").where("name", "Berlin")[0]
    town.change_in_kantata(entry_id, location_id=place["id"])
    await town.press("Edit")
    await town.world.slack.press(town.user(), view_id=town.front()["id"], action_id="entry.more.v1")

    assert initial(town, "location")["text"]["text"] == "Berlin"
    assert (await town.send(duration="3h")).ok
    assert row(town, entry_id)["location_id"] == place["id"]


async def test_what_kantata_refused_is_mended_in_the_form_and_nothing_is_lost(town: Town) -> None:
    await town.type("/logtime 1h cedar onboarding interface yesterday non-billable")
    assert "Notes can't be blank" in town.last()
    await town.press("Edit")
    assert "Notes can't be blank" in town.hint()
    assert initial(town, "duration") == "1h 00m"
    assert initial(town, "date") == "2026-03-04"
    assert initial(town, "billable")["value"] == "no"

    assert (await town.send(notes="now with notes")).ok
    (entry,) = town.noted("now with notes")
    assert (entry["project"], entry["task"], entry["billable"]) == ("Onboarding", "Interface", False)
    assert town.last().startswith("Logged 1h 00m")


async def test_of_several_refused_lines_the_others_stay_to_be_mended(town: Town) -> None:
    await town.type("/logtime 1h cedar onboarding interface\n2h cedar onboarding backend")
    refused = town.heard()[-1]
    await town.press("Edit", under=refused, which=1)
    await town.send(notes="second")
    await town.press("Edit", under=refused, which=0)
    await town.send(notes="first")

    assert [town.noted(notes)[0]["task"] for notes in ("first", "second")] == ["Interface", "Backend"]


async def test_of_a_bulk_one_entry_is_changed_and_the_others_keep_their_buttons(town: Town) -> None:
    await town.type("/logtime 2h acme design mon,tue,wed: daily")
    bulk = town.heard()[-1]
    await town.press("Edit", under=bulk, which=1)
    await town.send(duration="3h")
    assert sorted(each["minutes"] for each in town.noted("daily")) == [120, 120, 180]

    await town.press("Undo", under=bulk)
    assert town.noted("daily") == []


async def test_a_line_kantata_refused_beside_others_can_be_mended(town: Town) -> None:
    await town.type("/logtime 1h acme design: fine\n2h cedar onboarding backend")
    assert len(town.noted("fine")) == 1
    assert "Notes can't be blank" in town.last()
    await town.press("Edit", which=1)
    assert initial(town, "duration") == "2h 00m"
    await town.send(notes="mended")

    assert len(town.noted("mended")) == 1
