"""Several workspaces, installation by OAuth, and what a seeded workspace holds."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sandbox.slack import Manifest, Slack, Workspace
from tests.sandbox.slack.standin import ANA, GENERAL, PEOPLE, World, modal, section, world

CREDENTIALS = ("client-id", "client-secret")
REDIRECT = "https://bot.example/slack/oauth_redirect"
SECOND = "xoxb-second"


def second_workspace(slack: Slack) -> Workspace:
    """Another team with people of its own, and the app in it."""
    other = Workspace.seed([("Zoe Zane", "zoe@other.example", "UTC", "en-GB", "CEO")], team_id="T0OTHER")
    zoe = other.users.pop("U0000000001")
    other.users["U9000000001"] = zoe
    zoe.id = "U9000000001"
    for channel in other.channels.values():
        channel.members = [zoe.id if member == ANA else member for member in channel.members]
    slack.add(other, SECOND)
    return other


async def call(there: World, method: str, token: str, **arguments: Any) -> dict[str, Any]:
    """Calls a method in the name of any installation."""
    headers = {"authorization": f"Bearer {token}"}
    answered: dict[str, Any] = (
        await there.web.post(f"/api/{method}", json=arguments, headers=headers)
    ).json()
    return answered


async def test_each_token_speaks_in_its_own_workspace(there: World) -> None:
    other = second_workspace(there.slack)
    assert (await call(there, "auth.test", SECOND))["team_id"] == "T0OTHER"
    assert (await call(there, "users.info", SECOND, user=ANA))["error"] == "user_not_found"
    assert (await call(there, "chat.postMessage", SECOND, channel=GENERAL, text="There"))["ok"]
    assert there.texts(GENERAL) == []
    assert [m.text for m in other.messages[GENERAL] if m.bot_id] == ["There"]


async def test_people_act_in_their_own_workspace(there: World) -> None:
    second_workspace(there.slack)
    await there.slack.command("U9000000001", GENERAL, "/logtime")
    assert there.app.last["team_id"] == "T0OTHER"
    await there.slack.command(ANA, GENERAL, "/logtime")
    assert there.app.last["team_id"] == "T0SANDBOX"


async def test_a_trigger_is_no_good_in_another_workspace(there: World) -> None:
    second_workspace(there.slack)
    await there.slack.command(ANA, GENERAL, "/logtime")
    trigger_id = there.app.last["trigger_id"]
    elsewhere = await call(there, "views.open", SECOND, trigger_id=trigger_id, view=modal(section()))
    assert elsewhere["error"] == "invalid_trigger_id"


async def test_an_uninstallation_leaves_the_other_workspace_alone(there: World) -> None:
    other = second_workspace(there.slack)
    await there.slack.events.uninstalled(other)
    assert (await call(there, "auth.test", SECOND))["error"] == "account_inactive"
    assert (await there.api("auth.test"))["ok"]


async def test_an_organisation_has_one_token_for_all_its_workspaces(there: World) -> None:
    other = second_workspace(there.slack)
    there.slack.platform.installations.clear()
    for workspace in (there.slack.workspace, other):
        workspace.enterprise = {"id": "E0FIRM", "name": "The Firm"}
    there.slack.add_organisation([there.slack.workspace, other], SECOND)
    told = await call(there, "auth.test", SECOND)
    assert (told["team_id"], told["is_enterprise_install"]) == ("E0FIRM", True)
    assert (await call(there, "users.list", SECOND))["error"] == "missing_argument"
    listed = await call(there, "users.list", SECOND, team_id="T0OTHER")
    assert "Zoe Zane" in [member["profile"]["real_name"] for member in listed["members"]]
    assert (await call(there, "users.list", SECOND, team_id="T0"))["error"] == "team_access_not_granted"
    assert (await call(there, "users.info", SECOND, user="U9000000001"))["user"]["team_id"] == "T0OTHER"
    await there.slack.command("U9000000001", GENERAL, "/logtime")
    payload = there.app.last
    assert (payload["is_enterprise_install"], payload["enterprise_id"]) == ("true", "E0FIRM")
    opened = await call(there, "views.open", SECOND, trigger_id=payload["trigger_id"], view=modal(section()))
    assert opened["view"]["app_installed_team_id"] == "E0FIRM"
    assert [view.user for view in other.stack("U9000000001")] == ["U9000000001"]
    await there.slack.shortcut("U9000000001", "log_time")
    assert there.app.last["is_enterprise_install"] is True
    await there.slack.user_changed("U9000000001", title="Chair")
    authorization = there.app.received[-1].payload["authorizations"][0]
    assert (authorization["is_enterprise_install"], authorization["team_id"]) == (True, None)


@pytest.fixture
def installable() -> World:
    """An app that can be installed by OAuth."""
    return world(credentials=CREDENTIALS)


async def consent(there: World, **asked: str) -> dict[str, str]:
    """What the consent page hands back to the app."""
    given = {"client_id": CREDENTIALS[0], "scope": "commands,chat:write", "state": "s", **asked}
    answered = await there.web.get("/oauth/v2/authorize", params=given)
    if answered.status_code != 302:
        return {"error": answered.text}
    location = answered.headers["location"]
    assert location.startswith(REDIRECT)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def exchange(there: World, code: str, **more: str) -> dict[str, Any]:
    """oauth.v2.access."""
    given = {"client_id": CREDENTIALS[0], "client_secret": CREDENTIALS[1], "code": code, **more}
    answered: dict[str, Any] = (await there.web.post("/api/oauth.v2.access", data=given)).json()
    return answered


async def test_a_consent_becomes_a_token_with_the_scopes_allowed(installable: World) -> None:
    allowed = await consent(installable)
    assert allowed["state"] == "s"
    installed = await exchange(installable, allowed["code"])
    assert (installed["team"]["id"], installed["token_type"]) == ("T0SANDBOX", "bot")
    assert installed["is_enterprise_install"] is False
    token = installed["access_token"]
    assert (await call(installable, "auth.test", token))["ok"]
    assert (await call(installable, "users.info", token, user=ANA))["needed"] == "users:read"


async def test_a_code_is_good_once_and_for_ten_minutes(installable: World) -> None:
    code = (await consent(installable))["code"]
    assert (await exchange(installable, code))["ok"]
    assert (await exchange(installable, code))["error"] == "invalid_code"
    code = (await consent(installable))["code"]
    installable.clock.move(minutes=10, seconds=1)
    assert (await exchange(installable, code))["error"] == "code_expired"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"client_secret": "other"}, "bad_client_secret"),
        ({"redirect_uri": "https://evil.example"}, "bad_redirect_uri"),
    ],
)
async def test_an_exchange_that_does_not_fit_is_refused(
    installable: World, given: dict[str, str], error: str
) -> None:
    code = (await consent(installable))["code"]
    assert (await exchange(installable, code, **given))["error"] == error


async def test_the_apps_credentials_may_come_as_basic_authentication(installable: World) -> None:
    code = (await consent(installable))["code"]
    answered = await installable.web.post("/api/oauth.v2.access", data={"code": code}, auth=CREDENTIALS)
    assert answered.json()["ok"]
    broken = {"authorization": "Basic %%%"}
    answered = await installable.web.post("/api/oauth.v2.access", data={"code": code}, headers=broken)
    assert answered.json()["error"] == "invalid_client_id"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"client_id": "other"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example"}, "bad_redirect_uri"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"deny": "1"}, "access_denied"),
        ({"team": "T0NOWHERE"}, "access_denied"),
    ],
)
async def test_a_consent_that_cannot_be_given(installable: World, asked: dict[str, str], error: str) -> None:
    assert (await consent(installable, **asked))["error"] == error


async def test_without_credentials_nothing_is_installed(there: World) -> None:
    assert (await consent(there))["error"] == "invalid_client_id"
    assert (await exchange(there, "x"))["error"] == "invalid_client_id"


def test_a_manifest_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yml"
    path.write_text(
        """
