"""The Home tab as it is drawn: within Slack's limits however much there is, and nothing by colour alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.homes import Glance, glance_of, next_holiday
from bot.domain.people import Person
from bot.domain.policies import FirmPolicy
from bot.domain.time_off import Absence, LeaveDay, TimeOff, TimeOffState
from bot.domain.timesheets import TimeOfWeek
from bot.domain.work_calendars import Holiday, WorkCalendar
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.views import home as views
from bot.views.approval_queue import Queued
from bot.views.approvals import RequestRef
from bot.views.welcome import welcome
from tests.views.test_approvals import CROWDED
from tests.views.weeks import APPROVED, FRIDAY, MONDAY, OPEN, REJECTED, THURSDAY, crowded, entry, week

NOW = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)
TAY = Person("T1", "U1", "101", "Tay <Forth> & co", "Europe/Berlin", "en-GB")
AWAY = (Absence("Oder <!channel> Neisse", (MONDAY + timedelta(days=7), FRIDAY + timedelta(days=7))),)
HOLIDAY = Holiday("Easter <@U1>", date(2026, 4, 3), date(2026, 4, 6))


def glance(time: TimeOfWeek, off: int = 0) -> Glance:
    days = {THURSDAY + timedelta(days=n): 480 for n in range(off)}
    return glance_of(time, WorkCalendar(time_off=days), AWAY * (1 + off), THURSDAY, NOW)


def home(**changed: Any) -> views.Home:
    usual = views.Home(TAY, THURSDAY, glance(week((entry(1), OPEN))), (), 0, HOLIDAY)
    return replace(usual, **changed)


LEAVES = tuple(
    TimeOff(
        id=number,
        workspace="T1",
        slack_id="U2",
        kantata_id="102",
        name="Oder " + "n" * 300,
        revision=1,
        state=TimeOffState.WAITING,
        days=tuple(LeaveDay(THURSDAY + timedelta(days=2 * day), 480) for day in range(90)),
        reason="",
        asked_at=NOW,
        expires_at=NOW,
    )
    for number in range(1, 9)
)
MANY = tuple(Queued(RequestRef(at, 1), CROWDED) for at in range(35))
HOMES = {
    "usual": home(),
    "nothing": home(glance=None, holiday=None),
    "failed": home(glance=None, failed=True),
    "asking": home(asking=True),
    "administrator": home(administers=True),
    "time off": home(asked=LEAVES[:1], leaves=LEAVES),
    "crowded": home(glance=glance(crowded(), 60), waiting=MANY, page=2, failed=True),
}


@pytest.mark.parametrize("shown", HOMES.values(), ids=HOMES)
@pytest.mark.parametrize("table", [True, False])
def test_every_home_is_within_slacks_limits(shown: views.Home, table: bool) -> None:
    drawn = views.home(shown, table=table).to_dict()
    check_blocks(drawn["blocks"], Surface.HOME)
    assert "<@U1>" not in str(drawn)
    assert "<!channel>" not in str(drawn)


def test_those_who_cannot_use_it_are_told_within_slacks_limits() -> None:
    for view in (
        views.not_connected("why", None),
        views.not_connected("why " * 700, "https://example.com"),
        views.refused("why"),
    ):
        check_blocks(view.to_dict()["blocks"], Surface.HOME)


def texts(view: Any) -> str:
    return str(view.to_dict()["blocks"])


def test_a_week_without_gaps_says_so() -> None:
    full = week(*((entry(n, MONDAY + timedelta(days=n), 480), APPROVED) for n in range(5)))
    assert "Nothing is missing so far." in texts(views.home(home(glance=glance(full))))
    assert "Submit week" not in texts(views.home(home(glance=glance(full))))


def test_what_was_rejected_can_be_submitted_again() -> None:
    drawn = texts(views.home(home(glance=glance(week((entry(1), REJECTED))))))
    assert "rejected by Oder Neisse on Thu 5 Mar 2026, 09:05: Thursday is missing" in drawn
    assert "Submit week" in drawn


def test_days_are_those_of_the_persons_own_clock() -> None:
    drawn = texts(views.home(home(asking=True)))
    assert "As of 13:30; asking Kantata …" in drawn
    assert "*Today* · 8h 00m missing" in drawn


def test_the_holiday_that_comes_next_is_the_first_not_over() -> None:
    over, now, far = (
        Holiday("Over", MONDAY, MONDAY),
        Holiday("Now", MONDAY, FRIDAY),
        Holiday("Far", THURSDAY + timedelta(days=300), THURSDAY + timedelta(days=300)),
    )
    assert next_holiday((HOLIDAY, over, now, far), THURSDAY) == now
    assert next_holiday((over, far), THURSDAY) == far
    assert next_holiday((over,), THURSDAY) is None


def test_the_welcome_announces_what_the_firm_has_switched_on() -> None:
    usual = welcome("Tay <Forth>", FirmPolicy())
    check_blocks(usual.payload()["blocks"], Surface.MESSAGE)
    assert "a reminder when your week is not complete" in usual.text
    assert "Tay &lt;Forth&gt;" in usual.text
    assert "reminder when" not in welcome("Tay", FirmPolicy(reminders=frozenset())).text
