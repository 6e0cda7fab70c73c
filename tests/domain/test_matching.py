"""One clear winner is taken, several are offered, and nothing is guessed."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import (
    Ask,
    Candidate,
    Certain,
    Nothing,
    Understanding,
    choose,
    is_distinct,
    names_another,
)
from bot.domain.naming import Corrections
from bot.domain.time_entries import Project, Task

WEBSITE = Project("1", "Website", "Acme")
APP = Project("2", "Mobile app", "Acme")
BANK = Project("3", "Onboarding", "Cedar Bank")
INTERNAL = Project("4", "Internal")
AUDIT = Project("5", "Internal audit", "Fjord")
TASKS = {
    "1": ("Design", "Testing", "Sprint 1", "Sprint 12", "Kick-off"),
    "2": ("Backend", "Testing", "Quality assurance"),
    "3": ("Backend", "Workshop"),
    "4": ("Training",),
    "5": (),
}


def task(project: Project, title: str) -> Task:
    return Task(f"{project.id}/{title}", title, project.id)


def tasks(*projects: Project) -> list[Task]:
    return [task(project, title) for project in projects for title in TASKS[project.id]]


def understood(
    text: str,
    *projects: Project,
    here: Project | None = None,
    corrections: Corrections | None = None,
    closed: tuple[Task, ...] = (),
    crowded: Mapping[str, int] | None = None,
    more: bool = False,
) -> Understanding:
    return choose(
        text.split(),
        [Candidate(project) for project in projects],
        tasks(*projects),
        channel_project=here.id if here else None,
        corrections=corrections or {},
        closed=closed,
        crowded=crowded or {},
        more=more,
    )


def test_client_title_and_task_are_found_in_any_order() -> None:
    for text in ("acme website design", "design website acme", "website / acme / design", "ACME  désign web"):
        assert understood(text, WEBSITE, APP) == Certain(WEBSITE, task(WEBSITE, "Design"), ())


def test_what_is_left_over_and_is_no_task_is_notes_as_typed() -> None:
    assert understood("Acme Website fix the Footer", WEBSITE, APP) == Certain(
        WEBSITE, None, ("fix", "the", "Footer")
    )


def test_a_task_before_the_notes_is_the_task() -> None:
    assert understood("acme website design for the footer", WEBSITE, APP) == Certain(
        WEBSITE, task(WEBSITE, "Design"), ("footer",)
    )


@pytest.mark.parametrize(
    "text",
    [
        "acme website talk about design",  # a task's name within the notes
        "acme website des of footer",  # a task's beginning is not enough beside notes
        "call acme website people",  # notes in pieces
    ],
)
def test_notes_that_may_be_more_than_notes_are_asked_about(text: str) -> None:
    assert isinstance(understood(text, WEBSITE, APP), Ask)


def test_several_projects_are_offered_and_the_one_used_last_comes_first() -> None:
    used = [Candidate(WEBSITE), Candidate(APP, datetime(2026, 3, 1, tzinfo=UTC))]
    assert choose(["acme"], used, []) == Ask((APP, WEBSITE))


def test_a_task_tells_which_project_is_meant() -> None:
    assert understood("acme backend", WEBSITE, APP) == Certain(APP, task(APP, "Backend"), ())


def test_a_task_of_two_projects_does_not_tell() -> None:
    assert understood("acme testing", WEBSITE, APP) == Ask((APP, WEBSITE))


def test_a_task_that_is_not_said_in_full_does_not_tell_the_project() -> None:
    assert isinstance(understood("acme quality", WEBSITE, APP), Ask)
    assert understood("acme quality ass", WEBSITE, APP) == Certain(APP, task(APP, "Quality assurance"), ())


def test_one_project_with_several_fitting_tasks_asks_for_the_task() -> None:
    asked = understood("acme website sprint", WEBSITE)
    assert asked == Ask((WEBSITE,), (task(WEBSITE, "Sprint 1"), task(WEBSITE, "Sprint 12")))


def test_numbers_are_not_cut() -> None:
    assert understood("website sprint 1", WEBSITE) == Certain(WEBSITE, task(WEBSITE, "Sprint 1"), ())
    assert isinstance(understood("website sprint 2", WEBSITE), Ask)


@pytest.mark.parametrize("text", ["website kick-off", "website kickoff", "website kick off"])
def test_a_hyphen_makes_no_difference(text: str) -> None:
    assert understood(text, WEBSITE) == Certain(WEBSITE, task(WEBSITE, "Kick-off"), ())


def test_a_title_said_in_full_beats_a_longer_one() -> None:
    assert understood("internal", INTERNAL, AUDIT) == Certain(INTERNAL, None, ())
    assert understood("internal audit", INTERNAL, AUDIT) == Certain(AUDIT, None, ())


def test_one_letter_is_not_enough() -> None:
    assert isinstance(understood("o", BANK), Ask)
    assert isinstance(understood("onboarding w", BANK), Ask)


def test_a_later_word_of_the_client_is_not_enough() -> None:
    assert isinstance(understood("bank", BANK), Ask)
    assert isinstance(understood("bank holiday", BANK), Ask)
    assert understood("cedar", BANK) == Certain(BANK, None, ())


def test_a_vague_word_beside_notes_is_not_enough() -> None:
    assert isinstance(understood("internal call with bob", INTERNAL), Ask)


def test_words_for_two_projects_are_asked_about() -> None:
    assert understood("acme app and cedar", APP, BANK) == Ask((APP, BANK))


def test_no_project_named_is_nothing() -> None:
    assert understood("zebra", WEBSITE, BANK) == Nothing(())
    assert understood("", WEBSITE) == Nothing(())


def test_a_recent_task_named_alone_is_offered_and_not_taken() -> None:
    assert understood("backend", BANK) == Ask((BANK,), (task(BANK, "Backend"),))


def test_a_project_named_like_a_recent_task_is_asked_about() -> None:
    workshop = Project("6", "Workshop centre", "Delta")
    asked = choose(["workshop"], [Candidate(workshop), Candidate(BANK)], tasks(BANK))
    assert asked == Ask((BANK, workshop)) or asked == Ask((workshop, BANK))


def test_a_recent_task_that_occurs_in_the_notes_is_no_rival() -> None:
    assert understood("acme website backend outage", WEBSITE, BANK) == Certain(
        WEBSITE, None, ("backend", "outage")
    )


# In a channel with a project


def test_in_its_channel_a_project_need_not_be_named() -> None:
    assert understood("design", WEBSITE, here=WEBSITE) == Certain(WEBSITE, task(WEBSITE, "Design"), ())
    assert understood("fix footer", WEBSITE, here=WEBSITE) == Certain(WEBSITE, None, ("fix", "footer"))
    assert understood("", WEBSITE, here=WEBSITE) == Certain(WEBSITE, None, ())


def test_in_a_channel_another_project_named_clearly_is_taken() -> None:
    assert understood("cedar workshop", WEBSITE, BANK, here=WEBSITE) == Certain(
        BANK, task(BANK, "Workshop"), ()
    )


def test_in_a_channel_words_for_both_are_asked_about() -> None:
    assert understood("design with cedar", WEBSITE, BANK, here=WEBSITE) == Ask((WEBSITE, BANK))
    assert understood("cedar lunch", WEBSITE, BANK, here=WEBSITE) == Ask((WEBSITE, BANK), (), ("lunch",))


def test_a_channel_project_the_person_cannot_log_on_is_no_help() -> None:
    assert understood("design", BANK, here=WEBSITE) == Nothing(())


# Misspelt


def test_a_slip_is_forgiven() -> None:
    fixed = {"onbaording": {"onboarding"}}
    assert understood("onbaording workshop", BANK, corrections=fixed) == Certain(
        BANK, task(BANK, "Workshop"), ()
    )
    assert understood("acem web", WEBSITE, corrections={"acem": {"acme"}}) == Certain(WEBSITE, None, ())


def test_a_slip_in_a_short_word_is_asked_about() -> None:
    assert isinstance(understood("acne web", WEBSITE, corrections={"acne": {"acme"}}), Ask)


def test_a_slip_beside_notes_is_asked_about() -> None:
    fixed = {"onbaording": {"onboarding"}}
    assert isinstance(understood("cedar onbaording big cake", BANK, corrections=fixed), Ask)


def test_a_misspelt_task_does_not_tell_the_project() -> None:
    assert isinstance(understood("acme bakcend", WEBSITE, APP, corrections={"bakcend": {"backend"}}), Ask)


# What is beyond the candidates


def test_whoever_names_a_closed_task_is_asked() -> None:
    closed = (Task("9", "Discovery", "1"),)
    assert understood("acme website discovery", WEBSITE, closed=closed) == Ask((WEBSITE,), (), ("discovery",))
    assert isinstance(understood("acme website footer", WEBSITE, closed=closed), Certain)


def test_a_task_is_not_taken_where_others_unseen_may_fit_as_well() -> None:
    assert isinstance(understood("acme website design", WEBSITE, crowded={"1": 1}), Ask)
    assert isinstance(understood("acme website sprint 12", WEBSITE, crowded={"1": 1}), Certain)


def test_a_project_is_not_taken_where_others_unseen_may_fit_as_well() -> None:
    assert isinstance(understood("cedar", BANK, WEBSITE, more=True), Ask)
    assert isinstance(understood("acme website", WEBSITE, APP, more=True), Certain)
    assert isinstance(understood("acme website footer", WEBSITE, APP, more=True), Ask)


def test_a_word_of_the_client_that_may_be_the_task_is_asked_about() -> None:
    engine = Project("7", "Booking engine", "Bluebird Travel")
    travel = Task("70", "Travel", "7")
    assert choose(["booking", "engine", "travel"], [Candidate(engine)], [travel]) == Ask((engine,), (travel,))


def test_words_that_are_a_tasks_alone_name_no_project() -> None:
    database = Project("8", "Database", "Delta")
    model = Task("80", "Data model", "8")
    assert isinstance(choose(["data", "model"], [Candidate(database)], [model]), Ask)


def test_another_project_that_the_words_name_better() -> None:
    certain = Certain(WEBSITE, None, ("brand", "refresh"))
    brand = Project("11", "Brand refresh", "Acme")
    assert names_another(["acme", "brand", "refresh"], certain, [WEBSITE, brand])
    assert not names_another(["acme", "footer"], Certain(WEBSITE, None, ("footer",)), [WEBSITE, brand])


def test_a_title_said_in_full_within_the_notes_is_another_project() -> None:
    certain = Certain(WEBSITE, None, ("onboarding",))
    assert names_another(["website", "onboarding"], certain, [BANK])


def test_where_no_word_names_the_project_a_word_of_another_is_no_name() -> None:
    certain = Certain(WEBSITE, None, ("bank", "details"))
    assert not names_another(["bank", "details"], certain, [BANK])
    assert names_another(["onboarding", "details"], certain, [BANK])


def test_in_its_channel_a_project_is_not_taken_where_projects_unseen_may_be_named() -> None:
    assert isinstance(understood("footer", WEBSITE, here=WEBSITE, more=True), Ask)


@pytest.mark.parametrize(
    ("text", "distinct"), [("acme", True), ("ac", True), ("website", True), ("web", False), ("bank", False)]
)
def test_a_project_is_told_by_its_clients_first_word_or_its_whole_title(text: str, distinct: bool) -> None:
    assert is_distinct(WEBSITE, [text]) is distinct


# For any words at all

SAID = (
    "acme",
    "app",
    "web",
    "website",
    "cedar",
    "bank",
    "internal",
    "audit",
    "design",
    "test",
    "sprint",
    "1",
)
WORDS = st.lists(st.sampled_from((*SAID, "12", "backend", "lunch", "the", "for", "w", "a")), max_size=6)


@given(WORDS)
def test_nothing_typed_is_lost_or_made_up(words: list[str]) -> None:
    found = choose(words, [Candidate(each) for each in (WEBSITE, APP, BANK, INTERNAL, AUDIT)],
                   tasks(WEBSITE, APP, BANK, INTERNAL))  # fmt: skip
    if isinstance(found, Certain):
        assert found.task is None or found.task.project_id == found.project.id
        rest = iter(words)
        assert all(word in rest for word in found.rest), "the notes are typed words in their order"


@given(WORDS)
def test_the_order_of_candidates_does_not_matter(words: list[str]) -> None:
    projects = [WEBSITE, APP, BANK, INTERNAL, AUDIT]
    one = choose(words, [Candidate(each) for each in projects], tasks(*projects))
    other = choose(words, [Candidate(each) for each in reversed(projects)], tasks(*reversed(projects)))
    assert one == other
