"""Somebody's own appointments, at one practice or at all of them: the same statements however many there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.models import Appointment
from app.directory.models import HealthcareService, Location, Practitioner
from app.kernel.clock import to_minutes
from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices
from app.patients.models import Patient

File = tuple[UUID, UUID]  # practice, patient
STILL = ("proposed", "pending", "booked", "arrived", "checked-in")


def coming_of(files: Sequence[File], *, now: datetime, limit: int = 100) -> list[Appointment]:
    """What is still to come of these files, soonest first; requests too."""
    ahead = (Appointment.ends > to_minutes(now)) & Appointment.status.in_(STILL)
    return _read(files, ahead, (Appointment.starts, Appointment.id), limit, 0)


def past_of(files: Sequence[File], *, now: datetime, limit: int, offset: int = 0) -> list[Appointment]:
    """What is over, or was given up; newest first."""
    over = (Appointment.ends <= to_minutes(now)) | Appointment.status.not_in(STILL)
    return _read(files, over, (Appointment.starts.desc(), Appointment.id.desc()), limit, offset)


def one_of(files: Sequence[File], appointment_id: UUID) -> Appointment | None:
    """An appointment of these files, or None: anybody else's is not there."""
    return next(iter(_read(files, Appointment.id == appointment_id, (Appointment.starts,), 1, 0)), None)


def _read(
    files: Sequence[File], which: Any, order: Sequence[Any], limit: int, offset: int
) -> list[Appointment]:
    if not files:
        return []
    practices, patients = {practice for practice, _file in files}, {file for _practice, file in files}
    with across_practices(reason="a person's own appointments, wherever they are"):
        return list(
            Appointment.select(Appointment, Practice, Patient, Practitioner, HealthcareService, Location)
            .join_from(Appointment, Practice)
            .join_from(Appointment, Patient)
            .join_from(Appointment, Practitioner)
            .join_from(Appointment, HealthcareService)
            .join_from(Appointment, Location)
            .where(Appointment.practice.in_(list(practices)), Appointment.patient.in_(list(patients)), which)
            .order_by(*order)
            .limit(limit)
            .offset(offset)
        )
