"""Channels and their projects."""

from bot.deps import Deps
from bot.domain.languages import tr
from bot.domain.matching import Ask, Certain
from bot.domain.people import Person
from bot.domain.problems import Problem
from bot.domain.time_entries import Project
from bot.projects import understand
from bot.views.time_entries import project_label
from storage import channels, policies, projects


async def project_of(deps: Deps, person: Person, channel: str) -> Project | None:
    """The channel's project, if it has one that the person may log on."""
    async with deps.database.reading() as session:
        project_id = await channels.project_id(session, person.workspace, channel)
        return await projects.project(session, person.kantata_id, project_id) if project_id else None


async def usual_project(deps: Deps, person: Person, channel: str | None) -> Project | None:
    """The project that need not be named there: the channel's, else the person's default one."""
    if channel and (here := await project_of(deps, person, channel)):
        return here
    async with deps.database.reading() as session:
        default = (await policies.personal(session, person.workspace, person.slack_id)).default_project_id
        return await projects.project(session, person.kantata_id, default) if default else None


async def set_project(deps: Deps, person: Person, channel: str, words: str) -> Project:
    """Give the channel the one project those words mean; raises Problem where they mean none or several."""
    understood = await understand(deps.database, person, words.split())
    if isinstance(understood, Certain):
        if understood.rest or understood.task:
            raise Problem(
                tr("“{words}” says more than a project; did you mean {project}?").format(
                    words=words, project=project_label(understood.project)
                )
            )
        async with deps.database.transaction() as session:
            await channels.set_project(session, person.workspace, channel, understood.project.id)
        return understood.project
    offered = understood.projects if isinstance(understood, Ask) else understood.closest
    names = ", ".join(project_label(project) for project in offered[:5])
    if isinstance(understood, Ask):
        raise Problem(
            tr("“{words}” fits several of your projects: {names}. Write more of its name.").format(
                words=words, names=names
            )
        )
    raise Problem(
        tr("None of your projects fits “{words}”.").format(words=words)
        + (" " + tr("The closest: {names}.").format(names=names) if names else "")
    )


async def clear_project(deps: Deps, person: Person, channel: str) -> bool:
    """Take the channel's project away; False when it had none."""
    async with deps.database.transaction() as session:
        return await channels.clear_project(session, person.workspace, channel)
