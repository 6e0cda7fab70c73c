"""Workspaces install the app, connect Kantata, and leave."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from bot.check import findings
from bot.people import NO_ACCOUNT
from bot.sandbox.kantata import Kantata
from bot.sandbox.kantata.accounts import ACCOUNT
from bot.workspaces import NotInstalled
from storage.tables import metadata
from tests.journeys.conftest import Town
from tests.journeys.signing_in import TAYS, Browser
from tests.journeys.two_firms import TwoFirms, at_work, two_firms


@pytest.fixture
async def fresh(database_url: str) -> AsyncIterator[TwoFirms]:
    async with two_firms(database_url) as firms:
        yield firms


@pytest.fixture
async def firms(database_url: str) -> AsyncIterator[TwoFirms]:
    async with at_work(database_url) as firms:
        yield firms


async def test_from_the_link_to_the_first_hour(fresh: TwoFirms) -> None:
    side = fresh.north
    installed = await fresh.install(side)
    assert "Northwind Consulting" in installed.text

    await side.town.type("/logtime 1h acme design", "Hudson Reed")
    assert side.town.last("Hudson Reed") == NO_ACCOUNT

    assert "Kantata is connected" in await fresh.connect_kantata(side)
    await fresh.run_jobs()
    await side.town.type("/logtime 1h website design: first")
    assert side.town.noted("first")


async def rows(firms: TwoFirms, workspace: str) -> dict[str, int]:
    """How many rows each table has of that workspace, those that have any."""
    async with firms.bot.database.reading() as session:
        connection = await session.connection()
        found = {
            table.name: len(
                (await connection.execute(table.select().where(table.c.workspace == workspace))).all()
            )
            for table in metadata.sorted_tables
            if "workspace" in table.c
        }
    return {name: number for name, number in found.items() if number}


async def test_who_leaves_takes_everything_along_and_nobody_elses(firms: TwoFirms) -> None:
    left, stays = firms.north, firms.south
    await left.town.type("/logtime 1h website design: before")
    await stays.town.type("/logtime 1h website design: before")
    before = await rows(firms, stays.key)
    token = service_token(left.town.world.kantata)

    await firms.slack.events.uninstalled(left.town.workspace)
    await firms.settle()

    assert set(await rows(firms, left.key)) <= {"firm_policy", "audit"}
    assert await rows(firms, stays.key) == before
    assert token not in service_tokens(left.town.world.kantata)
    with pytest.raises(NotInstalled):
        await firms.bot.workspaces.find(left.key)
    await stays.town.type("/logtime 1h website design: after")
    assert stays.town.noted("after")


def service_tokens(kantata: Kantata) -> set[str]:
    """The tokens that the app was given for the service account."""
    return {row["token"] for row in kantata.store.table("tokens") if row["client_id"] is not None}


def service_token(kantata: Kantata) -> str:
    (token,) = service_tokens(kantata)
    return token


async def test_who_comes_back_begins_anew(firms: TwoFirms) -> None:
    side = firms.north
    await firms.slack.events.uninstalled(side.town.workspace)
    await firms.settle()
    assert (await firms.install(side)).status_code == 200
    await side.town.type("/logtime 1h website design", "Hudson Reed")
    assert side.town.last("Hudson Reed") == NO_ACCOUNT


async def test_a_second_installation_replaces_the_first_ones_token(firms: TwoFirms) -> None:
    side = firms.north
    for each in firms.slack.platform.installations:
        if side.town.workspace in each.workspaces:
            each.revoked = "token_revoked"
    assert (await firms.install(side)).status_code == 200
    await firms.refresh(side)
    await side.town.type("/logtime 1h website design: again installed")
    assert side.town.noted("again installed")
    assert (await rows(firms, side.key))["slack_installation"] == 1


async def test_an_account_that_kantata_refuses_is_forgotten_and_administrators_are_told(
    firms: TwoFirms,
) -> None:
    side = firms.north
    store = side.town.world.kantata.store
    with store.transaction():
        for row in list(store.table("tokens")):
            store.delete("tokens", row["id"])

    await firms.run("refresh-people", "sweep-writes")

    assert "service_account" not in await rows(firms, side.key)
    assert "no longer accepts the account" in side.town.last()
    assert not any("no longer accepts" in each["text"] for each in firms.south.town.heard())
    await side.town.type("/logtime 1h website design", "Hudson Reed")
    assert side.town.last("Hudson Reed") == NO_ACCOUNT
    assert "Kantata is connected" in await firms.connect_kantata(side)


async def test_a_link_to_install_works_once_and_in_the_browser_that_began(fresh: TwoFirms) -> None:
    sent = await fresh.browser.get(f"{fresh.bot_url}/slack/install?team={fresh.north.key}")
    cookie = sent.headers["set-cookie"].partition(";")[0]
    back = (await fresh.browser.get(sent.headers["location"])).headers["location"]

    elsewhere = await fresh.browser.get(back)
    assert (elsewhere.status_code, "not begun in this browser" in elsewhere.text) == (400, True)
    assert (await fresh.come_back(back, cookie)).status_code == 200
    again = await fresh.come_back(back, cookie)
    assert (again.status_code, "used already" in again.text) == (400, True)


async def test_who_denies_has_installed_nothing(fresh: TwoFirms) -> None:
    sent = await fresh.browser.get(f"{fresh.bot_url}/slack/install?team={fresh.north.key}")
    back = (await fresh.browser.get(sent.headers["location"] + "&deny=1")).headers["location"]
    denied = await fresh.come_back(back, sent.headers["set-cookie"].partition(";")[0])
    assert "did not allow it" in denied.text
    assert list(await fresh.bot.workspaces.every()) == []


async def test_tokens_are_kept_encrypted(firms: TwoFirms) -> None:
    async with firms.bot.database.reading() as session:
        connection = await session.connection()
        bots = await connection.exec_driver_sql("SELECT bot_token FROM slack_installation")
        accounts = await connection.exec_driver_sql("SELECT token FROM service_account")
        kept = [*bots.scalars(), *accounts.scalars()]
    assert len(kept) == 4
    assert not any("xoxb" in each for each in kept)
    assert all(each.startswith("gAAAA") for each in kept)


async def test_a_workspace_is_not_connected_by_just_anybody(fresh: TwoFirms) -> None:
    side = fresh.north
    await fresh.install(side)
    await side.town.type("/kantata admin", "Hudson Reed")
    assert "administrator" in side.town.last("Hudson Reed")

    await side.town.type("/kantata admin")
    blocks = side.town.heard()[-1]["blocks"]
    (url,) = [e["url"] for block in blocks for e in block.get("elements", ()) if "url" in e]
    async with httpx.AsyncClient(trust_env=False, headers={ACCOUNT.decode(): "0"}) as http:
        page = await Browser(http).sign_in(url, TAYS)
    assert "not an administrator of the firm" in page
    assert "service_account" not in await rows(fresh, side.key)


FIRM = "E0FIRM"


async def test_an_organisation_installs_once_for_all_its_teams(fresh: TwoFirms) -> None:
    first, second = fresh.sides
    for side in fresh.sides:
        side.town.workspace.enterprise = {"id": FIRM, "name": "The Firm"}
    fresh.slack.oauth.organisations[FIRM] = [side.town.workspace for side in fresh.sides]
    assert "The Firm" in (await fresh.install(first, FIRM)).text
    assert "Kantata is connected" in await fresh.connect_kantata(first, FIRM)
    await fresh.run_jobs()

    for side in fresh.sides:  # both teams have the first one's Kantata now
        await side.town.type(f"/logtime 1h website design: {side.mark} typed")
        assert first.town.noted(f"{side.mark} typed"), side.town.last()
        assert second.town.noted(f"{side.mark} typed") == []
    async with fresh.bot.database.reading() as session:
        connection = await session.connection()
        people = metadata.tables["person"]
        known = {(row.workspace, row.slack_user_id) for row in await connection.execute(people.select())}
    everybody = {user.id for side in fresh.sides for user in side.town.workspace.users.values()}
    assert {workspace for workspace, _ in known} == {FIRM}
    assert {slack_id for _, slack_id in known} == everybody

    await fresh.slack.events.uninstalled(first.town.workspace)
    await fresh.settle()
    assert set(await rows(fresh, FIRM)) <= {"firm_policy", "audit"}


async def test_everything_is_tried_and_each_workspace_has_its_lines(firms: TwoFirms) -> None:
    found = await findings(firms.settings)
    assert [str(each) for each in found if not each.good] == []
    assert {"SLACK_CLIENT_ID", "Southwind, scopes", "Southwind, Kantata account"} <= {
        each.name for each in found
    }


async def test_a_workspace_that_is_not_connected_is_named_and_so_is_a_wrong_secret(fresh: TwoFirms) -> None:
    await fresh.install(fresh.south)
    wrong = SecretStr("not the secret")
    found = await findings(fresh.settings.model_copy(update={"slack_client_secret": wrong}))
    named = {each.name: each.text for each in found if not each.good}
    assert "bad_client_secret" in named["SLACK_CLIENT_ID"]
    assert "types /kantata admin" in named["Southwind"]


async def test_with_one_token_the_bot_starts_again_without_slack(town: Town) -> None:
    town.world.slack.faults.fail("auth.test", times=None)
    await town.restart()
    town.world.slack.faults.clear()
    await town.type("/logtime 1h website design: after the start")
    assert town.noted("after the start")
