"""Renews the catalogs from the texts in the code: ``python -m tests.catalogs``.

What is new stands there without a translation, what is no longer said is gone; a test wants every text said.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.languages import DOMAIN, TRANSLATED

ROOT = Path(__file__).parents[1]
KEYWORDS = {"tr": None, "later": None, "trn": (1, 2)}
HEADER = """\
# What people whose Slack is in this language read; renewed by ``python -m tests.catalogs``.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
METHODS = [("bot/sandbox/**", "ignore"), ("**.py", "python")]


def extracted() -> Catalog:
    """Every text that the code marks, with the file it stands in."""
    catalog = Catalog(project="kantata-bot", charset="utf-8")
    for part in ("bot", "handlers"):
        found = extract_from_dir(ROOT / part, METHODS, keywords=KEYWORDS)
        for name, _, message, _, _ in sorted(found, key=lambda each: (each[0], each[1])):
            catalog.add(message, locations=[(f"{part}/{name}", 0)])
    return catalog


def path_of(language: str) -> Path:
    """Where the catalog of that language is kept."""
    return ROOT / "bot" / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def load(language: str) -> Catalog:
    """The catalog of that language as it is kept."""
    return read_po(io.BytesIO(path_of(language).read_bytes()), locale=language)


def save(language: str, catalog: Catalog) -> None:
    """Keep the catalog, in the order of the files its texts are from."""
    entries = io.BytesIO()
    write_po(
        entries,
        catalog,
        width=110,
        omit_header=True,
        sort_by_file=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    header = HEADER.format(language=language, plural_forms=catalog.plural_forms)
    path_of(language).write_text(header + entries.getvalue().decode(), encoding="utf-8")


def main() -> None:
    """Bring every catalog up to date."""
    for language in TRANSLATED:
        catalog = load(language)
        catalog.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
        save(language, catalog)


if __name__ == "__main__":
    main()
