"""Block Kit's rules: one row that breaks each, and rows right at the limit that are taken."""

from typing import Any

import pytest

from bot.sandbox.slack.blocks import Surface, check_blocks, rule_faults, with_block_ids
from bot.sandbox.slack.refusals import Refused
from tests.sandbox.slack.standin import Json, actions, button, option, section, select, text_input

MODAL, MESSAGE, HOME = Surface.MODAL, Surface.MESSAGE, Surface.HOME


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def asked(**element: Any) -> Json:
    return {
        "type": "input",
        "block_id": "b",
        "label": plain("Label"),
        "element": {"action_id": "a", **element},
    }


def menu(**element: Any) -> Json:
    return asked(type="static_select", **element)


def options(count: int) -> list[Json]:
    return [option(f"o{number}") for number in range(count)]


def group(**more: Any) -> Json:
    return {"label": plain("Group"), "options": options(1), **more}


def confirm(**more: str) -> Json:
    words = {"title": "t", "text": "x", "confirm": "y", "deny": "n"} | more
    return {name: plain(text) for name, text in words.items()}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://x.example/i.png", "alt_text": "An image", **more}


def header(words: str) -> Json:
    return {"type": "header", "text": plain(words)}


def context(*elements: Json) -> Json:
    return {"type": "context", "elements": list(elements)}


def fields(*texts: Json) -> Json:
    return {"type": "section", "fields": list(texts)}


def table(rows: int, columns: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def data_table(rows: int, columns: int = 1, words: str = "x", **more: Any) -> Json:
    return {"type": "data_table", "rows": [[{"type": "raw_text", "text": words}] * columns] * rows, **more}


VIDEO = {
    "type": "video",
    "title": plain("t"),
    "video_url": "https://x.example/v",
    "thumbnail_url": "https://x.example/t",
    "alt_text": "A film",
}
RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}
DIVIDER = {"type": "divider"}

