"""Free times: of a few offers, on a few days, for whoever asks."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat

from app.booking import slots
from app.booking.catalogue import Offer
from app.booking.models import ResourcePool
from app.booking.questions import ANYBODY, Asking, ask
from app.directory.models import Practitioner
from app.kernel.clock import day_bounds, local, to_minutes, today
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.ids import hexed


@dataclass(frozen=True)
class FreeTimes:
    """Starts per local day; each with the ids (hex) of the agendas that have it."""

    zone: str
    days: dict[date, list[tuple[int, tuple[str, ...]]]]

    def of(self, day: date) -> list[tuple[int, tuple[str, ...]]]:
        return self.days.get(day, [])

    def first(self) -> date | None:
        return next((day for day, starts in self.days.items() if starts), None)


def free_times(
    offers: Sequence[Offer], *, first_day: date, last_day: date, now: datetime, asking: Asking = ANYBODY
) -> FreeTimes:
    """The free times of some offers at one site, for whoever asks; one statement, whatever the range."""
    zone = offers[0].location.timezone
    span = {"first_day": first_day, "last_day": last_day, "now": to_minutes(now), "staff": asking.staff}
    asked = ask(offers, first_day=first_day, last_day=last_day, now=now, asking=asking)
    if len(offers) == 1:
        starts = slots.offered(*asked[0], **span)
        found = list(zip(starts, repeat((offers[0].agenda.id,)), strict=False))
    else:
        by_start = slots.offered_by_any(asked, **span)
        starts, found = list(by_start), list(by_start.items())
    days, low = {}, 0
    for ordinal in range(first_day.toordinal(), last_day.toordinal() + 1):
        day = date.fromordinal(ordinal)
        high = bisect_left(starts, slots.day_bounds(day, zone)[1], low)
        days[day] = found[low:high]
        low = high
    return FreeTimes(zone, days)


def next_free_day(
    offers: Sequence[Offer], *, after: date, until: date, now: datetime, asking: Asking = ANYBODY
) -> date | None:
    """The first day after `after` with a free time, looked for a month at a time."""
    day = after + timedelta(days=1)
    while day <= until:
        last = min(day + timedelta(days=30), until)
        found = free_times(offers, first_day=day, last_day=last, now=now, asking=asking).first()
        if found:
            return found
        day = last + timedelta(days=1)
    return None


@dataclass(frozen=True)
class FirstFree:
    """`start` is None when nothing is free within the horizon; time alone makes the answer wrong after `until`."""

    start: int | None
    until: int


def first_free(offers: Sequence[Offer], *, now: datetime) -> FirstFree:
    """The soonest start any of these offers has, within its horizon."""
    found = soonest(offers, now=now)
    if found is None:
        zone = offers[0].location.timezone
        return FirstFree(None, day_bounds(today(now, zone), zone)[1])  # tomorrow the horizon reaches further
    start, offer = found
    return FirstFree(start, start - offer.rules.min_notice)


def soonest(offers: Sequence[Offer], *, now: datetime, asking: Asking = ANYBODY) -> tuple[int, Offer] | None:
    """The soonest start and the offer that has it; of two at once, the one that may be booked the longest."""
    minutes, first_day = to_minutes(now), today(now, offers[0].location.timezone)
    last_day = first_day + timedelta(days=max(offer.rules.horizon_days for offer in offers))
    asked = ask(offers, first_day=first_day, last_day=last_day, now=now, asking=asking)
    found = []
    for offer, question in zip(offers, asked, strict=True):
        start = slots.first_offered(*question, first_day=first_day, last_day=last_day, now=minutes)
        if start is not None:
            found.append((start, offer))
    return min(found, key=lambda pair: (pair[0], pair[1].rules.min_notice), default=None)


def alternatives(
    offers: Sequence[Offer], *, near: int, now: datetime, count: int = 3, asking: Asking = ANYBODY
) -> list[int]:
    """The free starts nearest to a time that was just lost, soonest first."""
    zone = offers[0].location.timezone
    day = local(near, zone).date()
    around = {"first_day": day - timedelta(days=7), "last_day": day + timedelta(days=14)}
    free = free_times(offers, **around, now=now, asking=asking)
    starts = [start for found in free.days.values() for start, _ in found]
    return sorted(sorted(starts, key=lambda start: abs(start - near))[:count])


def explain(
    offer: Offer, *, first_day: date, last_day: date, now: datetime, asking: Asking = ANYBODY
) -> list[slots.Verdict]:
    """A verdict for every start on the grid of every day, for staff where `asking.staff`; none is what is offered."""
    asked = ask([offer], first_day=first_day, last_day=last_day, now=now, asking=asking)
    span = {"first_day": first_day, "last_day": last_day, "now": to_minutes(now), "staff": asking.staff}
    return slots.verdicts(*asked[0], **span)


VERSION = ConstantSQL(
    lambda: Practitioner.select(Practitioner.availability_version).where(Practitioner.id == param("who"))
)
VERSIONS = ConstantSQL(
    lambda: Practitioner.select(Practitioner.id, Practitioner.availability_version).union_all(
        ResourcePool.select(ResourcePool.id, ResourcePool.availability_version)
    )
)


def availability_tag(offers: Sequence[Offer]) -> str:
    """Changes whenever a free time of these offers may have: for ETags."""
    if len(offers) == 1 and not offers[0].pools:
        return str(VERSION.row(who=offers[0].practitioner.id.hex)[0])
    versions = {hexed(who): version for who, version in VERSIONS.rows()}
    people = {offer.practitioner.id.hex for offer in offers}
    pools = {pool.id.hex for offer in offers for pool in offer.pools}
    return ".".join(str(versions.get(who, 0)) for who in (*sorted(people), *sorted(pools)))
