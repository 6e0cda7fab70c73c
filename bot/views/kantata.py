"""What ``/kantata`` answers."""

from bot.domain.people import Person
from bot.domain.time_entries import Project
from bot.views.messages import Message, escape, plain
from bot.views.time_entries import project_label

HELP = (
    (
        "/logtime 2h acme design yesterday: wireframes",
        "logs time; `/logtime help` shows all that it understands",
    ),
    ("/logtime", "opens the form"),
    ("/timesheet", "shows your week, what is missing, and submits it; `/timesheet help` shows other weeks"),
    ("/approvals", "shows the timesheets that wait for your decision"),
    ("/timeoff 24 dec - 2 jan", "asks for time off; `/timeoff help` shows all that it understands"),
    ("/kantata project Acme", "makes Acme the project of this channel, so that it need not be named here"),
    ("/kantata project none", "takes this channel's project away"),
    ("/kantata settings", "opens your settings: reminders, approvals, default project, copying a week"),
    ("/kantata admin", "for administrators: policies, people, what waits or fails, and tables to take away"),
    ("/kantata whoami", "says who you are in Kantata"),
    ("/kantata connect", "signs you in to Kantata, so that what you log is done in your own name"),
    ("/kantata disconnect", "ends that, and deletes your token"),
)


def usage(unknown: str | None) -> Message:
    """Everything the bot can be asked for; first what was not understood."""
    head = f"I do not know “{escape(unknown)}”. " if unknown else ""
    lines = "\n".join(f"`{phrase}` – {meaning}" for phrase, meaning in HELP)
    return plain(f"{head}This is what you can ask me:\n{lines}")


def who(person: Person, *, connected: bool, chosen: bool = False) -> Message:
    """Who the person is taken for, and why; ``connected``: with their own Kantata account; ``chosen``: by
    an administrator."""
    how = "chosen by an administrator" if chosen else "matched by your e-mail address"
    if connected:
        how = "connected with your own account: what you log and change is done in your name"
    return plain(
        f"You are *{escape(person.name)}*, Kantata user {escape(person.kantata_id)}, {how}. "
        f"Your days are those of {escape(person.time_zone)}."
    )


def channel_project(project: Project | None) -> Message:
    """The project of the channel."""
    if project is None:
        return plain(
            "This channel has no project that you log time on. `/kantata project NAME` gives it one."
        )
    return plain(f"This channel's project is *{escape(project_label(project))}*: here you need not name it.")


def project_cleared(had_one: bool) -> Message:
    """That the channel has no project any more."""
    return plain("This channel has no project any more." if had_one else "This channel had no project.")
