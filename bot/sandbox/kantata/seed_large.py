"""The firm at 1,000 people, 5,000 projects and 250,000 tasks, around the small one."""

import random
from datetime import date, datetime, timedelta

from bot.sandbox.kantata.call import stamp
from bot.sandbox.kantata.seed_people import TAY, FirmPerson, Rows, membership_row, user_row
from bot.sandbox.kantata.seed_projects import Project, participation_row, story_row, workspace_row

PEOPLE_IN_ALL = 1_000
PROJECTS_IN_ALL = 5_000
TASKS_IN_ALL = 250_000
TAYS_PROJECTS = 400

_FIRST = (
    "Ada", "Ben", "Cleo", "Dov", "Esra", "Finn", "Gita", "Hana", "Ivo", "Jana", "Kofi", "Lena", "Milo",
    "Nora", "Otto", "Pia", "Quinn", "Rosa", "Sami", "Tess", "Uma", "Vera", "Wim", "Xenia", "Yara",
    "Zeno",
)  # fmt: skip
_LAST = (
    "Abbott", "Becker", "Costa", "Dietz", "Engel", "Farah", "Grau", "Hall", "Ito", "Jensen", "Kaur",
    "Lund", "Marsh", "Novak", "Okoye", "Price", "Reyes", "Silva", "Tanaka", "Unger", "Vogel", "Weber",
    "Young", "Zhang",
)  # fmt: skip
_ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Kolkata")
_CLIENTS = (
    "Aster", "Birch", "Comet", "Dune", "Ember", "Flint", "Grove", "Heron", "Inlet", "Jade", "Kelp",
    "Larch", "Maple", "Nimbus", "Onyx", "Pebble", "Quartz", "Raven", "Slate", "Tundra", "Umber", "Vale",
    "Willow", "Yarrow", "Zephyr",
)  # fmt: skip
_KINDS = (
    "Airlines", "Bank", "Foods", "Group", "Health", "Insurance", "Logistics", "Media", "Retail",
    "Systems",
)  # fmt: skip
_TITLES = (
    "Portal", "Migration", "Rollout", "Programme", "Dashboard", "Assessment", "Support", "Roadmap",
    "Pilot", "Integration",
)  # fmt: skip
_TASKS = (
    "Analysis", "Build", "Concept", "Coordination", "Documentation", "Interviews", "Planning",
    "Prototype", "Review", "Testing",
)  # fmt: skip


def large_rows(rows: Rows, today: date, now: datetime) -> tuple[FirmPerson, ...]:
    """Adds what the small firm lacks to ``rows``; returns the people added."""
    chance = random.Random(11)  # noqa: S311  # the same firm every time
    made = stamp(now)
    people = _people(rows, made)
    _projects(rows, chance, [person.id for person in people], today, now)
    return people


def _people(rows: Rows, made: str) -> tuple[FirmPerson, ...]:
    people = []
    for number in range(PEOPLE_IN_ALL - len(rows["users"])):
        first, last = _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
        row_id = str(100_001 + number)
        name = (
            f"{first} {last}" if number < len(_FIRST) * len(_LAST) else f"{first} {last}-{_LAST[number % 7]}"
        )
        email = f"{name.lower().replace(' ', '.')}.{number}@example.com"
        zone = _ZONES[number % len(_ZONES)]
        people.append(FirmPerson(row_id, name, email, zone, "Consultant", "collaborator", "106"))
    for person in people:
        rows["users"][person.id] = user_row(person, made)
        rows["account_memberships"]["9" + person.id] = membership_row("9" + person.id, person, made)
    return tuple(people)


def _projects(rows: Rows, chance: random.Random, team: list[str], today: date, now: datetime) -> None:
    have = len(rows["workspaces"])
    tays = sum(row["user_id"] == TAY for row in rows["participations"].values())
    missing = PROJECTS_IN_ALL - have
    # The first project's tasks make up for the remainder of the division.
    tasks = TASKS_IN_ALL - len(rows["stories"])
    each, rest = divmod(tasks, missing)
    groups = _groups(rows, stamp(now))
    leads = ("102", "106", "110", "111", "114", "118")
    for number in range(missing):
        client = f"{_CLIENTS[number % 25]} {_KINDS[number // 25 % 10]}"
        title = f"{_TITLES[number // 250 % 10]} {number // 250 + 1}"
        made = stamp(now - timedelta(minutes=number))
        row_id = str(200_001 + number)
        project = Project(client, title, (), leads[number % len(leads)], (), archived=number % 20 == 19)
        row = workspace_row(row_id, project, groups[client], made, today)
        row["client_role_name"] = client
        rows["workspaces"][row_id] = row
        members = [project.lead, *chance.sample(team, k=5)]
        if tays < TAYS_PROJECTS and number % 12 == 0:
            members.append(TAY)
            tays += 1
        _participations(rows, row_id, members, made)
        _stories(rows, row_id, number, each + (rest if number == 0 else 0), project.lead, now)


def _groups(rows: Rows, made: str) -> dict[str, str]:
    groups = {}
    for place, client in enumerate(f"{name} {kind}" for kind in _KINDS for name in _CLIENTS):
        row_id = str(70_001 + place)
        groups[client] = row_id
        rows["workspace_groups"][row_id] = {
            "id": row_id, "name": client, "company": True, "created_at": made, "updated_at": made,
        }  # fmt: skip
    return groups


def _participations(rows: Rows, workspace_id: str, members: list[str], made: str) -> None:
    table = rows["participations"]
    for place, user_id in enumerate(members):
        row_id = str(20_001 + len(table))
        level = "admin" if place == 0 else "time_logging"
        table[row_id] = participation_row(row_id, workspace_id, user_id, level, made, lead=place == 0)


def _stories(rows: Rows, workspace_id: str, number: int, many: int, lead: str, now: datetime) -> None:
    table = rows["stories"]
    made = stamp(now - timedelta(minutes=number))
    pattern = story_row("", workspace_id, "", 0, lead, made)
    first = 1_000_001 + len(table)
    for place in range(many):
        row_id = str(first + place)
        table[row_id] = {
            **pattern, "id": row_id, "title": f"{_TASKS[place % 10]} {place // 10 + 1}", "position": place,
        }  # fmt: skip
