"""The people of the firm: who they are, where they live, who manages them, how they work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

from bot.sandbox.kantata.call import ACCOUNT
from bot.sandbox.kantata.store import Row

OTHER_ACCOUNT = "501"
SERVICE = "100"
TAY = "101"
ODER = "102"
HUDSON = "103"

Rows = dict[str, dict[str, Row]]


@dataclass(frozen=True)
class FirmPerson:
    """One person as the firm knows them. ``permission`` is None for a client's contact."""

    id: str
    full_name: str
    email: str
    time_zone: str
    headline: str
    permission: str | None
    manager_id: str | None
    active: bool = True


def _person(
    number: int,
    name: str,
    zone: str,
    headline: str,
    permission: str | None,
    manager: str | None,
    active: bool = True,
) -> FirmPerson:
    email = name.lower().replace(" ", ".") + "@example.com"
    return FirmPerson(str(number), name, email, zone, headline, permission, manager, active)


PEOPLE = (
    _person(100, "Kantata Service", "UTC", "Service account", "administrator", None),
    _person(101, "Tay Forth", "Europe/London", "Designer", "collaborator", "102"),
    _person(102, "Oder Neisse", "Europe/Berlin", "Delivery lead", "project_lead", "103"),
    _person(103, "Hudson Reed", "America/New_York", "Head of operations", "administrator", None),
    _person(104, "Isar Lech", "Europe/Berlin", "Developer", "collaborator", "102"),
    _person(105, "Elbe Havel", "Europe/Berlin", "Controller", "reports_viewer_with_cost", "103"),
    _person(106, "Avon Severn", "Europe/London", "Project lead", "project_lead", "103"),
    _person(107, "Clyde Tweed", "Europe/London", "Developer", "collaborator", "106"),
    _person(108, "Shannon Lee", "Europe/Dublin", "Analyst", "collaborator", "106"),
    _person(109, "Seine Marne", "Europe/Paris", "Copywriter", "collaborator", "110"),
    _person(110, "Loire Allier", "Europe/Paris", "Project lead", "project_creator", "103"),
    _person(111, "Mohawk Delaware", "America/New_York", "Project lead", "project_lead", "103"),
    _person(112, "Raritan Passaic", "America/New_York", "Consultant", "collaborator", "111"),
    _person(113, "Sierra Merced", "America/Los_Angeles", "Developer", "collaborator", "114"),
    _person(114, "Trinity Klamath", "America/Los_Angeles", "Project lead", "project_lead", "103"),
    _person(115, "Waikato Piako", "Pacific/Auckland", "Tester", "collaborator", "114"),
    _person(116, "Wailua Hanalei", "Pacific/Honolulu", "Consultant", "collaborator", "114"),
    _person(117, "Kaveri Bhavani", "Asia/Kolkata", "Developer", "collaborator", "118"),
    _person(118, "Godavari Manjira", "Asia/Kolkata", "Project lead", "project_lead", "103"),
    _person(119, "Tiete Grande", "America/Sao_Paulo", "Consultant", "collaborator", "111"),
    _person(120, "Parana Iguacu", "America/Sao_Paulo", "Assistant", "punch_clock", "111"),
    _person(121, "Vistula Bug", "Europe/Warsaw", "Researcher, part time", "collaborator", "102"),
    _person(122, "Mosel Saar", "Europe/Berlin", "Developer", "collaborator", "102", active=False),
    _person(123, "Jordan Rivers", "America/New_York", "Consultant", "collaborator", "111"),
    _person(124, "Jordan Rivers", "Europe/London", "Contractor", "external_collaborator", "106"),
    _person(125, "Bravo Rio", "America/Denver", "Client", None, None),
)

# Works Monday to Thursday, six hours a day.
PART_TIMER = "121"
# The account asks these for a location on every entry.
LOCATION_REQUIRED = frozenset({"116"})
# A week that is too short, or too long, is not taken from these.
MINIMUM_ENFORCED = frozenset({"112"})
MAXIMUM_ENFORCED = frozenset({"119"})

ROLES = ("Consultant", "Designer", "Developer", "Project manager", "Tester", "Writer")
LOCATIONS = (("Berlin", False), ("London", False), ("New York", False), ("Remote", False), ("Lisbon", True))

_ROLE_OF = {"Designer": "Designer", "Developer": "Developer", "Tester": "Tester", "Copywriter": "Writer"}

# Calendars and their holidays by month and day.
CALENDARS: dict[str, tuple[tuple[str, int, int], ...]] = {
    "International": (("New Year's Day", 1, 1), ("Christmas Day", 12, 25)),
    "Germany": (("Neujahr", 1, 1), ("Tag der Arbeit", 5, 1), ("Tag der Deutschen Einheit", 10, 3),
                ("Erster Weihnachtstag", 12, 25), ("Zweiter Weihnachtstag", 12, 26)),
    "United Kingdom": (("New Year's Day", 1, 1), ("Christmas Day", 12, 25), ("Boxing Day", 12, 26)),
    "United States": (("New Year's Day", 1, 1), ("Juneteenth", 6, 19), ("Independence Day", 7, 4),
                      ("Veterans Day", 11, 11), ("Christmas Day", 12, 25)),
    "India": (("Republic Day", 1, 26), ("Independence Day", 8, 15), ("Gandhi Jayanti", 10, 2)),
}  # fmt: skip
_CALENDAR_OF = {
    "Europe/Berlin": "Germany",
    "Europe/London": "United Kingdom",
    "America/New_York": "United States",
    "America/Los_Angeles": "United States",
    "Pacific/Honolulu": "United States",
    "Asia/Kolkata": "India",
}


