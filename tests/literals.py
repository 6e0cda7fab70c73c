"""What is written in the code and may be read by people: the texts that are not marked for translation.

It looks at string literals in the code itself: one that is said has letters, and a blank between words or a
capital at its beginning. What is not said (keys, ids, patterns, logs, commands, table headings) is told from
it by where it stands.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.domain import commands, dates, leave_lines

MARKS = {"tr", "trn", "later"}
# What these are given is read by programs or operators.
NOT_SAID_BY = {
    "Counter",
    "Gauge",
    "Histogram",
    "Unreachable",
    "NotSent",
    "TypeVar",
    "any_of",
    "pattern",
    "compile",
    "fullmatch",
    "getattr",
    "strftime",
    "_table",
    "split",
    "set",
    "findall",
    "startswith",
}
NOT_SAID_AS = {"name", "key", "cause", "encoding", "to"}
_UNSAID = re.compile(
    r":[a-z0-9_+-]+:"  # an emoji
    r"|`[^`]*`"  # what is typed
    r"|<[!@#][^>]*>?"  # a mention
    r"|/(?:logtime|timesheet|timeoff|approvals|kantata)\b.*"  # a command
    r"|\{\w+\}"
)
_SAID = re.compile(r"[A-Za-z]{2,}[,:.;!?]?\s+\S|\S\s+[A-Za-z]{2,}|^[^A-Za-z]*[A-Z][a-z]+[.…]?$")


def unmarked(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of that file that look as if they were said, and are not marked; with their lines."""
    finder = _Finder()
    finder.visit(ast.parse(path.read_text(encoding="utf-8")))
    yield from finder.found


class _Finder(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in MARKS or name in NOT_SAID_BY or _is_log(node.func):
            return
        self.visit(node.func)
        for argument in node.args:
            self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg not in NOT_SAID_AS:
                self.visit(keyword.value)

    def visit_Assert(self, node: ast.Assert) -> None:
        return

    def visit_Compare(self, node: ast.Compare) -> None:
        return

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_Dict(self, node: ast.Dict) -> None:
        for value in node.values:
            self.visit(value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        literal = "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{x}" for part in node.values
        )
        self._judge(node.lineno, literal)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._judge(node.lineno, node.value)

    def _judge(self, line: int, text: str) -> None:
        if _SAID.search(_UNSAID.sub("", text)):
            self.found.append((line, text))


def _is_log(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "log"


ROOT = Path(__file__).parents[1]
# Read by operators, programs and Kantata, or typed: English everywhere.
ENGLISH_FILES = {
    "bot/__main__.py",
    "bot/check.py",
    "bot/check_findings.py",
    "bot/check_workspaces.py",
    "bot/settings.py",
    "bot/single_runs.py",
    "bot/web.py",
    "bot/domain/audit.py",  # a table's headings and words
    "bot/domain/firm_weeks.py",  # likewise
    "bot/domain/reminders.py",  # what the dry run of a job tells
}
ENGLISH_TEXTS = {
    "bot/approval_polls.py": {"approvals turn", "all approvals", "all members"},  # names of rows
    "bot/project_copy.py": {"all projects", "won't fix", "can't repro"},  # and Kantata's words
    "bot/approval_writes.py": {"not allowed"},  # an ending as it is kept
    "bot/domain/approvals.py": {  # the note that is read back from Kantata
        "Approved",
        "Rejected",
        "{x} in Slack by {x} (Kantata user {x}).",
    },
    "bot/domain/calendars.py": {"Yearly"},  # a type
    "bot/time_entry_writes.py": {"Deletion"},
    "bot/domain/timesheets.py": {"none needed", "no notes", "too little", "too much"},  # values, not shown
    "bot/health.py": {"Slack"},
    "bot/install.py": {"text/html; charset=utf-8"},
    "bot/sign_in.py": {"sign-in state"},
    "bot/time_off_decisions.py": {"time off"},  # the audit's word
    "bot/views/charts.py": {
        "outside lower center",
        "Person",
        "Kantata id",
        "Week",
        "Logged",
        "Target",
        "Missing",
        "Not submitted",
    },
}


def left_out() -> list[str]:
    """Every text of the bot that people may read and that is not marked, as ``file:line: text``."""
    return [
        f"{name}:{line}: {text}"
        for path in _files()
        if (name := path.relative_to(ROOT).as_posix()) not in ENGLISH_FILES
        for line, text in unmarked(path)
        if text not in ENGLISH_TEXTS.get(name, ()) and not _is_typed(path, text)
    ]


def _is_typed(path: Path, text: str) -> bool:
    """Names of a module, words of the grammar and examples of it, and what browsers read."""
    if path.name == "pages.py":
        return text.lstrip().startswith((":root", "default-src", "<!DOCTYPE"))
    if path.parent.name != "domain":
        return False
    names = {*commands.__all__, *dates.__all__}
    examples = {phrase for phrase, _ in (*commands.HELP_EXAMPLES, *leave_lines.HELP_EXAMPLES)}
    return text in names | examples or "monday" in text or "january" in text or "gestern" in text


def marked() -> set[str]:
    """Every text that is marked, wherever it stands: within an f-string Babel does not see it."""
    return {text for path in _files() for text in _marked(path)}


def _marked(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _files() -> list[Path]:
    files = [*sorted((ROOT / "bot").rglob("*.py")), *sorted((ROOT / "handlers").glob("*.py"))]
    return [path for path in files if not {"sandbox", "kantata"} & set(path.parent.relative_to(ROOT).parts)]
