"""How Slack writes what people type (docs.slack.dev, Formatting: & < > are escaped, mentions become ids)."""

import re

from bot.sandbox.slack.workspace import Workspace

MENTION = re.compile(r"([@#])([\w.-]*\w)")
ADDRESS = re.compile(r"https?://[^\s<>|]+")


def escape(text: str) -> str:
    """The three characters that mean something in messages, made harmless."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_command(text: str, workspace: Workspace) -> str:
    """A command's text under ``should_escape``: @names, #channels and addresses as Slack sends them."""

    def mention(found: re.Match[str]) -> str:
        sign, name = found.groups()
        if sign == "@":
            user = next((u for u in workspace.users.values() if u.name == name), None)
            return f"<@{user.id}|{user.name}>" if user else found[0]
        channel = next((c for c in workspace.channels.values() if c.name == name and not c.is_im), None)
        return f"<#{channel.id}|{channel.name}>" if channel else found[0]

    return ADDRESS.sub(lambda found: f"<{found[0]}>", MENTION.sub(mention, escape(text)))
