"""Deps: the few ways to touch the world, built once and handed to whoever acts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.background import Background
from bot.job_runs import JobRuns
from bot.kantata.client import Kantata
from bot.kantata.oauth import OAuthApplication
from bot.slack import Slack
from storage.database import Database
from storage.encryption import Cipher


@dataclass(frozen=True)
class SignIn:
    """How people sign in to Kantata: the firm's application there, where browsers begin, and what keeps
    their tokens secret."""

    application: OAuthApplication
    connect_url: str
    cipher: Cipher


@dataclass
class Patience:
    """How long people are let wait, in seconds.

    ``known``: for what must be known before Slack is answered, of the three seconds it gives.
    ``slow``: until they are told that Kantata takes its time, or that what they asked for is kept.
    ``extra``: for what is good to know beside an answer, such as totals.
    ``give_up``: until Kantata is not waited for any more.
    """

    known: float = 1.5
    slow: float = 2.0
    extra: float = 3.0
    give_up: float = 60.0


@dataclass(frozen=True)
class Deps:
    """The world of one workspace, named by ``workspace``: its enterprise's id where there is one, else its
    team's. ``slack``, ``kantata`` and ``database`` are that workspace's own; ``kantata`` acts with the
    service account's token. ``clock`` tells the aware instant now.

    ``kantata_timeout`` is how long Kantata may be at work on a request whose answer was lost.
    ``time_zone`` is the IANA zone of people whose own Slack does not tell. ``sign_in`` is None where the
    firm has not set up signing in to Kantata. ``has_account``: there is a service
    account; until then Kantata cannot be asked. ``job_runs`` tells what this process's jobs did last.
    """

    workspace: str
    kantata: Kantata
    slack: Slack
    database: Database
    background: Background
    clock: Callable[[], datetime]
    kantata_timeout: timedelta
    kantata_app_url: str
    time_zone: str
    sign_in: SignIn | None = None
    has_account: bool = True
    job_runs: JobRuns = field(default_factory=JobRuns)
    patience: Patience = field(default_factory=Patience)
