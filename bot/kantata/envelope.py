"""A successful answer: the objects asked for, those included beside them, and how to read their fields."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NoReturn, TypeVar

from bot.kantata.errors import Unreadable

T = TypeVar("T")
Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True)
class Row:
    """One object as Kantata sent it, read by what a field should be. A wrong type raises Unreadable."""

    id: str
    values: Mapping[str, Json]
    envelope: "Envelope"

    def text(self, name: str) -> str | None:
        """A text, None where Kantata has none (``null`` or missing; "" stays "")."""
        value = self.values.get(name)
        return value if value is None or isinstance(value, str) else self._wrong(name)

    def flag(self, name: str) -> bool | None:
        """A truth value, None where Kantata does not tell."""
        value = self.values.get(name)
        return value if value is None or isinstance(value, bool) else self._wrong(name)

    def whole(self, name: str) -> int | None:
        """A whole number, also when sent as a string."""
        value = self.values.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return int(value) if isinstance(value, str) and value.isdecimal() else self._wrong(name)

    def number(self, name: str) -> float | None:
        """A number, also when sent as a string."""
        value = self.values.get(name)
        if value is None:
            return None
        try:
            return float(value) if isinstance(value, (int, float, str)) else self._wrong(name)
        except ValueError:
            return self._wrong(name)

    def key(self, name: str) -> str | None:
        """An id: a string whatever it was sent as; "" is none."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        return str(value) if isinstance(value, (int, str)) else self._wrong(name)

    def keys(self, name: str) -> tuple[str, ...]:
        """A list of ids; empty where Kantata does not tell."""
        value = self.values.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self._wrong(name)
        return tuple(str(one) for one in value if one is not None)

    def names(self, name: str) -> tuple[str, ...]:
        """A list of texts, also when sent as one text with commas."""
        value = self.values.get(name)
        if isinstance(value, str):
            value = value.split(",")
        if value is not None and not isinstance(value, list):
            self._wrong(name)
        return tuple(str(one).strip() for one in value or ())

    def day(self, name: str) -> date | None:
        """A civil date; a date-time is cut to its date, as written; "" is none."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return date.fromisoformat(value[:10]) if isinstance(value, str) else self._wrong(name)
        except ValueError:
            return self._wrong(name)

    def instant(self, name: str) -> datetime | None:
        """An aware instant, sent with an offset or with Z; one sent without either is taken as UTC."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else self._wrong(name)
        except ValueError:
            return self._wrong(name)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def needed_key(self, name: str, otherwise: str | None = None) -> str:
        """An id without which the object is none; ``otherwise`` where what it came with tells it."""
        return self.key(name) or otherwise or self._wrong(name)

    def needed_whole(self, name: str) -> int:
        """A whole number without which the object is none."""
        value = self.whole(name)
        return self._wrong(name) if value is None else value

    def needed_number(self, name: str) -> float:
        """A number without which the object is none."""
        value = self.number(name)
        return self._wrong(name) if value is None else value

    def needed_day(self, name: str) -> date:
        """A civil date without which the object is none."""
        return self.day(name) or self._wrong(name)

    def part(self, name: str) -> "Row":
        """An object inside this one; an empty one where Kantata sent none."""
        value = self.values.get(name)
        return Row(self.id, value if isinstance(value, dict) else {}, self.envelope)

    def other(self, map_name: str, key_name: str) -> "Row | None":
        """The included object that ``key_name`` of this one points to, or None."""
        key = self.key(key_name)
        return self.envelope.find(map_name, key) if key else None

    def others(self, map_name: str, keys_name: str) -> "tuple[Row, ...]":
        """The included objects that the list ``keys_name`` of this one points to."""
        found = (self.envelope.find(map_name, key) for key in self.keys(keys_name))
        return tuple(row for row in found if row)

    def _wrong(self, name: str) -> NoReturn:
        raise Unreadable(
            f"Kantata's answer holds an unreadable {name}.",
            status=self.envelope.status,
            request_id=self.envelope.request_id,
        )


@dataclass(frozen=True)
class Envelope:
    """A 2xx answer. ``results`` are (type, id) in Kantata's order; ``count`` is over all pages.

    ``page_size`` is None in old answers that hold no ``meta``; ``answered_at`` is Kantata's own clock.
    """

    status: int
    request_id: str | None
    results: tuple[tuple[str, str], ...] = ()
    maps: Mapping[str, Mapping[str, Mapping[str, Json]]] = field(default_factory=dict)
    count: int | None = None
    page_size: int | None = None
    answered_at: datetime | None = None
    _beside: dict[tuple[object, ...], Any] = field(default_factory=dict, compare=False, repr=False)

    def beside(self, row: Row | None, parse: Callable[..., T], **otherwise: str | None) -> T | None:
        """``row`` parsed, ``otherwise`` telling what it lacks: once, for many rows share it."""
        if row is None:
            return None
        key = (parse, row.id, *otherwise.values())
        if key not in self._beside:
            self._beside[key] = parse(row, **otherwise)
        found: T = self._beside[key]
        return found

    def rows(self) -> Iterator[Row]:
        """The objects asked for, in Kantata's order; included ones are not among them."""
        for map_name, key in self.results:
            row = self.find(map_name, key)
            if row is None:
                raise Unreadable(
                    "Kantata's answer lacks a row.", status=self.status, request_id=self.request_id
                )
            yield row

    def one(self) -> Row:
        """The only object asked for."""
        rows = list(self.rows())
        if len(rows) != 1:
            raise Unreadable(
                f"Kantata answered {len(rows)} rows for one.", status=self.status, request_id=self.request_id
            )
        return rows[0]

    def find(self, map_name: str, key: str) -> Row | None:
        values = self.maps.get(map_name, {}).get(key)
        return None if values is None else Row(key, values, self)
