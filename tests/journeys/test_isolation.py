"""Nothing of one workspace is ever visible in, sent to or written for another.

Two firms have the same people, projects and ids; a mark stands in all the data of each and in none of the
other firm's.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.slack import Outcome
from bot.sandbox.slack.outcome import NotOnScreen
from storage.tables import metadata
from tests.journeys.conftest import TAY
from tests.journeys.two_firms import Side, TwoFirms, at_work

# What anybody can type, each understood in one way or another.
COMMANDS = (
    "/logtime",
    "/logtime help",
    "/logtime 1h website design: {mark} typed",
    "/logtime 2h wed website design: {mark} another day",
    "/logtime 30m archive: {mark} on what each side calls otherwise",
    "/logtime 1h webstie desing: {mark} misspelt",
    "/logtime again",
    "/logtime undo",
    "/timesheet",
    "/timesheet last",
    "/approvals",
    "/timeoff",
    "/timeoff who",
    "/timeoff list",
    "/timeoff 6 apr: {mark} reason",
    "/timeoff cancel 6 apr",
    "/kantata help",
    "/kantata whoami",
    "/kantata project website",
    "/kantata project",
    "/kantata project none",
    "/kantata settings",
    "/kantata connect",
    "/kantata disconnect",
    "/kantata admin",
)
KEPT_APART = ("time_entries", "timesheet_submissions", "time_off_entries")


@pytest.fixture
async def firms(database_url: str) -> AsyncIterator[TwoFirms]:
    async with at_work(database_url) as firms:
        yield firms


def other_of(firms: TwoFirms, side: Side) -> Side:
    return firms.south if side is firms.north else firms.north


def seen(side: Side) -> str:
    """Everything that is on anybody's screen of that side."""
    workspace = side.town.workspace
    said = [(each.text, each.blocks) for messages in workspace.messages.values() for each in messages]
    views = [view.definition for view in workspace.views.values()]
    files = [repr(each) for each in workspace.uploads.values()]
    return json.dumps([said, views, files], default=str)


def held(side: Side) -> str:
    """Everything that Kantata holds for that side."""
    store = side.town.world.kantata.store
    return json.dumps([dict(row) for name in KEPT_APART for row in store.table(name)], default=str)


async def kept(firms: TwoFirms, side: Side) -> str:
    """Everything that the bot remembers of that side."""
    async with firms.bot.database.reading() as session:
        connection = await session.connection()
        found: list[Any] = [
            tuple(row)
            for table in metadata.sorted_tables
            if "workspace" in table.c
            for row in await connection.execute(table.select().where(table.c.workspace == side.key))
        ]
    return json.dumps(found, default=str)


async def sent(firms: TwoFirms, side: Side) -> set[str]:
    """The kinds of private messages that were posted on that side."""
    table = metadata.tables["delivery"]
    async with firms.bot.database.reading() as session:
        connection = await session.connection()
        posted = table.select().where(table.c.workspace == side.key, table.c.ts.is_not(None))
        return {row.kind for row in await connection.execute(posted)}


async def nothing_crossed(firms: TwoFirms) -> None:
    """No mark of one side stands anywhere on the other."""
    for side in firms.sides:
        mark = other_of(firms, side).mark
        for place, text in (("seen", seen(side)), ("held", held(side)), ("kept", await kept(firms, side))):
            at = text.find(mark)
            assert at < 0, f"{mark} is {place} in {side.key}: …{text[max(0, at - 200) : at + 60]}…"


async def act(side: Side, command: str, who: str = TAY) -> Outcome:
    return await side.town.type(command.format(mark=side.mark), who)


async def press_all(firms: TwoFirms, side: Side, who: str) -> int:
    """Press every button under what was said last to that person; how many there were."""
    message = side.town.heard(who)[-1]
    buttons = [
        (block, element)
        for block in message["blocks"]
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        if element.get("type") == "button" and "url" not in element
    ]
    where: dict[str, Any] = (
        {"ephemeral": message["id"]}
        if message["ephemeral"]
        else {"message": (message["channel"], message["ts"])}
    )
    for block, button in buttons:
        try:
            await firms.slack.press(
                side.town.user(who),
                **where,
                block_id=block["block_id"],
                action_id=button["action_id"],
                value=button.get("value"),
            )
        except NotOnScreen:  # the press before took the message away
            break
        await firms.settle()
    return len(buttons)


