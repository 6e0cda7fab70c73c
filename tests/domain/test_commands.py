"""What is typed after /logtime is understood as it is meant, or asked about; never guessed."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import (
    HELP_EXAMPLES,
    Again,
    Command,
    Help,
    Log,
    LogLine,
    Misunderstood,
    OpenForm,
    Undo,
    parse_command,
)
from bot.domain.dates import format_day, parse_day
from bot.domain.durations import format_duration, parse_duration
from bot.domain.phrases import attempt
from bot.domain.problems import Field, Problem

TODAY = date(2026, 3, 3)  # a Tuesday


def command(text: str, *, today: date = TODAY, locale: str = "en-GB") -> Command:
    return parse_command(text, today=today, locale=locale)


def lines(text: str) -> tuple[LogLine | Misunderstood, ...]:
    understood = command(text)
    assert isinstance(understood, Log)
    return understood.lines


def line(text: str) -> LogLine:
    (understood,) = lines(text)
    assert isinstance(understood, LogLine)
    return understood


def asked(text: str) -> Misunderstood:
    (misunderstood,) = lines(text)
    assert isinstance(misunderstood, Misunderstood)
    return misunderstood


def shown(understood: LogLine | Misunderstood) -> str:
    """A line as the table of phrases writes it."""
    if isinstance(understood, Misunderstood):
        return f"asks {understood.problem.field}"
    minutes, notes, billable = understood.minutes, understood.notes, understood.billable
    parts = [
        "no duration" if minutes is None else format_duration(minutes),
        shown_days(understood) if understood.days else "no day",
        " ".join(understood.words) or "no words",
        *([] if notes is None else [f"“{notes}”"]),
        *([] if billable is None else ["billable" if billable else "not billable"]),
    ]
    return " | ".join(parts)


def shown_days(understood: LogLine) -> str:
    days = understood.days
    if not understood.is_range:
        return ", ".join(map(format_day, days))
    gaps = len(days) != (days[-1] - days[0]).days + 1
    return f"{format_day(days[0])} to {format_day(days[-1])}" + (f" ({len(days)})" if gaps else "")


def phrases() -> list[tuple[str, str]]:
    table = Path(__file__).with_name("phrases.txt").read_text(encoding="utf-8").splitlines()
    rows = [row.partition(" => ") for row in table if row and not row.startswith("#")]
    return [(phrase.strip(), meaning) for phrase, _, meaning in rows]


@pytest.mark.parametrize(("phrase", "meaning"), phrases())
def test_the_phrases_people_type(phrase: str, meaning: str) -> None:
    assert [shown(understood) for understood in lines(phrase)] == [meaning]


def test_the_table_of_phrases_is_long_and_much_of_it_is_asked() -> None:
    table = phrases()
    assert len(dict(table)) == len(table) > 500
    assert sum(meaning.startswith("asks") for _, meaning in table) > 150


def test_no_text_opens_the_form() -> None:
    assert command("") == command("  \n\t\n") == OpenForm()


@pytest.mark.parametrize("text", ["help", "HELP", "?", " help "])
def test_help(text: str) -> None:
    assert command(text) == Help()


def test_undo_is_the_word_alone() -> None:
    assert command("undo") == command("Undo ") == Undo()
    assert line("undo the migration 2h").words == ("undo", "the", "migration")


def test_again_takes_a_new_duration_day_and_notes() -> None:
    assert command("again") == Again()
    assert command("again yesterday") == Again(LogLine(days=(date(2026, 3, 2),)))
    assert command("Again 2h mon-tue: more") == Again(
        LogLine(minutes=120, days=(date(2026, 3, 2), TODAY), is_range=True, notes="more")
    )
    assert command("again: the other half") == Again(LogLine(notes="the other half"))


@pytest.mark.parametrize("text", ["again acme", "again 2h 3h", "again 30 feb"])
def test_again_takes_nothing_else(text: str) -> None:
    with pytest.raises(Problem):
        command(text)


def test_several_lines_are_several_entries_and_one_bad_line_spoils_no_other() -> None:
    first, second, third = lines("- 2h acme design\r\n\n* 90 beta\n• 1h gamma yesterday: x")
    assert shown(first) == "2h 00m | no day | acme design"
    assert isinstance(second, Misunderstood)
    assert (second.text, second.so_far) == ("90 beta", LogLine(words=("beta",)))
    assert shown(third) == "1h 00m | Mon 2 Mar 2026 | gamma | “x”"


def test_a_hundred_lines_are_the_most() -> None:
    assert len(lines("\n".join(["2h acme"] * 100))) == 100
    with pytest.raises(Problem, match="100 lines"):
        command("\n".join(["2h acme"] * 101))


def test_commands_among_several_lines_are_words() -> None:
    assert [shown(each) for each in lines("2h acme\nundo")] == [
        "2h 00m | no day | acme",
        "no duration | no day | undo",
    ]


def test_what_was_understood_of_a_line_that_must_be_asked_fills_the_form() -> None:
    assert asked("90 acme design yesterday non-billable: x").so_far == LogLine(
        days=(date(2026, 3, 2),), words=("acme", "design"), notes="x", billable=False
    )
    assert asked("2h acme 30 feb").so_far == LogLine(minutes=120, words=("acme",))


def test_a_line_is_at_most_two_thousand_characters() -> None:
    assert line("2h acme: " + "x" * 1991).notes == "x" * 1991
    assert asked("2h acme: " + "x" * 1992).problem.field is Field.NOTES


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_characters_that_cannot_be_shown_are_refused(character: str) -> None:
    assert "cannot be shown" in asked(f"2h ac{character}me").problem.text


@pytest.mark.parametrize("character", ["\u202e", "\u2066"])
def test_characters_that_turn_text_round_are_refused(character: str) -> None:
    assert "turn" in asked(f"2h acme: {character}yab").problem.text


@pytest.mark.parametrize("blank", ["\t", "\u00a0", "\u200b", "\u3000", "\ufeff", "\u2009"])
def test_every_kind_of_blank_parts_words(blank: str) -> None:
    assert line(f"2h{blank}acme{blank}yesterday") == LogLine(120, (date(2026, 3, 2),), words=("acme",))


def test_notes_keep_their_spelling() -> None:
    assert (
        line("2h acme:  Ｆｕｌｌ\u00a0width – ’quotes’ 👩‍💻 ").notes == "Ｆｕｌｌ\u00a0width – ’quotes’ 👩‍💻"
    )
    assert line("2h Ａｃｍｅ’s – müller").words == ("Ａｃｍｅ’s", "müller")


@pytest.mark.parametrize(
    ("locale", "day"),
    [("en-US", date(2026, 3, 2)), ("ja-JP", date(2026, 3, 2)), ("en-GB", None), ("de-DE", None), ("", None)],
)
def test_numbers_alone_are_a_date_by_the_persons_locale(locale: str, day: date | None) -> None:
    understood = command("2h acme 3/2", locale=locale)
    assert understood == Log((LogLine(120, (day or date(2026, 2, 3),), words=("acme",)),))


def test_a_working_day_is_the_persons_own() -> None:
    understood = parse_command("1d acme\nhalf a day beta", today=TODAY, locale="en-GB", workday_minutes=450)
    assert understood == Log((LogLine(450, words=("acme",)), LogLine(225, words=("beta",))))


def test_a_day_off_has_no_working_day_to_log() -> None:
    understood = parse_command("1d acme", today=TODAY, locale="en-GB", workday_minutes=0)
    assert isinstance(understood, Log)
    assert isinstance(understood.lines[0], Misunderstood)


EXAMPLES_MEAN = {
    "1h30m acme design yesterday: wireframes": "1h 30m | Mon 2 Mar 2026 | acme design | “wireframes”",
    "2h acme": "2h 00m | no day | acme",
    "1.5 acme": "1h 30m | no day | acme",
    "90m acme": "1h 30m | no day | acme",
    ":30 acme standup fri": "0h 30m | Fri 27 Feb 2026 | acme standup",
    "half a day acme 3 mar": "4h 00m | Tue 3 Mar 2026 | acme",
    "9-17 -1h acme": "7h 00m | no day | acme",
    "2h mon-fri acme standup": "2h 00m | Mon 23 Feb 2026 to Fri 27 Feb 2026 | acme standup",
    "2d mon,tue acme": "8h 00m | Mon 2 Mar 2026, Tue 3 Mar 2026 | acme",
    "1h acme non-billable": "1h 00m | no day | acme | not billable",
    '1h acme "call with Ann" 3/4': "1h 00m | Fri 3 Apr 2026 | acme | “call with Ann”",
    "again": "again",
    "undo": "undo",
}


def test_every_example_of_the_help_means_what_it_says() -> None:
    assert [phrase for phrase, _ in HELP_EXAMPLES] == list(EXAMPLES_MEAN)
    for phrase, _ in HELP_EXAMPLES:
        understood = command(phrase)
        meaning = (
            shown(understood.lines[0]) if isinstance(understood, Log) else type(understood).__name__.lower()
        )
        assert meaning == EXAMPLES_MEAN[phrase]


SCRAPS_OF_TEXT = """
    1h 30m 1h30 :30 1.5 90 2d half an hour a day 9-17 -1h 9am to 13:00 0 12 13 24h x2 ~ about ½
    yesterday mon fri mon-fri mon,wed last next this week 3 mar 2026-03-03 3/4 24 dec - 2 jan until since feb
    acme design phase v2 2024 billable non-billable for on of the and
    : " “ ” ' & / . , ; ( ) ? ! https://x.y :tada: <@U1|a> &amp;
"""
SCRAPS = st.sampled_from(SCRAPS_OF_TEXT.split())
TYPED = st.text() | st.lists(SCRAPS, max_size=12).map(" ".join) | st.lists(SCRAPS, max_size=8).map("".join)


@given(TYPED, st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["en-US", "en-GB", "ja-JP"]))
def test_any_text_is_understood_or_a_problem(text: str, today: date, locale: str) -> None:
    understood = attempt(lambda: command(text, today=today, locale=locale))
    for each in understood.lines if isinstance(understood, Log) else ():
        if isinstance(each, LogLine):
            assert_said_back_alike(each, today, locale)


def assert_said_back_alike(understood: LogLine, today: date, locale: str) -> None:
    """The echo, typed again, is the same entry."""
    if understood.minutes is not None:
        assert 1 <= understood.minutes <= 1439
        assert parse_duration(format_duration(understood.minutes)) == understood.minutes
    for day in understood.days:
        assert parse_day(format_day(day), today=today, locale=locale) == day
        echo = f"{format_duration(understood.minutes or 60)} · {format_day(day)}"
        assert command(echo, today=today, locale=locale) == Log((LogLine(understood.minutes or 60, (day,)),))
