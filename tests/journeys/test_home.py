"""The Home tab: at once from what is known, then from Kantata; true after every act, and nobody else's."""

import asyncio
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot import home, people
from bot.sandbox.kantata import Kind
from bot.slack import Slack
from bot.views import approval_queue
from bot.views import home as views
from tests.journeys.conftest import TAY, Town, built
from tests.journeys.test_approvals import NEWS, WEBSITE, in_kantata, submission

ODER, AVON, LOIRE, ISAR, UNA, GIL = (
    "Oder Neisse",
    "Avon Severn",
    "Loire Allier",
    "Isar Lech",
    "Una Unmatched",
    "Gil Guest",
)


async def look(town: Town, who: str = TAY) -> None:
    """The person opens the app's Home tab, and waits until it is drawn."""
    assert (await town.world.slack.open_home(town.user(who))).ok
    await town.settle()


def blocks(town: Town, who: str = TAY) -> list[dict[str, Any]]:
    view = town.workspace.homes[town.user(who)]
    return list(view.blocks)


def shown(town: Town, who: str = TAY) -> str:
    """Everything that can be read on the tab."""
    return str(blocks(town, who))


def button(town: Town, label: str, who: str = TAY, which: int = 0) -> dict[str, Any]:
    """The button of that label, with its block."""
    found = [
        {"block_id": block["block_id"], "action_id": each["action_id"], "value": each["value"]}
        for block in blocks(town, who)
        for each in [*block.get("elements", []), block.get("accessory", {})]
        if each.get("type") == "button" and each["text"]["text"] == label
    ]
    assert found, f"no button {label}"
    return found[which]


async def press(town: Town, label: str, who: str = TAY, which: int = 0, **more: Any) -> None:
    outcome = await town.world.slack.press(
        town.user(who), home=True, **button(town, label, who, which), **more
    )
    assert outcome.ok
    await town.settle()


def published(town: Town, who: str = TAY) -> str:
    """What tells one drawing of the tab from another."""
    return str(town.workspace.homes[town.user(who)].hash)


async def poll(town: Town) -> None:
    """What happened in Kantata is noticed, and shown."""
    town.clock.forward(seconds=61)
    await town.run("poll-decisions")
    await refresh(town)


async def refresh(town: Town) -> None:
    """Home tabs that are due are drawn."""
    await town.run("refresh-homes")


async def test_the_week_is_shown_with_what_is_missing_and_how_it_stands(town: Town) -> None:
    await look(town)

    text = shown(town)
    assert "*16h 30m* of 40h 00m" in text
    assert "*Mon 2 Mar* · 2h 30m missing" in text
    assert "*Today* · 8h 00m missing" in text
    assert "not submitted" in text
    assert "Next holiday: *" in text
    assert "Asking Kantata" not in text
    assert "wait for your decision" not in text  # nothing does


async def test_it_is_there_before_kantata_has_answered(town: Town) -> None:
    faults = town.world.kantata.faults
    await town.type("/kantata whoami")
    town.hang()
    await town.world.slack.open_home(town.user())
    await faults.hung(1)
    first = shown(town)
    town.release()
    await town.settle()

    assert "Asking Kantata for your week" in first
    assert "Log time" in first
    assert "16h 30m" not in first
    assert "*16h 30m* of 40h 00m" in shown(town)


async def test_what_was_known_is_shown_while_kantata_is_asked_and_where_it_does_not_answer(
    town: Town,
) -> None:
    await look(town)
    faults = town.world.kantata.faults
    faults.always("GET", "/time_entries", Kind.UNAVAILABLE)
    await look(town)

    assert "*16h 30m* of 40h 00m" in shown(town)
    assert "As of 12:00; Kantata does not answer at the moment." in shown(town)


async def test_kantata_never_having_answered_is_said_with_a_way_to_try_again(town: Town) -> None:
    faults = town.world.kantata.faults
    faults.always("GET", "/time_entries", Kind.UNAVAILABLE)
    await look(town)
    assert "I cannot show your week" in shown(town)

    faults.clear()
    await press(town, "Try again")
    assert "*16h 30m* of 40h 00m" in shown(town)


