"""What journeys through Kantata's sign-in need: a browser, and a look at who acts with which token."""

from dataclasses import dataclass
from html import unescape

import httpx

from storage import connections as stored
from storage.connections import Connection
from tests.journeys.conftest import TAY, Town

SERVICE = "100"
TAYS = "101"
ISARS = "104"
UNA = "Una Unmatched"
ISAR = "Isar Lech"
HUDSON = "Hudson Reed"


@dataclass
class Browser:
    """A browser with its cookies, at Kantata's pages and the bot's."""

    http: httpx.AsyncClient
    status: int = 0
    text: str = ""

    async def open(self, url: str) -> str:
        """Open it and go where it leads; the address that came last."""
        answer = await self.http.get(url)
        while answer.is_redirect:
            answer = await self.http.get(answer.headers["location"])
        self.status, self.text = answer.status_code, unescape(answer.text)
        return str(answer.url)

    async def decide(self, url: str, kantata_id: str, decision: str = "allow") -> str:
        """Open the link and press Allow or Deny at Kantata; the address Kantata sends the browser to."""
        page = await self.open(url)
        assert "/oauth/authorize" in page, self.text
        answer = await self.http.post(page, data={"user_id": kantata_id, "decision": decision})
        return str(answer.headers["location"])

    async def sign_in(self, url: str, kantata_id: str) -> str:
        """All of it; what the last page says."""
        await self.open(await self.decide(url, kantata_id))
        return self.text


def link_said(town: Town, who: str = TAY) -> str:
    """The address under Connect in what was said last."""
    blocks = town.heard(who)[-1]["blocks"]
    (button,) = [each for block in blocks for each in block.get("elements", []) if each["type"] == "button"]
    assert button["text"]["text"] == "Connect"
    return str(button["url"])


async def link(town: Town, who: str = TAY) -> str:
    await town.type("/kantata connect", who)
    return link_said(town, who)


async def connect(town: Town, browser: Browser, who: str = TAY, kantata_id: str = TAYS) -> None:
    assert "You are connected" in await browser.sign_in(await link(town, who), kantata_id)
    await town.later(seconds=2)


async def connection(town: Town, who: str = TAY) -> Connection | None:
    async with town.deps.database.reading() as session:
        return await stored.find(session, town.workspace.team_id, town.user(who))


def said(town: Town, words: str, who: str = TAY) -> int:
    """How often the person was told something with these words."""
    return sum(words in each["text"] for each in town.heard(who))


def senders(town: Town, method: str) -> list[str | None]:
    """The Kantata users whose tokens such requests about time entries came with, in order."""
    requests = town.world.kantata.requests
    return [each.user_id for each in requests if each.method == method and "/time_entries" in each.path]


def tokens(town: Town, kantata_id: str = TAYS) -> list[str]:
    """The tokens of that user that Kantata gave to the bot."""
    rows = town.world.kantata.store.table("tokens").where("user_id", kantata_id)
    return [row["token"] for row in rows if row["client_id"] is not None]


async def revoke_at_kantata(town: Town) -> None:
    """Tay takes the bot's access away in Kantata itself."""
    store = town.world.kantata.store
    with store.transaction():
        for row in list(store.table("tokens").where("user_id", TAYS)):
            if row["client_id"] is not None:
                store.delete("tokens", row["id"])


def move_address(town: Town, kantata_id: str, email: str) -> None:
    """Give the Kantata user another e-mail address than Slack knows."""
    store = town.world.kantata.store
    with store.transaction():
        store.update("users", kantata_id, {"email_address": email})
