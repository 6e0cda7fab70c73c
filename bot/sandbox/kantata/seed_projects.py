"""The firm's clients, projects, tasks and who works on what."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.sandbox.kantata.call import ACCOUNT
from bot.sandbox.kantata.seed_people import OTHER_ACCOUNT, Rows
from bot.sandbox.kantata.store import Row

WEBSITE = ("Design", "Content", "Development", "Testing", "Launch", "Project management")
PRODUCT = (
    "Discovery",
    "Interface",
    "Backend",
    "Mobile",
    "Quality assurance",
    "Release",
    "Support",
    "Meetings",
)
ADVICE = ("Interviews", "Analysis", "Workshop", "Report")
DATA = ("Data model", "Migration", "Dashboards", "Training", "Documentation")
BRAND = ("Research", "Logo", "Guidelines", "Templates", "Rollout")
OFFICE = ("Internal meetings", "Recruiting", "Training", "Sales support", "Administration")
BUILD = (
    "Kick-off", "Requirements", "Architecture", "Sprint 1", "Sprint 2", "Sprint 3", "Hardening",
    "Handover", "Warranty", "Travel", "Governance", "Change requests",
)  # fmt: skip
NOTHING: tuple[str, ...] = ()


@dataclass(frozen=True)
class Project:
    """One project of the firm. ``lead`` runs and approves it; ``team`` logs time on it."""

    client: str | None
    title: str
    tasks: tuple[str, ...]
    lead: str
    team: tuple[str, ...]
    archived: bool = False
    trackable: bool = True
    approvals: bool = True
    notes: bool = False
    external: bool = False
    watchers: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


PROJECTS = (
    Project("Acme", "Website relaunch", WEBSITE, "102", ("101", "104", "121", "109"), contacts=("125",)),
    Project("Acme", "Mobile app", PRODUCT, "106", ("107", "108", "113"), contacts=("125",)),
    Project("Acme", "Brand refresh", BRAND, "102", ("101", "109"), archived=True),
    Project("Bluebird Travel", "Customer portal", PRODUCT, "102", ("101", "104", "107")),
    Project("Bluebird Travel", "Booking engine", BUILD, "106", ("107", "108", "117")),
    Project("Bluebird Travel", "Search tuning", ADVICE, "106", ("108", "115")),
    Project("Cedar Bank", "Onboarding", PRODUCT, "106", ("101", "107", "112"), notes=True),
    Project("Cedar Bank", "Core migration", BUILD, "111", ("112", "119", "123", "120")),
    Project("Cedar Bank", "Audit support", ADVICE, "105", ("108", "112"), approvals=False),
    Project("Delta Foods", "Packaging line study", ADVICE, "110", ("101", "109", "121")),
    Project("Delta Foods", "Recipe database", DATA, "110", ("109", "117")),
    Project("Delta Foods", "Web shop", WEBSITE, "102", ("104", "109", "115"), archived=True),
    Project("Everest Outdoor", "Store locator", WEBSITE, "114", ("113", "115", "116")),
    Project("Everest Outdoor", "Loyalty programme", PRODUCT, "114", ("113", "116", "101")),
    Project("Everest Outdoor", "Season campaign", BRAND, "110", ("109", "101"), notes=True),
    Project("Fjord Energy", "Grid dashboard", DATA, "102", ("104", "117", "121")),
    Project("Fjord Energy", "Field service app", PRODUCT, "118", ("117", "115")),
    Project("Fjord Energy", "Tariff calculator", WEBSITE, "118", ("117", "104")),
    Project("Granite Insurance", "Claims intake", BUILD, "111", ("112", "119", "123", "101")),
    Project("Granite Insurance", "Broker portal", PRODUCT, "111", ("112", "123", "120")),
    Project("Granite Insurance", "Risk model", DATA, "105", ("117", "108"), approvals=False),
    Project("Harbor Logistics", "Dock planner", BUILD, "114", ("113", "116", "119")),
    Project("Harbor Logistics", "Tracking page", WEBSITE, "106", ("107", "101"), archived=True),
    Project("Harbor Logistics", "Yard study", ADVICE, "106", ("108", "116")),
    Project("Iris Health", "Patient diary", PRODUCT, "102", ("104", "121"), notes=True),
    Project("Iris Health", "Study portal", BUILD, "118", ("117", "115", "107")),
    Project("Iris Health", "Appointment reminders", NOTHING, "118", ("117", "101")),
    Project("Juniper Schools", "Learning platform", BUILD, "110", ("109", "104", "124")),
    Project("Juniper Schools", "Parent letters", BRAND, "110", ("109", "124")),
    Project("Juniper Schools", "Timetable check", ADVICE, "106", ("108",), trackable=False),
    Project("Kestrel Air", "Crew roster", BUILD, "114", ("113", "116", "115")),
    Project("Kestrel Air", "Gate displays", PRODUCT, "114", ("113", "119")),
    Project("Kestrel Air", "Meal forecast", DATA, "111", ("112", "117")),
    Project("Lumen Media", "News archive", DATA, "110", ("109", "108", "121")),
    Project("Lumen Media", "Subscription pages", WEBSITE, "110", ("109", "113")),
    Project("Lumen Media", "Podcast studio", NOTHING, "106", ("107",), trackable=False),
    Project(None, "Internal", OFFICE, "103",
            ("101", "102", "104", "106", "107", "108", "109", "110", "111", "112", "113", "114", "115", "116",
             "117", "118", "119", "121", "123"), approvals=False),
    Project(None, "Knowledge base", DATA, "103", ("101", "105", "108"), approvals=False),
    Project(None, "Hiring", OFFICE, "103", ("102", "106", "110"), approvals=False, watchers=("101",)),
    Project("Meridian Partners", "Joint proposal", ADVICE, "101", ("104",), external=True, approvals=False),
)  # fmt: skip

FIRST_WORKSPACE = 3001
FIRST_STORY = 4001
# Clients the projects name themselves; the others are known by their company group only.
_NAMED = frozenset({"Acme", "Bluebird Travel", "Cedar Bank", "Delta Foods", "Everest Outdoor", "Fjord Energy",
                    "Granite Insurance", "Harbor Logistics"})  # fmt: skip


def workspace_row(row_id: str, project: Project, group_id: str | None, made: str, today: date) -> Row:
    """The row of a project."""
    return {
        "id": row_id,
        "title": project.title,
        "archived": project.archived,
        "time_trackable": project.trackable,
        "require_time_approvals": project.approvals,
        "require_expense_approvals": False,
        "require_notes_on_time_entries": project.notes,
        "tasks_default_non_billable": project.client is None,
        "currency": "USD",
        "currency_symbol": "$",
        "currency_base_unit": 100,
        "client_role_name": project.client if project.client in _NAMED else None,
        "consultant_role_name": "Confluence Consulting",
        "description": None,
        "start_date": (today - timedelta(days=120)).isoformat(),
        "due_date": (today + timedelta(days=90)).isoformat(),
        "stage": "project",
        "budgeted": project.client is not None,
        "account_id": OTHER_ACCOUNT if project.external else ACCOUNT,
        "approver_ids": [project.lead] if project.approvals else [],
        "workspace_group_ids": [group_id] if group_id else [],
        "primary_workspace_group_id": group_id,
        "primary_maven_id": project.lead,
        "creator_id": project.lead,
        "_status_key": "400" if project.archived else "300",
        "created_at": made,
        "updated_at": made,
    }


def story_row(row_id: str, workspace_id: str, title: str, position: int, creator_id: str, made: str) -> Row:
    """The row of a task that takes billable time."""
    return {
        "id": row_id,
        "title": title,
        "story_type": "task",
        "state": "started",
        "billable": True,
        "archived": False,
        "due_date": None,
        "start_date": None,
        "position": position,
        "time_estimate_in_minutes": 2400,
        "percentage_complete": 0,
        "description": None,
        "fixed_fee": False,
        "priority": "normal",
        "_takes_time": True,
        "deleted_at": None,
        "workspace_id": workspace_id,
        "parent_id": None,
        "root_id": None,
        "creator_id": creator_id,
        "assignee_ids": [],
        "created_at": made,
        "updated_at": made,
    }


def participation_row(
    row_id: str, workspace_id: str, user_id: str, level: str, made: str, *, lead: bool
) -> Row:
    """The row of a participation; a client's contact is a buyer at level ``collaboration``."""
    return {
        "id": row_id,
        "workspace_id": workspace_id,
        "user_id": user_id,
        "role": "maven",
        "is_team_lead": lead,
        "can_edit_time": level != "collaboration",
        "can_post": True,
        "_access_level": level,
        "created_at": made,
        "updated_at": made,
    }


