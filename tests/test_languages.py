"""Every text is said in the language in force, and every catalog has exactly what the code says.

How it is done: ``tr("{hours} on {day}").format(hours=..., day=...)`` where something is said,
``trn(one, many, n)`` where the number decides, and ``later(...)`` around a constant that ``tr`` says later.
Then ``./run python -m tests.catalogs`` puts the new texts into the catalogs, to be translated there.
"""

from collections.abc import Sequence
from datetime import date
from gettext import NullTranslations
from string import Formatter

import pytest

from bot.domain.calendars import format_day, format_span
from bot.domain.languages import speaking, tr, trn
from bot.domain.time_entries import Entry, Project, Task
from bot.languages import TRANSLATED, catalog, spoken_in
from bot.views.time_entries import spelled
from tests import catalogs, literals

ENTRY = Entry("1", Project("3", "Website", "Acme"), Task("4", "Design", "3"), date(2026, 3, 3), 120, "", True)


class Marked(NullTranslations):
    """A language in which everything that is translated stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def test_english_is_what_the_code_says() -> None:
    assert tr("waiting") == "waiting"
    assert [trn("{n} day", "{n} days", n).format(n=n) for n in (1, 2)] == ["1 day", "2 days"]
    assert spelled(ENTRY) == "2h 00m · Acme / Website / Design · Tue 3 Mar 2026 · billable"


def test_another_language_is_spoken_only_within() -> None:
    with speaking(Marked()):
        assert spelled(ENTRY).endswith(" · ⟦billable⟧")
    assert spelled(ENTRY).endswith(" · billable")


def test_days_are_spelled_in_the_language() -> None:
    with speaking(catalog("de")):
        assert format_day(date(2026, 3, 3)) == "Di 3. März 2026"
        assert format_span(date(2026, 3, 1), date(2026, 3, 7)) == "So 1. – Sa 7. März 2026"
        assert format_span(date(2026, 2, 22), date(2026, 3, 1)) == "So 22. Feb – So 1. März 2026"


@pytest.mark.parametrize("locale", [None, "", "en-US", "en-GB", "fr-FR", "x", "denmark"])
def test_who_is_not_of_a_translated_language_hears_english(locale: str | None) -> None:
    with speaking(spoken_in(locale)):
        assert spelled(ENTRY).endswith("billable")


@pytest.mark.parametrize("locale", ["de", "de-DE", "de_AT", "DE-ch"])
def test_who_has_slack_in_german_hears_german(locale: str) -> None:
    with speaking(spoken_in(locale)):
        assert spelled(ENTRY) == "2h 00m · Acme / Website / Design · Di 3. März 2026 · abrechenbar"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_has_every_text_and_no_other(language: str) -> None:
    said = {message.id for message in catalogs.extracted() if message.id}
    kept = {message.id for message in catalogs.load(language) if message.id}
    assert kept == said, "renew it: ./run python -m tests.catalogs"


def test_no_text_is_left_without_its_mark() -> None:
    assert literals.left_out() == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_translates_every_text_with_all_its_placeholders(language: str) -> None:
    for message in catalogs.load(language):
        if not message.id:
            continue
        ids, translations = _forms(message.id), _forms(message.string)
        assert all(translations), f"not translated: {message.id}"
        assert not message.fuzzy
        assert len(translations) == (2 if message.pluralizable else 1)
        for translation in translations:
            assert _placeholders(translation) == _placeholders(ids[-1]), message.id


def test_every_mark_is_seen_by_whoever_extracts() -> None:
    assert literals.marked() == {form for each in catalogs.extracted() if each.id for form in _forms(each.id)}


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)
