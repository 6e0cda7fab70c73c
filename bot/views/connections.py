"""What people are told, in Slack, of their own Kantata accounts."""

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from bot.domain.languages import later, tr
from bot.views.messages import Message, escape, plain

CONNECT = "kantata.connect"

NOT_SET_UP = later(
    "Signing in to Kantata with your own account is not set up here, so there is nothing to "
    "connect. Your Kantata administrator can set it up."
)


def connect(why: str, url: str) -> Message:
    """Why to connect, and the button that does; ``url`` is good for ten minutes."""
    text = tr(
        "{why}\n"
        "The button opens Kantata in your browser and is yours alone: do not pass it on. It "
        "works once, for ten minutes."
    ).format(why=escape(why))
    return plain(text, ActionsBlock(elements=[connect_button(url)]))


def connect_button(url: str) -> ButtonElement:
    """The button that leads to Kantata's own page."""
    button = ButtonElement(text=tr("Connect"), action_id=CONNECT, url=url, style="primary")
    button.accessibility_label = tr("Connect your own Kantata account")
    return button


def why_connect(connected: bool) -> str:
    """What connecting is good for."""
    if connected:
        return tr("You are connected already. Sign in again to replace that connection by another.")
    return tr("Sign in to Kantata, and what you log and change here is done in your own name.")


def not_set_up() -> Message:
    """That nobody can sign in here."""
    return plain(tr(NOT_SET_UP))


def connected(name: str) -> Message:
    """That the person has signed in, as the Kantata user of that name."""
    return plain(
        tr(
            ":white_check_mark: You are connected to Kantata as *{name}*. What you log and change "
            "here is now done in your own name. `/kantata disconnect` ends that."
        ).format(name=escape(name))
    )


def signed_out() -> Message:
    """That Kantata does not take the person's token any more."""
    return plain(
        tr(
            ":warning: Kantata no longer accepts the connection to your account, so I have deleted "
            "it. I go on with the bot's own account where Kantata allows that; nothing you asked for "
            "is lost. `/kantata connect` connects you again."
        )
    )


def why_connect_workspace(has_account: bool) -> str:
    """What an administrator connects for everybody, and what happens to a connection before."""
    now = tr("This workspace is connected to Kantata. Sign in again to replace that account by another.")
    first = tr("This workspace is not connected to Kantata yet.")
    how = tr(
        "Sign in with the Kantata account by which I am to read and write for everybody here: best one of "
        "its own, and an administrator of your Kantata account."
    )
    return f"{now if has_account else first} {how}"


def account_lost() -> Message:
    """That Kantata does not take the workspace's own token any more."""
    return plain(
        tr(
            ":warning: Kantata no longer accepts the account by which I serve this workspace, so I have "
            "deleted its token. Nothing is lost, but nothing goes to Kantata either until an administrator "
            "types `/kantata admin` and connects Kantata again."
        )
    )


def nothing_to_disconnect() -> Message:
    """That there was no connection."""
    return plain(tr("You are not connected to Kantata with your own account, so there is nothing to end."))


def disconnected(*, revoked: bool, kantata_url: str) -> Message:
    """That the connection has ended, and whether Kantata knows."""
    if revoked:
        return plain(tr("You are disconnected: your token is revoked at Kantata, and I have deleted it."))
    return plain(
        tr(
            "You are disconnected: I have deleted your token. Kantata did not confirm that it is "
            "revoked there too; to be sure, take this app's access away in your settings at "
            "{url}."
        ).format(url=kantata_url)
    )


def still_disconnecting() -> Message:
    """That ending the connection takes a moment."""
    return plain(tr("I am ending your connection to Kantata; it takes a moment longer."))
