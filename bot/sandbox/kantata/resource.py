"""What one kind of row offers: its JSON, who sees it, what it can be asked, and what it brings along."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.kantata.call import Call
from bot.sandbox.kantata.store import Row

Predicate = Callable[[Row], bool]


@dataclass(frozen=True)
class Among:
    """Rows whose ``field`` is one of ``values``: answered from an index."""

    field: str
    values: Collection[str]

    def __call__(self, row: Row) -> bool:
        return row.get(self.field) in self.values


Condition = Among | Predicate
Filter = Callable[[Call, str], "Condition | list[Condition] | None"]


@dataclass(frozen=True)
class Include:
    """An association: ``field`` in the row, ``key`` of the map that holds the others.

    ``field`` "": the association shows in no field of its own. ``ids`` None: the ids (or the one id) stand in
    the row's own ``field``. ``always``: a belongs-to key, present without the include.
    """

    field: str
    key: str
    ids: Callable[[Call, Row], Any] | None = None
    always: bool = False


@dataclass(frozen=True)
class Resource:
    """What one kind of row offers. ``depends`` names the tables a cached list of it is made from."""

    key: str
    fields: Callable[[Call, Row], Row]
    scope: Callable[[Call], list[Condition]] = lambda _call: []
    show_scope: Callable[[Call], list[Condition]] | None = None
    filters: Mapping[str, Filter] = field(default_factory=dict)
    includes: Mapping[str, Include] = field(default_factory=dict)
    optional: Mapping[str, Callable[[Call, Row], Any]] = field(default_factory=dict)
    orders: Mapping[str, Callable[[Row], Any]] = field(default_factory=dict)
    default_order: str = "id:asc"
    times: bool = True
    subject_type: str | None = None
    search: Callable[[Row], str] | None = None
    depends: tuple[str, ...] = ()


Resources = Mapping[str, Resource]
