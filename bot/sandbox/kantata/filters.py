"""Filters that many lists share: times, external references, ids and flags (its API reference, Filters)."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime

from bot.sandbox.kantata.call import Call, stamp
from bot.sandbox.kantata.refusals import refuse
from bot.sandbox.kantata.resource import Among, Condition, Filter, Predicate
from bot.sandbox.kantata.store import Row


def digits(text: str) -> list[str]:
    """The ids in a comma list; whatever is not digits only is dropped, so spaces drop an id."""
    return [item for item in text.split(",") if re.fullmatch(r"\d+", item, re.ASCII)]


# TIMES: parameter -> (field, after?)
TIMES: Mapping[str, tuple[str, bool]] = {
    "created_after": ("created_at", True),
    "created_before": ("created_at", False),
    "updated_after": ("updated_at", True),
    "updated_before": ("updated_at", False),
}


def time(text: str, parameter: str, name: str, after: bool) -> Predicate:
    try:
        at = datetime.fromisoformat(text)
        moment = stamp(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise refuse("date", parameter) from None
    if after:
        return lambda row: bool(row[name] > moment)
    return lambda row: bool(row[name] < moment)


# XREF: parameter -> field of the reference
XREF: Mapping[str, str] = {
    "external_reference_service_name": "service_name",
    "external_reference_service_model": "service_model",
    "external_reference_service_model_ref": "service_model_ref",
    "external_reference_status": "status",
    "external_reference_external_status": "external_status",
    "external_reference_external_message": "external_message",
}
REFERENCES_AT_MOST = 200


def references(call: Call, subject_type: str) -> list[Condition]:
    params = call.params
    wanted = {XREF[name]: params[name] for name in XREF if name in params}
    refs = params.get("external_reference_service_model_refs")
    several = frozenset(refs.split(",")) if refs is not None else None
    if several is not None and len(several) > REFERENCES_AT_MOST:
        raise refuse("too_many", limit=REFERENCES_AT_MOST)
    conditions: list[Condition] = []
    if wanted or several is not None:
        conditions.append(Among("id", _subjects(call, subject_type, wanted, several)))
    has = call.flag("has_external_references")
    if has is not None:
        owners = _subjects(call, subject_type, {}, None)
        conditions.append(lambda row: (row["id"] in owners) is has)
    without = params.get("without_external_reference_service_name")
    if without is not None:
        served = _subjects(call, subject_type, {"service_name": without}, None)
        conditions.append(lambda row: row["id"] not in served)
    return conditions


def _subjects(
    call: Call, subject_type: str, wanted: Mapping[str, str], several: Collection[str] | None
) -> frozenset[str]:
    table = call.store.table("external_references")
    rows: Iterable[Row]
    if several is not None:
        rows = table.among("service_model_ref", several)
    elif "service_model_ref" in wanted:
        rows = table.where("service_model_ref", wanted["service_model_ref"])
    else:
        rows = table.where("subject_type", subject_type)
    return frozenset(
        row["subject_id"]
        for row in rows
        if row["subject_type"] == subject_type and all(row[name] == value for name, value in wanted.items())
    )


# Filters that several resources share


def among(name: str, *, many: bool = False) -> Filter:
    """Rows whose ``name`` is the given id, or one of a comma list of ids."""

    def make(_call: Call, value: str) -> Condition:
        return Among(name, frozenset(value.split(",") if many else [value]))

    return make


def flagged(test: Callable[[Call, Row], bool]) -> Filter:
    """``true`` keeps the rows that pass ``test``, ``false`` the others; anything else is ignored."""

    def make(call: Call, value: str) -> Condition | None:
        wanted = {"true": True, "TRUE": True, "false": False, "FALSE": False}.get(value)
        return None if wanted is None else lambda row: test(call, row) is wanted

    return make


def only_true(test: Callable[[Call, Row], bool]) -> Filter:
    """``true`` keeps the rows that pass ``test``; ``false`` filters nothing."""

    def make(call: Call, value: str) -> Condition | None:
        return (lambda row: test(call, row)) if value in {"true", "TRUE"} else None

    return make


def words_match(text: Callable[[Row], str]) -> Filter:
    """The start of any word of the text, case-insensitive; stop words are not looked for."""

    def make(_call: Call, value: str) -> Condition:
        asked = [word for word in re.findall(r"\w+", value.lower()) if word not in _STOP_WORDS]

        def matches(row: Row) -> bool:
            words = re.findall(r"\w+", text(row).lower())
            return all(any(word.startswith(start) for word in words) for start in asked)

        return matches

    return make


_STOP_WORDS = frozenset({"a", "an", "and", "the", "of", "for", "in", "on", "to", "with"})
