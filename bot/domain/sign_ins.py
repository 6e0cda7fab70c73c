"""The state that travels with a browser through Kantata's sign-in: signed, and bound to a Slack person."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFE = timedelta(minutes=10)


class StateForged(Exception):
    """Not a state that was signed here, or not whole."""


@dataclass(frozen=True)
class SignInState:
    """Which sign-in it is, whose, and until when it may be used (an aware instant, in whole seconds)."""

    id: int
    workspace: str
    slack_id: str
    until: datetime


def encode_state(state: SignInState, key: bytes) -> str:
    """The state as it stands in an address, signed with ``key``."""
    plain = [state.id, state.workspace, state.slack_id, int(state.until.timestamp())]
    content = _encoded(json.dumps(plain, separators=(",", ":")).encode())
    return f"{content}.{_signature(content, key)}"


def decode_state(text: str, keys: Sequence[bytes]) -> SignInState:
    """The state, if one of ``keys`` signed it. Raises StateForged."""
    content, _, signature = text.partition(".")
    given = signature.encode(errors="replace")
    if not any(hmac.compare_digest(_signature(content, key).encode(), given) for key in keys):
        raise StateForged
    try:
        sign_in_id, workspace, slack_id, until = json.loads(_decoded(content))
    except (binascii.Error, ValueError):
        raise StateForged from None
    return SignInState(sign_in_id, workspace, slack_id, datetime.fromtimestamp(until, UTC))


def challenge(verifier: str) -> str:
    """What Kantata is told at first of the verifier it gets at last (RFC 7636, S256)."""
    return _encoded(hashlib.sha256(verifier.encode()).digest())


def _signature(content: str, key: bytes) -> str:
    return _encoded(hmac.digest(key, content.encode(errors="replace"), "sha256"))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
