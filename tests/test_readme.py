"""The README tells the truth: its commands, settings and files exist, and no setting is missing."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.__main__ import parser
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, list[str]]:
    """The table below that heading, by its first cell."""
    section = README.split(f"\n{heading}\n")[1].split("\n#")[0]
    cells = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in cells}


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {name.strip("`"): row[0].strip("`") for name, row in rows("### Settings").items()}
    defaults = {}
    for name, field in Settings.model_fields.items():
        secret = field.is_required() or field.default is None or isinstance(field.default, SecretStr)
        value = "" if secret else field.default
        defaults[name.upper()] = f"{value:g}" if isinstance(value, float) else str(value)

    assert documented == defaults


def test_the_example_of_an_env_file_names_every_setting_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", line)[0] for line in lines if "=" in line)
    documented = {name.strip("`"): row[0].strip("`") for name, row in rows("### Settings").items()}

    assert named == documented


def test_every_command_is_documented() -> None:
    documented = {name.strip("`").split()[1] for name in rows("### Commands")}
    actions = [each for each in parser()._actions if each.dest == "command"]

    assert documented == set(actions[0].choices or ())


@pytest.mark.parametrize("line", re.findall(r"\./run (?!python)[a-z][^\n`]*", README))
def test_the_commands_to_run_exist(line: str) -> None:
    words = line.split()

    if words[1] == "kantata-bot":
        assert parser().parse_args(words[2:]).command == words[2]
    else:
        assert words[1] == "check"


@pytest.mark.parametrize("path", re.findall(r"\]\(([a-z./_]+)\)", README))
def test_the_files_it_points_to_exist(path: str) -> None:
    assert (ROOT / path).exists()
