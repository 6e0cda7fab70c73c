"""What the writes of time off carry: the hours a request is to have on each day, and what became of each."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from bot.domain.time_off import Afterwards, LeaveDay, Written


@dataclass(frozen=True)
class Order:
    """What a request is to have of each day in Kantata, in minutes; 0 gives the day back."""

    request_id: int
    days: Mapping[date, int]


@dataclass(frozen=True)
class Target:
    """One day of a plan: all that was off before, all that is to be off, and what of it is the request's.

    ``refused`` says why nothing is to be done about that day.
    """

    before: int
    after: int
    wanted: int
    refused: str = ""

    def reached(self, found: int) -> bool:
        """Whether the day needs no more: it is as planned, or has gone further the same way meanwhile."""
        if self.refused or found == self.after or self.after == self.before:
            return True
        return found >= self.after if self.after > self.before else found <= self.after


Plan = Mapping[date, Target]


def target(before: int, taken: int, wanted: int) -> Target:
    """What to make of a day of which the request has ``taken``, so that what others have stays theirs."""
    others = max(0, before - taken)
    return Target(before, others + wanted, wanted)


def encode_order(order: Order) -> str:
    """The order as a write's payload."""
    return json.dumps({"request": order.request_id, "days": _by_day(order.days)})


def decode_order(payload: str) -> Order:
    """The order of a write's payload."""
    plain = json.loads(payload)
    return Order(
        plain["request"], {date.fromisoformat(day): minutes for day, minutes in plain["days"].items()}
    )


def encode_plan(plan: Plan) -> str:
    """The plan as it is kept."""
    return json.dumps(_by_day({day: asdict(each) for day, each in plan.items()}))


def decode_plan(text: str) -> Plan:
    """The plan as it was made."""
    return {date.fromisoformat(day): Target(**each) for day, each in json.loads(text).items()}


def encode_written(written: Mapping[date, Written]) -> str:
    """What became of each day, as a write's result."""
    return json.dumps(_by_day({day: asdict(each) for day, each in written.items()}))


def decode_written(result: str) -> dict[date, Written]:
    """What became of each day, from a write's result."""
    return {date.fromisoformat(day): Written(**each) for day, each in json.loads(result).items()}


def encode_afterwards(done: Afterwards) -> str:
    """What was done to granted days, as the payload of the message about it."""
    days = {each.day: each.minutes for each in done.days}
    return json.dumps({"given_back": done.given_back, "days": _by_day(days)})


def decode_afterwards(payload: str) -> Afterwards:
    """What was done to granted days, from that payload."""
    told = json.loads(payload)
    days = (LeaveDay(date.fromisoformat(day), minutes) for day, minutes in told["days"].items())
    return Afterwards(told["given_back"], tuple(days))


def time_off_object(kantata_id: str) -> str:
    """The name by which writes of one person's time off keep their order, for Kantata merges days."""
    return f"time_off:{kantata_id}"


def _by_day(days: Mapping[date, object]) -> dict[str, object]:
    return {day.isoformat(): value for day, value in sorted(days.items())}
