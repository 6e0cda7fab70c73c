"""How the bot speaks to Slack outside an acknowledgement: by response_url, and by direct message.

Nothing here repeats a request whose end is not known: Slack has no idempotency key, so a post that may
have landed is looked for before it is sent again (docs.slack.dev: response_url takes 5 posts in 30 minutes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.views.messages import Message

# The person cannot be reached, however often it is tried.
GONE = frozenset(
    {
        "account_inactive",
        "channel_not_found",
        "is_archived",
        "user_disabled",
        "user_not_found",
        "users_not_found",
    }
)
# It may have landed all the same (docs.slack.dev: internal_error and fatal_error say so themselves).
UNCERTAIN = frozenset(
    {"fatal_error", "internal_error", "no_answer", "request_timeout", "server_error", "unreadable"}
)
# The message stays as it is for ever.
FIXED = frozenset({"cant_update_message", "edit_window_closed", "message_not_found"})

PAGE = 500  # users in one answer of users.list, which takes up to 1,000


class SlackFailed(Exception):
    """Slack did not take what was said; ``error`` is its code. ``pause``: seconds it asked to wait."""

    def __init__(self, error: str, pause: float | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.pause = pause

    @property
    def for_good(self) -> bool:
        """Whether the person cannot be reached however often it is tried."""
        return self.error in GONE

    @property
    def uncertain(self) -> bool:
        """Whether it may have landed all the same."""
        return self.error in UNCERTAIN

    @property
    def transient(self) -> bool:
        """Whether it may go well the next time."""
        return self.uncertain or self.error == "ratelimited"

    @property
    def fixed(self) -> bool:
        """Whether the message can never be rewritten any more."""
        return self.error in FIXED


@dataclass(frozen=True)
class Posted:
    """Where a message stands, so that it can be rewritten."""

    channel: str
    ts: str


@dataclass(frozen=True)
class SlackPerson:
    """What Slack knows of one of its users. ``email`` is None where Slack shows none that it has verified.

    ``is_admin``: an admin or owner of the workspace.
    """

    id: str
    name: str
    email: str | None
    time_zone: str | None
    locale: str | None
    is_bot: bool
    is_guest: bool
    is_stranger: bool
    deleted: bool
    is_admin: bool = False


class Slack:
    """Slack, as the workspace's bot; ``session`` is the one HTTP session of the process.

    ``whole``: the token is good for all the teams of an organisation.
    """

    def __init__(
        self, session: aiohttp.ClientSession, *, api_url: str, token: str, whole: bool = False
    ) -> None:
        self._session = session
        self._whole = whole
        self._home: str | None = None
        self._client = AsyncWebClient(token=token, base_url=api_url, session=session, retry_handlers=[])

    def client(self, workspace: str) -> AsyncWebClient:
        """The client for that workspace. One token serves one workspace: the same for all."""
        del workspace
        return self._client

    async def respond(self, url: str, message: Message, *, replace: bool) -> bool:
        """Answer by ``url``; False when Slack no longer takes answers there."""
        webhook = AsyncWebhookClient(url, session=self._session, retry_handlers=[])
        try:
            answer = await webhook.send(
                text=message.text,
                blocks=list(message.blocks) or None,
                response_type="ephemeral",
                replace_original=replace,
            )
        except (TimeoutError, aiohttp.ClientError) as failed:
            raise SlackFailed("no_answer") from failed
        if answer.status_code == 429:
            raise SlackFailed("ratelimited", _pause(answer.headers))
        if answer.status_code >= 500:
            raise SlackFailed("server_error")
        return answer.status_code == 200

    @property
    def whole(self) -> bool:
        """Whether the token is good for all the teams of an organisation, as far as that is known."""
        return self._whole

    async def home(self) -> str:
        """The key of the workspace the token is of: its enterprise where there is one, else the team.

        (docs.slack.dev: auth.test)
        """
        if self._home is None:  # a token stays with its workspace
            told = await self._call("", "auth_test")
            self._whole = bool(told.get("is_enterprise_install"))
            self._home = str(told.get("enterprise_id") or told["team_id"])
        return self._home

    async def post(
        self, workspace: str, channel: str, message: Message, *, key: str, after: str | None = None
    ) -> Posted:
        """Post to a channel, or to a person by id; ``key`` travels as metadata, to be looked for later.

        ``after`` is the message whose thread it goes to, and to the conversation as well.
        """
        thread = {"thread_ts": after, "reply_broadcast": True} if after else {}
        answer = await self._call(
            workspace,
            "chat_postMessage",
            channel=channel,
            **message.payload(),
            unfurl_links=False,
            metadata={"event_type": "kantata_bot", "event_payload": {"key": key}},
            **thread,
        )
        return Posted(answer["channel"], answer["ts"])

    async def find_posted(self, workspace: str, slack_id: str, key: str, since: datetime) -> Posted | None:
        """The message of that key among the direct messages with the person, since an aware instant.

        (docs.slack.dev: conversations.history with include_all_metadata)
        """
        channel, messages = await self._direct_history(workspace, slack_id, since)
        return _of_key(channel, messages, key)

    async def find_in_channel(self, workspace: str, channel: str, key: str, since: datetime) -> Posted | None:
        """The message of that key in a channel that the bot is in, since an aware instant."""
        return _of_key(channel, await self._history(workspace, channel, since), key)

    async def _direct_history(
        self, workspace: str, slack_id: str, since: datetime
    ) -> tuple[str, list[dict[str, Any]]]:
        """The direct messages with the person, and the channel they are in."""
        opened = await self._call(workspace, "conversations_open", users=slack_id)
        channel = str(opened["channel"]["id"])
        return channel, await self._history(workspace, channel, since)

    async def _history(self, workspace: str, channel: str, since: datetime) -> list[dict[str, Any]]:
        """The last messages of a conversation, newest first."""
        found = await self._call(
            workspace,
            "conversations_history",
            channel=channel,
            oldest=f"{since.timestamp():.6f}",
            inclusive=True,
            include_all_metadata=True,
            limit=200,
        )
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    async def find_file(self, workspace: str, slack_id: str, name: str, since: datetime) -> bool:
        """Whether a file of that name came in the direct messages with the person, since an aware instant."""
        found = await self._direct_history(workspace, slack_id, since)
        return any(file.get("name") == name for message in found[1] for file in message.get("files", ()))

    async def rewrite(self, workspace: str, where: Posted, message: Message) -> None:
        """Put ``message`` in the place of one posted before."""
        await self._call(workspace, "chat_update", channel=where.channel, ts=where.ts, **message.payload())

    async def publish(self, workspace: str, slack_id: str, home: View) -> None:
        """Show the person that Home tab (docs.slack.dev: views.publish)."""
        await self._call(workspace, "views_publish", user_id=slack_id, view=home)

    async def upload(
        self,
        workspace: str,
        slack_id: str,
        *,
        name: str,
        content: bytes,
        title: str,
        alt_text: str | None = None,
        comment: str,
    ) -> None:
        """Send the person a file in their direct messages, with ``comment`` above it.

        ``name`` is the file's own, ``alt_text`` what a picture shows, in words. It carries no key: after an
        uncertain end nobody can tell whether it came. (docs.slack.dev: files.getUploadURLExternal,
        files.completeUploadExternal)
        """
        opened = await self._call(workspace, "conversations_open", users=slack_id)
        place = await self._call(
            workspace,
            "files_getUploadURLExternal",
            filename=name,
            length=len(content),
            alt_txt=alt_text,
        )
        await self._send_file(str(place["upload_url"]), content)
        await self._call(
            workspace,
            "files_completeUploadExternal",
            files=[{"id": place["file_id"], "title": title}],
            channel_id=opened["channel"]["id"],
            initial_comment=comment,
        )

    async def _send_file(self, url: str, content: bytes) -> None:
        headers = {"content-type": "application/octet-stream"}
        try:
            async with self._session.post(url, data=content, headers=headers) as answer:
                status, told = answer.status, answer.headers
        except (TimeoutError, aiohttp.ClientError) as failed:
            raise SlackFailed("file_not_taken") from failed  # nobody sees it before it is shared
        if status != 200:
            raise SlackFailed("file_not_taken", _pause(told))

    async def person(self, workspace: str, slack_id: str) -> SlackPerson:
        """What Slack knows of the user (docs.slack.dev: users.info with include_locale)."""
        return _person(
            (await self._call(workspace, "users_info", user=slack_id, include_locale=True))["user"]
        )

    async def everybody(self, workspace: str, cursor: str = "") -> tuple[list[SlackPerson], str]:
        """Up to ``PAGE`` users from the cursor on, and the next cursor, "" at the end.

        (docs.slack.dev: users.list with include_locale)
        """
        if self._whole:
            return await self._everybody_of_teams(workspace, cursor)
        return await self._members(workspace, cursor)

    async def _everybody_of_teams(self, workspace: str, cursor: str) -> tuple[list[SlackPerson], str]:
        """The same of an organisation, team after team: the cursor begins with the team's id."""
        team, _, inside = cursor.partition("|")
        teams = await self._teams(workspace)
        if not team:
            team = teams[0]
        people, following = await self._members(workspace, inside, team_id=team)
        if following:
            return people, f"{team}|{following}"
        later = next((each for each in teams if each > team), None)
        return people, f"{later}|" if later else ""

    async def _members(self, workspace: str, cursor: str, **of: str) -> tuple[list[SlackPerson], str]:
        told = await self._call(workspace, "users_list", limit=PAGE, cursor=cursor, include_locale=True, **of)
        following = str(told.get("response_metadata", {}).get("next_cursor") or "")
        return [_person(user) for user in told["members"]], following

    async def _teams(self, workspace: str) -> list[str]:
        """The ids of the organisation's teams that the app was added to, in order (docs.slack.dev:
        auth.teams.list)."""
        ids: list[str] = []
        cursor, more = "", True
        while more:
            told = await self._call(workspace, "auth_teams_list", limit=PAGE, cursor=cursor)
            ids += [str(each["id"]) for each in told["teams"]]
            cursor = str(told.get("response_metadata", {}).get("next_cursor") or "")
            more = bool(cursor)
        return sorted(ids)

    async def holder_of(self, workspace: str, email: str) -> str | None:
        """The id of the user who has that e-mail address (docs.slack.dev: users.lookupByEmail)."""
        try:
            return str((await self._call(workspace, "users_lookupByEmail", email=email))["user"]["id"])
        except SlackFailed as failed:
            if failed.error == "users_not_found":
                return None
            raise

    async def _call(self, workspace: str, method: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer = await getattr(self.client(workspace), method)(**arguments)
        except SlackApiError as refused:
            headers = getattr(refused.response, "headers", {})
            raise SlackFailed(_code(refused), _pause(headers)) from None
        except (TimeoutError, aiohttp.ClientError) as failed:
            raise SlackFailed("no_answer") from failed
        return dict(answer.data)


def _person(user: Mapping[str, Any]) -> SlackPerson:
    profile = user.get("profile", {})
    return SlackPerson(
        id=user["id"],
        name=profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"],
        # Absent where the organisation's own directory vouches for it.
        email=profile.get("email") if user.get("is_email_confirmed", True) else None,
        time_zone=user.get("tz"),
        locale=user.get("locale"),
        is_bot=bool(user.get("is_bot")),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_stranger=bool(user.get("is_stranger")),
        deleted=bool(user.get("deleted")),
        is_admin=bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
    )


def _of_key(channel: str, messages: list[dict[str, Any]], key: str) -> Posted | None:
    for message in messages:
        if message.get("metadata", {}).get("event_payload", {}).get("key") == key:
            return Posted(channel, message["ts"])
    return None


def _code(refused: SlackApiError) -> str:
    data = getattr(refused.response, "data", None)
    return str(data.get("error", "unreadable")) if isinstance(data, dict) else "unreadable"


def _pause(headers: Any) -> float | None:
    given = {str(name).lower(): value for name, value in dict(headers).items()}.get("retry-after")
    try:
        return float(given) if given is not None else None
    except ValueError:
        return None
