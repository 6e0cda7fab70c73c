"""Who is asked, who may decide, what stands out, and how a decision is written down."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.approvals import (
    Firm,
    Hearing,
    Line,
    Member,
    Note,
    RequestState,
    Sheet,
    StandIn,
    Verdict,
    WholeWeek,
    approvers_of,
    changes,
    days_waited,
    format_note,
    is_digest_due,
    may_decide,
    parse_note,
    standouts,
    supersedes,
)
from bot.domain.time_entries import Project
from bot.domain.work_calendars import WorkCalendar

DAY = date(2026, 3, 5)
SUNDAY = date(2026, 3, 1)
TAY, ODER, HUDSON, AVON, LOIRE = "101", "102", "103", "106", "110"


def firm(*stand_ins: StandIn, **changed: Member) -> Firm:
    members = {
        TAY: Member(TAY, "Tay Forth", manager_id=ODER, manager_can_approve=True),
        ODER: Member(ODER, "Oder Neisse", manager_id=HUDSON),
        HUDSON: Member(HUDSON, "Hudson Reed", administrator=True),
        AVON: Member(AVON, "Avon Severn"),
        LOIRE: Member(LOIRE, "Loire Allier"),
    }
    return Firm(members | {each.id: each for each in changed.values()}, stand_ins)


def without(the_firm: Firm, *user_ids: str) -> Firm:
    return replace(
        the_firm, members={key: each for key, each in the_firm.members.items() if key not in user_ids}
    )


def standing_in(first: int = 0, last: int = 0) -> StandIn:
    return StandIn(AVON, LOIRE, DAY + timedelta(days=first), DAY + timedelta(days=last))


def test_the_projects_approvers_and_the_manager_are_asked() -> None:
    assert approvers_of(TAY, [AVON], firm(), DAY) == (ODER, AVON)


def test_a_manager_who_may_not_approve_is_not_asked() -> None:
    tay = Member(TAY, "Tay Forth", manager_id=ODER)
    assert approvers_of(TAY, [AVON], firm(tay=tay), DAY) == (AVON,)


@pytest.mark.parametrize(
    ("first", "last", "asked"), [(0, 0, True), (-3, 3, True), (1, 3, False), (-3, -1, False)]
)
def test_who_stands_in_is_asked_from_the_first_to_the_last_day(first: int, last: int, asked: bool) -> None:
    found = approvers_of(TAY, [AVON], firm(standing_in(first, last)), DAY)
    assert (LOIRE in found) is asked


def test_nobody_stands_in_for_somebody_who_is_not_asked() -> None:
    assert LOIRE not in approvers_of(TAY, [], firm(standing_in()), DAY)


def test_who_stands_in_for_somebody_who_has_left_is_still_asked() -> None:
    assert approvers_of(TAY, [AVON], without(firm(standing_in()), AVON), DAY) == (ODER, LOIRE)


def test_where_nobody_else_is_active_the_administrators_are_asked() -> None:
    assert approvers_of(TAY, [AVON], without(firm(), AVON, ODER), DAY) == (HUDSON,)


def test_somebody_unknown_to_the_firm_has_no_manager_to_ask() -> None:
    assert approvers_of("999", [], firm(), DAY) == (HUDSON,)


def test_nobody_is_asked_about_their_own_time_unless_kantata_permits_it() -> None:
    assert approvers_of(AVON, [AVON], firm(), DAY) == (HUDSON,)
    assert approvers_of(HUDSON, [], firm(), DAY) == ()
    assert approvers_of(AVON, [AVON], firm(), DAY, own=True) == (AVON,)


@pytest.mark.parametrize("user_id", [ODER, HUDSON, AVON])
def test_manager_administrator_and_approver_may_decide(user_id: str) -> None:
    assert may_decide(user_id, TAY, [AVON], [], firm(), DAY)


def test_who_sees_reports_or_money_may_decide() -> None:
    viewer = Member(LOIRE, "Loire Allier", viewer=True)
    assert may_decide(LOIRE, TAY, [], [], firm(loire=viewer), DAY)
    assert may_decide(LOIRE, TAY, [], [LOIRE], firm(), DAY)


def test_nobody_else_may_decide() -> None:
    assert not may_decide(LOIRE, TAY, [AVON], [], firm(), DAY)
    assert not may_decide(AVON, TAY, [AVON], [], without(firm(), AVON), DAY)
    assert not may_decide(HUDSON, HUDSON, [HUDSON], [HUDSON], firm(), DAY)


def sheet(*lines: Line, week: WholeWeek | None = None) -> Sheet:
    return Sheet("7001", TAY, "Tay Forth", Project("3001", "Website", "Acme"), SUNDAY, lines, week=week)


def line(at: int, minutes: int = 480, notes: str = "Wireframes", **more: bool) -> Line:
    return Line(str(at), SUNDAY + timedelta(days=at), minutes, more.get("billable", True), notes)


FULL = WholeWeek(2400, (0, 480, 480, 480, 480, 480, 0))


def test_a_week_as_it_should_be_does_not_stand_out() -> None:
    assert standouts(sheet(line(1), line(2), week=FULL)) == ()


@pytest.mark.parametrize(("minutes", "said"), [(2340, "1h 00m under target"), (2490, "1h 30m over target")])
def test_a_week_beside_its_target_stands_out(minutes: int, said: str) -> None:
    (found,) = standouts(sheet(line(1), week=replace(FULL, minutes=minutes)))
    assert said in found


def test_work_on_a_day_off_stands_out() -> None:
    holiday = WholeWeek(2400, (0, 0, 600, 600, 600, 600, 0))
    assert standouts(sheet(line(1), week=holiday)) == ("work on Mon 2 Mar 2026, which is no working day",)
    assert "Sat 7 Mar 2026" in standouts(sheet(line(6)))[0]


def test_long_days_stand_out_and_only_three_are_named() -> None:
    (found,) = standouts(sheet(*(line(at, 600) for at in range(1, 6))))
    assert found.startswith("a long day: Mon 2 Mar 2026 (10h 00m)")
    assert found.endswith("and 2 more")


def test_entries_without_notes_stand_out() -> None:
    assert standouts(sheet(line(1, notes=" "), line(2))) == ("no notes on 1 of the entries",)
    assert standouts(sheet(line(1, notes=""))) == ("no notes",)


def test_a_sheet_adds_up_by_day_and_by_what_is_billable() -> None:
    found = sheet(line(2, 60), line(1, 30), line(2, 15, billable=False))
    assert found.by_day() == {date(2026, 3, 2): 30, date(2026, 3, 3): 75}
    assert (found.minutes, found.billable_minutes) == (105, 90)


def test_the_fingerprint_changes_with_the_entries_and_with_nothing_else() -> None:
    first = sheet(line(1), line(2))
    assert first.fingerprint() == sheet(line(2), line(1), week=FULL).fingerprint()
    assert first.fingerprint() != sheet(line(1), line(2, notes="Other")).fingerprint()


@pytest.mark.parametrize("why", ["", "Thursday is missing", "two\n\nparagraphs"])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_what_the_service_account_notes_can_be_read_again(verdict: Verdict, why: str) -> None:
    assert parse_note(format_note(verdict, "Oder Neisse", ODER, why)) == Note("Oder Neisse", ODER, why)


@pytest.mark.parametrize("text", ["", "Thanks", "Approved in Slack by nobody."])
def test_other_words_are_no_note(text: str) -> None:
    assert parse_note(text) is None


def test_a_verdict_leads_to_its_state() -> None:
    assert [each.state for each in Verdict] == [RequestState.APPROVED, RequestState.REJECTED]


def test_what_changed_since_a_rejection_is_named_by_entry() -> None:
    before = sheet(line(1, 60), line(2, 60), line(3, 60), line(4, 60))
    moved = replace(line(2, 60), day=date(2026, 3, 6), billable=False)
    after = sheet(line(1, 90, "Sketches"), moved, line(4, 60), line(5, 30))

    assert changes(before, after) == (
        "Mon 2 Mar 2026: 1h 00m became 1h 30m, other notes",
        "Fri 6 Mar 2026: moved from Tue 3 Mar 2026, no longer billable",
        "Fri 6 Mar 2026: 0h 30m added",
        "Wed 4 Mar 2026: 1h 00m taken out",
    )
    assert changes(sheet(replace(moved, billable=False)), sheet(replace(moved, billable=True))) == (
        "Fri 6 Mar 2026: now billable",
    )
    assert changes(before, before) == ()


USUAL = WorkCalendar()
NINE, HALF_PAST = datetime(2026, 3, 5, 9, 0, tzinfo=UTC), datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "today", "days"),
    [(DAY, DAY, 0), (DAY, date(2026, 3, 6), 1), (DAY, date(2026, 3, 9), 2), (date(2026, 2, 27), DAY, 4)],
)
def test_a_timesheet_has_waited_as_long_as_its_approver_has_worked(
    since: date, today: date, days: int
) -> None:
    assert days_waited(since, today, USUAL) == days


def test_days_off_are_not_waited() -> None:
    off = WorkCalendar(time_off={DAY: 480})
    assert days_waited(date(2026, 3, 3), DAY, off) == 1
    assert not is_digest_due(Hearing.DIGEST, HALF_PAST, [SUNDAY], off)


def test_a_digest_comes_at_half_past_nine_where_something_waits() -> None:
    assert is_digest_due(Hearing.DIGEST, HALF_PAST, [DAY], USUAL)
    assert not is_digest_due(Hearing.DIGEST, NINE, [DAY], USUAL)
    assert not is_digest_due(Hearing.DIGEST, HALF_PAST, [], USUAL)
    assert not is_digest_due(Hearing.DIGEST, HALF_PAST + timedelta(days=2), [DAY], USUAL)


@pytest.mark.parametrize(
    ("days_ago", "due"), [(0, False), (1, True), (2, False), (3, True), (7, True), (8, False)]
)
def test_who_hears_at_once_is_reminded_after_one_three_and_five_working_days(
    days_ago: int, due: bool
) -> None:
    since = DAY - timedelta(days=days_ago)
    assert is_digest_due(Hearing.AT_ONCE, HALF_PAST, [since], USUAL) is due


def test_who_looks_alone_is_never_told() -> None:
    assert not is_digest_due(Hearing.QUEUE, HALF_PAST, [SUNDAY], USUAL)


def test_what_was_decided_never_waits_again() -> None:
    assert supersedes(RequestState.APPROVED, RequestState.PENDING)
    assert supersedes(RequestState.REJECTED, RequestState.APPROVED)
    assert not supersedes(RequestState.PENDING, RequestState.APPROVED)
    assert not supersedes(RequestState.APPROVED, RequestState.APPROVED)
