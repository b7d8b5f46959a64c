"""What bookings and blocked time take away from the starts of a service.

A start is forbidden strictly between the two ends of an open span: with half-open hours, both ends are free.
"""

from collections.abc import Container, Sequence

from app.booking.slots.hours import Span
from app.booking.slots.terms import Agenda, BlockedRow, BusyRow, Reason, ServiceRules

NO_STARTS: frozenset[int] = frozenset()


def group_key(agenda: Agenda, service: ServiceRules) -> str:
    """What `Busy.session` holds on the rows that a new booking of this service in this agenda may join."""
    return f"{service.id}@{agenda.id}"


def busy_spans(service: ServiceRules, busy: Sequence[BusyRow]) -> list[Span]:
    """One open span of forbidden starts for each row, in the order of the rows.

    Between two bookings the longer of the two facing buffers is kept free, not their sum.
    """
    mine_before, mine_after, duration = service.before, service.after, service.duration
    usual = duration + mine_after
    return [
        (
            row[0] - (duration + row[2] if row[2] > mine_after else usual),
            row[1] + (row[3] if row[3] > mine_before else mine_before),
        )
        for row in busy
    ]


def blocked_spans(service: ServiceRules, blocked: Sequence[BlockedRow]) -> list[Span]:
    """As busy_spans; but blocked time is taken out of the hours, and buffers may overhang it like those."""
    duration = service.duration
    return [(start - duration, end) for start, end, _ in blocked]


def has_places(service: ServiceRules, *, staff: bool) -> bool:
    return staff or service.capacity > service.staff_reserved


def joinable_starts(
    service: ServiceRules, busy: Sequence[BusyRow], *, group: str, staff: bool
) -> frozenset[int]:
    """Starts (UTC minutes) at which a group of this service meets and has a place left for this viewer."""
    if service.capacity == 1:
        return NO_STARTS
    places: dict[int, tuple[int, int]] = {}
    for start, _, _, _, session, taken, capacity, *_ in busy:
        if session == group:
            so_far, smallest = places.get(start, (0, service.capacity))
            places[start] = so_far + taken, min(smallest, capacity)
    reserved = 0 if staff else service.staff_reserved
    return frozenset(start for start, (taken, capacity) in places.items() if taken < capacity - reserved)


def let_join(
    spans: Sequence[Span], busy: Sequence[BusyRow], *, group: str, joinable: Container[int]
) -> list[Span]:
    """The spans of the rows, cut open at the one start where the row's own group can be joined."""
    result = []
    for (low, high), row in zip(spans, busy, strict=True):
        if row[4] == group and row[0] in joinable:
            result += [(low, row[0]), (row[0], high)]
        else:
            result.append((low, high))
    return result


def why_busy(
    service: ServiceRules, row: BusyRow, start: int, *, group: str, joinable: Container[int]
) -> Reason | None:
    """Why a start inside the span of this row is refused by it; None when it joins the row's group."""
    if row[4] == group and row[0] == start and service.capacity > 1:
        return None if start in joinable else Reason.FULL
    if start < row[1] and row[0] < start + service.duration:
        return Reason.BUSY
    return Reason.BUFFER_CONFLICT
