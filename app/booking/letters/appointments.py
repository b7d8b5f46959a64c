"""The mails of an appointment: booked, moved, cancelled; day, hour and place, never the treatment."""

from typing import Any

from app.booking import queries, telling
from app.booking.letters import frame
from app.booking.models import Appointment
from app.identity.details import wants
from app.kernel import audit
from app.kernel.i18n import _
from app.kernel.ports import Letter
from app.patients.queries import accounts_of
from app.web.outside import services


def booked(payload: dict[str, Any], message_id: str) -> Letter | None:
    """The confirmation; None when the appointment was cancelled before it left."""
    appointment = queries.appointment(payload["appointment"])
    if appointment.status != "booked":
        return None
    return frame.to_person(
        appointment,
        "appointment_booked",
        message_id,
        subject=lambda: _("Your appointment at %(practice)s, %(when)s"),
        told=lambda: telling.of(appointment, sealer=services().sealer, now=services().clock.now()),
    )


def moved(payload: dict[str, Any], message_id: str) -> Letter | None:
    """Old and new time, with a calendar file that takes the place of the first; None once it changed again, for the
    later mail says it all. Where nothing but its end changed, the mail says that."""
    appointment = queries.appointment(payload["appointment"])
    if appointment.status not in ("booked", "arrived") or appointment.version != payload["version"]:
        return None
    there = (payload["from"], payload.get("with", appointment.practitioner_id.hex))
    if "until" in payload and there == (appointment.starts, appointment.practitioner_id.hex):
        return frame.to_person(
            appointment,
            "appointment_resized",
            message_id,
            subject=lambda: _("Other length: %(practice)s, %(when)s"),
            ends=frame.clock_of(appointment.ends, appointment),
            before=frame.clock_of(payload["until"], appointment),
        )
    return frame.to_person(
        appointment,
        "appointment_moved",
        message_id,
        subject=lambda: _("Appointment moved: %(practice)s, %(when)s"),
        before=frame.when_of(payload["from"], appointment),
        ends=frame.clock_of(appointment.ends, appointment),
    )


def cancelled(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None when it was undone, or when the person asked not to be told what the practice changes."""
    appointment = queries.appointment(payload["appointment"])
    if appointment.status != "cancelled" or _is_unwanted(appointment):
        return None
    by_practice = appointment.cancel_kind == "practice"
    return frame.to_person(
        appointment,
        "appointment_cancelled",
        message_id,
        subject=lambda: _("Appointment cancelled: %(practice)s, %(when)s"),
        by_practice=by_practice,
        reason=appointment.cancel_reason if by_practice else "",
    )


def _is_unwanted(appointment: Appointment) -> bool:
    """What people do themselves is always confirmed, and so is whatever goes to an address without an account."""
    tied = accounts_of(appointment.patient)
    themselves = {audit.of_id("account", one.account_id) for one in tied} | {"guest"}
    if appointment.cancelled_by in themselves:
        return False
    address = (appointment.contact_email or "").casefold()
    told = [one.account_id for one in tied if one.account.email == address]
    return bool(told) and not any(wants(account_id, "changes") for account_id in told)
