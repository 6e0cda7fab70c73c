"""What the simulated API offers, as OpenAPI 3.0: its routes, parameters, bodies and answers."""

from collections.abc import Iterable
from functools import cache

from bot.sandbox.kantata.filters import TIMES, XREF
from bot.sandbox.kantata.openapi_schemas import ERRORS, MALFORMED, ROWS, Schema, body_schema, row_schema
from bot.sandbox.kantata.references import SUBJECT_KEYS
from bot.sandbox.kantata.resource import Resource, Resources

_PAGE = {"page": "integer", "per_page": "integer", "only": "string"}
_REFERENCES = (*XREF, "external_reference_service_model_refs", "without_external_reference_service_name")

# Filters that are read by a resource's scope, not by its table of filters.
_DEFAULTED: dict[str, tuple[str, ...]] = {
    "users": ("on_my_account", "show_disabled", "search"),
    "account_memberships": ("only_inactive", "search"),
    "workspaces": ("include_archived", "archived", "search"),
    "participations": ("workspace_id",),
    "stories": (
        "archived", "show_archived", "show_deleted", "show_from_archived_workspaces", "show_todos", "search",
    ),
    "time_entries": ("on_my_account", "from_archived_workspaces"),
    "external_references": ("subject_type",),
    "account_locations": ("archived",),
}  # fmt: skip

# Bodies by operation: (root key, schema name, may the plural hold several).
_BODIES: dict[tuple[str, str], tuple[str, str, str | None]] = {
    ("POST", "/time_entries"): ("time_entry", "time_entry", "time_entries"),
    ("PUT", "/time_entries/{id}"): ("time_entry", "time_entry_change", None),
    ("POST", "/timesheet_submissions"): ("timesheet_submission", "timesheet_submission", None),
    ("PUT", "/timesheet_submissions/{id}/approve"): ("resolution", "resolution", None),
    ("PUT", "/timesheet_submissions/{id}/reject"): ("resolution", "resolution", None),
    ("PUT", "/timesheet_submissions/{id}/cancel"): ("resolution", "resolution", None),
    ("POST", "/timesheet_approvals"): ("resolution", "bulk_resolution", None),
    ("POST", "/timesheet_rejections"): ("resolution", "bulk_resolution", None),
    ("POST", "/timesheet_cancellations"): ("resolution", "bulk_resolution", None),
    ("POST", "/time_off_entries"): ("time_off_entry", "time_off_entry", "time_off_entries"),
    ("PUT", "/time_off_entries/{id}"): ("time_off_entry", "time_off_change", None),
    ("PUT", "/workspaces/{id}"): ("workspace", "workspace", None),
    ("POST", "/line_item_locks"): ("line_item_lock", "line_item_lock", None),
    ("POST", "/backup_approver_associations"): ("backup_approver_association", "backup", None),
    ("PUT", "/backup_approver_associations/{id}"): ("backup_approver_association", "backup_change", None),
}
_REFUSALS = {
    "400": "Bad request",
    "401": "No, unknown or revoked token",
    "403": "Permission missing",
    "404": "Not found",
    "422": "Validation",
    "503": "Service is unavailable",
}


def description(resources: Resources, operations: Iterable[tuple[str, str]]) -> Schema:
    """The description of the API below /api/v1 with these operations (method, path)."""
    paths: Schema = {}
    for method, path in operations:
        paths.setdefault(path, {})[method.lower()] = _operation(resources, method, path)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Kantata OX, simulated",
            "version": "1",
            "description": "Time entries, timesheets, time off and what they need.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**{key: row_schema(key) for key in ROWS}, "errors": ERRORS, "malformed": MALFORMED},
        },
    }


def _operation(resources: Resources, method: str, path: str) -> Schema:
    key = _key(path)
    resource = resources[key]
    parameters: list[Schema] = []
    if "{id}" in path:
        parameters.append(
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
        )
    listed = method == "GET" and "{id}" not in path and not path.endswith("/me")
    if listed:
        parameters += [_query(name, kind) for name, kind in list_parameters(key, resource).items()]
    elif method == "DELETE" and "{id}" not in path:
        parameters.append(_query("ids", "string"))
    if method != "DELETE" and not listed:
        parameters += [_query(name, kind) for name, kind in _shape_parameters(resource).items()]
    operation: Schema = {
        "operationId": f"{method.lower()}{path}",
        "parameters": parameters,
        "responses": _responses(resources, method, path, key),
    }
    if (method, path) in _BODIES:
        operation["requestBody"] = _body(*_BODIES[method, path])
    return operation


