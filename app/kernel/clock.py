"""Time as a port, and the two ways to write it: instants in UTC, plans on the wall of the practice."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

HOME = "Europe/Brussels"  # the wall clock of the platform itself, where no practice is open


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def to_minutes(instant: datetime) -> int:
    """Whole minutes since 1970 in UTC, rounded down: how bookings are stored."""
    return int(instant.timestamp() // 60)


def local(minutes: int, zone_name: str) -> datetime:
    """The wall clock at the place, of an instant in minutes."""
    return datetime.fromtimestamp(minutes * 60, zone(zone_name))


def today(now: datetime, zone_name: str) -> date:
    return now.astimezone(zone(zone_name)).date()


@lru_cache(maxsize=4096)
def day_bounds(day: date, zone_name: str) -> tuple[int, int]:
    """First minute of a local day and of the next one: 1380, 1440 or 1500 minutes apart."""
    first = datetime(day.year, day.month, day.day, tzinfo=zone(zone_name))
    following = day + timedelta(days=1)
    last = datetime(following.year, following.month, following.day, tzinfo=zone(zone_name))
    return to_minutes(first), to_minutes(last)
