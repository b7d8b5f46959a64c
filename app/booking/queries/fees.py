"""The fees proposed to the practice, and what became of them."""

from collections.abc import Sequence
from uuid import UUID

from app.booking.models import Appointment, FeeProposal
from app.directory.models import HealthcareService, Location, Practitioner
from app.kernel.errors import NotFound
from app.patients.models import Patient

DECIDED_SHOWN = 50


def fees(*, decided: bool = False) -> Sequence[FeeProposal]:
    """Those that wait, oldest first; or the last ones decided, newest first. With what a list shows of each."""
    query = (
        FeeProposal.select(FeeProposal, Appointment, Patient, Practitioner, HealthcareService, Location)
        .join_from(FeeProposal, Appointment)
        .join_from(Appointment, Patient)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Location)
    )
    if decided:
        newest = query.where(FeeProposal.state != "proposed").order_by(FeeProposal.decided_at.desc())
        return list(newest.limit(DECIDED_SHOWN))
    return list(query.where(FeeProposal.state == "proposed").order_by(FeeProposal.proposed_at))


def count_fees() -> int:
    """Those somebody must still decide."""
    return FeeProposal.select().where(FeeProposal.state == "proposed").count()


def fee(fee_id: UUID) -> FeeProposal:
    """NotFound when it is not of the open practice."""
    found = FeeProposal.get_or_none(FeeProposal.id == fee_id)
    if found is None:
        raise NotFound
    return found


def fee_of(appointment_id: UUID) -> FeeProposal | None:
    return FeeProposal.get_or_none(FeeProposal.appointment == appointment_id)
