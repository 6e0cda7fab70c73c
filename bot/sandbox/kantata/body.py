"""What a request's body says: JSON or form fields, root keys, and values read as Kantata reads them."""

import json
import re
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl

from bot.sandbox.kantata.call import parse_date
from bot.sandbox.kantata.refusals import Refusal, refuse
from bot.sandbox.kantata.store import Row

ROWS_AT_MOST = 100


def parse(content: bytes, content_type: str) -> Row:
    """The body as an object; {} where there is none. Raises malformed."""
    if not content.strip():
        return {}
    if content_type.partition(";")[0].strip() == "application/x-www-form-urlencoded":
        return _form(content)
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise refuse("malformed") from None
    if not isinstance(value, dict):
        raise refuse("malformed")
    return value


def _form(content: bytes) -> Row:
    # time_entry[workspace_id]=1 nests; line_item_ids[]=1 appends.
    body: Row = {}
    try:
        pairs = parse_qsl(content.decode(), keep_blank_values=True)
    except ValueError:
        raise refuse("malformed") from None
    for name, value in pairs:
        path = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        _put(body, path, value)
    return body


def _put(into: Row, path: list[str], value: str) -> None:
    for here, following in pairwise(path):
        fresh: Any = [] if following == "" else {}
        inner = into.setdefault(here, fresh)
        if isinstance(inner, list):
            inner.append(value)
            return
        if not isinstance(inner, dict):
            raise refuse("malformed")
        into = inner
    if path:
        into[path[-1]] = value


def one(body: Row, key: str) -> Row:
    """The object under the root key. Raises root_key."""
    value = body.get(key)
    if not isinstance(value, dict):
        raise refuse("root_key", key=key)
    return value


def one_or_many(body: Row, singular: str, plural: str) -> tuple[list[Row], bool]:
    """The objects under the singular or plural key, and whether it was plural. At most 100."""
    if isinstance(body.get(singular), dict):
        return [body[singular]], False
    rows = body.get(plural)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise refuse("root_key", key=singular)
    if len(rows) > ROWS_AT_MOST:
        raise refuse("too_many", limit=ROWS_AT_MOST)
    return rows, True


def ids_to_delete(query: str | None, body: Row) -> list[str]:
    """The ids of a bulk DELETE, from the query or the body. At most 100, at least one."""
    given = query if query is not None else body.get("ids")
    if isinstance(given, list):
        given = ",".join(str(item) for item in given)
    ids = [item.strip() for item in str(given or "").split(",") if item.strip()]
    if not ids:
        raise refuse("blank", "ids")
    if len(ids) > ROWS_AT_MOST:
        raise refuse("too_many", limit=ROWS_AT_MOST)
    return list(dict.fromkeys(ids))


def is_blank(value: object) -> bool:
    """Nothing, or text without a word."""
    return value is None or (isinstance(value, str) and not value.strip())


class Reader:
    """Reads fields one by one and gathers what is wrong with them."""

    def __init__(self, fields: Row) -> None:
        self.fields = fields
        self.refusals: list[Refusal] = []

    def refuse(self, name: str, field: str | None = None, **words: object) -> None:
        """Notes one refusal and goes on."""
        self.refusals.append(refuse(name, field, **words))

    def given(self, name: str) -> bool:
        """The field is in the body, blank or not."""
        return name in self.fields

    def required(self, name: str) -> bool:
        """The field is there and not blank; notes the refusal otherwise."""
        if is_blank(self.fields.get(name)):
            self.refuse("blank", name)
            return False
        return True

    def id(self, name: str) -> str | None:
        """An id as text; None where it is blank. Numbers and texts of digits are ids."""
        value = self.fields.get(name)
        if is_blank(value):
            return None
        whole = _whole(value)
        if whole is None:
            self.refuse("unknown", name)
            return None
        return str(whole)

    def whole(self, name: str) -> int | None:
        """A whole number, or None (with the refusal noted) where it is none."""
        whole = _whole(self.fields.get(name))
        if whole is None:
            self.refuse("number", name)
        return whole

    def number(self, name: str) -> float | None:
        """A number, or None (with the refusal noted) where it is none."""
        value = self.fields.get(name)
        try:
            number = (
                float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
            )
        except ValueError:
            number = None
        if number is None or number != number or abs(number) == float("inf"):
            self.refuse("number", name)
            return None
        return number

    def boolean(self, name: str) -> bool | None:
        """true or false, or None (with the refusal noted) where it is neither."""
        value = self.fields.get(name)
        found = {"true": True, "false": False, "1": True, "0": False}.get(str(value).lower())
        if found is None:
            self.refuse("boolean", name)
        return found

    def date(self, name: str) -> date | None:
        """A civil date, or None (with the refusal noted) where it is none."""
        day = parse_date(self.fields.get(name))
        if day is None:
            self.refuse("date", name)
        return day

    def text(self, name: str) -> str | None:
        """Text as it stands; numbers become text."""
        value = self.fields.get(name)
        return None if value is None else str(value)


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,18}\s*", value, re.ASCII):
        return int(value)
    return None