def project_rows(rows: Rows, today: date, made: str) -> None:
    """Adds groups, workspaces, stories and participations to ``rows``."""
    clients = list(dict.fromkeys(project.client for project in PROJECTS if project.client))
    groups = {client: str(701 + place) for place, client in enumerate(clients)}
    rows["workspace_groups"] = {
        row_id: {"id": row_id, "name": client, "company": True, "created_at": made, "updated_at": made}
        for client, row_id in groups.items()
    }
    rows["workspaces"], rows["stories"], rows["participations"] = {}, {}, {}
    for place, project in enumerate(PROJECTS):
        row_id = str(FIRST_WORKSPACE + place)
        rows["workspaces"][row_id] = workspace_row(
            row_id, project, groups.get(project.client or ""), made, today
        )
        _tasks(rows, row_id, project, made)
        _people(rows, row_id, project, made)


def _tasks(rows: Rows, workspace_id: str, project: Project, made: str) -> None:
    stories = rows["stories"]
    for position, title in enumerate(project.tasks):
        row_id = str(FIRST_STORY + len(stories))
        row = story_row(row_id, workspace_id, title, position, project.lead, made)
        row["billable"] = project.client is not None and title not in {
            "Project management",
            "Meetings",
            "Training",
        }
        row["_takes_time"] = title != "Governance"
        row["archived"] = title == "Warranty"
        row["deleted_at"] = made if title == "Change requests" else None
        row["state"] = "completed" if title in {"Kick-off", "Discovery", "Research"} else "started"
        row["story_type"] = "milestone" if title == "Handover" else "task"
        row["assignee_ids"] = list(project.team[:1]) if position == 0 else []
        if title == "Sprint 1":
            parent = next(other for other in stories.values() if other["title"] == "Architecture"
                          and other["workspace_id"] == workspace_id)  # fmt: skip
            row["parent_id"] = row["root_id"] = parent["id"]
        stories[row_id] = row


def _people(rows: Rows, workspace_id: str, project: Project, made: str) -> None:
    table = rows["participations"]

    def add(user_id: str, level: str, *, lead: bool = False) -> Row:
        row_id = str(20001 + len(table))
        table[row_id] = participation_row(row_id, workspace_id, user_id, level, made, lead=lead)
        return table[row_id]

    add(project.lead, "time_logging" if project.external else "admin", lead=not project.external)
    for user_id in project.team:
        if user_id != project.lead:
            add(user_id, "time_logging")
    for user_id in project.watchers:
        add(user_id, "collaboration")
    for user_id in project.contacts:
        add(user_id, "collaboration")["role"] = "buyer"
