"""The payloads Slack sends, field by field (docs.slack.dev, Interaction payloads, Events API)."""

import secrets

from bot.sandbox.slack.records import Channel, Json, Message, User, View
from bot.sandbox.slack.workspace import Workspace, new_id

APP_ID = "A0KANTATABOT"
VERIFICATION_TOKEN = "not-a-secret-deprecated"  # noqa: S105 - the deprecated token every payload still carries


def person(user: User) -> Json:
    """Who acted, in interactions."""
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}


def actor(workspace: Workspace, user: User) -> Json:
    """What every interaction says about the team, the app and the person."""
    team: Json = {"id": workspace.team_id, "domain": workspace.domain}
    if workspace.enterprise:
        team |= {"enterprise_id": workspace.enterprise["id"], "enterprise_name": workspace.enterprise["name"]}
    return {
        "team": team,
        "enterprise": workspace.enterprise,
        "is_enterprise_install": workspace.org_install,
        "user": person(user),
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
    }


def channel_part(channel: Channel) -> Json:
    """Where, in interactions."""
    return {"id": channel.id, "name": channel.payload_name}


def message_container(message: Message) -> Json:
    """The container of an interaction with a message."""
    return {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral,
    }


def message_part(workspace: Workspace, message: Message) -> Json:
    """The message an interaction comes from."""
    found = message.as_api() | {"team": workspace.team_id}
    if message.bot_id:
        found["app_id"] = APP_ID
    return found


def view_part(workspace: Workspace, view: View) -> Json:
    """The view an interaction comes from."""
    return workspace.view_json(view) | {"app_id": APP_ID}


def view_container(view: View) -> Json:
    """The container of an interaction with a view."""
    return {"type": "view", "view_id": view.id}


def command(workspace: Workspace, user: User, channel: Channel, name: str, text: str) -> dict[str, str]:
    """A slash command, without its short-lived handles; everything is a string."""
    fields = {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel.payload_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "true" if workspace.org_install else "false",
    }
    if workspace.enterprise:
        fields |= {
            "enterprise_id": workspace.enterprise["id"],
            "enterprise_name": workspace.enterprise["name"],
        }
    return fields


def event_envelope(workspace: Workspace, event: Json, *, at: float) -> Json:
    """An event as it travels; ``at`` is the epoch in seconds."""
    enterprise_id = workspace.enterprise["id"] if workspace.enterprise else None
    authorization = {
        "enterprise_id": enterprise_id,
        "team_id": None if workspace.org_install else workspace.team_id,
        "user_id": workspace.bot_user,
        "is_bot": True,
        "is_enterprise_install": workspace.org_install,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": enterprise_id,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(at),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_urlsafe(16)}",
    }


def message_event(message: Message, channel: Channel, workspace: Workspace) -> Json:
    """The ``message`` event of something said."""
    event = message_part(workspace, message) | _where(channel) | {"event_ts": message.ts}
    if not message.bot_id:
        event["client_msg_id"] = message.id
    return event


def message_changed_event(message: Message, before: Json, channel: Channel, workspace: Workspace) -> Json:
    """The ``message`` event of something said in other words."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message_part(workspace, message),
        "previous_message": before,
        **_hidden(channel, workspace.tick()),
    }


def message_deleted_event(before: Json, channel: Channel, workspace: Workspace) -> Json:
    """The ``message`` event of something taken away."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "deleted_ts": before["ts"],
        "previous_message": before,
        **_hidden(channel, workspace.tick()),
    }


def _where(channel: Channel) -> Json:
    kinds = {"im": "im", "groups": "group", "channels": "channel"}
    return {"channel": channel.id, "channel_type": kinds[channel.kind]}


def _hidden(channel: Channel, ts: str) -> Json:
    return {"hidden": True, "ts": ts, "event_ts": ts, **_where(channel)}
