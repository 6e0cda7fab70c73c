"""The blocks whose fields Slack still adds to: the documented limits are held, unknown fields pass."""

from typing import Any

from bot.sandbox.slack.rules import At, Rule, anything, array, fields, string, whole

TABLE_ROWS = 100
TABLE_COLUMNS = 20
DATA_TABLE_CHARACTERS = 20_000


def words(longest: int) -> Rule:
    """A text object or a bare string of that many characters."""

    def check(at: At, value: Any) -> None:
        given = value.get("text") if isinstance(value, dict) else value
        string(longest)(at, given)

    return check


def _data_table(at: At, value: Any) -> None:
    fields({"page_size": whole(1, 100)}, "rows", open_ended=True)(at, value)
    array(array(anything, TABLE_COLUMNS), 201, least=2)(at.step("rows"), value.get("rows"))
    if _characters(value.get("rows")) > DATA_TABLE_CHARACTERS:
        at.fail(f"must be less than {DATA_TABLE_CHARACTERS + 1} characters in all cells")


def _characters(value: Any) -> int:
    """How many characters stand in the cells."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(_characters(each) for each in value)
    return _characters(value.get("text", value.get("elements"))) if isinstance(value, dict) else 0


CARD = fields(
    {"title": words(150), "subtitle": words(150), "body": words(200), "actions": array(anything, 3)},
    open_ended=True,
)

NEWER_BLOCKS: dict[str, Rule] = {
    "table": fields(
        {"rows": array(array(anything, TABLE_COLUMNS), TABLE_ROWS), "column_settings": array(anything, 20)},
        "rows",
        open_ended=True,
    ),
    "data_table": _data_table,
    "alert": fields({"text": words(200)}, "text", open_ended=True),
    "card": CARD,
    "carousel": fields({"elements": array(CARD, 10)}, "elements", open_ended=True),
    "container": fields(
        {"title": words(150), "subtitle": words(150), "child_blocks": array(anything, 10)},
        "child_blocks",
        open_ended=True,
    ),
    "plan": fields({"tasks": array(anything, 50)}, "title", open_ended=True),
    "task_card": fields({}, "task_id", "title", "status", open_ended=True),
    "data_visualization": fields({"title": words(50)}, open_ended=True),
}
