"""Who is who: the match of a Slack user with a Kantata user, as last checked."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.people import Person
from storage.database import insert, workspace_of
from storage.tables import PersonRow, PersonState, metadata

ROSTER = "roster"  # the part of the copy that is everybody in Slack

_person = metadata.tables[str(PersonRow.__tablename__)]
_PART = 500  # ids in one query


@dataclass(frozen=True)
class KnownPerson:
    """A Slack user as last checked. ``checked_at`` None: something changed, ask again before relying on it.

    ``email`` is the one Slack has verified, for matching only; ``is_admin``: an admin or owner of the
    workspace.
    """

    workspace: str
    slack_user_id: str
    kantata_user_id: str | None
    email: str | None
    name: str
    time_zone: str
    locale: str
    workday_minutes: int
    state: PersonState
    checked_at: datetime | None
    is_admin: bool = False

    @property
    def person(self) -> Person | None:
        """The person, if matched."""
        if self.state is not PersonState.MATCHED or self.kantata_user_id is None:
            return None
        return Person(
            workspace=self.workspace,
            slack_id=self.slack_user_id,
            kantata_id=self.kantata_user_id,
            name=self.name,
            time_zone=self.time_zone,
            locale=self.locale,
            workday_minutes=self.workday_minutes,
        )


_columns = [_person.c[name] for name in KnownPerson.__dataclass_fields__]
_find = sa.select(*_columns).where(
    _person.c.workspace == sa.bindparam("workspace"), _person.c.slack_user_id == sa.bindparam("slack_user_id")
)
_by_kantata_ids = (
    sa.select(*_columns)
    .where(
        _person.c.workspace == sa.bindparam("workspace"),
        _person.c.kantata_user_id.in_(sa.bindparam("kantata_user_ids", expanding=True)),
    )
    .order_by(_person.c.slack_user_id)
)


def _known(row: sa.Row[tuple[object, ...]]) -> KnownPerson:
    fields = dict(row._mapping)
    fields["state"] = PersonState(str(fields["state"]))
    return KnownPerson(**fields)


async def find(session: AsyncSession, workspace: str, slack_user_id: str) -> KnownPerson | None:
    """This Slack user as last checked, or None if never seen."""
    connection = await session.connection()
    found = await connection.execute(_find, {"workspace": workspace, "slack_user_id": slack_user_id})
    row = found.first()
    return None if row is None else _known(row)


async def by_kantata_id(session: AsyncSession, kantata_user_id: str) -> list[KnownPerson]:
    """The Slack users matched with this Kantata user: normally one."""
    return (await by_kantata_ids(session, [kantata_user_id])).get(kantata_user_id, [])


async def by_kantata_ids(
    session: AsyncSession, kantata_user_ids: Collection[str]
) -> dict[str, list[KnownPerson]]:
    """The same for some hundred Kantata users at most, by id; those whom nobody matches are left out."""
    values = {"workspace": workspace_of(session), "kantata_user_ids": sorted(kantata_user_ids)}
    found: dict[str, list[KnownPerson]] = {}
    for row in await (await session.connection()).execute(_by_kantata_ids, values):
        found.setdefault(row.kantata_user_id, []).append(_known(row))
    return found


async def matched(
    session: AsyncSession, workspace: str, kantata_user_ids: Collection[str]
) -> dict[str, Person]:
    """The people of the workspace matched with these Kantata users, by Kantata's id."""
    wanted = sorted(set(kantata_user_ids))
    found: dict[str, Person] = {}
    connection = await session.connection()
    for start in range(0, len(wanted), _PART):
        rows = await connection.execute(
            sa.select(*_columns)
            .where(
                _person.c.workspace == workspace,
                _person.c.kantata_user_id.in_(wanted[start : start + _PART]),
            )
            .order_by(_person.c.slack_user_id)
        )
        for row in rows:
            if person := _known(row).person:
                found.setdefault(person.kantata_id, person)
    return found


async def kantata_ids(session: AsyncSession, workspace: str, slack_user_ids: Collection[str]) -> set[str]:
    """Who these Slack users are in Kantata, those who are matched."""
    connection = await session.connection()
    rows = await connection.execute(
        sa.select(_person.c.kantata_user_id).where(
            _person.c.workspace == workspace,
            _person.c.state == PersonState.MATCHED.value,
            _person.c.slack_user_id.in_(slack_user_ids),
        )
    )
    return {row.kantata_user_id for row in rows if row.kantata_user_id}


