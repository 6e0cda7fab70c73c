"""Words in the language of whoever reads them: English is written here, other languages are catalogs.

What is said is ``tr("{hours} on {day}").format(hours=..., day=...)``: the text in the code is English and its
own key. The language is in force for the duration of ``speaking``, in this task and in those it begins.
"""

from collections.abc import Iterator, Sequence
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


def code() -> str:
    """The language in force as HTML names it: ``en``."""
    return _SPOKEN.get().info().get("language", "en")


def tr(text: str) -> str:
    """The text in the language in force; as it is where the catalog does not have it."""
    return _SPOKEN.get().gettext(text) if text else ""  # of nothing, catalogs tell their own heading


def trn(one: str, many: str, n: int) -> str:
    """The form that goes with the number ``n`` in the language in force."""
    return _SPOKEN.get().ngettext(one, many, n)


def later(text: str) -> str:
    """The text as it is, noted for the catalog: it is said by ``tr`` where it is shown."""
    return text


def listed(names: Sequence[str]) -> str:
    """All of these: ``a, b and c``; "" for none."""
    if len(names) < 2:
        return "".join(names)
    return tr("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def either(names: Sequence[str]) -> str:
    """Any one of these: ``a or b``; "" for none."""
    said = names[0] if names else ""
    for name in names[1:]:
        said = tr("{first} or {last}").format(first=said, last=name)
    return said


def and_more(shown: str, more: int) -> str:
    """What is shown, and how many more there are, where there are more."""
    return tr("{shown} and {number} more").format(shown=shown, number=more) if more > 0 else shown


def spell_number(value: float, *, places: int | None = None) -> str:
    """A number with the language's own marks: ``2,000`` and ``1.5``; in as few digits as it needs, or with so
    many decimal places."""
    spelled = f"{value:,g}" if places is None else f"{value:,.{places}f}"
    return spelled.translate(str.maketrans(",.", tr(",") + tr(".")))
