"""Whatever is remembered is of one workspace, and sessions of another do not see it."""

import pytest
import sqlalchemy as sa

from bot.domain.approvals import Member
from storage import members
from storage.database import Database, workspace_of
from storage.tables import metadata
from tests.clock import Clock

OF_NOBODY = {"installation", "install_state"}  # the database's own name, and browsers on their way to install


def keys(table: sa.Table) -> list[list[str]]:
    """The columns of each key that is not a number given by the database."""
    unique = [each for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    found = [[column.name for column in each.columns] for each in (table.primary_key, *unique)]
    return [names for names in found if names not in (["id"], ["fingerprint"])]


@pytest.mark.parametrize("table", [each for each in metadata.sorted_tables if each.name not in OF_NOBODY])
def test_every_table_is_keyed_by_workspace(table: sa.Table) -> None:
    assert "workspace" in table.c
    assert {names[0] for names in keys(table)} <= {"workspace"}


async def test_a_session_of_no_workspace_touches_no_rows(database_url: str) -> None:
    whole = Database(database_url)
    async with whole.reading() as session:
        with pytest.raises(LookupError):
            workspace_of(session)
    await whole.close()


async def test_what_one_workspace_keeps_another_neither_sees_nor_changes(database: Database) -> None:
    other, now = database.of("T2"), Clock()()
    async with database.transaction() as session:
        await members.save(session, [member("Tay Forth")], now)
    async with other.transaction() as session:
        assert await members.everybody(session) == {}
        await members.save(session, [member("Tay Fifth")], now)
        await members.drop(session, ["101"])
    async with database.reading() as session:
        assert await members.everybody(session) == {"101": member("Tay Forth")}


def member(name: str) -> Member:
    return Member(
        id="101",
        name=name,
        email="tay@example.com",
        administrator=False,
        viewer=False,
        manager_id=None,
        manager_can_approve=True,
        week=(0, 480, 480, 480, 480, 480, 0),
        holiday_calendar_id=None,
    )
