"""A lived-in workspace: channels, a little talk, and the people with whom an app goes wrong."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.sandbox.slack.records import Channel, User

if TYPE_CHECKING:  # a workspace seeds itself
    from bot.sandbox.slack.workspace import Workspace

OTHER_ORGANISATION = "T0ELSEWHERE"
COLORS = ("e01e5a", "36c5f0", "2eb67d", "ecb22e", "7c3aed", "0b7285", "c2410c", "4338ca", "be185d", "15803d")

CHANNELS = (
    ("C0GENERAL", "general", "Announcements and everything else"),
    ("C0ACMEWEB", "acme-website", "Acme's website relaunch"),
    ("C0INTERNAL", "internal", "How we work"),
    ("C0RANDOM", "random", "Not work"),
)


def seed(
    workspace: "Workspace", people: Iterable[tuple[str, str, str, str, str]], first: int = 1
) -> "Workspace":
    """Fills an empty workspace: the people given, four odd ones, four channels, a few messages.

    The people's ids are numbered from ``first`` on: no two workspaces have one in common.
    """
    members = [_person(workspace, number, *person) for number, person in enumerate(people, start=first)]
    members[0].is_admin = True
    for user in (*members, *_odd_ones(workspace, members[0].email or "")):
        workspace.users[user.id] = user
    _channels(workspace, [user.id for user in members])
    for user in workspace.users.values():
        if not (user.is_bot or user.deleted or user.is_stranger):
            workspace.direct(user.id)
    _talk(workspace, [user.id for user in members])
    return workspace


def _person(
    workspace: "Workspace", number: int, name: str, email: str, tz: str, locale: str, title: str
) -> User:
    return User(
        id=f"U{number:010}",
        name=email.partition("@")[0],
        real_name=name,
        email=email,
        team_id=workspace.team_id,
        tz=tz,
        locale=locale,
        title=title,
        color=COLORS[number % len(COLORS)],
    )


def _odd_ones(workspace: "Workspace", email: str) -> list[User]:
    """A guest, somebody who left, somebody of another organisation, and somebody Kantata does not know."""
    domain = email.partition("@")[2]
    home = workspace.team_id
    return [
        User(
            workspace.GUEST, "gil.guest", "Gil Guest", f"gil.guest@{domain}", home,
            title="Contractor", is_restricted=True,
        ),
        User(
            workspace.DEACTIVATED, "dana.departed", "Dana Departed", f"dana.departed@{domain}", home,
            title="Left last spring", deleted=True,
        ),
        User(
            workspace.STRANGER, "stan.stranger", "Stan Stranger", "stan@elsewhere.example",
            OTHER_ORGANISATION, title="Elsewhere Ltd", is_stranger=True,
        ),
        User(
            workspace.UNMATCHED, "una.unmatched", "Una Unmatched", f"una.unmatched@{domain}", home,
            title="Office manager, not in Kantata",
        ),
    ]  # fmt: skip


def _channels(workspace: "Workspace", members: list[str]) -> None:
    everybody = [*members, workspace.UNMATCHED, workspace.bot_user]
    for channel_id, name, topic in CHANNELS:
        workspace.channels[channel_id] = Channel(channel_id, name, list(everybody), topic)
    workspace.channels["C0GENERAL"].members.append(workspace.GUEST)
    shared = workspace.channels["C0ACMEWEB"]
    shared.members += [workspace.GUEST, workspace.STRANGER]
    shared.is_shared = True


def _talk(workspace: "Workspace", members: list[str]) -> None:
    first, second, third = (members[number % len(members)] for number in range(3))
    now = workspace.clock()
    said = (
        ("C0GENERAL", first, "Good morning! The quarterly review moved to Thursday.", 190),
        ("C0ACMEWEB", second, "Wireframes for the checkout are ready for a look.", 95),
        (
            "C0ACMEWEB",
            third,
            "Looks great. I fixed the basket's empty state this morning, about two hours.",
            70,
        ),
        ("C0INTERNAL", third, "Retro notes are in the usual place.", 45),
        ("C0RANDOM", second, "There is cake in the kitchen.", 20),
    )
    for channel, user, text, minutes_ago in said:
        workspace.post(channel, user, text, at=now - timedelta(minutes=minutes_ago))
