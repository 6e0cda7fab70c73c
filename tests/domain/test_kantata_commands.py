"""The words after /kantata."""

import pytest

from bot.domain.kantata_commands import Act, KantataCommand, parse_kantata_command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", KantataCommand(Act.HELP)),
        ("help", KantataCommand(Act.HELP)),
        ("  WhoAmI ", KantataCommand(Act.WHOAMI)),
        ("project", KantataCommand(Act.PROJECT)),
        ("project  Acme   website", KantataCommand(Act.PROJECT, "Acme website")),
        ("dance now", KantataCommand(Act.HELP, unknown="dance")),
    ],
)
def test_the_first_word_is_the_act_and_anything_else_asks_for_help(
    text: str, command: KantataCommand
) -> None:
    assert parse_kantata_command(text) == command