BROKEN: dict[str, tuple[Surface, list[Any]]] = {
    "51 blocks in a message": (MESSAGE, [DIVIDER] * 51),
    "101 blocks in a modal": (MODAL, [DIVIDER] * 101),
    "101 blocks in Home": (HOME, [DIVIDER] * 101),
    "not an object": (MESSAGE, ["hello"]),
    "no type": (MESSAGE, [{"text": mrkdwn("x")}]),
    "an unknown block": (MESSAGE, [{"type": "nonsense"}]),
    "a field nobody knows": (MESSAGE, [{**section(), "colour": "red"}]),
    "text that is a number": (MESSAGE, [{"type": "section", "text": {"type": "mrkdwn", "text": 7}}]),
    "text that is no object": (MESSAGE, [{"type": "section", "text": "x"}]),
    "expand that is no boolean": (MESSAGE, [{**section(), "expand": "yes"}]),
    "elements that are no list": (MESSAGE, [{"type": "actions", "elements": button("a")}]),
    "confirm that is no object": (MESSAGE, [actions(button("a", confirm=True))]),
    "max_length that is a text": (MODAL, [asked(type="plain_text_input", max_length="9")]),
    "max_length that is a boolean": (MODAL, [asked(type="plain_text_input", max_length=True)]),
    "image element without address": (MESSAGE, [context({"type": "image", "alt_text": "x"})]),
    "block_id of 256": (MESSAGE, [{**section(), "block_id": "x" * 256}]),
    "block_id twice": (MESSAGE, [{**section(), "block_id": "x"}, {**section(), "block_id": "x"}]),
    "section without text and fields": (MESSAGE, [{"type": "section"}]),
    "section text of 3001": (MESSAGE, [section("x" * 3001)]),
    "section text empty": (MESSAGE, [section("")]),
    "11 fields": (MESSAGE, [fields(*[mrkdwn("x")] * 11)]),
    "field of 2001": (MESSAGE, [fields(mrkdwn("x" * 2001))]),
    "text of an unknown kind": (MESSAGE, [{"type": "section", "text": {"type": "html", "text": "x"}}]),
    "emoji in mrkdwn": (MESSAGE, [{"type": "section", "text": {**mrkdwn("x"), "emoji": True}}]),
    "input element as accessory": (
        MESSAGE,
        [{**section(), "accessory": {"type": "plain_text_input", "action_id": "a"}}],
    ),
    "header of 151": (MESSAGE, [header("x" * 151)]),
    "header in mrkdwn": (MESSAGE, [{"type": "header", "text": mrkdwn("x")}]),
    "context of 11": (MESSAGE, [context(*[mrkdwn("x")] * 11)]),
    "context of nothing": (MESSAGE, [context()]),
    "button in context": (MESSAGE, [context(button("a"))]),
    "actions of 26": (MESSAGE, [actions(*[button(f"a{number}") for number in range(26)])]),
    "actions of nothing": (MESSAGE, [actions()]),
    "text input in actions": (MESSAGE, [actions({"type": "plain_text_input", "action_id": "a"})]),
    "action_id twice": (MESSAGE, [actions(button("a"), button("a"))]),
    "action_id of 256": (MESSAGE, [actions(button("x" * 256))]),
    "image without alt_text": (MESSAGE, [{"type": "image", "image_url": "https://x.example"}]),
    "image without address": (MESSAGE, [{"type": "image", "alt_text": "x"}]),
    "image address of 3001": (MESSAGE, [image(image_url="x" * 3001)]),
    "image alt_text of 2001": (MESSAGE, [image(alt_text="x" * 2001)]),
    "image title of 2001": (MESSAGE, [image(title=plain("x" * 2001))]),
    "button text of 76": (MESSAGE, [actions(button("a", text=plain("x" * 76)))]),
    "button text in mrkdwn": (MESSAGE, [actions(button("a", text=mrkdwn("x")))]),
    "button without text": (MESSAGE, [actions({"type": "button", "action_id": "a"})]),
    "button value of 2001": (MESSAGE, [actions(button("a", value="x" * 2001))]),
    "button url of 3001": (MESSAGE, [actions(button("a", url="x" * 3001))]),
    "button style unknown": (MESSAGE, [actions(button("a", style="warning"))]),
    "accessibility_label of 76": (MESSAGE, [actions(button("a", accessibility_label="x" * 76))]),
    "confirm title of 101": (MESSAGE, [actions(button("a", confirm=confirm(title="x" * 101)))]),
    "confirm text of 301": (MESSAGE, [actions(button("a", confirm=confirm(text="x" * 301)))]),
    "confirm button of 31": (MESSAGE, [actions(button("a", confirm=confirm(confirm="x" * 31)))]),
    "deny button of 31": (MESSAGE, [actions(button("a", confirm=confirm(deny="x" * 31)))]),
    "confirm without deny": (MESSAGE, [actions(button("a", confirm={"title": plain("t")}))]),
    "no options": (MODAL, [menu(options=[])]),
    "neither options nor groups": (MODAL, [menu()]),
    "options and groups": (MODAL, [menu(options=options(1), option_groups=[group()])]),
    "101 options": (MODAL, [menu(options=options(101))]),
    "101 groups": (MODAL, [menu(option_groups=[group()] * 101)]),
    "101 options in a group": (MODAL, [menu(option_groups=[group(options=options(101))])]),
    "group label of 76": (MODAL, [menu(option_groups=[group(label=plain("x" * 76))])]),
    "option text of 76": (MODAL, [menu(options=[option("a", "x" * 76)])]),
    "option value of 151": (MODAL, [menu(options=[option("x" * 151, "x")])]),
    "option value empty": (MODAL, [menu(options=[option("", "x")])]),
    "option description of 76": (MODAL, [menu(options=[{**option("a"), "description": plain("x" * 76)}])]),
    "option text in mrkdwn": (MODAL, [menu(options=[{"text": mrkdwn("x"), "value": "a"}])]),
    "initial_option not among them": (MODAL, [menu(options=options(2), initial_option=option("else"))]),
    "initial_option in other words": (MODAL, [menu(options=[option("a")], initial_option=option("a", "B"))]),
    "option values twice": (MODAL, [menu(options=[option("a", "x"), option("a", "y")])]),
    "placeholder of 151": (MODAL, [menu(options=options(1), placeholder=plain("x" * 151))]),
    "overflow of 6": (MESSAGE, [actions({"type": "overflow", "action_id": "a", "options": options(6)})]),
    "11 checkboxes": (MODAL, [asked(type="checkboxes", options=options(11))]),
    "11 radio buttons": (MODAL, [asked(type="radio_buttons", options=options(11))]),
    "max_selected_items of 0": (MODAL, [asked(type="multi_external_select", max_selected_items=0)]),
    "min_query_length below 0": (MODAL, [asked(type="external_select", min_query_length=-1)]),
    "options in an external select": (MODAL, [asked(type="external_select", options=options(1))]),
    "input label of 2001": (MODAL, [text_input("b", label=plain("x" * 2001))]),
    "input hint of 2001": (MODAL, [text_input("b", hint=plain("x" * 2001))]),
    "input label in mrkdwn": (MODAL, [text_input("b", label=mrkdwn("x"))]),
    "input without element": (MODAL, [{"type": "input", "label": plain("x")}]),
    "button in input": (MODAL, [asked(type="button", text=plain("x"))]),
    "text max_length of 3001": (MODAL, [asked(type="plain_text_input", max_length=3001)]),
    "text max_length of 0": (MODAL, [asked(type="plain_text_input", max_length=0)]),
    "text min_length of 3001": (MODAL, [asked(type="plain_text_input", min_length=3001)]),
    "text min above max": (MODAL, [asked(type="plain_text_input", min_length=5, max_length=4)]),
    "text initially too long": (MODAL, [asked(type="plain_text_input", initial_value="xxx", max_length=2)]),
    "number without is_decimal_allowed": (MODAL, [asked(type="number_input")]),
    "number bounds as numbers": (
        MODAL,
        [asked(type="number_input", is_decimal_allowed=False, min_value=1)],
    ),
    "number initially a word": (
        MODAL,
        [asked(type="number_input", is_decimal_allowed=False, initial_value="two")],
    ),
    "date of another form": (MODAL, [asked(type="datepicker", initial_date="3/3/2026")]),
    "date that is none": (MODAL, [asked(type="datepicker", initial_date="2026-02-30")]),
    "time of another form": (MODAL, [asked(type="timepicker", initial_time="9:00")]),
    "instant of 13 digits": (MODAL, [asked(type="datetimepicker", initial_date_time=1772528400000)]),
    "rich text of 101 lines": (MODAL, [asked(type="rich_text_input", max_lines=101)]),
    "11 files": (MODAL, [asked(type="file_input", max_files=11)]),
    "file_input in a message": (MESSAGE, [asked(type="file_input")]),
    "response_url_enabled in a message": (
        MESSAGE,
        [asked(type="conversations_select", response_url_enabled=True)],
    ),
    "two with focus": (
        MODAL,
        [
            text_input("one", element={"focus_on_load": True}),
            text_input("two", element={"focus_on_load": True}),
        ],
    ),
    "markdown in a modal": (MODAL, [{"type": "markdown", "text": "x"}]),
    "markdown in Home": (HOME, [{"type": "markdown", "text": "x"}]),
    "markdown of 12,001 together": (MESSAGE, [{"type": "markdown", "text": "x" * 6001}] * 2),
    "alert in a message": (MESSAGE, [{"type": "alert", "text": plain("x")}]),
    "alert of 201": (MODAL, [{"type": "alert", "text": plain("x" * 201)}]),
    "table in a modal": (MODAL, [table(1, 1)]),
    "table of 101 rows": (MESSAGE, [table(101, 1)]),
    "table of 21 columns": (MESSAGE, [table(1, 21)]),
    "data_table of 1 row": (MESSAGE, [data_table(1)]),
    "data_table of 202 rows": (MESSAGE, [data_table(202)]),
    "data_table of 21 columns": (MESSAGE, [data_table(2, 21)]),
    "data_table page of 101": (MESSAGE, [data_table(2, page_size=101)]),
    "data_table of 20,001 characters": (MESSAGE, [data_table(2, words="x" * 10_001)]),
    "card in a modal": (MODAL, [{"type": "card", "title": plain("x")}]),
    "card title of 151": (MESSAGE, [{"type": "card", "title": plain("x" * 151)}]),
    "card body of 201": (MESSAGE, [{"type": "card", "body": mrkdwn("x" * 201)}]),
    "card with 4 actions": (MESSAGE, [{"type": "card", "actions": [button(f"a{n}") for n in range(4)]}]),
    "carousel of nothing": (MESSAGE, [{"type": "carousel", "elements": []}]),
    "carousel of 11": (MESSAGE, [{"type": "carousel", "elements": [{"type": "card"}] * 11}]),
    "plan in Home": (HOME, [{"type": "plan", "title": "x"}]),
    "plan of 51 tasks": (MESSAGE, [{"type": "plan", "title": "x", "tasks": [{"type": "task_card"}] * 51}]),
    "container title of 151": (MESSAGE, [{"type": "container", "title": "x" * 151}]),
    "container of 11": (MESSAGE, [{"type": "container", "child_blocks": [DIVIDER] * 11}]),
    "video title of 201": (MESSAGE, [{**VIDEO, "title": plain("x" * 201)}]),
    "video author of 51": (MESSAGE, [{**VIDEO, "author_name": "x" * 51}]),
    "video provider of 51": (MESSAGE, [{**VIDEO, "provider_name": "x" * 51}]),
    "data_visualization title of 51": (MESSAGE, [{"type": "data_visualization", "title": "x" * 51}]),
    "3 data_visualizations": (MESSAGE, [{"type": "data_visualization", "title": "x"}] * 3),
    "file sent by an app": (MESSAGE, [{"type": "file", "external_id": "x", "source": "remote"}]),
}

