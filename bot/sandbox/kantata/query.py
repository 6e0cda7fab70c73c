"""Lists, shows and their envelope, for every ``Resource`` (Kantata's API reference, Response Format)."""

import math
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.kantata.call import Call
from bot.sandbox.kantata.filters import TIMES, digits, references, time
from bot.sandbox.kantata.refusals import refuse
from bot.sandbox.kantata.resource import Among, Condition, Include, Resource, Resources
from bot.sandbox.kantata.store import Row


class Lists:
    """Answers list and show requests over all resources."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self._cache: OrderedDict[tuple[Any, ...], tuple[tuple[int, ...], list[str]]] = OrderedDict()

    def index(self, call: Call, key: str) -> Row:
        """The envelope of one page of the rows the caller sees and asked for."""
        resource = self.resources[key]
        table = call.store.table(key)
        ids = self._ids(call, resource)
        page = _page(call.params, len(ids))
        rows = [row for row_id in ids[page.start : page.stop] if (row := table.get(row_id)) is not None]
        return self.envelope(call, key, rows, page)

    def show(self, call: Call, key: str, row_id: str) -> Row:
        """The row, as far as the caller sees it and no default filter hides it. Raises not_found."""
        resource = self.resources[key]
        row = call.store.table(key).get(row_id)
        scope = resource.show_scope or resource.scope
        if row is None or not all(condition(row) for condition in scope(call)):
            raise refuse("not_found")
        return row

    def envelope(self, call: Call, key: str, rows: Sequence[Row], page: "Page | None" = None) -> Row:
        """The documented envelope around ``rows``, with what the caller included."""
        resource = self.resources[key]
        page = page or Page(len(rows), max(20, len(rows)), 1, 0, len(rows))
        body: Row = {"count": page.count}
        if call.assumptions.meta:
            body["meta"] = page.meta()
        body["results"] = [{"key": key, "id": row["id"]} for row in rows]
        body[key] = {row["id"]: self.render(call, resource, row, call.included) for row in rows}
        for name, include in resource.includes.items():
            if name in call.included:
                self._side_load(call, body, include, rows)
        return body

    def render(self, call: Call, resource: Resource, row: Row, included: Collection[str] = ()) -> Row:
        """One row as JSON: its fields, its keys, and the optional fields asked for."""
        shown = {"id": row["id"], **resource.fields(call, row)}
        always = call.assumptions.belongs_to_keys == "always"
        for name, include in resource.includes.items():
            if include.field and (name in included or (include.always and always)):
                shown[include.field] = _related(call, include, row)
        for name, value in resource.optional.items():
            if name in call.optional:
                shown[name] = value(call, row)
        return shown

    def _side_load(self, call: Call, body: Row, include: Include, rows: Iterable[Row]) -> None:
        others = body.setdefault(include.key, {})
        table = call.store.table(include.key)
        resource = self.resources[include.key]
        for row in rows:
            related = _related(call, include, row)
            for other_id in related if isinstance(related, list) else [related]:
                if other_id is None or other_id in others:
                    continue
                other = table.get(other_id)
                if other is not None:
                    others[other_id] = self.render(call, resource, other)

    def _ids(self, call: Call, resource: Resource) -> list[str]:
        if not resource.depends:
            return _matching_ids(call, resource)
        asked = {name: value for name, value in call.params.items() if name not in _PAGING}
        key = (resource.key, call.user_id, call.today, tuple(sorted(asked.items())))
        version = call.store.version((resource.key, *resource.depends))
        cached = self._cache.get(key)
        if cached is not None and cached[0] == version:
            self._cache.move_to_end(key)
            return cached[1]
        ids = _matching_ids(call, resource)
        self._cache[key] = (version, ids)
        if len(self._cache) > 256:
            self._cache.popitem(last=False)
        return ids


_PAGING = frozenset({"page", "per_page", "limit", "offset", "include", "optional_fields"})


@dataclass(frozen=True)
class Page:
    """Which rows are answered, and what ``meta`` says about them."""

    count: int
    size: int
    number: int
    start: int
    stop: int

    def meta(self) -> Row:
        return {
            "count": self.count,
            "page_count": math.ceil(self.count / self.size),
            "page_number": self.number if self.count else 0,
            "page_size": self.size,
        }


def _page(params: Mapping[str, str], count: int) -> Page:
    size = _whole(params.get("per_page", "20"))
    size = 20 if size < 1 else min(size, 200)
    number = _whole(params.get("page", "1"))
    if "only" in params:
        return Page(count, size, 1, 0, count)
    if "limit" in params and "offset" in params:
        start = max(_whole(params["offset"]), 0)
        return Page(count, size, number, start, start + min(max(_whole(params["limit"]), 1), 200))
    start = (max(number, 1) - 1) * size
    return Page(count, size, number, start, start + size)


def _whole(text: str) -> int:
    # The engine reads numbers as Ruby's to_i does: leading digits count, anything else is 0.
    match = re.match(r"\s*([+-]?\d{1,15})", text, re.ASCII)
    return int(match.group(1)) if match else 0


def _related(call: Call, include: Include, row: Row) -> Any:
    return row.get(include.field) if include.ids is None else include.ids(call, row)


def _matching_ids(call: Call, resource: Resource) -> list[str]:
    conditions = [*resource.scope(call), *_asked(call, resource)]
    rows = _filtered(call, resource, conditions)
    if "search" in call.params and resource.search is not None and "only" not in call.params:
        return _ranked(rows, resource.search, call.params["search"])
    return [row["id"] for row in _ordered(rows, resource, call.params.get("order", ""))]


def _asked(call: Call, resource: Resource) -> list[Condition]:
    params = call.params
    conditions: list[Condition | None] = []
    if "only" in params:
        conditions.append(Among("id", frozenset(digits(params["only"]))))
    for name, make in resource.filters.items():
        if name in params:
            made = make(call, params[name])
            conditions += made if isinstance(made, list) else [made]
    if resource.times:
        conditions += [time(params[name], name, *TIMES[name]) for name in TIMES if name in params]
    if resource.subject_type is not None:
        conditions += references(call, resource.subject_type)
    return [condition for condition in conditions if condition is not None]


def _filtered(call: Call, resource: Resource, conditions: list[Condition]) -> list[Row]:
    table = call.store.table(resource.key)
    # Only ids are worth an index: other fields have few values and many rows each.
    indexed = [one for one in conditions if isinstance(one, Among) and one.field.endswith("id")]
    rows: Iterable[Row]
    if indexed:
        first = min(indexed, key=lambda one: table.size(one.field, one.values))
        rest = [condition for condition in conditions if condition is not first]
        rows = table.among(first.field, first.values)
    else:
        rest = conditions
        rows = table
    for condition in rest:
        rows = filter(condition, rows)
    return list(rows)


def _ordered(rows: list[Row], resource: Resource, asked: str) -> list[Row]:
    name, _, direction = asked.partition(":")
    if name not in resource.orders:
        name, _, direction = resource.default_order.partition(":")
    key = resource.orders.get(name, lambda row: int(row["id"]))
    rows.sort(key=lambda row: int(row["id"]))
    rows.sort(key=key, reverse=direction == "desc")
    return rows


def _ranked(rows: list[Row], text: Callable[[Row], str], search: str) -> list[str]:
    words = search.lower().split()
    found = [(text(row).lower(), row) for row in rows]
    hits = [
        (not title.startswith(words[0]), int(row["id"]), row["id"])
        for title, row in found
        if all(word in title for word in words)
    ]
    return [row_id for _, _, row_id in sorted(hits)]