async def test_time_is_logged_on_a_missing_day_and_the_tab_shows_it(town: Town) -> None:
    await look(town)
    await press(town, "Log time", which=0)
    day = town.field("date")
    assert day is not None
    assert day["element"]["initial_date"] == "2026-03-02"
    await town.pick("project", "Acme / Website relaunch")
    await town.pick("task", "Design")
    await town.send(duration="2h30m", notes="From home")

    assert [each["date"] for each in town.noted("From home")] == ["2026-03-02"]
    assert "*19h 00m* of 40h 00m" in shown(town)
    assert "Mon 2 Mar* ·" not in shown(town)


async def test_whatever_else_the_person_does_shows_too(town: Town) -> None:
    await look(town)
    await town.type("/logtime 1h acme design today: by command")
    assert "*17h 30m* of 40h 00m" in shown(town)

    await town.press("Undo")
    assert "*16h 30m* of 40h 00m" in shown(town)


async def test_nothing_is_published_to_somebody_who_never_opened_it(town: Town) -> None:
    await town.type("/logtime 1h acme design today: by command")
    assert town.user() not in town.workspace.homes


async def test_the_whole_week_comes_as_a_message(town: Town) -> None:
    await look(town)
    await press(town, "Whole week")
    assert town.last().startswith("Your week, ")


async def test_time_off_is_asked_for_and_shown_until_it_is_decided(town: Town) -> None:
    await look(town)
    await press(town, "Request")
    assert "time off" in str(town.front()["title"]).casefold()
    await town.type("/timeoff 24 mar")
    await town.press("Request")
    await town.run("refresh-homes")
    assert "Tue 24 Mar 2026 · 1 day · 8h 00m · waits for a decision" in shown(town)


async def test_time_off_of_others_is_decided_in_the_tab(town: Town) -> None:
    await look(town, ODER)
    for day in ("24 mar", "25 mar"):
        await town.type(f"/timeoff {day}")
        await town.press("Request")
    await town.run("refresh-homes")
    assert "*Tay Forth* · Tue 24 Mar 2026 · 1 day · 8h 00m" in shown(town, ODER)

    await press(town, "Approve", ODER)
    assert "Tue 24 Mar 2026" not in shown(town, ODER)
    await press(town, "Reject…", ODER, which=-1)
    await town.send(ODER, reason="The launch is that day")
    assert "Time off for you to decide" not in shown(town, ODER)
    await town.later(seconds=5)
    rows = list(town.world.kantata.store.table("time_off_entries").where("user_id", "101"))
    assert "2026-03-24" in {each["requested_date"] for each in rows}
    assert "2026-03-25" not in {each["requested_date"] for each in rows}


async def test_who_is_off_next_week_is_named(town: Town) -> None:
    store = town.world.kantata.store
    with store.transaction():
        now = "2026-03-01T00:00:00Z"
        row = {
            "user_id": "102",
            "hours": 8.0,
            "requested_date": "2026-03-10",
            "submission_date": "2026-03-01",
        }
        store.insert("time_off_entries", {**row, "created_at": now, "updated_at": now})
    await poll(town)
    await look(town)
    assert "*Off next week*" in shown(town)
    assert "Oder Neisse: Tue 10 Mar 2026" in shown(town)


async def test_administration_is_behind_one_button_for_administrators_alone(town: Town) -> None:
    for name in (TAY, ODER):
        await look(town, name)
        user = town.workspace.users[town.user(name)]
        assert ("Administration" in shown(town, name)) == user.is_admin
    await press(town, "Administration")
    assert town.front()["callback_id"].startswith("admin.")


async def test_the_queue_is_decided_by_ticking(town: Town) -> None:
    await poll(town)
    await look(town, AVON)
    assert "4 timesheets wait for your decision" in shown(town, AVON)
    (boxes,) = [each for each in blocks(town, AVON) if each["block_id"] == approval_queue.PICK]
    ticked = boxes["elements"][0]["options"][:2]
    state = {approval_queue.PICK: {approval_queue.PICK: {"type": "checkboxes", "selected_options": ticked}}}
    await press(town, "Approve selected", AVON, state=state)

    assert town.last(AVON).count("✓") == 2
    assert "2 timesheets wait for your decision" in shown(town, AVON)


