"""Which project and task typed words mean: one clear winner, or a question; never a guess.

A reading of the words is a project, the words that name it (its client's or its title's), the task that
words left over name, and notes. One reading wins when the words it explains include all that any other
explains, and more; what wins must also be named strongly enough for what would be written.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.naming import (
    NO_CORRECTIONS,
    NOT_NAMED,
    SILENT,
    Corrections,
    Cover,
    Fit,
    Part,
    cover_name,
    significant,
    significant_words,
    without,
)
from bot.domain.time_entries import Project, Task
from bot.domain.words import begins, fold, natural, near, split_words

# Words that name something only when nothing else is said.
VAGUE = frozenset(
    re.findall(
        r"\w+",
        "admin call calls check client day email emails internal meeting meetings misc new next note notes "
        "other phone plan planning prep project review support sync task team time update week work",
    )
)
OFFERED = 10
NOT_CROWDED: Mapping[str, int] = {}


@dataclass(frozen=True)
class Candidate:
    """A project the person may log on and may mean. ``used`` is when the person last did, an instant."""

    project: Project
    used: datetime | None = None


@dataclass(frozen=True)
class Certain:
    """There is one thing the words can mean. ``rest`` are the words left over, as typed."""

    project: Project
    task: Task | None
    rest: tuple[str, ...]


@dataclass(frozen=True)
class Ask:
    """To be asked: which of ``projects`` (likeliest first), or, where that is one, which of ``tasks``."""

    projects: tuple[Project, ...]
    tasks: tuple[Task, ...] = ()
    rest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Nothing:
    """No project the person may log on is named; ``closest`` are what to offer."""

    closest: tuple[Project, ...]


Understanding = Certain | Ask | Nothing


def names_another(words: Sequence[str], certain: Certain, others: Iterable[Project]) -> bool:
    """Whether the words may as well name one of ``others``: by all that names the certain one and more, or
    by its title in full, with words that would be notes or the task.
    """
    parts = dict(enumerate(significant(words)))
    mine = cover_name(parts, _full_name(certain.project), NO_CORRECTIONS).fits.keys()
    for other in others:
        if other.id == certain.project.id:
            continue
        theirs = cover_name(parts, _full_name(other), NO_CORRECTIONS).fits.keys()
        title = cover_name(parts, other.title, NO_CORRECTIONS)
        named = bool(mine) and mine < theirs  # in a project's own channel nothing need name it
        if named or (title.whole and not title.fits.keys() <= mine):
            return True
    return False


def is_distinct(project: Project, words: Sequence[str]) -> bool:
    """Whether the words name the project by its client's first word or by its title in full."""
    client = split_words(project.client or "")[:1]
    folded = significant_words(words)
    return any(begins(first, typed) for first in client for typed in folded) or (
        bool(folded) and set(split_words(project.title)) <= set(folded)
    )


@dataclass(frozen=True)
class _Reading:
    """One project with what the words say about it. ``tasks``: the tasks that are named equally well."""

    candidate: Candidate
    project: Cover
    title: Cover
    tasks: tuple[Task, ...]
    task: Cover

    @property
    def explained(self) -> frozenset[int]:
        return frozenset(self.project.fits) | frozenset(self.task.fits)

    @property
    def worst(self) -> Fit:
        """How well the word fits that fits worst."""
        return min((*self.project.fits.values(), *self.task.fits.values()), default=Fit.WHOLE)


def _full_name(project: Project) -> str:
    return f"{project.client or ''} {project.title}"


def _task_named(
    parts: Mapping[int, Part], tasks: Sequence[Task], corrections: Corrections
) -> tuple[tuple[Task, ...], Cover]:
    """The task the parts name, or those among which they do not decide; with the words that name it."""
    named = [(task, cover) for task in tasks if (cover := cover_name(parts, task.title, corrections)).fits]
    if not named:
        return (), NOT_NAMED
    named.sort(key=lambda pair: (natural(pair[0].title), pair[0].id))
    named.sort(key=lambda pair: (len(pair[1].fits), pair[1].whole, sum(pair[1].fits.values())), reverse=True)
    best, cover = named[0]
    rivals = [
        task
        for task, other in named[1:]
        if not other.fits.keys() < cover.fits.keys()
        and not (cover.whole and not other.whole and other.fits.keys() == cover.fits.keys())
    ]
    return (best, *rivals), cover


