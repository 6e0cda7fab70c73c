"""Words in the language of whoever reads them: English is written here, other languages are catalogs.

What is said is ``tr("{hours} on {day}").format(hours=..., day=...)``: the text in the code is English and its
own key. The language is in force for the duration of ``speaking``, in this task and in those it begins.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations

ENGLISH = NullTranslations()
_SPOKEN: ContextVar[NullTranslations] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(translations: NullTranslations) -> Iterator[None]:
    """Within it, all is said in that language."""
    before = _SPOKEN.set(translations)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def speak(translations: NullTranslations) -> None:
    """From here on, all that this task says is in that language."""
    _SPOKEN.set(translations)


def spoken() -> NullTranslations:
    """The language in force."""
    return _SPOKEN.get()


def tr(text: str) -> str:
    """The text in the language in force; as it is where the catalog does not have it."""
    return _SPOKEN.get().gettext(text)


def trn(one: str, many: str, n: int) -> str:
    """The form that goes with the number ``n`` in the language in force."""
    return _SPOKEN.get().ngettext(one, many, n)


def later(text: str) -> str:
    """The text as it is, noted for the catalog: it is said by ``tr`` where it is shown."""
    return text


def listed(parts: list[str]) -> str:
    """Several as a list in words: ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return tr("{first} and {last}").format(first=", ".join(parts[:-1]), last=parts[-1])


def number(value: float) -> str:
    """A number in as few digits as it needs, with the language's own decimal mark: ``1.5``."""
    return f"{value:g}".replace(".", tr("."))
