"""The requests a practice has to answer, what was asked about them, and the times offered instead."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import peewee as pw

from app.booking.catalogue import Offer
from app.booking.models import OCCUPYING, REQUESTED, AlternativeTime, Appointment, RequestQuestion
from app.booking.queries.appointments import appointment
from app.booking.queries.free import free_times
from app.booking.questions import ANYBODY, Asking
from app.booking.refusals import AnsweredAlready
from app.directory.models import HealthcareService, Location, Practitioner
from app.kernel.clock import local, to_minutes
from app.kernel.constant_sql import ConstantSQL
from app.patients.models import Patient

# written out: SQLite takes the partial index only when it can read the condition
WAITING = Appointment.status.in_([pw.SQL(f"'{status}'") for status in REQUESTED])


REQUESTS = ConstantSQL(lambda: Appointment.select(pw.fn.COUNT(Appointment.id)).where(WAITING))


def open_requests(*, limit: int = 25, offset: int = 0) -> list[Appointment]:
    """Those that run out first come first."""
    return list(
        Appointment.select(Appointment, Patient, Practitioner, HealthcareService, Location)
        .join_from(Appointment, Patient)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Location)
        .where(WAITING)
        .order_by(Appointment.answer_by, Appointment.created_at)
        .limit(limit)
        .offset(offset)
    )


def count_requests() -> int:
    return int((REQUESTS.row() or (0,))[0])


def count_unanswered() -> int:
    """Requests where the person was asked something and has not answered."""
    return Appointment.select().where(Appointment.status == "pending").count()


def request(appointment_id: UUID) -> Appointment:
    """With everything its page shows. NotFound when it is not of the open practice, AnsweredAlready when it no longer
    waits."""
    found = appointment(appointment_id)
    if found.status not in REQUESTED:
        raise AnsweredAlready
    return found


def questions_of(ids: Collection[UUID]) -> dict[UUID, list[RequestQuestion]]:
    """Of some requests, in the order they were asked."""
    found: dict[UUID, list[RequestQuestion]] = defaultdict(list)
    if ids:
        rows = RequestQuestion.select().where(RequestQuestion.appointment.in_(list(ids)))
        for row in rows.order_by(RequestQuestion.position):
            found[row.appointment_id].append(row)
    return found


def alternatives_of(appointment_id: UUID, *, now: datetime) -> list[AlternativeTime]:
    """What the practice offered instead and has not begun yet."""
    mine = (AlternativeTime.appointment == appointment_id) & (AlternativeTime.starts > to_minutes(now))
    return list(AlternativeTime.select().where(mine).order_by(AlternativeTime.position))


def came_before(patient_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Who of them was here."""
    if not patient_ids:
        return set()
    rows = Appointment.select(Appointment.patient).where(
        Appointment.patient.in_(list(patient_ids)),
        Appointment.starts < to_minutes(now),
        Appointment.status.in_(OCCUPYING),
    )
    return {row.patient_id for row in rows.distinct()}


def nearest(
    offers: Sequence[Offer], *, near: int, now: datetime, count: int = 3, asking: Asking = ANYBODY
) -> list[tuple[str, int]]:
    """(agenda, start) of the free starts nearest to a time, soonest first; each start once."""
    if not offers:
        return []
    day = local(near, offers[0].location.timezone).date()
    first = max(day - timedelta(days=7), now.date())
    free = free_times(offers, first_day=first, last_day=day + timedelta(days=14), now=now, asking=asking)
    starts = [(who[0], start) for found in free.days.values() for start, who in found if start != near]
    return sorted(sorted(starts, key=lambda one: abs(one[1] - near))[:count], key=lambda one: one[1])
