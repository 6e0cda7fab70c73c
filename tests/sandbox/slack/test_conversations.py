"""People, teams, channels, history and pages of them."""

from typing import Any

import pytest

from tests.sandbox.slack.standin import ANA, BEN, GENERAL, World, world


async def test_a_person_has_zone_and_locale_as_asked(there: World) -> None:
    user = (await there.api("users.info", user=BEN, include_locale=True))["user"]
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("America/New_York", -5 * 3600, "en-US")
    there.clock.move(days=10)  # daylight saving time begins on 8 March there
    user = (await there.api("users.info", user=BEN))["user"]
    assert user["tz_offset"] == -4 * 3600
    assert "locale" not in user


async def test_the_odd_ones_are_marked(there: World) -> None:
    workspace = there.slack.workspace
    shown = {each["id"]: each for each in (await there.api("users.list"))["members"]}
    assert shown[workspace.GUEST]["is_restricted"]
    assert shown[workspace.DEACTIVATED]["deleted"]
    assert "tz" not in shown[workspace.DEACTIVATED]
    assert shown[workspace.STRANGER]["is_stranger"]
    assert shown[workspace.STRANGER]["team_id"] != workspace.team_id
    assert shown[workspace.bot_user]["is_bot"]
    assert shown[workspace.UNMATCHED]["profile"]["email"] == "una.unmatched@firm.example"


