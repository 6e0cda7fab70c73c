"""What Slack's own client checks in a form before it sends it: required fields, lengths, ranges."""

import re
from datetime import datetime

from bot.sandbox.slack.inputs import VALUE_KEYS, Inputs, Json
from bot.sandbox.slack.outcome import REQUIRED

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ADDRESS = re.compile(r"https?://\S+")
FORMATS = {"datepicker": "%Y-%m-%d", "timepicker": "%H:%M"}
SIZE_LIMIT = 3000


def faults_of(blocks: list[Json], inputs: Inputs) -> dict[str, str]:
    """What stands beside each input block that cannot be sent like this, by block_id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = inputs.value((block["block_id"], element["action_id"])) or {}
        fault = _fault(block, element, state.get(VALUE_KEYS[element["type"]][0]))
        if fault:
            found[block["block_id"]] = fault
    return found


def _fault(block: Json, element: Json, value: object) -> str | None:
    if value in (None, "", []):
        return None if block.get("optional") else REQUIRED
    kind = element["type"]
    if kind == "plain_text_input":
        return _text_fault(element, str(value))
    if kind == "number_input":
        return _number_fault(element, str(value))
    if kind == "email_text_input" and not EMAIL.fullmatch(str(value)):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not ADDRESS.fullmatch(str(value)):
        return "Please enter a valid URL."
    if kind in FORMATS and not _reads_as(str(value), FORMATS[kind]):
        return "Please enter a valid value."
    if isinstance(value, list) and len(value) > element.get("max_selected_items", len(value)):
        return f"Please choose at most {element['max_selected_items']}."
    return None


def _text_fault(element: Json, value: str) -> str | None:
    longest = element.get("max_length", SIZE_LIMIT)
    if len(value) > longest:
        return f"Please enter at most {longest} characters."
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    return None


def _number_fault(element: Json, value: str) -> str | None:
    try:
        number = float(value) if element["is_decimal_allowed"] else int(value)
    except ValueError:
        return "Please enter a valid number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None


def _reads_as(value: str, form: str) -> bool:
    try:
        return datetime.strptime(value, form).strftime(form) == value  # noqa: DTZ007 - a civil date or time
    except ValueError:
        return False
