"""The welcome: what the bot is good for, what it will send by itself, and how to stop that."""

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from bot.domain.languages import later, tr
from bot.domain.policies import FirmPolicy, Reminder
from bot.views.home import log_button
from bot.views.messages import Message, context, escape, section
from bot.views.settings_forms import settings_button

WAYS = (
    later(
        "`/logtime 2h acme design yesterday: wireframes` logs time in one line; `/logtime` alone opens a form"
    ),
    later("`/timesheet` shows your week, fills it from the last one, and submits it"),
    later("`/timeoff 24 dec - 2 jan` asks for time off, and shows first what that comes to"),
    later("`/approvals` shows what waits for your decision, if you approve time"),
    later("My *Home* tab, at the top of this conversation, has all of that at a glance"),
)
_REMINDERS = {
    Reminder.INCOMPLETE: later("a reminder when your week is not complete, on its last working day"),
    Reminder.AGAIN: later("one more on the next working day"),
    Reminder.DECISIONS: later("a digest of what waits for your decision"),
}


def welcome(name: str, firm: FirmPolicy) -> Message:
    """Said once to somebody of that name; only what the firm has switched on is announced."""
    head = tr("Hello {name}. I am Kantata in Slack: log your time here, and submit your week.").format(
        name=escape(name)
    )
    ways = "\n".join(f"• {tr(each)}" for each in WAYS)
    announced = [
        tr("answers to what you ask for"),
        tr("what became of your timesheets"),
        tr("requests for your decision, if you approve time"),
        *(tr(text) for reminder, text in _REMINDERS.items() if reminder in firm.reminders),
    ]
    coming = tr("*What I will send you, and nobody else:*") + " " + "; ".join(announced) + "."
    stop = tr(
        "*Settings* stops any of the reminders, or moves them to another hour. You can change it at any time."
    )
    buttons: list[ButtonElement] = [log_button(), settings_button()]
    return Message(
        f"{head}\n{ways}\n{coming}\n{stop}",
        (
            section(f":wave: *{head}*"),
            section(ways),
            section(coming),
            ActionsBlock(block_id="welcome", elements=buttons),
            context(stop),
        ),
    )
