"""The languages people are spoken to in, by the locale Slack has of them: English, and each catalog here."""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.domain.languages import ENGLISH
from storage import people
from storage.database import Database

DOMAIN = "kantata-bot"
TRANSLATED = ("de",)


@cache
def catalog(language: str) -> GNUTranslations:
    """The catalog of that language, ready to speak."""
    source = files("bot") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def read_catalogs() -> None:
    """Read every catalog now, a fifth of a second each, rather than while somebody waits."""
    for language in TRANSLATED:
        catalog(language)


def spoken_in(locale: str | None) -> NullTranslations:
    """What to speak with somebody whose Slack is set to that locale (``de-DE``, ``de_AT``): English, unless
    there is a catalog of its language."""
    language = (locale or "").replace("_", "-").partition("-")[0].casefold()
    return catalog(language) if language in TRANSLATED else ENGLISH


async def of_person(database: Database, workspace: str, slack_id: str | None) -> NullTranslations:
    """What to speak with that Slack user, as far as they are known; English with anybody else."""
    if slack_id is None:
        return ENGLISH
    async with database.reading() as session:
        known = await people.find(session, workspace, slack_id)
    return spoken_in(known.locale if known else None)
