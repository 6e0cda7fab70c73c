"""The audit: who changed or decided what, and how a year of it reads as a table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

DECISION, POLICY, EXPORT = "decision", "policy", "export"

Row = Sequence[str]

HEADER = ("When (UTC)", "Who", "What", "Of whom", "About", "Result", "Why")
_WORDS = {
    EXPORT: "Table taken away",
    "match.choose": "Match chosen",
    "match.end": "Match ended",
    "match.invite": "Asked to connect",
    "write.retry": "Write tried again",
    "write.drop": "Write dropped",
}


@dataclass(frozen=True)
class AuditLine:
    """``at`` is aware; ``by`` a Slack id, of a decision the decider's name; ``what`` a short word;
    ``detail`` is JSON that only its kind of line understands."""

    at: datetime
    by: str
    what: str
    detail: str


@dataclass(frozen=True)
class Decided:
    """A decision: about a timesheet or time off (``subject``), of whom, which, and what it was. ``why`` is
    never said of time off, for that is between the two."""

    subject: str
    of: str
    about: str
    result: str
    why: str = ""


def decision_line(at: datetime, by: str | None, decided: Decided) -> AuditLine:
    """The line of a decision; ``by`` is None where Kantata does not tell who decided."""
    return AuditLine(at, by or "", DECISION, json.dumps(asdict(decided), ensure_ascii=False))


def audit_rows(lines: Iterable[AuditLine], names: Mapping[str, str]) -> list[Row]:
    """The lines as rows under ``HEADER``; ``names`` are those of Slack ids, as far as they are known."""
    return [row for line in lines for row in _rows(line, names)]


def _rows(line: AuditLine, names: Mapping[str, str]) -> list[Row]:
    when = line.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    who = names.get(line.by, line.by)
    detail = json.loads(line.detail)
    if line.what == POLICY:
        changes = [(each["name"], f"{each['before']} → {each['after']}") for each in detail]
        return [(when, who, "Setting", "", name, change, "") for name, change in changes]
    if line.what == DECISION:
        found = Decided(**detail)
        return [(when, who, f"Decision: {found.subject}", found.of, found.about, found.result, found.why)]
    of = names.get(detail.get("of", ""), detail.get("of", ""))
    about = detail.get("name") or detail.get("about") or _write(detail)
    return [(when, who, _WORDS.get(line.what, line.what), of, about, "", "")]


def _write(detail: Mapping[str, object]) -> str:
    return f"{detail['kind']}, number {detail['write']}" if "write" in detail else ""
