"""Who is off, once a week in a channel: names and dates alone, posted once, edited as plans change."""

from datetime import date
from typing import Any

import pytest

from bot.domain.policies import FirmPolicy
from bot.sandbox.kantata import Kind
from storage import policies
from tests.journeys.conftest import Town

REASON = "chemotherapy"


async def choose_channel(town: Town) -> None:
    """The firm lets who is off be posted in #general."""
    policy = FirmPolicy(absences_channel=town.channel, time_off_granted_minutes=480)
    async with town.deps.database.transaction() as session:
        await policies.save_firm(session, town.workspace.team_id, policy, "U0", town.clock())


def posts(town: Town) -> list[Any]:
    """What the bot said in the channel to all of it."""
    said = town.workspace.messages.get(town.channel, [])
    return [each for each in said if each.bot_id and not each.ephemeral_to]


async def tick(town: Town, **later: float) -> None:
    """Let time pass, and the job run."""
    town.clock.forward(**(later or {"minutes": 5}))
    await town.run("post-absences")


def take_off(town: Town, user_id: str, day: date) -> None:
    row = {
        "user_id": user_id,
        "hours": 3.0,
        "requested_date": day.isoformat(),
        "submission_date": "2026-03-01",
    }
    now = "2026-03-01T00:00:00Z"
    store = town.world.kantata.store
    with store.transaction():
        store.insert("time_off_entries", {**row, "created_at": now, "updated_at": now})


async def to_monday_nine(town: Town) -> None:
    """From Thursday noon to Monday, nine o'clock."""
    await tick(town, days=3, hours=21)


async def test_from_monday_nine_on_names_and_dates_are_posted_once(town: Town) -> None:
    await choose_channel(town)
    await town.type(f"/timeoff tue 3h: {REASON}")
    await town.press("Request")
    town.clock.forward(seconds=3)
    await town.run("sweep-writes")
    await tick(town, days=3, hours=20)
    assert posts(town) == []

    await tick(town, hours=1)
    for _ in range(3):
        await tick(town)
    (post,) = posts(town)
    assert post.text.startswith("Off, Sun 8 – Sat 14 Mar 2026\n")
    assert "Tay Forth: Tue 10 Mar 2026" in post.text
    assert "3h" not in repr(post.blocks)
    assert REASON not in repr(post)


async def test_it_is_edited_when_plans_change_and_the_next_week_has_its_own(town: Town) -> None:
    await choose_channel(town)
    await to_monday_nine(town)
    (before,) = [each.text for each in posts(town)]
    assert "Oder Neisse" not in before

    take_off(town, "102", date(2026, 3, 12))
    await tick(town)
    (after,) = [each.text for each in posts(town)]
    assert "Oder Neisse: Thu 12 Mar 2026" in after

    await tick(town, days=7)
    assert len(posts(town)) == 2
    assert posts(town)[0].text == after


async def test_nothing_is_posted_where_no_channel_is_chosen_or_nobody_is_off(town: Town) -> None:
    await to_monday_nine(town)
    assert posts(town) == []

    await choose_channel(town)
    store = town.world.kantata.store
    with store.transaction():
        for row in list(store.table("time_off_entries")):
            store.delete("time_off_entries", row["id"])
    await tick(town)
    assert posts(town) == []

    take_off(town, "102", date(2026, 3, 12))
    await tick(town)
    assert len(posts(town)) == 1


@pytest.mark.parametrize("landed", [True, False])
async def test_a_post_whose_answer_is_lost_is_looked_for_before_it_is_sent_again(
    town: Town, landed: bool
) -> None:
    await choose_channel(town)
    faults = town.world.slack.faults
    (faults.reset_after if landed else faults.reset_before)("chat.postMessage")
    await to_monday_nine(town)
    assert len(posts(town)) == landed

    take_off(town, "102", date(2026, 3, 12))
    for _ in range(3):
        await tick(town)
    (post,) = posts(town)
    assert "Oder Neisse" in post.text


async def test_while_kantata_does_not_answer_nothing_is_posted_or_changed(town: Town) -> None:
    await choose_channel(town)
    town.world.kantata.faults.always("GET", "/time_off_entries", Kind.UNAVAILABLE)
    await to_monday_nine(town)
    assert posts(town) == []
    town.world.kantata.faults.clear()
    await tick(town)
    assert len(posts(town)) == 1
