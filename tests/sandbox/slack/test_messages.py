"""Posting, updating and deleting messages: what Slack takes and what it refuses."""

from datetime import timedelta

import pytest

from bot.sandbox.slack import Workspace
from tests.sandbox.slack.standin import (
    ANA,
    BEN,
    GENERAL,
    Json,
    World,
    actions,
    button,
    section,
    world,
)

DM = "D0000000001"
BUTTONS = [section(), actions(button("undo", value="7"))]


async def test_a_post_to_a_person_opens_the_direct_messages(there: World) -> None:
    posted = await there.api("chat.postMessage", channel=ANA, text="Hello", blocks=BUTTONS)
    assert posted["channel"] == DM
    assert there.texts(DM) == ["Hello"]
    assert posted["message"]["bot_id"] == there.slack.workspace.bot_id


async def test_text_is_kept_as_posted(there: World) -> None:
    await there.api("chat.postMessage", channel=GENERAL, text="<!channel> &amp; *bold*")
    assert there.texts(GENERAL) == ["<!channel> &amp; *bold*"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"text": "x"}, "channel_not_found"),
        ({"channel": "U0NOBODY", "text": "x"}, "channel_not_found"),
        ({"channel": Workspace.DEACTIVATED, "text": "x"}, "user_disabled"),
        ({"channel": Workspace.STRANGER, "text": "x"}, "channel_not_found"),
        ({"channel": GENERAL}, "no_text"),
        ({"channel": GENERAL, "text": "  "}, "no_text"),
        ({"channel": GENERAL, "text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"channel": GENERAL, "text": "x", "blocks": [section()] * 51}, "invalid_blocks"),
        ({"channel": GENERAL, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ({"channel": GENERAL, "text": "x", "blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"channel": GENERAL, "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"channel": GENERAL, "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"channel": GENERAL, "text": "x", "metadata": "["}, "invalid_metadata_format"),
    ],
)
async def test_a_post_slack_would_refuse_is_refused(there: World, arguments: Json, error: str) -> None:
    assert (await there.api("chat.postMessage", **arguments))["error"] == error
    assert there.texts(GENERAL) == []


async def test_the_app_posts_only_where_it_is_a_member(there: World) -> None:
    channel = there.slack.workspace.channels[GENERAL]
    channel.members.remove(there.slack.workspace.bot_user)
    assert (await there.api("chat.postMessage", channel=GENERAL, text="x"))["error"] == "not_in_channel"
    channel.is_private = True
    assert (await there.api("chat.postMessage", channel=GENERAL, text="x"))["error"] == "channel_not_found"


async def test_a_post_into_a_thread_keeps_it(there: World) -> None:
    first = (await there.api("chat.postMessage", channel=GENERAL, text="x"))["ts"]
    posted = await there.api("chat.postMessage", channel=GENERAL, text="y", thread_ts=first)
    assert posted["message"]["thread_ts"] == first


async def test_direct_messages_to_somebody_who_left_are_refused(there: World) -> None:
    await there.api("chat.postMessage", channel=DM, text="Hello")
    await there.slack.user_changed(ANA, deleted=True)
    assert (await there.api("chat.postMessage", channel=DM, text="Hello"))["error"] == "user_disabled"


async def test_an_archived_channel_takes_nothing(there: World) -> None:
    there.slack.workspace.channels[GENERAL].is_archived = True
    assert (await there.api("chat.postMessage", channel=GENERAL, text="x"))["error"] == "is_archived"


async def test_without_a_messages_tab_there_are_no_direct_messages() -> None:
    there = world(home={"messages_tab_enabled": False})
    assert (await there.api("chat.postMessage", channel=ANA, text="x"))["error"] == "messages_tab_disabled"


async def test_a_very_long_text_is_cut_at_40_000(there: World) -> None:
    await there.api("chat.postMessage", channel=GENERAL, text="x" * 40_001)
    assert len(there.texts(GENERAL)[0]) == 40_000


async def test_an_ephemeral_is_for_one_member(there: World) -> None:
    posted = await there.api("chat.postEphemeral", channel=GENERAL, user=ANA, text="Psst")
    assert posted["message_ts"]
    assert (there.texts(GENERAL, ANA), there.texts(GENERAL, BEN)) == (["Psst"], [])
    outside = await there.api("chat.postEphemeral", channel=DM, user=BEN, text="Psst")
    assert outside["error"] == "user_not_in_channel"
    nobody = await there.api("chat.postEphemeral", channel=GENERAL, user="U0NOBODY", text="Psst")
    assert nobody["error"] == "user_not_found"


async def test_an_ephemeral_cannot_be_updated_or_deleted_by_its_ts(there: World) -> None:
    ts = (await there.api("chat.postEphemeral", channel=GENERAL, user=ANA, text="Psst"))["message_ts"]
    updated = await there.api("chat.update", channel=GENERAL, ts=ts, text="Loud")
    deleted = await there.api("chat.delete", channel=GENERAL, ts=ts)
    assert (updated["error"], deleted["error"]) == ("message_not_found", "message_not_found")


async def test_an_update_with_text_alone_takes_the_blocks_away(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=ANA, text="Hello", blocks=BUTTONS))["ts"]
    await there.api("chat.update", channel=DM, ts=ts, text="Bye")
    message = there.slack.workspace.message(DM, ts)
    assert message
    assert (message.text, message.blocks) == ("Bye", [])
    assert message.edited


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"ts": "1.2", "text": "x"}, "message_not_found"),
        ({"channel": ANA, "text": "x"}, "channel_not_found"),
        ({"text": "x" * 4001}, "msg_too_long"),
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
    ],
)
async def test_an_update_slack_would_refuse_is_refused(there: World, arguments: Json, error: str) -> None:
    ts = (await there.api("chat.postMessage", channel=ANA, text="Hello"))["ts"]
    refused = await there.api("chat.update", **({"channel": DM, "ts": ts} | arguments))
    assert refused["error"] == error


