"""Answers by response_url: five in thirty minutes, and the only way to change an ephemeral."""

from typing import Any
from urllib.parse import urlsplit

from tests.sandbox.slack.standin import (
    ANA,
    BEN,
    GENERAL,
    World,
    actions,
    button,
    section,
)

BUTTONS = [section(), actions(button("undo", value="7"))]


async def answer(there: World, url: str, **body: Any) -> tuple[int, str]:
    """Posts to a response_url: status and body."""
    response = await there.web.post(urlsplit(url).path, json=body)
    return response.status_code, response.text


async def commanded(there: World) -> str:
    await there.slack.command(ANA, GENERAL, "/logtime 2h")
    url: str = there.app.last["response_url"]
    return url


async def test_an_answer_is_ephemeral_unless_it_says_otherwise(there: World) -> None:
    url = await commanded(there)
    assert await answer(there, url, text="Mine") == (200, "ok")
    assert await answer(there, url, text="Ours", response_type="in_channel") == (200, "ok")
    assert there.texts(GENERAL, ANA) == ["Mine", "Ours"]
    assert there.texts(GENERAL, BEN) == ["Ours"]


async def test_a_response_url_takes_five_answers(there: World) -> None:
    url = await commanded(there)
    assert [(await answer(there, url, text="x"))[0] for _ in range(6)] == [200] * 5 + [404]
    assert "used_url" in (await answer(there, url, text="x"))[1]


async def test_a_response_url_lives_thirty_minutes(there: World) -> None:
    url = await commanded(there)
    there.clock.move(minutes=30)
    assert (await answer(there, url, text="x"))[0] == 200
    there.clock.move(seconds=1)
    status, body = await answer(there, url, text="x")
    assert status == 404
    assert "expired_url" in body


async def test_a_refused_answer_counts_as_none(there: World) -> None:
    url = await commanded(there)
    for _ in range(6):
        assert (await answer(there, url, text="x", blocks=[{"type": "nonsense"}]))[0] == 400
    assert (await answer(there, url))[0] == 400
    assert (await there.web.get(urlsplit(url).path)).status_code == 400
    broken = await there.web.post(
        urlsplit(url).path, content="{", headers={"content-type": "application/json"}
    )
    assert broken.status_code == 400
    assert (await answer(there, url, text="x"))[0] == 200


async def test_an_address_nobody_gave_answers_nothing(there: World) -> None:
    assert (await answer(there, "/response/unknown", text="x"))[0] == 404


async def pressed_ephemeral(there: World) -> tuple[str, str]:
    """(the ephemeral's id, the response_url of a press in it)."""
    url = await commanded(there)
    await answer(there, url, text="Logged", blocks=BUTTONS)
    message = there.slack.workspace.messages[GENERAL][-1]
    assert (await there.slack.press(ANA, ephemeral=message.id, action_id="undo")).ok
    return message.id, there.app.last["response_url"]


async def test_a_press_in_an_ephemeral_carries_no_message(there: World) -> None:
    await pressed_ephemeral(there)
    assert there.app.last["container"]["is_ephemeral"] is True
    assert "message" not in there.app.last


async def test_an_ephemeral_is_replaced_by_its_response_url_and_stays_private(there: World) -> None:
    message_id, url = await pressed_ephemeral(there)
    await answer(there, url, text="Undone", replace_original=True, response_type="in_channel")
    assert there.texts(GENERAL, ANA) == ["Undone"]
    assert there.texts(GENERAL, BEN) == []
    changed = there.slack.workspace.ephemeral(message_id)
    assert changed
    assert changed.blocks == []


async def test_an_ephemeral_is_deleted_by_its_response_url(there: World) -> None:
    _, url = await pressed_ephemeral(there)
    assert (await answer(there, url, delete_original=True))[0] == 200
    assert there.texts(GENERAL, ANA) == []
    assert (await answer(there, url, delete_original=True))[0] == 400


async def test_an_original_for_everybody_is_replaced_for_everybody(there: World) -> None:
    ts = (await there.api("chat.postMessage", channel=GENERAL, text="x", blocks=BUTTONS))["ts"]
    await there.slack.press(ANA, message=(GENERAL, ts), action_id="undo")
    await answer(there, there.app.last["response_url"], text="Done by Ana", replace_original=True)
    assert there.texts(GENERAL, BEN) == ["Done by Ana"]


async def test_a_commands_answer_has_no_original_to_replace(there: World) -> None:
    url = await commanded(there)
    await answer(there, url, text="One")
    await answer(there, url, text="Two", replace_original=True)
    assert there.texts(GENERAL, ANA) == ["One", "Two"]


async def test_somebody_elses_message_is_not_replaced(there: World) -> None:
    ts = there.slack.workspace.messages[GENERAL][0].ts
    await there.slack.shortcut(ANA, "log_message", message=(GENERAL, ts))
    await answer(there, there.app.last["response_url"], text="Logged", replace_original=True)
    assert there.texts(GENERAL, ANA) == ["Logged"]
    assert there.slack.workspace.message(GENERAL, ts)
