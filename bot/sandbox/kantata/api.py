"""The routes of the API: which request is answered by which noun, and how refusals are said."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.kantata import body as bodies
from bot.sandbox.kantata import (
    events,
    locks,
    references,
    resolutions,
    stories,
    time_entries,
    time_off,
    timesheets,
    users,
    workspaces,
    workweeks,
)
from bot.sandbox.kantata.call import ACCOUNT, Call
from bot.sandbox.kantata.filters import digits
from bot.sandbox.kantata.query import Lists
from bot.sandbox.kantata.refusals import Refusal, Refused, answer, refuse
from bot.sandbox.kantata.resource import Resource
from bot.sandbox.kantata.store import Row

RESOURCES: Mapping[str, Resource] = {
    resource.key: resource
    for resource in (
        users.USERS, users.MEMBERSHIPS, users.ROLES, users.LOCATIONS,
        workspaces.WORKSPACES, workspaces.PARTICIPATIONS, workspaces.WORKSPACE_GROUPS, stories.STORIES,
        time_entries.RESOURCE, time_entries.INVOICES, timesheets.RESOURCE, resolutions.RESOURCE,
        time_off.RESOURCE,
        workweeks.WORKWEEKS, workweeks.WORKWEEK_MEMBERSHIPS, workweeks.HOLIDAYS, workweeks.HOLIDAY_CALENDARS,
        workweeks.HOLIDAY_CALENDAR_ASSOCIATIONS, workweeks.HOLIDAY_CALENDAR_MEMBERSHIPS,
        locks.LOCKS, locks.BACKUPS, references.RESOURCE, events.RESOURCE,
    )
}  # fmt: skip

LISTED = (
    "users", "account_memberships", "workspaces", "participations", "stories", "time_entries",
    "timesheet_submissions", "time_off_entries", "workweeks", "workweek_memberships", "holidays",
    "holiday_calendars", "holiday_calendar_associations", "holiday_calendar_memberships", "line_item_locks",
    "backup_approver_associations", "external_references", "account_locations", "roles", "subscribed_events",
)  # fmt: skip
SHOWN = (
    "users", "account_memberships", "workspaces", "stories", "time_entries", "timesheet_submissions",
    "line_item_locks", "backup_approver_associations",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request inside the API: who asks for what, with which body."""

    call: Call
    lists: Lists
    row_id: str
    body: Callable[[], Row]

    def row(self, key: str) -> Row:
        """The row of the path's id, as far as the caller sees it. Raises not_found."""
        return self.lists.show(self.call, key, self.row_id)

    def one(self, key: str, row: Row) -> Row:
        """The envelope of one row."""
        return self.lists.envelope(self.call, key, [row])


Handler = Callable[[Asked], Row | None]


@dataclass(frozen=True)
class Route:
    """``path`` is below /api/v1; ``{id}`` in it is digits."""

    method: str
    path: str
    handle: Handler

    def match(self, path: str) -> str | None:
        """The id in the path ("" where the route has none), or None where the path is another's."""
        found = re.fullmatch(self.path.replace("{id}", r"(\d{1,18})"), path, re.ASCII)
        if found is None:
            return None
        return found.group(1) if found.groups() else ""


def _index(key: str) -> Handler:
    return lambda asked: asked.lists.index(asked.call, key)


def _show(key: str) -> Handler:
    return lambda asked: asked.one(key, asked.row(key))


def _me(asked: Asked) -> Row:
    return asked.one("users", asked.call.user)


def _create_entries(asked: Asked) -> Row:
    fields, bulk = bodies.one_or_many(asked.body(), "time_entry", "time_entries")
    return asked.lists.envelope(
        asked.call, "time_entries", time_entries.create(asked.call, fields, bulk=bulk)
    )


def _update_entry(asked: Asked) -> Row:
    row = asked.row("time_entries")
    return asked.one(
        "time_entries", time_entries.update(asked.call, row, bodies.one(asked.body(), "time_entry"))
    )


def _delete_entry(asked: Asked) -> None:
    time_entries.delete(asked.call, asked.row("time_entries"))


