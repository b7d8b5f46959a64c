"""The questions one can ask: which starts are offered, which is the first, and why is that one not.

All answers come from the same layers: the plan, the clip of notice and horizon, and one open span of
forbidden starts for each booking and each blocked time. Listing sweeps over the spans, a verdict names them.
Instants, `now` included, are UTC epoch minutes; days are local to the agenda, `first_day` and `last_day`
both included. `busy` and `blocked` may come in any order and may reach beyond the days asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter

from app.booking.slots import days, hours, occupancy
from app.booking.slots.hours import FAR, Plan, Span, Stretch
from app.booking.slots.terms import MINUTES_A_DAY, Agenda, BlockedRow, BusyRow, Reason, ServiceRules, Verdict

NO_STRETCH: Stretch = (FAR, 2 * FAR, 0)

IN_ORDER = tuple(Reason)

# An open span of forbidden starts, and what holds them: None is the plan.
Layer = tuple[int, int, Reason | BusyRow | None]
Question = tuple[Agenda, ServiceRules, Sequence[BusyRow], Sequence[BlockedRow]]


def offered(
    agenda: Agenda,
    service: ServiceRules,
    busy: Sequence[BusyRow],
    blocked: Sequence[BlockedRow],
    *,
    first_day: date,
    last_day: date,
    now: int,
    staff: bool = False,
) -> list[int]:
    """The starts that can be booked, sorted: UTC epoch minutes."""
    first, last, earliest, latest = _clip(agenda, service, first_day, last_day, now=now, staff=staff)
    if first > last or not occupancy.has_places(service, staff=staff):
        return []
    plan = hours.plan_of(agenda, service, first=first, last=last, staff=staff)
    return _free(agenda, service, busy, blocked, plan, low=earliest, high=latest, staff=staff)


def first_offered(
    agenda: Agenda,
    service: ServiceRules,
    busy: Sequence[BusyRow],
    blocked: Sequence[BlockedRow],
    *,
    first_day: date,
    last_day: date,
    now: int,
    staff: bool = False,
) -> int | None:
    """The first start that can be booked, looking only as far ahead as it must."""
    first, last, earliest, _ = _clip(agenda, service, first_day, last_day, now=now, staff=staff)
    if first > last or not occupancy.has_places(service, staff=staff):
        return None
    plan = hours.plan_of(agenda, service, first=first, last=last, staff=staff)
    low, end = max(earliest, plan.start), plan.end - 1
    reach, step = service.duration + MINUTES_A_DAY, MINUTES_A_DAY  # no buffer is longer than a day
    while low <= end:
        low = hours.next_open(plan, low)
        high = min(end, low + step)
        near = [row for row in busy if row[0] < high + reach and row[1] > low - reach]
        found = _free(agenda, service, near, blocked, plan, low=low, high=high, staff=staff)
        if found:
            return found[0]
        low, step = high + 1, step * 4
    return None


def offered_by_any(
    questions: Iterable[Question], *, first_day: date, last_day: date, now: int, staff: bool = False
) -> dict[int, tuple[str, ...]]:
    """Start -> ids of the agendas that offer it; both sorted, whatever the order of the questions."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for agenda, service, busy, blocked in sorted(questions, key=lambda question: question[0].id):
        for start in offered(
            agenda, service, busy, blocked, first_day=first_day, last_day=last_day, now=now, staff=staff
        ):
            found[start].append(agenda.id)
    return {start: tuple(found[start]) for start in sorted(found)}


def verdict(
    agenda: Agenda,
    service: ServiceRules,
    busy: Sequence[BusyRow],
    blocked: Sequence[BlockedRow],
    *,
    start: int,
    now: int,
    staff: bool = False,
) -> Verdict:
    """All that speaks against one start, on the grid or not; nothing does exactly when it is offered."""
    if start < days.midnight(agenda.zone, days.FIRST_ORDINAL):
        return Verdict(start, (Reason.TOO_SOON,))
    if start >= days.midnight(agenda.zone, days.LAST_ORDINAL + 1):
        return Verdict(start, (Reason.TOO_LATE,))
    ordinal = days.local_day(start, agenda.zone).toordinal()
    plan = hours.plan_of(agenda, service, first=ordinal, last=ordinal, staff=staff)
    return _explain(agenda, service, busy, blocked, plan, starts=[start], now=now, staff=staff)[0]


def verdicts(
    agenda: Agenda,
    service: ServiceRules,
    busy: Sequence[BusyRow],
    blocked: Sequence[BlockedRow],
    *,
    first_day: date,
    last_day: date,
    now: int,
    staff: bool = False,
) -> list[Verdict]:
    """A verdict for every start on the grid of every day, night included, sorted."""
    first, last, _, _ = _clip(agenda, service, first_day, last_day, now=now, staff=True)
    if first > last:
        return []
    plan = hours.plan_of(agenda, service, first=first, last=last, staff=staff)
    starts = [
        minute
        for start, end, phase in plan.stretches
        for minute in range(start + (phase - start) % service.grid, end, service.grid)
    ]
    return _explain(agenda, service, busy, blocked, plan, starts=starts, now=now, staff=staff)


