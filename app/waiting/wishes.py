"""Whether a time is what somebody waits for, and how long it is kept for them: pure functions on minutes."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

STEP = 5  # minutes: no grid of a practice is finer
SHORT, LONG = 20, 60  # minutes an offer lasts
DAY = 1440
FREED_MOST = 60  # how long a freed time stays off the public page without being offered to anybody
GRACE = 5  # minutes a hold outlives its offer, so that the next in line finds the time still kept
LEAST = 5  # minutes: nobody can answer faster


@dataclass(frozen=True, slots=True)
class Wish:
    """Days and minutes on the wall of `zone`; bit 0 of `weekdays` is Monday, `end` is not included."""

    first_day: date
    last_day: date
    zone: str
    weekdays: int = 127
    start: int = 0
    end: int = DAY
    notice: int = 0


def suits(wish: Wish, start: int, *, now: int) -> bool:
    """Whether an appointment at `start` (UTC minutes) is what was asked for."""
    if start < now + max(wish.notice, LEAST):
        return False
    moment = datetime.fromtimestamp(start * 60, ZoneInfo(wish.zone))
    return (
        wish.first_day <= moment.date() <= wish.last_day
        and bool(wish.weekdays >> moment.weekday() & 1)
        and wish.start <= moment.hour * 60 + moment.minute < wish.end
    )


def may_suit(wish: Wish, first: int, last: int, *, duration: int, now: int) -> bool:
    """Whether any start of `duration` that meets the freed stretch [first, last) could suit; the engine says which."""
    return any(suits(wish, start, now=now) for start in range(first - duration + STEP, last, STEP))


def nearest(wish: Wish, starts: list[int], *, to: int, now: int) -> int | None:
    """Of those that suit, the one nearest to what came free."""
    fitting = [start for start in starts if suits(wish, start, now=now)]
    return min(fitting, key=lambda start: (abs(start - to), start), default=None)


def lasts(start: int, *, now: int) -> int:
    """Minutes an offer stands: an hour when the visit is more than a day ahead, and never beyond its start."""
    return min(LONG if start - now > DAY else SHORT, start - now)


def leftover(first: int, last: int, start: int, end: int) -> list[tuple[int, int]]:
    """What of the freed stretch an offered time [start, end) leaves to others."""
    pieces = ((first, min(start, last)), (max(end, first), last))
    return [(low, high) for low, high in pieces if high - low >= STEP]
