"""Every message and form in every language: within Slack's limits, with its text, and translated."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from gettext import NullTranslations
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.domain.approvals import Hearing
from bot.domain.calendars import Week
from bot.domain.jobs import JobRun
from bot.domain.languages import ENGLISH, code, speaking
from bot.domain.people import Person
from bot.domain.policies import FirmPolicy, Reminder
from bot.domain.reminders import Gap, Standing, TeamWeek
from bot.domain.time_entries import Choice, Project, Task
from bot.domain.time_off import Afterwards, TimeOffState
from bot.domain.writes import WriteNumbers
from bot.languages import TRANSLATED, catalog
from bot.sandbox.slack.blocks import Surface, check_blocks
from bot.views import (
    administration,
    approval_hearing,
    approval_rejections,
    connections,
    entry_form,
    health,
    home,
    kantata,
    matches,
    pages,
    policy_forms,
    reminders,
    settings_forms,
    stuck_writes,
    time_off,
    time_off_forms,
    time_off_previews,
    welcome,
)
from bot.views.administration import Overview
from bot.views.entry_form import EntryForm
from bot.views.health import Connection, Health
from bot.views.matches import Chosen, PeopleFound, Unmatched
from bot.views.messages import Message
from bot.views.stuck_writes import Queue
from tests.views import (
    test_approvals,
    test_charts,
    test_home,
    test_policy_forms,
    test_settings_forms,
    test_stuck_writes,
    test_time_entries,
    test_time_off,
    test_timesheets,
    test_week_forms,
)

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
THURSDAY = date(2026, 3, 5)
WEEK = Week(date(2026, 3, 1))
ACME = Project("3001", "Website", "Acme")
TAY = Person("T1", "U1", "101", "Tay Forth", "Europe/Berlin", "de-DE")
GAPS = Standing(WEEK, 600, 2400, tuple(Gap(day, 480) for day in WEEK.days()), ("Acme / Website",) * 12)
LANGUAGES: dict[str, NullTranslations] = {"en": ENGLISH, **{each: catalog(each) for each in TRANSLATED}}


def messages() -> Iterator[Message]:
    """Every message there is."""
    yield from test_time_entries.messages("Design", 2)
    yield from test_time_entries.messages("x" * 5000, 100)
    yield from test_timesheets.every_message().values()
    yield from test_time_off.largest()
    for sheet in test_approvals.SHEETS.values():
        yield from test_approvals.drawn(sheet)
    yield from _reminders()
    yield from _time_off()
    yield from _connections()
    yield welcome.welcome("Tay", FirmPolicy())
    for connected, chosen in ((False, False), (True, False), (False, True)):
        yield kantata.who(TAY, connected=connected, chosen=chosen)
    yield from (kantata.project_cleared(had_one) for had_one in (True, False))


def _reminders() -> Iterator[Message]:
    for reminder in (Reminder.INCOMPLETE, Reminder.AGAIN):
        yield reminders.incomplete(1, reminder, GAPS)
    for reminder in Reminder:
        yield reminders.stopped(reminder)
        yield reminders.resumed(reminder)
    yield reminders.snoozed(NOON)
    yield reminders.report(test_charts.TEAM, 0)
    crowd = TeamWeek(WEEK, tuple(test_charts.member(n, n, "N" * 300, *"PQ") for n in range(80)))
    yield reminders.report(crowd, 0)


def _time_off() -> Iterator[Message]:
    for state in TimeOffState:
        of = test_time_off.request(state, decided_by="Oder", why="Full.")
        yield from (time_off.decided(of), time_off.told(of), time_off.already(of), time_off.elsewhere(of))
        yield time_off.listing([of], {}, of.days)
        if of.is_open:
            yield from (time_off.asked(of, ("Oder",)), time_off.rewritten(of))
        for given_back in (True, False):
            yield time_off.news(of, Afterwards(given_back, of.days))
    yield from (
        time_off.kept(),
        time_off.kept_decision(),
        time_off.being_written(),
        time_off.listing([], {}, None),
    )
    yield from (time_off_previews.usage(), time_off_previews.slow())


def _connections() -> Iterator[Message]:
    yield connections.connect(connections.why_connect(connected=True), "https://example.com")
    yield connections.connect(connections.why_connect(connected=False), "https://example.com")
    yield from (connections.not_set_up(), connections.connected("Tay"), connections.signed_out())
    yield from (connections.nothing_to_disconnect(), connections.still_disconnecting())
    for revoked in (True, False):
        yield connections.disconnected(revoked=revoked, kantata_url="https://example.com")


def forms() -> Iterator[View]:
    """Every modal there is."""
    yield from test_week_forms.every_form().values()
    for policy in test_policy_forms.FORMS:
        yield from (policy_forms.reminders_modal(policy), policy_forms.time_off_modal(policy))
        yield administration.overview(Overview(policy.policy, THURSDAY, WriteNumbers(3, 1, 2), 1, 0))
    yield administration.said("…")
    yield from map(settings_forms.modal, test_settings_forms.FORMS.values())
    yield from map(approval_hearing.hearing_form, Hearing)
    sheet = test_approvals.SHEETS["usual"]
    yield approval_rejections.reason_form(test_approvals.REF, sheet, beside_request=True)
    yield from (reminders.snooze_form(1), reminders.said(reminders.snoozed(NOON)))
    yield from _entry_forms()
    for of in (None, test_time_off.request(reason="moving"), test_time_off.request(TimeOffState.GRANTED)):
        yield time_off_forms.ask_form(of)
    yield time_off_forms.why_form(test_time_off.request())
    yield time_off_forms.waiting("…")
    yield from _administration()


def _entry_forms() -> Iterator[View]:
    task = Task("4001", "Design", "3001")
    choices = (Choice("1", "Developer"),)
    for changing in (True, False):
        yield entry_form.modal(EntryForm(1, None, changing=changing))
        yield entry_form.modal(
            EntryForm(1, THURSDAY, ACME, task, True, changing=changing, more=True, roles=choices)
        )
    yield entry_form.waiting("…")


def _administration() -> Iterator[View]:
    runs = [JobRun("a", NOON), JobRun("b", NOON, NOON, next_at=NOON), JobRun("c", NOON, NOON, "Unreachable")]
    yield health.waiting()
    yield health.health(
        Health([Connection("Slack", False, "no")], [("People", None), ("Projects", NOON)], runs)
    )
    yield health.health(Health([Connection("Slack", True, "yes")], [], []))
    yield stuck_writes.queue(Queue([test_stuck_writes.WRITE], 9, frozenset({7})))
    yield stuck_writes.queue(Queue([], 0, frozenset()))
    for many in (0, 40):
        yield matches.people(
            PeopleFound(
                [Unmatched(f"U{n}", "Ann", several=n % 2 == 0) for n in range(many)],
                {f"Ann {n}": ["U1", "U2"] for n in range(many)},
                [Chosen(f"U{n}", "Ann" if n else None, "U1", NOON) for n in range(many)],
                ["Ann"] * many,
                may_invite=True,
            )
        )
    yield matches.form(None)


def homes() -> Iterator[View]:
    """Every Home tab there is."""
    for shown in test_home.HOMES.values():
        yield from (home.home(shown), home.home(shown, table=False))
    yield home.not_connected("…", None, administers=True)
    yield home.not_connected("…", "https://example.com")
    yield home.refused("…")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_within_the_limits_and_says_all_in_its_text(language: str) -> None:
    with speaking(LANGUAGES[language]):
        for message in messages():
            payload = message.payload()
            check_blocks(payload["blocks"], Surface.MESSAGE)
            assert 0 < len(payload["text"].strip()) <= 4000


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_within_the_limits(language: str) -> None:
    with speaking(LANGUAGES[language]):
        for form in forms():
            view = form.to_dict()
            check_blocks(view["blocks"], Surface.MODAL)
            for name in ("title", "submit", "close"):
                assert len(view.get(name, {}).get("text", "…")) <= 24, view[name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_home_tab_is_within_the_limits(language: str) -> None:
    with speaking(LANGUAGES[language]):
        for view in homes():
            check_blocks(view.to_dict()["blocks"], Surface.HOME)


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_reads_alike_in_two_languages(language: str) -> None:
    """Messages are compared by their text, forms and tabs by all they show."""
    in_english = [message.text for message in messages()] + [_shown(view) for view in (*forms(), *homes())]
    with speaking(catalog(language)):
        translated = [message.text for message in messages()]
        translated += [_shown(view) for view in (*forms(), *homes())]
    assert [text for text, other in zip(in_english, translated, strict=True) if text == other] == []


def _shown(view: View) -> str:
    drawn = view.to_dict()
    return str([drawn.get("title"), drawn["blocks"]])


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_and_labels_have_the_words_that_are_fixed(language: str) -> None:
    with speaking(LANGUAGES[language]):
        buttons = {text for message in messages() for text in _texts(message.payload(), "button")}
        buttons |= {text for view in homes() for text in _texts(view.to_dict(), "button")}
        labels = {text for form in forms() for text in _texts(form.to_dict(), "input")}
    assert buttons >= BUTTONS[language]
    assert labels >= LABELS[language]


BUTTONS = {
    "en": {"Edit", "Undo", "Log another", "Submit week", "Copy last week", "Approve", "Reject…"}
    | {"Approve selected", "Fix and resubmit", "Request", "Withdraw", "Snooze", "Stop these reminders"}
    | {"Connect", "Log time"},
    "de": {"Bearbeiten", "Rückgängig", "Weiteren erfassen", "Woche einreichen", "Letzte Woche kopieren"}
    | {"Freigeben", "Ablehnen…", "Ausgewählte freigeben", "Korrigieren und neu einreichen", "Beantragen"}
    | {"Zurückziehen", "Später erinnern", "Nicht mehr erinnern", "Verbinden", "Zeit erfassen"},
}
LABELS = {
    "en": {"Project", "Task", "Date", "Duration", "Notes", "Billable", "Role", "Reason", "Days", "Hours"},
    "de": {"Projekt", "Aufgabe", "Datum", "Dauer", "Notizen", "Abrechenbar", "Rolle", "Grund", "Tage"}
    | {"Stunden"},
}


def _texts(value: Any, kind: str) -> Iterator[str]:
    """What the buttons (their text) or the fields (their label) in it are called."""
    if isinstance(value, dict):
        if value.get("type") == kind:
            yield str(value["text" if kind == "button" else "label"]["text"])
        for each in value.values():
            yield from _texts(each, kind)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_tell_browsers_their_language(language: str) -> None:
    with speaking(LANGUAGES[language]):
        assert code() == language
        assert f'<html lang="{language}">' in pages.connected("Tay", "Tay Forth")
