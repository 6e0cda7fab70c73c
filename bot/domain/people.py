"""Who somebody is, on both sides."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.zones import zone_of


@dataclass(frozen=True)
class Person:
    """A Slack user who is a Kantata user.

    ``workspace`` is Slack's enterprise id where there is one, else the team id; ids may start with W.
    ``time_zone`` is the IANA name Slack gives (``Europe/Berlin``), ``locale`` Slack's (``en-GB``);
    ``workday_minutes`` is the person's full working day.
    """

    workspace: str
    slack_id: str
    kantata_id: str
    name: str
    time_zone: str
    locale: str
    workday_minutes: int = 480

    def today(self, now: datetime) -> date:
        """The person's own civil date at the aware instant ``now``."""
        return now.astimezone(zone_of(self.time_zone)).date()
