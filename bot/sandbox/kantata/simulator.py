"""The simulated Kantata, put together: firm, store, API, sign-in and faults behind one ASGI app."""

import secrets
from collections import deque
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.kantata.api import RESOURCES, ROUTES, Api
from bot.sandbox.kantata.assumptions import Assumptions
from bot.sandbox.kantata.call import ACCOUNT, Call
from bot.sandbox.kantata.faults import Faults
from bot.sandbox.kantata.faulty_answers import FaultyAnswers
from bot.sandbox.kantata.firm import Firm, build_firm
from bot.sandbox.kantata.oauth import Application, OAuth
from bot.sandbox.kantata.openapi import description
from bot.sandbox.kantata.refusals import refuse
from bot.sandbox.kantata.store import Overlay, Row, Store
from bot.sandbox.kantata.time_entries import is_approved

# Every verb there is: an unknown one is Kantata's refusal, not the framework's.
_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"]


class Logged(NamedTuple):
    """One request as it was answered; ``status`` 0: no answer, ``user_id`` None: no token."""

    method: str
    path: str
    query: str
    status: int
    user_id: str | None


class Kantata:
    """A Kantata that is told apart from the real one by its data only.

    ``clock`` gives aware datetimes. With ``data`` (a directory) every answered write survives the process,
    and the firm is the one of its size first built there, whatever day it is now.
    """

    def __init__(
        self,
        firm: Firm,
        *,
        clock: Callable[[], datetime],
        faults: Faults | None = None,
        assumptions: Assumptions | None = None,
        data: Path | None = None,
    ) -> None:
        self.faults = faults or Faults()
        self.assumptions = assumptions or Assumptions()
        self.clock = clock
        self.requests: deque[Logged] = deque(maxlen=100_000)
        self._overlay = Overlay(data / f"kantata-{firm.size}.db") if data is not None else None
        self.firm = _first_built(firm, self._overlay) if self._overlay is not None else firm
        self.store = Store(self.firm.rows, self._overlay)
        self.oauth = OAuth(clock=clock, people=self._people, issue=self._issue, revoke=self._revoke)
        self.service_token = self.token_for(self.firm.service_account.id)
        self.app = Starlette(
            routes=[
                Route("/api/v1/openapi.json", _openapi, methods=["GET"]),
                Route("/api/v1/{path:path}", Api(self._call_of).respond, methods=_METHODS),
                *self.oauth.routes,
            ],
            middleware=[
                Middleware(_RequestLog, kantata=self),
                Middleware(FaultyAnswers, faults=lambda: self.faults),
            ],
        )

    def token_for(self, user_id: str) -> str:
        """A valid access token of that user: the same one each time. Raises KeyError for nobody."""
        if self.store.table("users").get(user_id) is None:
            raise KeyError(user_id)
        for row in self.store.table("tokens").where("user_id", user_id):
            if row["client_id"] is None:
                return str(row["token"])
        return self._issue(user_id, None)

    def register(
        self,
        name: str,
        redirect_uris: list[str],
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
    ) -> Application:
        """Registers an OAuth application; id and secret are made where they are not given."""
        application = Application(
            client_id or secrets.token_hex(16),
            client_secret or secrets.token_hex(16),
            name,
            tuple(redirect_uris),
        )
        self.oauth.register(application)
        return application

    def entries_of(self, user_id: str, start: date, end: date) -> list[dict[str, Any]]:
        """The person's entries from ``start`` to ``end``, both included, by day and id."""
        rows = [
            row
            for row in self.store.table("time_entries").where("user_id", user_id)
            if start.isoformat() <= row["date_performed"] <= end.isoformat()
        ]
        rows.sort(key=lambda row: (row["date_performed"], int(row["id"])))
        return [self._entry(row) for row in rows]

    def time_off_of(self, user_id: str, start: date) -> list[dict[str, Any]]:
        """The person's days off from ``start`` on, by day: id, date and minutes."""
        rows = self.store.table("time_off_entries").where("user_id", user_id)
        return [
            {"id": row["id"], "date": row["requested_date"], "minutes": round(row["hours"] * 60)}
            for row in sorted(rows, key=lambda row: (row["requested_date"], int(row["id"])))
            if row["requested_date"] >= start.isoformat()
        ]

    def close(self) -> None:
        """Lets hanging requests go and closes the file."""
        self.faults.release()
        if self._overlay is not None:
            self._overlay.close()

    def _entry(self, row: Row) -> dict[str, Any]:
        project = self.store.table("workspaces").get(row["workspace_id"]) or {}
        task = self.store.table("stories").get(row["story_id"])
        return {
            "id": row["id"],
            "date": row["date_performed"],
            "project": project["title"],
            "client": self.firm.client_of(project),
            "task": task["title"] if task else None,
            "minutes": row["time_in_minutes"],
            "notes": row["notes"] or "",
            "billable": row["billable"],
            "status": self._status(row),
        }

    def _status(self, row: Row) -> str:
        if row["invoice_id"] is not None:
            return "invoiced"
        submission = self.store.table("timesheet_submissions").get(row["recent_submission_id"])
        if submission is not None and submission["status"] != "cancelled":
            return "submitted" if submission["status"] == "pending" else str(submission["status"])
        call = Call(self.store, self.assumptions, self._user(row["user_id"]), self.clock())
        return "no approval needed" if is_approved(call, row) else "not submitted"

    def _user(self, user_id: str) -> Row:
        row = self.store.table("users").get(user_id)
        if row is None:
            raise KeyError(user_id)
        return row

    def _people(self) -> list[Row]:
        members = self.store.table("account_memberships")
        active = {row["user_id"] for row in members if row["disabled_at"] is None}
        rows = [
            row for row in self.store.table("users") if row["id"] in active and row["account_id"] == ACCOUNT
        ]
        return sorted(rows, key=lambda row: row["full_name"])

    def _issue(self, user_id: str, client_id: str | None) -> str:
        token = secrets.token_hex(32)
        with self.store.transaction():
            self.store.insert("tokens", {"token": token, "user_id": user_id, "client_id": client_id})
        return token

    def _revoke(self, token: str, client_id: str) -> None:
        with self.store.transaction():
            for row in self.store.table("tokens").where("token", token):
                if row["client_id"] == client_id:
                    self.store.delete("tokens", row["id"])

    def _call_of(self, request: Request, params: Mapping[str, str], optional: frozenset[str]) -> Call:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        row = (
            next(iter(self.store.table("tokens").where("token", token)), None) if scheme == "Bearer" else None
        )
        if row is None:
            raise refuse("token")
        request.state.user_id = row["user_id"]
        call = Call(self.store, self.assumptions, self._user(row["user_id"]), self.clock(), params, optional)
        if call.membership.get("disabled_at") is not None:
            raise refuse("token")
        return call


def _first_built(firm: Firm, overlay: Overlay) -> Firm:
    day = date.fromisoformat(overlay.fact("built", firm.today.isoformat()))
    return firm if day == firm.today else build_firm(firm.size, day)


async def _openapi(_request: Request) -> Response:
    return JSONResponse(description(RESOURCES, [(route.method, route.path) for route in ROUTES]))


class _RequestLog:
    """ASGI middleware that notes every request with the status it got."""

    def __init__(self, app: ASGIApp, kantata: Kantata) -> None:
        self.app = app
        self.kantata = kantata

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 0
        scope.setdefault("state", {})

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            query = scope["query_string"].decode("latin-1")
            user_id = scope["state"].get("user_id")
            self.kantata.requests.append(Logged(scope["method"], path, query, status, user_id))
