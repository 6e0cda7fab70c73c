"""Home tabs as rows: what is kept of whom, and which have to be drawn."""

from datetime import UTC, datetime, timedelta

from bot.domain.homes import Glance, glance_of
from bot.domain.time_off import Absence
from bot.domain.work_calendars import WorkCalendar
from storage import homes
from storage.database import Database
from storage.homes import DRAW, READ, DueHome
from tests.views.weeks import APPROVED, FRIDAY, OPEN, REJECTED, THURSDAY, entry, week

NOW = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)
T, TAY, ODER = "T1", "U1", "U2"


def glance(now: datetime = NOW) -> Glance:
    calendar = WorkCalendar(time_off={THURSDAY: 240, FRIDAY: 480})
    time = week((entry(1), OPEN), (entry(2, THURSDAY), REJECTED), (entry(3, FRIDAY), APPROVED))
    return glance_of(time, calendar, [Absence("Oder", (FRIDAY,))], THURSDAY, now)


async def opened(database: Database, slack_id: str, kantata_id: str) -> None:
    async with database.transaction() as session:
        await homes.note_opened(session, T, slack_id)
        await homes.recognise(session, T, slack_id, kantata_id)


async def kept(database: Database) -> Glance | None:
    async with database.reading() as session:
        return (await homes.kept(session, T, TAY)).glance


async def test_what_kantata_told_comes_back_as_it_was(database: Database) -> None:
    await opened(database, TAY, "101")
    async with database.transaction() as session:
        await homes.keep(session, T, TAY, "101", glance())
    assert await kept(database) == glance()


async def test_what_was_told_earlier_or_of_somebody_else_is_not_kept(database: Database) -> None:
    await opened(database, TAY, "101")
    async with database.transaction() as session:
        await homes.keep(session, T, TAY, "101", glance())
        await homes.keep(session, T, TAY, "101", glance(NOW - timedelta(seconds=1)))
        await homes.keep(session, T, TAY, "102", glance(NOW + timedelta(seconds=1)))
    assert await kept(database) == glance()

    await opened(database, TAY, "102")
    assert await kept(database) is None


async def test_only_the_latest_drawing_counts_and_none_before_it_is_opened(database: Database) -> None:
    async with database.transaction() as session:
        assert await homes.begin(session, T, TAY) is None
        assert await homes.welcome(session, T, TAY)
        assert not await homes.welcome(session, T, TAY)
        assert await homes.begin(session, T, TAY) is None
    await opened(database, TAY, "101")
    async with database.transaction() as session:
        first = await homes.begin(session, T, TAY)
        second = await homes.begin(session, T, TAY)
        assert first is not None
        assert second is not None
        assert not await homes.is_latest(session, T, TAY, first)
        assert await homes.is_latest(session, T, TAY, second)
        assert await homes.is_welcomed(session, T, TAY)


async def test_what_is_due_is_taken_once_and_reading_outweighs_drawing(database: Database) -> None:
    await opened(database, TAY, "101")
    await opened(database, ODER, "102")
    async with database.transaction() as session:
        await homes.mark(session, ["101"], READ)
        await homes.mark(session, ["101", "102", "103"], DRAW)
        assert await homes.workspaces_due(session) == [T]
        assert await homes.take_due(session, T, 1) == [DueHome(TAY, READ)]
        assert await homes.take_due(session, T, 9) == [DueHome(ODER, DRAW)]
        assert await homes.take_due(session, T, 9) == []
        assert await homes.workspaces_due(session) == []


async def test_after_an_uninstallation_nothing_is_left(database: Database) -> None:
    await opened(database, TAY, "101")
    async with database.transaction() as session:
        await homes.keep(session, T, TAY, "101", glance())
        await homes.forget_all(session, "T2")
    assert await kept(database) == glance()

    async with database.transaction() as session:
        await homes.forget_all(session, T)
        assert not await homes.is_opened(session, T, TAY)
    assert await kept(database) is None
