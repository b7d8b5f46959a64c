"""Days asked for and what comes back: windows, names of values, and what nobody can have walked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from app.kernel.clock import HOME, zone
from app.record.kinds import KINDS, impossible
from app.record.numbers import rounded
from app.record.wearables.ports import Totals

FIRST_TIME = 90  # days of the past, when a service is connected
EACH_TIME = 7  # days looked at again: a watch that was not near its telephone tells them later

MOST = 10**9  # beyond, no number is worth rounding


@dataclass
class Sorted:
    """Of one kind: what to keep, which days to leave as they are, and how many were left out."""

    values: dict[date, int] = field(default_factory=dict)
    doubtful: set[date] = field(default_factory=set)
    odd: int = 0
    has_every_day: bool = True  # False where a point says of no day: what is not there may be that one


def span(*, today: date, is_new: bool, wanted: date | None) -> tuple[date, date]:
    """(first, until): whoever travels may be a day ahead of home; nothing is older than FIRST_TIME days."""
    oldest = today - timedelta(days=FIRST_TIME - 2)
    first = oldest if is_new else min(today - timedelta(days=EACH_TIME), wanted or today)
    return max(first, oldest), today + timedelta(days=2)


def windows(first: date, until: date, *, most: int) -> Iterator[tuple[date, date]]:
    """Of at most `most` days each, the last one shorter."""
    while first < until:
        end = min(first + timedelta(days=most), until)
        yield first, end
        first = end


def sort(kind: str, totals: Totals, *, first: date, until: date) -> Sorted:
    """In the smallest decimal of the kind."""
    one, found = KINDS[kind], Sorted(odd=totals.odd, has_every_day=not totals.odd)
    for day, value in totals.days.items():
        whole = rounded(value.scaleb(one.decimals)) if value is not None and 0 <= value < MOST else None
        if whole is None or not first <= day < until or impossible(one, whole):
            found.odd += 1
            found.doubtful.add(day)
        else:
            found.values[day] = whole
    return found


def name(kind: str, day: date) -> str:
    """Of a value, at its service: the same at every reading."""
    return f"{kind}:{day.isoformat()}"


def moment(day: date) -> datetime:
    """A value of a whole day stands at its noon, as one that was typed."""
    return datetime.combine(day, time(12), zone(HOME))
