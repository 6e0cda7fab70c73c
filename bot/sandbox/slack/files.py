"""Uploading a file in three steps (docs.slack.dev, files.getUploadURLExternal), and fetching it again."""

import mimetypes
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.sandbox.slack.calls import Call, method
from bot.sandbox.slack.platform import DEFAULT_URL, Platform
from bot.sandbox.slack.records import Json, Upload
from bot.sandbox.slack.refusals import Refused
from bot.sandbox.slack.workspace import new_id

ALT_TEXT_LIMIT = 1000


@method("files.getUploadURLExternal", "files:write")
async def get_upload_url(call: Call) -> Json:
    """An address to send one file to."""
    filename = call.text("filename")
    if not call.text("length").isdigit():
        raise Refused("invalid_arguments", messages=["[ERROR] must be an integer [json-pointer:/length]"])
    file_id = new_id("F")
    alt_text = str(call.arguments.get("alt_txt") or "")
    if len(alt_text) > ALT_TEXT_LIMIT:
        raise Refused("alt_txt_too_large")
    call.workspace.uploads[file_id] = Upload(filename, int(call.text("length")), alt_text or None)
    return {"upload_url": f"{_address(call.platform)}/upload/{file_id}", "file_id": file_id}


@method("files.completeUploadExternal", "files:write")
async def complete_upload(call: Call) -> Json:
    """Shares what was sent."""
    given = call.json("files")
    if not isinstance(given, list) or not given:
        raise Refused("invalid_arguments", messages=["[ERROR] missing required field: files"])
    shared = [_shared(call, each) for each in given]
    if call.given("channel_id"):
        channel = call.channel("channel_id")
        if call.workspace.bot_user not in channel.members:
            raise Refused("not_in_channel")
        comment = str(call.arguments.get("initial_comment") or "")
        call.workspace.post(channel.id, call.workspace.bot_user, comment, files=shared)
    return {"files": shared}


class Files:
    """Takes what is uploaded and gives it back."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def take(self, request: Request) -> Response:
        """The file itself, as long as it was announced to be."""
        upload = self._upload(request)
        content = await request.body()
        if upload is None or len(content) != upload.length:
            return PlainTextResponse("invalid upload", 400)
        upload.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def give(self, request: Request) -> Response:
        """The file again."""
        upload = self._upload(request)
        if upload is None or upload.content is None:
            return PlainTextResponse("no such file", 404)
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(upload.name)}"}
        return Response(upload.content, headers=headers, media_type=_media_type(upload.name))

    def _upload(self, request: Request) -> Upload | None:
        file_id = request.path_params["file_id"]
        found = (workspace.uploads.get(file_id) for workspace in self._platform.workspaces)
        return next((each for each in found if each is not None), None)


def _shared(call: Call, given: Json) -> Json:
    file_id = str(given.get("id"))
    upload = call.workspace.uploads.get(file_id)
    if upload is None or upload.content is None:
        raise Refused("file_not_found")
    shared: Json = {
        "id": file_id,
        "name": upload.name,
        "title": given.get("title") or upload.name,
        "mimetype": _media_type(upload.name),
        "size": upload.length,
        "url_private": f"{_address(call.platform)}/files/{file_id}",
    }
    return shared | ({"alt_txt": upload.alt_text} if upload.alt_text else {})


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _address(platform: Platform) -> str:
    return platform.url or DEFAULT_URL
