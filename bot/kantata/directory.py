"""People, projects and tasks: who there is, and what time can be logged on."""

from collections.abc import AsyncIterator, Collection
from enum import StrEnum
from typing import Unpack

from bot.kantata.connection import Connection, associations, object_path
from bot.kantata.filters import ProjectFilters, TaskFilters, UserFilters
from bot.kantata.parse import parse_project, parse_task, parse_user
from bot.kantata.records import Project, Task, User


class UserInclude(StrEnum):
    """What can come with a user."""

    ACCOUNT_MEMBERSHIP = "account_membership"
    MANAGER = "manager"
    ROLE = "role"
    EXTERNAL_REFERENCES = "external_references"


class UserField(StrEnum):
    """What of a user comes only on demand."""

    ABBREVIATED_TIMEZONE = "abbreviated_timezone"
    CLASSIFICATION = "classification"
    LAST_SITE_ACTIVITY = "last_site_activity"


class UserOrder(StrEnum):
    """How users can be ordered."""

    ALPHABETICAL = "alphabetical:asc"
    ALPHABETICAL_BACKWARDS = "alphabetical:desc"


class ProjectInclude(StrEnum):
    """What can come with a project. ``COMPANY`` and ``GROUPS`` tell the client where no role name does."""

    APPROVERS = "approvers"
    POSSIBLE_APPROVERS = "possible_approvers"
    PARTICIPANTS = "participants"
    CURRENT_USER_PARTICIPATION = "current_user_participation"
    FINANCIAL_VIEWERS = "financial_viewers"
    PRIMARY_LEAD = "primary_maven"
    TIMESHEET_SUBMISSIONS = "timesheet_submissions"
    COMPANY = "primary_workspace_group"
    GROUPS = "workspace_groups"
    EXTERNAL_REFERENCES = "external_references"


class ProjectField(StrEnum):
    """What of a project comes only on demand."""

    LOCK_DATE = "lock_date"


class ProjectOrder(StrEnum):
    """How projects can be ordered. Lists are read oldest first: nothing moves then."""

    CREATED = "created_at:asc"
    CREATED_LAST = "created_at:desc"
    UPDATED = "updated_at:asc"
    UPDATED_LAST = "updated_at:desc"
    TITLE = "title:asc"
    TITLE_BACKWARDS = "title:desc"
    VIEWED_LAST = "last_viewed:desc"


class TaskInclude(StrEnum):
    """What can come with a task."""

    PROJECT = "workspace"
    PARENT = "parent"
    ANCESTORS = "ancestors"
    ASSIGNEES = "assignees"
    EXTERNAL_REFERENCES = "external_references"


class TaskOrder(StrEnum):
    """How tasks can be ordered; by default as in the project's plan."""

    PLAN = "parent_and_position:asc"
    UPDATED = "updated_at:asc"
    UPDATED_LAST = "updated_at:desc"
    DUE = "due_date:asc"
    DUE_LAST = "due_date:desc"


CLIENT = (ProjectInclude.COMPANY, ProjectInclude.GROUPS)


class Directory(Connection):
    """What the calling token's user can see of people, projects and tasks."""

    async def me(self) -> User:
        """The token's own user. GET /users/me"""
        return await self._show(parse_user, "/users/me")

    async def user(
        self, user_id: str, *, include: Collection[UserInclude] = (), fields: Collection[UserField] = ()
    ) -> User:
        """GET /users/{id}"""
        return await self._show(parse_user, object_path("/users", user_id), associations(include, fields))

    def users(
        self,
        *,
        include: Collection[UserInclude] = (),
        fields: Collection[UserField] = (),
        order: UserOrder = UserOrder.ALPHABETICAL,
        **filters: Unpack[UserFilters],
    ) -> AsyncIterator[User]:
        """People who share a project with the caller, or with ``on_my_account`` the whole firm. GET /users

        ``search`` and ``matching`` answer by rank; the former may be Unavailable.
        """
        email = filters.get("by_email_address", "").casefold()
        return self._list(
            "/users",
            parse_user,
            UserFilters,
            filters,
            query=associations(include, fields, None if "search" in filters else order),
            keep=lambda user: not email or (user.email or "").casefold() == email,
        )

    async def project(
        self,
        project_id: str,
        *,
        include: Collection[ProjectInclude] = CLIENT,
        fields: Collection[ProjectField] = tuple(ProjectField),
    ) -> Project:
        """One project, archived or not. GET /workspaces/{id}"""
        query = {**associations(include, fields), "include_archived": "true"}
        return await self._show(parse_project, object_path("/workspaces", project_id), query)

    def projects(
        self,
        *,
        include: Collection[ProjectInclude] = CLIENT,
        fields: Collection[ProjectField] = (),
        order: ProjectOrder = ProjectOrder.CREATED,
        **filters: Unpack[ProjectFilters],
    ) -> AsyncIterator[Project]:
        """Projects of the caller, without archived ones unless asked for. GET /workspaces

        Kantata limits this more than others, and has no filter for projects that take time: look at
        ``time_trackable``.
        """
        return self._list(
            "/workspaces",
            parse_project,
            ProjectFilters,
            filters,
            query=associations(include, fields, None if "search" in filters else order),
        )

    async def set_approvers(self, project_id: str, user_ids: Collection[str]) -> Project:
        """Who approves time in a project, in place of who did. PUT /workspaces/{id}"""
        path = object_path("/workspaces", project_id)
        body = {"workspace": {"approver_ids": [int(user_id) for user_id in user_ids]}}
        query = associations([ProjectInclude.APPROVERS])
        return await self._save(parse_project, "PUT", path, body, query)

    async def task(self, task_id: str, *, include: Collection[TaskInclude] = (TaskInclude.PROJECT,)) -> Task:
        """GET /stories/{id}"""
        return await self._show(parse_task, object_path("/stories", task_id), associations(include))

    def tasks(
        self,
        *,
        include: Collection[TaskInclude] = (TaskInclude.PROJECT,),
        order: TaskOrder = TaskOrder.PLAN,
        **filters: Unpack[TaskFilters],
    ) -> AsyncIterator[Task]:
        """Tasks; never ask for all, there are tens of thousands. GET /stories

        ``time_trackable_on_project_id`` asks for the tasks of a project that take time.
        """
        project_id = filters.get("time_trackable_on_project_id") or filters.get("project_id")
        return self._list(
            "/stories",
            parse_task,
            TaskFilters,
            filters,
            query=associations(include, (), None if "search" in filters else order),
            keep=lambda task: project_id is None or task.project_id == project_id,
        )
