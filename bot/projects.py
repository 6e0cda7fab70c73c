"""Projects and tasks: what typed words mean to a person, and what to offer while they are typed.

All of it reads the copy (bot/project_copy.py), so nothing here waits for Kantata.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.matching import (
    OFFERED,
    Ask,
    Candidate,
    Certain,
    Nothing,
    Understanding,
    choose,
    is_distinct,
    names_another,
)
from bot.domain.naming import NO_CORRECTIONS, Corrections, significant_words
from bot.domain.people import Person
from bot.domain.time_entries import Project, Task
from bot.domain.words import begins, near_words, searched_words, split_words
from storage import projects, recents, vocabulary
from storage.database import Database, Session
from storage.lookups import Lookup, look_up, with_slips
from storage.vocabulary import WORDS

_LOOKED_AT = 8  # projects, with their tasks, among which a command's words decide
_TASKS_IN_ALL = 400  # of a project, among which a misspelt word is looked for


async def understand(
    database: Database, person: Person, words: Sequence[str], *, channel_project: str | None = None
) -> Understanding:
    """What the words of a command mean: project, task and notes, or what to ask.

    ``channel_project`` is the project of the channel they were typed in, which need not be named.
    """
    async with database.reading() as session:
        return await understand_in(session, person, words, channel_project=channel_project)


@dataclass(frozen=True)
class _Found:
    """What words may mean; ``more``: there are projects beyond those looked at."""

    candidates: tuple[Candidate, ...]
    tasks: tuple[Task, ...]
    closed: tuple[Task, ...]
    crowded: Mapping[str, int]
    more: bool

    def choose(
        self, words: Sequence[str], channel_project: str | None, corrections: Corrections = NO_CORRECTIONS
    ) -> Understanding:
        """What the words mean among these."""
        return choose(
            words,
            self.candidates,
            self.tasks,
            channel_project=channel_project,
            corrections=corrections,
            closed=self.closed,
            crowded=self.crowded,
            more=self.more,
        )

    def unfit(self, folded: Sequence[str]) -> list[str]:
        """The words that fit nothing found, and so may be misspelt."""
        names = [f"{each.project.client or ''} {each.project.title}" for each in self.candidates]
        known = {
            word for name in (*names, *(task.title for task in self.tasks)) for word in searched_words(name)
        }
        return [typed for typed in folded if not any(begins(word, typed) for word in known)]


async def understand_in(
    session: Session, person: Person, words: Sequence[str], *, channel_project: str | None = None
) -> Understanding:
    """``understand`` within the caller's own session."""
    me = person.kantata_id
    folded = significant_words(words)
    said = await look_up(session, me, folded)
    searched = await with_slips(session, said)
    found = await _find(session, me, searched, channel_project)
    understood = found.choose(words, channel_project)
    if isinstance(understood, Certain) and understood.task and not understood.rest:
        return await _doubted(session, me, words, said, understood)
    if not channel_project:
        # The words that name a project may as well be a task the person has at hand.
        wider = await _with_recent_tasks(session, me, folded, found)
        if wider != found:
            found, understood = wider, wider.choose(words, channel_project)
    if corrections := await _corrections(session, me, found.unfit(folded), understood, said.near):
        meant = {meant for word in folded for meant in corrections.get(word, (word,))}
        if not meant <= set(searched.words):
            found = await _find(session, me, await look_up(session, me, sorted(meant)), channel_project)
        mended = found.choose(words, channel_project, corrections)
        understood = understood if isinstance(mended, Nothing) else mended
    if isinstance(understood, Certain):
        return await _doubted(session, me, words, said, understood)
    if isinstance(understood, Nothing):
        mine = await projects.projects_of(session, me, limit=OFFERED)
        return Nothing(tuple(candidate.project for candidate in mine))
    return understood


async def _doubted(
    session: Session, me: str, words: Sequence[str], said: Lookup, certain: Certain
) -> Certain | Ask:
    """What seems certain among what the person can log on, held against all the firm has."""
    folded = significant_words(words)
    if len(folded) > WORDS:
        return Ask((certain.project,), (), certain.rest)  # the last words may name anything
    if not folded or (not certain.rest and is_distinct(certain.project, words)):
        return certain
    # What is left over may name a project that is closed or another's.
    others = await projects.anybodys(session, said, limit=_LOOKED_AT)
    if names_another(words, certain, others):
        return Ask((certain.project,), (), certain.rest)
    if certain.rest and not await projects.are_tasks_read(session, certain.project.id):
        return Ask((certain.project,), (), certain.rest)  # it may name a task that is not copied yet
    if not certain.task and not certain.rest:
        # "Travel" may be a task of any project as well as the portal's client.
        other = await projects.any_task(session, me, folded)
        if other:
            return Ask((certain.project, other[0]))
    return certain


