"""The week as a person lives it: look at it, fill it, submit it, take it back."""

from datetime import date
from typing import Any

from bot.sandbox.kantata import Kind
from tests.journeys.conftest import Town

MONDAY = date(2026, 3, 2)
TODAY = date(2026, 3, 5)
THIS_WEEK = "Sun 1 – Sat 7 Mar 2026"
LAST_WEEK = "Sun 22 – Sat 28 Feb 2026"


def submissions(town: Town, **wanted: str) -> list[dict[str, Any]]:
    """Tay's timesheets as Kantata has them."""
    table = town.world.kantata.store.table("timesheet_submissions")
    rows = [row for row in table if row["user_id"] == "101" and row["start_date"] == "2026-03-01"]
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def element(message: dict[str, Any], action_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and element of that action under the message."""
    for block in message["blocks"]:
        for each in block.get("elements", []):
            if each.get("action_id") == action_id:
                return block, each
    raise AssertionError(f"nothing does {action_id}")


async def choose(town: Town, action_id: str, text: str) -> None:
    """Choose the first option that begins so from a menu under what was said last."""
    message = town.heard()[-1]
    block, menu = element(message, action_id)
    options = [each for each in menu["options"] if each["text"]["text"].startswith(text)]
    await town.world.slack.press(
        town.user(),
        ephemeral=message["id"],
        block_id=block["block_id"],
        action_id=action_id,
        value=options[0]["value"],
    )
    await town.settle()


def answer(town: Town, start: str) -> dict[str, Any]:
    """The last message that begins so; others may have come after it."""
    return next(each for each in reversed(town.heard()) if str(each["text"]).startswith(start))


def form_text(town: Town) -> str:
    """Everything written in the open form."""
    return "\n".join(
        str(block["text"]["text"]) for block in town.front()["blocks"] if block["type"] == "section"
    )


def table(town: Town) -> list[list[str]]:
    """The table of what was said last, cell by cell."""
    (block,) = [each for each in town.heard()[-1]["blocks"] if each["type"] == "table"]
    return [[_cell(cell) for cell in row] for row in block["rows"]]


def _cell(cell: dict[str, Any]) -> str:
    if cell["type"] == "raw_text":
        return str(cell["text"])
    return str(cell["elements"][0]["elements"][0]["text"])


async def test_the_week_is_shown_with_rows_totals_target_gaps_and_states(town: Town) -> None:
    outcome = await town.type("/timesheet")

    assert outcome.ok
    assert town.heard()[-1]["ephemeral"]
    said = town.last()
    assert said.startswith(f"Your week, {THIS_WEEK}: 16h 30m of 40h 00m")
    assert "Missing so far: Mon 2h 30m, Tue 2h 30m, Wed 2h 30m, Thu 8h 00m" in said
    assert "not submitted" in said
    rows = table(town)
    assert rows[0] == [" ", "Sun 1", "Mon 2", "Tue 3", "Wed 4", "Thu 5", "Fri 6", "Sat 7", "Total"]
    assert rows[-2] == ["Total", "–", "5:30", "5:30", "5:30", "–", "–", "–", "16:30"]
    assert rows[-1] == ["Target", "–", "8:00", "8:00", "8:00", "8:00", "8:00", "–", "40:00"]


async def test_any_week_can_be_asked_for_and_turned_to(town: Town) -> None:
    await town.type("/timesheet last")
    assert town.last().startswith(f"Your week, {LAST_WEEK}: 40h 00m")
    said = len(town.heard())

    await town.press("Next week")
    assert town.last().startswith(f"Your week, {THIS_WEEK}")
    assert len(town.heard()) == said

    await town.type("/timesheet 2026-02-25")
    assert town.last().startswith(f"Your week, {LAST_WEEK}")
    await town.type("/timesheet someday")
    assert town.last().startswith("That is not a day.")


async def test_half_a_day_off_halves_the_target_and_is_named(town: Town) -> None:
    _take_off(town, "2026-03-05", 4.0)
    _take_off(town, "2026-03-06", 8.0)

    await town.type("/timesheet")

    assert "16h 30m of 28h 00m" in town.last()
    assert "Off: Thu 4h 00m off, Fri day off" in town.last()
    assert table(town)[-1][5:7] == ["4:00", "–"]


async def test_a_holiday_of_half_a_day_halves_the_target_and_is_named(town: Town) -> None:
    store = town.world.kantata.store
    with store.transaction():
        eve = next(iter(store.table("holidays")))
        half = {"start_date": "2026-03-06", "end_date": "2026-03-06", "total_hours": 4.0, "name": "Eve"}
        holiday = store.insert("holidays", {**{k: v for k, v in eve.items() if k != "id"}, **half})
        for row in list(store.table("holiday_calendars")):
            times = {"created_at": eve["created_at"], "updated_at": eve["updated_at"]}
            new = {"holiday_id": holiday["id"], "holiday_calendar_id": row["id"], **times}
            store.insert("holiday_calendar_associations", new)

    await town.type("/timesheet")

    assert "16h 30m of 36h 00m" in town.last()
    assert "Off: Fri Eve, 4h 00m off" in town.last()


def _take_off(town: Town, day: str, hours: float) -> None:
    store = town.world.kantata.store
    with store.transaction():
        now = "2026-03-01T00:00:00Z"
        row = {"user_id": "101", "hours": hours, "requested_date": day, "submission_date": "2026-03-01"}
        store.insert("time_off_entries", {**row, "created_at": now, "updated_at": now})


async def test_time_is_logged_on_a_day_chosen_from_the_week(town: Town) -> None:
    await town.type("/timesheet")
    await choose(town, "week.log_on.v1", "Thu 5 Mar 2026 · 8h 00m missing")

    block = town.field("date")
    assert block is not None
    assert block["element"]["initial_date"] == "2026-03-05"


async def test_an_entry_the_bot_never_made_is_edited_and_deleted_from_the_week(town: Town) -> None:
    (before, *_) = town.entries(date(2026, 3, 4))
    await town.type("/timesheet")
    await choose(town, "week.edit.v1", "Wed")
    await town.send(duration="1:15", notes="mended from the week")

    (after,) = town.noted("mended from the week")
    assert after["minutes"] == 75
    assert town.last().startswith("Changed: 1h 15m")
    assert before["id"] in {each["id"] for each in town.entries(date(2026, 3, 4))}


async def test_somebody_elses_entry_cannot_be_edited_by_its_number(town: Town) -> None:
    others = town.world.kantata.entries_of("104", date(2026, 3, 1), date(2026, 3, 7))
    await town.type("/timesheet")
    message = town.heard()[-1]
    block, menu = element(message, "week.edit.v1")
    option = {**menu["options"][0], "value": str(others[0]["id"])}
    await town.interact(
        type="block_actions",
        container={"type": "message", "is_ephemeral": True, "message_ts": "1.1"},
        actions=[
            {
                "type": "static_select",
                "block_id": block["block_id"],
                "action_id": "week.edit.v1",
                "selected_option": option,
                "action_ts": "1.1",
            }
        ],
    )

    assert "no longer yours" in form_text(town)


async def open_submit(town: Town) -> None:
    await town.type("/timesheet")
    await town.press("Submit week")


async def test_the_week_is_submitted_a_timesheet_for_each_project_and_taken_back(town: Town) -> None:
    await open_submit(town)
    assert town.front()["title"]["text"] == "Submit week"
    assert submissions(town) == []
    await town.send(notes="All but Friday")

    pending = submissions(town, status="pending")
    assert len(pending) > 1
    assert len({row["workspace_id"] for row in pending}) == len(pending)
    assert {row["comment"] for row in pending} == {"All but Friday"}
    assert {row["title"] for row in pending} == {"Mar 1 - Mar 7, 2026"}
    said = answer(town, f"Submitted, {THIS_WEEK}")
    assert "waiting for Oder Neisse" in said["text"]

    await town.press("Undo", under=said)
    assert submissions(town, status="pending") == []
    assert len(submissions(town, status="cancelled")) == len(pending)

    await town.press("Submit week", under=answer(town, f"Taken back, {THIS_WEEK}"))
    await town.send()
    assert len(submissions(town, status="pending")) == len(pending)


async def test_what_was_submitted_shows_as_waiting_and_is_not_submitted_twice(town: Town) -> None:
    await open_submit(town)
    await town.send()
    count = len(submissions(town))

    await town.type("/timesheet")
    assert "waiting for Oder Neisse since Thu 5 Mar 2026, 12:00" in town.last()
    labels = [each["text"]["text"] for each in town.heard()[-1]["blocks"][-1]["elements"]]
    assert "Submit week" not in labels
    assert len(submissions(town)) == count


async def test_a_week_that_waits_can_be_withdrawn_whenever_it_is_looked_at(town: Town) -> None:
    await open_submit(town)
    await town.send()
    await town.type("/timesheet")

    await town.press("Withdraw", under=answer(town, "Your week"))

    assert submissions(town, status="pending") == []
    assert answer(town, f"Taken back, {THIS_WEEK}")
    await town.type("/timesheet")
    assert "not submitted" in answer(town, "Your week")["text"]


async def test_while_kantata_hangs_slack_is_answered_at_once(town: Town) -> None:
    await town.type("/timesheet")
    town.hang()
    command = await town.world.slack.command(town.user(), town.channel, "/timesheet last")
    pressed = await town.hit("Submit week")
    form = form_text(town)
    town.release()
    await town.settle()

    assert (command.ok, pressed.ok) == (True, True)
    assert form == "Asking Kantata for your week …"
    assert "To be submitted" in form_text(town)
    assert answer(town, f"Your week, {LAST_WEEK}")


async def test_the_form_names_what_kantata_would_refuse_and_submits_the_rest(town: Town) -> None:
    store = town.world.kantata.store
    first = next(each for each in town.entries(MONDAY) if each["project"] == "Website relaunch")
    with store.transaction():
        store.update("workspaces", "3001", {"require_notes_on_time_entries": True})
    town.change_in_kantata(first["id"], notes="")

    await open_submit(town)
    text = form_text(town)
    assert "these have none: Mon 2 Mar 2026" in text
    await town.send()

    assert "3001" not in {row["workspace_id"] for row in submissions(town)}
    assert submissions(town)


async def test_a_week_that_is_all_decided_has_nothing_to_submit(town: Town) -> None:
    await town.type("/timesheet 2026-02-16")
    assert "approved by" in town.last()
    message = town.heard()[-1]
    block = message["blocks"][-1]
    assert "Submit week" not in [each["text"]["text"] for each in block["elements"]]


async def test_undo_after_the_decision_says_who_it_is_with(town: Town) -> None:
    await open_submit(town)
    await town.send()
    store = town.world.kantata.store
    with store.transaction():
        for row in submissions(town):
            store.update("timesheet_submissions", row["id"], {"status": "approved"})

    await town.press("Undo", under=answer(town, "Submitted"))

    assert "approved meanwhile" in answer(town, f"Not taken back, {THIS_WEEK}")["text"]
    assert submissions(town, status="cancelled") == []


async def test_what_kantata_refused_is_tried_again_alone(town: Town) -> None:
    await open_submit(town)
    store = town.world.kantata.store
    with store.transaction():  # between the look and the press, the project stops taking approvals
        store.update("workspaces", "3001", {"require_time_approvals": False})
    await town.send()
    others = submissions(town)
    said = answer(town, "Submitted")
    assert "Acme / Website relaunch" in said["text"]
    assert "not submitted." in said["text"]

    with store.transaction():
        store.update("workspaces", "3001", {"require_time_approvals": True})
    await town.press("Submit week", under=said)

    assert len(submissions(town)) == len(others) + 1
    assert "not submitted" not in answer(town, "Submitted")["text"]


async def test_last_week_is_copied_onto_the_free_days_and_undone_as_one(town: Town) -> None:
    _take_off(town, "2026-03-06", 8.0)
    await town.type("/timesheet")
    await town.press("Copy last week")
    text = form_text(town)
    assert "Mon 2 Mar 2026: has time already" in text
    assert "Fri 6 Mar 2026: day off" in text

    await town.send()
    assert sum(each["minutes"] for each in town.entries(TODAY)) == 480
    assert sum(each["minutes"] for each in town.entries(MONDAY)) == 330
    assert "Left out: Mon 2 Mar 2026 (has time already)" in town.last()

    await town.press("Undo")
    assert town.entries(TODAY) == []


async def test_closed_tasks_and_projects_are_not_copied_and_are_named(town: Town) -> None:
    thursday = town.entries(date(2026, 2, 26))
    store = town.world.kantata.store
    with store.transaction():
        for each in thursday:
            row = store.table("time_entries").get(each["id"])
            assert row is not None
            if row["story_id"]:
                store.update(
                    "stories", row["story_id"], {"archived": True, "updated_at": "2026-03-05T11:59:00Z"}
                )
    town.clock.forward(hours=25)
    await town.run("refresh-projects")

    await town.type("/timesheet")
    await town.press("Copy last week")

    assert "the task takes no time any more" in form_text(town)


async def test_rows_only_are_filled_in_by_hand(town: Town) -> None:
    await town.type("/timesheet")
    await town.press("Copy last week")
    view = town.front()
    block = next(each for each in view["blocks"] if each["type"] == "actions")
    await town.world.slack.press(
        town.user(),
        view_id=view["id"],
        block_id=block["block_id"],
        action_id="week.copy_mode.v1",
        value="rows",
    )
    await town.settle()
    days = town.field("days")
    assert days is not None
    assert [each["value"] for each in days["element"]["initial_options"]] == ["2026-03-05"]

    chosen = {"type": "checkboxes", "selected_options": days["element"]["options"][:1]}
    values: dict[str, Any] = {
        "days": {"value": chosen},
        "duration:0": {"value": {"type": "plain_text_input", "value": "25h"}},
    }
    await town.world.slack.submit(town.user(), town.front()["id"], values)
    assert town.entries(TODAY) == []
    values["duration:0"]["value"]["value"] = "1h15"
    await town.world.slack.submit(town.user(), town.front()["id"], values)
    await town.settle()

    assert [each["minutes"] for each in town.entries(TODAY)] == [75]


async def test_while_kantata_fails_the_command_is_taken_and_the_picture_comes_with_another_try(
    town: Town,
) -> None:
    town.world.kantata.faults.always("GET", "/time_entries", Kind.CANCELED)
    outcome = await town.type("/timesheet")
    assert outcome.ok
    assert town.last().startswith(":warning: Kantata does not answer at the moment")

    town.world.kantata.faults.clear()
    await town.press("Try again")
    assert town.last().startswith(f"Your week, {THIS_WEEK}")


async def test_a_form_that_kantata_does_not_fill_says_so(town: Town) -> None:
    await town.type("/timesheet")
    town.world.kantata.faults.always("GET", "/time_entries", Kind.CANCELED)
    await town.press("Submit week")

    assert "Kantata does not answer" in form_text(town)
    assert "submit" not in town.front() or not town.front()["submit"]


async def test_the_command_explains_itself(town: Town) -> None:
    await town.type("/timesheet help")

    assert "`/timesheet last` – last week" in town.last()
