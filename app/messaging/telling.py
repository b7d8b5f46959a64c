"""What happens to an appointment becomes a message to its patient, in the transaction in which it happens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentRequested,
    RequestApproved,
)
from app.booking.models import Appointment
from app.kernel import outbox
from app.kernel.clock import to_minutes
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.ids import hexed, uuid7
from app.messaging import plans, readers
from app.messaging.models import Communication
from app.patients.models import Connection

BY_THEMSELVES = ("web",)  # origins: they were there when it happened
SAID = ("practice", "refused")  # ends whose reason is the practice's own words
CONNECTED = ConstantSQL(
    lambda: Connection.select(Connection.id).where(
        Connection.patient == param("patient"), Connection.left_at.is_null()
    )
)


def booked(event: AppointmentBooked) -> None:
    if event.by_guest:
        return
    appointment = _of(event)
    _write(appointment, "booked", event.at, read=appointment.origin in BY_THEMSELVES)


def requested(event: AppointmentRequested) -> None:
    if event.by_guest:
        return
    appointment = _of(event)
    _write(appointment, "requested", event.at, read=appointment.origin in BY_THEMSELVES)


def approved(event: RequestApproved) -> None:
    _write(_of(event), "approved", event.at)


def moved(event: AppointmentMoved) -> None:
    appointment = _of(event)
    if not _is_connected(appointment):
        return
    themselves = readers.is_themselves(event.by, readers.of_patient(appointment.patient_id, now=event.at))
    _write(appointment, "moved", event.at, read=themselves, before=event.from_start)
    if not themselves:
        _by_sms(appointment, "moved", event.at)


def cancelled(event: AppointmentCancelled) -> None:
    """Undone is as if nothing had happened: the message about the booking goes too."""
    appointment = _of(event)
    if event.kind == "undone":
        _forget(appointment)
        return
    if not _is_connected(appointment):
        return
    accounts = readers.of_patient(appointment.patient_id, now=event.at)
    themselves = readers.is_themselves(appointment.cancelled_by or "", accounts)
    told = {"ended": event.kind}
    if event.kind in SAID and appointment.cancel_reason:
        told["said"] = appointment.cancel_reason
    _write(appointment, "cancelled", event.at, read=themselves, **told)
    if event.kind == "practice":
        _by_sms(appointment, "cancelled", event.at)


def reminded(appointment: Appointment, *, now: datetime) -> None:
    """The reminder under «My messages», for whoever wants reminders."""
    if not _is_connected(appointment):
        return
    if any(readers.wants(one.id, "reminders") for one in readers.of_patient(appointment.patient_id, now=now)):
        _write(appointment, "reminder", now)


def _of(event: Any) -> Appointment:
    return Appointment.get_by_id(event.appointment_id)


def _is_connected(appointment: Appointment) -> bool:
    return CONNECTED.row(patient=hexed(appointment.patient_id)) is not None


def _write(appointment: Appointment, kind: str, at: datetime, *, read: bool = False, **more: Any) -> None:
    """Nobody reads the messages of a patient without an account: none is written."""
    if not _is_connected(appointment):
        return
    identity: UUID = uuid7()
    Communication.insert(
        id=identity,
        patient=appointment.patient_id,
        sender="practice",
        kind=kind,
        appointment=appointment.id,
        payload={"start": appointment.starts, **more},
        created_at=at,
        read_at=at if read else None,
    ).execute()


def _forget(appointment: Appointment) -> None:
    Communication.delete().where(
        Communication.appointment == appointment.id, Communication.kind.in_(("booked", "requested"))
    ).execute()


def _by_sms(appointment: Appointment, kind: str, at: datetime) -> None:
    """Whatever a practice changes, for those who asked for it; once per version of the appointment and account."""
    if to_minutes(at) >= appointment.ends or not plans.current().sms_changes:
        return
    for account_id in readers.by_telephone(appointment.patient_id, "changes", now=at):
        payload = {
            "appointment": appointment.id.hex,
            "version": appointment.version,
            "start": appointment.starts,
            "account": account_id.hex,
        }
        key = f"sms:{kind}:{appointment.id.hex}:{appointment.version}:{account_id.hex}"
        outbox.post_once(f"{kind}-sms", payload, key=key, now=at)
