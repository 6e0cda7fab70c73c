"""The copy of projects and tasks: what is saved is found, by those who may log on it, in a useful order."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.time_entries import Project, Task
from storage import project_copy, projects, recents, vocabulary
from storage.database import Database, Session
from storage.lookups import look_up
from storage.project_copy import CopiedProject, CopiedTask, Lease

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
ME, OTHER = "101", "102"
WEBSITE = Project("1", "Website relaunch", "Acme")
APP = Project("2", "Mobile app", "Acme")
PORTAL_1 = Project("3", "Portal 1", "Größe & Söhne")
PORTAL_12 = Project("4", "Portal 12", "Größe & Söhne")
INTERNAL = Project("5", "Internal")
DESIGN = Task("11", "Design", "1")
SPRINT_1 = Task("12", "Sprint 1", "1", billable=False)
SPRINT_12 = Task("13", "Sprint 12", "1")
KICKOFF = Task("14", "Kick-off", "1")
BACKEND = Task("21", "Backend", "2")


def copied(*each: Project, members: Iterable[str] = (ME,)) -> list[CopiedProject]:
    return [CopiedProject(project, frozenset(members)) for project in each]


async def save(
    database: Database, *each: Project, members: Iterable[str] = (ME,), at: datetime = NOW
) -> None:
    async with database.transaction() as session:
        await project_copy.save_projects(session, copied(*each, members=members), at)


async def save_tasks(database: Database, *tasks: Task, takes_time: bool = True) -> None:
    async with database.transaction() as session:
        await project_copy.save_tasks(session, [CopiedTask(task, takes_time) for task in tasks])


async def use(database: Database, *uses: tuple[str, str | None, datetime]) -> None:
    async with database.transaction() as session:
        await recents.remember_use(session, ME, uses)


async def search(
    database: Database, words: Sequence[str], *, limit: int = 100, me: str = ME
) -> list[Project]:
    async with database.reading() as session:
        found = await projects.search(session, me, words, limit=limit)
    return [candidate.project for candidate in found]


async def everything(database: Database, me: str = ME) -> list[Project]:
    async with database.reading() as session:
        return [each.project for each in await projects.projects_of(session, me, limit=100)]


async def tasks_of(database: Database, words: Sequence[str] = (), project_id: str = "1") -> list[Task]:
    async with database.reading() as session:
        return await projects.search_tasks(session, ME, [project_id], words, limit=100)


@pytest.fixture
async def filled(database: Database) -> Database:
    """Five projects of mine and the tasks of two."""
    await save(database, WEBSITE, APP, PORTAL_1, PORTAL_12, INTERNAL)
    await save_tasks(database, DESIGN, SPRINT_1, SPRINT_12, KICKOFF, BACKEND)
    return database


async def test_projects_are_found_by_the_beginnings_of_any_of_their_words(filled: Database) -> None:
    assert await search(filled, ["rel"]) == [WEBSITE]
    assert await search(filled, ["ac"]) == [APP, WEBSITE]
    assert await search(filled, ["app", "acme"]) == [APP]
    assert await search(filled, ["acme", "acme"]) == [APP, WEBSITE]
    assert await search(filled, ["acme", "port"]) == []


async def test_accents_are_folded_and_numbers_are_not_cut(filled: Database) -> None:
    assert await search(filled, ["grosse", "soh"]) == [PORTAL_1, PORTAL_12]
    assert await search(filled, ["portal", "1"]) == [PORTAL_1]


async def test_only_members_who_may_log_find_a_project(filled: Database) -> None:
    assert await search(filled, ["acme"], me=OTHER) == []
    await save(filled, APP, members=[ME, OTHER])
    assert await search(filled, ["acme"], me=OTHER) == [APP]
    async with filled.transaction() as session:
        await project_copy.save_loggers(session, "2", [OTHER])
    assert await search(filled, ["acme"]) == [WEBSITE]
    assert await everything(filled, OTHER) == [APP]
    async with filled.reading() as session:
        assert await projects.project(session, ME, "2") is None
        assert await projects.project(session, OTHER, "2") == APP


async def test_what_is_known_of_a_members_rights_outlives_the_next_reading(filled: Database) -> None:
    async with filled.transaction() as session:
        await project_copy.save_loggers(session, "2", [OTHER])
    await save(filled, APP, members=[ME, OTHER])
    assert APP not in await everything(filled)


async def test_recent_projects_come_first(filled: Database) -> None:
    assert await everything(filled) == [APP, WEBSITE, PORTAL_1, PORTAL_12, INTERNAL]
    await use(filled, ("4", None, NOW - timedelta(days=2)), ("1", "11", NOW - timedelta(days=3)))
    assert await everything(filled) == [PORTAL_12, WEBSITE, APP, PORTAL_1, INTERNAL]
    assert await search(filled, ["acme"]) == [WEBSITE, APP]


async def test_an_older_use_does_not_replace_a_newer_one(filled: Database) -> None:
    await use(filled, ("1", "11", NOW), ("1", "11", NOW - timedelta(days=9)))
    await use(filled, ("1", "11", NOW - timedelta(days=5)))
    await use(filled)
    async with filled.reading() as session:
        ((candidate, task),) = await recents.recent_tasks(session, ME)
    assert (candidate.project, candidate.used, task) == (WEBSITE, NOW, DESIGN)


async def test_a_renamed_project_is_found_by_its_new_name_only(filled: Database) -> None:
    renamed = Project("1", "Shop", "Acme")
    await save(filled, renamed)
    assert await search(filled, ["relaunch"]) == []
    assert await search(filled, ["shop"]) == [renamed]
    assert await tasks_of(filled) != [], "its tasks stay"


async def test_a_project_not_read_with_all_others_is_gone_with_its_tasks(filled: Database) -> None:
    later = NOW + timedelta(hours=6)
    await save(filled, WEBSITE, at=later)
    async with filled.transaction() as session:
        assert await project_copy.drop_projects_not_read_since(session, later) == 4
    assert await everything(filled) == [WEBSITE]
    assert await tasks_of(filled, project_id="2") == []


async def test_tasks_are_found_by_the_beginnings_of_all_words(filled: Database) -> None:
    assert await tasks_of(filled) == [DESIGN, KICKOFF, SPRINT_1, SPRINT_12]
    assert await tasks_of(filled, ["spr", "1"]) == [SPRINT_1]
    assert await tasks_of(filled, ["kickoff"]) == [KICKOFF]
    assert await tasks_of(filled, ["off"]) == [KICKOFF]
    assert await tasks_of(filled, ["print"]) == []
    await use(filled, ("1", "13", NOW))
    assert await tasks_of(filled) == [SPRINT_12, DESIGN, KICKOFF, SPRINT_1]


async def test_a_task_of_another_project_or_one_that_takes_no_time_is_none(filled: Database) -> None:
    await save_tasks(filled, KICKOFF, takes_time=False)
    async with filled.reading() as session:
        assert await projects.task(session, "1", "12") == SPRINT_1
        assert await projects.task(session, "2", "12") is None
        assert await projects.task(session, "1", "14") is None
    assert KICKOFF not in await tasks_of(filled)


async def test_replacing_tasks_forgets_those_that_are_gone(filled: Database) -> None:
    async with filled.transaction() as session:
        await project_copy.replace_tasks(session, ["1"], [CopiedTask(DESIGN, takes_time=True)], NOW)
    assert await tasks_of(filled) == [DESIGN]
    assert await tasks_of(filled, project_id="2") == [BACKEND]


async def test_tasks_of_unknown_projects_are_left_out(filled: Database) -> None:
    await save_tasks(filled, Task("99", "Stray", "77"))
    assert await tasks_of(filled, project_id="77") == []


async def fitting(
    session: Session, me: str, words: Sequence[str], *, here: str | None = None, limit: int
) -> projects.Fitting:
    return await projects.fitting(session, me, await look_up(session, me, words), here=here, limit=limit)


async def test_any_word_fits_and_the_projects_that_most_words_fit_come(filled: Database) -> None:
    await save_tasks(filled, KICKOFF, takes_time=False)
    async with filled.reading() as session:
        found = await fitting(session, ME, ["acme", "des", "kickoff", "zebra"], limit=10)
        one = await fitting(session, ME, ["acme", "app"], limit=1)
    assert {each.project for each in found.candidates} == {WEBSITE, APP}
    assert found.tasks == (DESIGN,)
    assert found.closed == (KICKOFF,)
    assert [each.project for each in one.candidates] == [APP]


async def test_the_project_here_is_among_them_if_i_may_log_on_it(filled: Database) -> None:
    async with filled.reading() as session:
        mine = await fitting(session, ME, ["design"], here="1", limit=10)
        nothing_said = await fitting(session, ME, [], here="1", limit=10)
        others = await fitting(session, OTHER, ["design"], here="1", limit=10)
        nowhere = await fitting(session, ME, [], limit=10)
    assert [each.project for each in mine.candidates] == [WEBSITE]
    assert mine.tasks == (DESIGN,)
    assert [each.project for each in nothing_said.candidates] == [WEBSITE]
    assert not others.candidates
    assert not nowhere.candidates


async def test_a_project_with_many_fitting_tasks_is_crowded(filled: Database) -> None:
    sprints = [Task(f"s{number}", f"Sprint {number}", "1") for number in range(20, 40)]
    await save_tasks(filled, *sprints)
    async with filled.reading() as session:
        found = await fitting(session, ME, ["website", "sprint", "33"], limit=10)
    assert sprints[13] in found.tasks
    assert len(found.tasks) == projects.TASKS_OF_EACH
    assert found.crowded == {"1": 1}


async def test_of_those_that_as_many_words_fit_recent_ones_come_first_then_by_name(filled: Database) -> None:
    named = {
        name: Project(str(30 - at), f"Rollout {name}", "Delta") for at, name in enumerate("ABCDEFGHIJKL")
    }
    await save(filled, *named.values())
    await save(filled, Project("31", "Rollout AA", "Delta"), members=[OTHER])
    await use(filled, ("19", None, NOW - timedelta(days=9)), ("21", None, NOW), ("1", None, NOW))
    async with filled.reading() as session:
        found = await fitting(session, ME, ["delta", "website", "rollout"], limit=5)
        one = await fitting(session, ME, ["delta", "website", "rollout", "h"], limit=2)
    assert [each.project for each in found.candidates] == [named[name] for name in "JLABC"]
    assert [each.project for each in one.candidates] == [named["H"], named["J"]]


async def test_when_a_candidate_was_used_is_told(filled: Database) -> None:
    await use(filled, ("2", None, NOW))
    async with filled.reading() as session:
        found = await fitting(session, ME, ["acme"], limit=10)
    assert {each.project.id: each.used for each in found.candidates} == {"1": None, "2": NOW}


async def test_a_task_anywhere_and_a_project_of_anybody(filled: Database) -> None:
    await save(filled, Project("9", "Secret shop"), members=[])
    async with filled.reading() as session:
        assert await projects.any_task(session, ME, ["back"]) == (APP, BACKEND)
        assert await projects.any_task(session, OTHER, ["back"]) is None
        named = await projects.anybodys(
            session, await look_up(session, ME, ["secret", "shop", "acme"]), limit=1
        )
    assert [each.id for each in named] == ["9"]


async def any_task(database: Database, *words: str) -> Task | None:
    async with database.reading() as session:
        found = await projects.any_task(session, ME, words)
    return found[1] if found else None


async def test_a_task_anywhere_is_one_that_every_word_fits(filled: Database) -> None:
    both = Task("15", "Design of the backend", "1")
    assert await any_task(filled, "design", "back") is None
    await save_tasks(filled, both)
    assert await any_task(filled, "design", "back") == both
    assert await any_task(filled, "back", "design") == both
    assert await any_task(filled, "sprint", "1") == SPRINT_1
    assert await any_task(filled, "kickoff") == KICKOFF


async def test_a_task_anywhere_has_the_name_it_has_now_and_takes_time(filled: Database) -> None:
    renamed = Task("21", "Server", "2")
    await save_tasks(filled, renamed)
    assert await any_task(filled, "back") is None
    assert await any_task(filled, "server") == renamed
    await save_tasks(filled, renamed, takes_time=False)
    assert await any_task(filled, "server") is None


async def test_words_of_tasks_are_forgotten_when_all_tasks_are_read(filled: Database) -> None:
    server = CopiedTask(Task("22", "Server", "2"), takes_time=True)
    async with filled.transaction() as session:
        await project_copy.replace_tasks(session, ["2"], [server], NOW)
        connection = await session.connection()
        found = await connection.scalars(sa.text("SELECT word FROM task_word WHERE project_id = '2'"))
        assert list(found) == ["server"]


async def test_processes_that_save_the_same_do_not_wait_for_each_other(database: Database) -> None:
    tasks = [Task(str(number), f"Task {number}", "1") for number in range(500)]
    await save(database, WEBSITE)
    await asyncio.gather(*(save_tasks(database, *tasks[::step]) for step in (1, -1, 1, -1)))
    async with database.reading() as session:
        assert len(await projects.search_tasks(session, ME, ["1"], [], limit=1000)) == 500


async def slips(session: Session, *words: str) -> Mapping[str, frozenset[str]]:
    return (await look_up(session, ME, words)).near


async def test_only_words_like_which_no_word_of_a_project_begins_are_misspelt(filled: Database) -> None:
    async with filled.reading() as session:
        assert await slips(session, "web", "wbesite", "website", "prtal", "zzzz") == {
            "wbesite": {"website"},
            "prtal": {"portal"},
        }
        assert await slips(session, "zz") == {}
        assert await slips(session) == {}


async def test_near_words_are_found_among_all_projects(filled: Database) -> None:
    async with filled.reading() as session:
        assert await vocabulary.near_words(session, ["wbesite", "prtal", "zzzz", "ac"]) == {
            "wbesite": {"website"},
            "prtal": {"portal"},
        }
        assert await vocabulary.near_words(session, []) == {}


# Whose turn it is


async def lease(database: Database, now: datetime) -> Lease | None:
    async with database.transaction() as session:
        return await project_copy.lease(session, "turn", now, timedelta(minutes=3))


async def test_one_process_has_the_turn_until_its_lease_runs_out(database: Database) -> None:
    first = await lease(database, NOW)
    assert first is not None
    assert await lease(database, NOW + timedelta(minutes=2)) is None
    second = await lease(database, NOW + timedelta(minutes=3))
    assert second is not None
    async with database.transaction() as session:
        assert not await project_copy.extend(session, first, NOW + timedelta(hours=1))
        assert await project_copy.extend(session, second, NOW)
    assert await lease(database, NOW) is not None


async def test_how_far_a_part_was_read_is_remembered(database: Database) -> None:
    async with database.transaction() as session:
        assert await project_copy.read_until(session, "tasks") is None
        await project_copy.note_read(session, "tasks", NOW)
        await project_copy.note_read(session, "tasks", NOW + timedelta(hours=1))
        assert await project_copy.read_until(session, "tasks") == NOW + timedelta(hours=1)


async def test_projects_never_read_are_due_before_those_read_long_ago(filled: Database) -> None:
    await save(filled, Project("9", "Nobody's"), members=[])
    async with filled.transaction() as session:
        await project_copy.replace_tasks(session, ["1", "2"], [], NOW)
        await project_copy.replace_tasks(session, ["3"], [], NOW - timedelta(hours=1))
        due = await project_copy.projects_due(session, NOW - timedelta(minutes=1), limit=10)
    assert due == ["4", "5", "3"]