def _key(path: str) -> str:
    name = path.split("/")[1]
    return "resolutions" if name in _BULK or path.endswith(("/approve", "/reject", "/cancel")) else name


_BULK = frozenset({"timesheet_approvals", "timesheet_rejections", "timesheet_cancellations"})


def list_parameters(key: str, resource: Resource) -> dict[str, str]:
    """The query parameters of a list, each with its JSON type."""
    names = dict.fromkeys([*_DEFAULTED.get(key, ()), *resource.filters], "string")
    if resource.times:
        names |= dict.fromkeys(TIMES, "date-time")
    if resource.subject_type is not None:
        names |= dict.fromkeys(_REFERENCES, "string") | {"has_external_references": "boolean"}
    if resource.orders:
        names["order"] = "string"
    return {**names, **_shape_parameters(resource), **_PAGE}


def _shape_parameters(resource: Resource) -> dict[str, str]:
    names = {"include": "string"} if resource.includes else {}
    return {**names, "optional_fields": "string"} if resource.optional else names


def _query(name: str, kind: str) -> Schema:
    schema = {"type": "string", "format": "date-time"} if kind == "date-time" else {"type": kind}
    return {"name": name, "in": "query", "schema": schema}


def _body(root: str, name: str, plural: str | None) -> Schema:
    one = {"type": "object", "required": [root], "properties": {root: body_schema(name)}}
    if plural is not None:
        many = {"type": "array", "minItems": 1, "maxItems": 100, "items": body_schema(name)}
        several = {"type": "object", "required": [plural], "properties": {plural: many}}
        return {"content": {"application/json": {"schema": {"anyOf": [one, several]}}}}
    return {"content": {"application/json": {"schema": one}}}


def _responses(resources: Resources, method: str, path: str, key: str) -> Schema:
    responses: Schema = {status: _refusal(text) for status, text in _REFUSALS.items()}
    if method == "DELETE":
        responses["204"] = {"description": "Deleted"}
        return responses
    schema = _bulk_answer() if path.removeprefix("/") in _BULK else _envelope(resources, key)
    responses["200"] = {"description": "Done", "content": {"application/json": {"schema": schema}}}
    return responses


def _refusal(text: str) -> Schema:
    known = [{"$ref": "#/components/schemas/errors"}]
    if text == _REFUSALS["400"]:
        known.append({"$ref": "#/components/schemas/malformed"})
    return {"description": text, "content": {"application/json": {"schema": {"anyOf": known}}}}


def _envelope(resources: Resources, key: str) -> Schema:
    included = {include.key for include in resources[key].includes.values()}
    if key == "external_references":
        included = set(SUBJECT_KEYS.values())
    whole = {"type": "integer", "minimum": 0}
    number = {"type": "integer"}
    return {
        "type": "object",
        "required": ["count", "meta", "results", key],
        "properties": {
            "count": whole,
            "meta": {
                "type": "object",
                "required": ["count", "page_count", "page_number", "page_size"],
                "properties": {
                    "count": whole,
                    "page_count": whole,
                    "page_number": number,
                    "page_size": whole,
                },
            },
            "results": {"type": "array", "items": _result(key)},
            **{name: _map(name) for name in sorted({key, *included})},
        },
        "additionalProperties": False,
    }


def _result(key: str) -> Schema:
    return {
        "type": "object",
        "required": ["key", "id"],
        "properties": {"key": {"enum": [key]}, "id": {"type": "string"}},
    }


def _map(key: str) -> Schema:
    return {"type": "object", "additionalProperties": {"$ref": f"#/components/schemas/{key}"}}


@cache
def _bulk_answer() -> Schema:
    row = row_schema("resolutions")
    flat = {
        **row,
        "properties": {
            **row["properties"],
            "id": {"type": "integer"},
            "account_id": {"type": "integer"},
            "current": {"type": "boolean"},
        },
    }
    return {
        "type": "object",
        "required": ["resolutions"],
        "properties": {"resolutions": {"type": "array", "items": flat}},
        "additionalProperties": False,
    }
