"""Accents, case and small typos do not count; numbers and short words do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.words import begins, fold, natural, near, near_words, searched_words, shortened, split_words

LETTERS = st.text("abc", min_size=4, max_size=8)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Größe", "grosse"),
        ("ÉCOLE", "ecole"),
        ("Łódź", "lodz"),
        ("Smørrebrød", "smorrebrod"),
        ("İstanbul", "istanbul"),
        ("ﬁeld", "field"),
        ("Ｗｉｄｅ", "wide"),
        ("ΟΔΟΣ", fold("οδος")),
        ("Договор", "договор"),
        ("Acme", "acme"),
        ("ᴬcme", "acme"),
    ],
)
def test_accents_and_case_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_again_changes_no_word(text: str) -> None:
    assert split_words(" ".join(split_words(text))) == split_words(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Kick-off", ("kick", "off")),
        ("R&D / Phase_2", ("r", "d", "phase", "2")),
        ("St. John’s", ("st", "johns")),
        (" — ", ()),
        ("", ()),
    ],
)
def test_whatever_is_no_letter_or_digit_separates(text: str, words: tuple[str, ...]) -> None:
    assert split_words(text) == words


def test_a_word_with_a_hyphen_is_found_in_one_as_well() -> None:
    assert searched_words("Kick‑off now") == ("kick", "off", "now", "kickoff")


@pytest.mark.parametrize(
    ("word", "typed", "does"),
    [
        ("design", "design", True),
        ("design", "des", True),
        ("design", "sign", False),
        ("12", "1", False),
        ("1", "1", True),
        ("q30", "q3", False),
        ("q3", "q", True),
        ("2026a", "2026", False),
    ],
)
def test_a_beginning_is_one_of_letters(word: str, typed: str, does: bool) -> None:
    assert begins(word, typed) is does


def slips(word: str) -> set[str]:
    """Everything one slip away, the long way round."""
    letters = "abcdefgh"
    cuts = range(len(word))
    left_out = {word[:at] + word[at + 1 :] for at in cuts}
    wrong = {word[:at] + letter + word[at + 1 :] for at in cuts for letter in letters}
    added = {word[:at] + letter + word[at:] for at in range(len(word) + 1) for letter in letters}
    exchanged = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    return (left_out | wrong | added | exchanged) - {word}


@given(LETTERS, LETTERS)
def test_near_is_exactly_one_slip(word: str, typed: str) -> None:
    assert near(word, typed) is (typed in slips(word))


@given(LETTERS, st.data())
def test_near_words_share_a_shortened_form(word: str, data: st.DataObject) -> None:
    typed = data.draw(st.sampled_from(sorted(slip for slip in slips(word) if len(slip) >= 4)))
    assert shortened(word) & shortened(typed)


@pytest.mark.parametrize(
    ("word", "typed"), [("bug", "bag"), ("cats", "cat"), ("v1000", "v1001"), ("2026", "2025")]
)
def test_short_words_and_numbers_have_no_slips(word: str, typed: str) -> None:
    assert not near(word, typed)
    assert not shortened(word) & shortened(typed)


def test_numbers_are_in_their_own_order() -> None:
    assert sorted(["Sprint 10", "sprint 2", "Äther"], key=natural) == ["Äther", "sprint 2", "Sprint 10"]


def test_the_near_words_of_a_vocabulary() -> None:
    assert near_words(["design", "resign", "testing"], "desgin") == {"design"}