def waiting(town: Town, who: str) -> int:
    """How many timesheets the tab asks about, on its first page."""
    return str(blocks(town, who)).count(f"'{views.IN_HOME.reject}'")


async def test_nothing_ticked_is_said_in_a_form(town: Town) -> None:
    await poll(town)
    await look(town, AVON)
    await press(town, "Approve selected", AVON)
    assert approval_queue.NOTHING_CHOSEN in str(town.front(AVON)["blocks"])


async def test_a_timesheet_is_rejected_with_a_reason(town: Town) -> None:
    await poll(town)
    await look(town, ODER)
    before = waiting(town, ODER)
    await press(town, "Reject…", ODER, which=_of(town, ODER, "Isar Lech* · *Acme / Website relaunch"))
    await town.send(ODER, reason="Thursday is missing")

    assert submission(town, WEBSITE)["status"] == "rejected"
    assert "Isar Lech* · *Acme / Website relaunch" not in shown(town, ODER)
    assert waiting(town, ODER) == before - 1


async def test_a_timesheet_that_was_decided_meanwhile_is_said_to_be(town: Town) -> None:
    await poll(town)
    await look(town, AVON)
    await in_kantata(town, "110", "reject", NEWS, "Wrong project")
    rejected = button(town, "Reject…", AVON, which=_of(town, AVON, "News archive"))
    town.clock.forward(seconds=61)
    await town.run("poll-decisions")
    await town.interact(
        AVON,
        private=False,
        type="block_actions",
        container={"type": "view"},
        actions=[{"type": "button", "action_ts": "1", **rejected}],
    )

    assert "Rejected by Loire Allier: Wrong project" in str(town.front(AVON)["blocks"])
    assert "News archive" not in shown(town, AVON)


def _of(town: Town, who: str, words: str) -> int:
    at = [
        each
        for each in blocks(town, who)
        if each.get("accessory", {}).get("action_id") == views.IN_HOME.reject
    ]
    return next(n for n, each in enumerate(at) if words in str(each))


async def test_what_others_decide_is_drawn_without_being_asked_for(town: Town) -> None:
    await poll(town)
    await look(town, AVON)
    await look(town, LOIRE)
    assert "News archive" in shown(town, AVON)
    await in_kantata(town, "110", "approve", NEWS)
    await poll(town)

    assert "News archive" not in shown(town, AVON)
    assert "News archive" not in shown(town, LOIRE)


async def test_nothing_is_drawn_anew_where_nothing_changed(town: Town) -> None:
    await poll(town)
    await look(town, AVON)
    before = published(town, AVON)
    town.clock.forward(hours=2)
    await poll(town)
    assert published(town, AVON) == before


async def test_the_submitter_sees_the_decision(town: Town) -> None:
    await town.type("/timesheet")
    await town.press("Submit week")
    await town.send()
    await look(town)
    assert "waiting for Oder Neisse" in shown(town)
    pending = [
        each["id"]
        for each in town.world.kantata.store.table("timesheet_submissions").where("user_id", "101")
        if each["status"] == "pending"
    ]
    await in_kantata(town, "103", "reject", pending[0], "Say what was tested")
    await poll(town)

    assert "rejected by Hudson Reed" in shown(town)
    assert "Say what was tested" in shown(town)


async def test_whom_the_service_account_decided_for_is_named_with_the_reason_alone(town: Town) -> None:
    await town.type("/timesheet")
    await town.press("Submit week")
    await town.send()
    await poll(town)
    await look(town, ODER)
    await press(town, "Reject…", ODER, which=_of(town, ODER, "Tay Forth* · *Acme"))
    await town.send(ODER, reason="Say what was tested")
    await town.type("/timesheet")

    assert "rejected by Oder Neisse" in town.last()
    assert ": Say what was tested\n" in town.last()
    assert "Kantata user" not in town.last()


