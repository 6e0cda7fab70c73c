"""What goes wrong on the way to Kantata and back to the person: kept, written once, and told."""

import pytest

from bot.sandbox.kantata import Kind
from bot.sandbox.slack.delivery import COMMAND
from tests.journeys.conftest import Town

LOG = "/logtime 2h acme design: wireframes"


@pytest.fixture
async def known(town: Town) -> Town:
    """A town whose consultant the bot knows already."""
    await town.type("/logtime help")
    return town


def texts(town: Town) -> list[str]:
    return [each["text"] for each in town.heard()]


@pytest.mark.parametrize("kind", [Kind.UNAVAILABLE, Kind.ERROR, Kind.RATE_LIMITED, Kind.HTML, Kind.DROPPED])
async def test_what_kantata_does_not_take_now_is_kept_said_once_and_written_once(
    known: Town, kind: Kind
) -> None:
    known.world.kantata.faults.next("POST", "/time_entries", kind)
    assert (await known.type(LOG)).ok
    assert "Kept: 2h 00m · Acme / Website relaunch / Design" in known.last()

    for _ in range(3):
        await known.later(minutes=4)
    assert len(known.noted("wireframes")) == 1
    assert known.last().startswith("Logged 2h 00m")
    assert len([text for text in texts(known) if "Kept" in text]) == 1
    assert len([text for text in texts(known) if text.startswith("Logged")]) == 1


async def test_the_same_command_delivered_twice_is_written_and_answered_once(known: Town) -> None:
    known.world.slack.faults.deliver_twice = True
    await known.type(LOG)

    assert len(known.noted("wireframes")) == 1
    assert len([text for text in texts(known) if text.startswith("Logged")]) == 1


async def test_the_same_command_delivered_late_is_written_and_answered_once(known: Town) -> None:
    await known.type(LOG)
    sent = known.world.slack.deliveries[-1]
    await known.world.slack.platform.courier.deliver(COMMAND, sent.payload)
    await known.settle()

    assert len(known.noted("wireframes")) == 1
    assert len([text for text in texts(known) if text.startswith("Logged")]) == 1


async def test_an_uncertain_command_delivered_twice_opens_one_form_and_nothing_else(known: Town) -> None:
    said = len(known.heard())
    known.world.slack.faults.deliver_twice = True
    await known.type("/logtime 2h qqqq")

    assert known.field("project") is not None
    assert len(known.workspace.stack(known.user())) == 1
    assert len(known.heard()) == said


async def test_an_answer_that_comes_too_late_for_its_command_comes_by_direct_message(known: Town) -> None:
    known.world.kantata.faults.next("POST", "/time_entries", Kind.UNAVAILABLE)
    await known.type(LOG)
    await known.later(minutes=45)

    said = known.heard()[-1]
    assert said["text"].startswith("Logged 2h 00m")
    assert said["channel"] == known.workspace.direct(known.user()).id


@pytest.mark.parametrize("trouble", ["rate_limit", "fail"])
async def test_an_answer_that_slack_does_not_take_is_said_later_and_once(known: Town, trouble: str) -> None:
    for method in ("response_url", "chat.postMessage"):
        getattr(known.world.slack.faults, trouble)(method)
    await known.type(LOG)
    assert len(known.noted("wireframes")) == 1
    assert not [text for text in texts(known) if text.startswith("Logged")]

    await known.later(minutes=2)
    await known.later(minutes=2)
    assert len([text for text in texts(known) if text.startswith("Logged")]) == 1
    assert len(known.noted("wireframes")) == 1


async def test_what_was_written_before_a_restart_is_answered_after_it(known: Town) -> None:
    known.world.slack.faults.fail("response_url", times=None)
    known.world.slack.faults.fail("chat.postMessage", times=None)
    await known.type(LOG)
    known.world.slack.faults.clear()
    await known.restart()

    await known.later(minutes=3)
    assert known.last().startswith("Logged 2h 00m")
    assert len(known.noted("wireframes")) == 1


async def test_what_was_not_sent_before_a_restart_is_written_after_it(known: Town) -> None:
    known.world.kantata.faults.always("POST", "/time_entries", Kind.UNAVAILABLE)
    await known.type(LOG)
    known.world.kantata.faults.clear()
    await known.restart()

    await known.later(minutes=4)
    assert len(known.noted("wireframes")) == 1
    assert known.last().startswith("Logged 2h 00m")


async def test_several_lines_are_each_written_or_listed_with_what_to_mend(known: Town) -> None:
    await known.type(
        "/logtime 2h acme design: one\n1h qqqq yesterday: two\n- 30m internal training mon: three\nlunch"
    )
    assert [len(known.noted(notes)) for notes in ("one", "two", "three")] == [1, 0, 1]
    (listed,) = [text for text in texts(known) if "did not understand" in text]
    assert "2 of your lines are being logged" in listed
    assert "“1h 00m qqqq Wed 4 Mar 2026: two”: None of your projects fits “qqqq”." in listed
    assert "“lunch”:" in listed


async def test_what_is_listed_can_be_copied_mended_and_sent_again(known: Town) -> None:
    await known.type("/logtime 1h qqqq last week non-billable: two\n1h qqqq")
    listed = next(text for text in texts(known) if "did not understand" in text)
    line = listed.split("“")[1].split("”")[0]
    await known.type("/logtime " + line.replace("qqqq", "acme design"))

    written = known.noted("two")
    assert [each["date"] for each in written] == [f"2026-02-{day}" for day in (23, 24, 25, 26, 27)]
    assert {(each["minutes"], each["billable"]) for each in written} == {(60, False)}


async def test_a_range_leaves_out_days_off_and_holidays_and_names_them(known: Town) -> None:
    known.clock.forward(days=294)  # Thursday 24 December
    await known.type("/logtime 2h 24 dec - 28 dec acme design: winter")

    assert [each["date"] for each in known.noted("winter")] == ["2026-12-24", "2026-12-28"]
    for said in ("Fri 25 Dec 2026 (Christmas Day)", "Sat 26 Dec 2026", "Sun 27 Dec 2026", "Left out:"):
        assert said in known.last()


async def test_a_range_of_nothing_but_days_off_is_not_written(known: Town) -> None:
    await known.type("/logtime 2h 28 feb - 1 mar acme design: never")
    assert "You work on none of these days" in known.last()
    assert known.noted("never") == []
