"""In whose name things are done once somebody is connected, and what becomes of their token."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet

from bot import connections
from bot.connections import PersonNotAllowed
from bot.deps import SignIn
from bot.domain.people import Person
from bot.kantata.client import Kantata
from bot.sandbox.kantata import Kind
from storage import connections as stored
from storage.encryption import Cipher
from tests.journeys.conftest import ENCRYPTION_KEY, TAY, Town, built
from tests.journeys.signing_in import (
    ISAR,
    ISARS,
    SERVICE,
    TAYS,
    Browser,
    connect,
    connection,
    link,
    revoke_at_kantata,
    said,
    senders,
    tokens,
)

THURSDAY = date(2026, 3, 5)


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    async with built(database_url, sign_in=True) as town:
        yield town


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with httpx.AsyncClient() as http:
        yield Browser(http)


async def test_whoever_signs_in_acts_in_their_own_name(town: Town, browser: Browser) -> None:
    await town.type("/logtime 1h acme website design: before")
    assert senders(town, "POST") == [SERVICE]

    page = await browser.sign_in(await link(town), TAYS)

    assert (browser.status, "Tay Forth in Slack is now Tay Forth in Kantata." in page) == (200, True)
    await town.later(seconds=2)
    assert "You are connected to Kantata as *Tay Forth*" in town.last()
    await town.type("/kantata whoami")
    assert "connected with your own account" in town.last()

    await town.type("/logtime 2h acme website design: after")
    assert senders(town, "POST") == [SERVICE, TAYS]
    (entry,) = [each for each in town.entries(THURSDAY) if each["notes"] == "after"]
    assert entry["minutes"] == 120


async def test_changing_and_deleting_are_done_in_the_persons_own_name(town: Town, browser: Browser) -> None:
    await connect(town, browser)
    await town.type("/logtime 2h acme website design: sketches")
    asked = len(senders(town, "GET"))

    await town.press("Edit")
    assert senders(town, "GET")[asked:] == [TAYS]
    await town.send(duration="3h")
    assert [each["minutes"] for each in town.noted("sketches")] == [180]
    await town.type("/logtime undo")

    assert town.noted("sketches") == []
    assert set(senders(town, "PUT") + senders(town, "DELETE")) == {TAYS}


async def test_the_others_are_still_served_by_the_service_account(town: Town, browser: Browser) -> None:
    await connect(town, browser)

    await town.type("/logtime 1h acme website: mine", ISAR)

    assert senders(town, "POST") == [SERVICE]


async def test_a_revoked_token_is_told_of_once_and_the_entry_written_once(
    town: Town, browser: Browser
) -> None:
    await connect(town, browser)
    await revoke_at_kantata(town)

    await town.type("/logtime 2h acme website design: sketches")
    await town.later(seconds=2)
    await town.type("/logtime 1h acme website design: more")
    await town.later(minutes=5)

    assert [each["minutes"] for each in town.noted("sketches")] == [120]
    assert [each["minutes"] for each in town.noted("more")] == [60]
    assert senders(town, "POST")[1:] == [SERVICE, SERVICE]
    assert said(town, "no longer accepts the connection to your account") == 1
    assert await connection(town) is None
    await town.type("/kantata whoami")
    assert "matched by your e-mail address" in town.last()


async def test_a_lost_answer_is_looked_for_after_the_token_has_died(town: Town, browser: Browser) -> None:
    await connect(town, browser)
    town.world.kantata.faults.next("POST", "/time_entries", Kind.BAD_GATEWAY, done=True)

    await town.type("/logtime 2h acme website design: sketches")
    await revoke_at_kantata(town)
    for _ in range(10):
        await town.later(minutes=1)

    assert [each["minutes"] for each in town.noted("sketches")] == [120]
    assert senders(town, "POST") == [TAYS]


async def test_a_dead_token_does_not_keep_an_entry_from_being_edited(town: Town, browser: Browser) -> None:
    await connect(town, browser)
    await town.type("/logtime 2h acme website design: sketches")
    await revoke_at_kantata(town)

    await town.press("Edit")

    assert town.field("duration") is not None
    assert await connection(town) is None


async def test_disconnecting_revokes_and_deletes_the_token(town: Town, browser: Browser) -> None:
    await connect(town, browser)
    assert len(tokens(town)) == 1

    await town.type("/kantata disconnect")

    assert town.last().startswith("You are disconnected: your token is revoked at Kantata")
    assert tokens(town) == []
    assert await connection(town) is None
    await town.type("/kantata disconnect")
    assert "You are not connected" in town.last()
    await town.type("/logtime 1h acme website design: after")
    assert senders(town, "POST") == [SERVICE]


async def test_disconnecting_does_not_wait_for_kantata(town: Town, browser: Browser) -> None:
    await connect(town, browser)
    town.world.kantata.faults.always("POST", "/oauth/revoke", Kind.UNAVAILABLE)

    await town.type("/kantata disconnect")

    assert "I have deleted your token. Kantata did not confirm" in town.last()
    assert await connection(town) is None


async def test_uninstalled_the_bot_keeps_no_token(town: Town, browser: Browser) -> None:
    await connect(town, browser)

    await town.world.slack.events.uninstalled(town.workspace)
    await town.settle()

    assert await connection(town) is None
    assert tokens(town) == []


async def test_signing_in_again_replaces_the_connection(town: Town, browser: Browser) -> None:
    await connect(town, browser)
    first = await connection(town)
    await town.type("/kantata connect")
    assert "You are connected already." in town.last()

    await connect(town, browser)

    again = await connection(town)
    assert first is not None
    assert again is not None
    assert again.id != first.id


async def test_nothing_secret_is_logged_or_stored_in_the_clear(
    town: Town, browser: Browser, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("INFO")  # the libraries' level at any LOG_LEVEL
    url = await link(town)
    callback = await browser.decide(url, TAYS)
    code = parse_qs(urlsplit(callback).query)["code"][0]
    await browser.open(callback)
    await browser.open(callback)
    (token,) = tokens(town)
    await town.type("/logtime 2h acme website design: sketches")
    await revoke_at_kantata(town)
    await town.type("/logtime 1h acme website design: more")
    await town.later(seconds=2)

    captured = capfd.readouterr()
    # uvicorn's own are those of the pretend servers; the bot runs without them.
    records = [each.getMessage() for each in caplog.records if not each.name.startswith("uvicorn")]
    logged = "\n".join([captured.out, captured.err, *records])
    assert "connection lost" in logged
    for secret in (token, code, "tay.forth@example.com", "sketches"):
        assert secret not in logged


async def test_old_keys_can_be_taken_away_once_the_tokens_are_sealed_anew(
    town: Town, browser: Browser
) -> None:
    await connect(town, browser)
    deps = town.deps
    assert deps.sign_in is not None
    new = Fernet.generate_key().decode()
    sealed = await connection(town)
    assert sealed is not None
    token = deps.sign_in.cipher.unseal(sealed.token, sealed.binding)

    def with_cipher(cipher: Cipher) -> SignIn:
        assert deps.sign_in is not None
        return replace(deps.sign_in, cipher=cipher)

    await connections.renew_encryption(replace(deps, sign_in=with_cipher(Cipher([new]))))
    assert await connection(town) == sealed  # what no key opens stays as it is

    await connections.renew_encryption(replace(deps, sign_in=with_cipher(Cipher([new, ENCRYPTION_KEY]))))
    renewed = await connection(town)
    assert renewed is not None
    assert Cipher([new]).unseal(renewed.token, renewed.binding) == token


async def test_a_token_no_key_opens_is_not_used(town: Town, browser: Browser) -> None:
    await connect(town, browser)
    found = await connection(town)
    assert found is not None
    foreign = Cipher([Fernet.generate_key().decode()])
    async with town.deps.database.transaction() as session:
        await stored.reseal(session, found.id, foreign.seal("t0ken", found.binding))

    await town.type("/logtime 2h acme website design: sketches")

    assert senders(town, "POST") == [SERVICE]


async def test_a_token_serves_its_own_kantata_user_alone(town: Town, browser: Browser) -> None:
    await connect(town, browser)
    tay = Person(town.workspace.team_id, town.user(), TAYS, TAY, "UTC", "en-GB")

    async def whose(actor: Person) -> str:
        return (await connections.act(town.deps, actor, lambda kantata: kantata.me())).id

    assert await whose(tay) == TAYS
    assert await whose(replace(tay, kantata_id=ISARS)) == SERVICE
    assert await whose(replace(tay, slack_id=town.user(ISAR))) == SERVICE
    assert await whose(replace(tay, workspace="T0OTHER")) == SERVICE


async def test_what_the_person_may_not_do_is_not_done_by_the_service_account(
    town: Town, browser: Browser
) -> None:
    await connect(town, browser)
    tay = Person(town.workspace.team_id, town.user(), TAYS, TAY, "UTC", "en-GB")
    table = town.world.kantata.store.table("time_off_entries")
    others = next(row["id"] for row in table if row["user_id"] != TAYS)

    with pytest.raises(PersonNotAllowed):
        await connections.act(town.deps, tay, lambda kantata: kantata.delete_time_off_entry(others))

    assert table.get(others) is not None
    assert await connection(town) is not None


async def test_a_look_sees_what_either_account_sees(town: Town, browser: Browser) -> None:
    await connect(town, browser)
    tay = Person(town.workspace.team_id, town.user(), TAYS, TAY, "UTC", "en-GB")

    async def me(kantata: Kantata) -> list[str]:
        return [(await kantata.me()).id]

    assert await connections.look(town.deps, tay, me) == [SERVICE, TAYS]
    await revoke_at_kantata(town)
    assert await connections.look(town.deps, tay, me) == [SERVICE]
    assert await connection(town) is None
