"""When an agenda is open: the weekly plan, its exceptions and the holidays, expanded to UTC minutes.

All of this depends on the plan alone, never on bookings, and is therefore remembered.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from app.booking.slots import days
from app.booking.slots.terms import Agenda, HoursException, Reason, ServiceRules, WeeklyWindow

FAR = 1 << 60  # later than any minute
OPENED = "opened"

# Spans of hours are half-open, [start, end); spans of forbidden starts are open, both ends are free.
Span = tuple[int, int]
Stretch = tuple[int, int, int]  # starts in [start, end) lie at `phase` modulo the grid


@dataclass(frozen=True, slots=True)
class Plan:
    """What the plan alone says about the starts of a range of days: UTC minutes, sorted."""

    start: int
    end: int
    closed: tuple[Span, ...]  # open spans of starts whose duration does not fit in the hours
    stretches: tuple[Stretch, ...]  # where the grid runs without a jump; between them is no start at all


def plan_of(agenda: Agenda, service: ServiceRules, *, first: int, last: int, staff: bool) -> Plan:
    """The plan over the days of ordinals `first` .. `last`, as this viewer sees it for this service."""
    return _plan(agenda, service.id, service.duration, service.grid, service.grid_offset, first, last, staff)


def forget() -> None:
    """For tests: what is remembered under a version belongs to one database."""
    _plan.cache_clear()
    _layers.cache_clear()


@lru_cache(maxsize=512)
def _plan(
    agenda: Agenda, service: str, duration: int, grid: int, offset: int, first: int, last: int, staff: bool
) -> Plan:
    stretches: list[Stretch] = []
    opened: list[Span] = []
    for ordinal in range(first, last + 1):
        for start, end, base in days.parts_of(agenda.zone, ordinal):
            phase = (base + offset) % grid
            if stretches and stretches[-1][1:] == (start, phase):
                start = stretches.pop()[0]
            stretches.append((start, end, phase))
        opened += _open_spans(agenda, service, ordinal, staff)
    start, end = days.midnight(agenda.zone, first), days.midnight(agenda.zone, last + 1)
    opened = merged(opened)
    # Hours that reach midnight may go on: the last starts of the range need them.
    tomorrow, reach = end, end + duration
    while opened and opened[-1][1] == tomorrow < reach and last < days.LAST_ORDINAL + 1:
        last += 1
        tomorrow = days.midnight(agenda.zone, last + 1)
        opened = merged([*opened, *_open_spans(agenda, service, last, staff)])
    closed = []
    shut = start - 1
    for low, high in opened:
        closed.append((shut, low))
        shut = high - duration
    closed.append((shut, FAR))
    return Plan(start, end, tuple(closed), tuple(stretches))


def next_open(plan: Plan, minute: int) -> int:
    """The first minute from this one on at which a start would fit in the hours, grid or not."""
    index = bisect_left(plan.closed, (minute, minute))
    for low, high in plan.closed[max(0, index - 1) :]:
        if low >= minute:
            break
        minute = max(minute, high)
    return minute


def why_closed(agenda: Agenda, service: ServiceRules, start: int, *, staff: bool) -> Reason:
    """The one reason for which the plan does not hold [start, start + duration), the most telling first."""
    zone, end = agenda.zone, start + service.duration
    first, last = days.local_day(start, zone).toordinal(), days.local_day(end - 1, zone).toordinal()
    around = [_layers(agenda, service.id, ordinal, staff) for ordinal in range(first, last + 1)]
    missing = without([(start, end)], [span for layers in around for span in layers[OPENED]])
    for reason in (Reason.HOLIDAY, Reason.CLOSED, Reason.NOT_THIS_SERVICE, Reason.BREAK):
        if any(_touch(layers[reason], missing) for layers in around):
            return reason
    return Reason.OUTSIDE_HOURS


@lru_cache(maxsize=512)
def _layers(agenda: Agenda, service: str, ordinal: int, staff: bool) -> dict[str, list[Span]]:
    """What the plan knows of one local day: UTC spans, under the reason that each of them gives."""
    day = date.fromordinal(ordinal)
    opened = merged(_open_spans(agenda, service, ordinal, staff))
    closings = [each for each in _exceptions_on(agenda, day) if each.kind == "close"]
    return {
        OPENED: opened,
        Reason.HOLIDAY: [days.day_bounds(day, agenda.zone)] if day in agenda.holidays else [],
        Reason.CLOSED: _spans(agenda, ordinal, [each for each in closings if _serves(each, service)]),
        Reason.NOT_THIS_SERVICE: _spans(
            agenda, ordinal, [each for each in _windows_on(agenda, day) if _sees(each, staff)]
        ),
        Reason.BREAK: [(early[1], late[0]) for early, late in pairwise(opened)],
    }


def _open_spans(agenda: Agenda, service: str, ordinal: int, staff: bool) -> list[Span]:
    day = date.fromordinal(ordinal)
    if day in agenda.holidays:
        return []
    windows = [each for each in _windows_on(agenda, day) if _serves(each, service) and _sees(each, staff)]
    opened = _spans(agenda, ordinal, windows)
    closings = [
        each for each in _exceptions_on(agenda, day) if each.kind == "close" and _serves(each, service)
    ]
    return without(opened, _spans(agenda, ordinal, closings)) if closings else opened


def opening(agenda: Agenda, day: date, *, staff: bool = True) -> list[Span]:
    """UTC spans in which this agenda receives anybody at all, for whichever service; `staff`: their hours included."""
    if day in agenda.holidays:
        return []
    closings = [
        each for each in _exceptions_on(agenda, day) if each.kind == "close" and each.services is None
    ]
    windows = [each for each in _windows_on(agenda, day) if _sees(each, staff)]
    opened = _spans(agenda, day.toordinal(), windows)
    return without(merged(opened), _spans(agenda, day.toordinal(), closings))


def _windows_on(agenda: Agenda, day: date) -> list[WeeklyWindow | HoursException]:
    """Every window of the day, for whoever: a replacement first takes the place of the whole weekly plan."""
    exceptions = _exceptions_on(agenda, day)
    windows: list[WeeklyWindow | HoursException] = [each for each in exceptions if each.kind == "replace"]
    if not windows:
        weekday = day.weekday()
        windows += [each for each in agenda.windows if each.weekday == weekday and each.is_valid_on(day)]
    return windows + [each for each in exceptions if each.kind == "add"]


def _exceptions_on(agenda: Agenda, day: date) -> list[HoursException]:
    return [each for each in agenda.exceptions if each.first_day <= day <= each.last_day]


def _serves(hours: WeeklyWindow | HoursException, service: str) -> bool:
    return hours.services is None or service in hours.services


def _sees(hours: WeeklyWindow | HoursException, staff: bool) -> bool:
    return staff or hours.audience == "public"


def _spans(agenda: Agenda, ordinal: int, hours: Iterable[WeeklyWindow | HoursException]) -> list[Span]:
    parts = days.parts_of(agenda.zone, ordinal)
    if len(parts) == 1 and parts[0].base == parts[0].start:  # an ordinary day, the same sum in short
        base = parts[0].base
        return [(base + each.start, base + each.end) for each in hours]
    spans = [(days.utc_minute(parts, each.start), days.utc_minute(parts, each.end)) for each in hours]
    return [span for span in spans if span[0] < span[1]]


def _touch(spans: list[Span], others: list[Span]) -> bool:
    return any(start < high and low < end for start, end in spans for low, high in others)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Sorted half-open spans; those that touch or overlap have become one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of half-open spans once every hole is cut out of them."""
    left = list(spans)
    for low, high in holes:
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, low)), (max(start, high), end))
            if piece[0] < piece[1]
        ]
    return left