async def test_everybody_is_listed_page_by_page(there: World) -> None:
    found, cursor = [], ""
    while True:
        page = await there.api("users.list", limit=3, cursor=cursor)
        found += [each["id"] for each in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert found == list(there.slack.workspace.users)
    assert (await there.api("users.list", cursor="nonsense"))["error"] == "invalid_cursor"
    assert (await there.api("users.list", limit="many"))["error"] == "invalid_limit"


async def test_a_person_is_found_by_email(there: World) -> None:
    found = await there.api("users.lookupByEmail", email="ANA@firm.example")
    assert found["user"]["id"] == ANA
    for email in ("nobody@firm.example", "dana.departed@firm.example", "stan@elsewhere.example"):
        assert (await there.api("users.lookupByEmail", email=email))["error"] == "users_not_found"


async def test_unknown_people_and_bots_are_not_found(there: World) -> None:
    assert (await there.api("users.info", user="U0NOBODY"))["error"] == "user_not_found"
    assert (await there.api("bots.info", bot="B0NOBODY"))["error"] == "bot_not_found"
    assert (await there.api("bots.info", bot=there.slack.workspace.bot_id))["bot"]["name"] == "Kantata"


async def test_the_team_says_its_organisation_where_it_has_one(there: World) -> None:
    assert "enterprise_id" not in (await there.api("team.info"))["team"]
    there.slack.workspace.enterprise = {"id": "E0FIRM", "name": "The Firm"}
    assert (await there.api("team.info"))["team"]["enterprise_id"] == "E0FIRM"
    await there.slack.command(ANA, GENERAL, "/logtime")
    assert there.app.last["enterprise_id"] == "E0FIRM"
    await there.slack.shortcut(ANA, "log_time")
    assert there.app.last["enterprise"] == {"id": "E0FIRM", "name": "The Firm"}


async def test_direct_messages_are_opened_with_one_person(there: World) -> None:
    opened = await there.api("conversations.open", users=ANA, return_im=True)
    assert (opened["channel"]["id"], opened["channel"]["user"]) == ("D0000000001", ANA)
    assert (await there.api("conversations.open", channel="D0000000001"))["channel"]["id"] == "D0000000001"
    refused = {
        "U0NOBODY": "user_not_found",
        there.slack.workspace.DEACTIVATED: "user_disabled",
        f"{ANA},{BEN}": "method_not_supported_for_channel_type",
        "": "users_list_not_supplied",
    }
    for users, error in refused.items():
        assert (await there.api("conversations.open", users=users))["error"] == error


async def test_history_is_newest_first_between_its_bounds(there: World) -> None:
    posted = []
    for number in range(5):
        posted.append((await there.api("chat.postMessage", channel=ANA, text=str(number)))["ts"])
        there.clock.move(seconds=1)

    async def texts(**more: Any) -> list[str]:
        found = await there.api("conversations.history", channel="D0000000001", **more)
        return [message["text"] for message in found["messages"]]

    assert await texts() == ["4", "3", "2", "1", "0"]
    assert await texts(oldest=posted[2]) == ["4", "3"]
    assert await texts(oldest=posted[2], inclusive=True) == ["4", "3", "2"]
    assert await texts(latest=posted[1]) == ["0"]
    refused = await there.api("conversations.history", channel="D0000000001", oldest="yesterday")
    assert refused["error"] == "invalid_ts_oldest"


async def test_history_comes_page_by_page(there: World) -> None:
    for number in range(5):
        await there.api("chat.postMessage", channel=ANA, text=str(number))
    first = await there.api("conversations.history", channel="D0000000001", limit=3)
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await there.api("conversations.history", channel="D0000000001", limit=3, cursor=cursor)
    assert [message["text"] for message in second["messages"]] == ["1", "0"]
    assert not second["has_more"]


async def test_metadata_comes_only_where_asked_for(there: World) -> None:
    metadata = {"event_type": "kantata_bot", "event_payload": {"key": "7"}}
    await there.api("chat.postMessage", channel=ANA, text="x", metadata=metadata)
    plain = await there.api("conversations.history", channel="D0000000001")
    full = await there.api("conversations.history", channel="D0000000001", include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_ephemerals_are_in_nobodys_history(there: World) -> None:
    await there.api("chat.postEphemeral", channel="D0000000001", user=ANA, text="Psst")
    assert (await there.api("conversations.history", channel="D0000000001"))["messages"] == []


async def test_history_needs_membership() -> None:
    there = world(scopes=["channels:history"])
    there.slack.workspace.channels[GENERAL].members.remove(there.slack.workspace.bot_user)
    assert (await there.api("conversations.history", channel=GENERAL))["error"] == "not_in_channel"


async def test_conversations_are_listed_by_kind(there: World) -> None:
    listed = (await there.api("conversations.list"))["channels"]
    assert [each["name"] for each in listed] == ["general", "acme-website", "internal", "random"]
    mine = (await there.api("users.conversations", user=there.slack.workspace.STRANGER))["channels"]
    assert [each["name"] for each in mine] == ["acme-website"]
    direct = (await there.api("users.conversations", types="im"))["channels"]
    assert all(each["is_im"] for each in direct)
    assert (await there.api("conversations.list", types="secret"))["error"] == "invalid_types"
    assert (await there.api("users.conversations", user="U0NOBODY"))["error"] == "user_not_found"


async def test_archived_and_foreign_private_channels_are_left_out(there: World) -> None:
    workspace = there.slack.workspace
    workspace.channels["C0RANDOM"].is_archived = True
    listed = (await there.api("conversations.list", exclude_archived=True))["channels"]
    assert "random" not in [each["name"] for each in listed]
    assert (await there.api("conversations.info", channel="C0RANDOM"))["channel"]["is_archived"]


async def test_members_are_listed(there: World) -> None:
    workspace = there.slack.workspace
    members = (await there.api("conversations.members", channel="C0ACMEWEB", limit=2))["members"]
    assert members == [ANA, BEN]
    info = await there.api("conversations.info", channel=GENERAL, include_num_members=True)
    assert info["channel"]["num_members"] == len(workspace.channels[GENERAL].members)


async def test_a_workspace_finds_people_and_channels_by_name(there: World) -> None:
    workspace = there.slack.workspace
    assert workspace.person("ben@firm.example").id == BEN
    assert workspace.channel("#general").id == GENERAL
    for missing in (lambda: workspace.person("nobody@firm.example"), lambda: workspace.channel("nowhere")):
        with pytest.raises(KeyError):
            missing()
