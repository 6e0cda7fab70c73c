"""Every message about time entries, with everything that names and notes may hold, as Slack judges it."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.problems import Problem
from bot.domain.time_entries import Draft, Entry, Project, Task, Totals
from bot.domain.work_calendars import DayOut
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.views import kantata
from bot.views import time_entries as views
from bot.views.messages import Message
from bot.views.time_entries import EntryRef, decode_ref, encode_ref
from tests.registered import registered

DAY = date(2026, 3, 3)
TOTALS = Totals(DAY, date(2026, 3, 1), 330, 1320, 480, 2400)
HOSTILE = [
    "Design",
    "x" * 5000,
    "日本語のとても長い名前" * 300,
    "👩‍👩‍👧‍👦" * 900,
    "<!channel> <@U1> & </b>",
    "&" * 3000,
    "line\nline\r\nline" * 200,
    "*b* _i_ ~s~ `c` ```x",
    "=1+1",
    "\u202egnp.exe",
]
HOSTILE_ALL = [*HOSTILE, "", " "]


def an_entry(text: str, number: int = 1) -> Entry:
    return Entry(
        str(number),
        Project("3001", text, text),
        Task("4001", text, "3001"),
        DAY,
        90,
        text,
        True,
        role_id="1",
        location=text,
    )


def a_draft(text: str) -> Draft:
    return Draft(Project("3001", text, text), Task("4001", text, "3001"), DAY, 90, text, False)


def messages(text: str, many: int) -> Iterator[Message]:
    """Every message there is, about ``many`` entries with that text wherever a text can be."""
    entries = [(EntryRef(7, place), an_entry(text, place)) for place in range(many)]
    drafts = [a_draft(text)] * many
    refused = [(EntryRef(7, place), draft, text) for place, draft in enumerate(drafts)]
    out = [DayOut(DAY, text)] * many
    yield views.logged(entries, [], [], TOTALS)
    yield views.logged(entries, refused, out, None)
    yield views.logged(entries[:1], [], out, Totals(DAY, DAY, 0, 0))
    yield views.unclear_lines([(text, text)] * many, many)
    yield views.changed(EntryRef(7), an_entry(text), TOTALS)
    yield views.refused(7, drafts, text)
    yield views.kept(drafts)
    yield views.kept_deletion()
    yield views.not_changed(EntryRef(7), a_draft(text), views.changed_meanwhile(an_entry(text)))
    yield views.deleted(7, [entry for _, entry in entries], {})
    yield views.deleted(7, [entry for _, entry in entries], {entry.id: text for _, entry in entries})
    yield views.deleted(7, [], {})
    yield views.not_deleted(text)
    yield views.usage()
    yield kantata.usage(text)
    yield kantata.channel_project(Project("3001", text, text))
    yield kantata.channel_project(None)


def marks(value: Any) -> Iterator[str]:
    """Every text in which Slack reads marks and mentions."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield str(value["text"])
        for each in value.values():
            yield from marks(each)
    elif isinstance(value, list):
        for each in value:
            yield from marks(each)


@pytest.mark.parametrize("many", [1, 2, 100])
@pytest.mark.parametrize("text", HOSTILE_ALL, ids=range(len(HOSTILE_ALL)))
def test_every_message_can_be_shown_and_heard_whatever_it_says(text: str, many: int) -> None:
    for message in messages(text, many):
        payload = message.payload()
        check_blocks(payload["blocks"], Surface.MESSAGE)
        assert payload["text"].strip()
        assert len(payload["text"]) <= 4000
        for shown in (payload["text"], *marks(payload["blocks"])):
            assert "<" not in shown
            assert ">" not in re.sub(r"^> ?", "", shown, flags=re.MULTILINE)


def test_the_text_says_what_the_blocks_say() -> None:
    message = views.logged([(EntryRef(7), an_entry("Design"))], [], [], TOTALS)

    assert message.text == (
        "Logged 1h 30m · Design / Design · Tue 3 Mar 2026 · billable\n"
        "Tue 3 Mar 2026: 5h 30m of 8h 00m · week from Sun 1 Mar 2026: 22h 00m of 40h 00m"
    )


def test_of_a_hundred_entries_the_totals_and_the_buttons_are_still_there() -> None:
    entries = [(EntryRef(7, place), an_entry("Design", place)) for place in range(100)]
    blocks = views.logged(entries, [], [], TOTALS).payload()["blocks"]

    assert blocks[-1]["type"] == "actions"
    assert "week from" in str(blocks[-2])
    assert "more" in str(blocks[-3])


def buttons(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") == "button":
            yield value
        for each in value.values():
            yield from buttons(each)
    elif isinstance(value, list):
        for each in value:
            yield from buttons(each)


async def test_every_button_has_its_listener_and_a_name_of_its_own() -> None:
    app = await registered()
    for message in messages("Design", 3):
        drawn = list(buttons(message.payload()["blocks"]))
        for button in drawn:
            assert button["action_id"] in app.waits["action"]
            assert decode_ref(button["value"]).write_id == 7
            assert button["text"]["text"] in {"Edit", "Undo", "Log another"}


@given(st.builds(EntryRef, st.integers(0, 10**18 - 1), st.integers(0, 10**18 - 1)))
def test_a_buttons_reference_reads_as_it_was_written(ref: EntryRef) -> None:
    assert decode_ref(encode_ref(ref)) == ref


@given(st.text(max_size=60))
def test_no_text_is_taken_for_a_reference_that_it_is_not(text: str) -> None:
    try:
        ref = decode_ref(text)
    except Problem:
        return
    assert re.fullmatch(r"\d+\.\d+", text, re.ASCII)
    assert ref.write_id == int(text.partition(".")[0])
