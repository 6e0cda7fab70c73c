"""How approvers hear of what waits: at once with reminders, once a day, or when they look."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.approvals import Hearing
from bot.views import approval_hearing
from tests.journeys.conftest import Town
from tests.journeys.test_approvals import (
    AVON,
    HUDSON,
    LOIRE,
    ODER,
    about,
    labels,
    poll,
    submission,
    submit_anew,
)


async def at(town: Town, day: int, hour: int, minute: int = 0) -> None:
    """Go to that moment (UTC) in March 2026, and let the bot look who is to be told."""
    then = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
    town.clock.forward(seconds=(then - town.clock()).total_seconds())
    await town.run("digest-approvals")


def digests(town: Town, who: str) -> list[dict[str, Any]]:
    """The messages about all that waits for that person."""
    return [each for each in town.heard(who) if " for your decision:" in each["text"]]


async def choose(town: Town, who: str, hearing: Hearing) -> None:
    """Choose how to hear, in the form behind the queue."""
    await town.type("/approvals", who)
    await town.press("How I hear…", who)
    state = {"hearing": {"hearing": {"type": "radio_buttons", "selected_option": {"value": hearing.value}}}}
    outcome = await town.world.slack.submit(town.user(who), town.front(who)["id"], state)
    assert outcome.ok
    await town.settle()


async def test_who_hears_at_once_is_reminded_after_one_three_and_five_of_their_working_days(
    town: Town,
) -> None:
    # What waits came on Friday 27 February: Oder, in Berlin, has worked four days since on Thursday.
    await at(town, 5, 20)
    assert digests(town, ODER) == []

    await at(town, 6, 8, 29)
    assert digests(town, ODER) == []
    for minute in (30, 35):
        await at(town, 6, 8, minute)
        assert len(digests(town, ODER)) == 1
    assert digests(town, ODER)[0]["text"].startswith("7 timesheets for your decision:")

    await at(town, 9, 9)
    assert len(digests(town, ODER)) == 1


async def test_a_reminder_works_like_the_queue(town: Town) -> None:
    await at(town, 6, 20)
    (reminder,) = digests(town, LOIRE)
    assert labels(reminder) == ["Approve selected", "How I hear…"]

    await town.press("Reject…", LOIRE, under=reminder)
    await town.send(LOIRE, reason="Not on this project")

    assert "Rejected by Loire Allier: Not on this project" in town.last(LOIRE)
    statuses = {submission(town, each)["status"] for each in ("7081", "7082")}
    assert statuses == {"pending", "rejected"}


async def test_once_a_day_means_one_message_on_each_working_day_and_none_in_between(town: Town) -> None:
    await choose(town, ODER, Hearing.DIGEST)
    before = len(town.heard(ODER))
    submit_anew(town, created_at=town.clock().isoformat())
    await poll(town)
    assert len(town.heard(ODER)) == before

    # What has waited since half past nine is told of, late but on its day.
    await at(town, 5, 13)
    assert [each["text"][:13] for each in digests(town, ODER)[1:]] == ["8 timesheets "]
    await at(town, 6, 9)
    await at(town, 7, 9)
    await at(town, 8, 9)
    assert len(digests(town, ODER)) == 3
    await at(town, 9, 9)
    assert len(digests(town, ODER)) == 4


async def test_who_looks_alone_hears_nothing_and_finds_everything(town: Town) -> None:
    await choose(town, ODER, Hearing.QUEUE)
    submit_anew(town)
    await poll(town)
    before = len(town.heard(ODER))
    await at(town, 6, 9)

    assert len(town.heard(ODER)) == before
    await town.type("/approvals", ODER)
    assert town.last(ODER).startswith("8 timesheets for your decision:")


async def test_the_form_shows_what_was_chosen(town: Town) -> None:
    await choose(town, AVON, Hearing.DIGEST)
    await town.press("How I hear…", AVON)
    (block,) = town.front(AVON)["blocks"]
    assert block["element"]["initial_option"]["value"] == Hearing.DIGEST.value


async def test_who_has_nothing_waiting_any_more_hears_nothing(town: Town) -> None:
    for words in ("News archive", "Packaging line study"):
        await town.press("Approve", LOIRE, under=about(town, LOIRE, words))
    await at(town, 6, 20)

    assert digests(town, LOIRE) == digests(town, HUDSON) == []


async def test_a_forged_choice_changes_nothing(town: Town) -> None:
    await town.type("/approvals", AVON)
    await town.press("How I hear…", AVON)
    view = town.front(AVON)
    form = {**view, "state": {"values": {"hearing": {"hearing": {"selected_option": {"value": "loudly"}}}}}}
    delivery = await town.interact(
        AVON, type="view_submission", view={**form, "callback_id": approval_hearing.HEARING}
    )
    assert "older version" in str(delivery.answer)
