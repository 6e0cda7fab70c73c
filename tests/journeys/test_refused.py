"""What reaches the bot and is not Slack's, or not a person's own doing: refused, and nothing is written."""

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.journeys.conftest import Town

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


async def post(
    town: Town,
    body: bytes,
    content_type: str = FORM,
    *,
    age: int = 0,
    stamp: str | None = None,
    signature: str | None = None,
) -> httpx.Response:
    """Send it to the bot, signed as Slack would have ``age`` seconds ago; or stamped and signed otherwise."""
    stamp = str(int(town.clock().timestamp()) - age) if stamp is None else stamp
    secret = town.world.signing_secret.encode()
    signed = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        b"content-type": content_type.encode(),
        b"x-slack-request-timestamp": stamp.encode(),
        b"x-slack-signature": (f"v0={signed}" if signature is None else signature).encode(),
    }
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(town.world.slack.platform.courier.url, content=body, headers=headers)
    await town.settle()
    return answer


def command(town: Town, **changes: str | None) -> bytes:
    """A /logtime that would be written, with these fields changed or (None) left out."""
    fields = {
        "team_id": town.workspace.team_id,
        "channel_id": town.channel,
        "user_id": town.user(),
        "command": "/logtime",
        "text": "2h acme design: unwanted",
        "trigger_id": "1.2.3",
        "response_url": f"{town.world.url}/slack/response/none",
        **changes,
    }
    return urlencode({name: value for name, value in fields.items() if value is not None}).encode()


async def test_a_wrong_signature_is_refused(town: Town) -> None:
    for signature in ("", "v0=", "v0=" + "0" * 64, "v1=x", "v0=ünsigned"):
        answer = await post(town, command(town), signature=signature)
        assert answer.status_code == 401, signature
    for stamp in ("", "soon", "-1", "1e9", "٣"):
        assert (await post(town, command(town), stamp=stamp)).status_code == 401, stamp
    assert town.noted("unwanted") == []


async def test_what_slack_said_more_than_five_minutes_ago_or_from_now_is_refused(town: Town) -> None:
    for age in (301, 86_400, -301):
        assert (await post(town, command(town), age=age)).status_code == 401, age
    assert town.noted("unwanted") == []

    assert (await post(town, command(town), age=299)).status_code == 200
    assert len(town.noted("unwanted")) == 1


MALFORMED: list[tuple[bytes, str]] = [
    (b"", FORM),
    (b"\xff\xfe\x00", FORM),
    (b"payload=%7B", FORM),
    (b"payload=%5B1%5D", FORM),
    (b"payload=null", FORM),
    (b"payload=%22text%22", FORM),
    (b"payload=", FORM),
    (b"{", JSON),
    (b"[]", JSON),
    (b"null", JSON),
    (b'"text"', JSON),
    (b"[" * 100_000, JSON),
    (b"\xff", JSON),
    (b"command=/logtime", "text/plain"),
    (b"<xml/>", "application/xml"),
]


async def test_a_malformed_body_is_refused_before_anything_is_done(town: Town) -> None:
    for body, content_type in MALFORMED:
        for signature in (None, "v0=wrong"):
            answer = await post(town, body, content_type, signature=signature)
            assert answer.status_code in (200, 400, 401), (body[:20], answer.status_code)
            assert "Traceback" not in answer.text


