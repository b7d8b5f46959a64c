"""What happened to an appointment, in the past tense."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class AppointmentBooked:
    appointment_id: UUID
    practitioner_id: UUID
    at: datetime
    by_guest: bool = (
        False  # then nobody reads the messages of this file: a guest's booking falls into no account's
    )
    service_id: UUID | None = None
    catalogue: int | None = None  # version of what it was offered from


@dataclass(frozen=True)
class AppointmentRequested:
    """Its time is held until the practice answers, or until `Appointment.answer_by`."""

    appointment_id: UUID
    practitioner_id: UUID
    at: datetime
    by_guest: bool = False
    service_id: UUID | None = None
    catalogue: int | None = None


@dataclass(frozen=True)
class RequestApproved:
    appointment_id: UUID
    practitioner_id: UUID
    at: datetime


@dataclass(frozen=True)
class AppointmentMoved:
    """`from_start` and `from_practitioner_id` say which time became free."""

    appointment_id: UUID
    practitioner_id: UUID
    from_practitioner_id: UUID
    from_start: int
    from_end: int
    by: str
    at: datetime


@dataclass(frozen=True)
class AppointmentResized:
    """Another end and nothing else, and its person is told of it: at `tell_at`, for until then it may be undone."""

    appointment_id: UUID
    practitioner_id: UUID
    by: str
    at: datetime
    tell_at: datetime


@dataclass(frozen=True)
class AppointmentCancelled:
    """By whomever, a refused or expired request included: `kind` is one of models.CANCEL_KINDS."""

    appointment_id: UUID
    practitioner_id: UUID
    late: bool
    at: datetime
    kind: str = "patient"


@dataclass(frozen=True)
class MissTakenBack:
    """Somebody noted as missing did come, or was noted by mistake."""

    appointment_id: UUID
    practitioner_id: UUID
    by: str
    at: datetime


@dataclass(frozen=True)
class PatientMissed:
    """Nobody came: confirmed by staff."""

    appointment_id: UUID
    practitioner_id: UUID
    at: datetime


@dataclass(frozen=True)
class AppointmentReoffered:
    """The practice cannot keep it, and offers other times by a link that works once."""

    appointment_id: UUID
    practitioner_id: UUID
    reoffer_id: UUID
    at: datetime
