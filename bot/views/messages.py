"""A message: the text a screen reader reads and a notification shows, and the blocks a person sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import Block, ContextBlock, MarkdownTextObject, SectionBlock

from bot.domain.languages import later, tr
from bot.domain.problems import Problem

OUTDATED = later(
    "This button or form is from an older version of me and does nothing any more. Please start anew."
)
_MOST_DIGITS = 18  # of a row's number, on either database


@dataclass(frozen=True)
class Message:
    """What is said once: ``text`` carries all that matters, ``blocks`` may be empty.

    ``beside``: it never takes the place of the message that was pressed, whose buttons are still needed.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    beside: bool = False

    def payload(self) -> dict[str, Any]:
        """The message as Slack's methods and response_url take it; blocks and text always together."""
        return {"text": self.text, "blocks": [block.to_dict() for block in self.blocks]}


def row_number(text: str) -> int:
    """The number of a row of ours that came back from Slack; raises Problem for what never was one."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise Problem(tr(OUTDATED))
    return int(text)


def escape(text: str) -> str:
    """Text that is not ours, made harmless in mrkdwn (docs.slack.dev, formatting: & < >, in that order)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, ending in … where it had to be cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def section(mrkdwn: str) -> SectionBlock:
    """A paragraph of mrkdwn, cut at Slack's 3,000 characters."""
    return SectionBlock(text=MarkdownTextObject(text=shortened(mrkdwn, 3000)))


def context(*mrkdwn: str) -> ContextBlock:
    """Small print."""
    return ContextBlock(elements=[MarkdownTextObject(text=shortened(text, 3000)) for text in mrkdwn])


def instant(at: datetime) -> str:
    """An aware instant on the reader's own clock, as mrkdwn; in UTC where Slack cannot draw it."""
    return drawn_by_slack(at, at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"))


def drawn_by_slack(at: datetime, otherwise: str) -> str:
    """An aware instant as mrkdwn that Slack draws on the reader's own clock, else as it stands."""
    shown = tr("{day} at {time}").format(day="{date_short_pretty}", time="{time}")
    return f"<!date^{int(at.timestamp())}^{shown}|{otherwise}>"


def plain(text: str, *more: Block) -> Message:
    """A message of one paragraph of mrkdwn that is also its text, and ``more`` blocks below it."""
    return Message(text=shortened(text, 3900), blocks=(section(text), *more))


def joined_messages(messages: Sequence[Message]) -> Message | None:
    """Several short messages as one, or None where there are none."""
    if len(messages) < 2:
        return messages[0] if messages else None
    blocks = tuple(block for message in messages for block in message.blocks)
    return Message(shortened("\n".join(message.text for message in messages), 3900), blocks[:50])


def lines(*parts: str | None) -> str:
    """The parts that are there, a line each."""
    return "\n".join(part for part in parts if part)


def joined(parts: Sequence[str | None]) -> str:
    """The parts that are there, with a dot between them."""
    return " · ".join(part for part in parts if part)
