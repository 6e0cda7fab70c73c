"""What ``/kantata`` answers."""

from bot.domain.languages import later, tr
from bot.domain.people import Person
from bot.domain.time_entries import Project
from bot.views.messages import Message, escape, plain
from bot.views.time_entries import project_label

HELP = (
    (
        "/logtime 2h acme design yesterday: wireframes",
        later("logs time; `/logtime help` shows all that it understands"),
    ),
    ("/logtime", later("opens the form")),
    (
        "/timesheet",
        later("shows your week, what is missing, and submits it; `/timesheet help` shows other weeks"),
    ),
    ("/approvals", later("shows the timesheets that wait for your decision")),
    (
        "/timeoff 24 dec - 2 jan",
        later("asks for time off; `/timeoff help` shows all that it understands"),
    ),
    (
        "/kantata project Acme",
        later("makes Acme the project of this channel, so that it need not be named here"),
    ),
    ("/kantata project none", later("takes this channel's project away")),
    (
        "/kantata settings",
        later("opens your settings: reminders, approvals, default project, copying a week"),
    ),
    (
        "/kantata admin",
        later("for administrators: policies, people, what waits or fails, and tables to take away"),
    ),
    ("/kantata whoami", later("says who you are in Kantata")),
    (
        "/kantata connect",
        later("signs you in to Kantata, so that what you log is done in your own name"),
    ),
    ("/kantata disconnect", later("ends that, and deletes your token")),
)


def usage(unknown: str | None) -> Message:
    """Everything the bot can be asked for; first what was not understood."""
    head = tr("I do not know “{unknown}”.").format(unknown=escape(unknown)) + " " if unknown else ""
    lines = "\n".join(f"`{phrase}` – {tr(meaning)}" for phrase, meaning in HELP)
    return plain(head + tr("This is what you can ask me:") + "\n" + lines)


def who(person: Person, *, connected: bool, chosen: bool = False) -> Message:
    """Who the person is taken for, and why; ``connected``: with their own Kantata account; ``chosen``: by
    an administrator."""
    how = tr("chosen by an administrator") if chosen else tr("matched by your e-mail address")
    if connected:
        how = tr("connected with your own account: what you log and change is done in your name")
    return plain(
        tr("You are *{name}*, Kantata user {kantata_id}, {how}. Your days are those of {time_zone}.").format(
            name=escape(person.name),
            kantata_id=escape(person.kantata_id),
            how=how,
            time_zone=escape(person.time_zone),
        )
    )


def channel_project(project: Project | None) -> Message:
    """The project of the channel."""
    if project is None:
        return plain(
            tr("This channel has no project that you log time on. `/kantata project NAME` gives it one.")
        )
    return plain(
        tr("This channel's project is *{project}*: here you need not name it.").format(
            project=escape(project_label(project))
        )
    )


def project_cleared(had_one: bool) -> Message:
    """That the channel has no project any more."""
    return plain(
        tr("This channel has no project any more.") if had_one else tr("This channel had no project.")
    )