def user_row(person: FirmPerson, made: str) -> Row:
    """The row of a user."""
    role = _ROLE_OF.get(person.headline, "Project manager" if "lead" in person.headline else "Consultant")
    return {
        "id": person.id,
        "full_name": person.full_name,
        "email_address": person.email,
        "headline": person.headline,
        "photo_path": None,
        "account_id": ACCOUNT if person.permission else OTHER_ACCOUNT,
        "state": None,
        "city": person.time_zone.rpartition("/")[2].replace("_", " "),
        "country": None,
        "bio": None,
        "website": None,
        "role_id": str(11 + ROLES.index(role)),
        "_time_zone": person.time_zone,
        "created_at": made,
        "updated_at": made,
    }


def membership_row(row_id: str, person: FirmPerson, made: str) -> Row:
    """The row of a user's membership in the account."""
    return {
        "id": row_id,
        "user_id": person.id,
        "permission": person.permission,
        "is_owner": person.id == HUDSON,
        "manager_id": person.manager_id,
        "manager_can_approve": person.manager_id is not None,
        "default_role_id": None,
        "disabled_at": None if person.active else made,
        "enforce_workweek_minimum_on_timesheet_submission": person.id in MINIMUM_ENFORCED,
        "enforce_workweek_maximum_on_timesheet_submission": person.id in MAXIMUM_ENFORCED,
        "require_time_entry_location": person.id in LOCATION_REQUIRED,
        "created_at": made,
        "updated_at": made,
    }


def people_rows(rows: Rows, today: date, made: str) -> None:
    """Adds users, memberships, roles, locations, workweeks and holidays to ``rows``."""
    rows["users"] = {person.id: user_row(person, made) for person in PEOPLE}
    members = [person for person in PEOPLE if person.permission]
    rows["account_memberships"] = {
        str(801 + place): membership_row(str(801 + place), person, made)
        for place, person in enumerate(members)
    }
    times = {"created_at": made, "updated_at": made}
    rows["roles"] = _numbered(11, ({"name": name, "deleted_at": None, **times} for name in ROLES))
    rows["account_locations"] = _numbered(
        61, ({"name": name, "archived": archived, **times} for name, archived in LOCATIONS)
    )
    _workweek_rows(rows, times)
    _holiday_rows(rows, today, times)


def _numbered(first: int, rows: Iterator[Row]) -> dict[str, Row]:
    return {str(number): {"id": str(number), **row} for number, row in zip(count(first), rows, strict=False)}


def _workweek_rows(rows: Rows, times: Row) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    full = dict(zip(days, (480, 480, 480, 480, 480, 0, 0), strict=True))
    part = dict(zip(days, (360, 360, 360, 360, 0, 0, 0), strict=True))
    since = {"start_date": "2020-01-05", "end_date": None}
    rows["workweeks"] = _numbered(40, iter([
        {"default": True, **since, **{f"{day}_minutes": minutes for day, minutes in full.items()}, **times},
        {"default": False, **since, **{f"{day}_minutes": minutes for day, minutes in part.items()}, **times},
    ]))  # fmt: skip
    rows["workweek_memberships"] = _numbered(
        45, iter([{"user_id": PART_TIMER, "workweek_id": "41", **since, **times}])
    )


def _holiday_rows(rows: Rows, today: date, times: Row) -> None:
    calendars = list(CALENDARS)
    rows["holiday_calendars"] = _numbered(
        20, ({"name": name, "default": name == "International", **times} for name in calendars)
    )
    days = [
        (name, title, date(year, month, day).isoformat())
        for name, holidays in CALENDARS.items()
        for year in (today.year - 1, today.year, today.year + 1)
        for title, month, day in holidays
    ]
    rows["holidays"] = _numbered(201, (
        {"name": title, "start_date": day, "end_date": day, "paid": True, "total_hours": 8.0, **times}
        for _, title, day in days
    ))  # fmt: skip
    rows["holiday_calendar_associations"] = _numbered(401, (
        {"holiday_id": str(201 + place), "holiday_calendar_id": str(20 + calendars.index(name)), **times}
        for place, (name, _, _) in enumerate(days)
    ))  # fmt: skip
    placed = [
        (person.id, _CALENDAR_OF[person.time_zone]) for person in PEOPLE if person.time_zone in _CALENDAR_OF
    ]
    rows["holiday_calendar_memberships"] = _numbered(601, (
        {
            "user_id": user_id,
            "holiday_calendar_id": str(20 + calendars.index(name)),
            "start_date": "2020-01-01",
            "end_date": None,
            **times,
        }
        for user_id, name in placed
    ))  # fmt: skip
