"""A person's own settings: what counts now, and what the person chooses instead."""

from dataclasses import replace

from bot.deps import Deps
from bot.domain.languages import later, tr
from bot.domain.people import Person
from bot.domain.problems import Field, Problem
from bot.domain.time_entries import Project
from bot.projects import search_projects
from bot.views.settings_forms import SettingsForm, SettingsInput
from storage import policies, projects

CLOSED = later("You cannot log time on this project (any more). Choose another one, or none.")


async def settings_form(deps: Deps, person: Person) -> SettingsForm:
    """What the person chose before, from what the bot knows itself."""
    async with deps.database.reading() as session:
        settings = await policies.personal(session, person.workspace, person.slack_id)
        firm = await policies.firm(session, person.workspace)
        default = settings.default_project_id
        project = await projects.project(session, person.kantata_id, default) if default else None
    return SettingsForm(settings, firm, project)


async def save(deps: Deps, person: Person, chosen: SettingsInput) -> None:
    """Keep what the person chose; raises Problem at the project where it is not one of the person's."""
    async with deps.database.transaction() as session:
        project_id = chosen.default_project_id
        if project_id and await projects.project(session, person.kantata_id, project_id) is None:
            raise Problem(tr(CLOSED), Field.PROJECT)
        known = await policies.personal(session, person.workspace, person.slack_id)
        settings = replace(
            known,
            stopped=(known.stopped - chosen.offered) | (chosen.offered - chosen.wanted),
            incomplete_at=chosen.incomplete_at,
            hearing=chosen.hearing,
            default_project_id=project_id,
            copy_hours=chosen.copy_hours,
        )
        now = await deps.database.now(session)
        await policies.save_personal(session, person.workspace, person.slack_id, settings, now)


async def project_offers(deps: Deps, person: Person, text: str) -> list[Project]:
    """The person's projects that every word of ``text`` fits, recent ones first; all when it is empty."""
    return await search_projects(deps.database, person, text)
