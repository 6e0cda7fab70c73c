"""The week as people see it: all of it in words, and within what Slack takes."""

from dataclasses import replace

import pytest

from bot.domain.timesheets import Standing, Status, TimeOfWeek
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.views import submissions
from bot.views import timesheets as views
from bot.views.messages import Message
from bot.views.submissions import Outcome
from tests.views.weeks import (
    ACME,
    APPROVED,
    BANK,
    MONDAY,
    OPEN,
    PENDING,
    REJECTED,
    THURSDAY,
    TUESDAY,
    WEEK,
    crowded,
    entry,
    week,
)


def usual() -> TimeOfWeek:
    return week(
        (entry(1, MONDAY, 480, submission_id="7001"), PENDING),
        (entry(2, TUESDAY, 90, project=BANK, task=None), REJECTED),
        (entry(3, TUESDAY, 30), OPEN),
    )


def kinds(message: Message) -> list[str]:
    return [str(block.type) for block in message.blocks]


def every_message() -> dict[str, Message]:
    """Each by its name, in the language in force."""
    return {
        "a week": views.week(usual(), THURSDAY),
        "a week that waits": views.week(usual(), THURSDAY, withdrawal=12),
        "a week in text": views.week(usual(), THURSDAY, table=False),
        "an empty week": views.week(week(), THURSDAY),
        "a crowded week": views.week(crowded(), THURSDAY),
        "a crowded week in text": views.week(crowded(), THURSDAY, table=False),
        "slow": views.slow(WEEK),
        "no answer": views.no_answer(WEEK),
        "the help": views.usage(),
        "submitted": submissions.submitted(
            1, WEEK, [Outcome(ACME, 90, ("Oder Neisse",)), Outcome(BANK, 60, (), "No & <never>")]
        ),
        "much submitted": submissions.submitted(
            1, WEEK, [Outcome(ACME, 90, ("x" * 200,) * 9)] * 60 + [Outcome(BANK, 1, refused="y" * 3000)] * 60
        ),
        "kept": submissions.kept_submission(WEEK),
        "withdrawal kept": submissions.kept_withdrawal(),
        "taken back": submissions.taken_back(
            WEEK, [Outcome(ACME, 90), Outcome(BANK, 90, refused="Too late.")]
        ),
    }


MESSAGES = every_message()


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_every_message(name: str) -> None:
    message = MESSAGES[name]

    check_blocks(message.payload()["blocks"], Surface.MESSAGE)
    assert 0 < len(message.text) <= 4000


def test_the_text_alone_says_everything() -> None:
    assert views.week(usual(), THURSDAY).text.splitlines() == [
        "Your week, Sun 1 – Sat 7 Mar 2026: 10h 00m of 28h 00m",
        "Missing so far: Tue 6h 00m, Wed 4h 00m, Thu 8h 00m",
        "Off: Wed 4h 00m off, Fri day off",
        "Acme / Website relaunch / Design: Mon 8h 00m, Tue 0h 30m",
        "Cedar Bank / Onboarding &lt;!channel&gt; &amp; more: Tue 1h 30m",
        "By day: Mon 8h 00m, Tue 2h 00m",
        "Acme / Website relaunch: 0h 30m · not submitted",
        "Acme / Website relaunch: 8h 00m · "
        "waiting for Oder Neisse or Avon Severn since Wed 4 Mar 2026, 17:30",
        "Cedar Bank / Onboarding &lt;!channel&gt; &amp; more: 1h 30m · "
        "rejected by Oder Neisse on Thu 5 Mar 2026, 09:05: Thursday is missing",
    ]


def test_names_that_are_not_ours_cannot_ping_anybody() -> None:
    shown = str(
        [block.to_dict() for block in views.week(usual(), THURSDAY).blocks if block.type == "section"]
    )

    assert "<!channel>" not in shown
    assert "&lt;!channel&gt;" in shown


