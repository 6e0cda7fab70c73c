"""Kantata's side of the page: everybody's timesheets as they stand there, and deciding in Kantata itself."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.kantata import Kantata
from bot.sandbox.kantata.call import Call
from bot.sandbox.kantata.faults import AnswerDropped
from bot.sandbox.kantata.resolutions import permissions, workspace_of
from bot.sandbox.kantata.store import Row

SHOWN = 40  # timesheets; a large firm has thousands
VERDICTS = ("approve", "reject")


class TimesheetsSide:
    """Decisions go through Kantata's own API with the decider's token, past its rights and its troubles."""

    def __init__(self, kantata: Kantata) -> None:
        self._kantata = kantata

    def routes(self) -> list[Route]:
        """GET the timesheets, POST a decision."""
        return [
            Route("/kantata/page/timesheets", self.timesheets),
            Route("/kantata/page/decide", self.decide, methods=["POST"]),
        ]

    async def timesheets(self, _request: Request) -> Response:
        """What waits, then what changed last; ``pending`` counts all that waits."""
        rows = sorted(self._kantata.store.table("timesheet_submissions"), key=_latest_first, reverse=True)
        shown = [self._told(row) for row in rows[:SHOWN]]
        pending = sum(row["status"] == "pending" for row in rows)
        return JSONResponse({"pending": pending, "hidden": len(rows) - len(shown), "timesheets": shown})

    async def decide(self, request: Request) -> Response:
        """Approve or reject as that user; what Kantata says to it, word for word."""
        asked = await request.json()
        if asked.get("verdict") not in VERDICTS:
            return JSONResponse({"error": f"one of {', '.join(VERDICTS)}"}, 400)
        try:
            token = self._kantata.token_for(str(asked.get("by")))
        except KeyError:
            return JSONResponse({"error": "nobody of that id"}, 404)
        transport = httpx.ASGITransport(self._kantata.app)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://kantata/api/v1") as client:
                answer = await client.put(
                    f"/timesheet_submissions/{asked.get('id')}/{asked['verdict']}",
                    json={"resolution": {"description": asked.get("reason") or None}},
                    headers={"authorization": f"Bearer {token}"},
                )
        except (AnswerDropped, httpx.HTTPError):
            return JSONResponse({"error": "Kantata did not answer."}, 502)
        if answer.status_code == 200:
            return JSONResponse({"ok": True})
        return JSONResponse({"error": _refusal(answer)}, answer.status_code)

    def _told(self, row: Row) -> dict[str, Any]:
        store = self._kantata.store
        project = store.table("workspaces").get(row["workspace_id"]) or {"title": row["workspace_id"]}
        entries = store.table("time_entries").where("recent_submission_id", row["id"])
        decided = row["status"] in {"approved", "rejected"}
        return {
            "id": row["id"],
            "person": self._name(row["user_id"]),
            "project": project["title"],
            "client": self._kantata.firm.client_of(project),
            "start": row["start_date"],
            "end": row["end_date"],
            "minutes": sum(entry["time_in_minutes"] for entry in entries),
            "status": row["status"],
            "comment": row["comment"],
            "by": self._name(row["current_resolution_creator_id"]) if decided else None,
            "why": row["current_resolution_description"],
            "deciders": list(self._deciders(row)) if row["status"] == "pending" else [],
        }

    def _name(self, user_id: str | None) -> str | None:
        user = self._kantata.store.table("users").get(user_id) if user_id else None
        return str(user["full_name"]) if user else None

    def _deciders(self, row: Row) -> Iterator[dict[str, str]]:
        """Those whom the project names, the manager and who stands in first; then administrators."""
        for user_id in self._candidates(row):
            user = self._kantata.store.table("users").get(user_id)
            if user is None:
                continue
            call = Call(self._kantata.store, self._kantata.assumptions, user, self._kantata.clock())
            is_active = call.membership.get("disabled_at") is None
            if is_active and permissions(call, row)["can_approve_submission"]:
                yield {"id": str(user["id"]), "name": str(user["full_name"])}

    def _candidates(self, row: Row) -> list[str]:
        store = self._kantata.store
        anybody = Call(store, self._kantata.assumptions, self._service, self._kantata.clock())
        named = list(workspace_of(anybody, row)["approver_ids"])
        if membership := anybody.membership_of(row["user_id"]):
            named.append(membership["manager_id"])
        stand_ins = [
            each["backup_approver_id"]
            for each in store.table("backup_approver_associations")
            if each["approver_id"] in named
        ]
        administrators = [
            each["user_id"]
            for each in store.table("account_memberships").where("permission", "administrator")
            if each["user_id"] != self._service["id"]
        ]
        return list(dict.fromkeys(each for each in [*named, *stand_ins, *administrators] if each))

    @property
    def _service(self) -> Row:
        account = self._kantata.store.table("users").get(self._kantata.firm.service_account.id)
        assert account is not None, "the firm has its service account"
        return account


def _latest_first(row: Row) -> tuple[bool, str, int]:
    return row["status"] == "pending", str(row["updated_at"]), int(row["id"])


def _refusal(answer: httpx.Response) -> str:
    try:
        return " ".join(str(each["message"]) for each in answer.json()["errors"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return f"Kantata answered {answer.status_code}."