TAKEN: dict[str, tuple[Surface, list[Json]]] = {
    "nothing": (MESSAGE, []),
    "50 blocks in a message": (MESSAGE, [DIVIDER] * 50),
    "100 blocks in a modal": (MODAL, [DIVIDER] * 100),
    "section text of 3000": (MESSAGE, [section("x" * 3000)]),
    "10 fields of 2000": (MESSAGE, [fields(*[mrkdwn("x" * 2000)] * 10)]),
    "header of 150": (MESSAGE, [header("x" * 150)]),
    "25 actions": (MESSAGE, [actions(*[button(f"a{number}") for number in range(25)])]),
    "the same action_id in two blocks": (
        MESSAGE,
        [actions(button("a"), block_id="one"), actions(button("a"), block_id="two")],
    ),
    "a button with everything": (
        MESSAGE,
        [
            actions(
                button(
                    "a",
                    value="x" * 2000,
                    style="danger",
                    confirm=confirm(title="x" * 100, text="x" * 300),
                    accessibility_label="x" * 75,
                )
            )
        ],
    ),
    "100 options": (MODAL, [menu(options=options(100))]),
    "groups": (MODAL, [menu(option_groups=[group(options=options(100))])]),
    "option of 75 and 150": (MODAL, [menu(options=[option("x" * 150, "x" * 75)])]),
    "initial_option among them": (MODAL, [menu(options=options(2), initial_option=option("o1"))]),
    "min_query_length of 0": (MODAL, [select("project")]),
    "checkboxes in mrkdwn": (
        MODAL,
        [asked(type="checkboxes", options=[{"text": mrkdwn("*x*"), "value": "a"}])],
    ),
    "a date": (MODAL, [asked(type="datepicker", initial_date="2026-03-03")]),
    "a number": (
        MODAL,
        [asked(type="number_input", is_decimal_allowed=True, min_value="0", max_value="1.5")],
    ),
    "an input in a message": (MESSAGE, [text_input("b")]),
    "context of words and an image": (MESSAGE, [context(mrkdwn("x"), image())]),
    "rich text": (MODAL, [RICH]),
    "markdown of 12,000": (MESSAGE, [{"type": "markdown", "text": "x" * 12_000}]),
    "an alert in a modal": (MODAL, [{"type": "alert", "text": plain("x" * 200)}]),
    "a table": (MESSAGE, [table(100, 20)]),
    "a data_table": (MESSAGE, [data_table(201)]),
    "a video": (HOME, [VIDEO]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_rule_is_refused(name: str) -> None:
    surface, blocks = BROKEN[name]
    faults = rule_faults(blocks, surface)
    assert faults
    assert all("json-pointer:/blocks" in fault for fault in faults)
    with pytest.raises(Refused, match="invalid_blocks"):
        check_blocks(blocks, surface)


@pytest.mark.parametrize("name", TAKEN)
def test_what_keeps_to_the_rules_is_taken(name: str) -> None:
    surface, blocks = TAKEN[name]
    check_blocks(blocks, surface)


def test_every_fault_is_named_at_its_place() -> None:
    with pytest.raises(Refused) as refused:
        check_blocks([header("x" * 151), section("x" * 3001)], MESSAGE)
    assert refused.value.messages == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]",
    ]


def test_what_slack_sdk_would_drop_is_refused_too() -> None:
    quoted = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [], "colour": 1}]}
    assert rule_faults([quoted], MESSAGE) == []
    with pytest.raises(Refused, match="colour"):
        check_blocks([quoted], MESSAGE)


def test_ids_that_are_missing_are_given() -> None:
    (block,) = with_block_ids([{"type": "actions", "elements": [{"type": "button", "text": plain("x")}]}])
    assert block["block_id"]
    assert block["elements"][0]["action_id"]