async def zones(session: AsyncSession, workspace: str) -> list[str]:
    """The time zones of the workspace's matched people, by IANA name."""
    connection = await session.connection()
    rows = await connection.execute(
        sa.select(_person.c.time_zone)
        .where(_person.c.workspace == workspace, _person.c.state == PersonState.MATCHED.value)
        .distinct()
        .order_by(_person.c.time_zone)
    )
    return [row.time_zone for row in rows]


async def names(session: AsyncSession, workspace: str) -> dict[str, str]:
    """The names of everybody known in the workspace, by Slack id."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_person.c.slack_user_id, _person.c.name).where(_person.c.workspace == workspace)
    )
    return {row.slack_user_id: row.name for row in found}


async def admins(session: AsyncSession, workspace: str) -> list[str]:
    """The Slack ids of the workspace's admins and owners, as far as they are known."""
    connection = await session.connection()
    found = await connection.execute(
        sa.select(_person.c.slack_user_id)
        .where(_person.c.workspace == workspace, _person.c.is_admin.is_(True))
        .order_by(_person.c.slack_user_id)
    )
    return [row.slack_user_id for row in found]


async def unmatched(session: AsyncSession, workspace: str) -> list[KnownPerson]:
    """The Slack users of the workspace whom Kantata does not know, or knows twice; by name."""
    return await _of_workspace(
        session, workspace, _person.c.state.in_([PersonState.UNMATCHED, PersonState.AMBIGUOUS])
    )


async def sharing(session: AsyncSession, workspace: str) -> list[KnownPerson]:
    """The Slack users of the workspace who are the same Kantata user as another one; by name."""
    matched = sa.and_(_person.c.workspace == workspace, _person.c.state == PersonState.MATCHED)
    shared = (
        sa.select(_person.c.kantata_user_id)
        .where(matched)
        .group_by(_person.c.kantata_user_id)
        .having(sa.func.count() > 1)
    )
    which = sa.and_(matched, _person.c.kantata_user_id.in_(shared))
    return await _of_workspace(session, workspace, which)


async def _of_workspace(
    session: AsyncSession, workspace: str, which: sa.ColumnElement[bool]
) -> list[KnownPerson]:
    connection = await session.connection()
    found = await connection.execute(
        sa.select(*_columns)
        .where(_person.c.workspace == workspace, which)
        .order_by(_person.c.name, _person.c.slack_user_id)
    )
    return [_known(row) for row in found]


async def save(session: AsyncSession, known: KnownPerson) -> None:
    """Remember what was found out about this Slack user, in place of what was known before."""
    await save_all(session, [known])


async def save_all(session: AsyncSession, known: Sequence[KnownPerson]) -> None:
    """The same for many."""
    if not known:
        return
    statement = insert(session, _person)
    key = ["workspace", "slack_user_id"]
    changed = {name: statement.excluded[name] for name in KnownPerson.__dataclass_fields__ if name not in key}
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(index_elements=key, set_=changed),
        [asdict(each) for each in sorted(known, key=lambda each: each.slack_user_id)],
    )


async def mark_stale(session: AsyncSession, workspace: str, slack_user_id: str) -> None:
    """Slack says this user changed: check again before the next use."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_person)
        .where(_person.c.workspace == workspace, _person.c.slack_user_id == slack_user_id)
        .values(checked_at=None)
    )


async def mark_kantata_stale(session: AsyncSession, kantata_user_ids: Sequence[str]) -> None:
    """Kantata says these users changed: check again before the next use."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_person)
        .where(_person.c.workspace == workspace_of(session), _person.c.kantata_user_id.in_(kantata_user_ids))
        .values(checked_at=None)
    )


async def set_match(session: AsyncSession, workspace: str, slack_user_id: str, kantata_user_id: str) -> None:
    """This Slack user proved to be that Kantata user: counts at once, and all else is checked again."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_person)
        .where(_person.c.workspace == workspace, _person.c.slack_user_id == slack_user_id)
        .values(kantata_user_id=kantata_user_id, state=PersonState.MATCHED.value, checked_at=None)
    )


async def unmatch(session: AsyncSession, workspace: str, slack_user_id: str) -> None:
    """This Slack user is nobody in Kantata until that is found out again."""
    connection = await session.connection()
    await connection.execute(
        sa.update(_person)
        .where(_person.c.workspace == workspace, _person.c.slack_user_id == slack_user_id)
        .values(kantata_user_id=None, state=PersonState.UNMATCHED.value, checked_at=None)
    )