async def test_what_is_typed_and_pressed_on_one_side_changes_nothing_on_the_other(firms: TwoFirms) -> None:
    pressed = 0
    for side in firms.sides:
        other = other_of(firms, side)
        for command in COMMANDS:
            before = other.state()
            await act(side, command)
            side.town.workspace.clear(side.town.user())
            pressed += await press_all(firms, side, TAY)
            side.town.workspace.clear(side.town.user())
            assert other.state() == before, f"{command} in {side.key} changed {other.key}"
    await nothing_crossed(firms)
    assert pressed > len(COMMANDS) / 2
    for side in firms.sides:
        written = {each.path for each in side.town.world.kantata.requests if each.method == "POST"}
        assert "/api/v1/time_entries" in written, written


async def archive_of(side: Side) -> str:
    """How the project that each side calls otherwise reads in the type-ahead."""
    groups = await side.town.offers("project", "archive")
    (found,) = {each["text"] for group in groups.values() for each in group}
    assert side.mark in found
    return found


async def log_by_form(side: Side) -> Outcome:
    town = side.town
    await town.world.slack.shortcut(town.user(), "log_time")
    await town.pick("project", await archive_of(side))
    return await town.send(duration="25m", notes=f"{side.mark} by form")


async def log_by_message(side: Side) -> Outcome:
    town = side.town
    await town.type("/kantata project website")
    await town.world.slack.say(town.user("Oder Neisse"), town.channel, f"{side.mark} said this")
    said = town.workspace.messages[town.channel][-1]
    await town.world.slack.shortcut(town.user(), "log_time_of_message", message=(town.channel, said.ts))
    return await town.send(duration="35m")


async def submit_by_form(side: Side) -> Outcome:
    await side.town.type("/timesheet")
    await side.town.press("Submit week")
    return await side.town.send(notes=f"{side.mark} week")


async def ask_by_form(side: Side) -> Outcome:
    await side.town.type("/timeoff")
    await side.town.send(days="7 apr", reason=f"{side.mark} reason")
    return await side.town.send()


async def set_by_form(side: Side) -> Outcome:
    await side.town.type("/kantata settings")
    await side.town.pick("project", await archive_of(side))
    return await side.town.send()


FORMS = (log_by_form, log_by_message, submit_by_form, ask_by_form, set_by_form)


async def test_what_is_sent_in_a_form_on_one_side_changes_nothing_on_the_other(firms: TwoFirms) -> None:
    for side in firms.sides:
        other = other_of(firms, side)
        for send in FORMS:
            before = other.state()
            outcome = await send(side)
            assert outcome.ok, f"{send.__name__}: {outcome}"
            side.town.workspace.clear(side.town.user())
            assert other.state() == before, f"{send.__name__} in {side.key} changed {other.key}"
    await nothing_crossed(firms)
    for side in firms.sides:
        assert f"{side.mark} reason" in seen(side)
        assert f"{side.mark} week" in held(side)
        assert {f"{side.mark} by form", f"{side.mark} said this"} <= {
            row["notes"] for row in side.town.world.kantata.store.table("time_entries")
        }


async def test_what_is_typed_ahead_offers_ones_own_projects_alone(firms: TwoFirms) -> None:
    for side in firms.sides:
        other = other_of(firms, side).mark
        await side.town.world.slack.shortcut(side.town.user(), "log_time")
        assert other not in await archive_of(side)
        assert not any((await side.town.offers("project", other)).values())


async def test_the_same_at_once_on_both_sides_stays_apart(firms: TwoFirms) -> None:
    for command in COMMANDS:
        for side in firms.sides:
            await firms.slack.command(side.town.user(), side.town.channel, command.format(mark=side.mark))
        await firms.settle()
        for side in firms.sides:
            side.town.workspace.clear(side.town.user())
    await nothing_crossed(firms)


async def test_no_job_carries_anything_across(firms: TwoFirms) -> None:
    for side in firms.sides:
        await act(side, "/logtime 1h website design: {mark} typed")
        await act(side, "/timeoff 6 apr: {mark} reason")
        for user in side.town.workspace.users.values():
            if not (user.is_bot or user.deleted or user.is_stranger):
                await firms.slack.open_home(user.id)
    await firms.settle()
    # Friday 15:30, Monday 10:30 and 16:30, Tuesday 9:30: every reminder, digest and report comes due.
    for hours in (27.5, 67, 6, 17):
        firms.clock.forward(hours=hours)
        await firms.run_jobs()
        await firms.run_jobs()
    await nothing_crossed(firms)
    for side in firms.sides:
        assert await sent(firms, side) >= {
            "approval.ask",
            "remind.incomplete",
            "remind.again",
            "remind.missing",
        }


async def test_one_side_without_kantata_stops_nothing_of_the_other(firms: TwoFirms) -> None:
    firms.north.town.world.kantata.faults.hang()
    await firms.south.town.type("/logtime 1h website design: while the other one hangs")
    assert firms.south.town.noted("while the other one hangs")
    firms.north.town.world.kantata.faults.clear()
