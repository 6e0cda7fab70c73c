"""The firm the pretend Kantata belongs to: the same for the same size and day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from bot.sandbox.kantata.call import stamp
from bot.sandbox.kantata.seed_large import large_rows
from bot.sandbox.kantata.seed_people import HUDSON, ODER, PEOPLE, SERVICE, TAY, FirmPerson, Rows, people_rows
from bot.sandbox.kantata.seed_projects import project_rows
from bot.sandbox.kantata.seed_time import lock_day, time_rows
from bot.sandbox.kantata.store import Row

Size = Literal["small", "large"]


@dataclass(frozen=True)
class Firm:
    """A firm as it was built for ``today``: ``rows`` by table and id, and the people in it."""

    size: Size
    today: date
    people: tuple[FirmPerson, ...]
    rows: Rows

    def person(self, name_or_email: str) -> FirmPerson:
        """The first person of that full name, e-mail address or id. Raises KeyError where there is none."""
        for person in self.people:
            if name_or_email in {person.full_name, person.email, person.id}:
                return person
        raise KeyError(name_or_email)

    @property
    def consultant(self) -> FirmPerson:
        """Tay Forth, who logs time."""
        return self.person(TAY)

    @property
    def approver(self) -> FirmPerson:
        """Oder Neisse, Tay's manager and the lead of Tay's main project."""
        return self.person(ODER)

    @property
    def administrator(self) -> FirmPerson:
        """Hudson Reed, an administrator who is a person."""
        return self.person(HUDSON)

    @property
    def service_account(self) -> FirmPerson:
        """The administrator that integrations act as."""
        return self.person(SERVICE)

    @property
    def locked_to(self) -> date:
        """The Saturday up to which time is locked at first."""
        return lock_day(self.today)

    def client_of(self, project: Row) -> str | None:
        """The client of a project row: named by the project, else by its company group."""
        group = self.rows["workspace_groups"].get(project["primary_workspace_group_id"] or "")
        return project["client_role_name"] or (group["name"] if group else None)


def build_firm(size: Size, today: date) -> Firm:
    """The firm as of ``today``: ``small`` has 40 projects, ``large`` 5,000."""
    made = stamp(datetime.combine(today - timedelta(days=90), time(9), UTC))
    rows: Rows = {}
    people_rows(rows, today, made)
    project_rows(rows, today, made)
    time_rows(rows, today, made)
    people: tuple[FirmPerson, ...] = PEOPLE
    if size == "large":
        people += large_rows(rows, today, datetime.combine(today - timedelta(days=30), time(9), UTC))
    return Firm(size, today, people, rows)