def _read(
    parts: Mapping[int, Part], candidate: Candidate, tasks: Sequence[Task], corrections: Corrections
) -> _Reading:
    project = candidate.project
    cover = cover_name(parts, _full_name(project), corrections)
    title = cover_name({number: parts[number] for number in cover.fits}, project.title, corrections)
    mine, task = _task_named(without(parts, cover), tasks, corrections)
    return _Reading(candidate, cover, title, mine, task)


def _order(reading: _Reading) -> tuple[int, bool, float, str, str]:
    used = reading.candidate.used
    project = reading.candidate.project
    latest = -used.timestamp() if used else 0.0
    return (
        -len(reading.explained),
        not reading.title.whole,
        latest,
        fold(project.client or ""),
        fold(project.title),
    )


def choose(
    words: Sequence[str],
    candidates: Iterable[Candidate],
    tasks: Iterable[Task],
    *,
    channel_project: str | None = None,
    corrections: Corrections = NO_CORRECTIONS,
    closed: Iterable[Task] = (),
    crowded: Mapping[str, int] = NOT_CROWDED,
    more: bool = False,
) -> Understanding:
    """What the words mean among the projects and tasks that they may mean.

    ``candidates`` are projects that some word fits, the channel's project, and those of the person's recent
    tasks that some word fits; ``tasks`` their tasks that some word fits. ``corrections`` tells for a
    misspelt folded word the words that it may be. ``closed`` are tasks that take no time: whoever names one
    is asked. ``crowded`` tells for a project (by id) that has more tasks than these how many words each of
    the others fits at most. ``more``: some projects that fewer words fit, or as many as the last ones, are
    not among the candidates.
    """
    by_project: dict[str, list[Task]] = {}
    for task in tasks:
        by_project.setdefault(task.project_id, []).append(task)
    parts = dict(enumerate(significant(words)))
    readings = [_read(parts, each, by_project.get(each.project.id, ()), corrections) for each in candidates]
    here = next((each for each in readings if each.candidate.project.id == channel_project), None)
    readings = sorted((each for each in readings if each.explained or each is here), key=_order)
    if not readings:
        return Nothing(())
    named = [each for each in readings if each.project.fits]
    winner = _winner(here, named, readings)
    if winner is None:
        likeliest = [here, *readings] if here else readings
        projects = dict.fromkeys(each.candidate.project for each in likeliest)
        only = readings[0] if len(projects) == 1 else None
        return Ask(tuple(projects)[:OFFERED], only.tasks[:OFFERED] if only else ())
    rivals = [each for each in named if each is not winner]
    tasks_there = by_project.get(winner.candidate.project.id, ())
    judged = _judge(words, parts, winner, tasks=tasks_there, rivals=rivals, here=here)
    left = without(without(parts, winner.project), winner.task)
    mine = (task for task in closed if task.project_id == winner.candidate.project.id)
    if isinstance(judged, Certain) and any(
        cover_name(left, task.title, NO_CORRECTIONS).full for task in mine
    ):
        return Ask((judged.project,), (), judged.rest)
    unseen = crowded.get(winner.candidate.project.id, 0)
    if winner.task.fits and len(winner.task.fits) <= unseen and isinstance(judged, Certain):
        return Ask((judged.project,), winner.tasks, judged.rest)
    if more and isinstance(judged, Certain):
        fewest = min((len(each.project.fits) for each in named), default=0)
        if judged.rest or len(winner.project.fits) <= fewest:
            return Ask(tuple(each.candidate.project for each in readings)[:OFFERED])
    return judged


def _winner(here: _Reading | None, named: list[_Reading], readings: list[_Reading]) -> _Reading | None:
    """The reading that explains more than every other, if there is one."""
    if here is not None:
        named = readings = [each for each in named if each is not here]
        if all(each.explained < here.explained for each in named):
            return here
    if not named:
        return None
    best = named[0]
    for other in readings:
        if other is best or other.explained < best.explained:
            continue
        if not other.project.fits and not other.explained >= best.explained:
            continue  # a recent task that merely occurs in the notes
        same_words = other.project.fits.keys() == best.project.fits.keys() and not other.title.whole
        weaker = same_words or (other.task.fits and not other.task.full)
        if not (best.title.whole and weaker and other.explained == best.explained):
            return None
    if here is not None and not here.explained < best.explained:
        return None
    return best


