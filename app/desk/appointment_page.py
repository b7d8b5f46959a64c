"""One appointment as its page at the desk shows it, prepared: who, when, where, what was told, and what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g

from app.booking import actions, labels, queries
from app.booking.models import COMING, Appointment, FeeProposal, Resource, ResourceUse
from app.desk import history, patient_file, steps
from app.desk.patient_file import Line
from app.kernel import clock
from app.kernel.i18n import language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.patients import queries as patients
from app.patients.models import Patient
from app.patients.trust import at_the_desk

ORIGINS: dict[str, Any] = {
    "web": _l("By the patient, online"),
    "phone": _l("By telephone"),
    "desk": _l("At the counter"),
    "walkin": _l("Came without an appointment"),
    "import": _l("Taken over from another program"),
}
CHANNELS: dict[str, Any] = {"web": _l("Online"), "phone": _l("By telephone"), "desk": _l("At the counter")}
CAUSES: dict[str, Any] = {"late": _l("Cancelled after the deadline"), "noshow": _l("Did not come")}
FEE_STATES: dict[str, Any] = {
    "proposed": _l("Waits for a decision"),
    "kept": _l("Kept"),
    "waived": _l("Waived"),
}


@dataclass(frozen=True)
class Page:
    appointment: Appointment
    patient: Line
    moment: datetime
    ends: datetime
    state: str
    origin: str
    rooms: list[str]
    level: str
    snapshot: queries.Consent | None
    channel: str
    cancel_until: str
    steps: list[steps.Step]
    can_be_mistake: bool
    can_cancel: bool
    can_move: bool
    late_now: bool
    fee_told: bool
    fee: FeeProposal | None
    history: list[history.Line]


def of(appointment: Appointment, *, now: datetime) -> Page:
    zone, minutes = appointment.location.timezone, clock.to_minutes(now)
    snapshot = queries.consent_of(appointment)
    status = appointment.status
    return Page(
        appointment=appointment,
        patient=patient_file.line(appointment.patient, now=now),
        moment=clock.local(appointment.starts, zone),
        ends=clock.local(appointment.ends, zone),
        state=str(labels.STATES[status]),
        origin=str(ORIGINS[appointment.origin]),
        rooms=rooms_of(appointment),
        level=str(at_the_desk(appointment.level)) if appointment.level is not None else "",
        snapshot=snapshot,
        channel=str(CHANNELS[snapshot.channel]) if snapshot else "",
        cancel_until=labels.when(appointment.cancel_until, zone) if appointment.cancel_until else "",
        steps=steps.offered(status, starts=appointment.starts, now=minutes),
        can_be_mistake=steps.can_be_mistake(status),
        can_cancel=status in (*COMING, "arrived"),
        can_move=status in (*COMING, "arrived"),
        late_now=status in ("booked", "arrived")
        and minutes > (appointment.cancel_until or appointment.starts),
        fee_told=bool(appointment.late_fee_cents) and actions.was_told(appointment.id),
        fee=queries.fee_of(appointment.id),
        history=history.of(appointment),
    )


def rooms_of(appointment: Appointment) -> list[str]:
    """The names of the rooms and devices its session has."""
    rows = (
        Resource.select(Resource.name)
        .join(
            ResourceUse,
            on=(ResourceUse.resource == Resource.id) & (ResourceUse.practice == Resource.practice),
        )
        .where(ResourceUse.session_key == appointment.session_key, ResourceUse.hold.is_null())
        .order_by(Resource.position)
    )
    return [pick(row.name, language(), g.practice.languages) for row in rows]


def account_of(patient: Patient | UUID) -> UUID | None:
    """The account that reads this file as its own, or that of somebody who acts for the patient."""
    row = patient if isinstance(patient, Patient) else patients.patient(patient)
    ties = patients.accounts_of(row)
    own = next((tie for tie in ties if tie.dependant is None), None)
    return (own or ties[0]).account_id if ties else None
