"""Who is not matched under /kantata admin: shown, chosen by hand, asked to connect; all of it audited."""

import json
from typing import Any

import pytest

from bot.domain.audit import AuditLine
from bot.sandbox.slack import Outcome
from storage import audit, people
from tests.journeys.conftest import TAY, Town, built
from tests.journeys.test_administration import press

UNA = "Una Unmatched"
HUDSON = "Hudson Reed"


@pytest.fixture
async def lost(town: Town) -> Town:
    """A town whose members the bot knows, and in which Una has tried the bot."""
    await town.run("poll-decisions")
    await town.type("/kantata whoami", UNA)
    assert "could not find you in Kantata" in town.last(UNA)
    return town


async def show(town: Town) -> str:
    await town.type("/kantata admin")
    await press(town, "admin.people.v1")
    return blocks(town)


def blocks(town: Town) -> str:
    return str(town.front()["blocks"])


async def hit(town: Town, action_id: str, value: str) -> None:
    """Press that button in the view in front."""
    view = town.front()
    (block,) = [
        block
        for block in view["blocks"]
        for element in [*block.get("elements", []), block.get("accessory", {})]
        if (element.get("action_id"), element.get("value")) == (action_id, value)
    ]
    await town.world.slack.press(
        town.user(), view_id=view["id"], block_id=block["block_id"], action_id=action_id, value=value
    )
    await town.settle()


async def match(town: Town, slack_id: str, name: str) -> Outcome:
    """Choose in the form in front, and send it."""
    offered = (await town.offers("person", name))[""]
    option = {"value": next(each["value"] for each in offered if each["text"] == name)}
    values: dict[str, Any] = {
        "slack_user": {"value": {"type": "users_select", "selected_user": slack_id}},
        "person": {"policy.member.v1": {"type": "external_select", "selected_option": option}},
    }
    outcome = await town.world.slack.submit(town.user(), town.front()["id"], values)
    await town.settle()
    return outcome


async def audited(town: Town) -> list[AuditLine]:
    async with town.deps.database.reading() as session:
        return await audit.of_year(session, town.workspace.team_id, 2026)


async def test_whom_kantata_does_not_know_is_shown_with_the_reason(lost: Town) -> None:
    await lost.type("/kantata admin")
    assert "1 in this Slack is nobody in Kantata" in blocks(lost)

    await press(lost, "admin.people.v1")
    assert f"<@{lost.user(UNA)}>: no active Kantata user has this e-mail address." in blocks(lost)
    assert "Ask to connect" not in blocks(lost)


async def test_whom_an_administrator_chooses_acts_as_that_kantata_user_from_then_on(lost: Town) -> None:
    await show(lost)
    await hit(lost, "match.choose.v1", lost.user(UNA))
    assert (await match(lost, lost.user(UNA), HUDSON)).ok

    assert f"<@{lost.user(UNA)}> is *{HUDSON}*" in blocks(lost)
    await lost.type("/kantata whoami", UNA)
    assert "chosen by an administrator" in lost.last(UNA)
    (line,) = await audited(lost)
    assert (line.by, line.what) == (lost.user(), "match.choose")
    detail = json.loads(line.detail)
    assert (detail["of"], detail["name"]) == (lost.user(UNA), HUDSON)


async def test_the_choice_outlives_a_change_in_slack_and_a_day(lost: Town) -> None:
    await show(lost)
    await hit(lost, "match.choose.v1", "new")
    await match(lost, lost.user(UNA), HUDSON)
    await lost.world.slack.user_changed(lost.user(UNA), title="Lead")
    lost.clock.forward(hours=25)

    await lost.type("/kantata whoami", UNA)
    assert "chosen by an administrator" in lost.last(UNA)


async def test_the_choice_stands_when_everybody_in_slack_is_read_anew(lost: Town) -> None:
    await show(lost)
    await hit(lost, "match.choose.v1", "new")
    await match(lost, lost.user(UNA), HUDSON)
    await lost.run("refresh-roster")

    async with lost.deps.database.reading() as session:
        una = await people.find(session, lost.workspace.team_id, lost.user(UNA))
        hudson = await people.find(session, lost.workspace.team_id, lost.user(HUDSON))
    assert una is not None
    assert una.person is not None
    assert hudson is not None
    assert (hudson.person, hudson.is_admin) == (None, False)


async def test_whose_kantata_user_was_given_to_another_is_that_user_no_more(lost: Town) -> None:
    await lost.type("/kantata whoami", HUDSON)
    await show(lost)
    await hit(lost, "match.choose.v1", "new")
    await match(lost, lost.user(UNA), HUDSON)

    await lost.type("/kantata whoami", HUDSON)
    assert "could not find you in Kantata" in lost.last(HUDSON)


async def test_one_kantata_user_cannot_be_chosen_for_two(lost: Town) -> None:
    await show(lost)
    await hit(lost, "match.choose.v1", "new")
    await match(lost, lost.user(UNA), HUDSON)
    await hit(lost, "match.choose.v1", "new")
    outcome = await match(lost, lost.user(TAY), HUDSON)

    assert outcome.errors == {"person": "Somebody else is that Kantata user; end that match first."}
    assert len(await audited(lost)) == 1


async def test_a_match_that_was_ended_counts_no_more(lost: Town) -> None:
    await show(lost)
    await hit(lost, "match.choose.v1", "new")
    await match(lost, lost.user(UNA), HUDSON)
    await hit(lost, "match.end.v1", lost.user(UNA))

    assert "the e-mail address decides again" in blocks(lost)
    await lost.type("/kantata whoami", UNA)
    assert "could not find you in Kantata" in lost.last(UNA)
    await lost.type("/kantata whoami", HUDSON)
    assert "matched by your e-mail address" in lost.last(HUDSON)
    assert [line.what for line in await audited(lost)] == ["match.choose", "match.end"]


async def test_a_guest_cannot_be_matched(lost: Town) -> None:
    await show(lost)
    await hit(lost, "match.choose.v1", "new")
    outcome = await match(lost, lost.workspace.GUEST, HUDSON)

    assert "Guests" in outcome.errors["slack_user"]
    assert await audited(lost) == []


async def test_a_form_with_nothing_chosen_says_what_is_missing(lost: Town) -> None:
    await show(lost)
    await hit(lost, "match.choose.v1", "new")
    view = lost.front()
    delivery = await lost.interact(type="view_submission", view={**view, "state": {"values": {}}})
    assert '"slack_user": "Choose somebody in Slack."' in str(delivery.answer)
    assert '"person": "Choose who that is in Kantata."' in str(delivery.answer)


async def test_where_people_can_sign_in_they_can_be_asked_to(database_url: str) -> None:
    async with built(database_url, sign_in=True) as town:
        await town.type("/kantata whoami", UNA)
        await show(town)
        await hit(town, "match.invite.v1", town.user(UNA))

        assert "An administrator asks you to sign in to Kantata" in town.last(UNA)
        assert "Connect" in str(town.heard(UNA)[-1]["blocks"])
        assert "was asked to sign in" in blocks(town)
        assert [line.what for line in await audited(town)] == ["match.invite"]
