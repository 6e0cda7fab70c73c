"""Tokens at rest: unreadable without the keys, useless under another name, and never in a log."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlalchemy.exc import StatementError

from storage import connections
from storage.connections import ConnectedElsewhere, Connection, token_binding
from storage.database import Database
from storage.encryption import Binding, Cipher, Sealed, SealedForAnother, Undecipherable

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TAY = token_binding("T1", "U1")
SECRET = "kantata-t0ken"
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_what_was_sealed_is_opened_for_the_same_person_and_purpose() -> None:
    cipher = Cipher([NEW])

    assert cipher.unseal(cipher.seal(SECRET, TAY), TAY) == SECRET


@pytest.mark.parametrize(
    "other",
    [
        token_binding("T1", "U2"),
        token_binding("T2", "U1"),
        Binding("T1", "U1", "sign-in verifier"),
        Binding("T1U", "1", connections.TOKEN),
    ],
)
def test_under_another_name_or_purpose_it_is_refused(other: Binding) -> None:
    cipher = Cipher([NEW])

    with pytest.raises(SealedForAnother):
        cipher.unseal(cipher.seal(SECRET, TAY), other)


def test_the_newest_key_seals_and_every_key_opens() -> None:
    before = Cipher([OLD]).seal(SECRET, TAY)
    both = Cipher([NEW, OLD])

    assert both.unseal(before, TAY) == SECRET
    assert Cipher([NEW]).unseal(both.seal(SECRET, TAY), TAY) == SECRET
    with pytest.raises(Undecipherable):
        Cipher([OLD]).unseal(both.seal(SECRET, TAY), TAY)


def test_renewed_it_needs_the_old_key_no_more() -> None:
    before = Cipher([OLD]).seal(SECRET, TAY)
    both = Cipher([NEW, OLD])

    after = both.renewed(before)

    assert after is not None
    assert Cipher([NEW]).unseal(after, TAY) == SECRET
    assert both.renewed(after) is None
    with pytest.raises(Undecipherable):
        Cipher([NEW]).renewed(before)


def test_tampered_with_it_does_not_open() -> None:
    sealed = Cipher([NEW]).seal(SECRET, TAY).ciphertext
    flipped = sealed[:-10] + ("A" if sealed[-10] != "A" else "B") + sealed[-9:]

    with pytest.raises(Undecipherable):
        Cipher([NEW]).unseal(Sealed(flipped), TAY)


def test_each_purpose_signs_with_keys_of_its_own() -> None:
    cipher = Cipher([NEW, OLD])

    assert cipher.keys_for("state") == (*Cipher([NEW]).keys_for("state"), *Cipher([OLD]).keys_for("state"))
    assert len({*cipher.keys_for("state"), *cipher.keys_for("other")}) == 4


@pytest.mark.parametrize("keys", [[], ["no key"]])
def test_a_cipher_needs_keys(keys: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cipher(keys)


async def connect(database: Database, slack_id: str, kantata_id: str, token: Sealed) -> Connection | None:
    async with database.transaction() as session:
        await connections.replace(session, "T1", slack_id, kantata_id, token, NOW)
    async with database.reading() as session:
        return await connections.find(session, "T1", slack_id)


async def test_the_database_holds_no_token_that_anybody_could_read(database: Database) -> None:
    cipher = Cipher([NEW])
    connection = await connect(database, "U1", "101", cipher.seal(SECRET, TAY))

    async with database.reading() as session:
        row = (await (await session.connection()).execute(sa.text("SELECT * FROM connection"))).one()
    assert SECRET not in str(row)
    assert connection is not None
    assert (connection.kantata_id, connection.connected_at) == ("101", NOW)
    assert cipher.unseal(connection.token, connection.binding) == SECRET
    for shown in (repr(connection), repr(cipher)):
        assert SECRET not in shown
        assert connection.token.ciphertext not in shown


async def test_a_token_copied_into_somebody_elses_row_is_refused(database: Database) -> None:
    cipher = Cipher([NEW])
    stolen = await connect(database, "U2", "102", cipher.seal(SECRET, TAY))

    assert stolen is not None
    with pytest.raises(SealedForAnother):
        cipher.unseal(stolen.token, stolen.binding)


async def test_nothing_unsealed_is_stored_or_shown_by_the_refusal(database: Database) -> None:
    with pytest.raises(StatementError) as refused:
        await connect(database, "U1", "101", SECRET)  # type: ignore[arg-type]  # what is to be refused

    assert isinstance(refused.value.orig, TypeError)
    assert SECRET not in str(refused.value)
    async with database.reading() as session:
        assert await connections.find(session, "T1", "U1") is None


async def test_signing_in_again_takes_the_place_of_the_connection_before(database: Database) -> None:
    cipher = Cipher([NEW])
    first = await connect(database, "U1", "101", cipher.seal("first", TAY))
    second = await connect(database, "U1", "103", cipher.seal("second", TAY))

    assert first is not None
    assert second is not None
    assert second.id > first.id
    assert cipher.unseal(second.token, second.binding) == "second"
    async with database.transaction() as session:
        assert not await connections.end(session, first.id)
        assert await connections.end(session, second.id)
        assert await connections.every(session) == []


async def test_one_kantata_user_is_one_person_of_a_workspace(database: Database) -> None:
    cipher = Cipher([NEW])
    await connect(database, "U1", "101", cipher.seal(SECRET, TAY))
    kept = await connect(database, "U2", "102", cipher.seal("own", token_binding("T1", "U2")))

    with pytest.raises(ConnectedElsewhere):
        await connect(database, "U2", "101", cipher.seal(SECRET, token_binding("T1", "U2")))

    async with database.reading() as session:
        assert await connections.find(session, "T1", "U2") == kept


async def test_a_token_is_sealed_anew_in_its_row(database: Database) -> None:
    connection = await connect(database, "U1", "101", Cipher([OLD]).seal(SECRET, TAY))
    assert connection is not None
    renewed = Cipher([NEW, OLD]).renewed(connection.token)
    assert renewed is not None

    async with database.transaction() as session:
        await connections.reseal(session, connection.id, renewed)

    async with database.reading() as session:
        (after,) = await connections.every(session)
    assert Cipher([NEW]).unseal(after.token, after.binding) == SECRET
