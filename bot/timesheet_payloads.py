"""What the writes of timesheets carry: what to submit or to take back, and what became of each project."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.domain.time_entries import Project
from bot.domain.timesheets import Ready


@dataclass(frozen=True)
class Sheet:
    """One project's part of a submission: the entries by id, and what they come to in minutes."""

    project: Project
    entry_ids: tuple[str, ...]
    minutes: int
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Order:
    """A week to submit, a timesheet for each project; ``comment`` is for the approvers, "" for none."""

    week_start: date
    sheets: tuple[Sheet, ...]
    comment: str = ""


@dataclass(frozen=True)
class Submitted:
    """What became of an order by project id: the timesheet's id, or Kantata's words."""

    submissions: Mapping[str, str]
    refused: Mapping[str, str]


@dataclass(frozen=True)
class Withdrawal:
    """Timesheets to take back, by their id and with what they were submitted as."""

    week_start: date
    sheets: Mapping[str, Sheet]


def order_of(week_start: date, ready: Sequence[Ready]) -> Order:
    """The order to submit all that is ready."""
    sheets = [
        Sheet(each.project, tuple(entry.id for entry in each.entries), each.minutes, each.approvers)
        for each in ready
    ]
    return Order(week_start, tuple(sheets))


def encode_order(order: Order) -> str:
    """The order as a write's payload."""
    sheets = [asdict(sheet) for sheet in order.sheets]
    return json.dumps({"week": order.week_start.isoformat(), "sheets": sheets, "comment": order.comment})


def decode_order(payload: str) -> Order:
    """The order of a write's payload."""
    plain = json.loads(payload)
    sheets = tuple(_sheet(each) for each in plain["sheets"])
    return Order(date.fromisoformat(plain["week"]), sheets, plain["comment"])


def encode_submitted(submitted: Submitted) -> str:
    """What became of it, as a write's result."""
    return json.dumps(
        {"submissions": dict(submitted.submissions), "refused": dict(submitted.refused)}, sort_keys=True
    )


def decode_submitted(result: str) -> Submitted:
    """What became of it, from a write's result."""
    plain = json.loads(result)
    return Submitted(plain["submissions"], plain["refused"])


def encode_withdrawal(withdrawal: Withdrawal) -> str:
    """The timesheets to take back, as a write's payload."""
    sheets = {submission_id: asdict(sheet) for submission_id, sheet in withdrawal.sheets.items()}
    return json.dumps({"week": withdrawal.week_start.isoformat(), "sheets": sheets})


def decode_withdrawal(payload: str) -> Withdrawal:
    """The timesheets of a write's payload."""
    plain = json.loads(payload)
    sheets = {submission_id: _sheet(each) for submission_id, each in plain["sheets"].items()}
    return Withdrawal(date.fromisoformat(plain["week"]), sheets)


def timesheet_object(submission_id: str) -> str:
    """The name by which writes on one timesheet keep their order."""
    return f"timesheet_submission:{submission_id}"


def _sheet(plain: dict[str, Any]) -> Sheet:
    return Sheet(
        Project(**plain["project"]), tuple(plain["entry_ids"]), plain["minutes"], tuple(plain["approvers"])
    )
