"""The contract about people, projects and tasks."""

from datetime import date
from typing import Any

from bot.kantata.account import AccountMembershipInclude
from bot.kantata.errors import NotFound, SignedOut
from tests.kantata.contract.cases import (
    APPROVER,
    CONSULTANT,
    DESIGN,
    PROJECT,
    SERVICE,
    WEBSITE,
    Answer,
    Case,
    Refusal,
    Side,
    refused,
)
from tests.kantata.samples import TASK, TAY, Row, envelope


async def whoami(side: Side) -> Any:
    me = await side.kantata(CONSULTANT).me()
    return me.id, me.name, me.email


async def by_email(side: Side) -> Any:
    found = side.kantata(SERVICE).users(on_my_account=True, by_email_address="tay.forth@example.com")
    return [user.id async for user in found]


async def dead_token(side: Side) -> Any:
    return await side.kantata("nobody").me()


async def project(side: Side) -> Any:
    shown = await side.kantata(SERVICE).project(WEBSITE)
    return shown.id, shown.lock_date, shown.require_time_approvals, shown.time_trackable


async def no_such_project(side: Side) -> Any:
    return await side.kantata(SERVICE).project("999999")


async def typed_ahead(side: Side) -> Any:
    found = side.kantata(CONSULTANT).projects(can_create_line_items=True, matching="website")
    return [project.id async for project in found]


async def tasks_that_take_time(side: Side) -> Any:
    found = side.kantata(CONSULTANT).tasks(time_trackable_on_project_id=WEBSITE)
    return DESIGN in [task.id async for task in found]


async def participants(side: Side) -> Any:
    found = side.kantata(CONSULTANT).participations(WEBSITE, by_user=CONSULTANT)
    return [(each.user_id, each.role) async for each in found]


async def member(side: Side) -> Any:
    everything = list(AccountMembershipInclude)
    found = side.kantata(SERVICE).account_memberships(by_user_id=CONSULTANT, include=everything)
    return [(each.user_id, each.manager_id, each.manager_can_approve) async for each in found]


MEMBERSHIP: Row = {
    "id": "901",
    "permission": "collaborator",
    "is_administrator": False,
    "manager_can_approve": True,
    "disabled_at": None,
    "user_id": CONSULTANT,
    "manager_id": APPROVER,
    "effective_workweek_id": "40",
}
PARTICIPATION: Row = {
    "id": "2201",
    "role": "maven",
    "is_team_lead": False,
    "can_edit_time": True,
    "can_post": True,
    "user_id": CONSULTANT,
    "workspace_id": WEBSITE,
}
WORKWEEK: Row = {
    "id": "40",
    "default": True,
    "start_date": "2020-01-05",
    "end_date": None,
    "total_minutes": 2400,
    "sunday_minutes": 0,
    "monday_minutes": 480,
    "tuesday_minutes": 480,
    "wednesday_minutes": 480,
    "thursday_minutes": 480,
    "friday_minutes": 480,
    "saturday_minutes": 0,
}
LOCKED_PROJECT: Row = {**PROJECT, "lock_date": "2026-02-14"}

DIRECTORY = [
    Case(
        "a token knows its own user",
        whoami,
        (CONSULTANT, "Tay Forth", "tay.forth@example.com"),
        [Answer("GET /users/me", envelope("users", TAY))],
    ),
    Case(
        "a person is found by e-mail address",
        by_email,
        [CONSULTANT],
        [Answer("GET /users", envelope("users", TAY))],
    ),
    Case(
        "a dead token is refused",
        dead_token,
        Refusal(SignedOut),
        [Answer("GET /users/me", refused("oauth"), 401)],
    ),
    Case(
        "a project tells its lock and its approvals",
        project,
        (WEBSITE, date(2026, 2, 14), True, True),
        [Answer("GET /workspaces/*", envelope("workspaces", LOCKED_PROJECT))],
    ),
    Case(
        "what is not there is not found",
        no_such_project,
        Refusal(NotFound),
        [Answer("GET /workspaces/*", refused("system"), 404)],
    ),
    Case(
        "a project is found by the start of a word",
        typed_ahead,
        [WEBSITE],
        [Answer("GET /workspaces", envelope("workspaces", PROJECT))],
    ),
    Case(
        "the tasks of a project that take time are listed",
        tasks_that_take_time,
        True,
        [Answer("GET /stories", envelope("stories", TASK, workspaces=[PROJECT]))],
    ),
    Case(
        "a participant is told",
        participants,
        [(CONSULTANT, "maven")],
        [Answer("GET /participations", envelope("participations", PARTICIPATION, users=[TAY]))],
    ),
    Case(
        "a member is told with manager and workweek",
        member,
        [(CONSULTANT, APPROVER, True)],
        [
            Answer(
                "GET /account_memberships",
                envelope("account_memberships", MEMBERSHIP, users=[TAY], workweeks=[WORKWEEK]),
            )
        ],
    ),
]
