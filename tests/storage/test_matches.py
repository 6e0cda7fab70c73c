"""Matches that administrators chose: one for each on either side, by workspace, until they are ended."""

from dataclasses import replace
from datetime import UTC, datetime

from storage import matches
from storage.database import Database
from storage.matches import Match

TAY = Match("U1", "101", "U9", datetime(2026, 3, 5, 12, tzinfo=UTC))


async def _choose(database: Database, match: Match, workspace: str = "T1") -> bool:
    async with database.transaction() as session:
        return await matches.choose(session, workspace, match)


async def _every(database: Database, workspace: str = "T1") -> list[Match]:
    async with database.reading() as session:
        return await matches.every(session, workspace)


async def test_a_choice_is_found_from_both_sides(database: Database) -> None:
    assert await _choose(database, TAY)
    async with database.reading() as session:
        assert await matches.kantata_id(session, "T1", "U1") == "101"
        assert await matches.holder(session, "T1", "101") == "U1"
        assert await matches.kantata_id(session, "T2", "U1") is None
        assert await matches.holder(session, "T2", "101") is None


async def test_a_second_choice_takes_the_place_of_the_first(database: Database) -> None:
    later = replace(TAY, kantata_id="102")
    assert await _choose(database, TAY)
    assert await _choose(database, later)
    assert await _every(database) == [later]


async def test_a_kantata_user_is_nobody_elses_in_the_same_workspace(database: Database) -> None:
    other = replace(TAY, slack_id="U2")
    assert await _choose(database, TAY)
    assert not await _choose(database, other)
    assert await _choose(database, other, "T2")
    assert await _every(database) == [TAY]


async def test_what_is_ended_or_forgotten_is_gone(database: Database) -> None:
    for workspace in ("T1", "T2"):
        await _choose(database, TAY, workspace)
    async with database.transaction() as session:
        assert await matches.end(session, "T1", "U1") == "101"
        assert await matches.end(session, "T1", "U1") is None
        await matches.forget_all(session, "T2")
    assert await _every(database) == await _every(database, "T2") == []
