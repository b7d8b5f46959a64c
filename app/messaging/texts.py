"""The SMS: practice, day and hour, never the treatment. None when it no longer applies."""

from typing import Any
from uuid import UUID

from app.booking import queries, wording
from app.booking.models import Appointment
from app.identity.details import wants
from app.kernel.clock import local, to_minutes
from app.kernel.i18n import _, clock_label, speaking
from app.kernel.owners import Account
from app.kernel.ports import TextMessage
from app.messaging import labels, plans, readers, short
from app.web.outside import services

OWN = ("reminder", "moved", "cancelled")  # to which a practice may add a sentence, as to their mails


def reminder(payload: dict[str, Any], message_id: str) -> TextMessage | None:
    """Not after the visit began, nor for another time than the one it was made for."""
    appointment = queries.appointment(UUID(payload["appointment"]))
    if appointment.status != "booked" or appointment.starts != payload["start"]:
        return None
    if to_minutes(services().clock.now()) >= appointment.starts:
        return None
    if payload["lead"] not in plans.current().sms:
        return None
    return _to(payload, appointment, message_id, "reminders", "reminder")


def moved(payload: dict[str, Any], message_id: str) -> TextMessage | None:
    return _of_time(payload, message_id, "moved")


def resized(payload: dict[str, Any], message_id: str) -> TextMessage | None:
    return _of_time(payload, message_id, "resized")


def _of_time(payload: dict[str, Any], message_id: str, said: str) -> TextMessage | None:
    """None once it changed again: the later one says it all."""
    appointment = queries.appointment(UUID(payload["appointment"]))
    if appointment.status != "booked" or appointment.version != payload["version"]:
        return None
    if not plans.current().sms_changes:
        return None
    return _to(payload, appointment, message_id, "changes", said)


def cancelled(payload: dict[str, Any], message_id: str) -> TextMessage | None:
    appointment = queries.appointment(UUID(payload["appointment"]))
    if appointment.status != "cancelled" or not plans.current().sms_changes:
        return None
    return _to(payload, appointment, message_id, "changes", "cancelled")


def _to(
    payload: dict[str, Any], appointment: Appointment, message_id: str, kind: str, said: str
) -> TextMessage | None:
    """To an account that still reads this file and still wants it."""
    now = services().clock.now()
    readers_now = readers.of_patient(appointment.patient_id, now=now)
    account = next((one for one in readers_now if one.id == UUID(payload["account"])), None)
    if account is None or not (wants(account.id, "sms") and wants(account.id, kind)):
        return None
    number = readers.number_of(account)
    if number is None:
        return None
    return TextMessage(to=number, text=text_of(appointment, said, account), message_id=message_id)


def text_of(appointment: Appointment, said: str, account: Account) -> str:
    """In the account's language, with the practice's telephone where it has one."""
    practice = appointment.practice
    phone = practice.profile.get("phone") or ""
    with speaking(account.language):
        sentence = {
            "reminder": _("%(practice)s: your appointment is on %(when)s."),
            "moved": _("%(practice)s: your appointment was moved to %(when)s."),
            "resized": _("%(practice)s: your appointment on %(when)s now ends at %(until)s."),
            "cancelled": _("%(practice)s: your appointment on %(when)s is cancelled."),
        }[said]
        if phone:
            sentence += " " + _("Questions? %(phone)s")
        own = wording.of(appointment, said, account.language).sms if said in OWN else ""
        zone = appointment.location.timezone
        times = {
            "when": labels.when(appointment.starts, zone),
            "until": clock_label(local(appointment.ends, zone), account.language),
        }
        return short.fitted(sentence, own, practice=practice.name, phone=phone, **times)
