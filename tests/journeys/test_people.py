"""Who may use the bot: told why not and what to do where they are, and asked about again after a change."""

import json
from datetime import date
from typing import Any

import pytest

from bot.sandbox.kantata import Kind
from tests.journeys.conftest import TAY, Town

TODAY = date(2026, 3, 5)
LOG = "/logtime 2h acme design: wireframes"


def change_person(town: Town, kantata_id: str, **fields: Any) -> None:
    """Kantata's administrator changes that user."""
    town.clock.forward(minutes=5)
    store = town.world.kantata.store
    with store.transaction():
        fields["updated_at"] = town.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        store.update("users", kantata_id, fields)


def disable(town: Town, kantata_id: str) -> None:
    """Kantata's administrator takes that user's account away."""
    change_person(town, kantata_id)
    store = town.world.kantata.store
    with store.transaction():
        for row in store.table("account_memberships").where("user_id", kantata_id):
            store.update("account_memberships", row["id"], {"disabled_at": row["updated_at"]})


def entries(town: Town) -> int:
    return len(town.world.kantata.store.table("time_entries"))


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("Una Unmatched", "no active Kantata user has the e-mail address of your Slack profile"),
        ("Gil Guest", "Guests of this workspace cannot use this app"),
    ],
)
async def test_who_cannot_use_it_is_told_why_by_command_and_by_shortcut(
    town: Town, who: str, said: str
) -> None:
    before = entries(town)
    await town.type(LOG, who)
    assert said in town.last(who)
    assert town.heard() == []

    outcome = await town.world.slack.shortcut(town.user(who), "log_time")
    assert outcome.ok
    assert said in json.dumps(town.front(who))
    assert entries(town) == before


async def test_a_person_of_another_organisation_is_refused(town: Town) -> None:
    shared = town.workspace.channel("acme-website").id
    await town.world.slack.command(town.user("Stan Stranger"), shared, LOG)
    await town.settle()

    assert "its own organisation only" in town.world.slack.deliveries[-1].answer.body  # type: ignore[union-attr] # answered


async def test_an_address_that_two_people_have_is_ambiguous_until_it_is_mended(town: Town) -> None:
    address = town.workspace.users[town.user()].email
    change_person(town, "104", email_address=address)
    await town.type(LOG)
    assert "More than one active Kantata user" in town.last()

    change_person(town, "104", email_address="isar.lech@example.com")
    await town.type(LOG)
    assert town.last().startswith("Logged 2h 00m")


async def test_who_was_not_found_is_looked_for_again_at_the_next_try(town: Town) -> None:
    una = "Una Unmatched"
    await town.type(LOG, una)
    change_person(town, "104", email_address=town.workspace.users[town.user(una)].email)

    await town.type(LOG, una)
    assert town.last(una).startswith("Logged 2h 00m")
    assert len(town.noted("wireframes", "104")) == 1


async def test_a_changed_address_in_slack_makes_somebody_else_of_them(town: Town) -> None:
    await town.type(LOG)
    assert len(town.noted("wireframes")) == 1
    isar = next(each for each in town.workspace.users.values() if each.real_name == "Isar Lech")
    isar.email, address = "other@example.com", isar.email
    await town.world.slack.user_changed(town.user(), email=address)
    await town.settle()

    await town.type("/logtime 1h acme design: sketches")
    assert (len(town.noted("sketches", "104")), town.noted("sketches")) == (1, [])


async def test_a_changed_time_zone_counts_from_the_next_command_on(town: Town) -> None:
    await town.type("/logtime 1h acme design: here")
    town.clock.forward(hours=10)  # 22:00 in London, and already the next day in Auckland
    await town.world.slack.user_changed(town.user(), tz="Pacific/Auckland")
    await town.settle()

    await town.type("/logtime 1h acme design: there")
    assert [town.noted(notes)[0]["date"] for notes in ("here", "there")] == ["2026-03-05", "2026-03-06"]


async def test_who_is_disabled_in_kantata_is_found_no_more(town: Town) -> None:
    await town.type(LOG)
    disable(town, "101")
    await town.run("refresh-people")
    before = entries(town)

    await town.type(LOG)
    assert "no active Kantata user" in town.last()
    assert entries(town) == before


async def test_who_left_slack_and_came_back_is_known_again(town: Town) -> None:
    await town.type(LOG)
    await town.world.slack.user_changed(town.user(), deleted=True)
    await town.world.slack.user_changed(town.user(), deleted=False)
    await town.settle()

    await town.type("/logtime again")
    assert len(town.noted("wireframes")) == 2


async def test_kantata_down_at_first_contact_is_said_and_nothing_is_written(town: Town) -> None:
    before = entries(town)
    town.world.kantata.faults.always("*", "*", Kind.CANCELED)
    outcome = await town.type(LOG)
    assert outcome.ok
    assert "still finding out who you are" in town.last()
    assert entries(town) == before

    town.world.kantata.faults.clear()
    await town.type(LOG)
    assert town.last().startswith("Logged 2h 00m")


async def test_slack_down_at_first_contact_is_said_and_nothing_is_written(town: Town) -> None:
    town.world.slack.faults.fail("users.info")
    await town.type(LOG)
    assert "try again in a minute" in town.last()
    assert town.noted("wireframes") == []


async def test_kantata_down_later_does_not_make_anybody_unknown(town: Town) -> None:
    await town.type(LOG)
    await town.world.slack.user_changed(town.user(), title="Lead designer")
    town.world.kantata.faults.always("*", "*", Kind.CANCELED)

    await town.type("/logtime")
    assert town.field("project") is not None


async def test_nobody_sees_what_others_log(town: Town) -> None:
    await town.type(LOG)
    await town.type(LOG, "Isar Lech")

    assert len(town.heard(TAY)) == len(town.heard("Isar Lech")) == 1
    assert not [each for each in town.heard("Oder Neisse") if "wireframes" in str(each)]
