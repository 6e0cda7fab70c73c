"""The state of a sign-in: what was signed comes back whole, and nothing else does."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sign_ins import SignInState, StateForged, challenge, decode_state, encode_state

KEY, OTHER = b"k" * 32, b"o" * 32
STATE = SignInState(17, "T1", "U1", datetime(2026, 3, 5, 12, 10, tzinfo=UTC))

instants = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001  # Hypothesis adds the zone itself
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda instant: instant.replace(microsecond=0))
states = st.builds(SignInState, st.integers(1, 2**63), st.text(), st.text(), instants)


@given(states)
def test_a_state_comes_back_as_it_was(state: SignInState) -> None:
    text = encode_state(state, KEY)

    assert decode_state(text, [OTHER, KEY]) == state
    assert text.isascii()
    assert not set(text) & set("&?#=+/% ")


def test_no_other_key_will_do() -> None:
    with pytest.raises(StateForged):
        decode_state(encode_state(STATE, KEY), [OTHER])
    with pytest.raises(StateForged):
        decode_state(encode_state(STATE, KEY), [])


def test_it_cannot_be_made_somebody_elses() -> None:
    content, signature = encode_state(STATE, KEY).split(".")
    plain = json.loads(base64.urlsafe_b64decode(content + "=="))
    plain[2] = "U2"
    forged = base64.urlsafe_b64encode(json.dumps(plain).encode()).rstrip(b"=").decode()

    with pytest.raises(StateForged):
        decode_state(f"{forged}.{signature}", [KEY])


@given(st.text())
def test_whatever_else_comes_is_refused(text: str) -> None:
    with pytest.raises(StateForged):
        decode_state(text, [KEY])


@pytest.mark.parametrize("content", ["", "!", "bm90IGpzb24"])
def test_what_was_signed_for_something_else_is_refused(content: str) -> None:
    signature = base64.urlsafe_b64encode(hmac.digest(KEY, content.encode(), "sha256")).rstrip(b"=").decode()

    with pytest.raises(StateForged):
        decode_state(f"{content}.{signature}", [KEY])


def test_the_challenge_is_the_verifiers_hash() -> None:
    # RFC 7636, appendix B
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert challenge("x") == base64.urlsafe_b64encode(hashlib.sha256(b"x").digest()).rstrip(b"=").decode()