def _judge(
    words: Sequence[str],
    parts: Mapping[int, Part],
    winner: _Reading,
    *,
    tasks: Sequence[Task],
    rivals: Sequence[_Reading],
    here: _Reading | None,
) -> Certain | Ask:
    """Whether the winner is named strongly enough to be written without asking."""
    left = [part for number, part in parts.items() if number not in winner.explained]
    notes, in_one = _notes(words, {part.place for part in left})
    project = winner.candidate.project
    doubt = Ask((project,), winner.tasks[:OFFERED], notes)
    if len(winner.tasks) > 1:
        return doubt
    implied = winner is here
    if not implied and not _strong(winner, parts, bool(left)):
        return doubt
    if here is not None and not implied and left:
        return Ask((here.candidate.project, project), (), notes)
    if winner.tasks and not _task_is_strong(winner, parts, left):
        return doubt
    if not winner.tasks and (other := _task_in_name(winner, parts, tasks)):
        return Ask((project,), other, notes)
    if winner.worst is Fit.NEAR or (left and (winner.worst is Fit.SLIP or not in_one)):
        return doubt
    same_words = [each for each in rivals if each.project.fits.keys() >= winner.project.fits.keys()]
    by_task = left or not winner.task.full or winner.worst is Fit.SLIP
    if not implied and same_words and not winner.title.whole and by_task:
        return Ask((project, *(each.candidate.project for each in same_words))[:OFFERED], (), notes)
    return Certain(project, winner.tasks[0] if winner.tasks else None, notes)


def _strong(winner: _Reading, parts: Mapping[int, Part], notes: bool) -> bool:
    """Whether the project is named by more than a word that occurs in its name.

    Without notes a word of the title or the first of the client's name will do. Beside notes it takes the
    client's first word or the title in full, or two words: "bank holiday" is not for Cedar Bank.
    """
    named = [(number, parts[number].text, fit) for number, fit in winner.project.fits.items()]
    client = split_words(winner.candidate.project.client or "")[:1]
    first = {number for number, text, _ in named for word in client if begins(word, text) or near(word, text)}
    if not notes:
        told = first | winner.title.fits.keys()
        return any(number in told and (fit is Fit.WHOLE or len(text) > 1) for number, text, fit in named)
    clear = {
        number for number, text, fit in named if fit is Fit.WHOLE and len(text) > 2 and text not in VAGUE
    }
    return bool(clear) and bool(clear & first or winner.title.whole or len(named) > 1)


def _task_in_name(winner: _Reading, parts: Mapping[int, Part], tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Tasks that words taken for the project may name: "booking engine travel", for Bluebird Travel."""
    if len(winner.project.fits) < 2:
        return ()
    needed = winner.title.fits.keys() if winner.title.whole else ()
    spare = {number: parts[number] for number in winner.project.fits if number not in needed}
    return tuple(task for task in tasks if cover_name(spare, task.title, NO_CORRECTIONS).fits)


def _task_is_strong(winner: _Reading, parts: Mapping[int, Part], left: Sequence[Part]) -> bool:
    """Whether the task is meant: alone what is left over, or named in full before the notes."""
    alone = cover_name(parts, winner.tasks[0].title, NO_CORRECTIONS).fits.keys()
    project = winner.project.fits.keys()
    if project and project <= alone and not winner.title.whole:
        return False  # the words are the task's alone: they name no project
    named = {parts[number]: fit for number, fit in winner.task.fits.items()}
    if not left:
        return any(fit is Fit.WHOLE or len(part.text) > 1 for part, fit in named.items())
    last = max(part.place for part in named)
    return winner.task.whole and all(part.place > last for part in left)


def _notes(words: Sequence[str], left: Collection[int]) -> tuple[tuple[str, ...], bool]:
    """The words left over, with what holds them together, and whether they were typed in one piece."""
    if not left:
        return (), True
    span = range(min(left), max(left) + 1)
    kept = [place for place in span if place in left or all(p in SILENT for p in split_words(words[place]))]
    return tuple(words[place] for place in kept), len(kept) == len(span)