def test_without_a_table_the_grid_is_sixty_columns_wide() -> None:
    (grid,) = [
        block.to_dict()["text"]["text"]
        for block in views.week(usual(), THURSDAY, table=False).blocks
        if "```" in str(block.to_dict().get("text"))
    ]
    lines = grid.splitlines()[1:-1]

    assert lines[0].split() == [
        "Su",
        "1",
        "Mo",
        "2",
        "Tu",
        "3",
        "We",
        "4",
        "Th",
        "5",
        "Fr",
        "6",
        "Sa",
        "7",
        "Total",
    ]
    assert lines[1] == "Acme / Website relaunch"
    assert lines[2] == "  Design             – 8:00 0:30    –    –    –    –   8:30"
    assert max(len(line.replace("&lt;", "<").replace("&amp;", "&")) for line in lines) <= 60


def names(time: TimeOfWeek) -> list[str]:
    """The first column of the table, without its head and its sums."""
    blocks = views.week(time, THURSDAY).payload()["blocks"]
    (table,) = [block for block in blocks if block["type"] == "table"]
    return [row[0]["text"] for row in table["rows"][1:] if row[0]["type"] == "raw_text"][:-1]


def test_a_row_names_the_client_only_where_two_have_a_project_of_that_title() -> None:
    twin = replace(BANK, title=ACME.title)

    assert names(week((entry(1), OPEN))) == ["Website relaunch / Design"]
    assert names(week((entry(1), OPEN), (entry(2, project=twin, task=None), OPEN))) == [
        "Acme / Website relaunch / Design",
        "Cedar Bank / Website relaunch",
    ]


def test_of_a_week_that_is_over_all_gaps_are_missing() -> None:
    over = THURSDAY.replace(day=9)

    assert views.missing(week(), THURSDAY) == "Missing so far: Mon 8h 00m, Tue 8h 00m, Wed 4h 00m, Thu 8h 00m"
    assert views.missing(week(), over).startswith("Missing: Mon 8h 00m")
    assert views.missing(week(), MONDAY.replace(day=1)) == ""


def test_only_what_can_be_submitted_has_the_button() -> None:
    settled = week((entry(1, submission_id="7002"), APPROVED))

    assert "Submit week" in str(views.week(usual(), THURSDAY).payload())
    assert "Submit week" not in str(views.week(settled, THURSDAY).payload())


def test_only_entries_that_are_on_no_timesheet_are_offered_for_editing() -> None:
    payload = views.week(usual(), THURSDAY).payload()
    (menu,) = [
        element
        for block in payload["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == views.EDIT
    ]

    assert [option["value"] for option in menu["options"]] == ["3", "2"]


def test_a_complete_week_says_that_nothing_is_missing() -> None:
    whole = week(*((entry(n, MONDAY.replace(day=n), 480), OPEN) for n in range(2, 7)))

    assert "Nothing is missing so far." in views.week(whole, THURSDAY).text
    assert "Nothing is missing." in views.week(whole, THURSDAY.replace(day=9)).text


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (OPEN, "not submitted"),
        (Standing(Status.NONE_NEEDED), "needs no approval"),
        (Standing(Status.PENDING), "waiting for approval"),
        (Standing(Status.APPROVED), "approved"),
        (APPROVED, "approved by Oder Neisse on Thu 5 Mar 2026, 09:05"),
        (Standing(Status.REJECTED, why="No."), "rejected: No."),
    ],
)
def test_every_standing_is_said_in_words(standing: Standing, said: str) -> None:
    assert views.stands(standing) == said


def test_a_refused_project_can_be_tried_again_and_a_taken_one_undone() -> None:
    taken, refused = Outcome(ACME, 90), Outcome(BANK, 60, refused="No.")

    def buttons(*outcomes: Outcome) -> list[str]:
        blocks = submissions.submitted(1, WEEK, outcomes).payload()["blocks"]
        return [each["text"]["text"] for each in blocks[-1]["elements"]]

    assert buttons(taken) == ["Undo"]
    assert buttons(refused) == ["Submit week"]
    assert buttons(taken, refused) == ["Undo", "Submit week"]


def test_what_could_not_be_taken_back_leaves_nothing_to_press() -> None:
    assert kinds(submissions.taken_back(WEEK, [Outcome(ACME, 90, refused="Too late.")])) == [
        "section",
        "section",
    ]
