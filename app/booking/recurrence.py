"""A series as asked for, and the dates an agenda has for it: pure functions on days and minutes.

Every date keeps the same hour on the wall, across changes of the clock. What is not free comes with up to three others:
the same day two hours around, then the day before and after, then the same day with a colleague.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.booking.slots import Caps, ServiceRules, Taken, person_caps

AROUND = 120  # minutes on the same day
OTHERS = 3
LONGEST_WEEKS = 8  # between two dates
Free = Mapping[date, Sequence[tuple[int, tuple[str, ...]]]]  # day -> (start, agendas that have it)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Every `every` weeks from `first_day` on, on these weekdays (0 is Monday), at an hour within the window."""

    weekdays: frozenset[int]
    first_day: date
    start: int = 0
    end: int = 1440
    every: int = 1
    count: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A start (UTC minutes) in an agenda."""

    start: int
    agenda: str


@dataclass(frozen=True, slots=True)
class Row:
    """One date of the series: as asked, or others that come near."""

    day: date
    exact: Choice | None
    others: tuple[Choice, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        return ((self.exact,) if self.exact else ()) + self.others


def days_of(pattern: Pattern, *, most: int, last_day: date) -> list[date]:
    """The dates asked for, `most` at most and none after `last_day`."""
    wanted = min(pattern.count or most, most)
    last = min(last_day, pattern.until or last_day)
    monday = pattern.first_day - timedelta(days=pattern.first_day.weekday())
    found: list[date] = []
    while monday <= last and len(found) < wanted and pattern.weekdays:
        week = (monday + timedelta(days=number) for number in sorted(pattern.weekdays))
        found += [day for day in week if pattern.first_day <= day <= last]
        monday += timedelta(weeks=pattern.every)
    return found[:wanted]


def propose(
    days: Sequence[date],
    window: tuple[int, int],
    free: Free,
    *,
    zone: str,
    rules: ServiceRules,
    caps: Caps,
    own: Sequence[Taken] = (),
    now: int,
    agenda: str | None = None,
) -> list[Row]:
    """A row a day, in their order. `agenda` is the one wanted; None: whichever has most of the dates.

    The dates chosen before count against the caps and against overlaps, as they will when the series is booked.
    """
    wanted = agenda or _most_common(days, window, free, zone)
    hour = _anchor(days, window, free, zone, wanted)
    rows: list[Row] = []
    held = list(own)
    for day in days:
        allowed = _allowed(rules, caps, held, zone=zone, now=now)
        row = _row(day, window, free, zone=zone, wanted=wanted, hour=hour, allowed=allowed)
        if row.exact:
            held.append(_padded(row.exact.start, rules))
        rows.append(row)
    return rows


def _row(
    day: date,
    window: tuple[int, int],
    free: Free,
    *,
    zone: str,
    wanted: str | None,
    hour: int,
    allowed: Callable[[int], bool],
) -> Row:
    def near(pair: tuple[int, int, str]) -> tuple[int, int]:
        return abs(pair[1] - hour), pair[0]

    def of(which: date, *, colleague: bool = False) -> list[tuple[int, int, str]]:
        """(start, minute on the wall, agenda), the nearest to the hour of the series first."""
        found = (
            (start, wall(start, zone), who)
            for start, agendas in free.get(which, ())
            for who in sorted(agendas)
            if (who != wanted) == colleague and allowed(start)
        )
        return sorted(found, key=near)

    same = of(day)
    inside = [one for one in same if window[0] <= one[1] < window[1]]
    exact = Choice(inside[0][0], inside[0][2]) if inside else None
    if exact:
        return Row(day, exact)
    around = [one for one in same if window[0] - AROUND <= one[1] < window[1] + AROUND]
    beside = sorted(of(day - timedelta(days=1))[:1] + of(day + timedelta(days=1))[:1], key=near)
    colleagues = [one for one in of(day, colleague=True) if window[0] - AROUND <= one[1] < window[1] + AROUND]
    found = _distinct([*around, *beside, *colleagues])
    return Row(day, None, tuple(sorted(found[:OTHERS], key=lambda one: one.start)))


def _distinct(found: Iterable[tuple[int, int, str]]) -> list[Choice]:
    seen: dict[int, Choice] = {}
    for start, _wall, who in found:
        seen.setdefault(start, Choice(start, who))
    return list(seen.values())


def wall(start: int, zone: str) -> int:
    """Minutes after midnight on the clock of the place."""
    moment = datetime.fromtimestamp(start * 60, ZoneInfo(zone))
    return moment.hour * 60 + moment.minute


def _inside(day: date, window: tuple[int, int], free: Free, zone: str) -> list[tuple[int, tuple[str, ...]]]:
    hours = ((wall(start, zone), agendas) for start, agendas in free.get(day, ()))
    return [(hour, agendas) for hour, agendas in hours if window[0] <= hour < window[1]]


def _most_common(days: Sequence[date], window: tuple[int, int], free: Free, zone: str) -> str | None:
    """The agenda that has the most of these dates; of equals, the first by its id."""
    counted: Counter[str] = Counter()
    for day in days:
        counted.update({who for _hour, agendas in _inside(day, window, free, zone) for who in agendas})
    return min(counted, key=lambda who: (-counted[who], who), default=None)


def _anchor(days: Sequence[date], window: tuple[int, int], free: Free, zone: str, wanted: str | None) -> int:
    """The hour of the wall that is free on most of the dates; of equals, the earliest."""
    counted: Counter[int] = Counter()
    for day in days:
        counted.update({hour for hour, who in _inside(day, window, free, zone) if wanted in who})
    return min(counted, key=lambda hour: (-counted[hour], hour), default=window[0])


def _padded(start: int, rules: ServiceRules) -> Taken:
    """With its buffers around it: two dates of a series never stand in each other's."""
    pad = max(rules.before, rules.after)
    return Taken(start - pad, start + rules.duration + pad, rules.id)


def _allowed(
    rules: ServiceRules, caps: Caps, held: Sequence[Taken], *, zone: str, now: int
) -> Callable[[int], bool]:
    spans = [
        (start - rules.duration, end)
        for start, end, _reason in person_caps(rules, caps, held, zone=zone, now=now)
    ]
    return lambda start: not any(low < start < high for low, high in spans)
