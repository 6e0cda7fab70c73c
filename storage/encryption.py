"""Secrets at rest: encrypted by rotating keys, and bound to whom they belong and what they are for."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Undecipherable(Exception):
    """None of the keys opens it: the key it was sealed with is gone, or it was tampered with."""


class SealedForAnother(Exception):
    """It opens, but belongs to another owner or serves another purpose."""


@dataclass(frozen=True)
class Sealed:
    """A secret as it is stored; only a Cipher opens it."""

    ciphertext: str = field(repr=False)


@dataclass(frozen=True)
class Binding:
    """Whose a secret is, by Slack's ids, and what it is for: kept inside the ciphertext."""

    workspace: str
    slack_id: str
    purpose: str


class Cipher:
    """Seals and opens secrets. The newest key seals, every key opens: that is how keys are rotated."""

    def __init__(self, keys: Sequence[str]) -> None:
        """``keys``: Fernet keys, newest first. Raises ValueError where there is none, or one is not a key."""
        fernets = [Fernet(key) for key in keys]
        self._newest = MultiFernet(fernets[:1])
        self._all = MultiFernet(fernets)
        self._keys = tuple(keys)

    def seal(self, secret: str, binding: Binding) -> Sealed:
        """Encrypt by the newest key, together with whose it is and what for."""
        content = json.dumps([*_parts(binding), secret])
        return Sealed(self._newest.encrypt(content.encode()).decode())

    def unseal(self, sealed: Sealed, binding: Binding) -> str:
        """The secret. Raises Undecipherable, or SealedForAnother where it was stored for somebody else."""
        try:
            content = json.loads(self._all.decrypt(sealed.ciphertext))
        except InvalidToken:
            raise Undecipherable from None
        *parts, secret = content
        if parts != _parts(binding):
            raise SealedForAnother
        return str(secret)

    def renewed(self, sealed: Sealed) -> Sealed | None:
        """The same under the newest key; None where it is already. Raises Undecipherable."""
        try:
            self._newest.decrypt(sealed.ciphertext)
        except InvalidToken:
            try:
                return Sealed(self._all.rotate(sealed.ciphertext).decode())
            except InvalidToken:
                raise Undecipherable from None
        return None

    def keys_for(self, purpose: str) -> tuple[bytes, ...]:
        """Keys for signing, one of each Fernet key and newest first, that serve this purpose alone."""
        return tuple(_derived(key, purpose) for key in self._keys)


def _parts(binding: Binding) -> list[str]:
    return [binding.workspace, binding.slack_id, binding.purpose]


def _derived(key: str, purpose: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return hkdf.derive(base64.urlsafe_b64decode(key))


class EncryptedText(TypeDecorator[Sealed]):
    """A column that takes what was sealed and nothing else, so that no secret is stored by mistake."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> str | None:
        """What the database stores; TypeError for anything that is not sealed."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("a secret must be sealed before it is stored")
        return value.ciphertext

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sealed | None:
        """What was stored, still sealed."""
        return None if value is None else Sealed(value)
