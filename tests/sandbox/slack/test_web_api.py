"""The Web API as such: tokens, scopes, arguments in every form, and files."""

from typing import Any

import httpx
import pytest

from bot.sandbox.slack.records import User
from tests.sandbox.slack.standin import ANA, APP_TOKEN, GENERAL, TOKEN, Json, World, world

BEARER = {"authorization": f"Bearer {TOKEN}"}


async def test_a_token_tells_who_it_is(there: World) -> None:
    workspace = there.slack.workspace
    told = await there.api("auth.test")
    assert (told["team_id"], told["user_id"]) == (workspace.team_id, workspace.bot_user)
    assert told["bot_id"] == workspace.bot_id


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "not_authed"),
        ({"authorization": "Bearer xoxb-wrong"}, "invalid_auth"),
        ({"authorization": f"Basic {TOKEN}"}, "not_authed"),
        ({"authorization": f"Bearer {APP_TOKEN}"}, "not_allowed_token_type"),
    ],
)
async def test_a_wrong_token_is_refused(there: World, headers: dict[str, str], error: str) -> None:
    answered = (await there.web.post("/api/auth.test", headers=headers)).json()
    assert answered == {"ok": False, "error": error}


async def test_arguments_come_by_query_form_or_json_and_the_token_among_them(there: World) -> None:
    asked: list[dict[str, Any]] = [
        {"method": "GET", "url": "/api/users.info", "params": {"user": ANA, "token": TOKEN}},
        {"method": "POST", "url": "/api/users.info", "data": {"user": ANA, "token": TOKEN}},
        {"method": "POST", "url": "/api/users.info", "json": {"user": ANA}, "headers": BEARER},
    ]
    for request in asked:
        answered = (await there.web.request(**request)).json()
        assert answered["user"]["id"] == ANA, answered


@pytest.mark.parametrize(("body", "error"), [("{", "invalid_json"), ("[]", "json_not_object")])
async def test_json_that_is_none_is_refused(there: World, body: str, error: str) -> None:
    headers = BEARER | {"content-type": "application/json"}
    assert (await there.web.post("/api/auth.test", content=body, headers=headers)).json()["error"] == error


async def test_an_unknown_method_is_refused(there: World) -> None:
    assert (await there.api("chat.shout"))["error"] == "unknown_method"


async def test_api_test_echoes(there: World) -> None:
    assert (await there.web.get("/api/api.test?foo=bar")).json() == {"ok": True, "args": {"foo": "bar"}}
    assert (await there.web.get("/api/api.test?error=x")).json()["error"] == "x"


@pytest.mark.parametrize(
    ("method", "scope", "arguments"),
    [
        ("chat.postMessage", "chat:write", {"channel": GENERAL, "text": "x"}),
        ("chat.postEphemeral", "chat:write", {"channel": GENERAL, "user": ANA, "text": "x"}),
        ("chat.update", "chat:write", {"channel": GENERAL, "ts": "1", "text": "x"}),
        ("chat.delete", "chat:write", {"channel": GENERAL, "ts": "1"}),
        ("conversations.open", "im:write", {"users": ANA}),
        ("conversations.info", "channels:read", {"channel": GENERAL}),
        ("conversations.info", "im:read", {"channel": "D0000000001"}),
        ("conversations.history", "im:history", {"channel": "D0000000001"}),
        ("conversations.history", "channels:history", {"channel": GENERAL}),
        ("conversations.members", "channels:read", {"channel": GENERAL}),
        ("conversations.list", "channels:read", {}),
        ("users.conversations", "im:read", {"types": "im"}),
        ("users.info", "users:read", {"user": ANA}),
        ("users.list", "users:read", {}),
        ("users.lookupByEmail", "users:read.email", {"email": "ana@firm.example"}),
        ("team.info", "team:read", {}),
        ("bots.info", "users:read", {}),
        ("files.getUploadURLExternal", "files:write", {"filename": "x", "length": 1}),
        ("files.completeUploadExternal", "files:write", {"files": [{"id": "F1"}]}),
    ],
)
async def test_a_missing_scope_is_named(method: str, scope: str, arguments: Json) -> None:
    there = world(scopes=["commands"])
    refused = await there.api(method, **arguments)
    assert refused["error"] == "missing_scope"
    assert (refused["needed"], refused["provided"]) == (scope, "commands")
    there = world(scopes=[scope])
    assert (await there.api(method, **arguments)).get("error") != "missing_scope"


async def test_the_email_address_needs_its_own_scope() -> None:
    with_email = await world(scopes=["users:read", "users:read.email"]).api("users.info", user=ANA)
    without = await world(scopes=["users:read"]).api("users.info", user=ANA)
    assert with_email["user"]["profile"]["email"] == "ana@firm.example"
    assert "email" not in without["user"]["profile"]


async def test_a_revoked_token_is_refused(there: World) -> None:
    assert (await there.api("auth.revoke", test=True))["revoked"] is False
    assert (await there.api("auth.revoke"))["revoked"] is True
    assert (await there.api("auth.test"))["error"] == "token_revoked"


async def test_a_file_is_announced_sent_shared_and_fetched(there: World) -> None:
    told = await there.api("files.getUploadURLExternal", filename="week.csv", length=3)
    upload = httpx.URL(told["upload_url"]).path
    early = await there.api("files.completeUploadExternal", files=[{"id": told["file_id"]}])
    assert early["error"] == "file_not_found"
    assert (await there.web.post(upload, content=b"four")).status_code == 400
    assert (await there.web.post(upload, content=b"a,b")).text == "OK - 3"
    shared = await there.api(
        "files.completeUploadExternal",
        files=[{"id": told["file_id"], "title": "The week"}],
        channel_id="D0000000001",
        initial_comment="Here it is",
    )
    message = there.slack.workspace.messages["D0000000001"][-1]
    assert (message.text, message.files) == ("Here it is", shared["files"])
    fetched = await there.web.get(httpx.URL(shared["files"][0]["url_private"]).path)
    assert fetched.content == b"a,b"
    assert fetched.headers["content-type"].startswith("text/csv")


async def test_a_picture_carries_its_words_up_to_slack_s_limit(there: World) -> None:
    told = await there.api("files.getUploadURLExternal", filename="a.png", length=1, alt_txt="x" * 1000)
    await there.web.post(httpx.URL(told["upload_url"]).path, content=b"x")
    shared = await there.api("files.completeUploadExternal", files=[{"id": told["file_id"]}])
    assert (shared["files"][0]["alt_txt"], shared["files"][0]["mimetype"]) == ("x" * 1000, "image/png")
    refused = await there.api("files.getUploadURLExternal", filename="a.png", length=1, alt_txt="x" * 1001)
    assert refused["error"] == "alt_txt_too_large"


@pytest.mark.parametrize("arguments", [{"filename": "x"}, {"length": 1}, {"filename": "x", "length": "a"}])
async def test_a_file_needs_name_and_length(there: World, arguments: Json) -> None:
    refused = await there.api("files.getUploadURLExternal", **arguments)
    assert refused["error"] == "invalid_arguments"


async def test_a_file_nobody_announced_is_refused(there: World) -> None:
    assert (await there.web.post("/upload/F0", content=b"x")).status_code == 400
    assert (await there.web.get("/files/F0")).status_code == 404
    assert (await there.api("files.completeUploadExternal"))["error"] == "invalid_arguments"


def test_a_user_without_email_shows_none() -> None:
    there = world()
    user = User("U1", "x", "X", None, "T0SANDBOX")
    assert "email" not in user.as_api(there.clock.now, with_email=True)["profile"]
