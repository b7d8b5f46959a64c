"""Questionnaires that go by themselves: tied to a service by the practice, sent with a booking, ended with it."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from app.booking.events import AppointmentBooked, AppointmentCancelled, AppointmentRequested
from app.booking.models import OCCUPYING, Appointment
from app.directory.models import HealthcareService
from app.kernel import audit, clock
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.kernel.tenancy import current_practice_id
from app.patients.models import Patient
from app.questionnaires.actions.sending import send, target
from app.questionnaires.models import (
    Questionnaire,
    QuestionnaireResponse,
    QuestionnaireVersion,
    ServiceQuestionnaire,
)
from app.questionnaires.queries import tied_to, versions_in_use
from app.questionnaires.refusals import AskedAlready
from app.questionnaires.turns import is_due
from app.web.outside import services

BY = "portal"


def tie(
    service: HealthcareService, questionnaire: Questionnaire, months: int | None, *, by: str, now: datetime
) -> None:
    """From here on it goes with every booking of the service; one that is tied already gets the new rhythm."""
    detail = {"service": service.id.hex, "questionnaire": questionnaire.id.hex, "months": months}
    with write_tx():
        _note("tie", detail, by, now)
        row = {"service": service.id, "questionnaire": questionnaire.id, "months": months}
        T = ServiceQuestionnaire
        mine = (T.service == service.id) & (T.questionnaire == questionnaire.id)
        if not T.update(months=months).where(mine).execute():
            T.insert(id=uuid7(), **row).execute()


def untie(row: ServiceQuestionnaire, *, by: str, now: datetime) -> None:
    """What was sent stays."""
    with write_tx():
        detail = {"service": row.service_id.hex, "questionnaire": row.questionnaire_id.hex}
        _note("untie", detail, by, now)
        ServiceQuestionnaire.delete().where(ServiceQuestionnaire.id == row.id).execute()


def _note(verb: str, detail: dict[str, object], by: str, now: datetime) -> None:
    place = audit.of_id("service", UUID(str(detail["service"])))
    audit.record(by=by, verb=f"service-questionnaire.{verb}", target=place, at=now, detail=detail)
    mine = Practice.id == current_practice_id()
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(mine).execute()


# ---- in the transaction of a booking ----------------------------------------------------------------------------


def booked(event: AppointmentBooked | AppointmentRequested) -> None:
    """Whoever has it to answer, or answered this version not long ago, is not asked again; a booking never fails for
    it. Without an account or an address it waits in the file."""
    known = event.catalogue
    if known is not None and event.service_id not in _asking(current_practice_id(), known):
        return
    ties = tied_to(event.appointment_id)
    if not ties:
        return
    appointment = Appointment.get_by_id(event.appointment_id)
    patient = Patient.get_by_id(appointment.patient_id)
    for one, version in versions_in_use(ties):
        if _answered_lately(version, patient, one.months, event.at):
            continue
        try:
            send(
                version,
                patient,
                by=BY,
                sealer=services().sealer,
                now=event.at,
                appointment=appointment,
                may_wait=True,
                due_at=appointment.undo_until,  # as the mail of the booking: undone, neither leaves
            )
        except AskedAlready:
            continue


@lru_cache(maxsize=512)
def _asking(_practice_id: UUID, _version: int) -> frozenset[UUID]:
    """Services of the open practice with which something goes; remembered as long as its catalogue stays the same."""
    return frozenset(row.service_id for row in ServiceQuestionnaire.select(ServiceQuestionnaire.service))


def forget() -> None:
    """For tests, where another database has another past under the same version."""
    _asking.cache_clear()


def _answered_lately(
    version: QuestionnaireVersion, patient: Patient, months: int | None, now: datetime
) -> bool:
    R = QuestionnaireResponse
    mine = (R.asked == version.id) & (R.patient == patient.id) & (R.status == "completed")
    last = R.select(R.completed_at).where(mine).order_by(R.completed_at.desc()).first()
    zone = version.practice.timezone
    days = (clock.today(last.completed_at, zone), clock.today(now, zone)) if last else None
    return days is not None and not is_due(days[0], months, today=days[1])


def cancelled(event: AppointmentCancelled) -> None:
    """What went with it and nobody has begun to answer is taken back, unless another visit of this kind is to come."""
    R = QuestionnaireResponse
    sent = (R.appointment == event.appointment_id) & (R.status == "in-progress") & (R.sent_by == BY)
    rows = list(R.select(R.id).where(sent & R.answers_sealed.is_null()))
    if not rows:
        return
    other = _next(Appointment.get_by_id(event.appointment_id), event.at)
    for row in rows:
        if other is not None:
            R.update(appointment=other.id).where(R.id == row.id).execute()
            continue
        audit.record(by=BY, verb="questionnaire.take-back", target=target(row.id), at=event.at)
        R.update(status="stopped", stopped_at=event.at).where(R.id == row.id).execute()


def _next(gone: Appointment, now: datetime) -> Appointment | None:
    """What the same person still comes for, of the same service."""
    A = Appointment
    alike = (A.patient == gone.patient_id) & (A.service == gone.service_id) & (A.id != gone.id)
    coming = A.status.in_(OCCUPYING) & (A.starts > clock.to_minutes(now))
    return A.select().where(alike & coming).order_by(A.starts).first()
