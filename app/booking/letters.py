"""The mails of an appointment: practice, day and hour, and what one can do; never the treatment."""

from typing import Any

from flask import render_template

from app.booking import calendar_file, labels, links, pages, queries, telling
from app.booking.models import Appointment
from app.identity.details import wants
from app.kernel import audit, clock
from app.kernel.i18n import _, gettext, speaking, when_label
from app.kernel.owners import Practice
from app.kernel.ports import Attachment, Letter
from app.patients.queries import accounts_of
from app.practice import brand
from app.practice.queries import primary_host
from app.web.door import practice_url
from app.web.outside import services


def booked(payload: dict[str, Any], message_id: str) -> Letter | None:
    """The confirmation; None when the appointment was cancelled before it left."""
    appointment = queries.appointment(payload["appointment"])
    return _letter(appointment, "appointment_booked", message_id) if appointment.status == "booked" else None


def cancelled(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None when it was undone, or when the person asked not to be told what the practice changes."""
    appointment = queries.appointment(payload["appointment"])
    if appointment.status != "cancelled" or _is_unwanted(appointment):
        return None
    return _letter(appointment, "appointment_cancelled", message_id)


def _is_unwanted(appointment: Appointment) -> bool:
    """What people do themselves is always confirmed, and so is whatever goes to an address without an account."""
    tied = accounts_of(appointment.patient)
    themselves = {audit.of_id("account", one.account_id) for one in tied} | {"guest"}
    if appointment.cancelled_by in themselves:
        return False
    address = (appointment.contact_email or "").casefold()
    told = [one.account_id for one in tied if one.account.email == address]
    return bool(told) and not any(wants(account_id, "changes") for account_id in told)


def _letter(appointment: Appointment, template: str, message_id: str) -> Letter | None:
    if not appointment.contact_email:
        return None
    practice, host = appointment.practice, primary_host(appointment.practice_id)
    code = appointment.language
    zone = appointment.location.timezone
    moment = clock.local(appointment.starts, zone)
    with speaking(code):
        shown = {
            "practice": practice,
            "colour": brand.palette(practice.brand_color).light,
            "appointment": appointment,
            "when": when_label(moment, code),
            "place": calendar_file.place_line(appointment.location, practice, code),
            "sentence": labels.cancellation_sentence(
                appointment.cancel_until,
                appointment.late_fee_cents,
                zone,
                clock.to_minutes(services().clock.now()),
            ),
            "page_url": practice_url(host, f"/appointments/{pages.token(appointment.id)}"),
            "cancel_url": _cancel_url(appointment, host),
            "told": telling.of(appointment, sealer=services().sealer, now=services().clock.now()),
            "site_url": practice_url(host),
            "language": code,
        }
        subject = {
            "appointment_booked": lambda: _("Your appointment at %(practice)s, %(when)s"),
            "appointment_cancelled": lambda: _("Appointment cancelled: %(practice)s, %(when)s"),
        }[template]() % {"practice": practice.name, "when": shown["when"]}
        return Letter(
            to=appointment.contact_email,
            subject=subject,
            # in plain text nothing is escaped: an apostrophe stays one
            text=render_template(f"emails/{template}.txt", **shown, _=gettext),
            html=render_template(f"emails/{template}.html", **shown),
            message_id=message_id,
            sender_name=practice.name,
            reply_to=practice.profile.get("email") or None,
            language=code,
            attachments=(_ics(appointment, practice, host, code),),
        )


def _cancel_url(appointment: Appointment, host: str) -> str:
    if appointment.status != "booked":
        return ""
    return practice_url(host, f"/action/{links.make(appointment, 'cancel', sealer=services().sealer)}")


def _ics(appointment: Appointment, practice: Practice, host: str, code: str) -> Attachment:
    method = "CANCEL" if appointment.status == "cancelled" else "PUBLISH"
    return Attachment(
        filename="rendez-vous.ics",
        mime=f"text/calendar; method={method}",
        content=calendar_file.of(appointment, practice, host=host, code=code),
    )