async def test_whoever_kantata_does_not_know_hears_why_and_sees_nothing_else(town: Town) -> None:
    await look(town, UNA)
    text = shown(town, UNA)
    assert "You are not connected to Kantata" in text
    assert "e-mail address" in text
    assert "This week" not in text
    assert "Settings" not in text

    await look(town, GIL)
    assert "Guests of this workspace cannot use this app." in shown(town, GIL)
    assert "actions" not in shown(town, GIL)


async def test_who_becomes_known_sees_the_week_at_the_next_look(town: Town) -> None:
    await look(town, UNA)
    store = town.world.kantata.store
    with store.transaction():
        email = town.workspace.users[town.user(UNA)].email
        store.update("users", "101", {"email_address": email})
    await press(town, "Try again", UNA)
    assert "*16h 30m* of 40h 00m" in shown(town, UNA)


async def test_who_is_not_known_any_more_sees_nothing_of_before(town: Town) -> None:
    await look(town)
    store = town.world.kantata.store
    with store.transaction():
        store.update("users", "101", {"email_address": "nobody@example.com"})
    town.clock.forward(hours=25)
    await look(town)
    assert "You are not connected to Kantata" in shown(town)
    assert "16h 30m" not in shown(town)


@pytest.mark.parametrize("trouble", ["fail", "rate_limit", "reset_before"])
async def test_what_slack_did_not_take_is_drawn_a_little_later(town: Town, trouble: str) -> None:
    await look(town)
    getattr(town.world.slack.faults, trouble)("views.publish", times=None)
    await town.type("/logtime 1h acme design today: by command")
    assert "*16h 30m* of 40h 00m" in shown(town)

    town.world.slack.faults.clear()
    await refresh(town)
    assert "*17h 30m* of 40h 00m" in shown(town)


async def test_a_drawing_that_was_overtaken_on_its_way_does_not_stay(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await look(town)
    sent, go = asyncio.Event(), asyncio.Event()
    publish = Slack.publish

    async def slow(self: Slack, workspace: str, slack_id: str, view: View) -> None:
        monkeypatch.setattr(Slack, "publish", publish)
        sent.set()
        await go.wait()
        await publish(self, workspace, slack_id, view)

    monkeypatch.setattr(Slack, "publish", slow)
    tay = await people.find(town.deps, town.deps.workspace, town.user())
    drawing = asyncio.create_task(home.turn_to(town.deps, tay, 0))
    await sent.wait()
    await town.type("/logtime 1h acme design today: by command")
    go.set()
    await drawing
    assert "*16h 30m* of 40h 00m" in shown(town), "what was sent first came last"

    await refresh(town)
    assert "*17h 30m* of 40h 00m" in shown(town)


async def test_where_slack_takes_no_table_the_week_is_text(town: Town) -> None:
    town.world.slack.faults.refuse("views.publish", "invalid_blocks", times=1)
    await look(town)
    assert "*16h 30m* of 40h 00m" in shown(town)


async def test_everybody_is_welcomed_once(database_url: str) -> None:
    async with built(database_url, newcomers=True) as town:
        await _visit_again_and_again(town)

        welcomes = [each for each in town.heard() if each["text"].startswith("Hello Tay Forth.")]
        assert len(welcomes) == 1
        assert "What I will send you" in welcomes[0]["text"]
        assert "*Settings* stops" in welcomes[0]["text"]
        await town.press("Settings", under=welcomes[0])
        assert town.front()["title"]["text"] == "My settings"
        assert not any(each["text"].startswith("Hello") for each in town.heard(GIL))


async def _visit_again_and_again(town: Town) -> None:
    """By command and Home tab, today and long after messages of today are forgotten."""
    await town.type("/kantata whoami")
    await town.type("/kantata whoami", GIL)
    for days in (0, 1, 100, 1):
        town.clock.forward(days=days)
        await look(town)
        await town.type("/timesheet")
        await town.run("deliver-messages", "forget-messages")
