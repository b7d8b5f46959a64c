"""Hours as people type them, and what is wrong with a week of them: pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.booking.slots import WeeklyWindow

_CLOCK = re.compile(
    r"(\d{1,2})(?:\s*[h:.,u]\s*(\d{2})?|(\d{2}))?\s*(?:h|u|uhr|uur|heures?)?\.?", re.IGNORECASE
)
MIDNIGHT = 1440


def minutes_of(text: str) -> int | None:
    """Minutes after midnight of «8h30», «08:30», «8.30», «8 h», «0830» or «8»; 24:00 is the end of the day."""
    found = _CLOCK.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    total = hour * 60 + minute
    return total if minute < 60 and total <= MIDNIGHT else None


@dataclass(frozen=True)
class Window:
    """Hours of one weekday; `services` are keys, None is every service of the agenda."""

    week: int
    weekday: int
    start: int
    end: int
    services: tuple[str, ...] | None = None
    audience: str = "public"

    def meets(self, other: "Window") -> bool:
        """Whether both are open for the same service at the same time."""
        together = (self.week, self.weekday) == (other.week, other.weekday)
        alike = self.services is None or other.services is None or set(self.services) & set(other.services)
        return bool(together and alike and self.start < other.end and other.start < self.end)


@dataclass(frozen=True)
class Week:
    """A plan from a day on: «every week», or so many weeks that take turns; with a last day it is a period."""

    valid_from: date
    windows: tuple[Window, ...]
    cycle_weeks: int = 1
    valid_to: date | None = None


def overlapping(windows: Sequence[Window]) -> tuple[int, int] | None:
    """The places of the first two windows that are in each other's way."""
    for late, one in enumerate(windows):
        for early in range(late):
            if one.meets(windows[early]):
                return early, late
    return None


def succeeded(
    old: Sequence[WeeklyWindow], new: Sequence[WeeklyWindow], *, start: date
) -> tuple[WeeklyWindow, ...]:
    """All windows of an agenda once `new` begins on `start`: what was before ends the day before."""
    kept = []
    for one in old:
        if one.valid_from == start:
            continue
        if one.valid_from < start and (one.valid_to is None or one.valid_to >= start):
            one = _until(one, start - timedelta(days=1))
        kept.append(one)
    return (*kept, *new)


def last_day(old: Sequence[WeeklyWindow], start: date) -> date | None:
    """Until when hours that begin on `start` hold: as long as those they take the place of, and never into the next."""
    ends = [one.valid_to for one in old if _covers(one, start)]
    following = min((one.valid_from for one in old if one.valid_from > start), default=None)
    limits = [] if not ends or None in ends else [max(end for end in ends if end)]
    if following:
        limits.append(following - timedelta(days=1))
    return min(limits, default=None)


def last_of_period(old: Sequence[WeeklyWindow], start: date, wanted: date) -> date:
    """A period never reaches into hours that begin later."""
    following = min((one.valid_from for one in old if one.valid_from > start), default=None)
    return min(wanted, following - timedelta(days=1)) if following else wanted


def resumed(old: Sequence[WeeklyWindow], start: date, last: date) -> tuple[WeeklyWindow, ...]:
    """What goes on after the period from `start` to `last`: as if it had never been, on the same turn of weeks."""
    day = last + timedelta(days=1)
    return tuple(
        replace(
            one, valid_from=day, week_in_cycle=turned(one.week_in_cycle, one.cycle_weeks, one.valid_from, day)
        )
        for one in old
        if one.valid_from <= start and (one.valid_to is None or one.valid_to >= day)
    )


def turned(week: int, cycle: int, since: date, day: date) -> int:
    """The place of a week in its turn, counted from the week of `day` instead of that of `since`."""
    weeks = (_monday(day) - _monday(since)).days // 7
    return (week - weeks) % cycle


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def without(old: Sequence[WeeklyWindow], *, start: date) -> tuple[WeeklyWindow, ...]:
    """As if the hours from `start` on had never been made: those before go on as long as they would have."""
    last = next(one.valid_to for one in old if one.valid_from == start)
    eve = start - timedelta(days=1)
    return tuple(_until(one, last) if one.valid_to == eve else one for one in old if one.valid_from != start)


def _covers(one: WeeklyWindow, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)


def _until(one: WeeklyWindow, last: date | None) -> WeeklyWindow:
    return replace(one, valid_to=last)