def _delete_entries(asked: Asked) -> None:
    time_entries.delete_many(asked.call, bodies.ids_to_delete(asked.call.params.get("ids"), asked.body()))


def _create_submission(asked: Asked) -> Row:
    fields = bodies.one(asked.body(), "timesheet_submission")
    return asked.one("timesheet_submissions", timesheets.create(asked.call, fields))


def _resolve(verb: resolutions.Verb) -> Handler:
    def handle(asked: Asked) -> Row:
        row = asked.row("timesheet_submissions")
        content = asked.body()
        fields = bodies.one(content, "resolution") if content else {}
        made = resolutions.resolve(asked.call, row, verb, fields.get("description"))
        if asked.call.assumptions.action_answer == "resolutions":
            return asked.one("resolutions", made)
        return asked.one("timesheet_submissions", asked.row("timesheet_submissions"))

    return handle


def _resolve_many(verb: resolutions.Verb) -> Handler:
    def handle(asked: Asked) -> Row:
        fields = bodies.one(asked.body(), "resolution")
        ids = fields.get("submission_ids")
        if isinstance(ids, str):
            ids = digits(ids)
        if not isinstance(ids, list) or not ids:
            raise refuse("blank", "submission_ids")
        wanted = list(dict.fromkeys(str(item) for item in ids))
        rows = resolutions.resolve_many(asked.call, wanted, verb, fields.get("description"))
        if asked.call.assumptions.bulk_answer == "map":
            return asked.lists.envelope(asked.call, "resolutions", rows)
        return {"resolutions": [_flat(asked.call, row) for row in rows]}

    return handle


def _flat(call: Call, row: Row) -> Row:
    number = int if call.assumptions.resolution_ids == "integer" else str
    shown = resolutions.resolution(call, row)
    return {"id": number(row["id"]), **shown, "account_id": number(ACCOUNT), "current": row["current"]}


def _create_time_off(asked: Asked) -> Row:
    fields, bulk = bodies.one_or_many(asked.body(), "time_off_entry", "time_off_entries")
    return asked.lists.envelope(
        asked.call, "time_off_entries", time_off.create(asked.call, fields, bulk=bulk)
    )


def _update_time_off(asked: Asked) -> Row:
    row = asked.row("time_off_entries")
    return asked.one(
        "time_off_entries", time_off.update(asked.call, row, bodies.one(asked.body(), "time_off_entry"))
    )


def _delete_time_off(asked: Asked) -> None:
    time_off.delete(asked.call, asked.row("time_off_entries"))


def _delete_time_offs(asked: Asked) -> None:
    time_off.delete_many(asked.call, bodies.ids_to_delete(asked.call.params.get("ids"), asked.body()))


def _set_approvers(asked: Asked) -> Row:
    row = asked.row("workspaces")
    return asked.one(
        "workspaces", workspaces.set_approvers(asked.call, row, bodies.one(asked.body(), "workspace"))
    )


def _lock(asked: Asked) -> Row:
    return asked.one("line_item_locks", locks.lock(asked.call, bodies.one(asked.body(), "line_item_lock")))


def _create_backup(asked: Asked) -> Row:
    fields = bodies.one(asked.body(), "backup_approver_association")
    return asked.one("backup_approver_associations", locks.save_backup(asked.call, None, fields))


def _update_backup(asked: Asked) -> Row:
    row = asked.row("backup_approver_associations")
    fields = bodies.one(asked.body(), "backup_approver_association")
    return asked.one("backup_approver_associations", locks.save_backup(asked.call, row, fields))


def _delete_backup(asked: Asked) -> None:
    locks.delete_backup(asked.call, asked.row("backup_approver_associations"))


def _external_references(asked: Asked) -> Row:
    # What the include "subject" gives is known by the required filter only.
    resource = references.of_subject(asked.call.params.get("subject_type", ""))
    return Lists({**RESOURCES, "external_references": resource}).index(asked.call, "external_references")


