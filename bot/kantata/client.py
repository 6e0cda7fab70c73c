"""Kantata, as one token's user sees it: the one way to its API."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from bot.kantata.account import Account
from bot.kantata.calendars import Calendars
from bot.kantata.connection import POOL_SIZE, RATE, Pace
from bot.kantata.directory import Directory
from bot.kantata.submissions import Submissions
from bot.kantata.time_entries import TimeEntries
from bot.kantata.time_off import TimeOff


class Kantata(Directory, TimeEntries, Submissions, TimeOff, Calendars, Account):
    """Every operation of Kantata's API the bot knows. Raises the family of bot.kantata.errors.

    Reads are tried again where that can help; writes are sent once, and who sent one looks for it where
    the error's ``effect`` says so.
    """

    def acting_as(self, token: str) -> "Kantata":
        """The same, as the user of another token, at that token's own pace."""
        return Kantata(self._http, api_url=self._api_url, token=token, pace=self._pace, slots=self._slots)

    def of_firm(self, token: str, signed_out: Callable[[], None]) -> "Kantata":
        """The same for another firm's account ("" for none yet), whose requests wait for nobody else's.

        ``signed_out`` is called when Kantata does not take that token.
        """
        return Kantata(
            self._http,
            api_url=self._api_url,
            token=token,
            pace=self._pace,
            slots=asyncio.Semaphore(POOL_SIZE),
            signed_out=signed_out,
        )


@asynccontextmanager
async def connect(
    api_url: str,
    token: str,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    timeout: float = 10,
    rate: float = RATE,
    firms: int = 1,
) -> AsyncIterator[Kantata]:
    """A client whose connections close with the context.

    ``api_url`` ends before ``/users`` and the like; ``timeout`` is in seconds for each silence while an
    answer is awaited; ``rate`` is requests a second for each token; ``transport`` stands in for the network;
    ``firms`` is for how many at once there are connections.
    """
    # At INFO httpx writes whole addresses, and queries hold e-mail addresses.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    async with httpx.AsyncClient(
        transport=transport,
        timeout=httpx.Timeout(timeout, connect=5, pool=15),
        limits=httpx.Limits(
            max_connections=POOL_SIZE * firms, max_keepalive_connections=POOL_SIZE, keepalive_expiry=30
        ),
        headers={"Accept": "application/json", "User-Agent": "kantata-bot"},
    ) as http:
        yield Kantata(http, api_url=api_url, token=token, pace=Pace(rate), slots=asyncio.Semaphore(POOL_SIZE))
