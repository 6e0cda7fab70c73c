"""Two people of two languages: each is spoken to in their own, whoever acts."""

import pytest

from storage import audit
from tests.journeys.conftest import TAY, Town
from tests.journeys.test_time_off import ODER, about, ask, labels, later


async def speaks_german(town: Town, who: str) -> None:
    """Somebody sets their Slack to German."""
    await town.world.slack.user_changed(town.user(who), locale="de-DE")
    await town.settle()


async def test_who_decides_reads_german_and_who_asks_english(town: Town) -> None:
    await speaks_german(town, ODER)
    await ask(town, "fri-mon: family")
    assert "It waits for Oder Neisse" in town.last()
    (request,) = about(town, ODER, "Tay Forth")
    assert request["text"].startswith("Tay Forth beantragt Abwesenheit: Fr 6. März 2026 – Mo 9. März 2026")
    assert "Grund: family" in request["text"]
    assert labels(request) == ["Freigeben", "Ablehnen…"]

    await town.press("Freigeben", ODER, under=request)
    await later(town)
    await later(town)

    (decided,) = about(town, ODER, "Tay Forth")
    assert decided["text"].startswith("Freigegeben von Oder Neisse. · Tay Forth, Abwesenheit: Fr 6. März")
    async with town.deps.database.reading() as session:
        lines = await audit.of_year(session, town.workspace.team_id, 2026)
    assert [each.by for each in lines if "Fri 6 Mar 2026 – Mon 9 Mar 2026" in each.detail] == [ODER]
    (told,) = about(town, TAY, "Your time off")
    assert "Approved by Oder Neisse. · It is in Kantata." in told["text"]


async def test_who_asks_reads_german_and_who_decides_english(town: Town) -> None:
    await speaks_german(town, TAY)
    await town.type("/timeoff fri")
    await town.press("Beantragen")
    await later(town)
    assert "Beantragt: Fr 6. März 2026 · 1 Tag · 8h 00m. Es wartet auf Oder Neisse" in town.last()
    (request,) = about(town, ODER, "Tay Forth")
    assert request["text"].startswith("Tay Forth asks for time off: Fri 6 Mar 2026")

    await town.press("Approve", ODER, under=request)
    await later(town)
    await later(town)
    (told,) = about(town, TAY, "Deine Abwesenheit")
    assert "Freigegeben von Oder Neisse. · Es steht in Kantata." in told["text"]
    await town.press("Zurückziehen", under=told)
    await later(town)
    await later(town)
    assert about(town, ODER, "Tay Forth gave back time off that was granted: Fri 6 Mar 2026 · 1 day")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/logtime 2h acme website kickoff today", "Do 5. März 2026"),
        ("/logtime 25h acme", "Ein Eintrag dauert mindestens eine Minute und weniger als 24 Stunden."),
        ("/timesheet", "Deine Woche, So 1. – Sa 7. März 2026"),
        ("/kantata whoami", "Du bist *Tay Forth*"),
        ("/timeoff list", "Du hast keine Abwesenheit beantragt."),
        ("/approvals", "Nichts wartet auf deine Entscheidung."),
    ],
)
async def test_commands_are_english_and_answers_german(town: Town, typed: str, said: str) -> None:
    await speaks_german(town, TAY)
    await town.type(typed)
    shown = [*(each["text"] for each in town.heard()), str(town.form())]
    assert any(said in each for each in shown)