async def test_a_huge_body_is_not_read_to_its_end(town: Town) -> None:
    body = command(town) + b"&more=" + b"x" * 1_000_000
    assert (await post(town, body)).status_code == 413

    address = httpx.URL(town.world.slack.platform.courier.url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nhost: bot\r\ntransfer-encoding: chunked\r\n")
    writer.write(b"x-slack-request-timestamp: 1\r\nx-slack-signature: v0=\r\n\r\n")
    for _ in range(11):
        writer.write(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")  # and there is no end
    async with asyncio.timeout(10):
        assert b" 413 " in await reader.readline()
    writer.close()
    assert town.noted("unwanted") == []


@pytest.mark.parametrize("missing", ["team_id", "user_id", "channel_id", "trigger_id"])
async def test_a_command_that_lacks_a_field_writes_nothing_and_is_answered(town: Town, missing: str) -> None:
    answer = await post(town, command(town, **{missing: None}))

    assert answer.status_code in (200, 400, 401)
    assert town.noted("unwanted") == []
    if answer.text and answer.headers["content-type"].startswith("application/json"):
        assert "reference" in answer.text.lower() or "noted as" in answer.text or "error" in answer.text


BROKEN: list[dict[str, Any]] = [
    {"type": "block_actions"},
    {"type": "block_actions", "actions": []},
    {"type": "block_actions", "actions": [{"action_id": "entry.undo.v1"}]},
    {"type": "block_actions", "actions": [{"action_id": "entry.more.v1", "block_id": "more"}]},
    {"type": "view_submission", "view": {}},
    {"type": "view_submission", "view": {"callback_id": "entry.log.v1", "type": "modal"}},
    {"type": "view_submission"},
    {"type": "block_suggestion", "action_id": "entry.project.v1"},
    {"type": "shortcut"},
    {"type": "shortcut", "callback_id": "log_time"},
    {"type": "message_action", "callback_id": "log_time_of_message"},
    {"type": "nothing_known"},
    {},
]


async def test_an_interaction_that_lacks_a_part_is_answered_and_writes_nothing(town: Town) -> None:
    before = len(town.world.kantata.store.table("time_entries"))
    people = [{}, {"user": {"id": town.user(), "team_id": town.workspace.team_id}}]
    for broken in BROKEN:
        for person in people:
            payload = {"team": {"id": town.workspace.team_id}, **person, **broken}
            answer = await post(town, urlencode({"payload": json.dumps(payload)}).encode())
            assert answer.status_code in (200, 400, 401, 404), (payload, answer.status_code)
    assert len(town.world.kantata.store.table("time_entries")) == before


async def test_somebody_of_another_organisation_is_refused_whatever_they_press(town: Town) -> None:
    await town.type("/logtime 2h acme design: mine")
    user = {"id": town.user(), "team_id": "T0ELSEWHERE"}
    press = {"action_id": "entry.undo.v1", "value": "1.0"}
    view = {"callback_id": "entry.log.v1", "type": "modal", "blocks": []}
    await town.interact(user=user, type="block_actions", actions=[press])
    await town.interact(user=user, type="shortcut", callback_id="log_time")
    await town.interact(user=user, type="view_submission", view=view)
    assert len(town.noted("mine")) == 1
    assert "its own organisation only" in town.last()


UNSEEN = ["\x00", "\x1b[31m", "\u202e", "\u2066", "\x7f"]


async def test_unseen_characters_are_never_written(town: Town) -> None:
    for character in UNSEEN:
        await town.type(f"/logtime 2h acme design: un{character}seen")
        assert "characters" in town.hint(), repr(character)
        await town.world.slack.close(town.user(), town.front()["id"])

        await town.type("/logtime 1h qqqq")
        await town.pick("project", "Acme / Website relaunch")
        outcome = await town.send(notes=f"un{character}seen")
        assert set(outcome.errors) == {"notes"}, repr(character)
        await town.world.slack.close(town.user(), town.front()["id"])
    entries = town.world.kantata.store.table("time_entries")
    assert not [row for row in entries if row["notes"] and "seen" in row["notes"]]


async def test_unseen_characters_in_the_type_ahead_find_nothing(town: Town) -> None:
    await town.type("/logtime")
    for character in UNSEEN:
        await town.offers("project", f"acme{character}")


async def test_an_over_long_line_opens_the_form_and_is_not_cut_in_silence(town: Town) -> None:
    await town.type("/logtime 2h acme design: " + "word " * 1000)

    assert "longer than 2,000 characters" in town.hint()
    assert town.noted("word") == []


async def test_over_a_hundred_lines_are_refused_with_what_to_do(town: Town) -> None:
    before = len(town.world.kantata.store.table("time_entries"))
    await town.type("/logtime " + "\n".join(["1h acme design"] * 101))

    assert "Send them in parts" in town.last()
    assert len(town.world.kantata.store.table("time_entries")) == before


PINGS = "<!channel> <@U0000000002> <!here|here> <https://evil.example|click> &lt;!channel&gt; *b* `c`"


async def test_nothing_anybody_writes_can_ping_or_link(town: Town) -> None:
    project = town.world.kantata.store.table("workspaces").where("title", "Website relaunch")[0]
    town.clock.forward(minutes=5)
    with town.world.kantata.store.transaction():
        changes = {"title": "Website <!channel>", "updated_at": "2026-03-05T12:04:00Z"}
        town.world.kantata.store.update("workspaces", project["id"], changes)
    await town.run("refresh-projects")
    await town.type(f"/logtime 2h acme design: {PINGS}")
    await town.type("/logtime 2h acme <!here> qqqq <@U0000000002>")
    await town.type("/logtime undo")
    await town.type(f"/logtime 2h acme qqqq: {PINGS}\n3h {PINGS}")
    await town.type("/logtime again 1h: =HYPERLINK(“x”)")

    shown = json.dumps([each["text"] for each in town.heard()] + [_mrkdwn(each) for each in town.heard()])
    assert "Website &lt;!channel&gt;" in shown
    assert "<" not in shown.replace("\\u003c", "<")


def _mrkdwn(message: Any) -> list[str]:
    """Every text of the message that Slack would read marks and mentions in."""
    if isinstance(message, dict):
        if message.get("type") == "mrkdwn":
            return [str(message["text"])]
        return [text for value in message.values() for text in _mrkdwn(value)]
    if isinstance(message, list):
        return [text for value in message for text in _mrkdwn(value)]
    return []
