"""Deciding in one's own name: with the approver's own Kantata account, which is asked whether it may."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.views import approvals as views
from tests.journeys.conftest import Town, built
from tests.journeys.signing_in import Browser, connect
from tests.journeys.test_approvals import (
    AVON,
    ISAR,
    NEWS,
    ODER,
    change,
    labels,
    news,
    resolutions,
    submission,
    website,
)


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    async with built(database_url, sign_in=True) as town:
        yield town


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with httpx.AsyncClient() as http:
        yield Browser(http)


async def test_a_connected_approver_decides_in_their_own_name(town: Town, browser: Browser) -> None:
    await connect(town, browser, ODER, "102")
    await town.press("Approve", ODER, under=website(town))

    (taken,) = resolutions(town)
    assert (taken["user_id"], taken["description"]) == ("102", None)
    assert website(town)["text"].startswith("Approved by Oder Neisse.")
    assert town.last(ISAR).startswith("Your timesheet: Approved by Oder Neisse.")


async def test_a_connected_approvers_reason_stands_as_it_was_given(town: Town, browser: Browser) -> None:
    await connect(town, browser, AVON, "106")
    await town.press("Reject…", AVON, under=news(town, AVON))
    await town.send(AVON, reason="Thursday is missing")

    (taken,) = resolutions(town, NEWS)
    assert (taken["user_id"], taken["description"]) == ("106", "Thursday is missing")
    assert news(town, ODER)["text"].startswith("Rejected by Avon Severn: Thursday is missing")


async def test_kantata_itself_says_that_a_connected_person_may_not(town: Town, browser: Browser) -> None:
    await connect(town, browser, AVON, "106")
    change(town, "workspaces", "3034", approver_ids=["103"])
    await town.press("Approve", AVON, under=news(town, AVON))

    assert views.NOT_YOURS in town.last(AVON)
    assert submission(town, NEWS)["status"] == "pending"
    assert "Approve" in labels(news(town, ODER))


async def test_a_dead_token_lets_the_service_account_decide_with_a_note(town: Town, browser: Browser) -> None:
    await connect(town, browser, ODER, "102")
    store = town.world.kantata.store
    with store.transaction():
        for row in list(store.table("tokens").where("user_id", "102")):
            if row["client_id"] is not None:
                store.delete("tokens", row["id"])
    await town.press("Approve", ODER, under=website(town))

    (taken,) = resolutions(town)
    assert taken["description"] == "Approved in Slack by Oder Neisse (Kantata user 102)."
    assert website(town)["text"].startswith("Approved by Oder Neisse.")
