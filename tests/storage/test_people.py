"""Who is who is remembered, replaced and doubted."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.people import Person
from storage import people
from storage.database import Database
from storage.people import KnownPerson
from storage.tables import PersonState

TAY = KnownPerson(
    workspace="T1",
    slack_user_id="U1",
    kantata_user_id="101",
    email="tay@example.com",
    name="Tay Forth",
    time_zone="Europe/Berlin",
    locale="en-GB",
    workday_minutes=480,
    state=PersonState.MATCHED,
    checked_at=datetime(2026, 3, 3, 9, 30, tzinfo=UTC),
)


async def _save(database: Database, *known: KnownPerson) -> None:
    async with database.transaction() as session:
        for person in known:
            await people.save(session, person)


async def _find(database: Database, slack_user_id: str) -> KnownPerson | None:
    async with database.reading() as session:
        return await people.find(session, "T1", slack_user_id)


async def test_what_is_saved_is_found_again(database: Database) -> None:
    await _save(database, TAY)
    assert await _find(database, "U1") == TAY
    assert await _find(database, "U2") is None


async def test_saving_again_replaces_what_was_known(database: Database) -> None:
    later = replace(TAY, state=PersonState.DEACTIVATED, kantata_user_id=None, time_zone="UTC")
    await _save(database, TAY, later)
    assert await _find(database, "U1") == later


async def test_a_kantata_user_is_found_in_the_workspace_of_the_session_alone(database: Database) -> None:
    elsewhere = replace(TAY, workspace="T2", slack_user_id="W9")
    await _save(database, elsewhere, TAY, replace(TAY, slack_user_id="U2", kantata_user_id="102"))
    async with database.reading() as session:
        assert await people.by_kantata_id(session, "101") == [TAY]
        assert await people.by_kantata_id(session, "999") == []
        assert list(await people.by_kantata_ids(session, {"101", "102", "999"})) == ["101", "102"]
        assert await people.by_kantata_ids(session, ()) == {}
    async with database.of("T2").reading() as session:
        assert await people.by_kantata_id(session, "101") == [elsewhere]


async def test_a_change_in_slack_makes_only_that_person_stale(database: Database) -> None:
    other = replace(TAY, slack_user_id="U2")
    await _save(database, TAY, other)
    async with database.transaction() as session:
        await people.mark_stale(session, "T1", "U1")
    assert await _find(database, "U1") == replace(TAY, checked_at=None)
    assert await _find(database, "U2") == other


async def test_a_change_in_kantata_makes_its_users_stale(database: Database) -> None:
    other = replace(TAY, slack_user_id="U2", kantata_user_id="102")
    await _save(database, TAY, other)
    async with database.transaction() as session:
        await people.mark_kantata_stale(session, ["101", "103"])
    assert await _find(database, "U1") == replace(TAY, checked_at=None)
    assert await _find(database, "U2") == other


async def test_who_needs_an_administrator_s_look_is_listed_in_that_workspace_alone(
    database: Database,
) -> None:
    lost = replace(TAY, slack_user_id="U2", name="Bo", kantata_user_id=None, state=PersonState.UNMATCHED)
    twice = replace(lost, slack_user_id="U3", name="Al", state=PersonState.AMBIGUOUS)
    guest = replace(lost, slack_user_id="U4", state=PersonState.GUEST)
    same = replace(TAY, slack_user_id="U5", name="Sam")
    other = replace(TAY, slack_user_id="U6", kantata_user_id="102")
    elsewhere = replace(lost, workspace="T2"), replace(TAY, workspace="T2", slack_user_id="U9")
    await _save(database, TAY, lost, twice, guest, same, other, *elsewhere)
    async with database.reading() as session:
        assert await people.unmatched(session, "T1") == [twice, lost]
        assert await people.sharing(session, "T1") == [same, TAY]


async def test_an_unknown_state_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await _save(database, replace(TAY, state="owner"))  # type: ignore[arg-type]  # what is to be refused


def test_only_a_matched_one_is_a_person() -> None:
    assert TAY.person == Person("T1", "U1", "101", "Tay Forth", "Europe/Berlin", "en-GB")
    assert replace(TAY, state=PersonState.GUEST).person is None
    assert replace(TAY, kantata_user_id=None).person is None