ROUTES: tuple[Route, ...] = (
    Route("GET", "/users/me", _me),
    Route("GET", "/external_references", _external_references),
    *(Route("GET", f"/{key}", _index(key)) for key in LISTED if key != "external_references"),
    *(Route("GET", f"/{key}/{{id}}", _show(key)) for key in SHOWN),
    Route("PUT", "/workspaces/{id}", _set_approvers),
    Route("POST", "/time_entries", _create_entries),
    Route("DELETE", "/time_entries", _delete_entries),
    Route("PUT", "/time_entries/{id}", _update_entry),
    Route("DELETE", "/time_entries/{id}", _delete_entry),
    Route("POST", "/timesheet_submissions", _create_submission),
    Route("PUT", "/timesheet_submissions/{id}/approve", _resolve(resolutions.APPROVE)),
    Route("PUT", "/timesheet_submissions/{id}/reject", _resolve(resolutions.REJECT)),
    Route("PUT", "/timesheet_submissions/{id}/cancel", _resolve(resolutions.CANCEL)),
    Route("POST", "/timesheet_approvals", _resolve_many(resolutions.APPROVE)),
    Route("POST", "/timesheet_rejections", _resolve_many(resolutions.REJECT)),
    Route("POST", "/timesheet_cancellations", _resolve_many(resolutions.CANCEL)),
    Route("POST", "/time_off_entries", _create_time_off),
    Route("DELETE", "/time_off_entries", _delete_time_offs),
    Route("PUT", "/time_off_entries/{id}", _update_time_off),
    Route("DELETE", "/time_off_entries/{id}", _delete_time_off),
    Route("POST", "/line_item_locks", _lock),
    Route("POST", "/backup_approver_associations", _create_backup),
    Route("PUT", "/backup_approver_associations/{id}", _update_backup),
    Route("DELETE", "/backup_approver_associations/{id}", _delete_backup),
)


class Api:
    """Answers the requests below /api/v1. ``call_of`` knows the caller by the token, or raises."""

    def __init__(self, call_of: Callable[[Request, Mapping[str, str], frozenset[str]], Call]) -> None:
        self.lists = Lists(RESOURCES)
        self._call_of = call_of

    async def respond(self, request: Request) -> Response:
        """The answer, or the refusal in its envelope; an effect is done wholly or not at all."""
        content = await request.body()
        call: Call | None = None
        try:
            call = self._call_of(request, *_query(request.query_params))
            status, body = self._answer(request, call, content)
        except Refusal as refusal:
            status, body = self._refuse(call, [refusal])
        except Refused as refused:
            status, body = self._refuse(call, refused.refusals)
        headers = {"x-request-id": secrets.token_hex(16)}
        if body is None:
            return Response(status_code=status, headers=headers)
        return Response(json.dumps(body), status, headers, "application/json; charset=utf-8")

    def _answer(self, request: Request, call: Call, content: bytes) -> tuple[int, Row | None]:
        path = "/" + request.path_params["path"].removesuffix(".json")
        content_type = request.headers.get("content-type", "")
        for route in ROUTES:
            row_id = route.match(path) if route.method == request.method else None
            if row_id is None:
                continue
            asked = Asked(call, self.lists, row_id, lambda: bodies.parse(content, content_type))
            with call.store.transaction():
                body = route.handle(asked)
            return (200, body) if body is not None else (204, None)
        raise refuse("route")

    def _refuse(self, call: Call | None, refusals: list[Refusal]) -> tuple[int, Row | None]:
        if call is None:
            return answer(refusals, {}, {})
        return answer(refusals, call.assumptions.texts, call.assumptions.statuses)


def _query(params: QueryParams) -> tuple[Mapping[str, str], frozenset[str]]:
    # The last of several wins, blank is not given; only optional_fields is a list, in either spelling.
    optional: list[str] = []
    plain: dict[str, Any] = {}
    for name, value in params.multi_items():
        if name in {"optional_fields", "optional_fields[]"}:
            optional += value.split(",")
        elif value.strip():
            plain[name] = value
    return plain, frozenset(optional)
