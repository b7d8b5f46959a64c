"""A day as columns, one an agenda, ready to draw."""

from dataclasses import dataclass, field
from typing import Any

from app.booking.models import Appointment
from app.directory.models import Location, Practitioner, Schedule
from app.kernel.clock import local
from app.kernel.owners import pick


@dataclass(frozen=True)
class Entry:
    """One appointment as the desk reads it."""

    appointment: Appointment
    starts: Any
    ends: Any
    service: str
    patient: str


@dataclass
class Column:
    practitioner: str
    location: str
    entries: list[Entry] = field(default_factory=list)


def columns(appointments: list[Appointment], *, language: str, languages: list[str]) -> list[Column]:
    """Every agenda of the practice, empty ones too, in the practice's own order."""
    schedules = (
        Schedule.select(Schedule, Practitioner, Location)
        .join_from(Schedule, Practitioner)
        .join_from(Schedule, Location)
        .order_by(Schedule.position, Schedule.key)
    )
    found, zones = {}, {}
    for schedule in schedules:
        found[schedule.id] = Column(schedule.practitioner.name, pick(schedule.location.name, language, languages))
        zones[schedule.id] = schedule.location.timezone
    for appointment in appointments:
        zone = zones[appointment.schedule_id]
        found[appointment.schedule_id].entries.append(
            Entry(
                appointment,
                local(appointment.starts, zone),
                local(appointment.ends, zone),
                pick(appointment.service.name, language, languages),
                appointment.patient.name,
            )
        )
    return list(found.values())