async def _find(session: Session, me: str, looked_up: Lookup, channel_project: str | None) -> _Found:
    found = await projects.fitting(session, me, looked_up, here=channel_project, limit=_LOOKED_AT)
    more = len(found.candidates) == _LOOKED_AT
    return _Found(found.candidates, found.tasks, found.closed, found.crowded, more)


async def _with_recent_tasks(session: Session, me: str, folded: Sequence[str], found: _Found) -> _Found:
    """With the person's recent tasks that a word fits; named alone they do not make the project certain."""
    known = {candidate.project.id for candidate in found.candidates}
    new = [
        (candidate, task)
        for candidate, task in await recents.recent_tasks(session, me)
        if candidate.project.id not in known
        and any(begins(word, typed) for word in searched_words(task.title) for typed in folded)
    ]
    candidates = {candidate.project.id: candidate for candidate, _ in new}
    tasks = (*found.tasks, *(task for _, task in new))
    return replace(found, candidates=(*found.candidates, *candidates.values()), tasks=tasks)


async def _corrections(
    session: Session, me: str, unfit: Sequence[str], understood: Understanding, near: Corrections
) -> Corrections:
    """For words that fit nothing, the words they may be: of any project, and of tasks of those at hand."""
    if not unfit:
        return NO_CORRECTIONS
    found: dict[str, Collection[str]] = {word: near[word] for word in unfit if word in near}
    ids = [project.id for project in _at_hand(understood)]
    tasks = await projects.search_tasks(session, me, ids, (), limit=_TASKS_IN_ALL)
    of_tasks = {word for task in tasks for word in searched_words(task.title)}
    initials = {
        "".join(word[0] for word in split_words(task.title)): split_words(task.title) for task in tasks
    }
    for word in unfit:
        if alike := near_words(of_tasks, word) | frozenset(initials.get(word, ())):
            found[word] = frozenset(found.get(word, ())) | alike
    return found


def _at_hand(understood: Understanding) -> tuple[Project, ...]:
    """The project that is clear: a misspelt task can only be one of its."""
    match understood:
        case Certain(project=project) | Ask(projects=(project,)):
            return (project,)
    return ()


async def search_projects(database: Database, person: Person, text: str, limit: int = 100) -> list[Project]:
    """The projects that every word of ``text`` fits, recent ones first; all of them when it is empty."""
    words = split_words(text)
    me = person.kantata_id
    async with database.reading() as session:
        if not words:
            found = await projects.projects_of(session, me, limit=limit)
        else:
            found = await projects.search(session, me, words, limit=limit)
            if not found and (corrected := await _mend(session, words)):
                found = await projects.search(session, me, corrected, limit=limit)
    return [candidate.project for candidate in found]


async def _mend(session: Session, words: Sequence[str]) -> list[str]:
    """The words with those that are misspelt put right, where that can be done in one way."""
    near = await vocabulary.near_words(session, words)
    return [min(near[word]) if len(near.get(word, ())) == 1 else word for word in words] if near else []


async def search_tasks(
    database: Database, person: Person, project_id: str, text: str, limit: int = 100
) -> list[Task]:
    """The project's tasks that every word of ``text`` fits, recent ones first; all of them when it is empty.

    Empty where the person cannot log on the project.
    """
    words = split_words(text)
    me = person.kantata_id
    async with database.reading() as session:
        if await projects.project(session, me, project_id) is None:
            return []
        found = await projects.search_tasks(session, me, [project_id], words, limit=limit)
        if found or not words:
            return found
        everything = await projects.search_tasks(session, me, [project_id], (), limit=_TASKS_IN_ALL)
    return [task for task in everything if _nearly(task, words)][:limit]


def _nearly(task: Task, words: Sequence[str]) -> bool:
    name = searched_words(task.title)
    return all(any(begins(word, typed) for word in name) or near_words(name, typed) for typed in words)
