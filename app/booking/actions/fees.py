"""A fee for a visit given up late or missed: proposed to the practice by what happened, decided by somebody there."""

from datetime import datetime
from uuid import UUID

from app.booking.events import AppointmentCancelled, MissTakenBack, PatientMissed
from app.booking.models import Appointment, FeeProposal
from app.booking.queries.consents import consent_of
from app.booking.refusals import AlreadyDecided
from app.kernel import audit
from app.kernel.db import write_tx


def after_cancellation(happened: AppointmentCancelled) -> None:
    """A reaction: what was given up after the deadline may cost what the person was told."""
    if happened.late:
        _propose(happened.appointment_id, "late", at=happened.at)


def after_miss(happened: PatientMissed) -> None:
    """A reaction: nobody came."""
    _propose(happened.appointment_id, "noshow", at=happened.at)


def after_correction(happened: MissTakenBack) -> None:
    """A reaction: they came after all, so there is nothing to ask for, whatever was decided."""
    found = FeeProposal.get_or_none(FeeProposal.appointment == happened.appointment_id)
    if found is not None and found.state != "waived":
        _decide(found, "waived", reason="", by=happened.by, now=happened.at)


def decide(proposal: FeeProposal, state: str, *, reason: str, by: str, now: datetime) -> None:
    """`kept` or `waived`, with the reason. AlreadyDecided when a colleague was quicker."""
    with write_tx():
        _decide(proposal, state, reason=reason, by=by, now=now)


def was_told(appointment_id: UUID) -> bool:
    """Whether the person knew of the fee before it could be asked, without which it is owed to nobody.

    On the web the sentence stood above the button; by telephone and at the counter it was read out and accepted, or
    sent with the confirmation and not declined (Code of Economic Law, book VI).
    """
    one = Appointment.get_or_none(Appointment.id == appointment_id)
    kept = one and consent_of(one)
    if kept is None or not kept.sentence:
        return False
    return kept.channel == "web" or kept.accepted or bool(one.contact_email)


def _propose(appointment_id: UUID, cause: str, *, at: datetime) -> None:
    """Inside the transaction of what happened; proposed anew when the same visit was noted as missed twice."""
    cents = Appointment.select(Appointment.late_fee_cents).where(Appointment.id == appointment_id).scalar()
    if not cents or not was_told(appointment_id):
        return
    known = FeeProposal.get_or_none(FeeProposal.appointment == appointment_id)
    if known is None:
        FeeProposal.create(appointment=appointment_id, cents=cents, cause=cause, proposed_at=at)
    else:
        anew = {"state": "proposed", "decided_at": None, "decided_by": None, "reason": ""}
        FeeProposal.update(cause=cause, proposed_at=at, **anew).where(FeeProposal.id == known.id).execute()
    target = audit.of_id("appointment", appointment_id)
    audit.record(
        by="portal", verb="fee.propose", target=target, at=at, detail={"cents": cents, "cause": cause}
    )


def _decide(proposal: FeeProposal, state: str, *, reason: str, by: str, now: datetime) -> None:
    changed = (
        FeeProposal.update(state=state, reason=reason, decided_by=by, decided_at=now)
        .where(FeeProposal.id == proposal.id, FeeProposal.state == proposal.state)
        .execute()
    )
    if not changed or proposal.state == state:
        raise AlreadyDecided
    target = audit.of_id("appointment", proposal.appointment_id)
    verb = "fee.keep" if state == "kept" else "fee.waive"
    audit.record(by=by, verb=verb, target=target, at=now, detail={"cents": proposal.cents, "because": reason})
