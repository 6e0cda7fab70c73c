"""What typed words mean to people of the sandbox's firm: never a wrong answer, and seldom a question."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.matching import Ask, Certain, Nothing, Understanding
from bot.project_copy import refresh_projects
from bot.projects import search_projects, search_tasks, understand
from storage.database import Database
from tests.bot.copied_firm import TAY, copied_firm, person

PHRASES = Path(__file__).with_name("phrases.txt")
SELDOM = 0.8  # of the phrases with an answer at least so many are not asked about


@dataclass(frozen=True)
class Phrase:
    """What somebody types, and what it means: client, project, task and notes, or None: ask."""

    who: str
    words: str
    meant: tuple[str, ...] | None


def phrases() -> list[Phrase]:
    """Every labelled phrase."""
    found = []
    for line in PHRASES.read_text().splitlines():
        if line.startswith("#"):
            continue
        who, words, meant = (part.strip() for part in line.split("|"))
        answer = None if meant == "ask" else tuple(part.strip() for part in meant.split("/"))
        assert answer is None or len(answer) == 4, line
        found.append(Phrase(who, words, answer))
    return found


def written(understood: Understanding) -> tuple[str, ...] | None:
    """What would be written without asking."""
    if not isinstance(understood, Certain):
        return None
    project, task = understood.project, understood.task
    return project.client or "", project.title, task.title if task else "", " ".join(understood.rest)


@pytest.fixture
async def firm(database_url: str) -> AsyncIterator[Database]:
    """A database with the copy of the firm, and what Tay, Seine and others logged lately."""
    async with copied_firm(database_url) as firm:
        await firm.meet(["101", "102", "109", "113"])
        await refresh_projects(firm.deps)
        yield firm.deps.database


async def test_words_left_over_are_asked_about_until_the_tasks_are_copied(firm: Database) -> None:
    noted = [each for each in phrases() if each.who == "101" and each.meant and each.meant[3]]
    words = next(each.words.split() for each in noted if each.meant and not each.meant[2])
    known = await understand(firm, TAY, words)
    assert isinstance(known, Certain)
    async with firm.transaction() as session:
        connection = await session.connection()
        await connection.execute(sa.text("UPDATE project SET tasks_read_at = NULL"))

    assert await understand(firm, TAY, words) == Ask((known.project,), (), known.rest)
    assert isinstance(await understand(firm, TAY, ["acme", "website"]), Certain)


async def test_what_is_written_without_asking_is_always_right_and_asking_is_seldom(firm: Database) -> None:
    labelled = phrases()
    answers = [
        (phrase, written(await understand(firm, person(phrase.who), phrase.words.split())))
        for phrase in labelled
    ]
    wrong = [(phrase, answer) for phrase, answer in answers if answer is not None and answer != phrase.meant]
    answerable = [(phrase, answer) for phrase, answer in answers if phrase.meant]
    asked = [phrase.words for phrase, answer in answerable if answer is None]
    assert len(labelled) >= 200
    assert wrong == []
    assert len(asked) <= (1 - SELDOM) * len(answerable), asked


async def test_names_in_full_are_never_taken_for_anything_else(firm: Database) -> None:
    for who in ("101", "102", "109", "113"):
        for project in await search_projects(firm, person(who), ""):
            tasks = await search_tasks(firm, person(who), project.id, "")
            for task in (None, *tasks):
                words = [project.client or "", project.title, task.title if task else ""]
                said = await understand(firm, person(who), " ".join(words).split())
                assert not isinstance(said, Certain) or said == Certain(project, task, ())


async def test_a_project_that_is_not_mine_is_never_taken_for_one_that_is(firm: Database) -> None:
    everybodys = {
        each for who in range(101, 124) for each in await search_projects(firm, person(str(who)), "")
    }
    mine = set(await search_projects(firm, TAY, ""))
    for project in everybodys - mine:
        for words in (
            f"{project.client or ''} {project.title}",
            project.title,
            f"{project.title} meeting notes",
        ):
            assert not isinstance(await understand(firm, TAY, words.split()), Certain), words


async def test_in_its_channel_a_project_need_not_be_named(firm: Database) -> None:
    understood = await understand(firm, TAY, ["design"], channel_project="3001")
    assert written(understood) == ("Acme", "Website relaunch", "Design", "")
    understood = await understand(firm, TAY, ["desing"], channel_project="3001")
    assert written(understood) == ("Acme", "Website relaunch", "Design", "")
    understood = await understand(firm, TAY, ["fixed", "the", "footer"], channel_project="3001")
    assert written(understood) == ("Acme", "Website relaunch", "", "fixed the footer")
    understood = await understand(firm, TAY, ["bluebird", "backend"], channel_project="3001")
    assert written(understood) == ("Bluebird Travel", "Customer portal", "Backend", "")
    assert written(await understand(firm, TAY, [], channel_project="3001")) == (
        "Acme",
        "Website relaunch",
        "",
        "",
    )


async def test_the_project_of_a_channel_that_is_not_mine_is_not_taken(firm: Database) -> None:
    assert written(await understand(firm, TAY, ["sprint", "1"], channel_project="3005")) is None


async def test_a_long_story_is_asked_about(firm: Database) -> None:
    story = "acme website " + " ".join(f"story{number}" for number in range(20))
    assert isinstance(await understand(firm, TAY, story.split()), Ask)


async def test_no_project_named_offers_the_recent_ones(firm: Database) -> None:
    understood = await understand(firm, TAY, ["zebra"])
    recent = await search_projects(firm, TAY, "")
    assert understood == Nothing(tuple(recent[:10]))


async def test_nothing_said_offers_as_well(firm: Database) -> None:
    assert isinstance(await understand(firm, TAY, []), Nothing)


async def test_what_is_not_clear_is_offered_likeliest_first(firm: Database) -> None:
    understood = await understand(firm, TAY, ["everest"])
    assert isinstance(understood, Ask)
    assert {project.title for project in understood.projects} == {"Loyalty programme", "Season campaign"}
    understood = await understand(firm, TAY, ["granite", "sprint"])
    assert isinstance(understood, Ask)
    assert [project.title for project in understood.projects] == ["Claims intake"]
    assert [task.title for task in understood.tasks] == ["Sprint 1", "Sprint 2", "Sprint 3"]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("we", ["Website relaunch"]),
        ("acme rel", ["Website relaunch"]),
        ("webiste", ["Website relaunch"]),
        ("acme zebra", []),
        ("harbor", []),
    ],
)
async def test_while_a_project_is_typed_those_that_fit_are_offered(
    firm: Database, text: str, titles: list[str]
) -> None:
    assert [project.title for project in await search_projects(firm, TAY, text)] == titles


async def test_everything_is_offered_before_anything_is_typed(firm: Database) -> None:
    found = await search_projects(firm, TAY, " ")
    assert len(found) == 11
    assert await search_projects(firm, TAY, "", limit=3) == found[:3]


@pytest.mark.parametrize(
    ("text", "titles"),
    [("lau", ["Launch"]), ("lanuch", ["Launch"]), ("man proj", ["Project management"]), ("zebra", [])],
)
async def test_while_a_task_is_typed_those_that_fit_are_offered(
    firm: Database, text: str, titles: list[str]
) -> None:
    assert [task.title for task in await search_tasks(firm, TAY, "3001", text)] == titles


async def test_tasks_of_a_project_that_is_not_mine_are_not_offered(firm: Database) -> None:
    assert await search_tasks(firm, TAY, "3005", "") == []
