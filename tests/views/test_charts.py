"""The picture of a team's week, its words and its table."""

import csv
import io
from datetime import date

import pytest

from bot.domain.dates import Week
from bot.domain.reminders import Logged, TeamMember, standing, team_week
from bot.domain.work_calendars import WorkCalendar
from bot.views.charts import ALT_TEXT, MOST_BARS, alt_text, picture, shown, table

WEEK = Week(date(2026, 3, 1))


def member(number: int, minutes: int, name: str | None = None, *projects: str) -> TeamMember:
    logged = Logged({date(2026, 3, 2): minutes}, projects)
    return TeamMember(str(number), name or f"Person {number:03}", standing(WEEK, WorkCalendar(), logged))


TEAM = team_week(
    WEEK,
    [
        member(1, 2400, "Ann Boyne"),
        member(2, 600, "Cost $5 & $6 <!channel>"),
        member(3, 2400, "=Danube", "Relaunch", "Archive"),
    ],
)


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def test_the_picture_is_a_png_that_grows_with_the_team() -> None:
    width, height = size_of(picture(TEAM, 0))
    more = team_week(WEEK, [member(each, 60 * each) for each in range(20)])
    assert size_of(picture(more, 0)) > (width, height)


@pytest.mark.parametrize("number", [0, 1, MOST_BARS, MOST_BARS + 1, 300])
def test_any_number_of_people_can_be_drawn(number: int) -> None:
    team = team_week(WEEK, [member(each, each) for each in range(number)])
    assert size_of(picture(team, 0))[0] > 0
    assert len(shown(team, 0)) <= MOST_BARS
    assert len(alt_text(team, 0)) <= ALT_TEXT


def test_the_words_say_all_of_the_picture_the_largest_gap_first() -> None:
    assert alt_text(TEAM, 0) == (
        "Bar chart. The team's week, Sun 1 – Sat 7 Mar 2026. "
        "Cost $5 & $6 <!channel> 10h 00m of 40h 00m, 30h 00m missing; "
        "=Danube 40h 00m of 40h 00m, not submitted; "
        "Ann Boyne 40h 00m of 40h 00m, complete."
    )


def test_the_words_say_how_many_are_left_out() -> None:
    team = team_week(WEEK, [member(each, 60) for each in range(MOST_BARS + 7)])
    assert "7 more people are in the table" in alt_text(team, 0)


def test_the_table_has_everybody_and_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(table(TEAM).decode("utf-8-sig"))))
    assert rows[0] == ["Person", "Kantata id", "Week", "Logged", "Target", "Missing", "Not submitted"]
    assert rows[1] == ["'=Danube", "3", "2026-03-01", "40.00", "40.00", "0.00", "Relaunch; Archive"]
    assert rows[2][0] == "Ann Boyne"
    assert rows[3][3:6] == ["10.00", "40.00", "30.00"]
