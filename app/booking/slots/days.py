"""Local days as stretches of UTC minutes: the only file of the engine that meets daylight saving.

A wall time is always its first occurrence. On the autumn day the repeated hour is therefore not a place
where a start can be, but it is time that passes, and it is open when the hours run past its end. On the
spring day a wall time that does not exist stands for the instant of the change, and no start lies there.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.booking.slots.terms import MINUTES_A_DAY

MINUTE = timedelta(minutes=1)
EPOCH = date(1970, 1, 1).toordinal()
# Days are known between these two ordinals; outside, zones have offsets with seconds or dates end.
FIRST_ORDINAL = date(1970, 1, 2).toordinal()
LAST_ORDINAL = date(2199, 12, 31).toordinal()


class Part(NamedTuple):
    """UTC minutes [start, end) of a day in which the wall clock shows `minute - base` after midnight."""

    start: int
    end: int
    base: int


def local_day(start: int, zone: str) -> date:
    """The day that the wall clocks of `zone` show at `start` (UTC epoch minutes)."""
    return datetime.fromtimestamp(start * 60, ZoneInfo(zone)).date()


def day_bounds(day: date, zone: str) -> tuple[int, int]:
    """The UTC epoch minutes [start, end) of a local day: 1440 of them, but for the days of a clock change."""
    ordinal = day.toordinal()
    return midnight(zone, ordinal), midnight(zone, ordinal + 1)


@lru_cache(maxsize=8192)
def midnight(zone: str, ordinal: int) -> int:
    """The UTC epoch minute at which the local day of this ordinal begins."""
    offset = datetime.fromordinal(ordinal).replace(tzinfo=ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return (ordinal - EPOCH) * MINUTES_A_DAY - offset // MINUTE


@lru_cache(maxsize=8192)
def parts_of(zone: str, ordinal: int) -> tuple[Part, ...]:
    """The day cut where its wall clock jumps, without the second occurrence of what is repeated."""
    start, end = midnight(zone, ordinal), midnight(zone, ordinal + 1)
    if end - start == MINUTES_A_DAY:
        return (Part(start, end, start),)
    if end <= start:  # a day that a zone skipped on its way over the date line
        return ()
    origin = (ordinal - EPOCH) * MINUTES_A_DAY
    early, late = _offset_at(zone, start), _offset_at(zone, end - 1)
    if early == late:  # the clocks jumped at midnight itself
        return (Part(start, end, origin - early),)
    low, change = start, end - 1
    while change - low > 1:
        middle = (low + change) // 2
        if _offset_at(zone, middle) == early:
            low = middle
        else:
            change = middle
    again = change + max(0, early - late)
    return Part(start, change, origin - early), Part(again, end, origin - late)


def utc_minute(parts: tuple[Part, ...], wall: int) -> int:
    """The UTC minute of `wall` minutes after local midnight: never earlier for a later wall time."""
    for part in parts:
        if part.base + wall < part.end:
            return max(part.start, part.base + wall)
    return parts[-1].end if parts else 0


def _offset_at(zone: str, minute: int) -> int:
    offset = datetime.fromtimestamp(minute * 60, ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset // MINUTE