display_information: {name: Kantata}
features:
  slash_commands: [{command: /logtime, description: Log time, should_escape: true}]
settings: {socket_mode_enabled: true}
"""
    )
    manifest = Manifest.load(path)
    command = manifest.command("/logtime")
    assert command
    assert (command.description, command.usage_hint, command.should_escape) == ("Log time", "", True)
    assert (manifest.home_tab, manifest.interactive, manifest.type_ahead) == (False, False, True)
    assert manifest.scopes == frozenset()


def test_a_seeded_workspace_is_the_same_every_time() -> None:
    first, second = Workspace.seed(PEOPLE), Workspace.seed(PEOPLE)
    assert list(first.users) == list(second.users)
    assert list(first.channels) == list(second.channels)


def test_a_seeded_workspace_has_everybody_an_app_goes_wrong_with() -> None:
    workspace = Workspace.seed(PEOPLE)
    users = workspace.users
    assert users[workspace.GUEST].is_restricted
    assert users[workspace.DEACTIVATED].deleted
    assert users[workspace.STRANGER].team_id != workspace.team_id
    assert workspace.STRANGER in workspace.channel("acme-website").members
    assert users[workspace.UNMATCHED].email
    assert [user.id for user in users.values() if user.is_admin] == [ANA]
    direct = {channel.user for channel in workspace.channels.values() if channel.is_im}
    assert direct == {
        user.id for user in users.values() if not (user.is_bot or user.deleted or user.is_stranger)
    }


def test_ids_that_apps_remember_are_never_used_again() -> None:
    ids = []
    for _ in range(2):
        workspace = Workspace.seed(PEOPLE)
        view = workspace.new_view(ANA, modal(section()))
        ids += [view.id, view.hash]
    assert len(set(ids)) == 4


def test_timestamps_grow_even_when_the_clock_does_not() -> None:
    there = world()
    ticks = [there.slack.workspace.tick() for _ in range(3)]
    assert ticks == sorted(set(ticks))
