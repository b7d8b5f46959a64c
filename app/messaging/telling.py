"""What happens to an appointment becomes a message to its patient, in the transaction in which it happens."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.booking.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentRequested,
    AppointmentResized,
    RequestApproved,
)
from app.booking.models import Appointment
from app.kernel import outbox
from app.kernel.clock import to_minutes
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.db import EPOCH
from app.kernel.ids import hexed, uuid7
from app.messaging import due, plans, readers
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
        _by_sms(appointment, "moved", event.at, soonest=event.from_start)


def resized(event: AppointmentResized) -> None:
    """By SMS alone, and with the mail: who is told of another end reads it there, and in no list of what happened."""
    appointment = _of(event)
    if not readers.is_themselves(event.by, readers.of_patient(appointment.patient_id, now=event.at)):
        _by_sms(appointment, "resized", event.at, due_at=event.tell_at)


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


def _by_sms(
    appointment: Appointment,
    kind: str,
    at: datetime,
    *,
    due_at: datetime | None = None,
    soonest: int | None = None,
) -> None:
    """Whatever a practice changes, for those who asked for it; once per version of the appointment and account. What
    happens at night rings in the morning, unless the visit (or the time it had, `soonest`) is early.

    Where the SMS of another time has not left yet, that time is still the news, and not when the visit ends.
    """
    if to_minutes(at) >= appointment.ends or not plans.current().sms_changes:
        return
    told = to_minutes(due_at or at)
    first = min(appointment.starts, appointment.starts if soonest is None else soonest)
    morning = due.by_morning(told, first, appointment.location.timezone)
    if morning != told:
        due_at = EPOCH + timedelta(minutes=morning)
    for account_id in readers.by_telephone(appointment.patient_id, "changes", now=at):
        payload = {
            "appointment": appointment.id.hex,
            "version": appointment.version,
            "start": appointment.starts,
            "account": account_id.hex,
        }
        before = _sms_key("moved", appointment, account_id, version=appointment.version - 1)
        said = "moved" if kind == "resized" and outbox.drop(before) else kind
        key = _sms_key(said, appointment, account_id, version=appointment.version)
        outbox.post_once(f"{said}-sms", payload, key=key, now=at, due_at=due_at)


def _sms_key(kind: str, appointment: Appointment, account_id: UUID, *, version: int) -> str:
    return f"sms:{kind}:{appointment.id.hex}:{version}:{account_id.hex}"
