"""Time zones by their IANA names."""

from functools import cache
from zoneinfo import ZoneInfo


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of that name (``Europe/Berlin``); raises ZoneInfoNotFoundError.

    ZoneInfo itself keeps eight: a firm over more of them would read files for each person.
    """
    return ZoneInfo(name)
