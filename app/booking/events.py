"""What happened to an appointment, in the past tense."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class AppointmentBooked:
    appointment_id: UUID
    practitioner_id: UUID
    at: datetime


@dataclass(frozen=True)
class AppointmentCancelled:
    appointment_id: UUID
    practitioner_id: UUID
    late: bool
    at: datetime
