"""The methods about people, the team and the token (docs.slack.dev, users.info, team.info, auth.test)."""

from bot.sandbox.slack.calls import Call, method, paged
from bot.sandbox.slack.payloads import APP_ID
from bot.sandbox.slack.records import Json, User
from bot.sandbox.slack.refusals import Refused


@method("auth.test")
async def auth_test(call: Call) -> Json:
    """Whose token this is."""
    workspace = call.installation.workspaces[0]
    found: Json = {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.users[workspace.bot_user].name,
        "team_id": workspace.installed_in,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": call.installation.org_wide,
    }
    return found | ({"enterprise_id": workspace.enterprise["id"]} if workspace.enterprise else {})


@method("auth.teams.list")
async def auth_teams_list(call: Call) -> Json:
    """The workspaces that the token is good for."""
    page, cursor = paged(call.installation.workspaces, call, default=100, most=1000)
    return {
        "teams": [{"id": each.team_id, "name": each.name} for each in page],
        "response_metadata": {"next_cursor": cursor},
    }


@method("auth.revoke")
async def auth_revoke(call: Call) -> Json:
    """The token is no longer good."""
    if not call.flag("test"):
        call.installation.revoked = "token_revoked"
    return {"revoked": not call.flag("test")}


@method("bots.info", "users:read")
async def bots_info(call: Call) -> Json:
    """What is known of the app's own bot."""
    workspace = call.workspace
    if call.given("bot") and call.text("bot") != workspace.bot_id:
        raise Refused("bot_not_found")
    bot = {
        "id": workspace.bot_id,
        "app_id": APP_ID,
        "user_id": workspace.bot_user,
        "name": workspace.bot_name,
    }
    return {"bot": bot | {"deleted": False}}


@method("users.info", "users:read")
async def users_info(call: Call) -> Json:
    """What is known of one person; the e-mail address only with users:read.email."""
    user = call.workspace.users.get(call.text("user", "user_not_found"))
    if user is None:
        raise Refused("user_not_found")
    return {"user": _shown(call, user)}


@method("users.list", "users:read")
async def users_list(call: Call) -> Json:
    """Everybody, those who left and the bots too."""
    page, cursor = paged(list(call.workspace.users.values()), call, default=1000, most=1000)
    now = int(call.platform.clock().timestamp())
    return {
        "members": [_shown(call, user) for user in page],
        "cache_ts": now,
        "response_metadata": {"next_cursor": cursor},
    }


@method("users.lookupByEmail", "users:read.email")
async def lookup_by_email(call: Call) -> Json:
    """The person with that e-mail address; nobody who left, nobody of elsewhere."""
    email = call.text("email", "users_not_found").lower()
    for user in (user for each in call.installation.workspaces for user in each.users.values()):
        if (user.email or "").lower() == email and not user.deleted and not user.is_stranger:
            return {"user": _shown(call, user)}
    raise Refused("users_not_found")


@method("team.info", "team:read")
async def team_info(call: Call) -> Json:
    """What is known of the workspace."""
    workspace = call.workspace
    team: Json = {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain, "icon": {}}
    if workspace.enterprise:
        team |= {"enterprise_id": workspace.enterprise["id"], "enterprise_name": workspace.enterprise["name"]}
    return {"team": team}


def _shown(call: Call, user: User) -> Json:
    return user.as_api(
        call.platform.clock(),
        with_email="users:read.email" in call.installation.scopes,
        with_locale=call.flag("include_locale"),
    )