async def test_a_rich_text_block_stays_one(there: World) -> None:
    rich = {"type": "rich_text", "block_id": "r", "elements": [{"type": "rich_text_section", "elements": []}]}
    ts = (await there.api("chat.postMessage", channel=ANA, text="x", blocks=[rich]))["ts"]
    other = {**section(), "block_id": "r"}
    refused = await there.api("chat.update", channel=DM, ts=ts, text="x", blocks=[other])
    assert refused["error"] == "block_mismatch"


async def test_the_app_changes_only_its_own_messages(there: World) -> None:
    ts = there.slack.workspace.messages["C0RANDOM"][0].ts
    updated = await there.api("chat.update", channel="C0RANDOM", ts=ts, text="x")
    deleted = await there.api("chat.delete", channel="C0RANDOM", ts=ts)
    assert (updated["error"], deleted["error"]) == ("cant_update_message", "cant_delete_message")


async def test_after_the_edit_window_nothing_is_changed(there: World) -> None:
    there.slack.workspace.edit_window = timedelta(minutes=5)
    ts = (await there.api("chat.postMessage", channel=ANA, text="x"))["ts"]
    there.clock.move(minutes=6)
    refused = await there.api("chat.update", channel=DM, ts=ts, text="y")
    assert refused["error"] == "edit_window_closed"


async def test_a_deleted_message_is_gone(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=ANA, text="x"))["ts"]
    assert (await there.api("chat.delete", channel=DM, ts=ts))["ok"]
    assert there.texts(DM) == []
    assert (await there.api("chat.getPermalink", channel=DM, message_ts=ts))["error"] == "message_not_found"


async def test_a_permalink_names_channel_and_ts(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=ANA, text="x"))["ts"]
    link = (await there.api("chat.getPermalink", channel=DM, message_ts=ts))["permalink"]
    assert link == f"https://sandbox.slack.com/archives/{DM}/p{ts.replace('.', '')}"
