"""The appointments of a person or of a day."""

from datetime import date, datetime
from uuid import UUID

from app.booking.busy import RECENT
from app.booking.models import OCCUPYING, Appointment
from app.booking.slots import Taken
from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.kernel.clock import day_bounds, to_minutes
from app.kernel.errors import NotFound
from app.kernel.ids import hexed
from app.patients.models import Patient


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


def held(patient_id: UUID, *, now: datetime) -> list[Taken]:
    """What a patient holds or has lately had here, as caps count it: one statement."""
    rows = (
        Appointment.select(Appointment.starts, Appointment.ends, Appointment.service)
        .where(
            Appointment.patient == patient_id,
            Appointment.starts > to_minutes(now) - RECENT,
            Appointment.status.in_(OCCUPYING),
        )
        .tuples()
    )
    return [Taken(start, end, hexed(service)) for start, end, service in rows]