def _clip(
    agenda: Agenda, service: ServiceRules, first_day: date, last_day: date, *, now: int, staff: bool
) -> tuple[int, int, int, int]:
    """What this viewer may look at: ordinals of the first and last day, minutes of the first and last start.

    Staff are bound by neither notice nor horizon; they may book the past, for corrections.
    """
    first, last = max(first_day.toordinal(), days.FIRST_ORDINAL), min(last_day.toordinal(), days.LAST_ORDINAL)
    if staff:
        return first, last, -FAR, FAR
    today = days.local_day(now, agenda.zone).toordinal()
    beyond = min(today + service.horizon_days, days.LAST_ORDINAL + 1)
    latest = days.midnight(agenda.zone, beyond) - 1
    return max(first, today), min(last, beyond - 1), now + service.min_notice, latest


def _free(
    agenda: Agenda,
    service: ServiceRules,
    busy: Sequence[BusyRow],
    blocked: Sequence[BlockedRow],
    plan: Plan,
    *,
    low: int,
    high: int,
    staff: bool,
) -> list[int]:
    """The starts of the plan in low..high (both included) that lie in no span."""
    spans = occupancy.busy_spans(service, busy)
    if service.capacity > 1:
        group = occupancy.group_key(agenda, service)
        joinable = occupancy.joinable_starts(service, busy, group=group, staff=staff)
        spans = occupancy.let_join(spans, busy, group=group, joinable=joinable)
    spans += occupancy.blocked_spans(service, blocked)
    spans += plan.closed
    spans.append((high, FAR))
    spans.sort()
    return _sweep(spans, plan.stretches, service.grid, low)


def _sweep(spans: list[Span], stretches: Sequence[Stretch], grid: int, free_from: int) -> list[int]:
    """Walk the sorted spans once; whatever lies between them is free, and holds the starts on the grid."""
    starts: list[int] = []
    few = 4 * grid  # so few that a loop costs less than a range
    following = iter(stretches)
    stop = phase = -FAR
    for low, high in spans:
        if low >= free_from:
            while low >= stop:  # the free time runs out of this stretch of the grid: into the next one
                if free_from < stop:
                    starts += range(free_from + (phase - free_from) % grid, stop, grid)
                begin, stop, phase = next(following, NO_STRETCH)
                if free_from < begin:
                    free_from = begin
            first = free_from + (phase - free_from) % grid
            if low - first < few:
                while first <= low:
                    starts.append(first)
                    first += grid
            else:
                starts += range(first, low + 1, grid)
            if high > free_from:
                free_from = high
        elif high > free_from:
            free_from = high
    return starts


def _explain(
    agenda: Agenda,
    service: ServiceRules,
    busy: Sequence[BusyRow],
    blocked: Sequence[BlockedRow],
    plan: Plan,
    *,
    starts: list[int],
    now: int,
    staff: bool,
) -> list[Verdict]:
    """Name the layers that hold each start; `starts` are sorted and lie in the plan's days."""
    _, _, earliest, latest = _clip(agenda, service, date.min, date.max, now=now, staff=staff)
    group = occupancy.group_key(agenda, service)
    joinable = occupancy.joinable_starts(service, busy, group=group, staff=staff)
    layers: list[Layer] = [(*span, None) for span in plan.closed]
    layers += [
        (*span, Reason(row[2]))
        for span, row in zip(occupancy.blocked_spans(service, blocked), blocked, strict=True)
    ]
    layers += [(*span, row) for span, row in zip(occupancy.busy_spans(service, busy), busy, strict=True)]
    layers.sort(key=itemgetter(0), reverse=True)
    has_places = occupancy.has_places(service, staff=staff)
    around: list[Layer] = []
    result = []
    for start in starts:
        while layers and layers[-1][0] < start:
            around.append(layers.pop())
        around = [layer for layer in around if layer[1] > start]
        found: set[Reason] = set()
        if not _is_on_grid(plan, service.grid, start):
            found.add(Reason.OFF_GRID)
        if start < earliest:
            found.add(Reason.TOO_SOON)
        if start > latest:
            found.add(Reason.TOO_LATE)
        if not has_places:
            found.add(Reason.FULL)
        for _, _, layer in around:
            if layer is None:
                found.add(hours.why_closed(agenda, service, start, staff=staff))
            elif isinstance(layer, Reason):
                found.add(layer)
            elif why := occupancy.why_busy(service, layer, start, group=group, joinable=joinable):
                found.add(why)
        result.append(Verdict(start, tuple(sorted(found, key=IN_ORDER.index))))
    return result


def _is_on_grid(plan: Plan, grid: int, start: int) -> bool:
    return any(begin <= start < end and (start - phase) % grid == 0 for begin, end, phase in plan.stretches)
