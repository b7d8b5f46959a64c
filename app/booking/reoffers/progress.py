"""How far a send has come: who was told, who answered, and who must be telephoned."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.booking.models import STILL, Appointment, Rearrangement, Reoffer
from app.directory.models import HealthcareService, Location, Practitioner
from app.kernel.errors import NotFound
from app.patients.models import Patient

ANSWERS_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """One person of a send; `why` is a reason to telephone: no-mail, chosen, silent, declined, expired, or nothing."""

    reoffer: Reoffer
    appointment: Any
    why: str

    @property
    def is_done(self) -> bool:
        return not self.why and self.reoffer.state in ("accepted", "called", "declined", "told")


@dataclass(frozen=True)
class Progress:
    rearrangement: Rearrangement
    lines: list[Line]

    @property
    def to_call(self) -> list[Line]:
        return [line for line in self.lines if line.why]

    @property
    def others(self) -> list[Line]:
        return [line for line in self.lines if not line.why]

    @property
    def done(self) -> int:
        return sum(line.is_done for line in self.lines)

    @property
    def waiting(self) -> int:
        return sum(line.reoffer.state == "sent" and not line.why for line in self.lines)


def progress(rearrangement_id: UUID, *, now: datetime) -> Progress:
    """NotFound when it is not of the open practice."""
    found = (
        Rearrangement.select(Rearrangement, Practitioner)
        .left_outer_join(Practitioner, on=(Rearrangement.practitioner == Practitioner.id))
        .where(Rearrangement.id == rearrangement_id)
        .first()
    )
    if found is None:
        raise NotFound
    rows = (
        Reoffer.select(Reoffer, Appointment, Patient, Practitioner, HealthcareService, Location)
        .join_from(Reoffer, Appointment)
        .join_from(Appointment, Patient)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Location)
        .where(Reoffer.rearrangement == rearrangement_id)
        .order_by(Reoffer.was_start, Reoffer.id)
    )
    return Progress(found, [Line(row, row.appointment, why_call(row, now=now)) for row in rows])


def why_call(row: Reoffer, *, now: datetime) -> str:
    state = row.state
    if state == "call":
        return "chosen" if row.appointment.contact_email else "no-mail"
    if state == "declined":
        return "declined" if row.appointment.status in STILL and row.appointment.fit == "orphaned" else ""
    if state == "expired":
        return "expired"
    return "silent" if state in ("sent", "told") and now - row.created_at >= ANSWERS_WITHIN else ""


def latest(limit: int = 5) -> list[Rearrangement]:
    """The last sends, newest first."""
    return list(
        Rearrangement.select(Rearrangement, Practitioner)
        .left_outer_join(Practitioner, on=(Rearrangement.practitioner == Practitioner.id))
        .order_by(Rearrangement.created_at.desc())
        .limit(limit)
    )
