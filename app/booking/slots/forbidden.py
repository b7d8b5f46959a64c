"""Starts that something besides the agenda forbids, written as blocked time the engine understands: pure.

A start is forbidden strictly between the ends of an open span. The engine makes the span (start - duration, end) of
a blocked row (start, end): `forbid` is the way back.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.booking.slots import days
from app.booking.slots.hours import FAR, Span
from app.booking.slots.terms import Blocked, BusyRow, Reason, ServiceRules


def forbid(low: int, high: int, reason: Reason, duration: int) -> Blocked:
    """No start strictly between `low` and `high` (UTC minutes)."""
    return Blocked(low + duration, high, reason)


def forbid_day(ordinal: int, zone: str, reason: Reason, duration: int) -> Blocked:
    return forbid(days.midnight(zone, ordinal) - 1, days.midnight(zone, ordinal + 1), reason, duration)


# ---- rooms and devices ------------------------------------------------------------------------------------------


def rooms(rules: ServiceRules, units: Sequence[Sequence[BusyRow]], *, group: str) -> list[Blocked]:
    """What a pool of rooms takes away: a start is lost when no single unit is free for all of it, buffers included.

    A row is one use: (start, end) with the buffers it was booked with inside, `before` the minutes from its start to
    the session's own, `session` the group one may join at that time.
    """
    if not units:
        return [Blocked(-FAR, FAR, Reason.ROOM_BUSY)]  # the site has none
    lost: list[Span] | None = None
    for uses in units:
        spans = taken_spans(rules, uses, group=group)
        lost = spans if lost is None else _both(lost, spans)
        if not lost:
            return []
    return [forbid(low, high, Reason.ROOM_BUSY, rules.duration) for low, high in lost or ()]


def free_unit(
    rules: ServiceRules, units: Sequence[Sequence[BusyRow]], start: int, *, group: str
) -> int | None:
    """The first unit, by its place in `units`, that is free for a session at `start`."""
    for number, uses in enumerate(units):
        if not any(low < start < high for low, high in taken_spans(rules, uses, group=group)):
            return number
    return None


def taken_spans(rules: ServiceRules, uses: Iterable[BusyRow], *, group: str) -> list[Span]:
    """Open spans of starts one unit cannot take, sorted and not overlapping."""
    spans: list[Span] = []
    for start, end, before, _after, session, *_ in uses:
        low, high = start - rules.duration - rules.after, end + rules.before
        if session == group and rules.capacity > 1:
            spans += [(low, start + before), (start + before, high)]
        else:
            spans.append((low, high))
    spans.sort()
    result: list[Span] = []
    for low, high in spans:
        if result and low < result[-1][1]:  # two open spans that only touch leave the point between them free
            result[-1] = (result[-1][0], max(result[-1][1], high))
        else:
            result.append((low, high))
    return result


def _both(one: list[Span], other: list[Span]) -> list[Span]:
    """Where two sorted lists of open spans overlap."""
    result, left, right = [], 0, 0
    while left < len(one) and right < len(other):
        low, high = max(one[left][0], other[right][0]), min(one[left][1], other[right][1])
        if low < high:
            result.append((low, high))
        if one[left][1] < other[right][1]:
            left += 1
        else:
            right += 1
    return result


# ---- how much of an agenda the public may take ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` appointments, or minutes, of `service` (None: of any) in a day, a week or a month."""

    period: str  # day | week | month
    unit: str  # count | minutes
    most: int
    service: str | None = None


class Taken(NamedTuple):
    """An appointment as limits and caps count it: UTC minutes, the service's id."""

    start: int
    end: int
    service: str


def agenda_limits(
    rules: ServiceRules, limits: Iterable[Limit], taken: Sequence[Taken], *, zone: str, first: int, last: int
) -> list[Blocked]:
    """Days from `first` to `last` (ordinals) whose limit one more appointment of this service would pass."""
    blocked = []
    for limit in limits:
        if limit.service not in (None, rules.id):
            continue
        rows = sorted(row for row in taken if limit.service in (None, row[2]))
        starts = [row[0] for row in rows]
        more = 1 if limit.unit == "count" else rules.duration
        ordinal, index = first, 0
        while ordinal <= last:
            low, high = period_bounds(limit.period, ordinal, ordinal)
            index = bisect_left(starts, days.midnight(zone, low), index)
            end = bisect_left(starts, days.midnight(zone, high + 1), index)
            used = end - index if limit.unit == "count" else sum(row[1] - row[0] for row in rows[index:end])
            if used + more > limit.most:
                edge = days.midnight(zone, min(high, last) + 1)
                blocked.append(
                    forbid(days.midnight(zone, ordinal) - 1, edge, Reason.DAY_LIMIT, rules.duration)
                )
            ordinal, index = high + 1, end
    return blocked


def period_bounds(period: str, first: int, last: int) -> tuple[int, int]:
    """The ordinals of the whole periods that hold the days `first` to `last`."""
    if period == "week":
        return first - (first - 1) % 7, last + (-last) % 7  # ordinal 1 was a Monday
    if period == "month":
        start, end = date.fromordinal(first).replace(day=1), date.fromordinal(last).replace(day=28)
        following = date.fromordinal(end.toordinal() + 4).replace(day=1)
        return start.toordinal(), following.toordinal() - 1
    return first, last


# ---- how much one person may hold -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Caps:
    """What one person may hold; None and 0: no cap. `gap_days` 7: the next one a week later at the soonest."""

    upcoming_most: int | None = None
    window_most: int | None = None
    window_days: int | None = None
    gap_days: int | None = None


def person_caps(
    rules: ServiceRules, caps: Caps, own: Collection[Taken], *, zone: str, now: int, count_only: bool = False
) -> list[Blocked]:
    """What the person's own appointments at this practice take away: their times, and days beyond a cap.

    `count_only`: of somebody who is not known for certain, how many they hold and never when.
    """
    blocked = (
        []
        if count_only
        else [Blocked(one.start, one.end, Reason.PATIENT_BUSY) for one in own if one.end > now]
    )
    if caps.upcoming_most and sum(one.start >= now for one in own) >= caps.upcoming_most:
        blocked.append(Blocked(-FAR, FAR, Reason.PATIENT_LIMIT))
    held = sorted(days.local_day(one.start, zone).toordinal() for one in own)
    lost: set[int] = set()
    if caps.window_most and caps.window_days:
        for early, late in zip(held, held[caps.window_most - 1 :], strict=False):
            if late - early < caps.window_days:
                lost.update(range(late - caps.window_days + 1, early + caps.window_days))
    if caps.gap_days:
        for day in held:
            lost.update(range(day - caps.gap_days + 1, day + caps.gap_days))
    blocked += [forbid_day(day, zone, Reason.PATIENT_LIMIT, rules.duration) for day in sorted(lost)]
    return blocked
