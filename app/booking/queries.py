"""Free times, and the appointments of a person or a day."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat
from uuid import UUID

from app.booking import busy, slots
from app.booking.catalogue import Offer
from app.booking.models import OCCUPYING, Appointment
from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.kernel.clock import day_bounds, local, to_minutes, today
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.errors import NotFound
from app.kernel.ids import hexed
from app.patients.models import Patient


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
    offers: Sequence[Offer], *, first_day: date, last_day: date, now: datetime, mine: UUID | None = None
) -> FreeTimes:
    """The public's free times of some offers at one site; two statements at most, whatever the range."""
    zone = offers[0].location.timezone
    minutes = to_minutes(now)
    first, last = slots.day_bounds(first_day, zone)[0], slots.day_bounds(last_day, zone)[1]
    taken = busy.timelines(
        (o.practitioner.id for o in offers), first=first, last=last, now=minutes, mine=mine
    )
    span = {"first_day": first_day, "last_day": last_day, "now": minutes}
    if len(offers) == 1:
        offer = offers[0]
        starts = slots.offered(
            offer.agenda, offer.rules, taken[hexed(offer.practitioner.id)], offer.blocked, **span
        )
        found = list(zip(starts, repeat((offer.agenda.id,)), strict=False))
    else:
        questions = [(o.agenda, o.rules, taken[hexed(o.practitioner.id)], o.blocked) for o in offers]
        by_start = slots.offered_by_any(questions, **span)
        starts, found = list(by_start), list(by_start.items())
    days, low = {}, 0
    for ordinal in range(first_day.toordinal(), last_day.toordinal() + 1):
        day = date.fromordinal(ordinal)
        high = bisect_left(starts, slots.day_bounds(day, zone)[1], low)
        days[day] = found[low:high]
        low = high
    return FreeTimes(zone, days)


def next_free_day(offers: Sequence[Offer], *, after: date, until: date, now: datetime) -> date | None:
    """The first day after `after` with a free time, looked for a month at a time."""
    day = after + timedelta(days=1)
    while day <= until:
        last = min(day + timedelta(days=30), until)
        found = free_times(offers, first_day=day, last_day=last, now=now).first()
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


def soonest(offers: Sequence[Offer], *, now: datetime) -> tuple[int, Offer] | None:
    """The soonest start and the offer that has it; of two at once, the one that may be booked the longest."""
    zone, minutes = offers[0].location.timezone, to_minutes(now)
    first_day = today(now, zone)
    last_day = first_day + timedelta(days=max(offer.rules.horizon_days for offer in offers))
    first, last = day_bounds(first_day, zone)[0], day_bounds(last_day, zone)[1]
    taken = busy.timelines({o.practitioner.id for o in offers}, first=first, last=last, now=minutes)
    found = []
    for offer in offers:
        start = slots.first_offered(
            offer.agenda, offer.rules, taken[hexed(offer.practitioner.id)], offer.blocked,
            first_day=first_day, last_day=last_day, now=minutes,
        )  # fmt: skip
        if start is not None:
            found.append((start, offer))
    return min(found, key=lambda pair: (pair[0], pair[1].rules.min_notice), default=None)


def alternatives(offers: Sequence[Offer], *, near: int, now: datetime, count: int = 3) -> list[int]:
    """The free starts nearest to a time that was just lost, soonest first."""
    zone = offers[0].location.timezone
    day = local(near, zone).date()
    free = free_times(offers, first_day=day - timedelta(days=7), last_day=day + timedelta(days=14), now=now)
    starts = [start for found in free.days.values() for start, _ in found]
    return sorted(sorted(starts, key=lambda start: abs(start - near))[:count])


VERSION = ConstantSQL(
    lambda: Practitioner.select(Practitioner.availability_version).where(Practitioner.id == param("who"))
)
VERSIONS = ConstantSQL(lambda: Practitioner.select(Practitioner.id, Practitioner.availability_version))


def availability_tag(offers: Sequence[Offer]) -> str:
    """Changes whenever a free time of these offers may have: for ETags."""
    if len(offers) == 1:
        return str(VERSION.row(who=offers[0].practitioner.id.hex)[0])
    versions = {hexed(who): version for who, version in VERSIONS.rows()}
    return ".".join(str(versions[who]) for who in sorted({offer.practitioner.id.hex for offer in offers}))


def appointment(appointment_id: UUID) -> Appointment:
    """With everything its page shows; NotFound when it is not of the open practice."""
    found = (
        Appointment.select(Appointment, Patient, Practitioner, HealthcareService, Location)
        .join_from(Appointment, Patient)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Location)
        .where(Appointment.id == appointment_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def of_patient(patient_id: UUID) -> list[Appointment]:
    """Everything this practice has of one of its patients, past and cancelled too, oldest first."""
    return list(
        Appointment.select(Appointment, Practitioner, HealthcareService, Location)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Location)
        .where(Appointment.patient == patient_id)
        .order_by(Appointment.starts)
    )


def coming(patient_id: UUID, *, now: datetime, limit: int = 20) -> list[Appointment]:
    """What a patient still comes for, soonest first."""
    return list(
        Appointment.select(Appointment, Practitioner, HealthcareService, Location)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Location)
        .where(
            Appointment.patient == patient_id,
            Appointment.ends > to_minutes(now),
            Appointment.status.in_(OCCUPYING),
        )
        .order_by(Appointment.starts)
        .limit(limit)
    )


def of_day(day: date, zone: str) -> list[Appointment]:
    """Everything that starts on a local day, cancelled ones too, in the order of the clock."""
    first, last = day_bounds(day, zone)
    return list(
        Appointment.select(Appointment, Patient, HealthcareService, Schedule)
        .join_from(Appointment, Patient)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Schedule)
        .where(Appointment.starts >= first, Appointment.starts < last)
        .order_by(Appointment.starts, Appointment.created_at)
    )
